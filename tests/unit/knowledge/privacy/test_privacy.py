"""Whoever asks to be forgotten leaves no words behind; the desk keeps its counts."""

import json

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from knowledge.conversations.files import keep_file
from knowledge.conversations.messages import find_conversation, open_conversation, receive_message, send_message
from knowledge.conversations.subscriptions import subscribe
from knowledge.database import Database
from knowledge.models import (
    Author,
    Base,
    Delivery,
    File,
    Notice,
    NoticeKind,
    Question,
    QuestionOutcome,
    Role,
    Staff,
    Ticket,
    TicketState,
    Words,
)
from knowledge.notices.writing_notices import tell
from knowledge.privacy.erasure import REMOVED, forget_conversation
from knowledge.privacy.export import export_of
from knowledge.programs.idempotency import keep
from knowledge.tickets.answer_drafts import save_draft
from knowledge.tickets.by_asker import Findings, Intake, add_asker_message, note_question, open_ticket, rate_ticket
from knowledge.tickets.by_staff import add_note, answer_ticket, ask_asker, claim_ticket, close_ticket, get_ticket
from knowledge.tickets.chat_links import link_staff, staff_code
from knowledge.tickets.following import follow_code, redeem_follow
from knowledge.tickets.handover import merge_tickets, split_ticket, watch
from knowledge.tickets.presence import seen
from knowledge.tickets.unreached import mark_failed

SECRET = "my secret venture"


def talk(session: Session, address: str) -> list[int]:
    """Have a whole conversation; return the ids of its tickets, the first still open."""
    conversation = open_conversation(session, "web", address)
    conversation.state = {"query": {"text": SECRET}}
    staff = session.scalar(select(Staff)) or Staff(email="a@b.c", name="Ana", role=Role.EXPERT, password_hash="x")
    session.add(staff)
    session.flush()
    waiting = open_ticket(session, conversation, SECRET, reason="asked", language="en")
    received = receive_message(session, conversation, SECRET, external_id=f"{address}-1")
    add_asker_message(session, waiting, received)
    done = open_ticket(session, conversation, SECRET, reason="asked", language="en")
    answer_ticket(session, done.id, staff, "Register first.")
    close_ticket(session, done.id, staff)
    send_message(session, conversation, SECRET, author=Author.BOT)
    subscribe(session, conversation, {"words": SECRET})
    return [waiting.id, done.id]


def talk_to_people(session: Session, address: str) -> int:
    """Have a conversation that leaves words in every table that can hold some; return the ticket's id."""
    asker = open_conversation(session, "web", address)
    ana, boris = (
        Staff(email=f"{name}@punte.mk", name=name, role=Role.EXPERT, password_hash="x") for name in ("ana", "boris")
    )
    session.add_all([ana, boris])
    session.flush()
    contact = Intake(name=SECRET, email=f"{address}@secret.mk", phone=SECRET, consent=True)
    found = Findings("decline", "ask", 0.5, 0.1, filters={"words": SECRET})
    ticket = open_ticket(session, asker, SECRET, reason="asked", language="en", intake=contact, findings=found)
    phone = open_conversation(session, "telegram", address)
    redeem_follow(session, follow_code(session, ticket.id, asker), phone)
    follow_code(session, ticket.id, asker)
    file = keep_file(session, "plan.txt", SECRET.encode())
    add_asker_message(session, ticket, receive_message(session, asker, SECRET, external_id="1"), files=[file.id])
    add_asker_message(session, ticket, receive_message(session, phone, SECRET, external_id="1"))
    add_note(session, ticket.id, ana, SECRET, files=[keep_file(session, "note.txt", f"{SECRET}!".encode()).id])
    watch(session, ticket.id, boris, True)
    link_staff(session, staff_code(session, boris), "telegram", "boris")
    ask_asker(session, ticket.id, ana, SECRET)
    answer_ticket(session, ticket.id, ana, SECRET, files=[keep_file(session, "a.txt", f"{SECRET}?".encode()).id])
    delivery = session.scalars(select(Delivery).order_by(Delivery.id).limit(1)).one()
    mark_failed(session, delivery.id, "gone")
    save_draft(session, ticket.id, ana, Words.NOTE, SECRET)
    seen(session, ticket.id, ana, writing=True)
    keep(session, ana.id, "key", "hash", 200, {"question": SECRET}, ticket_id=ticket.id)
    note_question(session, asker, outcome=QuestionOutcome.HANDED, ticket_id=ticket.id)
    close_ticket(session, ticket.id, ana, SECRET)
    rate_ticket(session, asker, ticket.id, 5, SECRET)
    for notice in session.scalars(select(Notice.id)).all():
        tell(session, notice, ["telegram", "email"])
    split = split_ticket(session, ticket.id, ana, [], SECRET)
    claim_ticket(session, split.id, ana)
    return ticket.id


