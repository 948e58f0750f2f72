"""What becomes of tickets when somebody is locked out or a group is deleted. Each flushes; the caller commits."""

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from knowledge.errors import NotFound
from knowledge.models import (
    Group,
    Role,
    Staff,
    StaffSession,
    Ticket,
    TicketState,
)
from knowledge.payloads import Released
from knowledge.staff.accounts import get_staff, refuse_for_last_admin
from knowledge.tickets.acting import lock_tickets, record_event
from knowledge.tickets.by_staff import release_all


def delete_group(session: Session, group_id: int, staff: Staff) -> int:
    """Delete a group; the tickets that wait for it wait for everybody then. Return how many those are.

    Raises `NotFound`.
    """
    group = session.get(Group, group_id)
    if group is None:
        raise NotFound(f"group {group_id}")
    theirs = select(Ticket.id).where(Ticket.group_id == group_id)
    waiting = session.scalars(theirs.where(Ticket.state == TicketState.OPEN).order_by(Ticket.id)).all()
    for ticket in lock_tickets(session, waiting):
        record_event(session, ticket, Released(group=group.name), staff=staff)
    session.execute(update(Ticket).where(Ticket.group_id == group_id).values(group_id=None))
    session.execute(delete(Group).where(Group.id == group_id))
    session.flush()
    return len(waiting)


def waiting_for_groups(session: Session) -> dict[int, int]:
    """Return how many open tickets wait for each group, by its id."""
    waiting = select(Ticket.group_id, func.count()).where(
        Ticket.group_id.is_not(None), Ticket.state == TicketState.OPEN
    )
    return {key: count for key, count in session.execute(waiting.group_by(Ticket.group_id)) if key is not None}


def set_active(session: Session, staff_id: int, active: bool) -> Staff:
    """Let somebody in again or lock them out, which ends their sessions and puts back the tickets that they hold.

    Raises `NotFound`, and `Conflict` for the last admin.
    """
    staff = get_staff(session, staff_id)
    if not active and staff.role is Role.ADMIN:
        refuse_for_last_admin(session, staff, "the last admin cannot be locked out; make another one first")
    staff.active = active
    if not active:
        session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))
        release_all(session, staff)
    session.flush()
    return staff
