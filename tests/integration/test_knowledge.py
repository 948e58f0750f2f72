"""The knowledge room under several hands at once: threads, workers and processes on one database."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from knowledge.conversations.deliveries import lease_due, mark_sent
from knowledge.conversations.messages import already_received, open_conversation, receive_message, send_message
from knowledge.conversations.subscriptions import lock_behind, subscribe
from knowledge.database import Database
from knowledge.entries.draft import parse_draft
from knowledge.entries.store import changes_since, current_revision, save_entry
from knowledge.errors import Conflict
from knowledge.models import (
    Author,
    Conversation,
    EntryState,
    EventKind,
    Message,
    Role,
    Staff,
    Ticket,
    TicketEvent,
    TicketFollower,
    TicketState,
    now,
)
from knowledge.notices.writing_notices import lease_notices, tell
from knowledge.privacy.erasure import forget_conversation
from knowledge.tickets.by_asker import add_asker_message, open_ticket
from knowledge.tickets.by_staff import answer_ticket, claim_ticket, get_ticket
from knowledge.tickets.for_asker import ticket_with_people
from tests.support.waiting import wait_until

WAIT_S = 20


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all acts at the same moment, each in a thread; return their results, an exception being one."""
    start = threading.Barrier(len(acts))

    def act(each: Callable[[], Any]) -> Any:
        start.wait(WAIT_S)
        try:
            return each()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(WAIT_S) for future in [pool.submit(act, each) for each in acts]]


def dawdle() -> None:
    """Take a moment in the middle of things, so that others come in between."""
    time.sleep(0.005)


def experts(database: Database, count: int) -> list[int]:
    with database.transaction() as session:
        staff = [Staff(email=f"{n}@a.b", name=str(n), role=Role.EXPERT, password_hash="x") for n in range(count)]
        session.add_all(staff)
        session.flush()
        return [each.id for each in staff]


def a_ticket(database: Database) -> int:
    with database.transaction() as session:
        conversation = open_conversation(session, "web", "asker")
        return open_ticket(session, conversation, "?", reason="asked", language="en").id


def test_of_many_who_claim_a_ticket_one_gets_it(database: Database) -> None:
    staff, ticket_id = experts(database, 4), a_ticket(database)

    def claim(staff_id: int) -> int:
        with database.transaction() as session:
            claim_ticket(session, ticket_id, session.get_one(Staff, staff_id))
        return staff_id

    results = at_once(*(lambda each=each: claim(each) for each in staff))
    winners = [result for result in results if isinstance(result, int)]
    assert len(winners) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 3
    with database.reading() as session:
        ticket = get_ticket(session, ticket_id)
        assert (ticket.state, ticket.assignee_id) == (TicketState.CLAIMED, winners[0])
        assert [event.kind for event in ticket.events] == ["opened", "claimed"]


def test_ten_experts_who_claim_a_hundred_tickets_get_each_once(database: Database) -> None:
    staff = experts(database, 10)
    with database.transaction() as session:
        conversation = open_conversation(session, "web", "asker")
        tickets = [open_ticket(session, conversation, "?", reason="asked", language="en").id for _ in range(100)]

    def claim_all(number: int) -> int:
        won = 0
        for ticket_id in tickets[number * 10 :] + tickets[: number * 10]:
            with suppress(Conflict), database.transaction() as session:
                claim_ticket(session, ticket_id, session.get_one(Staff, staff[number]))
                won += 1
        return won

    with ThreadPoolExecutor(10) as pool:
        won = sum(pool.map(claim_all, range(10)))
    with database.reading() as session:
        held = session.execute(select(Ticket.state, func.count()).group_by(Ticket.state)).all()
        claims = session.scalar(
            select(func.count()).select_from(TicketEvent).where(TicketEvent.kind == EventKind.CLAIMED)
        )
    assert (won, [tuple(row) for row in held], claims) == (100, [(TicketState.CLAIMED, 100)], 100)


