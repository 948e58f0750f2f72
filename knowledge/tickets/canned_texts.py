"""Verbs for ready texts. Each flushes; the caller commits."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from knowledge.errors import InvalidInput, NotFound
from knowledge.models import CannedText, Role, Staff, now
from knowledge.tickets.answer_drafts import MAX_WORDS


def canned_for(
    session: Session, staff: Staff, *, language: str | None = None, competence: str | None = None
) -> list[CannedText]:
    """Return the ready texts that somebody may use, their own and everybody's, by title.

    With a language or a competence, those for others are left out; those for all are not.
    """
    statement = select(CannedText).where(or_(CannedText.owner_id.is_(None), CannedText.owner_id == staff.id))
    if language is not None:
        statement = statement.where(or_(CannedText.language.is_(None), CannedText.language == language))
    if competence is not None:
        statement = statement.where(or_(CannedText.competence.is_(None), CannedText.competence == competence))
    return list(session.scalars(statement.order_by(CannedText.title, CannedText.id)))


def save_canned(
    session: Session,
    staff: Staff,
    title: str,
    text: str,
    *,
    canned_id: int | None = None,
    language: str | None = None,
    competence: str | None = None,
    for_all: bool = False,
) -> CannedText:
    """Write a ready text, one's own or everybody's; only curators write everybody's.

    Raises `NotFound` for one that is not theirs to change, and `InvalidInput`.
    """
    title, text = title.strip(), text.strip()
    if not title or len(title) > 200 or not text or len(text) > MAX_WORDS:
        raise InvalidInput("title, text: neither may be empty or too long")
    if for_all and not staff.role.covers(Role.CURATOR):
        raise InvalidInput("for_all: only curators write texts for everybody", {"for_all": "only curators may"})
    canned = CannedText() if canned_id is None else _mine(session, staff, canned_id)
    canned.title, canned.text, canned.language, canned.competence = title, text, language, competence
    canned.owner_id, canned.updated_at = None if for_all else staff.id, now()
    session.add(canned)
    session.flush()
    return canned


def delete_canned(session: Session, staff: Staff, canned_id: int) -> None:
    """Delete a ready text; raises `NotFound` for one that is not theirs to change."""
    session.delete(_mine(session, staff, canned_id))
    session.flush()


def _mine(session: Session, staff: Staff, canned_id: int) -> CannedText:
    canned = session.get(CannedText, canned_id)
    may = canned is not None and (
        canned.owner_id == staff.id or (canned.owner_id is None and staff.role.covers(Role.CURATOR))
    )
    if canned is None or not may:
        raise NotFound(f"text {canned_id}")
    return canned
