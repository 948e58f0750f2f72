"""The status of a call, computed from its dates at the moment of the question."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum


class CallStatus(StrEnum):
    """Where a call stands on a day."""

    FORTHCOMING = "forthcoming"
    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


def call_status(opens: date | None, deadlines: Sequence[date], today: date) -> CallStatus:
    """Return the status on `today`; a deadline's own day still counts as open, no date at all is unknown."""
    if deadlines and today > max(deadlines):
        return CallStatus.CLOSED
    if opens and today < opens:
        return CallStatus.FORTHCOMING
    return CallStatus.OPEN if opens or deadlines else CallStatus.UNKNOWN


def next_deadline(deadlines: Sequence[date], today: date) -> date | None:
    """Return the first cut-off that has not passed, or None."""
    return min((deadline for deadline in deadlines if deadline >= today), default=None)
