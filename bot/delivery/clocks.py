"""The wall clock, and whether it was set a moment ago: what other processes wrote before cannot be compared then."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic

from knowledge.models import now

log = logging.getLogger(__name__)

SETTLES_S = 60.0
"""No lease is longer, so that this long after a jump whatever was being sent has been sent and noted."""

_JUMP = timedelta(seconds=2)


class Clock:
    """Gives the present moment in UTC as `wall` does, and is not `steady` for a while after that jumped.

    `steps` are seconds that nobody can set. It is asked from several threads.
    """

    def __init__(
        self,
        wall: Callable[[], datetime] = now,
        steps: Callable[[], float] = monotonic,
        *,
        settles_s: float = SETTLES_S,
    ) -> None:
        self._wall, self._steps, self._settles_s = wall, steps, settles_s
        self._lock = Lock()
        self._began = wall() - timedelta(seconds=steps())
        self._settled_at = steps()

    def __call__(self) -> datetime:
        """Return the present moment in UTC."""
        with self._lock:
            moment, step = self._wall(), self._steps()
            began = moment - timedelta(seconds=step)
            if abs(began - self._began) > _JUMP:
                log.warning("The clock was set by %d s.", (began - self._began).total_seconds())
                self._settled_at = step + self._settles_s
            self._began = began
            return moment

    @property
    def steady(self) -> bool:
        """Whether the clock has gone on evenly for as long as any lease lasts."""
        self()
        return self._steps() >= self._settled_at
