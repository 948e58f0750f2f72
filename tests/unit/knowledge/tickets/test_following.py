"""A code lets another chat follow a ticket, once and while it lives."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.conversations.messages import open_conversation
from knowledge.errors import NotFound
from knowledge.models import Conversation, OneTimeCode, Staff, Ticket, now
from knowledge.tickets.by_asker import open_ticket
from knowledge.tickets.chat_links import link_staff
from knowledge.tickets.following import follow_code, redeem_follow, unfollow
from knowledge.tickets.for_asker import tickets_of
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
