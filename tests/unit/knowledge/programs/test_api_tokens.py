"""A token opens what it names for as long as it and its owner live."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.errors import InvalidInput, NotFound
from knowledge.models import ApiToken, Staff, now
from knowledge.programs.api_tokens import Scope, is_unnoted, make_token, note_use, revoke_token, token_holder, tokens_of
from knowledge.tickets.leaving import set_active


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
