"""Tells subscribers of entries that were published since they were last told."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from bot import replies
from bot.state import Query
from index.filtering import entry_passes
from knowledge.conversations import send_message
from knowledge.database import Database
from knowledge.entries import changes_since, current_revision
from knowledge.models import Author, Conversation, EntryState, Subscription

MAX_NEWS = 5


def write_news(database: Database, today: Callable[[], date]) -> list[int]:
    """Write what each subscriber has not been told of yet; return the ids of the messages now owed."""
    with database.transaction() as session:
        revision = current_revision(session)
        behind = select(Subscription).where(Subscription.seen_revision < revision).with_for_update(skip_locked=True)
        due = list(session.scalars(behind))
        if not due:
            return []
        changed = changes_since(session, min(subscription.seen_revision for subscription in due))
        owed: list[int] = []
        for subscription in due:
            filters = Query.model_validate(subscription.filters).filters()
            new = [
                entry
                for entry in changed
                if entry.revision > subscription.seen_revision
                and entry.state is EntryState.PUBLISHED
                and entry_passes(entry, filters, today())
            ]
            subscription.seen_revision = revision
            if not new:
                continue
            conversation = session.get_one(Conversation, subscription.conversation_id, with_for_update=True)
            reply = replies.news(new[-MAX_NEWS:], conversation.language or "en", today())
            data = reply.model_dump(mode="json")
            owed.append(send_message(session, conversation, reply.text, author=Author.BOT, kind="reply", data=data).id)
        return owed
