"""Tickets, for experts: lists, one ticket, and its way from claim to closing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy.orm import Session

from admin_api.http.access import Access, Caller
from admin_api.http.deps import Deps
from admin_api.http.errors import problems
from admin_api.http.idempotent import Act, acting
from admin_api.http.queries import asked_for
from admin_api.schemas.base import MAX_ID
from admin_api.schemas.tickets import ClosingIn, SimilarOut, TicketDetail, TicketPage, WordsIn
from admin_api.views.tickets import similar_out, ticket_detail, tickets_out
from knowledge.models import Role, Words
from knowledge.programs.api_tokens import Scope
from knowledge.tickets.answer_drafts import drop_draft
from knowledge.tickets.by_staff import (
    add_note,
    answer_ticket,
    ask_asker,
    claim_ticket,
    close_ticket,
    release_ticket,
    reopen_ticket,
)
from knowledge.tickets.queries import TicketQuery, count_tickets, find_tickets, list_tickets

TicketId = Annotated[int, Path(ge=1, le=MAX_ID, examples=[7])]
REFUSALS = problems(401, 403, 404, 409, 422)


def ticket_routes(deps: Deps, access: Access) -> APIRouter:
    """Return the routes of tickets."""
    router = APIRouter(prefix="/tickets", tags=["tickets"])
    reads = access.may(Role.EXPERT, Scope.TICKETS_READ)
    Writes = Annotated[Act, Depends(acting(deps, access, Role.EXPERT, Scope.TICKETS_WRITE))]

    @router.get("", summary="List tickets", responses=problems(401, 422))
    def tickets(
        caller: Annotated[Caller, Depends(reads)],
        query: Annotated[TicketQuery, Depends(asked_for)],
        mine: Annotated[bool, Query(description="Only those that I hold or answered.")] = False,
        watched: Annotated[bool, Query(description="Only those that I watch.")] = False,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[str | None, Query(max_length=200, description="Of the page before.")] = None,
        offset: Annotated[int, Query(ge=0, le=MAX_ID, deprecated=True, description="Use `cursor`.")] = 0,
    ) -> TicketPage:
        """List tickets, what is due soonest first; with `offset` the longest untouched, by state only."""
        holder = caller.staff.id if mine else query.assignee_id
        query = replace(query, assignee_id=holder, watcher_id=caller.staff.id if watched else query.watcher_id)
        with deps.database.reading() as session:
            if offset:
                found, total = list_tickets(
                    session, states=query.states, assignee_id=holder, limit=limit, offset=offset
                )
                return TicketPage(total=total, tickets=tickets_out(session, found))
            found, following = find_tickets(session, query, limit=limit, cursor=cursor)
            return TicketPage(
                total=count_tickets(session, query), tickets=tickets_out(session, found), cursor=following
            )

    @router.get("/{ticket_id}", summary="Read a ticket", responses=problems(401, 404, 422))
    def ticket(ticket_id: TicketId, caller: Annotated[Caller, Depends(reads)]) -> TicketDetail:
        with deps.database.reading() as session:
            return ticket_detail(session, ticket_id, caller.staff)

    @router.get("/{ticket_id}/similar", summary="Find answered tickets alike", responses=problems(401, 404, 422))
    def similar(
        ticket_id: TicketId,
        caller: Annotated[Caller, Depends(reads)],
        limit: Annotated[int, Query(ge=1, le=20)] = 5,
    ) -> list[SimilarOut]:
        with deps.database.reading() as session:
            return similar_out(session, ticket_id, deps.encode, limit=limit)

    @router.post("/{ticket_id}/claim", summary="Take a ticket", responses=REFUSALS)
    def claim(ticket_id: TicketId, act: Writes) -> TicketDetail:
        return on_ticket(act, "claim", ticket_id, lambda session: claim_ticket(session, ticket_id, act.staff))

    @router.post("/{ticket_id}/release", summary="Put a ticket back", responses=REFUSALS)
    def release(ticket_id: TicketId, act: Writes) -> TicketDetail:
        return on_ticket(act, "release", ticket_id, lambda session: release_ticket(session, ticket_id, act.staff))

    @router.post("/{ticket_id}/answer", summary="Answer the asker", responses=REFUSALS)
    def answer(ticket_id: TicketId, body: WordsIn, act: Writes) -> TicketDetail:
        """Answer where the asker asked; the delivery's state is in the timeline."""

        def work(session: Session) -> None:
            answer_ticket(session, ticket_id, act.staff, body.text, key=act.key, files=body.files)
            drop_draft(session, ticket_id, act.staff, Words.ANSWER)

        return on_ticket(act, "answer", ticket_id, work)

    @router.post("/{ticket_id}/ask", summary="Ask the asker for details", responses=REFUSALS)
    def ask(ticket_id: TicketId, body: WordsIn, act: Writes) -> TicketDetail:
        """Ask where the asker asked; the ticket waits for them, and nothing is due meanwhile."""

        def work(session: Session) -> None:
            ask_asker(session, ticket_id, act.staff, body.text, key=act.key, files=body.files)
            drop_draft(session, ticket_id, act.staff, Words.ASK)

        return on_ticket(act, "ask", ticket_id, work)

    @router.post("/{ticket_id}/note", summary="Write a note for staff", responses=REFUSALS)
    def note(ticket_id: TicketId, body: WordsIn, act: Writes) -> TicketDetail:
        def work(session: Session) -> None:
            add_note(session, ticket_id, act.staff, body.text, key=act.key, files=body.files)
            drop_draft(session, ticket_id, act.staff, Words.NOTE)

        return on_ticket(act, "note", ticket_id, work)

    @router.post("/{ticket_id}/close", summary="Close a ticket", responses=REFUSALS)
    def close(ticket_id: TicketId, act: Writes, body: ClosingIn | None = None) -> TicketDetail:
        """Close a ticket, with a last word or none; the asker is told, and asked how it went."""
        text = body.text if body else ""
        return on_ticket(act, "close", ticket_id, lambda session: close_ticket(session, ticket_id, act.staff, text))

    @router.post("/{ticket_id}/reopen", summary="Take up a closed ticket again", responses=REFUSALS)
    def reopen(ticket_id: TicketId, act: Writes) -> TicketDetail:
        return on_ticket(act, "reopen", ticket_id, lambda session: reopen_ticket(session, ticket_id, act.staff))

    return router


def on_ticket(act: Act, action: str, ticket_id: int, work: Callable[[Session], object]) -> TicketDetail:
    """Do `work` on a ticket once, write it into the audit trail, and return the ticket as it is then."""

    def done(session: Session) -> TicketDetail:
        work(session)
        act.trail(session, f"{action} ticket", f"ticket {ticket_id}")
        return ticket_detail(session, ticket_id, act.staff)

    return act.once(TicketDetail, done, ticket_id=ticket_id)
