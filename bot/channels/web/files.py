"""The files of messages, as the web chat shows them."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from bot.messages import OutgoingFile
from knowledge.conversations.files import attachments_of


def files_of(session: Session, message_ids: Collection[int]) -> dict[int, tuple[OutgoingFile, ...]]:
    """Return the files of messages by the message's id."""
    found: dict[int, tuple[OutgoingFile, ...]] = {}
    for each in attachments_of(session, messages=message_ids) if message_ids else ():
        shown = OutgoingFile.of(each)
        if each.message_id is not None:
            found[each.message_id] = (*found.get(each.message_id, ()), shown)
    return found
