"""Tells subscribers of entries that were published since they were last told."""

from collections.abc import Callable
from datetime import date

from bot.dialogue.state import Query
from bot.wording import replies
from index.segments.facets import passing
from index.segments.source import records
from knowledge.conversations.messages import send_message
from knowledge.conversations.subscriptions import lock_behind
from knowledge.database import Database
from knowledge.entries.store import changes_since, current_revision, get_entries
from knowledge.models import Author

MAX_NEWS = 5


def write_news(database: Database, today: Callable[[], date]) -> list[int]:
    """Write what each subscriber has not been told of yet; return the ids of the messages now owed."""
    with database.transaction() as session:
        revision = current_revision(session)
        due = lock_behind(session, revision)
        if not due:
            return []
        changed = changes_since(session, min(subscription.seen_revision for subscription, _ in due))
        owed: list[int] = []
        for subscription, conversation in due:
            filters = Query.model_validate(subscription.filters).filters()
            later = [entry.id for entry in changed if subscription.seen_revision < entry.revision <= revision]
            found = get_entries(session, [record.id for record in passing(records(session, later), filters, today())])
            new = [found[entry_id] for entry_id in later if entry_id in found]
            subscription.seen_revision = revision
            if not new:
                continue
            reply = replies.news(new[-MAX_NEWS:], conversation.language or "en", today())
            sent = send_message(session, conversation, reply.text, author=Author.BOT, payload=reply.as_reply())
            owed.append(sent.id)
        return owed
