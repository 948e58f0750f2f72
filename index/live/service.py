"""The search service of a process: keeps an index of the knowledge base fresh, and answers from it."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from threading import Event, Lock

import numpy as np

from index.encoding.batching import AsyncEncoder
from index.errors import IndexNotReady
from index.live import vector_cache
from index.live.layers import LayeredIndex
from index.live.sizes import SIZES, Sizes
from index.model import Encoder, Filters, Progress, SearchResult, Vectors
from index.ranking import calibration
from index.ranking.search import Snapshot
from index.segments import source
from index.segments.files import IndexFiles
from index.segments.segment import Segment
from index.stores.memory import give_back
from knowledge.database import Database
from knowledge.retrying import repeat

EVERY_S = 0.25
"""How often a process asks whether the knowledge base changed."""

_REFINE_EVERY_S = 60.0
"""How often a rough index is looked for, and refining tried again after it failed."""


class SearchService:
    """Searches the published entries of a database.

    SQL is the truth; a large index is kept in `folder`, if one is given, so that a start need not build it. `rough`
    encodes at a small part of the encoder's cost: where very much waits to be encoded, a start indexes its vectors and
    compares questions by them, and `watch` puts the encoder's own in their place when it has them all.
    """

    def __init__(
        self,
        database: Database,
        encoder: Encoder,
        *,
        rough: Encoder | None = None,
        profile: calibration.EncoderProfile | None = None,
        threads: int = 2,
        folder: Path | None = None,
        sizes: Sizes = SIZES,
    ) -> None:
        self._database = database
        self._encoder = encoder
        self._rough = rough
        self._profile = profile or calibration.profile(encoder.name)
        self._sizes = sizes
        self._questions = AsyncEncoder(encoder)
        self._searchers = ThreadPoolExecutor(threads, thread_name_prefix="search")
        self._refreshing = Lock()
        self._files = IndexFiles(folder, encoder) if folder else None
        self._kept: Segment | None = None
        self._index: LayeredIndex | None = None
        self._closed = Event()

    @property
    def ready(self) -> bool:
        """Whether questions can be answered."""
        return self._index is not None

    @property
    def rough(self) -> bool:
        """Whether it is rough vectors that are searched."""
        return self._index is not None and self._index.encoder is self._rough

    @property
    def revision(self) -> int:
        """The revision of the knowledge base that is searchable as a whole; -1 while changes are being taken in."""
        return self._index.revision if self._index else -1

    @property
    def snapshot(self) -> Snapshot:
        """The state that is searched now; raises `IndexNotReady`."""
        return self._searched().snapshot

    def _searched(self) -> LayeredIndex:
        if self._index is None:
            raise IndexNotReady
        return self._index

    def build(self, progress: Progress | None = None) -> None:
        """Index everything that is published, from the files if they are of use; `progress` hears of encoding."""
        with self._refreshing:
            if self._files:
                loaded = LayeredIndex.load(self._database, self._encoder, self._profile, self._files, sizes=self._sizes)
                if loaded:
                    self._index, self._kept = loaded, loaded.large
                    return
        if self._rough and self._missing() > self._sizes.rough:
            self._replace(self._rough, progress)
        else:
            self.rebuild(progress)

    def rebuild(self, progress: Progress | None = None) -> None:
        """Index everything from SQL aside, while the present index answers and follows, and put it in its place."""
        self._replace(self._encoder, progress)
        if self._rough:
            vector_cache.forget(self._database, self._rough.name)

    def refine(self) -> None:
        """Put the encoder's own vectors in the place of rough ones; ends soon after `close`, to go on at a start."""
        if self.rough:
            with suppress(_Closed):
                self.rebuild(self._go_on)

    def _go_on(self, _done: int, _of: int) -> None:
        if self._closed.is_set():
            raise _Closed

    def _missing(self) -> int:
        with self._database.reading() as session:
            return len(source.missing(session, self._encoder.name))

    def _replace(self, encoder: Encoder, progress: Progress | None) -> None:
        profile = self._profile if encoder is self._encoder else calibration.profile(encoder.name)
        fresh = LayeredIndex.build(self._database, encoder, profile, progress, sizes=self._sizes)
        while fresh.refresh():
            pass
        with self._refreshing:
            while fresh.refresh():
                pass
            self._index = fresh
            self._keep(fresh)
        give_back()

    def refresh(self) -> bool:
        """Take in some of what changed, newest first; return whether more waits.

        What was withdrawn goes at once. Safe to call from any thread; builds the index where there is none.
        """
        if self._index is None:
            self.build()
            return False
        with self._refreshing:
            more = self._index.refresh()
            if not more:
                self._keep(self._index)
            return more

    def _keep(self, index: LayeredIndex) -> None:
        """Write the large segment to the files if it is not the one that they hold; small and rough ones are not."""
        if self._files and not self.rough and index.large is not self._kept:
            self._kept = index.large
            if len(index.large) >= self._sizes.kept:
                index.save(self._files)
            else:
                self._files.discard()

    async def watch(self, every: float = EVERY_S) -> None:
        """Keep the index fresh until cancelled, and refine a rough one; a database that is away is waited for."""
        refine, refresh = partial(asyncio.to_thread, self.refine), partial(asyncio.to_thread, self.refresh)
        refining = asyncio.create_task(repeat(refine, _REFINE_EVERY_S, "The rough index cannot be refined"))
        try:
            await repeat(refresh, every, "The index cannot be refreshed")
        finally:
            refining.cancel()

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
        index = self._searched()
        if vector is None and index.encoder is self._encoder:
            vector = await self.encode(question)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._searchers, self._search, index, question, vector, filters, language, today, limit
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
        return self._search(self._searched(), question, vector, filters, language, today, limit)

    def _search(
        self,
        index: LayeredIndex,
        question: str,
        vector: Vectors | None,
        filters: Filters | None,
        language: str | None,
        today: date,
        limit: int,
    ) -> SearchResult:
        # Rough vectors compare with one another only, and the vector that was given is the encoder's.
        if vector is None or index.encoder is not self._encoder:
            vector = index.encoder.encode([question])[0]
        vector = np.asarray(vector, np.float32)
        filters = filters or Filters()
        return index.snapshot.search(question, vector, filters, language=language, today=today, limit=limit)

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
        """Let what runs finish, refining aside, and take no more questions."""
        self._closed.set()
        self._questions.close()
        self._searchers.shutdown()


class _Closed(Exception):
    """The search was closed while it was being refined."""
