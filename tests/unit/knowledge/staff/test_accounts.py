"""Accounts, passwords, sessions and the trail of what was done."""

import string
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.database import Database
from knowledge.errors import InvalidInput, LoginRefused, Taken
from knowledge.models import AuditRecord, Role, Staff, StaffSession, now
from knowledge.staff.accounts import change_password, create_staff, first_admin_password
from knowledge.staff.audit import record
from knowledge.staff.sessions import log_in, log_out, staff_of_token

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def hashed() -> str:
    """A password's hash, made once: making one is slow on purpose."""
    from argon2 import PasswordHasher

    return PasswordHasher().hash(PASSWORD)


@pytest.fixture
def admin(session: Session, hashed: str) -> Staff:
    staff = Staff(email="admin@punte.test", name="Admin", role=Role.ADMIN, password_hash=hashed)
    session.add(staff)
    session.flush()
    return staff


def test_a_password_is_kept_as_an_argon2_hash_only(session: Session) -> None:
    staff, password = create_staff(session, " Ana@Punte.TEST ", " Ana ", Role.EXPERT, PASSWORD)
    assert (staff.email, staff.name, staff.one_time, password) == ("ana@punte.test", "Ana", False, PASSWORD)
    assert staff.password_hash.startswith("$argon2id$")
    assert PASSWORD not in staff.password_hash


def test_a_password_that_is_handed_out_is_to_be_changed(session: Session) -> None:
    staff, password = create_staff(session, "ana@punte.test", "", Role.EXPERT)
    assert staff.one_time
    assert staff.name == "ana@punte.test"
    assert len(password) >= 10
    assert set(password) <= {*string.ascii_letters, *string.digits, "-", "_"}
    assert log_in(session, "ana@punte.test", password)[0] is staff
    change_password(session, staff, password, PASSWORD)
    assert not staff.one_time


def test_an_address_has_one_account(session: Session, admin: Staff) -> None:
    with pytest.raises(Taken, match=admin.email):
        create_staff(session, "ADMIN@punte.test", "Another", Role.ADMIN, PASSWORD)


@pytest.mark.parametrize(
    "email",
    ["", "ana", "@punte.test", "ana@", "a b@punte.test", "ana@punte@test", "<ana@punte.test>", "a\0@punte.test",
     "\ud800@punte.test", "ana@punte.", f"{'a' * 250}@punte.test", "a@" * 100_000],
)  # fmt: skip
def test_what_is_no_address_is_refused(session: Session, email: str) -> None:
    with pytest.raises(InvalidInput, match="email: "):
        create_staff(session, email, "Ana", Role.EXPERT, PASSWORD)
    with pytest.raises(LoginRefused):
        log_in(session, email, "a password that nobody has")


@pytest.mark.parametrize("password", ["", "123456789", "x" * 201, "half \ud83d of a character"])
def test_a_password_that_is_too_short_or_too_odd_is_refused(session: Session, password: str) -> None:
    with pytest.raises(InvalidInput, match="password: "):
        create_staff(session, "ana@punte.test", "Ana", Role.EXPERT, password)


def test_a_name_is_a_line_that_fits(session: Session) -> None:
    with pytest.raises(InvalidInput, match="name: "):
        create_staff(session, "ana@punte.test", "x" * 201, Role.EXPERT, PASSWORD)
    assert create_staff(session, "ana@punte.test", "A\0na", Role.EXPERT, PASSWORD)[0].name == "Ana"


def test_a_log_in_gives_a_session_of_which_only_the_hash_is_kept(session: Session, admin: Staff) -> None:
    staff, token = log_in(session, " Admin@Punte.test ", PASSWORD)
    assert staff is admin
    assert staff_of_token(session, token) is admin
    assert token not in session.scalars(select(StaffSession.token_hash)).all()


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("admin@punte.test", "wrong"),
        ("admin@punte.test", ""),
        ("admin@punte.test", PASSWORD + " "),
        ("admin@punte.test", PASSWORD.upper()),
        ("admin@punte.test", "\ud800"),
        ("nobody@punte.test", PASSWORD),
        ("", ""),
        ("admin@punte.test' or '1'='1", PASSWORD),
    ],
)
def test_a_wrong_address_and_a_wrong_password_are_refused_alike(
    session: Session, admin: Staff, email: str, password: str
) -> None:
    with pytest.raises(LoginRefused) as refused:
        log_in(session, email, password)
    assert str(refused.value) == "The e-mail address or the password is wrong."
    assert session.scalar(select(func.count()).select_from(StaffSession)) == 0


def test_whoever_left_is_out_at_once(session: Session, admin: Staff) -> None:
    _, token = log_in(session, admin.email, PASSWORD)
    admin.active = False
    session.flush()
    assert staff_of_token(session, token) is None
    with pytest.raises(LoginRefused):
        log_in(session, admin.email, PASSWORD)


def test_a_session_ends_at_its_hour_and_is_swept_away(session: Session, admin: Staff) -> None:
    _, token = log_in(session, admin.email, PASSWORD)
    (stored,) = session.scalars(select(StaffSession))
    stored.expires_at = now() - timedelta(seconds=1)
    session.flush()
    assert staff_of_token(session, token) is None
    log_in(session, admin.email, PASSWORD)
    assert session.scalar(select(func.count()).select_from(StaffSession)) == 1


def test_logging_out_ends_one_session_only(session: Session, admin: Staff) -> None:
    _, one = log_in(session, admin.email, PASSWORD)
    _, other = log_in(session, admin.email, PASSWORD)
    log_out(session, one)
    log_out(session, "no token of ours")
    assert staff_of_token(session, one) is None
    assert staff_of_token(session, other) is admin
    assert staff_of_token(session, "") is None


def test_a_new_password_ends_all_sessions(session: Session, admin: Staff) -> None:
    _, token = log_in(session, admin.email, PASSWORD)
    with pytest.raises(LoginRefused):
        change_password(session, admin, "wrong", "another password")
    with pytest.raises(InvalidInput):
        change_password(session, admin, PASSWORD, "short")
    assert staff_of_token(session, token) is admin
    change_password(session, admin, PASSWORD, "another password")
    assert staff_of_token(session, token) is None
    with pytest.raises(LoginRefused):
        log_in(session, admin.email, PASSWORD)
    assert log_in(session, admin.email, "another password")[0] is admin


def test_the_first_admin_gets_a_new_one_time_password_until_it_is_used(session: Session) -> None:
    first = first_admin_password(session, "admin@example.org")
    second = first_admin_password(session, "admin@example.org")
    assert first
    assert second
    with pytest.raises(LoginRefused):
        log_in(session, "admin@example.org", first)
    admin, _ = log_in(session, "admin@example.org", second)
    change_password(session, admin, second, "a password of my own")
    assert first_admin_password(session, "admin@example.org") is None


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.EXPERT, {Role.EXPERT}),
        (Role.CURATOR, {Role.EXPERT, Role.CURATOR}),
        (Role.ADMIN, {Role.EXPERT, Role.CURATOR, Role.ADMIN}),
    ],
)
def test_a_role_covers_those_below_it(role: Role, may: set[Role]) -> None:
    assert {needed for needed in Role if role.covers(needed)} == may


def test_the_trail_keeps_who_did_what(database: Database) -> None:
    with database.transaction() as session:
        record(session, "ana@punte.test", "publish", "ж" * 500, {"from": "draft"})
    with database.reading() as session:
        (line,) = session.scalars(select(AuditRecord))
    assert (line.actor, line.action, line.data) == ("ana@punte.test", "publish", {"from": "draft"})
    assert line.subject == "ж" * 250
