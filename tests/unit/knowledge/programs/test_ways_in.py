"""Codes, tokens and keys: they open once or as long as they live, and only what they are for."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.conversations.messages import open_conversation
from knowledge.database import Database
from knowledge.errors import Conflict, InvalidInput, NotFound
from knowledge.models import ApiToken, Conversation, NoticeKind, OneTimeCode, Role, Staff, Ticket, now
from knowledge.programs.api_tokens import Scope, is_unnoted, make_token, note_use, revoke_token, token_holder, tokens_of
from knowledge.programs.idempotency import drop_keys, keep, take
from knowledge.staff.contacts import parse_email, parse_phone
from knowledge.tickets.by_asker import open_ticket
from knowledge.tickets.chat_links import link_staff, links_of, set_wants, staff_at, staff_code, unlink
from knowledge.tickets.following import follow_code, redeem_follow, unfollow
from knowledge.tickets.for_asker import tickets_of
from knowledge.tickets.leaving import set_active
from knowledge.tickets.one_time_codes import CODE_LIFE


@pytest.fixture
def ticket(session: Session, conversation: Conversation) -> Ticket:
    return open_ticket(session, conversation, "?", reason="asked", language="en")


def test_a_code_lets_another_chat_follow_once(session: Session, conversation: Conversation, ticket: Ticket) -> None:
    phone, thief = open_conversation(session, "telegram", "42"), open_conversation(session, "telegram", "43")
    with pytest.raises(NotFound):
        follow_code(session, ticket.id, thief)
    code = follow_code(session, ticket.id, conversation)
    assert redeem_follow(session, f" {code[:5].lower()}-{code[5:]} ", phone) is ticket
    for wrong in (code, "", "AAAAAAAAAA", "код"):
        with pytest.raises(NotFound):
            redeem_follow(session, wrong, thief)
    assert tickets_of(session, phone.id) == [ticket]
    assert code not in str(session.scalars(select(OneTimeCode.code_hash)).all())
    assert unfollow(session, ticket.id, phone) is ticket
    assert tickets_of(session, phone.id) == []
    for place in (phone, conversation):
        with pytest.raises(NotFound):
            unfollow(session, ticket.id, place)


def test_a_code_dies_and_opens_only_what_it_is_for(
    session: Session, conversation: Conversation, ticket: Ticket, ana: Staff
) -> None:
    code = follow_code(session, ticket.id, conversation)
    with pytest.raises(NotFound):
        link_staff(session, code, "telegram", "42")
    old = session.scalars(select(OneTimeCode)).one()
    old.expires_at = now() - CODE_LIFE
    session.flush()
    with pytest.raises(NotFound):
        redeem_follow(session, code, open_conversation(session, "telegram", "42"))


def test_a_chat_belongs_to_whose_code_it_gave(session: Session, ana: Staff, boris: Staff) -> None:
    first = staff_code(session, ana)
    second = staff_code(session, ana)
    with pytest.raises(NotFound):
        link_staff(session, first, "telegram", "7")
    assert link_staff(session, second, "telegram", "7") is ana
    link_staff(session, staff_code(session, boris), "telegram", "7")
    assert staff_at(session, "telegram", "7") is boris
    assert (links_of(session, ana.id), len(links_of(session, boris.id))) == ([], 1)
    for staff, address in ((boris, "8"), (ana, "7")):
        with pytest.raises(NotFound):
            set_wants(session, staff.id, "telegram", address, [])
    with pytest.raises(InvalidInput, match="askers"):
        set_wants(session, boris.id, "telegram", "7", [NoticeKind.NEW, NoticeKind.CLOSED])
    assert set_wants(session, boris.id, "telegram", "7", [NoticeKind.NEW, NoticeKind.HANDED]).wants == ["handed", "new"]
    set_active(session, boris.id, False)
    assert staff_at(session, "telegram", "7") is None
    unlink(session, "telegram", "7")
    assert links_of(session, boris.id) == []


def test_a_token_opens_what_it_names_while_it_lives(session: Session, ana: Staff, boris: Staff) -> None:
    token, plain = make_token(session, ana, "sync", ["tickets:read", "tickets:read"])
    assert token_holder(session, plain) == (ana, frozenset({Scope.TICKETS_READ}))
    assert is_unnoted(session, plain)
    note_use(session, plain)
    assert token.last_used_at is not None
    assert not is_unnoted(session, plain)
    token.last_used_at -= timedelta(minutes=2)
    assert is_unnoted(session, plain)
    assert not is_unnoted(session, f"{plain}x")
    assert plain not in str(session.scalars(select(ApiToken.token_hash)).all())
    with pytest.raises(NotFound):
        revoke_token(session, boris, token.id)
    revoke_token(session, ana, token.id)
    assert token_holder(session, plain) is None
    short, plain = make_token(session, ana, "short", ["figures:read"], now() + timedelta(hours=1))
    assert [each.id for each in tokens_of(session, ana.id)] == [short.id, token.id]
    short.expires_at = now() - timedelta(seconds=1)
    session.flush()
    for wrong in (plain, "punte_", "", "ключ"):
        assert token_holder(session, wrong) is None


def test_the_token_of_one_who_is_locked_out_opens_nothing(session: Session, ana: Staff) -> None:
    _, plain = make_token(session, ana, "sync", ["tickets:read"])
    set_active(session, ana.id, False)
    assert token_holder(session, plain) is None


def test_a_token_needs_a_name_scopes_and_a_future(session: Session, ana: Staff) -> None:
    for name, scopes, end in (
        (" ", ["tickets:read"], None),
        ("a", [], None),
        ("a", ["all"], None),
        ("a", ["tickets:read"], now()),
    ):
        with pytest.raises(InvalidInput):
            make_token(session, ana, name, scopes, end)


def test_a_request_sent_again_comes_to_the_same(database: Database) -> None:
    with database.transaction() as session:
        ana = Staff(email="a@b.c", name="Ana", role=Role.EXPERT, password_hash="x")
        session.add(ana)
        session.flush()
        assert take(session, ana.id, "k", "h") is None
        keep(session, ana.id, "k", "h", 201, {"id": 7})
        assert take(session, ana.id, "k", "h") == (201, {"id": 7})
        with pytest.raises(Conflict, match="Idempotency-Key"):
            take(session, ana.id, "k", "other")
    with database.transaction() as session:
        assert drop_keys(session, now() + timedelta(seconds=1)) == 1


def test_addresses_and_numbers_have_one_form() -> None:
    assert parse_email(" Ivo@Wine.MK ") == "Ivo@wine.mk"
    assert parse_phone("0888 123 456", "BG") == "+359888123456"
    assert parse_phone("+381 64 123 4567", None) == "+381641234567"
    for wrong in ("ivo", "a@b@c", "a@b", ""):
        with pytest.raises(InvalidInput):
            parse_email(wrong)
    for wrong in ("", "12", "call me"):
        with pytest.raises(InvalidInput):
            parse_phone(wrong, "BG")
