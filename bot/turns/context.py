"""What the desk knows when a message comes."""

from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from bot.dialogue.state import DialogueState
from bot.dialogue.ticket_relevance import named_ticket
from bot.messages import IncomingMessage
from bot.turns.turn import asked_before
from knowledge.conversations import messages
from knowledge.errors import NotFound
from knowledge.models import Message
from knowledge.tickets import for_asker
from knowledge.tickets.for_asker import InHand


@dataclass(frozen=True)
class Context:
    """A conversation before a message is answered.

    `ticket` is the one that people have in hand, `closed` the one that was closed lately if there is none; `meant` is
    the one that the message replies to or names. `asked` is what the asker had written before the message whose button
    is pressed, `about` the same if they wrote something else since. `alone` says that tickets do not matter this time.
    """

    state: DialogueState = field(default_factory=DialogueState)
    language: str | None = None
    language_chosen: bool = False
    history: tuple[str, ...] = ()
    ticket: InHand | None = None
    closed: InHand | None = None
    meant: int | None = None
    about: str = ""
    asked: str = ""
    alone: bool = False

    @property
    def at_hand(self) -> InHand | None:
        """The ticket that a message may be about."""
        return self.ticket or self.closed

    def without_tickets(self) -> "Context":
        """Return this context for what is said to the desk alone."""
        return replace(self, ticket=None, closed=None, meant=None, alone=True)


def context_of(session: Session, incoming: IncomingMessage, text: str) -> Context:
    """Return what is known of the conversation of a message."""
    conversation = messages.find_conversation(session, incoming.channel, incoming.address)
    if conversation is None:
        return Context()
    meant = _meant(session, conversation.id, incoming.reply_to, text)
    ticket, closed = tickets_at_hand(session, conversation.id, meant)
    chosen = conversation.language_chosen
    asked, about = _pressed(session, conversation.id, incoming)
    return Context(
        state=_state(conversation.state),
        language=conversation.language,
        language_chosen=chosen,
        history=() if chosen else tuple(messages.recent_words(session, conversation.id)),
        ticket=ticket,
        closed=closed,
        meant=meant,
        about=about,
        asked=asked,
    )


def tickets_at_hand(session: Session, conversation_id: int, meant: int | None) -> tuple[InHand | None, InHand | None]:
    """Return the ticket in hand, that which is meant before others, or else the one that was closed last."""
    ticket = for_asker.ticket_in_hand(session, conversation_id, ticket_id=meant) if meant is not None else None
    ticket = ticket or for_asker.ticket_in_hand(session, conversation_id)
    return ticket, None if ticket else for_asker.last_closed(session, conversation_id)


def _meant(session: Session, conversation_id: int, reply_to: int | None, text: str) -> int | None:
    replied = session.get(Message, reply_to) if reply_to is not None else None
    number = named_ticket(text)
    if replied is not None and replied.conversation_id == conversation_id and replied.ticket_id is not None:
        number = replied.ticket_id
    if number is None:
        return None
    try:
        return for_asker.own_ticket(session, conversation_id, number).id
    except NotFound:
        return None


def _pressed(session: Session, conversation_id: int, incoming: IncomingMessage) -> tuple[str, str]:
    if incoming.action is None or incoming.on_message is None:
        return "", ""
    before = asked_before(session, conversation_id, incoming.on_message)
    newest = asked_before(session, conversation_id, None)
    asked = before.text if before else ""
    return asked, asked if before and newest and before.id != newest.id else ""


def _state(stored: dict[str, Any]) -> DialogueState:
    """Return the stored state; one that an older version wrote and this one cannot read is begun anew."""
    try:
        return DialogueState.model_validate(stored)
    except ValidationError:
        return DialogueState()
