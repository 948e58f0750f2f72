"""Fetches updates by long polling and confirms each to Telegram only after the conversation kept it.

The library's own `Updater` confirms what it has put into its queue, so that a crash loses what waits there. Here the
offset never passes an update that is still worked on; one that comes again is known by its id.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.channels.telegram.updates import WANTED

log = logging.getLogger(__name__)

LONG_POLL_S = 30
LONGEST_PAUSE_S = 30.0
_LOOK_AGAIN_S = 0.1


class Poller:
    """Polls until cancelled; `receive` begins the work on an update and returns the future of its being kept."""

    def __init__(
        self, bot: ExtBot[int], receive: Callable[[Update], asyncio.Future[bool]], *, first_pause_s: float = 1.0
    ) -> None:
        self._bot = bot
        self._receive = receive
        self._first_pause_s = first_pause_s
        self._seen: dict[int, asyncio.Future[bool]] = {}
        self._offset: int | None = None

    async def run(self) -> None:
        """Poll for ever; raises `InvalidToken` when Telegram no longer takes the token."""
        failures = 0
        while True:
            try:
                await self._fetch()
            except InvalidToken:
                raise
            except TelegramError as error:
                if failures == 0:
                    log.warning("Telegram cannot be polled and is tried again: %s", _explained(error))
                failures += 1
                await asyncio.sleep(self._pause(error, failures))
            else:
                if failures:
                    log.info("Telegram can be polled again.")
                failures = 0
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

    def _pause(self, error: TelegramError, failures: int) -> float:
        if isinstance(error, RetryAfter):
            wait = error.retry_after
            return float(wait) if isinstance(wait, (int, float)) else wait.total_seconds()
        return min(LONGEST_PAUSE_S, self._first_pause_s * 2.0 ** min(failures - 1, 10))


def _explained(error: TelegramError) -> str:
    if isinstance(error, Conflict):
        return f"another program uses the same bot; only one may ({error.message})"
    return error.message
