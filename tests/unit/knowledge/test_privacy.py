"""Whoever asks to be forgotten leaves no words behind; the desk keeps its counts."""

import json

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from knowledge.conversations import find_conversation, open_conversation, receive_message, send_message
from knowledge.database import Database
from knowledge.models import Author, Base, Role, Staff, Ticket, TicketState
from knowledge.privacy import REMOVED, forget_conversation
from knowledge.subscriptions import subscribe
from knowledge.tickets import add_asker_message, answer_ticket, close_ticket, get_ticket, open_ticket

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
