"""Lists of tickets: pages by cursor, and counts. Nothing here writes."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, exists, extract, false, func, literal, or_, select
from sqlalchemy.orm import Session

from knowledge.cleaning import clean_text
from knowledge.errors import InvalidInput
from knowledge.models import (
    Delivery,
    DeliveryState,
    Message,
    Priority,
    Ticket,
    TicketState,
    TicketWatcher,
    now,
)
from knowledge.models.base import UtcDateTime
from knowledge.tickets.acting import HELD, IN_HAND

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class TicketQuery:
    """Which tickets to list; empty fields do not limit. Days are whole days of UTC, the last one included.

    `order` is what comes first: what is due soonest, or what was opened first or last. `unset` in `countries` or
    `competences` stands for tickets that have none. `weekday` (ISO, 1 is Monday) and `hour` say when a ticket was
    opened, in UTC.
    """

    states: tuple[TicketState, ...] = ()
    priorities: tuple[Priority, ...] = ()
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    competences: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    ratings: tuple[int, ...] = ()
    assignee_id: int | None = None
    group_id: int | None = None
    watcher_id: int | None = None
    unassigned: bool = False
    overdue: bool = False
    escalated: bool = False
    unreachable: bool = False
    answered: bool = False
    words: str = ""
    opened_from: date | None = None
    opened_until: date | None = None
    closed_from: date | None = None
    closed_until: date | None = None
    weekday: int | None = None
    hour: int | None = None
    order: Literal["due", "oldest", "newest"] = "due"


UNSET = "unset"


def find_tickets(
    session: Session, query: TicketQuery, *, limit: int = 50, cursor: str | None = None
) -> tuple[list[Ticket], str | None]:
    """Return a page of tickets and the cursor of the next one, None after the last.

    Raises `InvalidInput` for a cursor that is not of this order.
    """
    key, descending = _key(query)
    statement = select(Ticket).where(*limits(query))
    if cursor is not None:
        last, last_id = _read_cursor(cursor, query)
        value = literal(last, UtcDateTime())
        beyond = key < value if descending else key > value
        beyond_id = Ticket.id < last_id if descending else Ticket.id > last_id
        statement = statement.where(or_(beyond, and_(key == value, beyond_id)))
    order = (key.desc(), Ticket.id.desc()) if descending else (key, Ticket.id)
    found = list(session.scalars(statement.order_by(*order).limit(limit + 1)))
    more = len(found) > limit
    return found[:limit], _cursor(found[limit - 1], query) if more else None


def count_tickets(session: Session, query: TicketQuery) -> int:
    """Return how many tickets a query finds."""
    return session.scalar(select(func.count()).select_from(Ticket).where(*limits(query))) or 0


def list_tickets(
    session: Session,
    *,
    states: Sequence[TicketState] = (),
    assignee_id: int | None = None,
    limit: int = 50,
    offset: int = 0,
    newest_first: bool = False,
) -> tuple[list[Ticket], int]:
    """Return a page of tickets, the longest untouched first unless said, and how many there are in all."""
    chosen = limits(TicketQuery(states=tuple(states), assignee_id=assignee_id))
    total = session.scalar(select(func.count()).select_from(Ticket).where(*chosen)) or 0
    order = (Ticket.updated_at.desc(), Ticket.id.desc()) if newest_first else (Ticket.updated_at, Ticket.id)
    page = select(Ticket).where(*chosen).order_by(*order).limit(limit).offset(offset)
    return list(session.scalars(page)), total


def ticket_counts(
    session: Session, staff_id: int, untouched_since: datetime
) -> tuple[dict[TicketState, int], int, int]:
    """Return the number of tickets by state, of those that `staff_id` holds, and of those left lying."""
    by_state = session.execute(select(Ticket.state, func.count()).group_by(Ticket.state)).all()
    counts = dict.fromkeys(TicketState, 0) | {state: count for state, count in by_state}
    count = select(func.count()).select_from(Ticket)
    mine = session.scalar(count.where(Ticket.assignee_id == staff_id, Ticket.state.in_(HELD))) or 0
    waiting = (TicketState.OPEN, TicketState.CLAIMED)
    lying = count.where(Ticket.state.in_(waiting), Ticket.updated_at < untouched_since)
    return counts, mine, session.scalar(lying) or 0


def limits(query: TicketQuery) -> list[ColumnElement[bool]]:
    """Return a query as conditions on `Ticket`."""
    found: list[ColumnElement[bool]] = []
    for column, values in (
        (Ticket.state, query.states),
        (Ticket.priority, query.priorities),
        (Ticket.language, query.languages),
        (Ticket.channel, query.channels),
        (Ticket.rating, query.ratings),
    ):
        if values:
            found.append(column.in_(values))
    for optional, named in ((Ticket.country, query.countries), (Ticket.competence, query.competences)):
        if named:
            found.append(or_(optional.in_(named), optional.is_(None) if UNSET in named else false()))
    for column_id, value in ((Ticket.assignee_id, query.assignee_id), (Ticket.group_id, query.group_id)):
        if value is not None:
            found.append(column_id == value)
    if query.watcher_id is not None:
        watches = and_(TicketWatcher.ticket_id == Ticket.id, TicketWatcher.staff_id == query.watcher_id)
        found.append(exists().where(watches))
    if query.unassigned:
        found.append(Ticket.assignee_id.is_(None))
    if query.overdue:
        found.append(and_(Ticket.due_at < now(), Ticket.state.in_(IN_HAND)))
    if query.escalated:
        found.append(Ticket.escalated_at.is_not(None))
    if query.answered:
        found.append(Ticket.first_answered_at.is_not(None))
    if query.unreachable:
        failed = and_(Message.ticket_id == Ticket.id, Delivery.state == DeliveryState.FAILED)
        found.append(exists().where(Message.id == Delivery.message_id, failed, Delivery.fallback_id.is_(None)))
    return [*found, *_times(query), *_words(query.words)]


def _times(query: TicketQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for column, first, last in (
        (Ticket.opened_at, query.opened_from, query.opened_until),
        (Ticket.closed_at, query.closed_from, query.closed_until),
    ):
        if first is not None:
            found.append(column >= _midnight(first))
        if last is not None:
            found.append(column < _midnight(last + timedelta(days=1)))
    if query.weekday is not None:
        found.append(extract("dow", Ticket.opened_at) == query.weekday % 7)
    if query.hour is not None:
        found.append(extract("hour", Ticket.opened_at) == query.hour)
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _words(words: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for word in clean_text(words).split()[:10]:
        pattern = word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        number = word.upper().removeprefix("P-")
        is_number = Ticket.id == int(number) if number.isdecimal() and len(number) < 10 else false()
        found.append(or_(Ticket.question.ilike(f"%{pattern}%", escape="\\"), is_number))
    return found


def _key(query: TicketQuery) -> tuple[Any, bool]:
    if query.order == "due":
        return func.coalesce(Ticket.due_at, literal(NEVER, UtcDateTime())), False
    return Ticket.opened_at, query.order == "newest"


def _cursor(ticket: Ticket, query: TicketQuery) -> str:
    value = (ticket.due_at or NEVER) if query.order == "due" else ticket.opened_at
    plain = json.dumps([query.order, value.isoformat(), ticket.id])
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _read_cursor(cursor: str, query: TicketQuery) -> tuple[datetime, int]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        order, value, last_id = json.loads(base64.urlsafe_b64decode(padded.encode()))
        if order != query.order:
            raise ValueError(order)
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment, int(last_id)
    except (binascii.Error, ValueError, TypeError) as error:
        raise InvalidInput("cursor: list again from the beginning", {"cursor": "not of this list"}) from error
