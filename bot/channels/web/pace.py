"""How much and how fast a client may send."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from cachetools import LRUCache

from bot.channels.web.errors import SlowDown


@dataclass(frozen=True)
class Limits:
    """The bounds of the channel; sizes in characters, times in seconds, rates a second."""

    text: int = 100_000
    frame: int = 400_000
    messages_rate: float = 50
    messages_burst: int = 100
    frames_rate: float = 100
    frames_burst: int = 200
    sockets: int = 12
    waiting: int = 25
    hello_s: float = 10
    poll_s: float = 1
    page: int = 100


class Bucket:
    """A token bucket: `burst` at once, refilled with `rate` a second."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._left, self._at = float(burst), clock()

    def take(self) -> None:
        """Take one, or raise `SlowDown` with the seconds until there is one."""
        moment = self._clock()
        self._left = min(self._burst, self._left + (moment - self._at) * self._rate)
        self._at = moment
        if self._left < 1:
            raise SlowDown(round((1 - self._left) / self._rate, 2))
        self._left -= 1


class Pace:
    """A bucket for each address; those unused longest are forgotten when there are too many."""

    def __init__(
        self, rate: float, burst: int, *, most: int = 20_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._buckets: LRUCache[str, Bucket] = LRUCache(most)

    def take(self, address: str) -> None:
        """Count one message of an address, or raise `SlowDown`."""
        if address not in self._buckets:
            self._buckets[address] = Bucket(self._rate, self._burst, self._clock)
        self._buckets[address].take()
