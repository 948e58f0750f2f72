"""Processes live, share duties, and leave nothing held when they die."""

from datetime import timedelta

from sqlalchemy.orm import Session

from knowledge.conversations.deliveries import lease_due
from knowledge.conversations.messages import open_conversation, send_message
from knowledge.coordination.processes import beat, free_dead_leases, hold, leave
from knowledge.database import Database
from knowledge.models import Author, now

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def test_who_lives_is_counted_and_who_is_silent_is_not(session: Session) -> None:
    moment = now()
    assert [beat(session, "a", moment), beat(session, "b", moment), beat(session, "a", moment)] == [1, 2, 2]
    assert beat(session, "a", moment + 20 * SECOND) == 1


def test_a_duty_has_one_holder_until_it_is_silent(database: Database) -> None:
    moment = now()
    with database.transaction() as session:
        assert hold(session, "a", "poll", moment, 10)
        assert not hold(session, "b", "poll", moment + 5 * SECOND, 10)
        assert hold(session, "a", "poll", moment + 5 * SECOND, 10)
        assert not hold(session, "b", "poll", moment + 14 * SECOND, 10)
        assert hold(session, "b", "other", moment, 10)
    with database.transaction() as session:
        assert hold(session, "b", "poll", moment + 16 * SECOND, 10)
        assert not hold(session, "a", "poll", moment + 17 * SECOND, 10)
        leave(session, "b")
        assert hold(session, "a", "poll", moment + 17 * SECOND, 10)


def test_what_the_dead_held_is_free_at_once(database: Database) -> None:
    moment = now() + SECOND
    with database.transaction() as session:
        for name in ("dead", "alive", ""):
            send_message(session, open_conversation(session, "web", name or "old"), name, author=Author.BOT)
            if name:
                beat(session, name, moment)
            assert len(lease_due(session, ["web"], moment, moment + MINUTE, holder=name)) == 1
    later = moment + 20 * SECOND
    with database.transaction() as session:
        beat(session, "alive", later)
        assert free_dead_leases(session, later) == 1
        assert [each.message.text for each in lease_due(session, ["web"], later, later + MINUTE)] == ["dead"]
