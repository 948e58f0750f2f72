"""Sends and edits messages over the Bot API, and says what Telegram's refusals mean for the outbox."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from telegram import InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter
from telegram.ext import ExtBot

from bot.channels.telegram.files import FileStore, send_file
from bot.channels.telegram.rendering import keyboard_of, parts_of, prompt_of
from bot.delivery.outbox import RetryLater, Undeliverable
from bot.messages import OutgoingMessage

_MOST_IDS = 16
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_PAUSE_WITHOUT_TOKEN_S = 60.0


class TelegramSender:
    """Delivers our messages to chats; a channel's name of a message is its Telegram ids, joined by commas.

    A message too long for Telegram goes out in several parts, the buttons under the last. Should the desk die between
    two of them, all are sent again. Files follow the text, each as a message of its own.
    """

    def __init__(self, bot: ExtBot[int], files: FileStore | None = None) -> None:
        self._bot = bot
        self._files = files

    async def send(self, address: str, message_id: int, outgoing: OutgoingMessage, replaces: str | None) -> str | None:
        """Send `outgoing`, or edit the messages that it `replaces`; see `bot.delivery.outbox.Sender`."""
        earlier = [int(each) for each in (replaces or "").split(",") if each]
        # An edited message can have buttons only.
        prompt = None if earlier else prompt_of(outgoing)
        html = parts_of(outgoing, buttons_as_commands=prompt is not None)
        if not html and not outgoing.files:
            raise Undeliverable("the message has no words")
        keyboards: list[InlineKeyboardMarkup | None] = [None for _ in html]
        if html and prompt is None:
            keyboards[-1] = keyboard_of(message_id, outgoing)
        chat = int(address)
        with _understood():
            ids = await self._edit(chat, earlier, html, keyboards)
            for number, text in list(enumerate(html, 1))[len(ids) :]:
                markup = keyboards[number - 1] or (prompt if number == len(html) else None)
                sent = await self._bot.send_message(
                    chat, text, parse_mode=ParseMode.HTML, reply_markup=markup, link_preview_options=_NO_PREVIEW
                )
                ids.append(sent.message_id)
            if self._files:
                for file in outgoing.files:
                    ids.append(await send_file(self._bot, chat, file, self._files))
        return ",".join(map(str, ids[-_MOST_IDS:]))

    async def _edit(
        self, chat: int, earlier: list[int], html: Sequence[str], keyboards: Sequence[InlineKeyboardMarkup | None]
    ) -> list[int]:
        """Put the new parts in the earlier ones' place, take surplus ones away, and return the ids that were kept."""
        kept: list[int] = []
        for message, text, keyboard in zip(earlier, html, keyboards, strict=False):
            try:
                await self._bot.edit_message_text(
                    text,
                    chat,
                    message,
                    parse_mode=ParseMode.HTML,
                    reply_markup=keyboard,
                    link_preview_options=_NO_PREVIEW,
                )
            except BadRequest as error:
                if _cannot_be_edited(error):
                    return kept
                if "not modified" not in error.message.lower():
                    raise
            kept.append(message)
        for message in earlier[len(html) :]:
            with suppress(BadRequest):
                await self._bot.delete_message(chat, message)
        return kept


def _cannot_be_edited(error: BadRequest) -> bool:
    text = error.message.lower()
    return any(sign in text for sign in ("to edit not found", "can't be edited", "message_id_invalid"))


@contextmanager
def _understood() -> Iterator[None]:
    try:
        yield
    except RetryAfter as error:
        raise RetryLater(_seconds(error), "Telegram asked to wait") from error
    except InvalidToken as error:
        raise RetryLater(_PAUSE_WITHOUT_TOKEN_S, "Telegram refuses the token") from error
    except (Forbidden, ChatMigrated) as error:
        raise Undeliverable(error.message) from error
    except BadRequest as error:
        # Telegram refuses this message however often it is sent: the chat is gone, or the text is unacceptable.
        raise Undeliverable(error.message) from error


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return float(wait) if isinstance(wait, (int, float)) else wait.total_seconds()
