"""Encodes questions off the event loop, those that wait together in one batch."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from cachetools import LRUCache

from index.model import Encoder, Vectors


class AsyncEncoder:
    """An encoder for many concurrent askers of one event loop.

    While a batch is being encoded in the one worker thread, questions gather; together they make the next batch. The
    vectors of the last `remembered` questions are kept: people ask the same things, and follow-ups repeat them.
    """

    def __init__(self, encoder: Encoder, *, largest_batch: int = 16, remembered: int = 1000) -> None:
        self._encoder = encoder
        self._largest = largest_batch
        self._known: LRUCache[str, Vectors] = LRUCache(remembered)
        self._waiting: list[tuple[str, asyncio.Future[Vectors]]] = []
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="encoder")
        self._task: asyncio.Task[None] | None = None

    async def encode(self, text: str) -> Vectors:
        """Return the unit vector of `text`, of shape (d,); raises what the encoder raises."""
        if (known := self._known.get(text)) is not None:
            return known
        future: asyncio.Future[Vectors] = asyncio.get_running_loop().create_future()
        self._waiting.append((text, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        return await future

    def close(self) -> None:
        """Let the batch that runs finish, and take no more."""
        self._worker.shutdown()

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting[: self._largest], self._waiting[self._largest :]
            try:
                vectors = await loop.run_in_executor(self._worker, self._encoder.encode, [text for text, _ in batch])
            except Exception as error:
                _fail(batch, error)
                continue
            except asyncio.CancelledError:
                _fail([*batch, *self._waiting], None)
                self._waiting = []
                raise
            for (text, future), vector in zip(batch, vectors, strict=True):
                self._known[text] = vector
                if not future.done():
                    future.set_result(vector)


def _fail(batch: list[tuple[str, asyncio.Future[Vectors]]], error: Exception | None) -> None:
    for _, future in batch:
        if future.done():
            continue
        if error is None:
            future.cancel()
        else:
            future.set_exception(error)
