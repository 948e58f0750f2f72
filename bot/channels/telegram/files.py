"""Files in both directions: what people sent, read when it is wanted, and what the desk sends them.

What Telegram has already is sent by Telegram's own name of it. Such a name holds for one bot and one form of sending,
so both stand before it: `123456:photo:AgAC…`.
"""

import logging
from contextlib import suppress
from typing import Protocol

from telegram import Audio, Document, InputFile, Message, PhotoSize, Video, Voice
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.messages import IncomingFile, OutgoingFile

PICTURES = ("image/jpeg", "image/png", "image/webp")
LARGEST_PICTURE = 5 * 1024 * 1024
"""Bytes of what is sent as a picture; a larger one, which Telegram might refuse to shrink, goes as a document."""

log = logging.getLogger(__name__)


class FileStore(Protocol):
    """The desk's files as this channel sees them."""

    async def read(self, attachment_id: int) -> bytes:
        """Return the bytes of an attachment."""

    async def name(self, attachment_id: int, prefix: str) -> str | None:
        """Return the name by which Telegram has a file, of those that begin with `prefix`, or None."""

    async def remember(self, attachment_id: int, name: str) -> None:
        """Keep the name by which Telegram has a file now."""


def files_of(message: Message) -> tuple[IncomingFile, ...]:
    """Return the files of a person's message; a picture is the largest of the sizes that Telegram made of it.

    The names of the files lack the bot; see `named_for`.
    """
    if message.photo:
        return (_file("photo", message.photo[-1], f"photo-{message.message_id}.jpg", "image/jpeg"),)
    if document := message.document:
        kind = document.mime_type or "application/octet-stream"
        return (_file("document", document, document.file_name or "file", kind),)
    if voice := message.voice:
        return (_file("voice", voice, f"voice-{message.message_id}.ogg", "audio/ogg"),)
    if audio := message.audio:
        name = audio.file_name or f"audio-{message.message_id}.mp3"
        return (_file("audio", audio, name, audio.mime_type or "audio/mpeg"),)
    if video := message.video:
        name = video.file_name or f"video-{message.message_id}.mp4"
        return (_file("video", video, name, video.mime_type or "video/mp4"),)
    return ()


def named_for(bot: ExtBot[int], name: str | None) -> str | None:
    """Return the name of a file that a person sent as `bot` may use it."""
    return f"{bot.id}:{name}" if name else None


async def send_file(bot: ExtBot[int], chat: int, file: OutgoingFile, files: FileStore) -> int:
    """Send a file and return the id of its message: a picture to be seen, anything else as a document.

    What Telegram has is sent in the form in which it came, a voice message as one.
    """
    if known := await files.name(file.attachment_id, f"{bot.id}:"):
        with suppress(BadRequest):  # Telegram may have forgotten it, which no message is lost for.
            return (await _send_again(bot, chat, known)).message_id
    content = InputFile(await files.read(file.attachment_id), filename=file.name)
    if file.media_type in PICTURES and file.size <= LARGEST_PICTURE:
        sent = await bot.send_photo(chat, content)
        name = f"photo:{sent.photo[-1].file_id}" if sent.photo else None
    else:
        sent = await bot.send_document(chat, content, disable_content_type_detection=True)
        name = f"document:{sent.document.file_id}" if sent.document else None
    if name := named_for(bot, name):
        await _remember(files, file.attachment_id, name)
    return sent.message_id


async def _send_again(bot: ExtBot[int], chat: int, known: str) -> Message:
    _, kind, file_id = known.split(":", 2)
    match kind:
        case "photo":
            return await bot.send_photo(chat, file_id)
        case "voice":
            return await bot.send_voice(chat, file_id)
        case "audio":
            return await bot.send_audio(chat, file_id)
        case "video":
            return await bot.send_video(chat, file_id)
    return await bot.send_document(chat, file_id)


async def _remember(files: FileStore, attachment_id: int, name: str) -> None:
    """Keep a name; the file was sent, so that nothing that befalls this may send it once more."""
    try:
        await files.remember(attachment_id, name)
    except Exception as error:
        log.info("Telegram's name of file %d is not kept, so it will be uploaded again: %r", attachment_id, error)


def _file(kind: str, source: PhotoSize | Document | Voice | Audio | Video, name: str, media_type: str) -> IncomingFile:
    async def read() -> bytes:
        return bytes(await (await source.get_file()).download_as_bytearray())

    return IncomingFile(name, media_type, source.file_size or 0, read, f"{kind}:{source.file_id}")
