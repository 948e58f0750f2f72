"""Session tokens: good ones are read, all others are refused with what to do."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web.errors import SessionExpired, SessionForged
from bot.channels.web.tokens import LIFETIME, SessionTokens, WebSession

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOKENS = SessionTokens(b"k" * 32)


def test_a_token_tells_its_address_language_and_end() -> None:
    token, expires_at = TOKENS.issue("sr-Latn", NOON)
    session = TOKENS.read(token, NOON + timedelta(days=179))
    assert session.language == "sr-Latn"
    assert session.expires_at == expires_at == NOON + LIFETIME
    assert len(session.address) == 64
    assert session.address not in token


def test_two_tokens_are_two_addresses() -> None:
    first, second = (TOKENS.issue(None, NOON)[0] for _ in range(2))
    assert TOKENS.read(first, NOON).address != TOKENS.read(second, NOON).address


def test_a_token_without_language() -> None:
    assert TOKENS.read(TOKENS.issue(None, NOON)[0], NOON).language is None


def test_an_expired_token_says_what_to_do() -> None:
    token, expires_at = TOKENS.issue("bg", NOON)
    with pytest.raises(SessionExpired, match="start a new session"):
        TOKENS.read(token, expires_at)


def test_the_expiry_cannot_be_moved() -> None:
    expiry, *rest = TOKENS.issue("bg", NOON)[0].split(".")
    later = f"{int(expiry, 16) + 1_000_000:x}"
    with pytest.raises(SessionForged, match="start a new session"):
        TOKENS.read(".".join([later, *rest]), NOON)


def test_another_desks_token_is_refused() -> None:
    token, _ = SessionTokens(b"x" * 32).issue("bg", NOON)
    with pytest.raises(SessionForged):
        TOKENS.read(token, NOON)


@given(st.text(max_size=300))
def test_no_text_is_a_token(text: str) -> None:
    with pytest.raises(SessionForged):
        TOKENS.read(text, NOON)


@given(st.integers(0, 99), st.characters())
def test_a_changed_character_is_noticed(place: int, letter: str) -> None:
    token, _ = TOKENS.issue("bg", NOON)
    changed = token[:place] + letter + token[place + 1 :]
    if changed != token:
        with pytest.raises(SessionForged):
            TOKENS.read(changed, NOON)


def test_a_token_of_the_first_desks_is_read() -> None:
    """Tokens live for half a year, so that what signs them may change, and not how they are signed."""
    body = f"{int((NOON + LIFETIME).timestamp()):x}.sr.{secrets.token_urlsafe(32)}"
    mac = hmac.digest(b"k" * 32, f"punte web session {body}".encode(), "sha256")
    token = f"{body}.{urlsafe_b64encode(mac).decode().rstrip('=')}"
    assert TOKENS.read(token, NOON) == WebSession(sha256(token.encode()).hexdigest(), "sr", NOON + LIFETIME)


@pytest.mark.parametrize("token", ["", ".", "a", "...", "\ud83d.a.b.c", "é.é.é.é", "a.b.c." + "d" * 500])
def test_what_is_odd_is_no_token(token: str) -> None:
    with pytest.raises(SessionForged):
        TOKENS.read(token, NOON)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        SessionTokens(b"short")
