"""Writes entries in bulk: the slow work is done outside the transaction, the rest in few statements."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from knowledge.entries.columns import columns_of
from knowledge.entries.draft import EntryDraft
from knowledge.entries.passages import Cut, cut
from knowledge.models import Deadline, Entry, EntryState, Facet, FacetName, KnowledgeRevision, Passage, now

CHUNK = 500
"""Entries written with one set of statements: below SQLite's and PostgreSQL's limits on parameters."""


class Saved(StrEnum):
    """What saving a draft came to."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Prepared:
    """An entry ready to be written: its columns, facets, cut-offs and passages; `content_hash` is of the draft."""

    reference: str
    content_hash: str
    columns: dict[str, Any]
    facets: list[tuple[FacetName, str]]
    deadlines: list[date]
    passages: list[Cut]


def prepare(draft: EntryDraft) -> Prepared:
    """Do all of a draft's work that needs no database."""
    fields = draft.model_dump(mode="json")
    if fields["expires"] is None:
        del fields["expires"]  # so that entries from before this field are still unchanged when they come again
    content = json.dumps(fields, sort_keys=True, ensure_ascii=False, default=str)
    return Prepared(
        reference=draft.id,
        content_hash=hashlib.sha256(content.encode()).hexdigest(),
        columns=columns_of(draft),
        facets=sorted(draft.facets()),
        deadlines=draft.deadlines,
        passages=cut(draft),
    )


def save_entries(session: Session, entries: Sequence[Prepared], *, source: str, state: EntryState) -> list[Saved]:
    """Write entries, whose references must differ, each in the place of its reference; return the outcomes in order.

    One equal to what is stored changes nothing. A stored entry keeps its own state; `state` is for new ones.
    """
    outcomes: list[Saved] = []
    for chunk in _chunks(entries):
        outcomes.extend(_save_chunk(session, chunk, source, state))
    return outcomes


def outcomes_of(session: Session, entries: Sequence[Prepared]) -> list[Saved]:
    """Say what saving would come to, and write nothing."""
    outcomes: list[Saved] = []
    for chunk in _chunks(entries):
        stored = _stored(session, chunk)
        outcomes.extend(_outcome(entry, stored) for entry in chunk)
    return outcomes


def next_revision(session: Session, count: int = 1) -> int:
    """Count `count` more changes and return the last's number; the row stays locked until the transaction ends."""
    statement = (
        update(KnowledgeRevision).values(value=KnowledgeRevision.value + count).returning(KnowledgeRevision.value)
    )
    with session.no_autoflush:
        return session.scalars(statement).one()


def _save_chunk(session: Session, chunk: Sequence[Prepared], source: str, state: EntryState) -> list[Saved]:
    stored = _stored(session, chunk)
    writing = sum(_outcome(entry, stored) is not Saved.UNCHANGED for entry in chunk)
    if not writing:
        return [Saved.UNCHANGED] * len(chunk)
    # The revision's lock puts writers in a row; what another one wrote meanwhile is seen only by looking again.
    revision = next_revision(session, writing) - writing
    stored = _stored(session, chunk)
    outcomes = [_outcome(entry, stored) for entry in chunk]
    added = list[dict[str, Any]]()
    changed = list[dict[str, Any]]()
    moment = now()
    for entry, outcome in zip(chunk, outcomes, strict=True):
        if outcome is Saved.UNCHANGED:
            continue
        revision += 1
        row = entry.columns | {
            "source": source,
            "content_hash": entry.content_hash,
            "updated_at": moment,
            "revision": revision,
        }
        if outcome is Saved.ADDED:
            added.append(row | {"reference": entry.reference, "state": state})
        else:
            changed.append(row | {"id": stored[entry.reference][0]})
    ids = {reference: key for reference, (key, _) in stored.items()}
    if added:
        statement = insert(Entry).returning(Entry.id, sort_by_parameter_order=True)
        new = session.scalars(statement, added).all()
        ids |= {row["reference"]: key for row, key in zip(added, new, strict=True)}
    if changed:
        session.execute(update(Entry), changed)
        for table in (Facet, Deadline, Passage):
            session.execute(delete(table).where(table.entry_id.in_([row["id"] for row in changed])))
    written = [
        (ids[entry.reference], entry)
        for entry, outcome in zip(chunk, outcomes, strict=True)
        if outcome is not Saved.UNCHANGED
    ]
    _write_parts(session, written)
    return outcomes


def _write_parts(session: Session, written: Sequence[tuple[int, Prepared]]) -> None:
    facets = [{"entry_id": key, "name": name, "value": value} for key, entry in written for name, value in entry.facets]
    deadlines = [{"entry_id": key, "on": day} for key, entry in written for day in entry.deadlines]
    passages = [
        {
            "entry_id": key,
            "position": position,
            "heading": piece.heading,
            "text": piece.text,
            "content_hash": piece.content_hash,
        }
        for key, entry in written
        for position, piece in enumerate(entry.passages)
    ]
    for table, rows in ((Facet, facets), (Deadline, deadlines), (Passage, passages)):
        if rows:
            session.execute(insert(table), rows)


def _chunks(entries: Sequence[Prepared]) -> Iterator[Sequence[Prepared]]:
    for start in range(0, len(entries), CHUNK):
        yield entries[start : start + CHUNK]


def _stored(session: Session, chunk: Sequence[Prepared]) -> dict[str, tuple[int, str]]:
    statement = select(Entry.reference, Entry.id, Entry.content_hash).where(
        Entry.reference.in_([entry.reference for entry in chunk])
    )
    return {reference: (key, content_hash) for reference, key, content_hash in session.execute(statement)}


def _outcome(entry: Prepared, stored: dict[str, tuple[int, str]]) -> Saved:
    if entry.reference not in stored:
        return Saved.ADDED
    return Saved.UNCHANGED if stored[entry.reference][1] == entry.content_hash else Saved.CHANGED
