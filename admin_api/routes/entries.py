"""Entries, for curators; experts may read them."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlalchemy.orm import Session

from admin_api.http.access import Access, Caller
from admin_api.http.deps import Deps
from admin_api.http.errors import problems
from admin_api.http.idempotent import Act, acting
from admin_api.schemas.base import MAX_ID
from admin_api.schemas.entries import EntryIn, EntryOut, EntryPage, ReturnIn
from admin_api.views.entries import entry_out, entry_summary
from knowledge.entries.draft import EntryDraft, parse_draft
from knowledge.entries.store import EntryQuery, find_entries, get_entry, save_entry, set_state
from knowledge.errors import Conflict, InvalidEntry, NotFound, Taken
from knowledge.languages import fold
from knowledge.learning.reviewing import return_draft
from knowledge.models import EntryState, FacetName, Kind, Role
from knowledge.programs.api_tokens import Scope
from knowledge.staff.audit import record

PREFIXES = {
    Kind.BEST_PRACTICE: "bp",
    Kind.FUNDING_CALL: "call",
    Kind.ORGANISATION: "org",
    Kind.INFRASTRUCTURE: "infra",
}
SOURCE = "console"


def entry_routes(deps: Deps, access: Access) -> APIRouter:
    """Return the routes of entries."""
    router = APIRouter(prefix="/entries", tags=["entries"])
    reads = access.may(Role.EXPERT, Scope.ENTRIES_READ)
    writes = acting(deps, access, Role.CURATOR, Scope.ENTRIES_WRITE)

    @router.get("", summary="Find entries", responses=problems(401, 422))
    def entries(
        caller: Annotated[Caller, Depends(reads)],
        q: Annotated[str, Query(max_length=200, description="Words of the title or the reference.")] = "",
        kind: Annotated[list[Kind], Query()] = [],  # noqa: B006
        state: Annotated[list[EntryState], Query()] = [],  # noqa: B006
        language: Annotated[list[str], Query()] = [],  # noqa: B006
        country: Annotated[list[str], Query()] = [],  # noqa: B006
        sector: Annotated[list[str], Query()] = [],  # noqa: B006
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        offset: Annotated[int, Query(ge=0, le=MAX_ID)] = 0,
    ) -> EntryPage:
        """List entries, last changed first; each filter takes any of its values, all filters must hold."""
        facets = {FacetName.COUNTRY: country, FacetName.SECTOR: sector}
        query = EntryQuery(
            words=q,
            kinds=kind,
            states=state,
            languages=language,
            facets={name: values for name, values in facets.items() if values},
        )
        with deps.database.reading() as session:
            found, total = find_entries(session, query, limit=limit, offset=offset)
            return EntryPage(total=total, entries=[entry_summary(entry, deps.today()) for entry in found])

    @router.get("/{reference:path}", summary="Read an entry", responses=problems(401, 404))
    def entry(reference: str, caller: Annotated[Caller, Depends(reads)]) -> EntryOut:
        with deps.database.reading() as session:
            return entry_out(get_entry(session, reference), deps.today())

    @router.post("", summary="Make an entry", status_code=201, responses=problems(401, 403, 409, 422))
    def create(body: EntryIn, act: Annotated[Act, Depends(writes)]) -> EntryOut:
        """Make an entry, a draft unless `state` is `published`."""
        draft = draft_from(body.record(), deps)

        def made(session: Session) -> EntryOut:
            try:
                get_entry(session, draft.id)
            except NotFound:
                saved, outcome = save_entry(session, draft, source=SOURCE, state=body.state)
            else:
                raise Taken(f"there is an entry {draft.id} already")
            record(session, act.caller.name, "create entry", draft.id, {"outcome": outcome, "state": body.state})
            return entry_out(saved, deps.today())

        return act.once(EntryOut, made)

    @router.put("/{reference:path}", summary="Change an entry", responses=problems(401, 403, 404, 409, 422))
    def change(reference: str, body: EntryIn, act: Annotated[Act, Depends(writes)]) -> EntryOut:
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
            record(session, act.caller.name, "change entry", draft.id, {"outcome": outcome})
            return entry_out(saved, deps.today())

        return act.once(EntryOut, changed)

    def _move(reference: str, act: Act, state: EntryState, revision: int | None = None) -> EntryOut:
        def moved(session: Session) -> EntryOut:
            if revision not in (None, get_entry(session, reference).revision):
                raise Conflict(f"entry {reference} was changed meanwhile")
            entry = set_state(session, reference, state)
            act.trail(session, f"{state} entry", reference)
            return entry_out(entry, deps.today())

        return act.once(EntryOut, moved)

    @router.post("/{reference:path}/publish", summary="Publish an entry", responses=problems(401, 403, 404, 409))
    def publish(
        reference: str,
        act: Annotated[Act, Depends(writes)],
        revision: Annotated[int | None, Query(description="Of what was read; refused if it was changed since.")] = None,
    ) -> EntryOut:
        return _move(reference, act, EntryState.PUBLISHED, revision)

    @router.post("/{reference:path}/withdraw", summary="Withdraw an entry", responses=problems(401, 403, 404))
    def withdraw(reference: str, act: Annotated[Act, Depends(writes)]) -> EntryOut:
        return _move(reference, act, EntryState.WITHDRAWN)

    @router.post("/{reference:path}/draft", summary="Put an entry back to draft", responses=problems(401, 403, 404))
    def to_draft(reference: str, act: Annotated[Act, Depends(writes)]) -> EntryOut:
        return _move(reference, act, EntryState.DRAFT)

    @router.post(
        "/{reference:path}/return",
        summary="Send a draft back to its expert",
        responses=problems(401, 403, 404, 409, 422),
    )
    def give_back(reference: str, body: ReturnIn, act: Annotated[Act, Depends(writes)]) -> EntryOut:
        """Send a draft that was made of a ticket back with a word, which stands on the ticket; its expert is told."""

        def given(session: Session) -> EntryOut:
            entry = return_draft(session, reference, act.staff, body.text)
            act.trail(session, "return entry", reference)
            return entry_out(entry, deps.today())

        return act.once(EntryOut, given)

    return router


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