def test_chats_that_follow_one_another_and_experts_do_not_wait_in_a_ring(database: Database) -> None:
    (staff_id,) = experts(database, 1)
    with database.transaction() as session:
        places = [open_conversation(session, "web", address) for address in ("one", "other")]
        tickets = [open_ticket(session, place, "?", reason="asked", language="en") for place in places]
        for ticket, place in zip(tickets, reversed(places), strict=True):
            session.add(TicketFollower(ticket_id=ticket.id, conversation_id=place.id))

    def ask(address: str, ticket_id: int) -> None:
        for number in range(5):
            with database.transaction() as session:
                conversation = open_conversation(session, "web", address)
                received = receive_message(session, conversation, f"More {number}", external_id=None)
                dawdle()
                add_asker_message(session, session.get_one(Ticket, ticket_id), received)

    def answer(ticket_id: int) -> None:
        for number in range(5):
            with database.transaction() as session:
                answer_ticket(session, ticket_id, session.get_one(Staff, staff_id), f"Answer {number}")
                dawdle()

    def tell_all() -> None:
        for _ in range(10):
            moment = now() + timedelta(seconds=1)
            with database.transaction() as session:
                leased = [each.id for each in lease_notices(session, moment, moment + timedelta(minutes=1), "me")]
            for notice_id in leased:
                with database.transaction() as session:
                    tell(session, notice_id, ["email"])
            dawdle()

    first, second = (ticket.id for ticket in tickets)
    acts = [
        lambda: ask("one", first),
        lambda: ask("one", second),
        lambda: ask("other", first),
        lambda: ask("other", second),
        lambda: answer(first),
        lambda: answer(second),
        tell_all,
        tell_all,
    ]
    assert at_once(*acts) == [None] * 8


def test_an_expert_and_the_asker_who_write_at_once_do_not_wait_in_a_ring(database: Database) -> None:
    (staff_id,), ticket_id = experts(database, 1), a_ticket(database)
    with database.transaction() as session:
        claim_ticket(session, ticket_id, session.get_one(Staff, staff_id))

    def ask(number: int) -> None:
        with database.transaction() as session:
            conversation = open_conversation(session, "web", "asker")
            dawdle()
            received = receive_message(session, conversation, f"More {number}", external_id=None)
            ticket = ticket_with_people(session, conversation.id)
            if ticket is not None:
                add_asker_message(session, ticket, received)

    def answer(number: int) -> None:
        with database.transaction() as session:
            answer_ticket(session, ticket_id, session.get_one(Staff, staff_id), f"Answer {number}")
            dawdle()

    acts = [lambda n=n: (ask if n % 2 else answer)(n) for n in range(8)]
    assert at_once(*acts) == [None] * 8
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 8


def test_an_expert_who_answers_while_the_asker_is_forgotten_either_reaches_them_or_is_told(database: Database) -> None:
    (staff_id,), ticket_id = experts(database, 1), a_ticket(database)

    def forget() -> None:
        with database.transaction() as session:
            forget_conversation(session, open_conversation(session, "web", "asker"))

    def answer() -> None:
        with database.transaction() as session:
            answer_ticket(session, ticket_id, session.get_one(Staff, staff_id), "Register first.")

    _, answered = at_once(forget, answer)
    assert answered is None or isinstance(answered, Conflict)
    with database.reading() as session:
        assert get_ticket(session, ticket_id).state is TicketState.CLOSED
        assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_no_two_workers_take_the_same_delivery_and_orders_are_kept(database: Database) -> None:
    with database.transaction() as session:
        for number in range(30):
            conversation = open_conversation(session, "web", f"a{number % 10}")
            send_message(session, conversation, str(number), author=Author.BOT)
    sent: list[int] = []

    def work() -> bool:
        moment = now()
        with database.transaction() as session:
            leased = lease_due(session, ["web"], moment, moment + timedelta(minutes=5), limit=3)
            numbers = {each.id: int(each.message.text) for each in leased}
        sent.extend(numbers.values())
        with database.transaction() as session:
            mark_sent(session, list(numbers))
        return len(sent) >= 30

    assert at_once(*[lambda: wait_until(work, WAIT_S)] * 3) == [True] * 3
    assert sorted(sent) == list(range(30))
    for address in range(10):
        mine = [number for number in sent if number % 10 == address]
        assert mine == sorted(mine)


