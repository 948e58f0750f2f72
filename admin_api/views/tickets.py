"""Tickets as the staff read them, in the API and the console alike."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from admin_api.schemas.files import FileOut
from admin_api.schemas.tickets import (
    ContactOut,
    DeliveryOut,
    FindingsOut,
    MomentOut,
    PersonRef,
    SimilarOut,
    TicketDetail,
    TicketOut,
)
from admin_api.wording.sentences import routing_in_words
from knowledge.errors import NotFound
from knowledge.models import Delivery, EventKind, Group, Staff, Ticket, TicketWatcher, now
from knowledge.staff.accounts import names_of
from knowledge.tickets.acting import IN_HAND
from knowledge.tickets.by_staff import get_ticket
from knowledge.tickets.similar import Encode, similar_tickets
from knowledge.tickets.timeline import Moment, timeline


def tickets_out(session: Session, tickets: Sequence[Ticket]) -> list[TicketOut]:
    """Return tickets as they are listed."""
    names = names_of(session, {ticket.assignee_id for ticket in tickets if ticket.assignee_id})
    groups = _groups(session, tickets)
    return [TicketOut(**_ticket(ticket, names, groups)) for ticket in tickets]


def ticket_detail(session: Session, ticket_id: int, staff: Staff) -> TicketDetail:
    """Return a ticket with all that `staff` needs to answer it; raises `NotFound`."""
    ticket = session.get(Ticket, ticket_id)
    if ticket is None:
        raise NotFound(f"ticket {ticket_id}")
    names = names_of(session, {ticket.assignee_id} if ticket.assignee_id else set())
    story = [_moment(moment) for moment in timeline(session, ticket_id)]
    return TicketDetail(
        **_ticket(ticket, names, _groups(session, [ticket])),
        timeline=story,
        findings=FindingsOut.model_validate(ticket.findings) if ticket.findings else None,
        routing=routing_in_words(ticket.suggestion),
        contact=_contact(ticket),
        rating_comment=ticket.rating_comment,
        merged_into_id=ticket.merged_into_id,
        split_from_id=ticket.split_from_id,
        watched=session.get(TicketWatcher, (ticket_id, staff.id)) is not None,
        last_event=max((moment.id for moment in story if moment.id), default=0),
    )


def similar_out(session: Session, ticket_id: int, encode: Encode | None, *, limit: int = 5) -> list[SimilarOut]:
    """Return the answered tickets that are most like one, each with its last answer; raises `NotFound`."""
    ticket = session.get(Ticket, ticket_id)
    if ticket is None:
        raise NotFound(f"ticket {ticket_id}")
    return [
        SimilarOut(
            id=other.id,
            number=other.number,
            question=other.question,
            language=other.language,
            answer=_last_answer(session, other),
            likeness=likeness,
        )
        for other, likeness in similar_tickets(session, ticket, encode, limit=limit)
    ]


def _last_answer(session: Session, ticket: Ticket) -> str:
    answers = [event.text for event in get_ticket(session, ticket.id).events if event.kind is EventKind.ANSWER]
    return answers[-1] if answers else ""


def _ticket(ticket: Ticket, names: dict[int, str], groups: dict[int, str]) -> dict[str, Any]:
    holder, group = ticket.assignee_id, ticket.group_id
    same = (
        "id", "number", "state", "priority", "question", "reason", "language", "country", "sector", "competence",
        "opened_at", "updated_at", "due_at", "wanted_by", "first_answered_at", "closed_at", "rating",
    )  # fmt: skip
    return {name: getattr(ticket, name) for name in same} | {
        "channel": ticket.channel if ticket.conversation_id else None,
        "assignee": PersonRef(id=holder, name=names.get(holder, "")) if holder else None,
        "group": PersonRef(id=group, name=groups.get(group, "")) if group else None,
        "overdue": ticket.state in IN_HAND and ticket.due_at is not None and ticket.due_at < now(),
        "escalated": ticket.escalated_at is not None,
    }


def _groups(session: Session, tickets: Sequence[Ticket]) -> dict[int, str]:
    ids = {ticket.group_id for ticket in tickets if ticket.group_id}
    return {key: session.get_one(Group, key).name for key in ids}


def _moment(moment: Moment) -> MomentOut:
    return MomentOut(
        id=moment.event_id,
        message_id=moment.message_id,
        voice=moment.voice,
        kind=moment.kind,
        at=moment.at,
        by=moment.by,
        text=moment.text,
        data=moment.data,
        quotes=[f"{quote.title}: {quote.text}" for quote in moment.quotes],
        files=[FileOut.model_validate(file) for file in moment.files],
        delivery=_delivery(moment.delivery) if moment.delivery else None,
    )


def _delivery(delivery: Delivery) -> DeliveryOut:
    shown = DeliveryOut.model_validate(delivery)
    shown.elsewhere = delivery.fallback_id is not None
    return shown


def _contact(ticket: Ticket) -> ContactOut | None:
    if ticket.contact_consent_at is None:
        return None
    return ContactOut(
        name=ticket.contact_name,
        email=ticket.contact_email,
        phone=ticket.contact_phone,
        consent_at=ticket.contact_consent_at,
    )
