"""Hands updates to the conversation: in order within a chat, side by side across chats, each until it is kept."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from telegram import Update
from telegram.constants import ChatAction
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.channels.telegram.files import named_for
from bot.channels.telegram.updates import incoming_of, replied_to
from bot.messages import IncomingMessage
from bot.ports import Conversation, Deliver, Handled

log = logging.getLogger(__name__)

TYPING_LASTS_S = 4.5
"""Telegram shows "typing" for five seconds, or until the message."""

RETRY_AFTER_S = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
"""The pauses after which a failed update is tried again, before it is given up."""


NOTED_WITHIN_S = (0.1, 0.3, 0.6)
"""The pauses after which a message that was replied to is looked for again."""

ALBUM_WITHIN_S = 1.0
"""How long an album's further pictures are waited for, which come as messages of their own."""


FindMessage = Callable[[str, str], Awaitable[int | None]]
"""Gives the id of our message that has a name in a chat: the chat's address, Telegram's name of the message."""


class Receiver:
    """Works off updates; at most `parallel` conversations at a time, and `deliver` sends what each turn owes.

    With `find_message` the conversation learns which of our messages a person replied to. The pictures of an album
    are one message.
    """

    def __init__(
        self,
        bot: ExtBot[int],
        conversation: Conversation,
        deliver: Deliver,
        *,
        retry_after_s: Sequence[float] = RETRY_AFTER_S,
        parallel: int = 32,
        find_message: FindMessage | None = None,
        album_within_s: float = ALBUM_WITHIN_S,
    ) -> None:
        self._bot = bot
        self._conversation = conversation
        self._deliver = deliver
        self._retry_after_s = retry_after_s
        self._find_message = find_message
        self._album_within_s = album_within_s
        self._albums: dict[tuple[str, str], list[IncomingMessage]] = {}
        self._gate = asyncio.Semaphore(parallel)
        self._under_way: dict[int, asyncio.Future[bool]] = {}
        self._last_of: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def receive(self, update: Update) -> asyncio.Future[bool]:
        """Begin to work on an update; the future says whether it is kept (or needs nothing), once that is known.

        The same update, received while it is worked on, gives the same future.
        """
        if known := self._under_way.get(update.update_id):
            return known
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        if update.callback_query:
            self._start(self._acknowledge(update.callback_query.id))
        incoming = incoming_of(update)
        if incoming is not None and incoming.files:
            named = (replace(file, remote_id=named_for(self._bot, file.remote_id)) for file in incoming.files)
            incoming = replace(incoming, files=tuple(named))
        if incoming is None:
            kept.set_result(True)
            return kept
        self._under_way[update.update_id] = kept
        kept.add_done_callback(lambda _: self._under_way.pop(update.update_id, None))
        if update.message and update.message.media_group_id:
            self._gather(incoming, replied_to(update), kept)
        else:
            self._enqueue(incoming, replied_to(update), kept)
        return kept

    def _gather(self, incoming: IncomingMessage, reply: str | None, kept: asyncio.Future[bool]) -> None:
        """Put an album's picture with the others of it; the first one waits for them and is handled for all."""
        album = (incoming.address, incoming.external_id or "")
        if album in self._albums:
            self._albums[album].append(incoming)
            kept.set_result(True)
            return
        self._albums[album] = [incoming]

        def whole() -> IncomingMessage:
            parts = self._albums.pop(album)
            text = next((part.text for part in parts if part.text), "")
            return replace(incoming, text=text, files=tuple(file for part in parts for file in part.files))

        self._enqueue(incoming, reply, kept, whole)

    async def finish(self, within_s: float = 10.0) -> None:
        """Wait until everything received is worked off, at most `within_s`; then break off the rest."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=within_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _enqueue(
        self,
        incoming: IncomingMessage,
        reply: str | None,
        kept: asyncio.Future[bool],
        whole: Callable[[], IncomingMessage] | None = None,
    ) -> None:
        address = incoming.address
        task = self._start(self._in_turn(self._last_of.get(address), incoming, reply, kept, whole))
        self._last_of[address] = task

        def forget(done: asyncio.Task[None]) -> None:
            if self._last_of.get(address) is done:
                del self._last_of[address]

        task.add_done_callback(forget)

    async def _in_turn(
        self,
        before: asyncio.Task[None] | None,
        incoming: IncomingMessage,
        reply: str | None,
        kept: asyncio.Future[bool],
        whole: Callable[[], IncomingMessage] | None,
    ) -> None:
        try:
            if before:
                await asyncio.wait([before])
            if whole:
                await asyncio.sleep(self._album_within_s)
                incoming = whole()
            async with self._gate:
                if reply:
                    incoming = replace(incoming, reply_to=await self._replied(incoming.address, reply))
                await self._work(incoming, kept)
        except asyncio.CancelledError:
            # Neither kept nor given up: Telegram shall bring it again.
            kept.cancel()
            raise
        except Exception:
            log.exception("A turn of chat %s failed after its message was kept.", incoming.address)
        finally:
            if not kept.done():
                kept.set_result(False)

    async def _replied(self, address: str, name: str) -> int | None:
        """Return which of our messages was replied to; a quick reply may come before its receipt was noted."""
        if self._find_message is None:
            return None
        for pause in NOTED_WITHIN_S:
            if (found := await self._find_message(address, name)) is not None:
                return found
            await asyncio.sleep(pause)
        return await self._find_message(address, name)

    async def _work(self, incoming: IncomingMessage, kept: asyncio.Future[bool]) -> None:
        answered = asyncio.Event()
        typing = self._start(self._show_typing(int(incoming.address), answered)) if incoming.text else None
        try:
            handled = await self._handle(incoming)
        finally:
            answered.set()
        if handled is None:
            return
        if not kept.done():
            kept.set_result(True)
        if typing:
            # An indicator that overtook its answer would stay for five seconds.
            await asyncio.wait([typing], timeout=0.5)
        await self._deliver(handled.ids)

    async def _handle(self, incoming: IncomingMessage) -> Handled | None:
        for pause in (*self._retry_after_s, None):
            try:
                return await self._conversation.handle(incoming)
            except Exception as error:
                if pause is None:
                    log.exception("Message %s of chat %s is given up.", incoming.external_id, incoming.address)
                    return None
                log.warning(
                    "Message %s of chat %s failed and is tried again: %r", incoming.external_id, incoming.address, error
                )
            await asyncio.sleep(pause)
        return None

    async def _show_typing(self, chat: int, answered: asyncio.Event) -> None:
        with suppress(TelegramError):
            while not answered.is_set():
                await self._bot.send_chat_action(chat, ChatAction.TYPING)
                with suppress(TimeoutError):
                    async with asyncio.timeout(TYPING_LASTS_S):
                        await answered.wait()

    async def _acknowledge(self, query_id: str) -> None:
        # Without this the button keeps spinning; a query too old to be acknowledged is no loss.
        with suppress(TelegramError):
            await self._bot.answer_callback_query(query_id)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
