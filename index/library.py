"""The search service of a process: keeps an index of the knowledge base fresh, and answers from it."""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Lock

import numpy as np

from index import calibration, embeddings, source
from index.batching import AsyncEncoder
from index.errors import IndexNotReady
from index.model import Encoder, Filters, SearchResult, Vectors
from index.search import Layer, Snapshot, whole
from index.segment import Segment
from index.source import Change
from knowledge.database import Database
from knowledge.entries import current_revision

log = logging.getLogger(__name__)

EVERY_S = 0.25
"""How often a process asks whether the knowledge base changed."""

_STEP = 25
"""Changed entries taken in at once; each step becomes searchable before the next is read."""

_SMALL = 2000
"""Passages up to which the changes' own layer stays beside the large one."""


class Search:
    """Searches the published entries of a database.

    SQL is the truth. A large layer holds what was there at the start, a small one what changed since; once the small
    one is a quarter of the large one, both are merged. A change therefore costs as much as the change is large.
    """

    def __init__(
        self, database: Database, encoder: Encoder, *, profile: calibration.Profile | None = None, threads: int = 2
    ) -> None:
        self._database = database
        self._encoder = encoder
        self._profile = profile or calibration.profile(encoder.name)
        self._questions = AsyncEncoder(encoder)
        self._searchers = ThreadPoolExecutor(threads, thread_name_prefix="search")
        self._refreshing = Lock()
        self._snapshot: Snapshot | None = None
        self._seen = 0
        self._pending = dict[int, int]()

    @property
    def ready(self) -> bool:
        """Whether questions can be answered."""
        return self._snapshot is not None

    @property
    def revision(self) -> int:
        """The revision of the knowledge base that is searchable as a whole; -1 while changes are being taken in."""
        return -1 if self._pending or self._snapshot is None else self._seen

    @property
    def snapshot(self) -> Snapshot:
        """The state that is searched now; raises `IndexNotReady`."""
        if self._snapshot is None:
            raise IndexNotReady
        return self._snapshot

    def build(self, progress: embeddings.Progress | None = None) -> None:
        """Index everything that is published; `progress` hears of passages that had no vector yet."""
        with self._refreshing:
            with self._database.reading() as session:
                self._seen = current_revision(session)
                ids = [change.entry_id for change in source.changes(session, 0) if change.published]
                records = source.records(session, ids)
            texts = {piece.content_hash: piece.text for record in records for piece in record.pieces}
            vectors = embeddings.embed(self._database, self._encoder, texts, progress)
            self._pending = {}
            layer = whole(Segment.build(records, vectors, self._encoder.dimension))
            self._snapshot = Snapshot((layer,), self._profile)

    def refresh(self) -> bool:
        """Take in some of what changed, newest first; return whether more waits.

        What was withdrawn goes at once. Safe to call from any thread; builds the index where there is none.
        """
        if self._snapshot is None:
            self.build()
            return False
        with self._refreshing:
            with self._database.reading() as session:
                revision = current_revision(session)
                changes = source.changes(session, self._seen) if revision != self._seen else []
            if changes:
                self._note(changes)
            self._seen = max(self._seen, revision)
            if self._pending:
                self._take_in(sorted(self._pending, key=lambda entry_id: -self._pending[entry_id])[:_STEP])
            return bool(self._pending)

    async def watch(self, every: float = EVERY_S) -> None:
        """Keep the index fresh until cancelled; a database that is away is waited for."""
        failing = False
        while True:
            try:
                more = await asyncio.to_thread(self.refresh)
            except Exception:
                if not failing:
                    log.exception("The index cannot be refreshed; it is tried again until it can.")
                failing, more = True, False
            else:
                failing = False
            await asyncio.sleep(0 if more else every)

    async def encode(self, question: str) -> Vectors:
        """Return the vector of a question, of shape (d,), encoded off the event loop beside others that wait."""
        return await self._questions.encode(question)

    async def search(
        self,
        question: str,
        filters: Filters | None = None,
        *,
        language: str | None = None,
        today: date,
        limit: int = 10,
        vector: Vectors | None = None,
    ) -> SearchResult:
        """Return the entries that answer `question` best among those that `filters` leave.

        `language` is the question's tag, `today` the day on which calls are open or not, `vector` the question's if
        already encoded. Filters that match nothing yield nothing. Raises `IndexNotReady`.
        """
        snapshot = self.snapshot
        if vector is None:
            vector = await self.encode(question)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._searchers, _search, snapshot, question, vector, filters, language, today, limit
        )

    def search_sync(
        self,
        question: str,
        filters: Filters | None = None,
        *,
        language: str | None = None,
        today: date,
        limit: int = 10,
        vector: Vectors | None = None,
    ) -> SearchResult:
        """Do as `search` does, in the calling thread."""
        snapshot = self.snapshot
        if vector is None:
            vector = self.encode_sync([question])[0]
        return _search(snapshot, question, vector, filters, language, today, limit)

    def encode_sync(self, questions: Sequence[str]) -> Vectors:
        """Return the vectors of many questions, n x d, in the calling thread."""
        return self._encoder.encode(questions)

    def references(self) -> set[str]:
        """Return the references of every entry that can be found."""
        return {
            record.reference
            for layer in self.snapshot.layers
            for record, stands in zip(layer.segment.records, layer.alive, strict=True)
            if stands
        }

    def close(self) -> None:
        """Let what runs finish, and take no more questions."""
        self._questions.close()
        self._searchers.shutdown()

    def _note(self, changes: Sequence[Change]) -> None:
        """Remember what to take in, and drop at once what askers may no longer find."""
        gone = {change.entry_id for change in changes if not change.published}
        for change in changes:
            if change.published:
                self._pending[change.entry_id] = change.revision
            else:
                self._pending.pop(change.entry_id, None)
        if gone:
            self._replace([layer.without(gone) for layer in self.snapshot.layers])
        self._seen = max(change.revision for change in changes)

    def _take_in(self, ids: list[int]) -> None:
        with self._database.reading() as session:
            records = source.records(session, ids)
        texts = {piece.content_hash: piece.text for record in records for piece in record.pieces}
        vectors = embeddings.embed(self._database, self._encoder, texts)
        fresh = whole(Segment.build(records, vectors, self._encoder.dimension))
        large, *small = (layer.without(set(ids)) for layer in self.snapshot.layers)
        changed = small[0].merged(fresh) if small else fresh
        if len(changed.segment) > max(_SMALL, len(large.segment) // 4):
            self._replace([large.merged(changed)])
        else:
            self._replace([large, changed])
        for entry_id in ids:
            del self._pending[entry_id]

    def _replace(self, layers: Sequence[Layer]) -> None:
        self._snapshot = Snapshot(tuple(layers), self._profile)


def _search(
    snapshot: Snapshot,
    question: str,
    vector: Vectors,
    filters: Filters | None,
    language: str | None,
    today: date,
    limit: int,
) -> SearchResult:
    return snapshot.search(
        question, np.asarray(vector, np.float32), filters or Filters(), language=language, today=today, limit=limit
    )
