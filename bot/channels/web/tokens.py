"""Session tokens: signed secrets that only their holder has; the database sees no more than their hash."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from bot.channels.web.errors import SessionExpired, SessionForged
from knowledge.languages import TAGS

LIFETIME = timedelta(days=180)
_SECRET_BYTES = 32
_LONGEST = 200


@dataclass(frozen=True)
class WebSession:
    """A verified session: its address on the channel, the language of the person's browser, and its end."""

    address: str
    language: str | None
    expires_at: datetime


class Tokens:
    """Issues and reads tokens `<expiry>.<language>.<random>.<signature>`, signed with the desk's key.

    Nothing is stored: a token is good as long as its signature and its expiry are.
    """

    def __init__(self, secret: bytes, lifetime: timedelta = LIFETIME) -> None:
        if len(secret) < _SECRET_BYTES:
            raise ValueError(f"The key of the web channel needs at least {_SECRET_BYTES} bytes.")
        self._secret = secret
        self._lifetime = lifetime

    def issue(self, language: str | None, moment: datetime) -> tuple[str, datetime]:
        """Return a new token and the moment until which it is good."""
        seconds = int((moment + self._lifetime).timestamp())
        body = f"{seconds:x}.{language or ''}.{secrets.token_urlsafe(_SECRET_BYTES)}"
        return f"{body}.{self._signature(body)}", datetime.fromtimestamp(seconds, UTC)

    def read(self, token: str, moment: datetime) -> WebSession:
        """Return the session of a token; raises `SessionForged` or `SessionExpired`."""
        body, _, signature = token.rpartition(".")
        expected = self._signature(body).encode()
        if len(token) > _LONGEST or not hmac.compare_digest(expected, signature.encode(errors="replace")):
            raise SessionForged
        expiry, language, _ = body.split(".")
        expires_at = datetime.fromtimestamp(int(expiry, 16), UTC)
        if moment >= expires_at:
            raise SessionExpired
        return WebSession(
            address=sha256(token.encode()).hexdigest(),
            language=language if language in TAGS else None,
            expires_at=expires_at,
        )

    def _signature(self, body: str) -> str:
        mac = hmac.new(self._secret, b"punte web session " + body.encode(errors="replace"), sha256)
        return urlsafe_b64encode(mac.digest()).decode().rstrip("=")
