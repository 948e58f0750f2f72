"""The mailbox of web askers: the messages table read by cursor, and what wakes a reader."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import anyio
from anyio.to_thread import run_sync

from bot.channels.web.errors import TooManyConnections
from bot.channels.web.pace import Limits
from bot.channels.web.qr import qr_picture
from bot.channels.web.schemas import ChatMessage, Messages
from bot.channels.web.tokens import WebSession
from bot.messages import OutgoingFile, OutgoingMessage
from bot.ports import Handled, Owed, Received, Render
from bot.wording.rendering import files_of
from knowledge.conversations.deliveries import mark_sent
from knowledge.conversations.messages import find_conversation, messages_after, newest_ids
from knowledge.database import Database
from knowledge.models import Author, DeliveryState, Message
from knowledge.retrying import repeat

log = logging.getLogger(__name__)

CHANNEL = "web"


class Listener:
    """One open socket or waiting request: how far it has read, what was brought to it since, and what wakes it."""

    def __init__(self, address: str, after: int) -> None:
        self.address = address
        self.after = after
        self.brought: list[Handled] = []
        self._woken = anyio.Event()

    def wake(self) -> None:
        """Say that there may be something new."""
        self._woken.set()

    async def woken(self) -> None:
        """Wait until something was written; what was written since the last wait counts."""
        await self._woken.wait()
        self._woken = anyio.Event()


@dataclass(frozen=True)
class Page:
    """Some messages, and the deliveries that are done once these have reached the person."""

    content: Messages
    owed: list[int]


class Mailbox:
    """Reads conversations, wakes those who listen to them, and marks as sent what has reached them.

    `run` is the one poller of the process: it finds what other processes wrote, for all listeners in one transaction.
    """

    def __init__(self, database: Database, render: Render, limits: Limits | None = None) -> None:
        self._database = database
        self._render = render
        self._limits = limits or Limits()
        self._listeners: dict[str, set[Listener]] = {}
        self._busy: Counter[str] = Counter()
        self._reached: set[int] = set()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look at once for what was written, rather than at the next poll; call it in the event loop."""
        self._woken.set()

    async def run(self) -> None:
        """Poll until cancelled; a database that is away for a while is waited for."""
        await repeat(self._round, self._limits.poll_s, "What was written cannot be read", wake=self._woken)

    async def _round(self) -> None:
        await self.settle()
        await self.look()

    async def look(self) -> None:
        """Wake every listener whose conversation has grown past what it has read."""
        if not self._listeners:
            return
        newest = await run_sync(self._newest, list(self._listeners))
        for address, last in newest.items():
            for listener in self._listeners.get(address, ()):
                if last > listener.after:
                    listener.wake()

    async def newest(self, address: str) -> int:
        """Return the id of an address's last message, 0 when there is none."""
        return (await run_sync(self._newest, [address])).get(address, 0)

    async def read(self, session: WebSession, after: int) -> Page:
        """Return a page of what follows `after`."""
        found, owed = await run_sync(partial(self._read, session, after))
        more = len(found) == self._limits.page
        return Page(Messages(messages=found, more=more, typing=self._busy[session.address] > 0), owed)

    def page_of(self, handled: Handled, address: str, after: int) -> Page | None:
        """Return the page that a turn has just written; None when other messages follow `after`, or may."""
        received, follows = handled.received, handled.follows
        if received is None or follows is None or not follows <= after < received.id:
            return None
        messages = [_asked(received), *map(_owed, handled.owed)]
        content = Messages(messages=messages, typing=self._busy[address] > 0)
        return Page(content, [each.delivery_id for each in handled.owed])

    async def next_page(self, session: WebSession, listener: Listener) -> Page:
        """Return a page of what a listener has not read, without asking the database where a turn brought it all."""
        while listener.brought:
            if page := self.page_of(listener.brought.pop(0), listener.address, listener.after):
                return page
        return await self.read(session, listener.after)

    def bring(self, address: str, handled: Handled) -> None:
        """Give what a turn has written to those who listen to its conversation."""
        for listener in self._listeners.get(address, ()):
            listener.brought.append(handled)

    def reached(self, page: Page) -> None:
        """Take note that a page has reached the person; `settle` writes it down."""
        self._reached.update(page.owed)

    async def settle(self) -> None:
        """Mark as sent all that has reached people since the last time."""
        if not self._reached:
            return
        reached, self._reached = self._reached, set()
        try:
            await run_sync(self._mark, sorted(reached))
        except BaseException:
            self._reached |= reached
            raise

    @contextmanager
    def listening(self, address: str, after: int) -> Iterator[Listener]:
        """Register a listener for as long as the block lasts; raises `TooManyConnections`."""
        those = self._listeners.setdefault(address, set())
        if len(those) >= self._limits.sockets:
            raise TooManyConnections
        listener = Listener(address, after)
        those.add(listener)
        try:
            yield listener
        finally:
            those.discard(listener)
            if not those:
                self._listeners.pop(address, None)

    @contextmanager
    def working(self, address: str) -> Iterator[None]:
        """Say that the desk is at work for an address, and wake its listeners at the end."""
        self._busy[address] += 1
        try:
            yield
        finally:
            self._busy[address] -= 1
            if not self._busy[address]:
                del self._busy[address]
            for listener in self._listeners.get(address, ()):
                listener.wake()

    def _newest(self, addresses: list[str]) -> dict[str, int]:
        with self._database.reading() as session:
            return newest_ids(session, CHANNEL, addresses)

    def _read(self, session: WebSession, after: int) -> tuple[list[ChatMessage], list[int]]:
        with self._database.reading() as reader:
            conversation = find_conversation(reader, CHANNEL, session.address)
            if conversation is None:
                return [], []
            rows = messages_after(reader, conversation.id, after, limit=self._limits.page)
            language = conversation.language or session.language or "en"
            owed = [row.delivery.id for row in rows if row.delivery and row.delivery.state == DeliveryState.PENDING]
            sent = files_of(reader, [row.id for row in rows if row.author == Author.ASKER])
            return [self._shown(row, language, sent.get(row.id, ())) for row in rows], owed

    def _shown(self, row: Message, language: str, sent: tuple[OutgoingFile, ...]) -> ChatMessage:
        if row.author == Author.ASKER:
            return _asked(Received.of(row, sent))
        try:
            outgoing = self._render(row, language)
        except Exception:  # one damaged row must not close the mailbox behind it
            log.exception("web mailbox: message %s cannot be rendered, its text is shown", row.id)
            outgoing = OutgoingMessage(text=row.text, language=language)
        return _said(row, outgoing)

    def _mark(self, delivery_ids: list[int]) -> None:
        with self._database.transaction() as session:
            mark_sent(session, delivery_ids)


def _asked(received: Received) -> ChatMessage:
    return ChatMessage(
        id=received.id,
        author=Author.ASKER,
        text=received.text,
        files=received.files,
        client_id=received.external_id,
        created_at=received.created_at,
    )


def _owed(owed: Owed) -> ChatMessage:
    return _said(owed, owed.outgoing)


def _said(message: Message | Owed, outgoing: OutgoingMessage) -> ChatMessage:
    fields = dict(outgoing) | {"qr": qr_picture(outgoing.qr) if outgoing.qr else None}
    return ChatMessage(
        id=message.id, author=message.author, created_at=message.created_at, ticket=message.ticket_id, **fields
    )
