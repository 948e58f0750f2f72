"""Verbs for log-ins: sessions that begin with a password and end by themselves. Each flushes."""

import hashlib
import secrets
from datetime import timedelta
from functools import cache

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from knowledge.errors import LoginRefused
from knowledge.models import Staff, StaffSession, now
from knowledge.staff.accounts import account_address
from knowledge.staff.passwords import hasher, verify_password

SESSION_LIFE = timedelta(hours=12)


def log_in(session: Session, email: str, password: str) -> tuple[Staff, str]:
    """Return the account and a new session's token; raises `LoginRefused`, as slowly for an unknown address."""
    address = account_address(email)
    staff = session.scalar(select(Staff).where(Staff.email == address, Staff.active)) if address else None
    verify_password(staff.password_hash if staff else _nobody(), password)
    if staff is None:
        raise LoginRefused
    return staff, start_session(session, staff)


def start_session(session: Session, staff: Staff) -> str:
    """Return the token of a new session of `staff`."""
    session.execute(delete(StaffSession).where(StaffSession.expires_at < now()))
    token = secrets.token_urlsafe(32)
    session.add(StaffSession(token_hash=_token_hash(token), staff_id=staff.id, expires_at=now() + SESSION_LIFE))
    session.flush()
    return token


def staff_of_token(session: Session, token: str) -> Staff | None:
    """Return whose living session `token` is, or None."""
    statement = (
        select(Staff)
        .join(StaffSession, StaffSession.staff_id == Staff.id)
        .where(StaffSession.token_hash == _token_hash(token), StaffSession.expires_at > now(), Staff.active)
    )
    return session.scalar(statement)


def log_out(session: Session, token: str) -> None:
    """End a session."""
    session.execute(delete(StaffSession).where(StaffSession.token_hash == _token_hash(token)))


@cache
def _nobody() -> str:
    return hasher.hash(secrets.token_urlsafe(16))


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
