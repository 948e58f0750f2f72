"""Verbs for files: kept once by their content, attached to messages and to timelines. Each flushes."""

import hashlib
import re
from collections.abc import Collection, Sequence
from datetime import datetime

import puremagic
from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import Session, undefer

from knowledge.cleaning import clean_text
from knowledge.errors import InvalidInput, NotFound
from knowledge.models import Attachment, File, Message, Ticket, TicketEvent, TicketFollower
from knowledge.payloads import SentFile

MAX_FILE = 10 * 1024 * 1024
"""Bytes of one file."""

LONGEST_REMOTE_ID = 200

IMAGES = ("image/jpeg", "image/png", "image/webp", "image/gif")
"""The pictures that a browser may show in place."""

ALLOWED = (
    *IMAGES,
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/zip",
    "audio/mpeg",
    "audio/ogg",
    "video/mp4",
    "text/plain",
    "text/csv",
)
"""The media types that are taken; which one a file is follows from its bytes, its name only chooses among kin."""

_CONTAINERS = {
    "docx": ALLOWED[7], "xlsx": ALLOWED[8], "pptx": ALLOWED[9], "odt": ALLOWED[10], "ods": ALLOWED[11],
    "doc": ALLOWED[5], "xls": ALLOWED[6],
}  # fmt: skip
_RESERVED = re.compile(r"[\n\t/\\:*?\"<>|]+")


def keep_file(session: Session, name: str, content: bytes, *, remote_id: str | None = None) -> Attachment:
    """Keep the bytes of a file and return an attachment that is not yet attached to anything.

    Raises `InvalidInput` for one that is empty, larger than `MAX_FILE` or of a type that is not allowed.
    """
    if not content:
        raise InvalidInput("file: it is empty")
    if len(content) > MAX_FILE:
        raise InvalidInput(f"file: it has more than {MAX_FILE // 1024**2} MB")
    name = clean_name(name)
    media_type = media_type_of(name, content)
    sha256 = hashlib.sha256(content).hexdigest()
    if session.get(File, sha256, with_for_update=True) is None:
        session.add(File(sha256=sha256, size=len(content), content=content))
        session.flush()
    attachment = Attachment(sha256=sha256, name=name, media_type=media_type, size=len(content))
    if remote_id and len(remote_id) <= LONGEST_REMOTE_ID:
        attachment.remote_id = remote_id
    session.add(attachment)
    session.flush()
    return attachment


def media_type_of(name: str, content: bytes) -> str:
    """Return the media type of some bytes; raises `InvalidInput` for one that is not allowed."""
    suffix = name.rpartition(".")[2].lower()
    try:
        found = puremagic.from_string(content, mime=True)
    except (puremagic.PureError, ValueError):
        found = ""
    if content[:4] == b"PK\x03\x04" or content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        found = _CONTAINERS.get(suffix, "application/zip" if content[:2] == b"PK" else found)
    if content[:4] == b"OggS" and content[28:35] in (b"OpusHea", b"\x01vorbis"):
        found = "audio/ogg"  # Said by what the first page holds: the container alone may be a film.
    if found not in ALLOWED and _is_text(content):
        found = "text/csv" if suffix == "csv" else "text/plain"
    if found not in ALLOWED:
        raise InvalidInput(f"file: {found or 'this type'} is not taken")
    return found


def clean_name(name: str) -> str:
    """Return a file's name without folders and without characters that no file system or header likes."""
    name = _RESERVED.sub("_", clean_text(name).replace("\\", "/").rpartition("/")[2]).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    return f"{stem[: 199 - len(suffix)]}{dot}{suffix}" if dot and len(suffix) < 20 else name[:200] or "file"


def attach(
    session: Session, ids: Sequence[int], *, message: Message | None = None, event: TicketEvent | None = None
) -> None:
    """Attach kept files to a message, to a line of a timeline, or to both in turn; raises `NotFound`."""
    if not ids:
        return
    place = {"message_id": message.id} if message is not None else {}
    place |= {"event_id": event.id} if event is not None else {}
    column = Attachment.message_id if message is not None else Attachment.event_id
    found = session.scalars(
        update(Attachment)
        .where(Attachment.id.in_(ids), column.is_(None))
        .values(**place)
        .returning(Attachment.id)
        .execution_options(synchronize_session=False)
    ).all()
    if len(found) != len(set(ids)):
        raise NotFound(f"file {', '.join(str(each) for each in sorted(set(ids) - set(found)))}")


