"""Who logs in has a session until they log out, leave, or its hour comes."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.errors import InvalidInput, LoginRefused
from knowledge.models import Staff, StaffSession, now
from knowledge.staff.accounts import change_password
from knowledge.staff.sessions import log_in, log_out, staff_of_token
from tests.unit.knowledge.staff.conftest import PASSWORD


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
