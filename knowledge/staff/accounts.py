"""Verbs for accounts of staff: made, changed, and given passwords. Each flushes; the caller commits."""

import re
import secrets
from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from knowledge.cleaning import clean_line
from knowledge.errors import Conflict, InvalidInput, NotFound, Taken
from knowledge.models import Role, Staff, StaffSession
from knowledge.staff.passwords import check_password, hasher, verify_password

_EMAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]*[^@\s<>\".]")


def create_staff(session: Session, email: str, name: str, role: Role, password: str | None = None) -> tuple[Staff, str]:
    """Make an account and return it with its password; without one, a one-time password is made.

    Raises `InvalidInput` for a malformed address or a short password, `Taken` for an address that has one.
    """
    address = account_address(email)
    if address is None:
        raise InvalidInput(f"email: {email[:254]!r} is not an e-mail address")
    name = clean_line(name)
    if len(name) > 200:
        raise InvalidInput("name: use at most 200 characters")
    if session.scalar(select(Staff.id).where(Staff.email == address)):
        raise Taken(f"{address} has an account already")
    one_time = password is None
    password = secrets.token_urlsafe(9) if password is None else password
    check_password(password)
    staff = Staff(
        email=address, name=name or address, role=role, password_hash=hasher.hash(password), one_time=one_time
    )
    session.add(staff)
    session.flush()
    return staff, password


def change_password(session: Session, staff: Staff, old: str, new: str) -> None:
    """Set a password of one's own and end all other sessions; raises `LoginRefused` or `InvalidInput`."""
    verify_password(staff.password_hash, old)
    check_password(new)
    if new == old:
        raise InvalidInput("password: choose another one than before")
    staff.password_hash = hasher.hash(new)
    staff.one_time = False
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))
    session.flush()


def list_staff(session: Session) -> list[Staff]:
    """Return every account, active ones first, by name."""
    return list(session.scalars(select(Staff).order_by(Staff.active.desc(), Staff.name, Staff.id)))


def get_staff(session: Session, staff_id: int) -> Staff:
    """Return an account; raises `NotFound`."""
    staff = session.get(Staff, staff_id)
    if staff is None:
        raise NotFound(f"staff {staff_id}")
    return staff


def names_of(session: Session, staff_ids: Collection[int]) -> dict[int, str]:
    """Return the names of accounts by id."""
    statement = select(Staff.id, Staff.name).where(Staff.id.in_(staff_ids))
    return {key: name for key, name in session.execute(statement)}


def change_staff(session: Session, staff_id: int, name: str, role: Role) -> Staff:
    """Change somebody's name and role; raises `NotFound`, `InvalidInput`, and `Conflict` for the last admin's role."""
    staff = get_staff(session, staff_id)
    name = clean_line(name)
    if not name or len(name) > 200:
        raise InvalidInput("name: use 1 to 200 characters")
    if staff.role is Role.ADMIN and role is not Role.ADMIN:
        refuse_for_last_admin(session, staff, "the last admin stays one; make another one first")
    staff.name, staff.role = name, role
    session.flush()
    return staff


def reset_password(session: Session, staff_id: int) -> tuple[Staff, str]:
    """Return an account with a new one-time password, which ends its sessions; raises `NotFound`."""
    staff = get_staff(session, staff_id)
    password = secrets.token_urlsafe(9)
    staff.password_hash, staff.one_time = hasher.hash(password), True
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))
    session.flush()
    return staff, password


def refuse_for_last_admin(session: Session, staff: Staff, otherwise: str) -> None:
    admins = session.scalars(select(Staff.id).where(Staff.role == Role.ADMIN, Staff.active).with_for_update()).all()
    if admins == [staff.id]:
        raise Conflict(otherwise)


def account_address(email: str) -> str | None:
    """Return an e-mail address as it is stored, or None for what cannot be one."""
    email = email.strip().lower()
    return email if len(email) <= 254 and _EMAIL.fullmatch(email) and clean_line(email) == email else None


def first_admin_password(session: Session, email: str) -> str | None:
    """Return the one-time password of the first admin, who is made when nobody can log in yet.

    As long as nobody else has an account and it was never changed, each call hands out a new one; then None.
    """
    accounts = list(session.scalars(select(Staff).limit(2)))
    if not accounts:
        return create_staff(session, email, "Admin", Role.ADMIN)[1]
    if len(accounts) > 1 or not accounts[0].one_time or accounts[0].role is not Role.ADMIN:
        return None
    password = secrets.token_urlsafe(9)
    accounts[0].password_hash = hasher.hash(password)
    session.flush()
    return password
