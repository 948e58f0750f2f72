"""Verbs for idempotency keys: a request that is sent again comes to what it came to before. Each flushes."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from knowledge.errors import Conflict
from knowledge.models import IdempotencyKey


def _recall(session: Session, staff_id: int, key: str, request_hash: str) -> tuple[int, dict[str, Any]] | None:
    kept = session.get(IdempotencyKey, (staff_id, key[:200]))
    if kept is None:
        return None
    if kept.request_hash != request_hash:
        raise Conflict("the Idempotency-Key was used for another request")
    return kept.status, kept.body


def take(session: Session, staff_id: int, key: str, request_hash: str) -> tuple[int, dict[str, Any]] | None:
    """Take a key for a request, in the transaction that carries it out; return None, or the status and body of before.

    The same request that is just being carried out elsewhere is waited for. Raises `Conflict` when the key was used
    for another request.
    """
    known = _recall(session, staff_id, key, request_hash)
    if known is None:
        row = IdempotencyKey(staff_id=staff_id, key=key[:200], request_hash=request_hash, status=0, body={})
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:  # the other one has ended and can be seen now
            return _recall(session, staff_id, key, request_hash)
    return known


def keep(
    session: Session,
    staff_id: int,
    key: str,
    request_hash: str,
    status: int,
    body: dict[str, Any],
    *,
    ticket_id: int | None = None,
) -> None:
    """Keep what a request came to, in the transaction of what it did.

    `ticket_id` is the ticket that the body tells of: it is deleted with the asker's words.
    """
    session.merge(
        IdempotencyKey(
            staff_id=staff_id, key=key[:200], request_hash=request_hash, status=status, body=body, ticket_id=ticket_id
        )
    )
    session.flush()


def drop_keys(session: Session, before: datetime) -> int:
    """Delete the keys that are older than a moment; return how many."""
    statement = delete(IdempotencyKey).where(IdempotencyKey.created_at < before)
    return len(session.scalars(statement.returning(IdempotencyKey.key)).all())
