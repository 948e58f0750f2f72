"""The pages of tickets: lists, one ticket with all that is needed to answer it, and the entry that it would make."""

import json
import logging
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from admin_api.console.fields import FIELDS, shown_values, values_of
from admin_api.console.frame import Expert, PageRoute, draw
from admin_api.http.deps import Deps, Reading, Wiring
from admin_api.http.queries import Asked, address_of
from admin_api.routes.harvest import harvest_out
from admin_api.routes.tickets import TicketId
from admin_api.schemas.base import MAX_ANSWER
from admin_api.schemas.search import HitOut
from admin_api.views.entries import hits_out
from admin_api.views.tickets import similar_out, ticket_detail, tickets_out
from admin_api.wording.names import ticket_tabs
from admin_api.wording.sentences import limit_in_words
from index.model import Filters
from knowledge.entries.columns import draft_of
from knowledge.entries.store import get_entry
from knowledge.errors import NotFound
from knowledge.learning.harvest import entries_of_ticket
from knowledge.learning.reviewing import word_back
from knowledge.models import Kind, TicketState, now
from knowledge.staff.accounts import list_staff
from knowledge.staff.groups import list_groups
from knowledge.tickets.answer_drafts import drafts_of
from knowledge.tickets.by_staff import get_ticket
from knowledge.tickets.canned_texts import canned_for
from knowledge.tickets.queries import TicketQuery, count_tickets, find_tickets, ticket_counts

log = logging.getLogger(__name__)

PER_PAGE = 25
TABS = ("open", "mine", "overdue", "escalated", "watched", "claimed", "waiting", "answered", "closed")
FORM = ("q", "language", "country", "competence", "priority", "order")


router = APIRouter(route_class=PageRoute)


def _listed(
    request: Request,
    caller: Expert,
    session: Reading,
    query: Asked,
    tab: str = "",
    cursor: str | None = None,
) -> dict[str, Any]:
    """Return what a list of tickets shows; without any limit it is the one of open tickets."""
    asked = [(name, value) for name, value in request.query_params.multi_items() if value and name != "cursor"]
    if not asked:
        tab = "open"
    if tab and tab not in TABS:
        raise NotFound(f"tab {tab}")
    narrowed = replace(query, **_limits_of(tab, caller.staff.id)) if tab else query
    found, following = find_tickets(session, narrowed, limit=PER_PAGE, cursor=cursor)
    return {
        "caller": caller,
        "tab": tab,
        "tabs": ticket_tabs(),
        "counts": _counts(session, caller.staff.id),
        "tickets": tickets_out(session, found),
        "total": count_tickets(session, narrowed),
        "chosen": {name: request.query_params.get(name, "") for name in FORM},
        "chips": [limit_in_words(name, value) for name, value in asked if name not in (*FORM, "tab")],
        "asked": [pair for pair in asked if pair[0] != "tab"] + ([("tab", tab)] if tab else []),
        "cursor": cursor,
        "following": following,
        "table": address_of(narrowed, "/api/tickets.csv"),
    }


Listed = Annotated[dict[str, Any], Depends(_listed)]


@router.get("/tickets")
def tickets(listed: Listed) -> Response:
    return draw("tickets.html", **listed)


@router.get("/tickets/list")
def rows(listed: Listed) -> Response:
    return draw("_ticket_list.html", **listed)


@router.get("/tickets/{ticket_id}")
def ticket(caller: Expert, session: Reading, ticket_id: TicketId) -> Response:
    found = ticket_detail(session, ticket_id, caller.staff)
    colleagues = [each for each in list_staff(session) if each.active and each.id != caller.staff.id]
    groups = [group for group, members in list_groups(session) if group.active and members]
    return draw(
        "ticket.html",
        caller=caller,
        ticket=found,
        longest=MAX_ANSWER,
        colleagues=colleagues,
        groups=groups,
        canned=canned_for(session, caller.staff, language=found.language),
        drafts=drafts_of(session, ticket_id, caller.staff),
    )


@router.get("/tickets/{ticket_id}/parts")
def parts(caller: Expert, session: Reading, ticket_id: TicketId) -> Response:
    """Show what changes on a ticket's page while it is open."""
    return draw("_ticket_parts.html", caller=caller, ticket=ticket_detail(session, ticket_id, caller.staff))


@router.get("/tickets/{ticket_id}/alike")
async def alike(caller: Expert, deps: Wiring, ticket_id: TicketId) -> Response:
    """Show answered tickets and published entries that may hold the answer, to be quoted."""
    tickets = await run_in_threadpool(_similar, deps, ticket_id)
    hits = await _entries(deps, ticket_id)
    return draw("_alike.html", caller=caller, tickets=tickets, hits=hits)


@router.get("/tickets/{ticket_id}/entry")
def entry(caller: Expert, session: Reading, deps: Wiring, ticket_id: TicketId) -> Response:
    """Show the entry that a ticket makes, as it was left or is proposed, and the personal data that was removed."""
    harvest = harvest_out(session, ticket_id, deps)
    made = entries_of_ticket(session, ticket_id)
    draft = draft_of(get_entry(session, made[0].reference)) if made else None
    word = word_back(session, ticket_id)
    return draw(
        "entry.html",
        caller=caller,
        fields=FIELDS,
        kind=draft.kind if draft else Kind.FAQ,
        values=values_of(draft) if draft else shown_values(harvest.fields),
        entry=None,
        language=draft.language if draft else harvest.fields["language"],
        extra=json.dumps(draft.extra if draft else {}, ensure_ascii=False),
        may=True,
        ticket=ticket_id,
        found=harvest.found,
        word=word,
        api=f"POST /api/tickets/{ticket_id}/entry",
    )


def _limits_of(tab: str, staff_id: int) -> dict[str, Any]:
    held = (TicketState.CLAIMED, TicketState.WAITING)
    special: dict[str, dict[str, Any]] = {
        "mine": {"assignee_id": staff_id, "states": held},
        "overdue": {"overdue": True},
        "escalated": {"escalated": True, "states": (TicketState.OPEN, *held)},
        "watched": {"watcher_id": staff_id},
        "answered": {"states": (TicketState.ANSWERED,), "order": "newest"},
        "closed": {"states": (TicketState.CLOSED,), "order": "newest"},
    }
    return special[tab] if tab in special else {"states": (TicketState(tab),)}


def _counts(session: Session, staff_id: int) -> dict[str, int]:
    states, mine, _ = ticket_counts(session, staff_id, now())
    counts = {str(state): count for state, count in states.items()} | {"mine": mine}
    for tab in ("overdue", "escalated", "watched"):
        counts[tab] = count_tickets(session, TicketQuery(**_limits_of(tab, staff_id)))
    return counts


def _similar(deps: Deps, ticket_id: int) -> list[Any]:
    with deps.database.reading() as session:
        return list(similar_out(session, ticket_id, deps.encode))


async def _entries(deps: Deps, ticket_id: int) -> list[HitOut]:
    """Return what the desk finds for a ticket's question now; nothing while the search is away."""

    def asked() -> tuple[str, str]:
        with deps.database.reading() as session:
            ticket = get_ticket(session, ticket_id)
            return ticket.question, ticket.language

    question, language = await run_in_threadpool(asked)
    try:
        result = await deps.search.search(question, Filters(), language=language, today=deps.today(), limit=5)
    except Exception:
        log.exception("Entries alike could not be searched.")
        return []
    return await run_in_threadpool(hits_out, deps.database, result)
