"""Logging in and out, and one's own password."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import APIRouter, Request, Response

from admin_api.http.access import COOKIE, Member, set_cookie
from admin_api.http.deps import Deps, Wiring
from admin_api.http.errors import problems
from admin_api.schemas.access import Credentials, LoggedIn, Me, PasswordChange
from knowledge.errors import LoginRefused
from knowledge.models import Staff
from knowledge.staff.accounts import change_password, get_staff
from knowledge.staff.audit import record
from knowledge.staff.sessions import SESSION_LIFE, log_in, log_out, start_session

router = APIRouter(tags=["session"])


@router.post("/login", summary="Log in", responses=problems(401, 422, 429))
def login(credentials: Credentials, request: Request, response: Response, deps: Wiring) -> LoggedIn:
    client = _client(request)
    with _guess(deps, credentials.email, client), deps.database.transaction() as session:
        staff, token = log_in(session, credentials.email, credentials.password)
        record(session, staff.email, "login", f"staff {staff.id}", {"from": client})
    deps.throttle.succeeded(credentials.email, client)
    set_cookie(request, response, token)
    return _logged_in(staff, token)


@router.post("/logout", summary="Log out", status_code=204, responses=problems(401, 403))
def logout(caller: Member, deps: Wiring, response: Response) -> None:
    with deps.database.transaction() as session:
        log_out(session, caller.token)
        record(session, caller.name, "logout", f"staff {caller.staff.id}")
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


@router.get("/me", summary="Who am I?", responses=problems(401))
def me(caller: Member) -> Me:
    return _me(caller.staff)


@router.post("/me/password", summary="Change my password", responses=problems(401, 403, 422, 429))
def password(
    body: PasswordChange,
    caller: Member,
    deps: Wiring,
    request: Request,
    response: Response,
) -> LoggedIn:
    """Set a password of one's own. All sessions end; the answer holds a new one."""
    with _guess(deps, caller.staff.email, _client(request)), deps.database.transaction() as session:
        staff = get_staff(session, caller.staff.id)
        change_password(session, staff, body.old, body.new)
        token = start_session(session, staff)
        record(session, caller.name, "change password", f"staff {staff.id}")
    set_cookie(request, response, token)
    return _logged_in(staff, token)


def _client(request: Request) -> str:
    return request.client.host if request.client else ""


@contextmanager
def _guess(deps: Deps, email: str, client: str) -> Iterator[None]:
    """Count a wrong password; raises `TooManyAttempts` where there were too many before."""
    deps.throttle.check(email, client)
    try:
        yield
    except LoginRefused:
        deps.throttle.failed(email, client)
        raise


def _me(staff: Staff) -> Me:
    return Me(
        id=staff.id,
        email=staff.email,
        name=staff.name,
        role=staff.role,
        active=staff.active,
        must_change_password=staff.one_time,
    )


def _logged_in(staff: Staff, token: str) -> LoggedIn:
    return LoggedIn(token=token, expires_in=int(SESSION_LIFE.total_seconds()), me=_me(staff))
