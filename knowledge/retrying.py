"""What fails now and may work later: how long to wait, what is said of it, and work that is done again and again."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

log = logging.getLogger(__name__)

LONGEST_PAUSE_S = 5.0
"""The longest wait of repeated work that fails, unless it is done less often than that."""


@dataclass(frozen=True)
class Backoff:
    """Pauses that double from `first_s` to `longest_s` seconds; `jitter` is the part of each that is left to chance."""

    first_s: float
    longest_s: float
    jitter: float = 0.0

    def pause(self, failures: int) -> float:
        """Return how many seconds to wait after so many failures in a row, one or more."""
        longest = min(self.longest_s, self.first_s * 2.0 ** min(failures - 1, 30))
        return longest * random.uniform(1 - self.jitter, 1)


class Trouble:
    """Failures of one thing in a row, told by a sentence: the first is logged, and that they are over."""

    def __init__(self, sentence: str, backoff: Backoff) -> None:
        self._sentence = sentence
        self._backoff = backoff
        self._failures = 0

    def failed(self, reason: Exception | str) -> float:
        """Count a failure and return how many seconds to wait; an exception is logged with its traceback."""
        if self._failures == 0:
            trace = reason if isinstance(reason, Exception) else None
            log.error("%s and is tried again: %s", self._sentence, reason, exc_info=trace)
        self._failures += 1
        return self._backoff.pause(self._failures)

    def over(self) -> None:
        """Take note that it works."""
        if self._failures:
            log.info("That is over: %s.", self._sentence)
        self._failures = 0


async def repeat(
    work: Callable[[], Awaitable[object]], every_s: float, failing: str, *, wake: asyncio.Event | None = None
) -> None:
    """Do `work` until cancelled, `every_s` apart, at once where it returns that more waits, and when `wake` is set.

    Where it fails, that is told by the sentence `failing` as `Trouble` does, and it is done again after a while.
    """
    wake = wake or asyncio.Event()
    trouble = Trouble(failing, Backoff(every_s, max(every_s, LONGEST_PAUSE_S)))
    while True:
        wake.clear()
        try:
            pause = 0.0 if await work() else every_s
        except Exception as error:
            pause = trouble.failed(error)
        else:
            trouble.over()
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await wake.wait()
