"""Turns a stored message back into what a channel shows."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from bot.messages import OutgoingFile, OutgoingMessage
from bot.wording.ticket_news import expert_words
from knowledge.conversations.files import attachments_of
from knowledge.models import Message
from knowledge.payloads import ExpertWords, Reply


def outgoing_of(message: Message, language: str) -> OutgoingMessage:
    """Return what `message` says to the asker; experts' acts are put into words of `language` here."""
    match message.payload:
        case ExpertWords() as words:
            return expert_words(words, message.text, language)
        case Reply() as reply:
            return OutgoingMessage.model_validate(reply.stored())
    return OutgoingMessage(text=message.text, language=language)


def files_of(session: Session, message_ids: Collection[int]) -> dict[int, tuple[OutgoingFile, ...]]:
    """Return the files of messages by the message's id."""
    found: dict[int, tuple[OutgoingFile, ...]] = {}
    for each in attachments_of(session, messages=message_ids) if message_ids else ():
        shown = OutgoingFile.of(each)
        if each.message_id is not None:
            found[each.message_id] = (*found.get(each.message_id, ()), shown)
    return found
