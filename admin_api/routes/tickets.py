"""Tickets, for experts: lists, one ticket, and its way from claim to closing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Concatenate, ParamSpec

from fastapi import APIRouter, Path, Query
from sqlalchemy.orm import Session

from admin_api.http.access import TicketReader
from admin_api.http.deps import Reading, Wiring
from admin_api.http.errors import problems
from admin_api.http.idempotent import Act, TicketAct
from admin_api.http.queries import Asked
from admin_api.schemas.base import MAX_ID
from admin_api.schemas.ticket_acts import ClosingIn, WordsIn
from admin_api.schemas.tickets import SimilarOut, TicketDetail, TicketPage
from admin_api.views.tickets import similar_out, ticket_detail, tickets_out
from knowledge.models import Staff, Words
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
from knowledge.tickets.queries import count_tickets, find_tickets, list_tickets

TicketId = Annotated[int, Path(ge=1, le=MAX_ID, examples=[7])]
REFUSALS = problems(401, 403, 404, 409, 422)
WRITE = {Words.ANSWER: answer_ticket, Words.ASK: ask_asker, Words.NOTE: add_note}
P = ParamSpec("P")

router = APIRouter(prefix="/tickets", tags=["tickets"])


@router.get("", summary="List tickets", responses=problems(401, 422))
def tickets(
    caller: TicketReader,
    session: Reading,
    query: Asked,
    mine: Annotated[bool, Query(description="Only those that I hold or answered.")] = False,
    watched: Annotated[bool, Query(description="Only those that I watch.")] = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=200, description="Of the page before.")] = None,
    offset: Annotated[int, Query(ge=0, le=MAX_ID, deprecated=True, description="Use `cursor`.")] = 0,
) -> TicketPage:
    """List tickets, what is due soonest first; with `offset` the longest untouched, by state only."""
    holder = caller.staff.id if mine else query.assignee_id
    query = replace(query, assignee_id=holder, watcher_id=caller.staff.id if watched else query.watcher_id)
    if offset:
        found, total = list_tickets(session, states=query.states, assignee_id=holder, limit=limit, offset=offset)
        return TicketPage(total=total, tickets=tickets_out(session, found))
    found, following = find_tickets(session, query, limit=limit, cursor=cursor)
    return TicketPage(total=count_tickets(session, query), tickets=tickets_out(session, found), cursor=following)


@router.get("/{ticket_id}", summary="Read a ticket", responses=problems(401, 404, 422))
def ticket(ticket_id: TicketId, caller: TicketReader, session: Reading) -> TicketDetail:
    return ticket_detail(session, ticket_id, caller.staff)


@router.get("/{ticket_id}/similar", summary="Find answered tickets alike", responses=problems(401, 404, 422))
def similar(
    ticket_id: TicketId,
    caller: TicketReader,
    session: Reading,
    deps: Wiring,
    limit: Annotated[int, Query(ge=1, le=20)] = 5,
) -> list[SimilarOut]:
    return similar_out(session, ticket_id, deps.encode, limit=limit)


@router.post("/{ticket_id}/claim", summary="Take a ticket", responses=REFUSALS)
def claim(ticket_id: TicketId, act: TicketAct) -> TicketDetail:
    return on_ticket(act, "claim", ticket_id, claim_ticket)


@router.post("/{ticket_id}/release", summary="Put a ticket back", responses=REFUSALS)
def release(ticket_id: TicketId, act: TicketAct) -> TicketDetail:
    return on_ticket(act, "release", ticket_id, release_ticket)


@router.post("/{ticket_id}/answer", summary="Answer the asker", responses=REFUSALS)
def answer(ticket_id: TicketId, body: WordsIn, act: TicketAct) -> TicketDetail:
    """Answer where the asker asked; the delivery's state is in the timeline."""
    return on_ticket(act, "answer", ticket_id, _write, Words.ANSWER, body, act.key)


@router.post("/{ticket_id}/ask", summary="Ask the asker for details", responses=REFUSALS)
def ask(ticket_id: TicketId, body: WordsIn, act: TicketAct) -> TicketDetail:
    """Ask where the asker asked; the ticket waits for them, and nothing is due meanwhile."""
    return on_ticket(act, "ask", ticket_id, _write, Words.ASK, body, act.key)


@router.post("/{ticket_id}/note", summary="Write a note for staff", responses=REFUSALS)
def note(ticket_id: TicketId, body: WordsIn, act: TicketAct) -> TicketDetail:
    return on_ticket(act, "note", ticket_id, _write, Words.NOTE, body, act.key)


@router.post("/{ticket_id}/close", summary="Close a ticket", responses=REFUSALS)
def close(ticket_id: TicketId, act: TicketAct, body: ClosingIn | None = None) -> TicketDetail:
    """Close a ticket, with a last word or none; the asker is told, and asked how it went."""
    return on_ticket(act, "close", ticket_id, close_ticket, body.text if body else "")


@router.post("/{ticket_id}/reopen", summary="Take up a closed ticket again", responses=REFUSALS)
def reopen(ticket_id: TicketId, act: TicketAct) -> TicketDetail:
    return on_ticket(act, "reopen", ticket_id, reopen_ticket)


def on_ticket(
    act: Act,
    action: str,
    ticket_id: int,
    work: Callable[Concatenate[Session, int, Staff, P], object],
    *args: P.args,
    **names: P.kwargs,
) -> TicketDetail:
    """Do `work` on a ticket once, write it into the audit trail, and return the ticket as it is then."""

    def done(session: Session) -> TicketDetail:
        work(session, ticket_id, act.staff, *args, **names)
        return ticket_detail(session, ticket_id, act.staff)

    return act.audited(TicketDetail, f"{action} ticket", f"ticket {ticket_id}", done, ticket_id=ticket_id)


def _write(session: Session, ticket_id: int, staff: Staff, kind: Words, body: WordsIn, key: str) -> None:
    WRITE[kind](session, ticket_id, staff, body.text, key=key, files=body.files)
    drop_draft(session, ticket_id, staff, kind)
