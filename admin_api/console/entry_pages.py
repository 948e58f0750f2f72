"""The pages of entries: the list, and one to be made or changed."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from admin_api.console.fields import FIELDS, values_of
from admin_api.console.frame import Curator, Expert, PageRoute, draw, pages_of
from admin_api.http.deps import Reading, Wiring
from admin_api.schemas.base import Typed
from admin_api.views.entries import entry_out, entry_page, entry_query
from knowledge.entries.store import get_entry
from knowledge.languages import TAGS
from knowledge.models import EntryState, Kind, Role

PER_PAGE = 25

Reference = Annotated[str, Typed, Query(max_length=500)]

router = APIRouter(prefix="/entries", route_class=PageRoute)


@router.get("")
def entries(
    caller: Expert,
    session: Reading,
    deps: Wiring,
    q: Annotated[str, Typed, Query(max_length=200)] = "",
    kind: str = "",
    state: str = "",
    language: str = "",
    country: Annotated[str, Query(max_length=2)] = "",
    sector: str = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """List entries; what a filter does not know does not limit."""
    query = entry_query(
        q,
        kinds=[Kind(kind)] if kind in set(Kind) else [],
        states=[EntryState(state)] if state in set(EntryState) else [],
        languages=[language] if language in TAGS else [],
        countries=[country.upper()] if country else [],
        sectors=[sector] if sector else [],
    )
    found = entry_page(session, query, deps.today(), limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    return draw(
        "entries.html",
        caller=caller,
        entries=found.entries,
        total=found.total,
        page=page,
        pages=pages_of(found.total, PER_PAGE),
        chosen={"q": q, "kind": kind, "state": state, "language": language, "country": country, "sector": sector},
    )


@router.get("/new")
def new_entry(caller: Curator, kind: str = "faq") -> Response:
    chosen = Kind(kind) if kind in set(Kind) else Kind.FAQ
    blank: dict[str, Any] = {"values": {}, "entry": None, "language": "", "extra": "{}"}
    return draw("entry.html", caller=caller, fields=FIELDS, kind=chosen, may=True, **blank)


@router.get("/edit")
def edit_entry(caller: Expert, session: Reading, deps: Wiring, ref: Reference) -> Response:
    found = entry_out(get_entry(session, ref), deps.today())
    return draw(
        "entry.html",
        caller=caller,
        fields=FIELDS,
        kind=found.entry.kind,
        values=values_of(found.entry),
        entry=found,
        language=found.entry.language,
        extra=json.dumps(found.entry.extra, ensure_ascii=False),
        may=caller.staff.role.covers(Role.CURATOR),
    )
