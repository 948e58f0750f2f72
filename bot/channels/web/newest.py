"""One question to the database for all the listeners of a process: where does each conversation stand?"""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.channels.web.ports import CHANNEL
from knowledge.models import Conversation, Message

_AT_ONCE = 500


def newest_ids(session: Session, addresses: Sequence[str]) -> dict[str, int]:
    """Return the id of the last message of each of the addresses that has one; a read of one index each."""
    newest = select(func.max(Message.id)).where(Message.conversation_id == Conversation.id).scalar_subquery()
    found: dict[str, int] = {}
    for start in range(0, len(addresses), _AT_ONCE):
        some = addresses[start : start + _AT_ONCE]
        statement = select(Conversation.address, newest).where(
            Conversation.channel == CHANNEL, Conversation.address.in_(some)
        )
        found.update({address: last for address, last in session.execute(statement) if last is not None})
    return found