def described(session: Session, ids: Sequence[int]) -> tuple[SentFile, ...]:
    """Return attachments as messages carry them, in the order asked."""
    found = {each.id: each for each in session.scalars(select(Attachment).where(Attachment.id.in_(ids)))}
    return tuple(
        SentFile(id=each.id, name=each.name, media_type=each.media_type, size=each.size)
        for each in (found[key] for key in ids if key in found)
    )


def copy_attachments(session: Session, source: int, target: Message) -> tuple[SentFile, ...]:
    """Attach the files of the message `source` to another message too, and return them as messages carry them."""
    ids: list[int] = []
    for each in session.scalars(select(Attachment).where(Attachment.message_id == source).order_by(Attachment.id)):
        copy = Attachment(
            message_id=target.id, sha256=each.sha256, name=each.name, media_type=each.media_type, size=each.size
        )
        session.add(copy)
        session.flush()
        ids.append(copy.id)
    return described(session, ids)


def attachments_of(
    session: Session, *, messages: Collection[int] = (), events: Collection[int] = ()
) -> list[Attachment]:
    """Return the attachments of messages and of lines of timelines, oldest first, without their bytes."""
    statement = select(Attachment).where(or_(Attachment.message_id.in_(messages), Attachment.event_id.in_(events)))
    return list(session.scalars(statement.order_by(Attachment.id)))


def file_content(session: Session, attachment_id: int) -> tuple[Attachment, bytes]:
    """Return an attachment with its bytes; raises `NotFound`."""
    attachment = session.get(Attachment, attachment_id)
    if attachment is None:
        raise NotFound(f"file {attachment_id}")
    return attachment, session.get_one(File, attachment.sha256, options=[undefer(File.content)]).content


def may_read(session: Session, attachment_id: int, conversation_id: int) -> bool:
    """Say whether a conversation may have a file: one of its own messages, or of a ticket's that it opened or follows.

    Files of notes are staff's.
    """
    follows = exists().where(
        TicketFollower.ticket_id == Message.ticket_id, TicketFollower.conversation_id == conversation_id
    )
    opened = exists().where(Ticket.id == Message.ticket_id, Ticket.conversation_id == conversation_id)
    statement = (
        select(Attachment.id)
        .join(Message, Message.id == Attachment.message_id)
        .where(Attachment.id == attachment_id, or_(Message.conversation_id == conversation_id, follows, opened))
    )
    return session.scalar(statement) is not None


def set_remote_id(session: Session, attachment_id: int, remote_id: str) -> None:
    """Remember the channel's own name of a file that was sent, so that its bytes need not be sent again."""
    if len(remote_id) <= LONGEST_REMOTE_ID:
        session.execute(update(Attachment).where(Attachment.id == attachment_id).values(remote_id=remote_id))


def remote_id_of(session: Session, attachment_id: int, prefix: str) -> str | None:
    """Return a channel's own name, beginning with `prefix`, of these bytes under this file name, the newest one.

    Whoever sent them: the copies of a file that go to several chats are sent in full once.
    """
    wanted = session.get(Attachment, attachment_id)
    if wanted is None:
        return None
    same = (Attachment.sha256 == wanted.sha256, Attachment.name == wanted.name)
    statement = select(Attachment.remote_id).where(*same, Attachment.remote_id.startswith(prefix, autoescape=True))
    return session.scalar(statement.order_by(Attachment.id.desc()).limit(1))


def drop_unattached(session: Session, before: datetime | None = None) -> int:
    """Delete attachments of before a moment that belong to nothing, and bytes that nothing refers to any more.

    Without a moment only such bytes are deleted. Returns how many files' bytes were deleted.
    """
    if before is not None:
        loose = (Attachment.message_id.is_(None), Attachment.event_id.is_(None), Attachment.created_at < before)
        session.execute(delete(Attachment).where(*loose))
    unused = ~exists().where(Attachment.sha256 == File.sha256)
    return len(session.scalars(delete(File).where(unused).returning(File.sha256)).all())


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not any(letter < " " and letter not in "\t\r\n\f" for letter in text)
