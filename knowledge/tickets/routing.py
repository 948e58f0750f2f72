"""Who suits a ticket best, and why: a pure scorer and the verb that applies it.

Routing suggests and tells; it never gives a ticket to anybody who did not take it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.languages import base
from knowledge.models import Absence, NoticeKind, SkillKind, Staff, StaffSkill, Ticket, TicketEvent
from knowledge.notices.writing_notices import active_staff, notify_staff
from knowledge.payloads import Routed
from knowledge.region import read_alike
from knowledge.staff.hours import week_of_staff
from knowledge.staff.worktime import is_open
from knowledge.tickets.acting import HELD, record_event

POINTS = {"competence": 4.0, "language": 3.0, "sector": 2.0, "country": 2.0, "related": 1.5, "works_now": 1.0}
"""What each reason is worth; a full desk takes away as much as `LOAD`."""

LOAD = 3.0


@dataclass(frozen=True)
class Requirements:
    """What a ticket asks of an expert; empty fields ask nothing."""

    language: str
    competence: str | None = None
    sector: str | None = None
    country: str | None = None


@dataclass(frozen=True)
class Candidate:
    """A member of staff as routing sees them; `away` for the day, `works_now` within their hours."""

    staff_id: int
    name: str
    competences: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    open_tickets: int = 0
    capacity: int = 10
    away: bool = False
    works_now: bool = True

    @property
    def has_room(self) -> bool:
        """Whether they can take one more ticket."""
        return not self.away and self.open_tickets < self.capacity


@dataclass(frozen=True)
class Choice:
    """One candidate with the reasons: pairs of a code and what it is about.

    Codes are `competence`, `sector`, `country` (with the value that matched), `language` and `related` (with the
    candidate's tag), `works_now` (empty) and `load` (`2/10`).
    """

    staff_id: int
    name: str
    score: float
    reasons: tuple[tuple[str, str], ...] = field(default=())


def choose(wanted: Requirements, candidates: Sequence[Candidate]) -> list[Choice]:
    """Return the candidates who suit, best first; those without room, and those whom nothing speaks for, are left out.

    Of two alike the one with fewer tickets comes first, then the one with the lower id.
    """
    suited: list[tuple[int, Choice]] = []
    for each in candidates:
        reasons = _reasons(wanted, each)
        if not each.has_room or not reasons:
            continue
        points = sum(POINTS[code] for code, _ in reasons)
        if each.works_now:
            reasons.append(("works_now", ""))
            points += POINTS["works_now"]
        reasons.append(("load", f"{each.open_tickets}/{each.capacity}"))
        score = points - LOAD * each.open_tickets / each.capacity
        suited.append((each.open_tickets, Choice(each.staff_id, each.name, round(score, 3), tuple(reasons))))
    suited.sort(key=lambda pair: (-pair[1].score, pair[0], pair[1].staff_id))
    return [choice for _, choice in suited]


def route(session: Session, ticket: Ticket, moment: datetime, opened: TicketEvent) -> Choice | None:
    """Suggest a ticket to whom it suits best, and have them told; when it suits nobody, all experts are told.

    The choice is kept with the ticket (`routing`) and in its timeline.
    """
    wanted = Requirements(ticket.language, ticket.competence, ticket.sector, ticket.country)
    choices = choose(wanted, candidates(session, moment))
    if not choices:
        notify_staff(session, opened, NoticeKind.NEW, active_staff(session))
        return None
    best = choices[0]
    routed = Routed(staff_id=best.staff_id, name=best.name, score=best.score, reasons=best.reasons)
    ticket.routing = routed.stored()
    event = record_event(session, ticket, routed)
    notify_staff(session, event, NoticeKind.NEW, [best.staff_id])
    return best


def candidates(session: Session, moment: datetime) -> list[Candidate]:
    """Return the active staff as routing sees them at a moment, by id."""
    staff = session.scalars(select(Staff).where(Staff.active).order_by(Staff.id)).all()
    skills: dict[tuple[int, SkillKind], set[str]] = {}
    for skill in session.scalars(select(StaffSkill)):
        skills.setdefault((skill.staff_id, skill.kind), set()).add(skill.value)
    counted = select(Ticket.assignee_id, func.count()).where(Ticket.state.in_(HELD)).group_by(Ticket.assignee_id)
    held = {holder: count for holder, count in session.execute(counted)}
    away = _away(session, staff, moment)
    return [
        Candidate(
            each.id,
            each.name,
            competences=frozenset(skills.get((each.id, SkillKind.COMPETENCE), ())),
            sectors=frozenset(skills.get((each.id, SkillKind.SECTOR), ())),
            languages=frozenset(skills.get((each.id, SkillKind.LANGUAGE), ())),
            countries=frozenset(skills.get((each.id, SkillKind.COUNTRY), ())),
            open_tickets=held.get(each.id, 0),
            capacity=each.capacity,
            away=each.id in away,
            works_now=is_open(moment, week_of_staff(each)),
        )
        for each in staff
    ]


def _away(session: Session, staff: Sequence[Staff], moment: datetime) -> set[int]:
    today = {each.id: moment.astimezone(ZoneInfo(week_of_staff(each).zone)).date() for each in staff}
    return {
        absence.staff_id
        for absence in session.scalars(
            select(Absence).where(Absence.last_day >= min(today.values(), default=moment.date()))
        )
        if absence.staff_id in today and absence.first_day <= today[absence.staff_id] <= absence.last_day
    }


def _reasons(wanted: Requirements, candidate: Candidate) -> list[tuple[str, str]]:
    reasons: list[tuple[str, str]] = []
    for code, value, known in (
        ("competence", wanted.competence, candidate.competences),
        ("sector", wanted.sector, candidate.sectors),
        ("country", wanted.country, candidate.countries),
    ):
        if value is not None and value in known:
            reasons.append((code, value))
    language = base(wanted.language)
    spoken = {base(tag) for tag in candidate.languages}
    if language in spoken:
        reasons.append(("language", language))
    elif related := sorted(other for other in spoken if read_alike(language, other)):
        reasons.append(("related", related[0]))
    return reasons
