"""What HTTP and sockets share: who somebody is, how fast they may write, and the way to the conversation."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import anyio

from bot.channels.web.errors import BadRequest, EmptyMessage, TooLong, Unanswered
from bot.channels.web.mailbox import CHANNEL, Mailbox
from bot.channels.web.pace import Limits, Pace
from bot.channels.web.schemas import Messages, Sent, SessionCreated
from bot.channels.web.tokens import SessionTokens, WebSession
from bot.messages import IncomingFile, IncomingMessage
from bot.ports import Conversation, Handled
from knowledge.cleaning import clean_text
from knowledge.languages import parse_tag
from knowledge.models import now

log = logging.getLogger(__name__)


class WebDesk:
    """The web channel's front: opens sessions, admits tokens, and hands messages to the conversation."""

    def __init__(
        self,
        conversation: Conversation,
        mailbox: Mailbox,
        tokens: SessionTokens,
        limits: Limits,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self.mailbox = mailbox
        self.limits = limits
        self._conversation = conversation
        self._tokens = tokens
        self._clock = clock
        self._pace = Pace(limits.messages_rate, limits.messages_burst)

    def open_session(self, language: str | None) -> SessionCreated:
        """Return a new session; nothing is stored until its first message."""
        tag = parse_tag(language) if language else None
        token, expires_at = self._tokens.issue(tag, self._clock())
        return SessionCreated(token=token, expires_at=expires_at, language=tag)

    def admit(self, token: str) -> WebSession:
        """Return the session of a token; raises `SessionRefused`."""
        return self._tokens.read(token, self._clock())

    def remaining(self, session: WebSession) -> timedelta:
        """Return how long a session is still good."""
        return session.expires_at - self._clock()

    def check(self, session: WebSession, sent: Sent, files: tuple[IncomingFile, ...] = ()) -> IncomingMessage:
        """Return what somebody sent, fit for the conversation; raises `TooLong`, `EmptyMessage` or `SlowDown`."""
        if (sent.text is None) == (sent.action is None):
            raise BadRequest("either text or action")
        if len(sent.text or "") > self.limits.text:
            raise TooLong(f"at most {self.limits.text} characters")
        text = clean_text(sent.text or "").strip()
        action = clean_text(sent.action).strip() if sent.action is not None else None
        if not (text or action or files):
            raise EmptyMessage
        self._pace.take(session.address)
        return IncomingMessage(
            channel=CHANNEL,
            address=session.address,
            text=text,
            action=action,
            on_message=sent.on_message,
            external_id=sent.id,
            language_hint=session.language,
            files=files,
        )

    async def answer(self, session: WebSession, incoming: IncomingMessage, after: int | None) -> Messages:
        """Have a message handled; return what follows `after`, or without it all that is new; raises `Unanswered`."""
        after = after if after is not None else await self.mailbox.newest(session.address)
        handled = await self.take(incoming)
        page = self.mailbox.page_of(handled, session.address, after) or await self.mailbox.read(session, after)
        self.mailbox.reached(page)
        return page.content

    async def take(self, incoming: IncomingMessage) -> Handled:
        """Have a message handled to its end, even when its sender has gone; raises `Unanswered`."""
        with self.mailbox.working(incoming.address), anyio.CancelScope(shield=True):
            try:
                handled = await self._conversation.handle(incoming)
            except Exception as error:
                log.exception("web: message %s was not taken", incoming.external_id)
                raise Unanswered from error
            self.mailbox.bring(incoming.address, handled)
        return handled
