"""When something that is owed may be taken: it is due, and nobody holds it. Conditions for the verbs that lease.

Moments are of the wall clock, which may go back: what a clock that was ahead wrote down is told by its being further
off than the desk ever plans, and holds nothing up.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_

from knowledge.models import Delivery, Notice, WebhookCall

Owed = type[Delivery] | type[Notice] | type[WebhookCall]

LONGEST_LEASE = timedelta(minutes=10)
"""No lease comes near it: one that ends later was given by a clock that was ahead."""

LONGEST_PAUSE: dict[Owed, timedelta] = {
    Delivery: timedelta(hours=1),
    Notice: timedelta(minutes=15),
    WebhookCall: timedelta(hours=6),
}
"""Nothing is put off for longer."""


def free(table: Owed, moment: datetime, steady: bool) -> ColumnElement[bool]:
    """Say that nobody holds a row at a moment.

    After the clock was set (not `steady`) no lease is known to be over: it may be of what is being sent just now.
    """
    until = table.leased_until
    over = or_(until < moment, until > moment + LONGEST_LEASE)
    return or_(until.is_(None), over) if steady else until.is_(None)


def due(table: Owed, moment: datetime) -> ColumnElement[bool]:
    """Say that a row's time has come; what is never postdated and was never tried is due whatever the clock says."""
    come = or_(table.due_at <= moment, table.due_at > moment + LONGEST_PAUSE[table])
    return come if table is Notice else or_(come, table.attempts == 0)
