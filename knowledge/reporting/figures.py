"""The desk in numbers, each with the query that finds its tickets; nothing here writes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from math import ceil
from statistics import mean, median
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, case, extract, func, select
from sqlalchemy.orm import Session

from knowledge.models import Entry, Question, QuestionOutcome, Ticket, TicketState, now
from knowledge.staff.accounts import names_of
from knowledge.tickets.acting import IN_HAND
from knowledge.tickets.queries import UNSET, TicketQuery, find_tickets, limits

By = Literal["competence", "language", "country", "priority", "channel"]

_COLUMNS: dict[By, Any] = {
    "competence": Ticket.competence, "language": Ticket.language, "country": Ticket.country,
    "priority": Ticket.priority, "channel": Ticket.channel,
}  # fmt: skip
_FIELDS: dict[By, str] = {
    "competence": "competences", "language": "languages", "country": "countries",
    "priority": "priorities", "channel": "channels",
}  # fmt: skip
_UNCLOSED = (TicketState.OPEN, TicketState.CLAIMED, TicketState.WAITING, TicketState.ANSWERED)
_PAGE = 500


@dataclass(frozen=True)
class Figure:
    """A number with the query that finds its tickets."""

    value: int
    query: TicketQuery


@dataclass(frozen=True)
class FigureLine:
    """The tickets of one key (None: they have none): of the period all, and of these those that stand so now."""

    key: str | None
    opened: Figure
    open: Figure
    in_work: Figure
    waiting: Figure
    answered: Figure
    overdue: Figure
    closed: Figure


@dataclass(frozen=True)
class Times:
    """How long something took: the median and the time within which nine of ten were done; None for none."""

    count: Figure
    median: timedelta | None
    p90: timedelta | None


@dataclass(frozen=True)
class Share:
    """A week of questions (`week` is its Monday): asked, answered by the desk itself, and by what came of tickets.

    Small talk does not count. `avoided` are answers from entries that were made of earlier tickets.
    """

    week: date
    asked: int
    by_itself: int
    handed: int
    avoided: int

    @property
    def share(self) -> float | None:
        """The share answered without a person, None in a week without questions."""
        return self.by_itself / self.asked if self.asked else None


@dataclass(frozen=True)
class DeskFigures:
    """The desk in a period; `now` counts all tickets as they stand, `hours` has a row for each ISO weekday (UTC)."""

    now: FigureLine
    lines: list[FigureLine]
    first_answer: Times
    resolution: Times
    ratings: dict[int, Figure]
    mean_rating: float | None
    weeks: list[Share]
    hours: list[list[Figure]]


def desk_figures(session: Session, since: date, until: date, *, by: By = "competence") -> DeskFigures:
    """Return the desk's figures of the tickets that were opened from `since` to `until`, both days included (UTC)."""
    period = TicketQuery(opened_from=since, opened_until=until, order="newest")
    ratings = _ratings(session, period)
    given = [rating for rating, figure in ratings.items() for _ in range(figure.value)]
    return DeskFigures(
        now=_lines(session, TicketQuery(), None)[0],
        lines=_lines(session, period, by),
        first_answer=_times(session, period, Ticket.first_answered_at, replace(period, answered=True)),
        resolution=_times(session, period, Ticket.closed_at, replace(period, states=(TicketState.CLOSED,))),
        ratings=ratings,
        mean_rating=round(mean(given), 2) if given else None,
        weeks=weekly_shares(session, since, until),
        hours=_hours(session, period),
    )


def weekly_shares(session: Session, since: date, until: date) -> list[Share]:
    """Return week by week what the desk answered itself, the weeks without questions too."""
    from_tickets = select(Entry.id).where(Entry.ticket_id.is_not(None))
    avoided = select(Question.at).where(
        Question.outcome == QuestionOutcome.ANSWERED, Question.entry_id.in_(from_tickets), *_asked(since, until)
    )
    avoiding = Counter(_monday(moment.date()) for moment in session.scalars(avoided))
    first, last = _monday(since), _monday(until)
    shares: list[Share] = []
    for week in (first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1)):
        ends = week + timedelta(days=6)
        counted = select(Question.outcome, func.count()).where(*_asked(max(week, since), min(ends, until)))
        counts = {outcome: count for outcome, count in session.execute(counted.group_by(Question.outcome))}
        counts.pop(QuestionOutcome.SMALL_TALK, None)
        by_itself, handed = counts.get(QuestionOutcome.ANSWERED, 0), counts.get(QuestionOutcome.HANDED, 0)
        shares.append(Share(week, sum(counts.values()), by_itself, handed, avoiding[week]))
    return shares


