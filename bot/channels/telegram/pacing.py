"""Keeps to the pace that Telegram publishes: 30 messages a second in all, one a second in a chat, with short bursts.

Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this. The limits bind what shows in
a chat; callback answers, typing and setting-up pass at once. A wait of more than `LONGEST_WAIT_S` is refused with
`RetryAfter`, as Telegram would, so that it is spent in the outbox and not under a lease.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

LONGEST_WAIT_S = 15.0
PACED = frozenset({
    "sendMessage", "sendDocument", "sendPhoto", "sendVoice", "sendAudio", "sendVideo", "editMessageText",
    "editMessageReplyMarkup",
})  # fmt: skip

_Json = dict[str, Any]
_Answer = bool | _Json | list[_Json]


class _Bucket:
    """Lets `burst` go at once and then one every 1 / `rate` seconds; `free_at` is when it is full again."""

    def __init__(self, rate: float, burst: int) -> None:
        self.keep_to(rate, burst)
        self.free_at = 0.0

    def keep_to(self, rate: float, burst: int) -> None:
        """Go on at another rate."""
        self._step = 1 / rate
        self._depth = burst * self._step

    def wait(self, moment: float) -> float:
        return max(0.0, self.free_at + self._step - self._depth - moment)

    def take(self, moment: float) -> None:
        self.free_at = max(self.free_at, moment) + self._step


class TelegramPace(BaseRateLimiter[int]):
    """Delays messages so that neither the bot nor a chat exceeds its rate; messages of a chat keep their order."""

    def __init__(self, *, overall: float = 28.0, per_chat: float = 1.0, burst: int = 5) -> None:
        # Two at once and 28 a second are at most 30 within any second.
        self._rate = overall
        self._overall = _Bucket(overall, burst=2)
        self._per_chat = per_chat
        self._burst = burst
        self._chats: dict[str, _Bucket] = {}

    def share(self, processes: int) -> None:
        """Take an equal part of the bot's pace, of as many processes as send for it."""
        self._overall.keep_to(self._rate / processes, burst=2 if processes == 1 else 1)

    async def initialize(self) -> None:
        """Nothing is needed."""

    async def shutdown(self) -> None:
        """Nothing is held."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, _Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> _Answer:
        """Make the call as soon as the pace allows; raises `RetryAfter` when that is too far off."""
        if endpoint in PACED:
            wait = self._reserve(str(data["chat_id"]))
            if wait > 0:
                await asyncio.sleep(wait)
        return await callback(*args, **kwargs)

    def _reserve(self, chat: str) -> float:
        moment = asyncio.get_running_loop().time()
        if len(self._chats) > 1_000:
            self._chats = {name: bucket for name, bucket in self._chats.items() if bucket.free_at > moment}
        bucket = self._chats.setdefault(chat, _Bucket(self._per_chat, self._burst))
        wait = max(bucket.wait(moment), self._overall.wait(moment))
        if wait > LONGEST_WAIT_S:
            raise RetryAfter(timedelta(seconds=wait))
        bucket.take(moment)
        self._overall.take(moment)
        return wait
