"""Entries, for curators; experts may read them."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from admin_api.http.access import EntryReader
from admin_api.http.deps import Deps, Reading, Wiring
from admin_api.http.errors import problems
from admin_api.http.idempotent import Act, EntryAct
from admin_api.schemas.base import MAX_ID, Typed
from admin_api.schemas.entries import EntryIn, EntryOut, EntryPage, ReturnIn
from admin_api.views.entries import entry_out, entry_page, entry_query
from knowledge.entries.draft import EntryDraft, parse_draft
from knowledge.entries.store import get_entry, save_entry, set_state
from knowledge.errors import Conflict, InvalidEntry, NotFound, Taken
from knowledge.languages import fold
from knowledge.learning.reviewing import return_draft
from knowledge.models import EntryState, Kind

PREFIXES = {
    Kind.BEST_PRACTICE: "bp",
    Kind.FUNDING_CALL: "call",
    Kind.ORGANISATION: "org",
    Kind.INFRASTRUCTURE: "infra",
}
SOURCE = "console"

Reference = Annotated[str, Typed]


router = APIRouter(prefix="/entries", tags=["entries"])


@router.get("", summary="Find entries", responses=problems(401, 422))
def entries(
    caller: EntryReader,
    session: Reading,
    deps: Wiring,
    q: Annotated[str, Typed, Query(max_length=200, description="Words of the title or the reference.")] = "",
    kind: Annotated[list[Kind], Query()] = [],  # noqa: B006
    state: Annotated[list[EntryState], Query()] = [],  # noqa: B006
    language: Annotated[list[str], Query()] = [],  # noqa: B006
    country: Annotated[list[str], Query()] = [],  # noqa: B006
    sector: Annotated[list[str], Query()] = [],  # noqa: B006
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=MAX_ID)] = 0,
) -> EntryPage:
    """List entries, last changed first; each filter takes any of its values, all filters must hold."""
    query = entry_query(q, kinds=kind, states=state, languages=language, countries=country, sectors=sector)
    return entry_page(session, query, deps.today(), limit=limit, offset=offset)


@router.get("/{reference:path}", summary="Read an entry", responses=problems(401, 404))
def entry(reference: Reference, caller: EntryReader, session: Reading, deps: Wiring) -> EntryOut:
    return entry_out(get_entry(session, reference), deps.today())


@router.post("", summary="Make an entry", status_code=201, responses=problems(401, 403, 409, 422))
def create(body: EntryIn, act: EntryAct, deps: Wiring) -> EntryOut:
    """Make an entry, a draft unless `state` is `published`."""
    draft = draft_from(body.record(), deps)

    def made(session: Session) -> EntryOut:
        try:
            get_entry(session, draft.id)
        except NotFound:
            saved, outcome = save_entry(session, draft, source=SOURCE, state=body.state)
        else:
            raise Taken(f"there is an entry {draft.id} already")
        act.trail(session, "create entry", draft.id, {"outcome": outcome, "state": body.state})
        return entry_out(saved, deps.today())

    return act.once(EntryOut, made)


@router.put("/{reference:path}", summary="Change an entry", responses=problems(401, 403, 404, 409, 422))
def change(reference: Reference, body: EntryIn, act: EntryAct, deps: Wiring) -> EntryOut:
    """Put the given fields in the place of all of the entry's; its state stays."""
    fields = body.record()
    if fields.setdefault("id", reference) != reference:
        raise InvalidEntry("id: it stays as it is; make a new entry instead")
    draft = draft_from(fields, deps)

    def changed(session: Session) -> EntryOut:
        stored = get_entry(session, reference)
        if body.revision not in (None, stored.revision):
            raise Conflict(f"entry {reference} was changed meanwhile")
        saved, outcome = save_entry(session, draft, source=stored.source, state=stored.state)
        act.trail(session, "change entry", draft.id, {"outcome": outcome})
        return entry_out(saved, deps.today())

    return act.once(EntryOut, changed)


@router.post("/{reference:path}/publish", summary="Publish an entry", responses=problems(401, 403, 404, 409))
def publish(
    reference: Reference,
    act: EntryAct,
    deps: Wiring,
    revision: Annotated[int | None, Query(description="Of what was read; refused if it was changed since.")] = None,
) -> EntryOut:
    return _move(deps, act, reference, EntryState.PUBLISHED, revision)


@router.post("/{reference:path}/withdraw", summary="Withdraw an entry", responses=problems(401, 403, 404))
def withdraw(reference: Reference, act: EntryAct, deps: Wiring) -> EntryOut:
    return _move(deps, act, reference, EntryState.WITHDRAWN)


@router.post("/{reference:path}/draft", summary="Put an entry back to draft", responses=problems(401, 403, 404))
def to_draft(reference: Reference, act: EntryAct, deps: Wiring) -> EntryOut:
    return _move(deps, act, reference, EntryState.DRAFT)


@router.post(
    "/{reference:path}/return",
    summary="Send a draft back to its expert",
    responses=problems(401, 403, 404, 409, 422),
)
def give_back(reference: Reference, body: ReturnIn, act: EntryAct, deps: Wiring) -> EntryOut:
    """Send a draft that was made of a ticket back with a word, which stands on the ticket; its expert is told."""

    def given(session: Session) -> EntryOut:
        return entry_out(return_draft(session, reference, act.staff, body.text), deps.today())

    return act.audited(EntryOut, "return entry", reference, given)


def _move(deps: Deps, act: Act, reference: str, state: EntryState, revision: int | None = None) -> EntryOut:
    def moved(session: Session) -> EntryOut:
        if revision not in (None, get_entry(session, reference).revision):
            raise Conflict(f"entry {reference} was changed meanwhile")
        return entry_out(set_state(session, reference, state), deps.today())

    return act.audited(EntryOut, f"{state} entry", reference, moved)


def draft_from(fields: dict[str, Any], deps: Deps) -> EntryDraft:
    """Return the draft in `fields`, with an id and a language where they lack; raises `InvalidEntry`."""
    title = str(fields.get("title") or "").strip()
    if not fields.get("id"):
        fields["id"] = _reference(str(fields.get("kind") or Kind.GUIDE), title)
    if not fields.get("language") and not fields.get("lang"):
        fields["language"] = deps.detect(f"{title}\n{fields.get('text') or ''}"[:2000])
    return parse_draft(fields)[0]


def _reference(kind: str, title: str) -> str:
    """Make an entry's reference from its kind and title, with an end that keeps two of one title apart."""
    prefix = PREFIXES.get(Kind(kind), kind) if kind in set(Kind) else "entry"
    letters = (letter if letter.isascii() and letter.isalnum() else "-" for letter in fold(title))
    slug = "-".join(part for part in "".join(letters).split("-") if part)[:60].rstrip("-")
    return "-".join(part for part in (prefix, slug, secrets.token_hex(2)) if part)