def rows_of(session: Session, query: TicketQuery) -> Iterator[dict[str, Any]]:
    """Yield the tickets of a query as flat rows for a table file, page by page; moments are ISO 8601 in UTC."""
    cursor: str | None = None
    while True:
        page, cursor = find_tickets(session, query, limit=_PAGE, cursor=cursor)
        names = names_of(session, {ticket.assignee_id for ticket in page if ticket.assignee_id})
        yield from (_row(ticket, names) for ticket in page)
        if cursor is None:
            return


def _lines(session: Session, query: TicketQuery, by: By | None) -> list[FigureLine]:
    """Return a line of all tickets of a query, or one a key, the largest first, in one statement."""
    counts = [
        func.count(),
        *(_sum(Ticket.state == state) for state in _UNCLOSED),
        _sum(Ticket.state.in_(IN_HAND) & (Ticket.due_at < now())),
        _sum(Ticket.state == TicketState.CLOSED),
    ]
    if by is None:
        return [_line(None, query, session.execute(select(*counts).where(*limits(query))).one())]
    column = _COLUMNS[by]
    statement = select(column, *counts).where(*limits(query)).group_by(column)
    lines: list[FigureLine] = []
    for key, *numbers in session.execute(statement):
        narrowed = replace(query, **{_FIELDS[by]: (key if key is not None else UNSET,)})  # type: ignore[arg-type]
        lines.append(_line(str(key) if key is not None else None, narrowed, numbers))
    return sorted(lines, key=lambda line: (-line.opened.value, line.key is None, line.key or ""))


def _line(key: str | None, query: TicketQuery, numbers: Sequence[Any] | Row[Any]) -> FigureLine:
    total, opened, claimed, waiting, answered, overdue, closed = (int(number or 0) for number in numbers)
    return FigureLine(
        key=key,
        opened=Figure(total, query),
        open=Figure(opened, replace(query, states=(TicketState.OPEN,))),
        in_work=Figure(claimed, replace(query, states=(TicketState.CLAIMED,))),
        waiting=Figure(waiting, replace(query, states=(TicketState.WAITING,))),
        answered=Figure(answered, replace(query, states=(TicketState.ANSWERED,))),
        overdue=Figure(overdue, replace(query, overdue=True)),
        closed=Figure(closed, replace(query, states=(TicketState.CLOSED,))),
    )


def _times(session: Session, period: TicketQuery, end: Any, query: TicketQuery) -> Times:
    seconds = extract("epoch", end) - extract("epoch", Ticket.opened_at)
    took = sorted(float(each) for each in session.scalars(select(seconds).where(*limits(query), end.is_not(None))))
    count = Figure(len(took), query)
    if not took:
        return Times(count, None, None)
    return Times(count, timedelta(seconds=median(took)), timedelta(seconds=took[ceil(len(took) * 0.9) - 1]))


def _ratings(session: Session, period: TicketQuery) -> dict[int, Figure]:
    statement = select(Ticket.rating, func.count()).where(*limits(period), Ticket.rating.is_not(None))
    counts = {rating: count for rating, count in session.execute(statement.group_by(Ticket.rating))}
    return {rating: Figure(counts.get(rating, 0), replace(period, ratings=(rating,))) for rating in range(1, 6)}


def _hours(session: Session, period: TicketQuery) -> list[list[Figure]]:
    weekday, hour = extract("dow", Ticket.opened_at), extract("hour", Ticket.opened_at)
    statement = select(weekday, hour, func.count()).where(*limits(period)).group_by(weekday, hour)
    counts = {(int(day) or 7, int(clock)): count for day, clock, count in session.execute(statement)}
    return [
        [Figure(counts.get((day, clock), 0), replace(period, weekday=day, hour=clock)) for clock in range(24)]
        for day in range(1, 8)
    ]


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _row(ticket: Ticket, names: dict[int, str]) -> dict[str, Any]:
    moments = {name: getattr(ticket, name) for name in ("opened_at", "due_at", "first_answered_at", "closed_at")}
    return {
        "number": ticket.number, "state": str(ticket.state), "priority": str(ticket.priority),
        "question": ticket.question, "language": ticket.language, "country": ticket.country, "sector": ticket.sector,
        "competence": ticket.competence, "channel": ticket.channel, "reason": ticket.reason,
        "assignee": names.get(ticket.assignee_id or 0), "rating": ticket.rating,
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
    }  # fmt: skip


def _asked(first: date, last: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Question.at >= _midnight(first), Question.at < _midnight(last + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
