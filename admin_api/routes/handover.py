"""A ticket's place among the desk's work: hand-over, priority, due time, subject, watching, joining and splitting."""

from fastapi import APIRouter
from sqlalchemy.orm import Session

from admin_api.http.idempotent import TicketAct
from admin_api.routes.tickets import REFUSALS, TicketId, on_ticket
from admin_api.schemas.ticket_acts import DueIn, HandOverIn, MergeIn, PriorityIn, SplitIn, SubjectIn
from admin_api.schemas.tickets import TicketDetail
from admin_api.views.tickets import ticket_detail
from knowledge.tickets.handover import hand_over, merge_tickets, set_due, set_priority, set_subject, split_ticket, watch

router = APIRouter(prefix="/tickets/{ticket_id}", tags=["tickets"])


@router.post("/hand-over", summary="Give a ticket to a colleague or a group", responses=REFUSALS)
def hand(ticket_id: TicketId, body: HandOverIn, act: TicketAct) -> TicketDetail:
    """Give a ticket away: a colleague holds it from then on, of a group anybody may take it."""
    return on_ticket(
        act, "hand over", ticket_id, hand_over, to_staff=body.to_staff, to_group=body.to_group, why=body.why
    )


@router.post("/priority", summary="Say how much a ticket presses", responses=REFUSALS)
def priority(ticket_id: TicketId, body: PriorityIn, act: TicketAct) -> TicketDetail:
    return on_ticket(act, "prioritise", ticket_id, set_priority, body.priority)


@router.post("/due", summary="Say when the next word is due", responses=REFUSALS)
def due(ticket_id: TicketId, body: DueIn, act: TicketAct) -> TicketDetail:
    return on_ticket(act, "set due", ticket_id, set_due, body.due_at)


@router.post("/subject", summary="Say what a ticket is about", responses=REFUSALS)
def subject(ticket_id: TicketId, body: SubjectIn, act: TicketAct) -> TicketDetail:
    return on_ticket(act, "set subject of", ticket_id, set_subject, **body.model_dump())


@router.post("/watch", summary="Be told of all that happens on a ticket", responses=REFUSALS)
def start_watching(ticket_id: TicketId, act: TicketAct) -> TicketDetail:
    return on_ticket(act, "watch", ticket_id, watch, True)


@router.post("/unwatch", summary="No longer be told of a ticket", responses=REFUSALS)
def stop_watching(ticket_id: TicketId, act: TicketAct) -> TicketDetail:
    return on_ticket(act, "unwatch", ticket_id, watch, False)


@router.post("/merge", summary="Join a ticket with another", responses=REFUSALS)
def merge(ticket_id: TicketId, body: MergeIn, act: TicketAct) -> TicketDetail:
    """Join a ticket with another one that asks the same, and return that one; its askers follow that one then."""

    def work(session: Session) -> TicketDetail:
        merge_tickets(session, ticket_id, body.into, act.staff)
        return ticket_detail(session, body.into, act.staff)

    subject = f"ticket {ticket_id} into {body.into}"
    return act.audited(TicketDetail, "merge ticket", subject, work, ticket_id=body.into)


@router.post("/split", summary="Make a second question a ticket of its own", responses=REFUSALS)
def split(ticket_id: TicketId, body: SplitIn, act: TicketAct) -> TicketDetail:
    """Make a new ticket of the same asker, held by you, and return it."""

    def work(session: Session) -> TicketDetail:
        new = split_ticket(session, ticket_id, act.staff, body.events, body.question)
        act.trail(session, "split ticket", f"ticket {ticket_id} into {new.id}")
        return ticket_detail(session, new.id, act.staff)

    return act.once(TicketDetail, work, ticket_id=ticket_id)
