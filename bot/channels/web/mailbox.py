"""The mailbox of web askers: the messages table read by cursor, and the bell that says when to read it again."""

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
from bot.channels.web.files import files_of
from bot.channels.web.pace import Limits
from bot.channels.web.ports import CHANNEL, Render
from bot.channels.web.qr import qr_picture
from bot.channels.web.schemas import ChatMessage, Messages
from bot.channels.web.tokens import WebSession
from bot.messages import OutgoingFile, OutgoingMessage
from knowledge.conversations.deliveries import mark_sent
from knowledge.conversations.messages import find_conversation, messages_after, newest_ids
from knowledge.database import Database
from knowledge.models import Author, DeliveryState, Message
from knowledge.retrying import repeat

log = logging.getLogger(__name__)


class Listener:
    """One open socket or waiting request: how far it has read, and its bell."""

    def __init__(self, address: str, after: int) -> None:
        self.address = address
        self.after = after
        self._bell = anyio.Event()

    def ring(self) -> None:
        """Say that there may be something new."""
        self._bell.set()

    async def rung(self) -> None:
        """Wait until the bell rings; what rang since the last wait counts."""
        await self._bell.wait()
        self._bell = anyio.Event()


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
                    listener.ring()

    async def newest(self, address: str) -> int:
        """Return the id of an address's last message, 0 when there is none."""
        return (await run_sync(self._newest, [address])).get(address, 0)

    async def read(self, session: WebSession, after: int) -> Page:
        """Return a page of what follows `after`."""
        found, owed = await run_sync(partial(self._read, session, after))
        more = len(found) == self._limits.page
        return Page(Messages(messages=found, more=more, typing=self._busy[session.address] > 0), owed)

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
                listener.ring()

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
        author = row.author
        if author == Author.ASKER:
            return ChatMessage(
                id=row.id,
                author=author,
                text=row.text,
                files=sent,
                client_id=row.external_id,
                created_at=row.created_at,
            )
        try:
            said = self._render(row, language)
        except Exception:  # one damaged row must not close the mailbox behind it
            log.exception("web mailbox: message %s cannot be rendered, its text is shown", row.id)
            said = OutgoingMessage(text=row.text, language=language)
        fields = dict(said) | {"qr": qr_picture(said.qr) if said.qr else None}
        return ChatMessage(id=row.id, author=author, created_at=row.created_at, ticket=row.ticket_id, **fields)

    def _mark(self, delivery_ids: list[int]) -> None:
        with self._database.transaction() as session:
            mark_sent(session, delivery_ids)
