"""Reads from SQL what is to be indexed: plain records, in few statements."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.models import Deadline, Embedding, Entry, EntryState, Facet, FacetName, Kind, Passage

_CHUNK = 5000
"""Ids a statement names: below the limits on parameters of SQLite (32,766) and PostgreSQL (65,535)."""

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Change:
    """That an entry changed: its id, the revision that counted it, and whether askers may find it now."""

    entry_id: int
    revision: int
    published: bool


@dataclass(frozen=True)
class Piece:
    """A passage to index: `text` is what is encoded and matched, `content_hash` that text's."""

    id: int
    text: str
    content_hash: str


@dataclass(frozen=True)
class Record:
    """An entry to index, with what filters look at."""

    id: int
    reference: str
    kind: Kind
    language: str
    city: str | None
    programmes: tuple[str, ...]
    organisation_type: str | None
    opens: date | None
    deadlines: tuple[date, ...]
    ends: date | None
    facets: tuple[tuple[FacetName, str], ...]
    pieces: tuple[Piece, ...]
    stamp: int = 0
    """Differs from the entry's stamp before any change, and from that of another database's entry of this id."""


def changes(session: Session, since: int) -> list[Change]:
    """Return every entry changed after revision `since`, first changed first."""
    statement = select(Entry.id, Entry.revision, Entry.state).where(Entry.revision > since).order_by(Entry.revision)
    return [Change(row.id, row.revision, row.state == EntryState.PUBLISHED) for row in session.execute(statement)]


def records(session: Session, ids: Sequence[int]) -> list[Record]:
    """Return the published entries among `ids`, in the order of their ids."""
    return [record for chunk in chunks(sorted(ids), _CHUNK) for record in _records(session, chunk)]


def stamps(session: Session) -> NDArray[np.int64]:
    """Return id, revision and stamp of every published entry in the order of their ids, n x 3."""
    statement = (
        select(Entry.id, Entry.revision, Entry.updated_at).where(Entry.state == EntryState.PUBLISHED).order_by(Entry.id)
    )
    rows = session.execute(statement.execution_options(yield_per=_CHUNK))
    numbers = ((row.id, row.revision, _stamp(row.revision, row.updated_at)) for row in rows)
    return np.fromiter(numbers, np.dtype((np.int64, 3)))


def count(session: Session) -> int:
    """Return how many passages are published."""
    statement = select(func.count(Passage.id)).join(Entry).where(Entry.state == EntryState.PUBLISHED)
    return session.scalar(statement) or 0


def missing(session: Session, encoder: str) -> dict[str, int]:
    """Return the length of every published text that has no vector of `encoder`, by content hash."""
    kept = (Embedding.content_hash == Passage.content_hash) & (Embedding.encoder == encoder)
    statement = (
        select(Passage.content_hash, func.length(Passage.heading) + func.length(Passage.text))
        .join(Entry)
        .outerjoin(Embedding, kept)
        .where(Entry.state == EntryState.PUBLISHED, Embedding.content_hash.is_(None))
    )
    return {content_hash: length for content_hash, length in session.execute(statement)}


def texts(session: Session, hashes: Sequence[str]) -> dict[str, str]:
    """Return the text to encode of each content hash, a few thousand at most."""
    statement = select(Passage.content_hash, Passage.heading, Passage.text).where(Passage.content_hash.in_(hashes))
    return {row.content_hash: _indexed(row.heading, row.text) for row in session.execute(statement)}


def chunks(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """Yield lists of `size` items, the last one shorter."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _records(session: Session, ids: list[int]) -> Iterator[Record]:
    facets = defaultdict[int, list[tuple[FacetName, str]]](list)
    for entry_id, name, value in session.execute(
        select(Facet.entry_id, Facet.name, Facet.value).where(Facet.entry_id.in_(ids))
    ):
        facets[entry_id].append((name, value))
    deadlines = defaultdict[int, list[date]](list)
    for entry_id, day in session.execute(select(Deadline.entry_id, Deadline.on).where(Deadline.entry_id.in_(ids))):
        deadlines[entry_id].append(day)
    pieces = defaultdict[int, list[Piece]](list)
    passages = select(Passage.entry_id, Passage.id, Passage.heading, Passage.text, Passage.content_hash)
    for row in session.execute(passages.where(Passage.entry_id.in_(ids)).order_by(Passage.entry_id, Passage.position)):
        pieces[row.entry_id].append(Piece(row.id, _indexed(row.heading, row.text), row.content_hash))
    columns = (
        Entry.id, Entry.reference, Entry.kind, Entry.language, Entry.city, Entry.programme, Entry.organisation_type,
        Entry.opens_on, Entry.starts_at, Entry.ends_at, Entry.extra, Entry.revision, Entry.updated_at,
    )  # fmt: skip
    published = select(*columns).where(Entry.id.in_(ids), Entry.state == EntryState.PUBLISHED).order_by(Entry.id)
    for row in session.execute(published):
        ends = row.ends_at or row.starts_at
        yield Record(
            id=row.id,
            reference=row.reference,
            kind=row.kind,
            language=row.language,
            city=row.city,
            programmes=tuple(str(name) for name in [row.programme, *_more_programmes(row.extra)] if name),
            organisation_type=row.organisation_type,
            opens=row.opens_on,
            deadlines=tuple(sorted(deadlines[row.id])),
            ends=ends.date() if ends else None,
            facets=tuple(facets[row.id]),
            pieces=tuple(pieces[row.id]),
            stamp=_stamp(row.revision, row.updated_at),
        )


def _more_programmes(extra: dict[str, object] | None) -> list[object]:
    more = (extra or {}).get("programmes")
    return more if isinstance(more, list) else []


def _indexed(heading: str, text: str) -> str:
    return f"{heading}\n{text}" if text else heading


def _stamp(revision: int, updated: datetime) -> int:
    """Return 63 bits of when an entry was last written and by which revision."""
    return (int(updated.timestamp() * 1e6) ^ revision << 40) & (1 << 63) - 1
