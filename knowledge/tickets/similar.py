"""Earlier tickets that asked much the same as one in hand."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.languages import fold
from knowledge.models import Ticket

LOOKED_AT = 300
"""How many of the newest answered tickets are compared."""

Encode = Callable[[Sequence[str]], Any]
"""Gives the unit vectors of texts: an array of shape (texts, dimensions)."""


def similar_tickets(
    session: Session, ticket: Ticket, encode: Encode | None = None, *, limit: int = 5
) -> list[tuple[Ticket, float]]:
    """Return the answered tickets that are most like one, best first, with their likeness (0 to 1).

    By meaning, across languages, with `encode`; without it by the folded words that both have.
    """
    statement = (
        select(Ticket)
        .where(Ticket.first_answered_at.is_not(None), Ticket.id != ticket.id, Ticket.conversation_id.is_not(None))
        .order_by(Ticket.id.desc())
        .limit(LOOKED_AT)
    )
    others = list(session.scalars(statement))
    if not others:
        return []
    questions = [ticket.question, *(other.question for other in others)]
    likeness = _by_meaning(questions, encode) if encode is not None else _by_words(questions)
    ranked = sorted(zip(others, likeness, strict=True), key=lambda pair: (-pair[1], -pair[0].id))
    return [(other, round(score, 4)) for other, score in ranked[:limit] if score > 0]


def _by_meaning(questions: list[str], encode: Encode) -> list[float]:
    vectors = np.asarray(encode(questions), dtype=np.float32)
    return [float(score) for score in np.clip(vectors[1:] @ vectors[0], 0.0, 1.0)]


def _by_words(questions: list[str]) -> list[float]:
    """Return Dice's measure of the first question's words and each other one's."""
    first, *others = [{word for word in fold(question).split() if len(word) > 2} for question in questions]
    return [2 * len(first & other) / (len(first) + len(other)) if first and other else 0.0 for other in others]
