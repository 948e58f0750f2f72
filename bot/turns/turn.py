"""One turn of a conversation while it is carried out: what the verbs need, and what they give back."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from bot.dialogue.state import DialogueState
from bot.messages import OutgoingMessage
from bot.turns.follow_links import FollowLinks
from knowledge.conversations.messages import recent_messages
from knowledge.models import Author, Conversation, Message, MessageKind

_LOOKED_BACK = 50


@dataclass(frozen=True)
class Turn:
    """A message that was received, in the transaction in which it is answered; `files` are its attachments.

    `follow_links` knows the desk's other doors.
    """

    session: Session
    conversation: Conversation
    received: Message
    on_message: int | None
    tag: str
    state: DialogueState
    moment: datetime
    files: tuple[int, ...] = ()
    follow_links: FollowLinks = field(default_factory=FollowLinks)


@dataclass(frozen=True)
class Outcome:
    """What the desk says, in which conversation, about which ticket, with which attachments.

    `awaiting` is what it has asked for with these words, where the decision alone does not tell.
    """

    conversation: Conversation
    reply: OutgoingMessage
    ticket_id: int | None = None
    files: tuple[int, ...] = ()
    awaiting: str | None = None


def asked_before(session: Session, conversation_id: int, message_id: int | None) -> Message | None:
    """Return what the asker had written last before one of our messages, or now."""
    recent = recent_messages(session, conversation_id, limit=_LOOKED_BACK)
    asked = [each for each in recent if each.author is Author.ASKER and each.kind is MessageKind.TEXT]
    before = [each for each in asked if message_id is None or each.id < message_id]
    return before[-1] if before else None
