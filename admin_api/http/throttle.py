"""Slows down the guessing of passwords, by the address guessed at and by the client that guesses."""

from collections.abc import Callable
from threading import Lock
from time import monotonic

from cachetools import TTLCache

from admin_api.http.errors import TooManyAttempts

WINDOW_S = 15 * 60
FAILURES_OF_ADDRESS = 5
FAILURES_OF_CLIENT = 50
MAX_KEPT = 10_000


class LoginThrottle:
    """Counts failed log-ins of the last quarter of an hour, in this process."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._failures: TTLCache[tuple[str, str], list[float]] = TTLCache(MAX_KEPT, WINDOW_S, timer=clock)
        self._lock = Lock()

    def check(self, email: str, client: str) -> None:
        """Raise `TooManyAttempts` when there were too many failures already."""
        with self._lock:
            for key, limit in self._keys(email, client):
                failures = self._recent(key)
                if len(failures) >= limit:
                    raise TooManyAttempts(max(1, round(WINDOW_S - (self._clock() - failures[0]))))

    def failed(self, email: str, client: str) -> None:
        """Count a failure."""
        with self._lock:
            for key, limit in self._keys(email, client):
                self._failures[key] = [*self._recent(key), self._clock()][-limit:]

    def succeeded(self, email: str, client: str) -> None:
        """Forget the failures of an address."""
        with self._lock:
            self._failures.pop(self._keys(email, client)[0][0], None)

    def _keys(self, email: str, client: str) -> list[tuple[tuple[str, str], int]]:
        return [((email.strip().lower(), client), FAILURES_OF_ADDRESS), (("", client), FAILURES_OF_CLIENT)]

    def _recent(self, key: tuple[str, str]) -> list[float]:
        since = self._clock() - WINDOW_S
        return [moment for moment in self._failures.get(key, ()) if moment > since]
