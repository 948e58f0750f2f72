"""The search service over real databases: what is published is found, what is withdrawn is not."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy.orm import Session

from index.encoding.encoder import HashingEncoder
from index.errors import IndexNotReady
from index.live import vector_cache
from index.live.service import SearchService
from index.live.sizes import Sizes
from index.measuring.evaluation import GoldenQuestion, evaluate
from index.model import Filters, Vectors
from knowledge.database import Database
from knowledge.entries.call_status import CallStatus
from knowledge.entries.draft import EntryDraft
from knowledge.entries.store import save_entry, set_state
from knowledge.errors import DatabaseUnavailable
from knowledge.models import EntryState, Kind
from tests.support.waiting import until

pytestmark = pytest.mark.anyio

TODAY = date(2026, 5, 1)


class CountingEncoder(HashingEncoder):
    """Counts the texts that it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.texts = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += len(texts)
        return super().encode(texts)


def save(
    database: Database, reference: str, title: str, *, state: EntryState = EntryState.PUBLISHED, **more: object
) -> None:
    draft = EntryDraft.model_validate({"id": reference, "language": "en", "title": title, **more})
    with database.transaction() as session:
        save_entry(session, draft, source="test", state=state)


def change_state(database: Database, reference: str, state: EntryState) -> None:
    with database.transaction() as session:
        set_state(session, reference, state)


@pytest.fixture
def search(database: Database) -> Iterator[SearchService]:
    service = SearchService(database, HashingEncoder())
    yield service
    service.close()


def find(search: SearchService, question: str, filters: Filters | None = None) -> list[str]:
    result = search.search_sync(question, filters, language="en", today=TODAY)
    return [hit.reference for hit in result.hits]


async def appears(search: SearchService, question: str, reference: str | None) -> None:
    """Wait until `reference` (or nothing) comes first, for no longer than a busy machine may need."""
    await until(lambda: next(iter(find(search, question)), None) == reference, within_s=5.0)


async def test_an_index_that_was_not_built_says_so(search: SearchService) -> None:
    assert not search.ready
    with pytest.raises(IndexNotReady):
        await search.search("anything", today=TODAY)


async def test_publishing_changing_and_withdrawing_show_soon(database: Database, search: SearchService) -> None:
    search.build()
    watcher = asyncio.create_task(search.watch())
    try:
        save(database, "guide-ovens", "Grants for bakery ovens")
        await appears(search, "bakery ovens", "guide-ovens")
        save(database, "guide-ovens", "Loans for fishing boats")
        save(database, "guide-museum", "Museum nights in Plovdiv")
        await appears(search, "fishing boats", "guide-ovens")
        assert "guide-ovens" in find(search, "fishing boats")
        change_state(database, "guide-ovens", EntryState.WITHDRAWN)
        await appears(search, "fishing boats", "guide-museum")
        change_state(database, "guide-museum", EntryState.WITHDRAWN)
        await appears(search, "fishing boats", None)
        change_state(database, "guide-ovens", EntryState.PUBLISHED)
        await appears(search, "fishing boats", "guide-ovens")
    finally:
        watcher.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watcher


def test_only_published_entries_are_found(database: Database, search: SearchService) -> None:
    save(database, "guide-a", "Olive oil export", state=EntryState.DRAFT)
    save(database, "guide-b", "Olive oil press", state=EntryState.WITHDRAWN)
    save(database, "guide-c", "Wine export")
    search.build()
    assert find(search, "olive oil export") == ["guide-c"]
    change_state(database, "guide-a", EntryState.PUBLISHED)
    assert search.refresh() is False
    assert find(search, "olive oil export") == ["guide-a", "guide-c"]


def test_a_refresh_equals_a_build(database: Database, search: SearchService) -> None:
    for number in range(12):
        save(database, f"guide-{number}", f"Guide to export number {number}", text="Olives, wine and rugs. " * number)
    search.build()
    for number in range(0, 12, 3):
        save(database, f"guide-{number}", f"Guide to tourism number {number}", text="Lakes and villages. " * number)
    change_state(database, "guide-1", EntryState.WITHDRAWN)
    while search.refresh():
        pass
    anew = SearchService(database, HashingEncoder())
    anew.build()
    for question in ("tourism lakes", "export number 5", "rugs and wine"):
        assert find(search, question) == find(anew, question)
    assert search.references() == anew.references()
    assert search.revision == anew.revision
    anew.close()


def test_many_changes_are_taken_in_newest_first(database: Database, search: SearchService) -> None:
    search.build()
    for number in range(60):
        save(database, f"guide-{number}", f"Guide number {number}")
    assert search.refresh() is True
    assert search.revision == -1
    assert "guide-59" in search.references()
    assert "guide-0" not in search.references()
    while search.refresh():
        pass
    assert len(search.references()) == 60
    assert search.revision > 0


