"""Verbs for conversations and their messages. Each flushes; the caller commits."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from knowledge.errors import NotFound
from knowledge.models import Author, Conversation, Delivery, DeliveryState, Message, MessageKind, now
from knowledge.payloads import MessagePayload, Wordless

_AT_ONCE = 500


def open_conversation(session: Session, channel: str, address: str) -> Conversation:
    """Return the conversation of an address on a channel, made if new, with its row locked until the commit.

    The lock lets others write rows that refer to the conversation: a notice to it must not wait for its turn to end.
    """
    statement = (
        select(Conversation)
        .where(Conversation.channel == channel, Conversation.address == address)
        .with_for_update(key_share=True)
    )
    conversation = session.scalar(statement)
    if conversation is None:
        try:
            with session.begin_nested():
                conversation = Conversation(channel=channel, address=address, state={})
                session.add(conversation)
        except IntegrityError:
            conversation = session.scalars(statement).one()
    return conversation


def find_conversation(session: Session, channel: str, address: str) -> Conversation | None:
    """Return the conversation of an address on a channel, if there is one."""
    return session.scalar(select(Conversation).where(Conversation.channel == channel, Conversation.address == address))


def already_received(session: Session, conversation: Conversation, external_id: str) -> bool:
    """Say whether the channel's message `external_id` was handled before."""
    statement = select(Message.id).where(Message.conversation_id == conversation.id, Message.external_id == external_id)
    return session.scalar(statement) is not None


def receive_message(
    session: Session,
    conversation: Conversation,
    text: str,
    *,
    external_id: str | None,
    kind: MessageKind = MessageKind.TEXT,
) -> Message:
    """Write down what the asker sent: words (`text`) or the label of a pressed button (`action`)."""
    message = Message(
        conversation_id=conversation.id, author=Author.ASKER, external_id=external_id, text=text, kind=kind
    )
    conversation.updated_at = now()
    session.add(message)
    session.flush()
    return message


def send_message(
    session: Session,
    conversation: Conversation,
    text: str,
    *,
    author: Author,
    payload: MessagePayload | None = None,
    ticket_id: int | None = None,
    external_id: str | None = None,
) -> Message:
    """Write a message to the asker together with the delivery that owes it; `external_id` is unique within it.

    Its kind is that of the `payload`; without one it has words only.
    """
    payload = payload or Wordless()
    message = Message(
        conversation_id=conversation.id,
        author=author,
        external_id=external_id,
        kind=payload.kind,
        text=text,
        data=payload.stored(),
        ticket_id=ticket_id,
    )
    message.delivery = Delivery(
        conversation_id=conversation.id, channel=conversation.channel, address=conversation.address
    )
    conversation.updated_at = now()
    session.add(message)
    session.flush()
    return message


def messages_after(session: Session, conversation_id: int, after: int, *, limit: int = 100) -> list[Message]:
    """Return the messages of a conversation with an id above `after`, oldest first, with their deliveries."""
    statement = (
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.id > after)
        .order_by(Message.id)
        .limit(limit)
        .options(joinedload(Message.delivery))
    )
    return list(session.scalars(statement))


def undelivered(session: Session, conversation_id: int) -> list[Message]:
    """Return the messages of a conversation that are still owed, oldest first, with their deliveries."""
    statement = (
        select(Message)
        .join(Delivery, Delivery.message_id == Message.id)
        .where(Message.conversation_id == conversation_id, Delivery.state == DeliveryState.PENDING)
        .order_by(Message.id)
        .options(joinedload(Message.delivery))
    )
    return list(session.scalars(statement))


def recent_messages(session: Session, conversation_id: int, *, limit: int = 10) -> list[Message]:
    """Return the last messages of a conversation, oldest first."""
    statement = (
        select(Message).where(Message.conversation_id == conversation_id).order_by(Message.id.desc()).limit(limit)
    )
    return list(session.scalars(statement))[::-1]


def newest_message(
    session: Session,
    channel: str,
    address: str,
    *,
    kind: MessageKind | None = None,
    author: Author | None = None,
    after: int = 0,
    since: datetime | None = None,
) -> Message | None:
    """Return the newest message at an address, perhaps only of a kind or an author, after a message or a moment."""
    conversation = find_conversation(session, channel, address)
    if conversation is None:
        return None
    wanted = select(Message).where(Message.conversation_id == conversation.id, Message.id > after)
    wanted = wanted if kind is None else wanted.where(Message.kind == kind)
    wanted = wanted if author is None else wanted.where(Message.author == author)
    wanted = wanted if since is None else wanted.where(Message.created_at >= since)
    return session.scalar(wanted.order_by(Message.id.desc()).limit(1))


def recent_words(session: Session, conversation_id: int, *, limit: int = 5) -> list[str]:
    """Return what the asker wrote last, oldest first; pressed buttons (messages of the kind `action`) are left out."""
    statement = (
        select(Message.text)
        .where(
            Message.conversation_id == conversation_id, Message.author == Author.ASKER, Message.kind == MessageKind.TEXT
        )
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return list(session.scalars(statement))[::-1]


def newest_ids(session: Session, channel: str, addresses: Sequence[str]) -> dict[str, int]:
    """Return the id of the last message of each of a channel's addresses that has one; a read of one index each."""
    newest = select(func.max(Message.id)).where(Message.conversation_id == Conversation.id).scalar_subquery()
    found: dict[str, int] = {}
    for start in range(0, len(addresses), _AT_ONCE):
        some = addresses[start : start + _AT_ONCE]
        statement = select(Conversation.address, newest).where(
            Conversation.channel == channel, Conversation.address.in_(some)
        )
        found |= {address: last for address, last in session.execute(statement) if last is not None}
    return found


def deliveries_of(session: Session, message_ids: Collection[int]) -> dict[int, Delivery]:
    """Return the deliveries of messages by the message's id; a message that owes none is left out."""
    statement = select(Delivery).where(Delivery.message_id.in_(message_ids))
    return {delivery.message_id: delivery for delivery in session.scalars(statement)}


def rate_message(session: Session, conversation: Conversation, message_id: int, rating: int) -> Message:
    """Keep the asker's verdict (-1 or 1) on a message of their own conversation; raises `NotFound`."""
    message = session.get(Message, message_id)
    if message is None or message.conversation_id != conversation.id:
        raise NotFound(f"message {message_id}")
    message.rating = rating
    session.flush()
    return message
