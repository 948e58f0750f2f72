"""Verbs that change a ticket's place among the desk's work: hand-over, priority, watching, joining, splitting.

Each flushes; the caller commits.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from knowledge.errors import Conflict, InvalidInput, NotFound
from knowledge.models import (
    Author,
    EventKind,
    Group,
    MessageKind,
    NoticeKind,
    Priority,
    Staff,
    Ticket,
    TicketEvent,
    TicketFollower,
    TicketState,
    TicketWatcher,
    now,
)
from knowledge.notices.writing_notices import followers, notify_staff, notify_watchers
from knowledge.payloads import Due, Handed, Linked, Prioritised, Routed, Watched
from knowledge.staff.groups import members_of
from knowledge.tickets.acting import HELD, lock_ticket, lock_tickets, owe_nothing, owe_word, record_event, tell_asker


def hand_over(
    session: Session,
    ticket_id: int,
    staff: Staff,
    *,
    to_staff: int | None = None,
    to_group: int | None = None,
    why: str = "",
) -> Ticket:
    """Give a ticket to a colleague, who holds it then, or to a group, any of whom may claim it; they are told.

    Raises `NotFound` for an unknown, locked out or empty one, `InvalidInput` unless exactly one is named, and
    `Conflict` when somebody else holds the ticket or it is closed.
    """
    if (to_staff is None) == (to_group is None):
        raise InvalidInput("to: name a colleague or a group")
    ticket = lock_ticket(session, ticket_id)
    if ticket.state is TicketState.CLOSED or (ticket.state in HELD and ticket.assignee_id != staff.id):
        raise Conflict(f"ticket {ticket.number} is {ticket.state} and not yours")
    if to_staff is not None:
        colleague = session.get(Staff, to_staff)
        if colleague is None or not colleague.active:
            raise NotFound(f"staff {to_staff}")
        ticket.assignee_id, ticket.group_id, told = colleague.id, None, [colleague.id]
        ticket.state = TicketState.WAITING if ticket.state is TicketState.WAITING else TicketState.CLAIMED
        handed = Handed(to_staff=colleague.id, to=colleague.name)
    else:
        group = session.get(Group, to_group)
        told = members_of(session, group.id) if group is not None and group.active else []
        if group is None or not told:
            raise NotFound(f"group {to_group}")
        ticket.assignee_id, ticket.group_id, ticket.state = None, group.id, TicketState.OPEN
        handed = Handed(to_group=group.id, to=group.name)
    if ticket.due_at is None and ticket.state is not TicketState.WAITING:
        owe_word(ticket, now())
    event = record_event(session, ticket, handed, staff=staff, text=why)
    notify_staff(session, event, NoticeKind.HANDED, told)
    notify_watchers(session, ticket, event)
    return ticket


def set_priority(session: Session, ticket_id: int, staff: Staff, priority: Priority) -> Ticket:
    """Say how much a ticket presses; while the desk owes a word, its due time follows from when it began to."""
    ticket = lock_ticket(session, ticket_id)
    if ticket.priority == priority:
        return ticket
    changed = Prioritised(from_=ticket.priority, to=priority)
    ticket.priority = priority
    if ticket.due_at is not None:
        owe_word(ticket, _owed_since(session, ticket))
    event = record_event(session, ticket, changed, staff=staff)
    notify_watchers(session, ticket, event)
    return ticket


def set_due(session: Session, ticket_id: int, staff: Staff, due_at: datetime) -> Ticket:
    """Say when the next word is due; raises `Conflict` for a closed ticket."""
    ticket = lock_ticket(session, ticket_id)
    if ticket.state is TicketState.CLOSED:
        raise Conflict(f"ticket {ticket.number} is closed")
    ticket.due_at, ticket.reminded_at, ticket.escalated_at = due_at, None, None
    event = record_event(session, ticket, Due(to=due_at), staff=staff)
    notify_watchers(session, ticket, event)
    return ticket


def set_subject(
    session: Session,
    ticket_id: int,
    staff: Staff,
    *,
    country: str | None,
    sector: str | None,
    competence: str | None,
) -> Ticket:
    """Correct what a ticket is about; the due time follows the country's working hours."""
    ticket = lock_ticket(session, ticket_id)
    ticket.country, ticket.sector, ticket.competence = country, sector, competence
    if ticket.due_at is not None:
        owe_word(ticket, _owed_since(session, ticket))
    subject = Routed(country=country, sector=sector, competence=competence)
    record_event(session, ticket, subject, staff=staff)
    return ticket


def watch(session: Session, ticket_id: int, staff: Staff, on: bool) -> None:
    """Have `staff` told of all that happens on a ticket, or no longer; repeating it changes nothing."""
    ticket = lock_ticket(session, ticket_id)
    watching = session.get(TicketWatcher, (ticket_id, staff.id)) is not None
    if watching == on:
        return
    if on:
        session.add(TicketWatcher(ticket_id=ticket_id, staff_id=staff.id))
    else:
        session.execute(
            delete(TicketWatcher).where(TicketWatcher.ticket_id == ticket_id, TicketWatcher.staff_id == staff.id)
        )
    record_event(session, ticket, Watched(on=on), staff=staff)


