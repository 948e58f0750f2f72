"""Fetches updates by long polling and confirms each to Telegram only after the conversation kept it.

The library's own `Updater` confirms what it has put into its queue, so that a crash loses what waits there. Here the
offset never passes an update that is still worked on; one that comes again is known by its id.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.channels.telegram.updates import WANTED
from knowledge.retrying import Backoff, Trouble

LONG_POLL_S = 30
BACKOFF = Backoff(first_s=1.0, longest_s=30.0)
"""When Telegram is asked again after it could not be reached."""

_LOOK_AGAIN_S = 0.1


class Poller:
    """Polls until cancelled; `receive` begins the work on an update and returns the future of its being kept."""

    def __init__(
        self, bot: ExtBot[int], receive: Callable[[Update], asyncio.Future[bool]], *, backoff: Backoff
    ) -> None:
        self._bot = bot
        self._receive = receive
        self._backoff = backoff
        self._seen: dict[int, asyncio.Future[bool]] = {}
        self._offset: int | None = None

    async def run(self) -> None:
        """Poll for ever; raises `InvalidToken` when Telegram no longer takes the token."""
        trouble = Trouble("Telegram cannot be polled", self._backoff)
        while True:
            try:
                await self._fetch()
            except InvalidToken:
                raise
            except TelegramError as error:
                pause = trouble.failed(_explained(error))
                await asyncio.sleep(_wish(error) if isinstance(error, RetryAfter) else pause)
            else:
                trouble.over()
                await self._wait_for_work()

    async def confirm(self) -> None:
        """Tell Telegram what has been kept, so that it does not come again after a restart."""
        self._advance()
        if self._offset is not None:
            with suppress(TelegramError, TimeoutError):
                async with asyncio.timeout(2):
                    await self._bot.get_updates(offset=self._offset, limit=1, timeout=0, allowed_updates=WANTED)

    async def _fetch(self) -> None:
        updates = await self._bot.get_updates(offset=self._offset, timeout=LONG_POLL_S, allowed_updates=WANTED)
        for update in updates:
            if update.update_id not in self._seen:
                self._seen[update.update_id] = self._receive(update)

    async def _wait_for_work(self) -> None:
        """Let the work under way end, but not for long: other people's updates wait behind this poll."""
        if under_way := [kept for kept in self._seen.values() if not kept.done()]:
            await asyncio.wait(under_way, timeout=_LOOK_AGAIN_S)
        self._advance()

    def _advance(self) -> None:
        for update_id in sorted(self._seen):
            if not self._seen[update_id].done() or self._seen[update_id].cancelled():
                break
            del self._seen[update_id]
            self._offset = update_id + 1


def _wish(error: RetryAfter) -> float:
    wait = error.retry_after
    return float(wait) if isinstance(wait, (int, float)) else wait.total_seconds()


def _explained(error: TelegramError) -> str:
    if isinstance(error, Conflict):
        return f"another program uses the same bot; only one may ({error.message})"
    return error.message
