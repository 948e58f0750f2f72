"""Records of the knowledge room as the staff's door shows them, for the API and the console alike."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from admin_api.schemas import (
    DeliveryOut,
    EntryOut,
    EntrySummary,
    EventOut,
    MessageOut,
    Overview,
    PersonRef,
    TicketDetail,
    TicketOut,
)
from knowledge.calls import CallStatus, call_status
from knowledge.conversations import deliveries_of, get_conversations, recent_messages
from knowledge.entries import draft_of, entry_counts
from knowledge.models import Conversation, Entry, EntryState, FacetName, Kind, Message, Staff, Ticket, now
from knowledge.staff import names_of
from knowledge.tickets import WITH_PEOPLE, get_ticket, ticket_counts

OVERDUE_AFTER = timedelta(hours=24)
"""A ticket with people that nobody touched for so long is overdue."""

LAST_MESSAGES = 20


def tickets_out(session: Session, tickets: Sequence[Ticket]) -> list[TicketOut]:
    """Return tickets as they are listed."""
    names = names_of(session, {ticket.assignee_id for ticket in tickets if ticket.assignee_id})
    places = get_conversations(session, {ticket.conversation_id for ticket in tickets if ticket.conversation_id})
    return [TicketOut(**_ticket(ticket, names, places)) for ticket in tickets]


def ticket_detail(session: Session, ticket_id: int) -> TicketDetail:
    """Return a ticket with all that an expert needs to answer it; raises `NotFound`."""
    ticket = get_ticket(session, ticket_id)
    people = {event.staff_id for event in ticket.events if event.staff_id} | {ticket.assignee_id or 0}
    names = names_of(session, people)
    places = get_conversations(session, {ticket.conversation_id} if ticket.conversation_id else set())
    deliveries = deliveries_of(session, {event.message_id for event in ticket.events if event.message_id})
    timeline = [
        EventOut(
            id=event.id,
            kind=event.kind,
            at=event.created_at,
            by=names.get(event.staff_id or 0),
            text=event.text,
            delivery=DeliveryOut.model_validate(deliveries[event.message_id])
            if event.message_id in deliveries
            else None,
        )
        for event in ticket.events
    ]
    messages = recent_messages(session, ticket.conversation_id, limit=LAST_MESSAGES) if ticket.conversation_id else []
    return TicketDetail(
        **_ticket(ticket, names, places), timeline=timeline, conversation=[_message(message) for message in messages]
    )


def entry_summary(entry: Entry, today: date) -> EntrySummary:
    """Return an entry as it is listed; facets and cut-offs must be loaded."""
    return EntrySummary(
        reference=entry.reference,
        kind=entry.kind,
        state=entry.state,
        language=entry.language,
        title=entry.title,
        countries=entry.values(FacetName.COUNTRY),
        sectors=entry.values(FacetName.SECTOR),
        url=entry.url,
        status=_status(entry, today),
        updated_at=entry.updated_at,
    )


def entry_out(entry: Entry, today: date) -> EntryOut:
    """Return a whole entry; facets and cut-offs must be loaded."""
    return EntryOut(
        entry=draft_of(entry),
        state=entry.state,
        source=entry.source,
        revision=entry.revision,
        status=_status(entry, today),
        created_at=entry.created_at,
        updated_at=entry.updated_at,
    )


def overview(session: Session, staff: Staff) -> Overview:
    """Return the desk in numbers, as `staff` sees it."""
    states, mine, overdue = ticket_counts(session, staff.id, now() - OVERDUE_AFTER)
    entries: dict[Kind, dict[EntryState, int]] = {kind: dict.fromkeys(EntryState, 0) for kind in Kind}
    for (kind, state), count in entry_counts(session).items():
        entries[kind][state] = count
    return Overview(tickets=states, mine=mine, overdue=overdue, entries=entries)


def _ticket(ticket: Ticket, names: dict[int, str], places: dict[int, Conversation]) -> dict[str, Any]:
    place = places.get(ticket.conversation_id or 0)
    holder = ticket.assignee_id
    return {
        "id": ticket.id,
        "number": ticket.number,
        "state": ticket.state,
        "question": ticket.question,
        "reason": ticket.reason,
        "language": ticket.language,
        "channel": place.channel if place else None,
        "assignee": PersonRef(id=holder, name=names.get(holder, "")) if holder else None,
        "opened_at": ticket.opened_at,
        "updated_at": ticket.updated_at,
        "overdue": ticket.state in WITH_PEOPLE and ticket.updated_at < now() - OVERDUE_AFTER,
    }


def _message(message: Message) -> MessageOut:
    quotes = message.data.get("quotes") if isinstance(message.data, dict) else None
    shown = [f"{quote.get('title', '')}: {quote.get('text', '')}" for quote in quotes or [] if isinstance(quote, dict)]
    return MessageOut(
        author=message.author, at=message.created_at, text=message.text, quotes=shown, rating=message.rating
    )


def _status(entry: Entry, today: date) -> CallStatus | None:
    if entry.kind is not Kind.FUNDING_CALL:
        return None
    return call_status(entry.opens_on, [deadline.on for deadline in entry.deadlines], today)