def merge_tickets(session: Session, ticket_id: int, into_id: int, staff: Staff) -> Ticket:
    """Join a ticket with another one that asks the same; return the other one.

    The first is closed, its askers follow the other and are told its number. Timelines stay where they are. Raises
    `Conflict` when a colleague holds the first, or either is closed, and `InvalidInput` for a ticket and itself.
    """
    if ticket_id == into_id:
        raise InvalidInput("into: a ticket cannot be joined with itself")
    ticket, other = lock_tickets(session, [ticket_id, into_id])
    if TicketState.CLOSED in (ticket.state, other.state):
        raise Conflict(f"tickets {ticket.number} and {other.number} are {ticket.state} and {other.state}")
    if ticket.state in HELD and ticket.assignee_id != staff.id:
        raise Conflict(f"ticket {ticket.number} is {ticket.state} and not yours")
    places = [ticket.conversation_id, *followers(session, ticket.id)]
    following = {other.conversation_id, *followers(session, other.id)}
    for place in places:
        if place is not None and place not in following:
            session.add(TicketFollower(ticket_id=other.id, conversation_id=place))
    ticket.state, ticket.closed_at, ticket.merged_into_id = TicketState.CLOSED, now(), other.id
    owe_nothing(ticket)
    message = None
    if ticket.conversation_id != other.conversation_id:
        message = tell_asker(session, ticket, MessageKind.TICKET_MERGED, "", author=Author.BOT, staff=staff, into=other)
    into = Linked(kind=EventKind.MERGED, into=other.id)
    joined = record_event(session, ticket, into, staff=staff, message=message)
    notify_watchers(session, ticket, joined)
    came = Linked(kind=EventKind.MERGED, from_=ticket.id)
    event = record_event(session, other, came, staff=staff, text=ticket.question)
    notify_watchers(session, other, event)
    return other


def split_ticket(session: Session, ticket_id: int, staff: Staff, event_ids: Sequence[int], question: str) -> Ticket:
    """Make a ticket of its own of a further question in a ticket; return the new one, which `staff` holds.

    The asker's messages among `event_ids` are shown in it too. Raises `NotFound` for events of other tickets,
    `InvalidInput` without a question, and `Conflict` for a ticket whose asker had their data deleted.
    """
    if not question.strip():
        raise InvalidInput("question: say what the new ticket asks", {"question": "is missing"})
    ticket = lock_ticket(session, ticket_id)
    if ticket.conversation_id is None:
        raise Conflict(f"the asker of ticket {ticket.number} had their data deleted")
    chosen = session.scalars(
        select(TicketEvent)
        .where(TicketEvent.ticket_id == ticket_id, TicketEvent.id.in_(event_ids))
        .order_by(TicketEvent.id)
    ).all()
    if len(chosen) != len(set(event_ids)):
        raise NotFound(f"event {sorted(set(event_ids) - {event.id for event in chosen})[0]}")
    new = Ticket(
        conversation_id=ticket.conversation_id, channel=ticket.channel, question=question.strip(), reason=ticket.reason,
        language=ticket.language, country=ticket.country, sector=ticket.sector, competence=ticket.competence,
        wanted_by=ticket.wanted_by, priority=ticket.priority, split_from_id=ticket.id, assignee_id=staff.id,
        state=TicketState.CLAIMED, contact_name=ticket.contact_name, contact_email=ticket.contact_email,
        contact_phone=ticket.contact_phone, contact_consent_at=ticket.contact_consent_at,
    )  # fmt: skip
    session.add(new)
    session.flush()
    owe_word(new, now())
    for place in followers(session, ticket.id):
        session.add(TicketFollower(ticket_id=new.id, conversation_id=place))
    record_event(session, new, EventKind.OPENED, text=new.question)
    record_event(session, new, Linked(kind=EventKind.SPLIT, from_=ticket.id), staff=staff)
    for event in chosen:
        if event.kind is EventKind.MESSAGE:
            copy = record_event(session, new, EventKind.MESSAGE, text=event.text)
            copy.message_id, copy.created_at = event.message_id, event.created_at
    into = Linked(kind=EventKind.SPLIT, into=new.id)
    done = record_event(session, ticket, into, staff=staff, text=new.question)
    notify_watchers(session, ticket, done)
    return new


def _owed_since(session: Session, ticket: Ticket) -> datetime:
    """Return since when the desk owes a word: since the asker's last one after its own."""
    asking = (EventKind.OPENED, EventKind.MESSAGE, EventKind.REOPENED)
    last_word = select(TicketEvent.id).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.kind.in_((EventKind.ANSWER, EventKind.ASKED))
    )
    after = session.scalar(last_word.order_by(TicketEvent.id.desc()).limit(1)) or 0
    statement = select(TicketEvent.created_at).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.kind.in_(asking), TicketEvent.id > after
    )
    return session.scalar(statement.order_by(TicketEvent.id).limit(1)) or now()
