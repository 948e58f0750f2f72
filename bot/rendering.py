"""Turns a stored message back into what a channel shows."""

from bot import replies
from bot.messages import OutgoingMessage
from knowledge.models import Message


def outgoing_of(message: Message, language: str) -> OutgoingMessage:
    """Return what `message` says to the asker; experts' acts are put into words of `language` here."""
    if message.kind == "ticket_answer":
        return replies.ticket_answer(message.data, message.text, language)
    if message.kind == "ticket_closed":
        return replies.ticket_closed(message.data, language)
    if message.kind == "reply":
        return OutgoingMessage.model_validate(message.data)
    return OutgoingMessage(text=message.text, language=language)
