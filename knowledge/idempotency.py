"""Verbs for idempotency keys: a request that is sent again comes to what it came to before. Each flushes."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from knowledge.errors import Conflict
from knowledge.models import IdempotencyKey


def recall(session: Session, staff_id: int, key: str, request_hash: str) -> tuple[int, dict[str, Any]] | None:
    """Return the status and body that a request came to before, None for a new one.

    Raises `Conflict` when the key was used for another request.
    """
    kept = session.get(IdempotencyKey, (staff_id, key[:200]))
    if kept is None:
        return None
    if kept.request_hash != request_hash:
        raise Conflict("the Idempotency-Key was used for another request")
    return kept.status, kept.body


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

    `ticket_id` is the ticket that the body tells of: it is deleted with the asker's words. Raises `Conflict` when the
    same request is just being carried out a second time.
    """
    row = IdempotencyKey(
        staff_id=staff_id, key=key[:200], request_hash=request_hash, status=status, body=body, ticket_id=ticket_id
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise Conflict("the same request is being carried out") from error


def drop_keys(session: Session, before: datetime) -> int:
    """Delete the keys that are older than a moment; return how many."""
    statement = delete(IdempotencyKey).where(IdempotencyKey.created_at < before)
    return len(session.scalars(statement.returning(IdempotencyKey.key)).all())
