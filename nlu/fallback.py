"""One understander with another behind it, for when the first is away."""

import logging
import time
from collections.abc import Callable

import aiohttp

from nlu.understanding import Understander, Understanding

logger = logging.getLogger(__name__)


class WithFallback:
    """Asks `primary`; at a time-out or any error `twin` answers at once, and `primary` is left alone for a while.

    `rest_s` is how long a failed primary costs nothing; after it one message tries it again.
    """

    def __init__(
        self,
        primary: Understander,
        twin: Understander,
        *,
        rest_s: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._primary = primary
        self._twin = twin
        self._rest_s = rest_s
        self._clock = clock
        self._resting_until = float("-inf")

    async def understand(self, text: str, language: str) -> Understanding:
        """Return the primary's understanding, or the twin's; never raises for what the primary does."""
        if self._clock() >= self._resting_until:
            try:
                return await self._primary.understand(text, language)
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError, RuntimeError) as error:
                # Messages that arrive meanwhile are not held up by a server that is away.
                self._resting_until = self._clock() + self._rest_s
                logger.warning("NLU answers from the offline twin for %.0f s: %s", self._rest_s, type(error).__name__)
        return await self._twin.understand(text, language)

    async def close(self) -> None:
        """Close both."""
        await self._primary.close()
        await self._twin.close()
