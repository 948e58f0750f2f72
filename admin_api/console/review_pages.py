"""The curators' queue: drafts that wait, one beside the ticket that it was made of, and what is personal in it."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from admin_api.console.entry_pages import Reference
from admin_api.console.fields import FIELDS, Field, Input, options, values_of
from admin_api.console.frame import Curator, PageRoute, draw, pages_of
from admin_api.http.deps import Deps, Reading, Wiring
from admin_api.routes.harvest import harvest_out, personal_out
from admin_api.schemas.base import MAX_ANSWER
from admin_api.schemas.entries import PersonalOut
from admin_api.views.tickets import ticket_detail
from admin_api.wording.locale import country_name, day
from knowledge.entries.columns import draft_of
from knowledge.entries.store import get_entry
from knowledge.errors import InvalidEntry
from knowledge.learning.reviewing import (
    count_drafts,
    drafts_beside,
    drafts_to_review,
    experts_of,
    personal_in,
    word_back,
)
from knowledge.models import EntryState, FacetName

PER_PAGE = 25
SAID = ("opened", "message", "asked", "answer", "returned")
"""The moments of a ticket's story that a curator compares a draft with."""


router = APIRouter(prefix="/review", route_class=PageRoute)


@router.get("")
def queue(
    caller: Curator, session: Reading, tab: str = "waiting", page: Annotated[int, Query(ge=1, le=100_000)] = 1
) -> Response:
    """Show the drafts that wait, or those that were sent back."""
    returned = tab == "returned"
    found, total = drafts_to_review(session, returned=returned, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    waiting = count_drafts(session)
    experts = experts_of(session, [entry.ticket_id for entry in found if entry.ticket_id])
    drafts = [
        {
            "entry": entry,
            "countries": entry.values(FacetName.COUNTRY),
            "competences": entry.values(FacetName.COMPETENCE),
            "expert": experts.get(entry.ticket_id or 0),
        }
        for entry in found
    ]
    pages = pages_of(total, PER_PAGE)
    return draw("review.html", caller=caller, drafts=drafts, returned=returned, waiting=waiting, page=page, pages=pages)


@router.get("/draft")
def draft(caller: Curator, session: Reading, ref: Reference) -> Response:
    """Show a draft beside what its ticket had; one that is no draft any more is shown as an entry."""
    entry = get_entry(session, ref)
    if entry.state is not EntryState.DRAFT:
        return RedirectResponse(f"/admin/entries/edit?{urlencode({'ref': entry.reference})}", 303)
    ticket = ticket_detail(session, entry.ticket_id, caller.staff) if entry.ticket_id else None
    before, after = drafts_beside(session, entry)
    values = values_of(draft_of(entry))
    return draw(
        "draft.html",
        caller=caller,
        entry=entry,
        facts=[(field, _shown(field, values[field.name])) for field in FIELDS if values[field.name]],
        ticket=ticket,
        story=[moment for moment in ticket.timeline if moment.kind in SAID] if ticket else [],
        returned=ticket is not None and word_back(session, ticket.id) is not None,
        before=before,
        after=after,
        longest=MAX_ANSWER,
    )


@router.get("/personal")
def personal(caller: Curator, session: Reading, deps: Wiring, ref: Reference) -> Response:
    """Show the personal data that was taken out of a draft, and what may still be in it."""
    entry = get_entry(session, ref)
    left = personal_out(personal_in(session, entry))
    taken = _taken(session, entry.ticket_id, deps) if entry.ticket_id else None
    return draw("_personal.html", caller=caller, left=left, taken=taken)


def _shown(field: Field, value: str | Sequence[str]) -> str:
    """Return what stands in a field of a draft as people read it."""
    if not isinstance(value, str):
        return ", ".join(options(field.options).get(code, code) for code in value)
    if field.input in (Input.DATE, Input.DATES):
        return ", ".join(day(date.fromisoformat(each)) for each in value.split("; "))
    if field.name in ("countries", "eligible_countries"):
        return ", ".join(country_name(code) for code in value.split("; "))
    return options(field.options).get(value, value)


def _taken(session: Session, ticket_id: int, deps: Deps) -> list[PersonalOut] | None:
    """Return what was taken out of a ticket's words; None when they are gone with their asker."""
    try:
        return harvest_out(session, ticket_id, deps).found
    except InvalidEntry:
        return None