def test_a_message_that_comes_twice_at_once_is_handled_once(database: Database) -> None:
    def handle() -> bool:
        with database.transaction() as session:
            conversation = open_conversation(session, "telegram", "42")
            if already_received(session, conversation, "update-1"):
                return False
            receive_message(session, conversation, "Hello", external_id="update-1")
            return True

    assert sorted(at_once(*[handle] * 4)) == [False, False, False, True]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Conversation)) == 1


def test_revisions_come_in_the_order_of_their_commits(database: Database) -> None:
    def save(worker: int) -> None:
        for number in range(5):
            draft, _ = parse_draft({"id": f"e-{worker}-{number}", "title": "T", "language": "en"})
            with database.transaction() as session:
                save_entry(session, draft, source="test", state=EntryState.PUBLISHED)

    seen: list[int] = []
    done = threading.Event()

    def watch() -> None:
        # Whoever asks "what changed since?" again and again must miss nothing.
        while not done.is_set() or not seen or seen[-1] < 15:
            with database.reading() as session:
                seen.extend(entry.revision for entry in changes_since(session, seen[-1] if seen else 0))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    assert at_once(*(lambda worker=worker: save(worker) for worker in range(3))) == [None] * 3
    done.set()
    watcher.join(WAIT_S)
    assert seen == list(range(1, 16))
    with database.reading() as session:
        assert current_revision(session) == 15


def test_an_entry_that_two_save_at_once_is_one(database: Database) -> None:
    def save(title: str) -> None:
        draft, _ = parse_draft({"id": "e", "title": title, "language": "en", "countries": ["RO"]})
        with database.transaction() as session:
            save_entry(session, draft, source="test", state=EntryState.PUBLISHED)

    assert at_once(lambda: save("one"), lambda: save("two"), lambda: save("three")) == [None] * 3
    with database.reading() as session:
        (entry,) = changes_since(session, 0)
        assert (entry.revision, len(entry.facets), len(entry.passages)) == (3, 1, 1)


def test_a_writer_waits_for_a_database_that_is_locked_and_a_reader_does_not(sqlite_database: Database) -> None:
    other_process, trying = Database(sqlite_database.url), threading.Event()

    def write() -> None:
        trying.set()
        with other_process.transaction() as session:
            open_conversation(session, "web", "second")

    with ThreadPoolExecutor(1) as thread:
        with sqlite_database.transaction() as session:
            open_conversation(session, "web", "first")
            session.flush()
            writing = thread.submit(write)
            assert trying.wait(WAIT_S)
            with other_process.reading() as reading:
                assert reading.scalar(select(func.count()).select_from(Conversation)) == 0
            assert not writing.done()
        writing.result(WAIT_S)
    other_process.close()
    with sqlite_database.reading() as session:
        addresses = session.scalars(select(Conversation.address).order_by(Conversation.id)).all()
    assert addresses == ["first", "second"]


def test_a_subscriber_in_the_middle_of_a_turn_is_told_the_next_time(database: Database) -> None:
    with database.transaction() as session:
        for address in ("talking", "silent"):
            subscribe(session, open_conversation(session, "web", address), {})
        save_entry(
            session, parse_draft({"id": "e", "title": "T", "language": "en"})[0], source="t", state=EntryState.PUBLISHED
        )
    if database.engine.dialect.name == "sqlite":
        return  # There a turn holds the whole database, so nobody looks meanwhile.
    with database.transaction() as turn:
        open_conversation(turn, "web", "talking")
        with database.transaction() as session:
            assert [conversation.address for _, conversation in lock_behind(session, 1)] == ["silent"]
    with database.transaction() as session:
        assert len(lock_behind(session, 1)) == 2


def test_processes_that_start_together_all_find_their_tables(database_url: str) -> None:
    code = "import sys; from knowledge.database import Database; d = Database(sys.argv[1]); d.upgrade(); d.check()"
    command = [sys.executable, "-c", code, database_url]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    errors = [process.communicate(timeout=60)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0], "\n".join(errors)


def test_a_ticket_outlives_the_conversation(database: Database) -> None:
    ticket_id = a_ticket(database)
    with database.transaction() as session:
        forget_conversation(session, open_conversation(session, "web", "asker"))
    with database.reading() as session:
        assert session.get_one(Ticket, ticket_id).conversation_id is None
