"""Session tokens: signed secrets that only their holder has; the database sees no more than their hash."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from itsdangerous import BadSignature, Signer

from bot.channels.web.errors import SessionExpired, SessionForged
from knowledge.languages import TAGS

LIFETIME = timedelta(days=180)
_SECRET_BYTES = 32
_PURPOSE = b"punte web session "
"""Signed before each token, so that nothing else that the desk's key signs is one."""


@dataclass(frozen=True)
class WebSession:
    """A verified session: its address on the channel, the language of the person's browser, and its end."""

    address: str
    language: str | None
    expires_at: datetime


class SessionTokens:
    """Issues and reads tokens `<expiry>.<language>.<random>.<signature>`, signed with the desk's key.

    Nothing is stored: a token is good as long as its signature and its expiry are.
    """

    def __init__(self, secret: bytes, lifetime: timedelta = LIFETIME) -> None:
        if len(secret) < _SECRET_BYTES:
            raise ValueError(f"The key of the web channel needs at least {_SECRET_BYTES} bytes.")
        self._signer = Signer(secret, key_derivation="none", digest_method=sha256)
        self._lifetime = lifetime

    def issue(self, language: str | None, moment: datetime) -> tuple[str, datetime]:
        """Return a new token and the moment until which it is good."""
        seconds = int((moment + self._lifetime).timestamp())
        body = f"{seconds:x}.{language or ''}.{secrets.token_urlsafe(_SECRET_BYTES)}"
        signed = self._signer.sign(_PURPOSE + body.encode())
        return signed.removeprefix(_PURPOSE).decode(), datetime.fromtimestamp(seconds, UTC)

    def read(self, token: str, moment: datetime) -> WebSession:
        """Return the session of a token; raises `SessionForged` or `SessionExpired`."""
        given = _PURPOSE + token.encode(errors="replace")
        try:
            signed = self._signer.unsign(given)
        except BadSignature as error:
            raise SessionForged from error
        # Base64 can be spelt in several ways, and each would be another address.
        if self._signer.sign(signed) != given:
            raise SessionForged
        expiry, language, _ = signed.removeprefix(_PURPOSE).decode().split(".")
        expires_at = datetime.fromtimestamp(int(expiry, 16), UTC)
        if moment >= expires_at:
            raise SessionExpired
        return WebSession(
            address=sha256(token.encode()).hexdigest(),
            language=language if language in TAGS else None,
            expires_at=expires_at,
        )
