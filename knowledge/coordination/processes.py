"""Verbs for the desk's running processes: who lives, who does what only one may do, whose leases are free again."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, false, func, or_, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from knowledge.models import Delivery, Duty, Notice, Process, WebhookCall

SILENT = timedelta(seconds=15)
"""A process that was silent for so long is taken for dead."""


def beat(session: Session, name: str, moment: datetime, *, silent: timedelta = SILENT) -> int:
    """Say that a process lives, and return how many do, it included."""
    process = session.get(Process, name)
    if process is None:
        session.add(Process(name=name, started_at=moment, beat_at=moment))
    else:
        process.beat_at = moment
    session.flush()
    return session.scalar(select(func.count()).select_from(Process).where(_alive(moment, silent))) or 1


def leave(session: Session, name: str) -> None:
    """Say that a process ends: its duties and its leases are free at once."""
    session.execute(delete(Duty).where(Duty.holder == name))
    session.execute(delete(Process).where(Process.name == name))
    for table in (Delivery, Notice, WebhookCall):
        session.execute(update(table).where(table.leased_by == name).values(leased_until=None, leased_by=None))


def hold(session: Session, name: str, duty: str, moment: datetime, for_s: float, *, steady: bool = True) -> bool:
    """Take or keep a duty that only one process may have, until `for_s` seconds from now; say whether it is ours.

    All processes ask for a duty with the same `for_s`: one that is held for much longer was taken by a clock that has
    gone back since, and is free. After the clock was set (not `steady`) no other's duty is known to be over.
    """
    until = moment + timedelta(seconds=for_s)
    over = or_(Duty.until < moment, Duty.until > until + timedelta(seconds=for_s)) & (true() if steady else false())
    mine = session.scalar(
        update(Duty)
        .where(Duty.name == duty, or_(Duty.holder == name, over))
        .values(holder=name, until=until)
        .returning(Duty.name)
        .execution_options(synchronize_session=False)
    )
    if mine is not None:
        return True
    if session.scalar(select(Duty.name).where(Duty.name == duty)) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(Duty(name=duty, holder=name, until=until))
    except IntegrityError:
        return False
    return True


def free_dead_leases(session: Session, moment: datetime, *, silent: timedelta = SILENT) -> int:
    """Free what processes hold that are dead, and forget them; return how much was freed.

    A lease without a holder's name ends by itself, in its time.
    """
    alive = select(Process.name).where(_alive(moment, silent))
    freed = 0
    for table in (Delivery, Notice, WebhookCall):
        statement = (
            update(table)
            .where(table.leased_by.is_not(None), table.leased_until.is_not(None), table.leased_by.not_in(alive))
            .values(leased_until=None, leased_by=None)
            .returning(table.id)
            .execution_options(synchronize_session=False)
        )
        freed += len(session.scalars(statement).all())
    session.execute(delete(Process).where(Process.beat_at < moment - timedelta(days=1)))
    return freed


def _alive(moment: datetime, silent: timedelta) -> ColumnElement[bool]:
    # A beat that is yet to come is one of a clock that has gone back since.
    return Process.beat_at.between(moment - silent, moment + silent)
