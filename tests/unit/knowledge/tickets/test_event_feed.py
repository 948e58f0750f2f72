"""Following events: each once and in order, though transactions end in another order than they began."""

from contextlib import ExitStack

import pytest
from sqlalchemy.orm import Session

from knowledge.conversations.messages import open_conversation
from knowledge.database import Database
from knowledge.models import Staff
from knowledge.tickets.by_asker import open_ticket
from knowledge.tickets.by_staff import add_note
from knowledge.tickets.event_feed import AT_ONCE, Follower
from tests.unit.knowledge.conftest import add_expert


@pytest.fixture
def ana(database: Database) -> Staff:
    with database.transaction() as session:
        return add_expert(session, "Ana")


def make_ticket(database: Database, address: str) -> int:
    with database.transaction() as session:
        asker = open_conversation(session, "web", address)
        return open_ticket(session, asker, "How?", reason="asked", language="en").id


def two_tickets(database: Database) -> tuple[int, int]:
    return make_ticket(database, "1"), make_ticket(database, "2")


def look(database: Database, follower: Follower) -> list[str]:
    with database.reading() as session:
        return [event.text for event in follower.look(session)]


def note(database: Database, ticket_id: int, ana: Staff, text: str) -> None:
    with database.transaction() as session:
        add_note(session, ticket_id, ana, text)


def test_what_happens_is_told_once_and_in_order(database: Database, ana: Staff) -> None:
    first, second = two_tickets(database)
    follower, of_one = Follower(None), Follower(None, ticket_id=first)
    assert (look(database, follower), look(database, of_one)) == ([], [])
    note(database, second, ana, "Hm.")
    note(database, first, ana, "Ah.")
    assert (look(database, follower), look(database, of_one)) == (["Hm.", "Ah."], ["Ah."])
    assert (look(database, follower), look(database, of_one)) == ([], [])
    assert follower.told is not None
    note(database, second, ana, "Oh.")
    assert (look(database, Follower(follower.told)), look(database, of_one)) == (["Oh."], [])
    assert look(database, Follower(0))[-3:] == ["Hm.", "Ah.", "Oh."]


def test_very_much_is_told_bit_by_bit(database: Database, ana: Staff) -> None:
    ticket, follower = make_ticket(database, "1"), Follower(None)
    look(database, follower)
    with database.transaction() as session:
        for number in range(AT_ONCE + 3):
            add_note(session, ticket, ana, f"{number}")
    told = [text for _ in range(3) for text in look(database, follower)]
    assert told == [f"{number}" for number in range(AT_ONCE + 3)]


class Interleaved:
    """Two transactions that began to write in one order and end in the other."""

    def __init__(self, database: Database, ana: Staff, tickets: tuple[int, int]) -> None:
        self._early, self._late = ExitStack(), ExitStack()
        for stack, ticket, text in zip((self._early, self._late), tickets, ("early", "late"), strict=True):
            session: Session = stack.enter_context(database.transaction())
            add_note(session, ticket, ana, text)

    def end_late(self) -> None:
        self._late.close()

    def end_early(self) -> None:
        self._early.close()

    def give_up_early(self) -> None:
        error = RuntimeError("given up")
        assert not self._early.__exit__(type(error), error, None)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_an_event_that_comes_to_light_late_is_told_all_the_same(database: Database, ana: Staff) -> None:
    tickets, follower = two_tickets(database), Follower(None)
    look(database, follower)
    two = Interleaved(database, ana, tickets)
    two.end_late()
    assert look(database, follower) == []  # which is behind "early", whose transaction goes on
    assert look(database, Follower(follower.told)) == []
    two.end_early()
    assert look(database, follower) == ["early", "late"]
    assert look(database, follower) == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_transaction_that_fails_holds_nothing_up(database: Database, ana: Staff) -> None:
    tickets, follower = two_tickets(database), Follower(None)
    look(database, follower)
    two = Interleaved(database, ana, tickets)
    two.end_late()
    assert look(database, follower) == []
    two.give_up_early()
    assert look(database, follower) == ["late"]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_follower_begins_when_all_is_settled(database: Database, ana: Staff) -> None:
    two, follower = Interleaved(database, ana, two_tickets(database)), Follower(None)
    two.end_late()
    assert (look(database, follower), follower.told) == ([], None)
    two.end_early()
    assert (look(database, follower), follower.told is None) == ([], False)
    assert look(database, follower) == []
