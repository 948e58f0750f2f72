"""Sends what the desk owes: at once when a turn has written it, and again until it arrives.

Every delivery is taken under a lease that outlives its sending, so that of several workers and processes one sends
it, and when that one dies (even by kill -9) another takes it up as soon as the lease has run out. A crash between a
sending and its note in the database sends the message a second time: at least once, in the order of its conversation.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from sqlalchemy.orm import Session

from bot.delivery.clocks import Clock
from bot.messages import OutgoingMessage
from knowledge.conversations.deliveries import external_id_of, lease_due, lease_next, mark_retry, mark_sent
from knowledge.coordination.leases import LONGEST_PAUSE
from knowledge.database import Database
from knowledge.models import Conversation, Delivery, Message
from knowledge.retrying import Backoff, repeat
from knowledge.tickets.unreached import mark_failed

log = logging.getLogger(__name__)

BACKOFF = Backoff(first_s=1.0, longest_s=60.0, jitter=0.5)
"""When a message that did not go through is sent again, unless the channel asks for more time."""

NOTED_WITHIN_S = (0.2, 0.5, 1.0, 2.0, 4.0)
"""The pauses after which what became of a message is noted again; together shorter than a quarter of a lease."""

GIVE_UP_AFTER = timedelta(days=2)
"""The age at which a message that still does not go through is given up."""


class RetryLater(Exception):
    """The channel asks to wait `after_s` seconds; it says nothing against the message itself."""

    def __init__(self, after_s: float, reason: str = "the channel asked to wait") -> None:
        self.after_s = after_s
        super().__init__(f"{reason} ({after_s:g} s)")


class Undeliverable(Exception):
    """This message can never arrive: the person blocked the desk or is gone, or the channel refuses the message."""


class Sender(Protocol):
    """A channel as the outbox sees it."""

    async def send(self, address: str, message_id: int, outgoing: OutgoingMessage, replaces: str | None) -> str | None:
        """Send `outgoing`, our message `message_id`, to `address`, and return the channel's own name of it.

        `replaces` is the channel's name of an earlier message whose place it takes, where the channel can. Raises
        `RetryLater` or `Unreachable`; any other exception means that another attempt may succeed.
        """


@dataclass(frozen=True)
class _Owed:
    delivery_id: int
    message_id: int
    channel: str
    address: str
    attempts: int
    since: datetime
    outgoing: OutgoingMessage
    replaces: str | None


@dataclass(frozen=True)
class _Broken:
    delivery_id: int
    error: str


class Lease(Protocol):
    """Takes some deliveries of channels for sending."""

    def __call__(
        self, session: Session, channels: list[str], *, moment: datetime, until: datetime, holder: str, steady: bool
    ) -> list[Delivery]: ...


class Outbox:
    """Sends deliveries through `senders` (by channel name), each message made showable by `render(message, tag)`.

    `deliver` sends what one turn wrote; `run` is the background worker, to be cancelled at the desk's end. Deliveries
    of channels without a sender are left alone. `lease_s` bounds one sending (it is broken off at three quarters),
    `holder` is this process's name, by which its leases are freed should it die. `gave_up` is called, in the event
    loop, after a message was found not to arrive: others are told of it then. What does not arrive about a ticket goes
    to the e-mail address that the asker gave, on `mail_channel` if the desk has one.
    """

    def __init__(
        self,
        database: Database,
        senders: Mapping[str, Sender],
        render: Callable[[Message, str], OutgoingMessage],
        *,
        lease_s: float = 60.0,
        poll_s: float = 0.3,
        parallel: int = 20,
        backoff: Backoff = BACKOFF,
        holder: str = "",
        gave_up: Callable[[], None] = lambda: None,
        mail_channel: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._database = database
        self._senders = senders
        self._render = render
        self._lease_s = lease_s
        self._poll_s = poll_s
        self._parallel = parallel
        self._backoff = backoff
        self._holder = holder
        self._gave_up = gave_up
        self._mail_channel = mail_channel
        self._clock = clock or Clock()
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._sending = 0

    def notify(self) -> None:
        """Tell the worker, from its event loop, that something is owed; without this it looks every `poll_s`."""
        self._wake.set()

    async def deliver(self, message_ids: list[int]) -> None:
        """Send these messages now, in order; what waits behind an earlier message, or fails, is left to the worker."""
        if message_ids:
            # A caller that is cancelled leaves the sending to finish: its lease is taken.
            await asyncio.shield(self._start(self._deliver(message_ids)))

    async def run(self) -> None:
        """Send whatever is due, until cancelled; then let the sendings under way end."""
        try:
            await repeat(self._look, self._poll_s, "What is owed cannot be read", wake=self._wake)
        finally:
            await self.drain()

    async def drain(self, within_s: float = 10.0) -> None:
        """Wait for the sendings under way, at most `within_s`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while others := self._tasks - {asyncio.current_task()}:
                    await asyncio.wait(others)

    async def _look(self) -> None:
        await asyncio.shield(self._start(self._round()))

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _deliver(self, message_ids: list[int]) -> None:
        lease = partial(lease_next, message_ids=message_ids)
        while owed := await asyncio.to_thread(self._take, lease):
            await asyncio.gather(*(self._hand_over(each) for each in owed))

    async def _round(self) -> None:
        if (free := self._parallel - self._sending) <= 0:
            return
        for each in await asyncio.to_thread(self._take, partial(lease_due, limit=free)):
            self._start(self._hand_over(each))

    def _take(self, lease: Lease) -> list[_Owed]:
        steady, moment = self._clock.steady, self._clock()
        with self._database.transaction() as session:
            until = moment + timedelta(seconds=self._lease_s)
            taken = lease(session, list(self._senders), moment=moment, until=until, holder=self._holder, steady=steady)
            owed = [self._owed(session, delivery) for delivery in taken]
        for each in owed:
            if isinstance(each, _Broken):
                # Giving up locks a ticket and its conversation, so it has a transaction of its own.
                self._note(self._failed(each.delivery_id, each.error, permanent=True))
        return [each for each in owed if isinstance(each, _Owed)]

    def _owed(self, session: Session, delivery: Delivery) -> _Owed | _Broken:
        conversation = session.get_one(Conversation, delivery.conversation_id)
        try:
            outgoing = self._render(delivery.message, conversation.language or "en")
        except Exception as error:
            log.exception("Message %d cannot be shown and is given up.", delivery.message_id)
            return _Broken(delivery.id, f"cannot be shown: {error!r}")
        replaces = None
        if outgoing.replaces is not None:
            replaces = external_id_of(session, conversation.id, outgoing.replaces)
        return _Owed(
            delivery.id,
            delivery.message_id,
            delivery.channel,
            delivery.address,
            delivery.attempts,
            delivery.message.created_at,
            outgoing,
            replaces,
        )

    async def _hand_over(self, owed: _Owed) -> None:
        self._sending += 1
        try:
            outcome = await self._attempt(owed)
            await self._note_surely(outcome)
            if outcome.func is mark_failed:
                self._gave_up()
        except Exception:
            log.exception("What became of message %d could not be noted; it will be sent again.", owed.message_id)
        finally:
            self._sending -= 1
            if self._sending <= self._parallel // 2:
                self._wake.set()

    async def _attempt(self, owed: _Owed) -> partial[None]:
        send: Callable[..., Awaitable[str | None]] = self._senders[owed.channel].send
        try:
            async with asyncio.timeout(self._lease_s * 0.75):
                external_id = await send(owed.address, owed.message_id, owed.outgoing, owed.replaces)
        except RetryLater as error:
            return partial(_retry, owed=owed, clock=self._clock, after_s=error.after_s, error=str(error))
        except Undeliverable as error:
            log.info("Message %d cannot arrive: %s", owed.message_id, error)
            return self._failed(owed.delivery_id, str(error), permanent=True)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            if self._clock() - owed.since > GIVE_UP_AFTER:
                log.warning("Message %d is given up after %d attempts: %s", owed.message_id, owed.attempts, reason)
                return self._failed(owed.delivery_id, reason, permanent=False)
            log.info("Message %d did not go through, attempt %d: %s", owed.message_id, owed.attempts, reason)
            pause = self._backoff.pause(owed.attempts)
            return partial(_retry, owed=owed, clock=self._clock, after_s=pause, error=reason)
        return partial(mark_sent, delivery_ids=[owed.delivery_id], external_id=external_id)

    def _failed(self, delivery_id: int, error: str, *, permanent: bool) -> partial[None]:
        return partial(
            mark_failed, delivery_id=delivery_id, error=error, permanent=permanent, mail_channel=self._mail_channel
        )

    async def _note_surely(self, outcome: partial[None]) -> None:
        """Write down what became of a message, within its lease also when the database is away for a moment."""
        for pause in NOTED_WITHIN_S:
            try:
                return await asyncio.to_thread(self._note, outcome)
            except Exception as error:
                log.info("What became of a message is noted later, the database being away: %s", error)
            await asyncio.sleep(pause)
        await asyncio.to_thread(self._note, outcome)

    def _note(self, outcome: Callable[[Session], None]) -> None:
        with self._database.transaction() as session:
            outcome(session)


def _retry(session: Session, *, owed: _Owed, clock: Clock, after_s: float, error: str) -> None:
    mark_retry(session, owed.delivery_id, clock() + min(timedelta(seconds=after_s), LONGEST_PAUSE[Delivery]), error)
