"""Tickets, for experts."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query
from sqlalchemy.orm import Session

from admin_api.access import Access, Caller
from admin_api.deps import Deps
from admin_api.errors import problems
from admin_api.schemas import MAX_ID, TicketDetail, TicketPage, WordsIn
from admin_api.views import ticket_detail, tickets_out
from knowledge.models import TicketState
from knowledge.staff import record
from knowledge.tickets import add_note, answer_ticket, claim_ticket, close_ticket, list_tickets, release_ticket

TicketId = Annotated[int, Path(ge=1, le=MAX_ID)]
RETRY = "An answer sent again with the same key, after a lost reply, is given once only."


def ticket_routes(deps: Deps, access: Access) -> APIRouter:
    """Return the routes of tickets."""
    router = APIRouter(prefix="/tickets", tags=["tickets"])

    @router.get("", summary="List tickets", responses=problems(401, 422))
    def tickets(
        caller: Annotated[Caller, Depends(access.expert)],
        state: Annotated[list[TicketState], Query(description="Any of these; repeat for several.")] = [],  # noqa: B006
        mine: Annotated[bool, Query(description="Only those that I hold or answered.")] = False,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        offset: Annotated[int, Query(ge=0, le=MAX_ID)] = 0,
    ) -> TicketPage:
        """List tickets, the longest untouched first."""
        with deps.database.reading() as session:
            found, total = list_tickets(
                session, states=state, assignee_id=caller.staff.id if mine else None, limit=limit, offset=offset
            )
            return TicketPage(total=total, tickets=tickets_out(session, found))

    @router.get("/{ticket_id}", summary="Read a ticket", responses=problems(401, 404, 422))
    def ticket(ticket_id: TicketId, caller: Annotated[Caller, Depends(access.expert)]) -> TicketDetail:
        with deps.database.reading() as session:
            return ticket_detail(session, ticket_id)

    @router.post("/{ticket_id}/claim", summary="Take a ticket", responses=problems(401, 403, 404, 409, 422))
    def claim(ticket_id: TicketId, caller: Annotated[Caller, Depends(access.expert)]) -> TicketDetail:
        with deps.database.transaction() as session:
            claim_ticket(session, ticket_id, caller.staff)
            return _done(session, caller, "claim", ticket_id)

    @router.post("/{ticket_id}/release", summary="Put a ticket back", responses=problems(401, 403, 404, 409, 422))
    def release(ticket_id: TicketId, caller: Annotated[Caller, Depends(access.expert)]) -> TicketDetail:
        with deps.database.transaction() as session:
            release_ticket(session, ticket_id, caller.staff)
            return _done(session, caller, "release", ticket_id)

    @router.post("/{ticket_id}/answer", summary="Answer the asker", responses=problems(401, 403, 404, 409, 422))
    def answer(
        ticket_id: TicketId,
        body: WordsIn,
        caller: Annotated[Caller, Depends(access.expert)],
        idempotency_key: Annotated[str, Header(max_length=200, description=RETRY)] = "",
    ) -> TicketDetail:
        """Answer where the asker asked; the delivery's state is in the timeline."""
        with deps.database.transaction() as session:
            answer_ticket(session, ticket_id, caller.staff, body.text, key=idempotency_key)
            return _done(session, caller, "answer", ticket_id)

    @router.post("/{ticket_id}/note", summary="Write a note for staff", responses=problems(401, 403, 404, 422))
    def note(ticket_id: TicketId, body: WordsIn, caller: Annotated[Caller, Depends(access.expert)]) -> TicketDetail:
        with deps.database.transaction() as session:
            add_note(session, ticket_id, caller.staff, body.text)
            return _done(session, caller, "note", ticket_id)

    @router.post("/{ticket_id}/close", summary="Close a ticket", responses=problems(401, 403, 404, 409, 422))
    def close(ticket_id: TicketId, caller: Annotated[Caller, Depends(access.expert)]) -> TicketDetail:
        with deps.database.transaction() as session:
            close_ticket(session, ticket_id, caller.staff)
            return _done(session, caller, "close", ticket_id)

    return router


def _done(session: Session, caller: Caller, action: str, ticket_id: int) -> TicketDetail:
    record(session, caller.name, f"{action} ticket", f"ticket {ticket_id}")
    return ticket_detail(session, ticket_id)
