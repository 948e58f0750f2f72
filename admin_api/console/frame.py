"""What all pages of the console share: the log-in, their headers, errors as pages, and how they are drawn."""

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, Protocol

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, select_autoescape

from admin_api.access import COOKIE, Access, Caller
from admin_api.console.fields import KIND_NAMES, Input, options
from admin_api.errors import LoginNeeded, NotAllowed, problem_of
from admin_api.queries import address_of
from admin_api.wording import COUNTRY_NAMES, LANGUAGE_NAMES, REASONS, label, title_of
from knowledge.errors import InvalidEntry, PunteError
from knowledge.models import EntryState, Role

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class PasswordNeeded(PunteError):
    """Set a password of your own first."""


class PageRoute(APIRoute):
    """A page: who is not logged in is sent to the log-in, and errors are pages too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def page(request: Request) -> Response:
            try:
                response = await handle(request)
            except LoginNeeded:
                response = RedirectResponse("/admin/login", 303)
            except PasswordNeeded:
                response = RedirectResponse("/admin/password", 303)
            except RequestValidationError:
                response = _error_page(InvalidEntry("the address of this page has a wrong part"))
            except PunteError as error:
                response = _error_page(error)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return page


class Enter(Protocol):
    """Lets a member of staff into a page, or raises what sends them elsewhere."""

    def __call__(self, request: Request, role: Role = Role.EXPERT, *, first: bool = False) -> Caller: ...


def entrance(access: Access) -> Enter:
    """Return what lets staff into pages: by the cookie of a session, `first` also with a one-time password."""

    def enter(request: Request, role: Role = Role.EXPERT, *, first: bool = False) -> Caller:
        caller = access.of_token(request.cookies.get(COOKIE))
        if caller is None or caller.scopes is not None:
            raise LoginNeeded
        if caller.staff.one_time and not first:
            raise PasswordNeeded
        if not caller.staff.role.covers(role):
            raise NotAllowed(f"needs {role}, you are {caller.staff.role}")
        return caller

    return enter


def draw(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page; all that people wrote is escaped."""
    return HTMLResponse(_templates.get_template(template).render(**values), status)


def _error_page(error: PunteError) -> HTMLResponse:
    status, problem = problem_of(error)
    return draw("error.html", status, caller=None, problem=problem)


def _clock(moment: datetime) -> str:
    return moment.strftime("%H:%M")


def _calendar(moment: datetime) -> str:
    return moment.strftime("%-d %b %Y, %H:%M")


def _spell(span: timedelta | None) -> str:
    """Return a span of time as people say it: 25 min, 3.5 h, 4 days."""
    if span is None:
        return "–"
    minutes = span.total_seconds() / 60
    if minutes < 60:
        return f"{minutes:.0f} min"
    if minutes < 48 * 60:
        return f"{minutes / 60:.1f} h".replace(".0 ", " ")
    return f"{minutes / 1440:.0f} days"


_templates = Environment(
    loader=PackageLoader("admin_api.console", "templates"), autoescape=select_autoescape(default=True), trim_blocks=True
)
_templates.filters.update(clock=_clock, calendar=_calendar, spell=_spell)
_templates.globals.update(
    kind_names=KIND_NAMES,
    language_names=LANGUAGE_NAMES,
    country_names=COUNTRY_NAMES,
    reasons=REASONS,
    options=options,
    label=label,
    title_of=title_of,
    address_of=address_of,
    Input=Input,
    states=list(EntryState),
)
