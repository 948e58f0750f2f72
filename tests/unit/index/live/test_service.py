"""A start that does not wait for the encoder: spellings first, the encoder's own vectors in their place."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import func, select

from index.encoding.encoder import HashingEncoder
from index.live.service import SearchService
from index.live.sizes import Sizes
from index.model import Vectors
from index.segments.files import MANIFEST
from knowledge.database import Database
from knowledge.entries.draft import EntryDraft
from knowledge.entries.store import save_entry
from knowledge.models import Embedding, EntryState
from tests.support.waiting import until

pytestmark = pytest.mark.anyio

FEW = Sizes(rough=5, kept=5, batch=4)
"""Sizes by which a few texts are many."""

TODAY = date(2026, 5, 1)

SUBJECTS = "ovens boats looms mills barns wells kilns vines hives docks".split()


class SlowEncoder(HashingEncoder):
    """Encodes nothing but single questions until it may, and to vectors of a length of its own."""

    name = "slow"

    def __init__(self) -> None:
        super().__init__(64)
        self.may = Event()
        self.texts = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        if len(texts) > 1:
            assert self.may.wait(10)
            self.texts += len(texts)
        return super().encode(texts)


@pytest.fixture
def base(sqlite_database: Database) -> Database:
    for subject in SUBJECTS:
        save(sqlite_database, subject)
    return sqlite_database


def save(database: Database, subject: str) -> None:
    draft = EntryDraft(id=f"guide-{subject}", language="en", title=f"Grants for {subject}", text="All that is paid.")
    with database.transaction() as session:
        save_entry(session, draft, source="test", state=EntryState.PUBLISHED)


def kept(database: Database, encoder: str) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(Embedding.encoder == encoder)) or 0


def find(search: SearchService, question: str) -> str:
    hits = search.search_sync(question, language="en", today=TODAY).hits
    return hits[0].reference


async def test_rough_vectors_answer_until_the_encoders_own_are_there(base: Database, tmp_path: Path) -> None:
    encoder, rough = SlowEncoder(), HashingEncoder()
    search = SearchService(base, encoder, rough=rough, folder=tmp_path, sizes=FEW)
    search.build()
    assert search.rough
    assert encoder.texts == 0
    watcher = asyncio.create_task(search.watch(0.01))
    save(base, "saws")
    await until(lambda: "guide-saws" in search.references())
    assert find(search, "grants for saws") == "guide-saws"
    vector = await search.encode("grants for saws")
    assert len(vector) == encoder.dimension
    for given in (vector, None):
        result = await search.search("grants for saws", language="en", today=TODAY, vector=given)
        assert result.hits[0].reference == "guide-saws"
        assert result.hits[0].dense > 0.5
    assert not (tmp_path / MANIFEST).exists()
    encoder.may.set()
    await until(lambda: not search.rough)
    assert find(search, "grants for saws") == "guide-saws"
    assert search.references() == {f"guide-{each}" for each in [*SUBJECTS, "saws"]}
    await until(lambda: not kept(base, rough.name))
    assert kept(base, encoder.name) == len(SUBJECTS) + 1
    assert (tmp_path / MANIFEST).exists()
    watcher.cancel()
    search.close()


def test_refining_ends_at_a_close_and_goes_on_at_the_next_start(base: Database) -> None:
    encoder = SlowEncoder()
    encoder.may.set()
    search = SearchService(base, encoder, rough=HashingEncoder(), sizes=FEW)
    search.build()
    search.close()
    search.refine()
    assert search.rough
    assert encoder.texts == 4
    again = SearchService(base, encoder, rough=HashingEncoder(), sizes=FEW)
    again.build()
    assert again.rough
    again.refine()
    assert not again.rough
    assert encoder.texts == len(SUBJECTS)
    again.close()


def test_few_texts_are_waited_for(base: Database) -> None:
    encoder = SlowEncoder()
    encoder.may.set()
    search = SearchService(base, encoder, rough=HashingEncoder(), sizes=replace(FEW, rough=50))
    search.build()
    assert not search.rough
    assert kept(base, encoder.name) == len(SUBJECTS)
    search.close()