def everything(session: Session) -> str:
    """Return all rows of all tables as one text."""
    rows = [
        tuple(row) for table in Base.metadata.sorted_tables for row in session.execute(text(f"select * from {table}"))
    ]
    return json.dumps(rows, default=str)


def test_no_word_of_the_asker_stays(database: Database) -> None:
    with database.transaction() as session:
        talk(session, "asker")
        assert SECRET in everything(session)
    with database.transaction() as session:
        conversation = find_conversation(session, "web", "asker")
        assert conversation is not None
        forget_conversation(session, conversation)
    with database.reading() as session:
        left = everything(session)
    assert SECRET not in left
    assert "asker" not in left.replace('"asker"', "", left.count('"message"'))


def test_no_word_stays_wherever_people_passed_it_on(database: Database) -> None:
    with database.transaction() as session:
        ticket_id = talk_to_people(session, "client")
        assert everything(session).count(SECRET) > 20
        exported = export_of(session, open_conversation(session, "web", "client"))
        assert SECRET in json.dumps(exported)
        assert [each["name"] for each in exported["files"]] == ["plan.txt", "a.txt"]
        assert "note" not in [event["what"] for ticket in exported["tickets"] for event in ticket["timeline"]]
    with database.transaction() as session:
        forget_conversation(session, open_conversation(session, "web", "client"))
    with database.reading() as session:
        left = everything(session)
        assert SECRET not in left
        assert "client" not in left.replace("'telegram', 'client'", "").replace('"telegram", "client"', "")
        assert session.scalar(select(func.count()).select_from(File)) == 0
        ticket = get_ticket(session, ticket_id)
        assert (ticket.rating, ticket.first_answered_at is not None) == (5, True)
        told = session.scalars(select(Notice).where(Notice.kind == NoticeKind.WITHDRAWN)).all()
        assert len(told) == 1
        assert session.scalar(select(func.count()).select_from(Question)) == 1


def test_a_chat_that_only_followed_takes_its_own_words_along(database: Database) -> None:
    with database.transaction() as session:
        ticket_id = talk_to_people(session, "client")
    with database.transaction() as session:
        forget_conversation(session, open_conversation(session, "telegram", "client"))
    with database.reading() as session:
        assert find_conversation(session, "telegram", "client") is None
        ticket = get_ticket(session, ticket_id)
        assert ticket.question == SECRET
        texts = [event.text for event in ticket.events if event.kind == "message"]
        assert texts == [SECRET, REMOVED]


def test_another_askers_ticket_that_was_joined_is_open_again(session: Session) -> None:
    staff = Staff(email="a@b.c", name="Ana", role=Role.EXPERT, password_hash="x")
    session.add(staff)
    session.flush()
    first, second = open_conversation(session, "web", "first"), open_conversation(session, "web", "second")
    into = open_ticket(session, first, SECRET, reason="asked", language="en")
    joined = open_ticket(session, second, "Theirs", reason="asked", language="en")
    merge_tickets(session, joined.id, into.id, staff)
    forget_conversation(session, first)
    session.refresh(joined)
    assert (joined.state, joined.merged_into_id, joined.question) == (TicketState.OPEN, None, "Theirs")


def test_tickets_stay_closed_and_without_words(database: Database) -> None:
    with database.transaction() as session:
        ids = talk(session, "asker")
    with database.transaction() as session:
        forget_conversation(session, open_conversation(session, "web", "asker"))
    with database.reading() as session:
        for ticket_id in ids:
            ticket = get_ticket(session, ticket_id)
            assert (ticket.state, ticket.question, ticket.conversation_id) == (TicketState.CLOSED, REMOVED, None)
            assert all(event.message_id is None for event in ticket.events)
            assert ticket.events[-1].kind == "closed"


def test_others_are_not_touched(database: Database) -> None:
    with database.transaction() as session:
        talk(session, "asker")
        mine = talk(session, "other")
    with database.transaction() as session:
        forget_conversation(session, open_conversation(session, "web", "asker"))
    with database.reading() as session:
        assert find_conversation(session, "web", "asker") is None
        assert find_conversation(session, "web", "other") is not None
        kept = session.scalars(select(Ticket).where(Ticket.conversation_id.is_not(None))).all()
        assert sorted(ticket.id for ticket in kept) == mine
        counts = {
            str(table): session.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
            if str(table) in ("messages", "deliveries", "subscriptions", "conversations")
        }
    assert counts == {"conversations": 1, "messages": 4, "deliveries": 3, "subscriptions": 1}


def test_who_comes_back_begins_anew(session: Session) -> None:
    talk(session, "asker")
    old = open_conversation(session, "web", "asker")
    forget_conversation(session, old)
    fresh = open_conversation(session, "web", "asker")
    assert (fresh.state, fresh.language) == ({}, None)
