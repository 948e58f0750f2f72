"""Takes the files that people send: fetched from their channel first, kept in the turn's transaction."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.messages import IncomingFile
from knowledge.conversations.files import MAX_FILE, keep_file
from knowledge.errors import InvalidInput

AT_ONCE = 10
"""How many files of one message are taken."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fetched:
    """A file with its bytes; None when the channel did not give them."""

    file: IncomingFile
    content: bytes | None


async def fetch(files: Sequence[IncomingFile]) -> list[Fetched]:
    """Return the files of a message with their bytes; none that is too large is fetched."""
    return [Fetched(each, await _read(each) if each.size <= MAX_FILE else None) for each in files[:AT_ONCE]]


def keep(session: Session, fetched: Sequence[Fetched]) -> tuple[tuple[int, ...], list[str]]:
    """Keep what can be kept; return the ids of the attachments, and the names of the files that were refused."""
    ids: list[int] = []
    refused: list[str] = []
    for each in fetched:
        try:
            if each.content is None:
                raise InvalidInput("file: it could not be fetched")
            kept = keep_file(session, each.file.name, each.content, remote_id=each.file.remote_id)
            ids.append(kept.id)
        except InvalidInput:
            refused.append(each.file.name)
    return tuple(ids), refused


async def _read(file: IncomingFile) -> bytes | None:
    try:
        return await file.read()
    except Exception:  # whatever befalls a channel, the words that came with the file are answered
        log.exception("a file could not be fetched")
        return None
