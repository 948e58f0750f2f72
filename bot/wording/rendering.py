"""Turns a stored message back into what a channel shows."""

from bot.messages import OutgoingMessage
from bot.wording.ticket_news import KINDS, expert_words
from knowledge.models import Message


def outgoing_of(message: Message, language: str) -> OutgoingMessage:
    """Return what `message` says to the asker; experts' acts are put into words of `language` here."""
    if message.kind in KINDS:
        return expert_words(message.kind, message.data, message.text, language)
    if message.kind == "reply":
        return OutgoingMessage.model_validate(message.data)
    return OutgoingMessage(text=message.text, language=language)
