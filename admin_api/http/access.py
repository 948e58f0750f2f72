"""Who calls: a session, by bearer token or the console's cookie, or a program; and that the call is their own.

A route names the caller that it is for: `caller: TicketReader` lets in whoever may read tickets, and no others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from admin_api.http.deps import Wiring
from admin_api.http.errors import ForeignRequest, LoginNeeded, NotAllowed
from knowledge.database import Database
from knowledge.models import Role, Staff
from knowledge.programs.api_tokens import PREFIX, Scope, is_unnoted, note_use, token_holder
from knowledge.staff.sessions import SESSION_LIFE, staff_of_token

COOKIE = "punte_staff"
CONSOLE_HEADER = "X-Punte"
SAFE = {"GET", "HEAD", "OPTIONS"}

_bearer = HTTPBearer(auto_error=False, description="The token that POST /api/login or POST /api/tokens gives.")
_cookie = APIKeyCookie(
    name=COOKIE, auto_error=False, description="The console's cookie; unsafe calls need X-Punte too."
)


@dataclass(frozen=True)
class Caller:
    """A member of staff in a living session, or a program under their name; `scopes` are None for a session."""

    staff: Staff
    token: str
    scopes: frozenset[Scope] | None = None

    @property
    def name(self) -> str:
        """What the audit trail calls them."""
        return self.staff.email


def caller_of(database: Database, token: str | None) -> Caller | None:
    """Return who calls with `token`, or None."""
    if not token or len(token) > 200:
        return None
    if token.startswith(PREFIX):
        return _program(database, token)
    with database.reading() as session:
        staff = staff_of_token(session, token)
    return Caller(staff, token) if staff else None


def _program(database: Database, token: str) -> Caller | None:
    with database.reading() as session:
        holder, unnoted = token_holder(session, token), is_unnoted(session, token)
    if unnoted:
        with database.transaction() as session:
            note_use(session, token)
    return Caller(holder[0], token, holder[1]) if holder else None


def may(role: Role, scope: Scope | None = None) -> Callable[..., Caller]:
    """Return the dependency of a route for `role` and above; without a scope, programs' tokens may not call it."""

    def caller(
        request: Request,
        deps: Wiring,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
        cookie: Annotated[str | None, Security(_cookie)],
    ) -> Caller:
        found = caller_of(deps.database, bearer.credentials if bearer else cookie)
        if found is None:
            raise LoginNeeded
        if bearer is None and request.method not in SAFE and not own_request(request):
            raise ForeignRequest
        require_role(found, role)
        if found.scopes is not None and scope not in found.scopes:
            raise NotAllowed(f"the token lacks {scope}" if scope else "needs a session, not a token")
        return found

    return caller


def require_role(caller: Caller, role: Role) -> None:
    """Raise `NotAllowed` unless the caller has `role` or a higher one."""
    if not caller.staff.role.covers(role):
        raise NotAllowed(f"needs {role}, you are {caller.staff.role}")


Member = Annotated[Caller, Depends(may(Role.EXPERT))]
"""Anybody of the staff, in a session of their own."""
TicketReader = Annotated[Caller, Depends(may(Role.EXPERT, Scope.TICKETS_READ))]
TicketWriter = Annotated[Caller, Depends(may(Role.EXPERT, Scope.TICKETS_WRITE))]
EntryReader = Annotated[Caller, Depends(may(Role.EXPERT, Scope.ENTRIES_READ))]
EntryWriter = Annotated[Caller, Depends(may(Role.CURATOR, Scope.ENTRIES_WRITE))]
FigureReader = Annotated[Caller, Depends(may(Role.EXPERT, Scope.FIGURES_READ))]
StaffKeeper = Annotated[Caller, Depends(may(Role.ADMIN, Scope.STAFF_WRITE))]
WebhookKeeper = Annotated[Caller, Depends(may(Role.ADMIN, Scope.WEBHOOKS_WRITE))]


def own_request(request: Request) -> bool:
    """Say whether a request with the cookie comes from our pages: no other site can set the header or our origin."""
    if CONSOLE_HEADER in request.headers:
        return True
    origin = request.headers.get("origin")
    return bool(origin) and urlsplit(origin or "").netloc == request.headers.get("host")


def set_cookie(request: Request, response: Response, token: str) -> None:
    """Give the console its session."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_LIFE.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
