"""Reads Telegram's updates: what a person wrote or pressed, as the conversation understands it."""

import re

from telegram import CallbackQuery, Chat, Message, Update

from bot.channels.telegram.files import files_of
from bot.messages import IncomingMessage

CHANNEL = "telegram"

WANTED = ("message", "edited_message", "callback_query")
"""The kinds of updates asked for; an edit is not followed, which the person is told."""

_CALLBACK = re.compile(r"(?P<message>[1-9]\d{0,9}):(?P<action>[!-~]{1,60})")
_COMMAND = re.compile(r"(?P<command>/\w{1,32})(?:@(?P<bot>\w+))?(?P<rest>(?:\s.*)?)", re.DOTALL)
_LARGEST_ID = 2**31 - 1


def incoming_of(update: Update) -> IncomingMessage | None:
    """Return what a person did in a private chat, or None for what the desk does not answer.

    A message without words (a photo, a voice message) has the text of its caption, or none, and its files. The pictures
    of an album come as one update each; they share an identifier here, by which they are put together. Service
    messages, groups and callback data that the desk did not make (`message:action`) are not answered.
    """
    if update.callback_query:
        return _pressed(update.callback_query)
    message = update.message
    if message is None or message.chat.type != Chat.PRIVATE:
        return None
    text = message.text or message.caption
    if text is None and not message.effective_attachment:
        return None
    text = _without_bot_name(text or "")
    return IncomingMessage(
        channel=CHANNEL,
        address=str(message.chat.id),
        text=text,
        external_id=f"album:{message.media_group_id}" if message.media_group_id else str(message.message_id),
        language_hint=message.from_user.language_code if message.from_user else None,
        files=files_of(message),
        person=message.from_user.full_name if message.from_user else None,
    )


def replied_to(update: Update) -> str | None:
    """Return Telegram's name of our message that a person replied to, if they did."""
    message = update.message
    return str(message.reply_to_message.message_id) if message and message.reply_to_message else None


def group_address(update: Update, username: str) -> Message | None:
    """Return the message of a group that addresses the bot by a command, which is all it hears there."""
    message = update.message
    if message is None or message.chat.type not in (Chat.GROUP, Chat.SUPERGROUP):
        return None
    match = _COMMAND.fullmatch(message.text or "")
    addressed = match and (match["bot"] or username).lower() == username.lower()
    return message if addressed else None


def edited(update: Update) -> Message | None:
    """Return a message of a private chat whose words were changed; a location that moves is none."""
    message = update.edited_message
    words = message and (message.text or message.caption)
    return message if message and words and message.chat.type == Chat.PRIVATE else None


def _pressed(query: CallbackQuery) -> IncomingMessage | None:
    match = _CALLBACK.fullmatch(query.data or "")
    private = query.message is not None and query.message.chat.type == Chat.PRIVATE
    if not match or not private or int(match["message"]) > _LARGEST_ID:
        return None
    return IncomingMessage(
        channel=CHANNEL,
        address=str(query.from_user.id),
        action=match["action"],
        on_message=int(match["message"]),
        external_id=f"cb:{query.id}",
        language_hint=query.from_user.language_code,
        person=query.from_user.full_name,
    )


def _without_bot_name(text: str) -> str:
    match = _COMMAND.fullmatch(text)
    return f"{match['command']}{match['rest']}" if match else text
