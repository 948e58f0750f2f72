"""What does not arrive goes another way; what finds no way is a dead letter that people see and send again."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.conversations.deliveries import lease_due, mark_sent, message_of
from knowledge.conversations.files import keep_file
from knowledge.conversations.messages import messages_after, open_conversation, send_message
from knowledge.database import Database
from knowledge.errors import Conflict, InvalidInput, NotFound
from knowledge.models import (
    Author,
    Conversation,
    Delivery,
    DeliveryState,
    EventKind,
    Notice,
    NoticeKind,
    Role,
    Staff,
    Ticket,
    now,
)
from knowledge.notices.writing_notices import lease_notices, put_off, tell
from knowledge.tickets.by_asker import Intake, open_ticket
from knowledge.tickets.by_staff import answer_ticket, close_ticket, get_ticket
from knowledge.tickets.chat_links import link_staff, set_wants, staff_code
from knowledge.tickets.following import follow_code, redeem_follow
from knowledge.tickets.unreached import dead_letters, fallback, mark_failed, resend, web_overdue

MINUTE = timedelta(minutes=1)
CONSENT = Intake(name="Ivo", email="ivo@asker.test", consent=True)


def ticket_of(session: Session, conversation: Conversation, intake: Intake | None = None) -> Ticket:
    return open_ticket(session, conversation, "How?", reason="asked", language="bg", intake=intake)


def the_delivery(session: Session, conversation: Conversation) -> Delivery:
    statement = select(Delivery).where(Delivery.conversation_id == conversation.id).order_by(Delivery.id.desc())
    delivery = session.scalars(statement.execution_options(populate_existing=True)).first()
    assert delivery is not None
    return delivery


def tell_all(session: Session, *channels: str) -> list[int]:
    moment = now() + MINUTE
    notices = lease_notices(session, moment, moment + MINUTE, "me")
    return [message for notice in notices if (message := tell(session, notice.id, channels)) is not None]


def test_an_answer_reaches_every_chat_in_which_the_ticket_is_followed(
    session: Session, conversation: Conversation, ana: Staff
) -> None:
    ana.organisation = "Chamber"
    ticket = ticket_of(session, conversation)
    phone = open_conversation(session, "telegram", "42")
    redeem_follow(session, follow_code(session, ticket.id, conversation), phone)
    file = keep_file(session, "form.pdf", b"%PDF-1.4\n%a form")
    answer_ticket(session, ticket.id, ana, "So.", files=[file.id])
    tell_all(session, "telegram")
    (first,), (copy,) = messages_after(session, conversation.id, 0), messages_after(session, phone.id, 0)
    assert (copy.kind, copy.text, copy.author, copy.ticket_id) == (first.kind, first.text, first.author, ticket.id)
    assert copy.data["organisation"] == "Chamber"
    assert [each["name"] for each in copy.data["files"]] == ["form.pdf"]
    assert copy.data["files"][0]["id"] != first.data["files"][0]["id"]
    assert copy.delivery is not None


def test_a_notice_is_told_once_and_to_one_chat(session: Session, conversation: Conversation, ana: Staff) -> None:
    ticket_of(session, conversation)
    link_staff(session, staff_code(session, ana), "telegram", "7")
    moment = now() + MINUTE
    (notice,) = lease_notices(session, moment, moment + MINUTE, "me")
    assert lease_notices(session, moment, moment + MINUTE, "other") == []
    assert tell(session, notice.id, ["telegram"]) is not None
    assert tell(session, notice.id, ["telegram"]) is None
    (message,) = messages_after(session, open_conversation(session, "telegram", "7").id, 0)
    assert (message.kind, message.text, message.author) == ("staff_new", "How?", Author.BOT)
    assert message.data["ticket"] == f"P-{message.data['ticket_id']}"


def test_staff_without_a_chat_are_written_to_and_who_wants_less_is_told_less(
    session: Session, conversation: Conversation, ana: Staff, boris: Staff
) -> None:
    link_staff(session, staff_code(session, boris), "telegram", "7")
    set_wants(session, boris.id, "telegram", "7", [NoticeKind.ESCALATED])
    ticket_of(session, conversation)
    assert len(tell_all(session, "telegram", "email")) == 1
    (message,) = messages_after(session, open_conversation(session, "email", ana.email).id, 0)
    assert message.kind == "staff_new"


def test_a_notice_may_be_put_off(session: Session, conversation: Conversation, ana: Staff) -> None:
    ticket_of(session, conversation)
    moment = now() + MINUTE
    (notice,) = lease_notices(session, moment, moment + MINUTE, "me")
    put_off(session, notice.id, moment + 5 * MINUTE)
    assert lease_notices(session, moment + MINUTE, moment + 2 * MINUTE, "me") == []
    assert len(lease_notices(session, moment + 5 * MINUTE, moment + 6 * MINUTE, "me")) == 1


def test_what_a_blocked_chat_does_not_take_goes_by_mail_with_consent(database: Database) -> None:
    with database.transaction() as session:
        staff = Staff(email="a@b.c", name="Ana", role=Role.EXPERT, password_hash="x")
        session.add(staff)
        session.flush()
        place = open_conversation(session, "telegram", "42")
        ticket = ticket_of(session, place, CONSENT)
        answer_ticket(session, ticket.id, staff, "So.")
    with database.transaction() as session:
        mark_failed(session, the_delivery(session, place).id, "blocked")
        mark_failed(session, the_delivery(session, place).id, "blocked")
    with database.transaction() as session:
        events = get_ticket(session, ticket.id).events
        assert [event.kind for event in events].count(EventKind.UNREACHABLE) == 1
        assert events[-1].data == {"channel": "telegram", "error": "blocked", "elsewhere": "email"}
        assert len(dead_letters(session)[0]) == 1
        notice = session.scalars(select(Notice).where(Notice.kind == NoticeKind.UNREACHABLE)).one()
        assert notice.staff_id == staff.id
    with database.transaction() as session:
        tell_all(session)
    with database.transaction() as session:
        (copy,) = messages_after(session, open_conversation(session, "email", "ivo@asker.test").id, 0)
        assert (copy.kind, copy.text) == ("ticket_answer", "So.")
        failed = the_delivery(session, place)
        assert (failed.state, failed.fallback_id, failed.permanent) == (DeliveryState.FAILED, copy.id, True)
        assert failed.failed_at is not None
        assert dead_letters(session) == ([], None)
    with database.transaction() as session:
        close_ticket(session, ticket.id, session.get_one(Staff, staff.id))
        kinds = session.scalars(select(Notice.kind).where(Notice.conversation_id.is_not(None)).order_by(Notice.id))
        assert list(kinds) == [NoticeKind.ANSWER, NoticeKind.CLOSED]


def test_without_consent_or_another_chat_it_is_a_dead_letter_that_can_be_sent_again(
    session: Session, conversation: Conversation, ana: Staff
) -> None:
    ticket = ticket_of(session, conversation)
    answer_ticket(session, ticket.id, ana, "So.")
    delivery = the_delivery(session, conversation)
    with pytest.raises(Conflict):
        resend(session, delivery.id)
    mark_failed(session, delivery.id, "given up", permanent=False)
    (letter,), cursor = dead_letters(session)
    assert (letter.id, letter.message.text, letter.permanent, cursor) == (delivery.id, "So.", False, None)
    again = resend(session, delivery.id)
    assert (again.state, again.attempts, again.resent) == (DeliveryState.PENDING, 0, 1)
    moment = now() + MINUTE
    assert [each.id for each in lease_due(session, ["web"], moment, moment + MINUTE, holder="me")] == [delivery.id]
    with pytest.raises(NotFound):
        resend(session, 4711)


def test_a_chat_that_follows_is_not_told_twice(session: Session, conversation: Conversation, ana: Staff) -> None:
    ticket = ticket_of(session, conversation)
    phone = open_conversation(session, "telegram", "42")
    redeem_follow(session, follow_code(session, ticket.id, conversation), phone)
    answer_ticket(session, ticket.id, ana, "So.")
    mark_failed(session, the_delivery(session, conversation).id, "gone")
    assert len(tell_all(session)) == 1
    assert len(messages_after(session, phone.id, 0)) == 1


@pytest.mark.parametrize("told_before", [True, False])
def test_what_a_chat_that_follows_gets_anyway_did_arrive_elsewhere(
    session: Session, conversation: Conversation, ana: Staff, told_before: bool
) -> None:
    ticket = ticket_of(session, conversation)
    phone = open_conversation(session, "telegram", "42")
    redeem_follow(session, follow_code(session, ticket.id, conversation), phone)
    answer_ticket(session, ticket.id, ana, "So.")
    if told_before:
        tell_all(session, "telegram")
    mark_failed(session, the_delivery(session, conversation).id, "gone")
    assert get_ticket(session, ticket.id).events[-1].data["elsewhere"] == "telegram"
    tell_all(session, "telegram")
    (copy,) = messages_after(session, phone.id, 0)
    assert the_delivery(session, conversation).fallback_id == copy.id
    assert dead_letters(session) == ([], None)
    mark_failed(session, the_delivery(session, phone).id, "blocked")
    assert [letter.conversation_id for letter in dead_letters(session)[0]] == [phone.id]
    assert get_ticket(session, ticket.id).events[-1].data["elsewhere"] is None


def test_the_bots_own_words_have_no_other_way(session: Session, conversation: Conversation) -> None:
    send_message(session, conversation, "Hello", author=Author.BOT)
    mark_failed(session, the_delivery(session, conversation).id, "gone")
    assert session.scalars(select(Notice)).all() == []
    assert len(dead_letters(session)[0]) == 1


def test_what_nobody_fetched_on_the_web_goes_by_mail_once(
    session: Session, conversation: Conversation, ana: Staff
) -> None:
    for intake in (CONSENT, None):
        ticket = ticket_of(session, conversation, intake)
        answer_ticket(session, ticket.id, ana, "So.")
    assert web_overdue(session, now(), after=MINUTE) == []
    (overdue,) = web_overdue(session, now() + 2 * MINUTE, after=MINUTE)
    assert fallback(session, overdue) == "email"
    assert fallback(session, overdue) is None
    assert web_overdue(session, now() + 2 * MINUTE, after=MINUTE) == []


def test_dead_letters_come_in_pages(session: Session, conversation: Conversation) -> None:
    for number in range(3):
        send_message(session, conversation, str(number), author=Author.BOT)
        mark_failed(session, the_delivery(session, conversation).id, "gone")
    first, cursor = dead_letters(session, limit=2)
    rest, end = dead_letters(session, limit=2, cursor=cursor)
    assert [letter.message.text for letter in [*first, *rest]] == ["2", "1", "0"]
    assert end is None
    with pytest.raises(InvalidInput):
        dead_letters(session, cursor="x")


def test_a_reply_finds_the_message_by_any_of_its_parts(session: Session) -> None:
    place = open_conversation(session, "telegram", "42")
    message = send_message(session, place, "Long", author=Author.BOT)
    mark_sent(session, [the_delivery(session, place).id], "101,102")
    for part in ("101", "102"):
        assert message_of(session, "telegram", "42", part) is message
    for chat, part in (("42", "10"), ("42", "%"), ("43", "101")):
        assert message_of(session, "telegram", chat, part) is None


def test_the_holder_of_a_lease_is_known(session: Session, conversation: Conversation) -> None:
    send_message(session, conversation, "Hello", author=Author.BOT)
    moment: datetime = now() + MINUTE
    (leased,) = lease_due(session, ["web"], moment, moment + MINUTE, holder="host:1")
    assert leased.leased_by == "host:1"
