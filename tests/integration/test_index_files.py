"""Starts from a kept index, and rebuilding while questions are answered, over real databases."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import delete, update

from index.encoding.encoder import HashingEncoder
from index.live.service import SearchService
from index.live.sizes import Sizes
from index.model import Vectors
from index.segments.files import MANIFEST
from index.stores.clusters import ClusterStore
from knowledge.database import Database
from knowledge.entries.draft import EntryDraft
from knowledge.entries.store import save_entry, set_state
from knowledge.models import Entry, EntryState

pytestmark = pytest.mark.anyio

TODAY = date(2026, 5, 1)
FEW = Sizes(kept=5, exact=5)
"""Sizes by which a few passages are many, so that files and clusters come into play."""

SUBJECTS = "ovens boats looms mills barns wells kilns vines hives docks".split()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def base(sqlite_database: Database) -> Database:
    return filled(sqlite_database)


def filled(database: Database) -> Database:
    for subject in SUBJECTS:
        save(database, f"guide-{subject}", f"Grants for {subject}", text=f"All that is paid for {subject}. " * 20)
    return database


def save(database: Database, reference: str, title: str, text: str = "") -> None:
    draft = EntryDraft(id=reference, language="en", title=title, text=text)
    with database.transaction() as session:
        save_entry(session, draft, source="test", state=EntryState.PUBLISHED)


def change_state(database: Database, reference: str, state: EntryState) -> None:
    with database.transaction() as session:
        set_state(session, reference, state)


def start(database: Database, folder: Path | None, sizes: Sizes = FEW) -> SearchService:
    search = SearchService(database, HashingEncoder(), folder=folder, sizes=sizes)
    search.build()
    while search.refresh():
        pass
    search.close()
    return search


def find(search: SearchService, question: str) -> str | None:
    hits = search.search_sync(question, language="en", today=TODAY).hits
    return hits[0].reference if hits else None


@contextmanager
def no_build(folder: Path) -> Iterator[None]:
    """Fail if a start within builds the index anew, which would be kept under other names."""
    before = sorted(folder.iterdir())
    yield
    assert sorted(folder.iterdir()) == before, "the index was built anew"


def test_a_start_from_files_answers_as_one_from_sql(base: Database, folder: Path) -> None:
    built = start(base, folder)
    assert isinstance(built.snapshot.layers[0].segment.vectors, ClusterStore)
    with no_build(folder):
        loaded = start(base, folder)
    assert loaded.references() == built.references()
    assert loaded.revision == built.revision > 0
    for subject in SUBJECTS:
        assert find(loaded, f"grants for {subject}") == f"guide-{subject}"


def test_what_changed_since_is_taken_in(database: Database, folder: Path) -> None:
    base = filled(database)
    start(base, folder)
    save(base, "guide-looms", "Loans for tanneries")
    save(base, "guide-saws", "Grants for sawmills")
    change_state(base, "guide-boats", EntryState.WITHDRAWN)
    with base.transaction() as session:
        session.execute(delete(Entry).where(Entry.reference == "guide-wells"))
    with no_build(folder):
        loaded = start(base, folder)
    assert loaded.references() == {f"guide-{each}" for each in [*SUBJECTS, "saws"]} - {"guide-boats", "guide-wells"}
    assert find(loaded, "loans for tanneries") == "guide-looms"
    assert find(loaded, "grants for sawmills") == "guide-saws"


def test_another_database_in_its_place_is_noticed(
    base: Database, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    start(base, folder)
    # The same ids and revisions, as two bases have that began alike, but written at another time.
    with base.transaction() as session:
        session.execute(update(Entry).values(updated_at=datetime(2020, 1, 1, tzinfo=UTC)))
    found = start(base, folder, replace(FEW, small=2))
    assert [line for line in caplog.messages if "differ" in line]
    assert found.references() == {f"guide-{each}" for each in SUBJECTS}


@pytest.mark.parametrize("name", [MANIFEST, "vectors-*.faiss", "rest-*.npz"])
def test_a_damaged_index_is_built_anew_and_kept_again(
    base: Database, folder: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    start(base, folder)
    (path,) = folder.glob(name)
    path.write_bytes(path.read_bytes()[:-1])
    again = start(base, folder)
    assert len([line for line in caplog.messages if "built anew" in line]) == 1
    assert again.references() == {f"guide-{each}" for each in SUBJECTS}
    with no_build(folder):
        assert start(base, folder).references() == again.references()


def test_few_passages_are_not_kept(base: Database, folder: Path) -> None:
    start(base, folder)
    assert folder.exists()
    search = SearchService(base, HashingEncoder(), folder=folder, sizes=replace(FEW, kept=1000))
    search.rebuild()
    search.close()
    assert not list(folder.iterdir())


def test_a_merge_keeps_the_index_anew(base: Database, folder: Path) -> None:
    start(base, folder)
    before = sorted(folder.iterdir())
    for number in range(12):
        save(base, f"guide-{number}", f"Guide number {number}", text=f"All about number {number}. " * 30)
    search = start(base, folder, replace(FEW, small=0))
    assert sorted(folder.iterdir()) != before
    assert len(search.snapshot.layers[0].segment.records) == 22
    assert find(search, "guide number 7") == "guide-7"


async def test_questions_are_answered_while_the_index_is_rebuilt(base: Database, folder: Path) -> None:
    search = SearchService(base, HashingEncoder(), folder=folder, sizes=FEW)
    search.build()
    watcher = asyncio.create_task(search.watch(0.01))
    old = search.snapshot.layers[0].segment
    rebuilding = asyncio.create_task(asyncio.to_thread(search.rebuild))
    answered = 0
    while not rebuilding.done() or answered < 20:
        subject = SUBJECTS[answered % len(SUBJECTS)]
        result = await search.search(f"grants for {subject}", today=TODAY, language="en")
        assert result.hits[0].reference == f"guide-{subject}"
        answered += 1
    await rebuilding
    assert search.snapshot.layers[0].segment is not old
    watcher.cancel()
    search.close()


class InterruptedEncoder(HashingEncoder):
    """Lets something happen before it encodes for the first time."""

    name = "interrupted"

    def __init__(self, interruption: Callable[[], None]) -> None:
        super().__init__()
        self._interruption: Callable[[], None] | None = interruption

    def encode(self, texts: Sequence[str]) -> Vectors:
        happens, self._interruption = self._interruption, None
        if happens:
            happens()
        return super().encode(texts)


def test_what_changes_during_a_rebuild_is_in_it(base: Database) -> None:
    def change() -> None:
        assert search.rough
        save(base, "guide-saws", "Grants for sawmills")
        change_state(base, "guide-ovens", EntryState.WITHDRAWN)
        while search.refresh():
            pass
        assert "guide-saws" in search.references()

    encoder = InterruptedEncoder(change)
    search = SearchService(base, encoder, rough=HashingEncoder(), sizes=replace(FEW, rough=5))
    search.build()
    search.rebuild()
    search.close()
    assert not search.rough
    assert search.references() == {f"guide-{each}" for each in [*SUBJECTS, "saws"]} - {"guide-ovens"}
    assert np.count_nonzero(search.snapshot.layers[0].alive) <= len(SUBJECTS)
