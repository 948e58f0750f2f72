"""Verbs for API tokens: a program's way in under somebody's name, within scopes. Each flushes; the caller commits."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.choices import Scope as Scope
from knowledge.errors import InvalidInput, NotFound
from knowledge.models import ApiToken, Staff, now

PREFIX = "punte_"
"""How a token begins, so that people and scanners know what it is."""

_USED_EVERY = timedelta(minutes=1)


def make_token(
    session: Session, staff: Staff, name: str, scopes: Collection[str], expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token and return it with its words, which cannot be had again.

    Raises `InvalidInput` for no name, no scopes, unknown ones, or an end that has passed.
    """
    name = name.strip()
    if not name or len(name) > 200:
        raise InvalidInput("name: use 1 to 200 characters", {"name": "use 1 to 200 characters"})
    if not scopes or not set(scopes) <= {str(scope) for scope in Scope}:
        raise InvalidInput(f"scopes: some of {', '.join(Scope)}", {"scopes": "name at least one that there is"})
    if expires_at is not None and expires_at <= now():
        raise InvalidInput("expires_at: has passed already", {"expires_at": "has passed already"})
    plain = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        staff_id=staff.id, name=name, token_hash=_hash(plain), scopes=sorted(set(scopes)), expires_at=expires_at
    )
    session.add(token)
    session.flush()
    return token, plain


def token_holder(session: Session, token: str) -> tuple[Staff, frozenset[Scope]] | None:
    """Return whose living token this is, and what it may do, or None; writes nothing."""
    found = _living(session, token)
    return (found[1], frozenset(Scope(scope) for scope in found[0].scopes)) if found else None


def is_unnoted(session: Session, token: str) -> bool:
    """Say whether a use of a living token is to be written down: at most once a minute."""
    found = _living(session, token)
    return found is not None and (found[0].last_used_at is None or found[0].last_used_at < now() - _USED_EVERY)


def note_use(session: Session, token: str) -> None:
    """Write down that a living token was used."""
    if found := _living(session, token):
        found[0].last_used_at = now()
        session.flush()


def tokens_of(session: Session, staff_id: int) -> list[ApiToken]:
    """Return somebody's tokens, the newest first, revoked ones too."""
    return list(session.scalars(select(ApiToken).where(ApiToken.staff_id == staff_id).order_by(ApiToken.id.desc())))


def revoke_token(session: Session, staff: Staff, token_id: int) -> None:
    """End one of one's tokens; raises `NotFound` for another's."""
    token = session.get(ApiToken, token_id)
    if token is None or token.staff_id != staff.id:
        raise NotFound(f"token {token_id}")
    token.revoked_at = token.revoked_at or now()
    session.flush()


def _living(session: Session, token: str) -> tuple[ApiToken, Staff] | None:
    if not token.startswith(PREFIX):
        return None
    alive = (ApiToken.expires_at.is_(None)) | (ApiToken.expires_at > now())
    statement = (
        select(ApiToken, Staff)
        .join(Staff, Staff.id == ApiToken.staff_id)
        .where(ApiToken.token_hash == _hash(token), ApiToken.revoked_at.is_(None), alive, Staff.active)
    )
    row = session.execute(statement).one_or_none()
    return (row[0], row[1]) if row else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
