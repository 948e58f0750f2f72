"""Turns a stored message back into what a channel shows."""

from bot.messages import OutgoingMessage
from bot.wording.ticket_news import expert_words
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