def test_small_layers_are_merged_into_the_large_one(database: Database) -> None:
    search = SearchService(database, HashingEncoder(), sizes=Sizes(small=3))
    search.build()
    for number in range(10):
        save(database, f"guide-{number}", f"Guide number {number}")
        search.refresh()
        assert sum(layer.alive.sum() for layer in search.snapshot.layers) == number + 1
    assert len(search.snapshot.layers[0].segment) > 3
    assert set(find(search, "guide number")) == {f"guide-{number}" for number in range(10)}
    search.close()


def test_every_text_is_encoded_once_for_all_processes(database: Database) -> None:
    save(database, "guide-a", "Olive oil", text="One. " * 400)
    save(database, "guide-b", "Olive oil", text="One. " * 400)
    first, second = CountingEncoder(), CountingEncoder()
    told: list[tuple[int, int]] = []
    missing = vector_cache.fill(database, first, lambda done, total: told.append((done, total)))
    assert first.texts == missing > 1
    assert told[-1] == (missing, missing)
    assert vector_cache.fill(database, second) == 0
    service = SearchService(database, second)
    service.build()
    assert second.texts == 0
    assert service.snapshot.entries == 2
    assert service.snapshot.passages > missing
    service.close()


def test_filters_and_the_day_decide_before_words_do(database: Database, search: SearchService) -> None:
    call = {"kind": "funding_call", "opens": "2026-03-01", "deadlines": ["2026-04-01", "2026-06-01"]}
    save(database, "call-ro", "Grants for bakeries", countries=["RO"], **call)
    save(database, "call-past", "Grants for bakeries", kind="funding_call", deadlines=["2026-04-30"])
    save(database, "org-rs", "Union of bakers", kind="organisation", countries=["RS"], city="Niš")
    search.build()
    assert find(search, "bakeries", Filters(statuses=(CallStatus.OPEN,))) == ["call-ro"]
    assert find(search, "bakeries", Filters(statuses=(CallStatus.CLOSED,))) == ["call-past"]
    assert find(search, "grants for bakeries")[0] == "call-ro"
    assert find(search, "grants", Filters(cities=("nis",))) == ["org-rs"]
    assert find(search, "grants", Filters(countries=("RO",), kinds=(Kind.ORGANISATION,))) == []
    later = search.search_sync("bakeries", Filters(statuses=(CallStatus.OPEN,)), today=date(2026, 6, 2))
    assert later.hits == ()
    assert later.probability == 0


async def test_many_askers_at_once_while_the_base_changes(database: Database, search: SearchService) -> None:
    for number in range(40):
        save(database, f"guide-{number}", f"Guide to subject {number} of forty", text=f"All about subject {number}.")
    search.build()
    watcher = asyncio.create_task(search.watch(0.01))

    async def publish() -> None:
        for number in range(40, 60):
            await asyncio.to_thread(save, database, f"guide-{number}", f"Guide to subject {number} of sixty")

    questions = [search.search(f"subject {n % 40} of forty", today=TODAY, language="en") for n in range(200)]
    results = (await asyncio.gather(publish(), *questions))[1:]
    watcher.cancel()
    assert all(result is not None and len(result.hits) == 10 for result in results)
    assert all(len({hit.entry_id for hit in result.hits}) == 10 for result in results if result)


class AwayDatabase(Database):
    """A database that can go away, and counts how often it was asked meanwhile."""

    away = False
    asked = 0

    @contextmanager
    def reading(self) -> Iterator[Session]:
        if self.away:
            self.asked += 1
            raise DatabaseUnavailable
        with super().reading() as session:
            yield session


async def test_a_database_that_is_away_is_waited_for(
    sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    base = AwayDatabase(sqlite_database.url)
    service = SearchService(base, HashingEncoder())
    service.build()
    base.away = True
    watcher = asyncio.create_task(service.watch(0.01))
    await until(lambda: base.asked >= 3)
    base.away = False
    save(sqlite_database, "guide-a", "Olive oil")
    await appears(service, "olive oil", "guide-a")
    watcher.cancel()
    service.close()
    base.close()
    assert caplog.text.count("cannot be refreshed and is tried again") == 1


def test_an_evaluation_counts_and_warns(database: Database, search: SearchService) -> None:
    save(database, "guide-oil", "Olive oil export")
    save(database, "guide-wine", "Wine export")
    search.build()
    questions = [
        GoldenQuestion("1", "en", "olive oil export", frozenset({"guide-oil"})),
        GoldenQuestion("2", "ro", "export de vin wine", frozenset({"guide-wine", "guide-gone"})),
        GoldenQuestion("3", "ro", "zzz", frozenset()),
    ]
    report = evaluate(search, questions, 0.0, today=TODAY)
    assert report["overall"]["hit@1"] == 1.0
    assert report["overall"]["declined"] == 0.0
    assert report["languages"]["en"]["declined"] is None
    assert report["languages"]["ro"]["questions"] == 2
    assert report["warnings"] == ["2: no published entry guide-gone"]
    assert set(report["latency_ms"]) == {"p50", "p95", "p99"}
