"""Who calls: a session, by bearer token or the console's cookie, or a program; and that the call is their own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Request, Response, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

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


class Access:
    """The dependencies by which a route says who may call it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.expert = self.may(Role.EXPERT)
        self.admin = self.may(Role.ADMIN)

    def of_token(self, token: str | None) -> Caller | None:
        """Return who calls with `token`, or None."""
        if not token or len(token) > 200:
            return None
        if token.startswith(PREFIX):
            return self._program(token)
        with self._database.reading() as session:
            staff = staff_of_token(session, token)
        return Caller(staff, token) if staff else None

    def _program(self, token: str) -> Caller | None:
        with self._database.reading() as session:
            holder, unnoted = token_holder(session, token), is_unnoted(session, token)
        if unnoted:
            with self._database.transaction() as session:
                note_use(session, token)
        return Caller(holder[0], token, holder[1]) if holder else None

    def may(self, role: Role, scope: Scope | None = None) -> Callable[..., Caller]:
        """Return the dependency of a route for `role` and above; without a scope, programs' tokens may not call it."""

        def caller(
            request: Request,
            bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
            cookie: Annotated[str | None, Security(_cookie)],
        ) -> Caller:
            found = self.of_token(bearer.credentials if bearer else cookie)
            if found is None:
                raise LoginNeeded
            if bearer is None and request.method not in SAFE and not own_request(request):
                raise ForeignRequest
            if not found.staff.role.covers(role):
                raise NotAllowed(f"needs {role}, you are {found.staff.role}")
            if found.scopes is not None and scope not in found.scopes:
                raise NotAllowed(f"the token lacks {scope}" if scope else "needs a session, not a token")
            return found

        return caller


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
