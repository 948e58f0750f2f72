"""The limits that Telegram publishes: 30 messages a second in all, one a second in a chat but for short bursts.

Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

import math
from collections import Counter, defaultdict, deque

from tests.support.bot_api_server.methods import Refused

COUNTED = frozenset({"sendMessage", "sendDocument", "sendPhoto", "editMessageText", "editMessageReplyMarkup"})
OVERALL = 30
BURST = 5.25
"""How many messages a chat takes at once; a quarter more than whole, as messages that leave evenly arrive less so."""


class Limits:
    """Refuses what is over the limits with 429, and counts that in `refused` by which limit it was."""

    def __init__(self) -> None:
        self.refused: Counter[str] = Counter()
        self.most_in_a_second = 0
        self._all: deque[float] = deque()
        self._full_at: dict[int | str, float] = defaultdict(float)

    def take(self, method: str, chat: int | str, at: float) -> None:
        """Count a call at a moment, in seconds; raises `Refused`."""
        if method not in COUNTED:
            return
        while self._all and self._all[0] <= at - 1:
            self._all.popleft()
        full_at = max(self._full_at[chat], at) + 1
        if full_at - at > BURST:
            self._refuse("chat", full_at - at - BURST)
        if len(self._all) >= OVERALL:
            self._refuse("all", self._all[0] + 1 - at)
        self._full_at[chat] = full_at
        self._all.append(at)
        self.most_in_a_second = max(self.most_in_a_second, len(self._all))

    def _refuse(self, limit: str, wait: float) -> None:
        self.refused[limit] += 1
        seconds = max(1, math.ceil(wait))
        raise Refused(429, f"Too Many Requests: retry after {seconds}", seconds)
