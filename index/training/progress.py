"""What a long stage says of itself: how far it is, how fast it goes, and how long it will still take."""

import time
from collections.abc import Callable

Say = Callable[[str], None]

_EVERY = 20.0
_KEPT = 0.98


class ProgressReporter:
    """Says a line about every twenty seconds, and one at the end: stage, step, sentences a second, loss, time left."""

    def __init__(
        self, stage: str, total: int, say: Say, *, done: int = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stage, self._total, self._say, self._clock = stage, total, say, clock
        self._first, self._sentences = done, 0
        self._loss, self._weight = 0.0, 0.0
        self._began = self._said = clock()

    def tell(self, done: int, sentences: int, loss: float | None = None) -> None:
        """Take note that `done` steps are done in all, the last one with so many sentences and this loss."""
        self._sentences += sentences
        if loss is not None:
            self._loss = _KEPT * self._loss + (1 - _KEPT) * loss
            self._weight = _KEPT * self._weight + (1 - _KEPT)
        now = self._clock()
        if now - self._said < _EVERY and done < self._total:
            return
        self._said = now
        spent = max(now - self._began, 1e-6)
        left = (self._total - done) * spent / max(done - self._first, 1)
        parts = [f"{self._stage}: {done:,} of {self._total:,}"]
        if self._sentences:
            parts.append(f"{self._sentences / spent:,.0f} sentences/s")
        if self._weight:
            parts.append(f"loss {self._loss / self._weight:.3f}")
        self._say(", ".join([*parts, f"{_duration(left)} left"]))


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min {seconds:.0f} s"
