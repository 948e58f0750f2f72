"""How a ticket stands for its asker: which one is in hand, and what can be said of when its answer comes.

Nothing here writes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.choices import OF_TICKETS
from knowledge.errors import NotFound
from knowledge.models import EventKind, Message, Staff, Ticket, TicketEvent, TicketState, now
from knowledge.region import country_of
from knowledge.staff.worktime import closed, week_of
from knowledge.tickets.acting import IN_HAND, JOINS, belongs_to

REMEMBERED = timedelta(days=14)
"""How long after the last word a ticket that was answered or closed is still the one that is meant."""

USUAL_OF = timedelta(days=30)
FEWEST_FOR_USUAL = 5
"""From how many first answers of the last `USUAL_OF` on a usual time is told."""

_SAID = (EventKind.OPENED, EventKind.MESSAGE, EventKind.ANSWER, EventKind.ASKED)


@dataclass(frozen=True)
class InHand:
    """A ticket as the bot needs to know it.

    `last_event_id` is of the last act of staff, 0 before the first: when it has changed, somebody spoke meanwhile.
    `asked` is the expert's open request for details, `last_words` what was said last by either side.
    """

    ticket_id: int
    number: str
    state: TicketState
    question: str
    holder: str | None
    last_event_id: int
    last_words: str
    asked: str | None


@dataclass(frozen=True)
class Expectation:
    """What can honestly be said of when an answer comes.

    `usual` is the median time to a first answer of the last month, None while there are few. `closed_until` and
    `holiday` are given while nobody works.
    """

    due_at: datetime | None
    waiting_before: int
    usual: timedelta | None
    closed_until: datetime | None
    holiday: str | None


def own_ticket(session: Session, conversation_id: int, ticket_id: int) -> Ticket:
    """Return a ticket that a conversation opened or follows; raises `NotFound` for any other."""
    ticket = session.scalar(select(Ticket).where(Ticket.id == ticket_id, belongs_to(conversation_id)))
    if ticket is None:
        raise NotFound(f"ticket {ticket_id}")
    return ticket


def ticket_with_people(session: Session, conversation_id: int) -> Ticket | None:
    """Return the newest ticket of a conversation, its own or followed, that people are not done with, if any."""
    statement = select(Ticket).where(belongs_to(conversation_id), Ticket.state.in_(IN_HAND))
    return session.scalar(statement.order_by(Ticket.id.desc()).limit(1))


def tickets_of(session: Session, conversation_id: int, *, limit: int = 5) -> list[Ticket]:
    """Return the tickets that a conversation opened or follows, newest first."""
    statement = select(Ticket).where(belongs_to(conversation_id)).order_by(Ticket.id.desc()).limit(limit)
    return list(session.scalars(statement))


def news_of(session: Session, conversation_id: int) -> dict[int, int]:
    """Return the last message in a conversation by which people told it of each ticket: ids of tickets and messages."""
    told = Message.kind.in_(OF_TICKETS)
    statement = select(Message.ticket_id, func.max(Message.id)).where(Message.conversation_id == conversation_id, told)
    rows = session.execute(statement.group_by(Message.ticket_id))
    return {ticket_id: message_id for ticket_id, message_id in rows if ticket_id is not None}


def ticket_in_hand(session: Session, conversation_id: int, *, ticket_id: int | None = None) -> InHand | None:
    """Return the newest ticket that what the asker writes may join; an answered one for `REMEMBERED` only.

    With `ticket_id`, that one or None: for a reply to a ticket's message, or one that names its number.
    """
    recent = (Ticket.state != TicketState.ANSWERED) | (Ticket.updated_at > now() - REMEMBERED)
    statement = select(Ticket).where(belongs_to(conversation_id), Ticket.state.in_(JOINS), recent)
    if ticket_id is not None:
        statement = statement.where(Ticket.id == ticket_id)
    ticket = session.scalar(statement.order_by(Ticket.id.desc()).limit(1))
    return _in_hand(session, ticket) if ticket else None


def last_closed(session: Session, conversation_id: int, *, within: timedelta = REMEMBERED) -> InHand | None:
    """Return the ticket that was closed last, if that is not longer ago than `within`; joined ones do not count."""
    statement = (
        select(Ticket)
        .where(
            belongs_to(conversation_id),
            Ticket.state == TicketState.CLOSED,
            Ticket.closed_at > now() - within,
            Ticket.merged_into_id.is_(None),
        )
        .order_by(Ticket.closed_at.desc())
        .limit(1)
    )
    ticket = session.scalar(statement)
    return _in_hand(session, ticket) if ticket else None


def expectation(session: Session, ticket: Ticket, moment: datetime) -> Expectation:
    """Return what to tell the asker of a ticket about when an answer comes."""
    before = (
        select(func.count())
        .select_from(Ticket)
        .where(Ticket.state.in_((TicketState.OPEN, TicketState.CLAIMED)), Ticket.id != ticket.id)
    )
    waiting = session.scalar(before.where(Ticket.due_at <= ticket.due_at)) if ticket.due_at else 0
    since = moment - USUAL_OF
    answered = session.execute(
        select(Ticket.opened_at, Ticket.first_answered_at).where(Ticket.first_answered_at > since)
    ).all()
    times = [(answer - opened).total_seconds() for opened, answer in answered if answer is not None]
    usual = timedelta(seconds=median(times)) if len(times) >= FEWEST_FOR_USUAL else None
    shut = closed(moment, week_of(country_of(ticket.country, ticket.language)))
    return Expectation(ticket.due_at, waiting or 0, usual, shut.until if shut else None, shut.holiday if shut else None)


def _in_hand(session: Session, ticket: Ticket) -> InHand:
    events = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id).order_by(TicketEvent.id.desc())
    said = session.scalars(events.where(TicketEvent.kind.in_(_SAID)).limit(1)).first()
    asked = session.scalars(events.where(TicketEvent.kind == EventKind.ASKED).limit(1)).first()
    by_staff = select(func.max(TicketEvent.id)).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.staff_id.is_not(None)
    )
    return InHand(
        ticket_id=ticket.id,
        number=ticket.number,
        state=ticket.state,
        question=ticket.question,
        holder=session.scalar(select(Staff.name).where(Staff.id == ticket.assignee_id)) if ticket.assignee_id else None,
        last_event_id=session.scalar(by_staff) or 0,
        last_words=said.text if said else ticket.question,
        asked=asked.text if asked is not None and ticket.state is TicketState.WAITING else None,
    )
