"""Files in both directions: what people sent, read when it is wanted, and what the desk sends them."""

from collections.abc import Awaitable, Callable

from telegram import Audio, Document, InputFile, Message, PhotoSize, Video, Voice
from telegram.ext import ExtBot

from bot.messages import IncomingFile, OutgoingFile

ReadFile = Callable[[int], Awaitable[bytes]]
"""Gives the bytes of an attachment."""

PICTURES = ("image/jpeg", "image/png", "image/webp")
LARGEST_PICTURE = 5 * 1024 * 1024
"""Bytes of what is sent as a picture; a larger one, which Telegram might refuse to shrink, goes as a document."""


def files_of(message: Message) -> tuple[IncomingFile, ...]:
    """Return the files of a person's message; a picture is the largest of the sizes that Telegram made of it."""
    if message.photo:
        return (_file(message.photo[-1], f"photo-{message.message_id}.jpg", "image/jpeg"),)
    if document := message.document:
        return (_file(document, document.file_name or "file", document.mime_type or "application/octet-stream"),)
    if voice := message.voice:
        return (_file(voice, f"voice-{message.message_id}.ogg", "audio/ogg"),)
    if audio := message.audio:
        return (_file(audio, audio.file_name or f"audio-{message.message_id}.mp3", audio.mime_type or "audio/mpeg"),)
    if video := message.video:
        return (_file(video, video.file_name or f"video-{message.message_id}.mp4", video.mime_type or "video/mp4"),)
    return ()


async def send_file(bot: ExtBot[int], chat: int, file: OutgoingFile, read: ReadFile) -> int:
    """Send a file and return the id of its message: a picture to be seen, anything else as a document."""
    content = InputFile(await read(file.attachment_id), filename=file.name)
    if file.media_type in PICTURES and file.size <= LARGEST_PICTURE:
        sent = await bot.send_photo(chat, content)
    else:
        sent = await bot.send_document(chat, content, disable_content_type_detection=True)
    return sent.message_id


def _file(source: PhotoSize | Document | Voice | Audio | Video, name: str, media_type: str) -> IncomingFile:
    async def read() -> bytes:
        return bytes(await (await source.get_file()).download_as_bytearray())

    return IncomingFile(name, media_type, source.file_size or 0, read, source.file_id)
