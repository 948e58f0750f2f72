"""Following what happens on tickets: each event once, in the order of the events' ids. Nothing here writes."""

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from knowledge.models import TicketEvent

AT_ONCE = 200
"""How many events one look tells at most; the next look goes on."""


class Follower:
    """Tells what happens after an event (`after`, None: after the first look), of one ticket or of all.

    An event gets its id when it is written and is seen when its transaction ends, so that on PostgreSQL a smaller id
    may come to light after a larger one. Hence events are told when all transactions have ended that were writing
    events when these were first seen. `told` is the id up to which everything was told, None before it is known;
    another follower, in another process too, can go on from there.
    """

    def __init__(self, after: int | None, *, ticket_id: int | None = None) -> None:
        self.told = after
        self._seen = after
        self._ticket_id = ticket_id
        self._writing: frozenset[str] = frozenset()

    def look(self, session: Session) -> list[TicketEvent]:
        """Return what has happened and was not told yet."""
        # In this order: whose events were not seen, and might have smaller ids, was still writing afterwards.
        seen = session.scalar(select(func.max(TicketEvent.id))) or 0
        writing = _writing(session)
        if self._seen is None:
            self._seen, self._writing = seen, writing
        began = self.told is not None
        told = self._tell(session, writing)
        if began and self.told == self._seen < seen:
            self._seen, self._writing = seen, writing
            told += self._tell(session, writing)
        return told

    def _tell(self, session: Session, writing: frozenset[str]) -> list[TicketEvent]:
        self._writing &= writing
        if self._writing or self._seen == self.told:
            return []
        if self.told is None:
            self.told = self._seen
            return []
        statement = select(TicketEvent).where(TicketEvent.id > self.told, TicketEvent.id <= self._seen)
        if self._ticket_id is not None:
            statement = statement.where(TicketEvent.ticket_id == self._ticket_id)
        found = list(session.scalars(statement.order_by(TicketEvent.id).limit(AT_ONCE)))
        self.told = found[-1].id if len(found) == AT_ONCE else self._seen
        return found


def _writing(session: Session) -> frozenset[str]:
    """Return the transactions that are writing events, which hold the lock of writers of that table to their end.

    SQLite has one writer at a time, whose events are all later than those that are seen.
    """
    if session.get_bind().dialect.name != "postgresql":
        return frozenset()
    statement = text(
        "select virtualtransaction from pg_locks where locktype = 'relation' and mode = 'RowExclusiveLock' "
        f"and relation = '{TicketEvent.__tablename__}'::regclass "
        "and database = (select oid from pg_database where datname = current_database())"
    )
    return frozenset(session.scalars(statement))
