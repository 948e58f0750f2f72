"""Fills a database for the benchmark: as many published entries as are asked for, made-up ones beyond the real."""

from collections.abc import Iterator, Sequence
from itertools import islice
from random import Random

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from index.segments import source
from knowledge.clock import now
from knowledge.database import Database
from knowledge.entries.bulk import next_revision
from knowledge.models import Entry, EntryState, Facet, FacetName, Kind, Passage

_BULK = 5000


def publish(database: Database, size: int, real: int) -> None:
    """Publish `size` entries: real ones, spread evenly over all that there are, and made-up ones beyond them."""
    with database.transaction() as session:
        ids = list(session.scalars(select(Entry.id).where(Entry.reference.not_like("new-%")).order_by(Entry.id)))
        chosen = ids[:: max(len(ids) // size, 1)][:size] if size < real else ids[:size]
        session.execute(update(Entry).values(state=EntryState.DRAFT))
        for some in source.chunks(chosen, _BULK):
            session.execute(update(Entry).where(Entry.id.in_(some)).values(state=EntryState.PUBLISHED))
    texts = _halves(database, real) if size > len(ids) else iter(())
    for some in source.chunks(range(len(ids), size), _BULK):
        with database.transaction() as session:
            _make_up(session, some, list(islice(texts, len(some))))


def _halves(database: Database, real: int) -> Iterator[tuple[str, str]]:
    """Yield heading and text without end, each text the halves of two real ones."""
    statement = select(Passage.heading, Passage.text).where(Passage.entry_id <= real).order_by(Passage.id)
    with database.reading() as session:
        rows = [(heading, text) for heading, text in session.execute(statement)]
    chance = Random(2)
    while True:
        (heading, first), (_, second) = chance.sample(rows, 2)
        yield heading, f"{first[: len(first) // 2]} {second[len(second) // 2 :]}"


def _make_up(session: Session, numbers: Sequence[int], texts: Sequence[tuple[str, str]]) -> None:
    revision = next_revision(session, len(numbers)) - len(numbers)
    entries = [
        {
            "reference": f"made-up-{number}", "kind": Kind.GUIDE, "state": EntryState.PUBLISHED, "language": "en",
            "title": heading[:500], "text": "", "source": "benchmark", "content_hash": "", "extra": {},
            "revision": revision + place, "created_at": now(), "updated_at": now(),
        }
        for place, (number, (heading, _)) in enumerate(zip(numbers, texts, strict=True), start=1)
    ]  # fmt: skip
    ids = session.scalars(insert(Entry).returning(Entry.id, sort_by_parameter_order=True), entries).all()
    session.execute(insert(Passage), [
        {"entry_id": key, "position": 0, "heading": heading, "text": text, "content_hash": f"made-up-{key}"}
        for key, (heading, text) in zip(ids, texts, strict=True)
    ])  # fmt: skip
    countries = ("RO", "BG", "EL", "RS")
    session.execute(insert(Facet), [
        {"entry_id": key, "name": FacetName.COUNTRY, "value": countries[key % 4]} for key in ids
    ])  # fmt: skip
