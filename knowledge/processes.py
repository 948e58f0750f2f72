"""Verbs for the desk's running processes: who lives, who does what only one may do, whose leases are free again."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
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
    alive = select(func.count()).select_from(Process).where(Process.beat_at > moment - silent)
    return session.scalar(alive) or 1


def living(session: Session, moment: datetime, *, silent: timedelta = SILENT) -> list[Process]:
    """Return the processes that live, the oldest first."""
    statement = select(Process).where(Process.beat_at > moment - silent).order_by(Process.started_at, Process.name)
    return list(session.scalars(statement))


def leave(session: Session, name: str) -> None:
    """Say that a process ends: its duties and its leases are free at once."""
    session.execute(delete(Duty).where(Duty.holder == name))
    session.execute(delete(Process).where(Process.name == name))
    for table in (Delivery, Notice, WebhookCall):
        session.execute(update(table).where(table.leased_by == name).values(leased_until=None, leased_by=None))


def hold(session: Session, name: str, duty: str, moment: datetime, for_s: float) -> bool:
    """Take or keep a duty that only one process may have, until `for_s` seconds from now; say whether it is ours."""
    until = moment + timedelta(seconds=for_s)
    mine = session.scalar(
        update(Duty)
        .where(Duty.name == duty, or_(Duty.holder == name, Duty.until < moment))
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
    alive = select(Process.name).where(Process.beat_at > moment - silent)
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
