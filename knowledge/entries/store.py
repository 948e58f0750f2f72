"""Verbs for entries: save, publish, withdraw, find. Each flushes; the caller commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, selectinload

from knowledge.cleaning import clean_text
from knowledge.entries.bulk import Saved, next_revision, prepare, save_entries
from knowledge.entries.draft import EntryDraft
from knowledge.errors import NotFound
from knowledge.models import Entry, EntryState, Facet, FacetName, Kind, KnowledgeRevision, Passage, now


@dataclass(frozen=True)
class EntryQuery:
    """What to list: words in title or reference, and exact values of columns and facets; empty fields do not limit."""

    words: str = ""
    kinds: Sequence[Kind] = ()
    states: Sequence[EntryState] = ()
    languages: Sequence[str] = ()
    facets: Mapping[FacetName, Sequence[str]] = field(default_factory=dict)


def save_entry(session: Session, draft: EntryDraft, *, source: str, state: EntryState) -> tuple[Entry, Saved]:
    """Write `draft` as the entry of its reference.

    A draft equal to what is stored changes nothing. A stored entry keeps its own state; `state` is for a new one.
    """
    (outcome,) = save_entries(session, [prepare(draft)], source=source, state=state)
    session.flush()
    statement = _whole().where(Entry.reference == draft.id).execution_options(populate_existing=True)
    return session.scalars(statement).one(), outcome


def set_state(session: Session, reference: str, state: EntryState) -> Entry:
    """Publish, withdraw or put back an entry; raises `NotFound`."""
    entry = get_entry(session, reference)
    if entry.state != state:
        entry.state = state
        entry.updated_at = now()
        entry.revision = next_revision(session)
        session.flush()
    return entry


def get_entry(session: Session, reference: str) -> Entry:
    """Return the entry of `reference` with its facets, cut-offs and passages; raises `NotFound`."""
    entry = session.scalar(_whole().where(Entry.reference == clean_text(reference)))
    if entry is None:
        raise NotFound(f"entry {reference}")
    return entry


def get_entries(session: Session, ids: Sequence[int]) -> dict[int, Entry]:
    """Return the entries of `ids` by id, with facets and cut-offs; missing ones are left out."""
    statement = (
        select(Entry).where(Entry.id.in_(ids)).options(selectinload(Entry.facets), selectinload(Entry.deadlines))
    )
    return {entry.id: entry for entry in session.scalars(statement)}


def get_passages(session: Session, ids: Sequence[int]) -> dict[int, Passage]:
    """Return the passages of `ids` by id; missing ones are left out."""
    return {passage.id: passage for passage in session.scalars(select(Passage).where(Passage.id.in_(ids)))}


def leading_passages(session: Session, entry_ids: Sequence[int]) -> dict[int, Passage]:
    """Return the first passages of entries, by the entries' ids; an entry without passages is left out."""
    statement = select(Passage).where(Passage.entry_id.in_(entry_ids)).order_by(Passage.position.desc())
    return {passage.entry_id: passage for passage in session.scalars(statement)}


def find_entries(session: Session, query: EntryQuery, *, limit: int = 50, offset: int = 0) -> tuple[list[Entry], int]:
    """Return a page of entries, last changed first, with facets and cut-offs, and how many there are in all."""
    limits = list(_limits(query))
    total = session.scalar(select(func.count()).select_from(Entry).where(*limits)) or 0
    statement = (
        select(Entry)
        .where(*limits)
        .order_by(Entry.updated_at.desc(), Entry.id.desc())
        .limit(limit)
        .offset(offset)
        .options(selectinload(Entry.facets), selectinload(Entry.deadlines))
    )
    return list(session.scalars(statement)), total


def entry_counts(session: Session) -> dict[tuple[Kind, EntryState], int]:
    """Return the number of entries by kind and state."""
    statement = select(Entry.kind, Entry.state, func.count()).group_by(Entry.kind, Entry.state)
    return {(kind, state): count for kind, state, count in session.execute(statement)}


def changes_since(session: Session, revision: int) -> list[Entry]:
    """Return every entry changed after `revision`, whatever its state, with facets, cut-offs and passages."""
    return list(session.scalars(_whole().where(Entry.revision > revision).order_by(Entry.revision)))


def current_revision(session: Session) -> int:
    """Return the number of the last change of any entry."""
    return session.scalar(select(KnowledgeRevision.value)) or 0


def _whole() -> Select[Entry]:
    return select(Entry).options(
        selectinload(Entry.facets), selectinload(Entry.deadlines), selectinload(Entry.passages)
    )


def _limits(query: EntryQuery) -> list[ColumnElement[bool]]:
    limits: list[ColumnElement[bool]] = []
    for word in clean_text(query.words).split():
        pattern = word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        limits.append(
            Entry.title.ilike(f"%{pattern}%", escape="\\") | Entry.reference.ilike(f"%{pattern}%", escape="\\")
        )
    for column, values in ((Entry.kind, query.kinds), (Entry.state, query.states), (Entry.language, query.languages)):
        if values:
            limits.append(column.in_(values))
    for name, wanted in query.facets.items():
        limits.append(
            select(Facet.entry_id)
            .where(Facet.entry_id == Entry.id, Facet.name == name, Facet.value.in_(wanted))
            .exists()
        )
    return limits
