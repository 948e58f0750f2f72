"""Accounts, their passwords and what their roles cover."""

import string

import pytest
from sqlalchemy.orm import Session

from knowledge.errors import InvalidInput, LoginRefused, Taken
from knowledge.models import Role, Staff
from knowledge.staff.accounts import change_password, create_staff, first_admin_password
from knowledge.staff.sessions import log_in
from tests.unit.knowledge.staff.conftest import PASSWORD


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
