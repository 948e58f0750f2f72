"""The audit trail: who changed what."""

from typing import Any

from sqlalchemy.orm import Session

from knowledge.models import AuditRecord


def record(session: Session, actor: str, action: str, subject: str, data: dict[str, Any] | None = None) -> None:
    """Write a line of the audit trail."""
    session.add(AuditRecord(actor=actor, action=action, subject=subject[:250], data=data or {}))
