"""The console's pages under `/admin`; what they do goes through the API."""

import json
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from importlib.resources import files
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, select_autoescape

from admin_api.access import COOKIE, Access, Caller
from admin_api.console.fields import FIELDS, KIND_NAMES, Input, options, values_of
from admin_api.deps import Deps
from admin_api.errors import LoginNeeded, NotAllowed, problem_of
from admin_api.schemas.base import MAX_ANSWER, MAX_ID
from admin_api.ticket_views import ticket_detail, tickets_out
from admin_api.views import entry_out, entry_summary, overview
from admin_api.wording import LANGUAGE_NAMES
from knowledge.entries import EntryQuery, find_entries, get_entry
from knowledge.errors import InvalidEntry, NotFound, PunteError
from knowledge.importing import mapping_names
from knowledge.models import EntryState, EventKind, FacetName, Kind, Role, TicketState
from knowledge.staff import list_staff
from knowledge.tickets import list_tickets

PER_PAGE = 25
TABS: Mapping[str, tuple[str, tuple[TicketState, ...]]] = {
    "open": ("Open", (TicketState.OPEN,)),
    "mine": ("Mine", (TicketState.CLAIMED,)),
    "claimed": ("Claimed", (TicketState.CLAIMED,)),
    "answered": ("Answered", (TicketState.ANSWERED,)),
    "closed": ("Closed", (TicketState.CLOSED,)),
}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
STATIC = {"console.css": "text/css", "console.js": "text/javascript", "icon.svg": "image/svg+xml"}


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


def console_routes(deps: Deps, access: Access) -> APIRouter:
    """Return the pages under `/admin`."""
    router = APIRouter(prefix="/admin", route_class=PageRoute, include_in_schema=False)

    def enter(request: Request, role: Role = Role.EXPERT, *, first: bool = False) -> Caller:
        caller = access.of_token(request.cookies.get(COOKIE))
        if caller is None or caller.scopes is not None:
            raise LoginNeeded
        if caller.staff.one_time and not first:
            raise PasswordNeeded
        if not caller.staff.role.covers(role):
            raise NotAllowed(f"needs {role}, you are {caller.staff.role}")
        return caller

    @router.get("")
    def home() -> Response:
        return RedirectResponse("/admin/tickets", 303)

    @router.get("/static/{name}")
    def static(name: str) -> Response:
        if name not in STATIC:
            raise NotFound(name)
        content = files("admin_api.console").joinpath("static", name).read_bytes()
        return Response(content, media_type=STATIC[name], headers={"Cache-Control": "max-age=300"})

    @router.get("/login")
    def login(request: Request) -> Response:
        if access.of_token(request.cookies.get(COOKIE)):
            return RedirectResponse("/admin/tickets", 303)
        return _page("login.html")

    @router.get("/password")
    def password(request: Request) -> Response:
        return _page("password.html", caller=enter(request, first=True))

    @router.get("/tickets")
    def tickets(request: Request, tab: str = "open", page: Annotated[int, Query(ge=1, le=10_000)] = 1) -> Response:
        caller = enter(request)
        return _page("tickets.html", **ticket_list(caller, tab, page))

    @router.get("/tickets/list")
    def ticket_rows(request: Request, tab: str = "open", page: Annotated[int, Query(ge=1, le=10_000)] = 1) -> Response:
        caller = enter(request)
        return _page("_ticket_list.html", **ticket_list(caller, tab, page))

    def ticket_list(caller: Caller, tab: str, page: int) -> dict[str, Any]:
        if tab not in TABS:
            raise NotFound(f"tab {tab}")
        with deps.database.reading() as session:
            found, total = list_tickets(
                session,
                states=TABS[tab][1],
                assignee_id=caller.staff.id if tab == "mine" else None,
                limit=PER_PAGE,
                offset=(page - 1) * PER_PAGE,
                newest_first=tab in ("answered", "closed"),
            )
            numbers = overview(session, caller.staff)
            counts = {name: sum(numbers.tickets[state] for state in states) for name, (_, states) in TABS.items()}
            return {
                "caller": caller,
                "tab": tab,
                "tabs": TABS,
                "counts": counts | {"mine": numbers.mine},
                "tickets": tickets_out(session, found),
                "total": total,
                "page": page,
                "pages": max(1, -(-total // PER_PAGE)),
            }

    @router.get("/tickets/{ticket_id}")
    def ticket(request: Request, ticket_id: Annotated[int, Path(ge=1, le=MAX_ID)]) -> Response:
        return ticket_page("ticket.html", enter(request), ticket_id)

    @router.get("/tickets/{ticket_id}/timeline")
    def timeline(request: Request, ticket_id: Annotated[int, Path(ge=1, le=MAX_ID)]) -> Response:
        return ticket_page("_timeline.html", enter(request), ticket_id)

    def ticket_page(template: str, caller: Caller, ticket_id: int) -> Response:
        with deps.database.reading() as session:
            found = ticket_detail(session, ticket_id, caller.staff)
        return _page(template, caller=caller, ticket=found, longest=MAX_ANSWER)

    @router.get("/entries")
    def entries(
        request: Request,
        q: Annotated[str, Query(max_length=200)] = "",
        kind: str = "",
        state: str = "",
        language: str = "",
        country: Annotated[str, Query(max_length=2)] = "",
        sector: str = "",
        page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    ) -> Response:
        caller = enter(request)
        facets = {FacetName.COUNTRY: country.upper(), FacetName.SECTOR: sector}
        query = EntryQuery(
            words=q.replace("\0", ""),
            kinds=[Kind(kind)] if kind in set(Kind) else [],
            states=[EntryState(state)] if state in set(EntryState) else [],
            languages=[language] if language in LANGUAGE_NAMES else [],
            facets={name: [value] for name, value in facets.items() if value},
        )
        with deps.database.reading() as session:
            found, total = find_entries(session, query, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
            shown = [entry_summary(entry, deps.today()) for entry in found]
        chosen = {"q": q, "kind": kind, "state": state, "language": language, "country": country, "sector": sector}
        pages = max(1, -(-total // PER_PAGE))
        return _page("entries.html", caller=caller, entries=shown, total=total, page=page, pages=pages, chosen=chosen)

    @router.get("/entries/new")
    def new_entry(
        request: Request, ticket: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None, kind: str = "faq"
    ) -> Response:
        """Show an empty form, or one in which a ticket's question and its last answer stand, to be reviewed."""
        caller = enter(request, Role.CURATOR)
        chosen = Kind(kind) if kind in set(Kind) else Kind.FAQ
        values: dict[str, Any] = {}
        language, extra = "", {}
        if ticket is not None:
            with deps.database.reading() as session:
                found = ticket_detail(session, ticket, caller.staff)
            answers = [event.text for event in found.timeline if event.kind == EventKind.ANSWER]
            values = {"title": found.question[:500], "text": answers[-1] if answers else ""}
            language, extra = found.language, {"ticket": found.number}
        return _page(
            "entry.html",
            caller=caller,
            fields=FIELDS,
            kind=chosen,
            values=values,
            entry=None,
            language=language,
            extra=json.dumps(extra),
        )

    @router.get("/entries/edit")
    def edit_entry(request: Request, ref: Annotated[str, Query(max_length=500)]) -> Response:
        caller = enter(request)
        with deps.database.reading() as session:
            found = entry_out(get_entry(session, ref.replace("\0", "")), deps.today())
        return _page(
            "entry.html",
            caller=caller,
            fields=FIELDS,
            kind=found.entry.kind,
            values=values_of(found.entry),
            entry=found,
            language=found.entry.language,
            extra=json.dumps(found.entry.extra, ensure_ascii=False),
        )

    @router.get("/import")
    def importing(request: Request) -> Response:
        return _page("import.html", caller=enter(request, Role.CURATOR), mappings=mapping_names())

    @router.get("/staff")
    def staff(request: Request) -> Response:
        caller = enter(request, Role.ADMIN)
        with deps.database.reading() as session:
            return _page("staff.html", caller=caller, people=list_staff(session), roles=list(Role))

    return router


def _page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    return HTMLResponse(_templates.get_template(template).render(**values), status)


def _error_page(error: PunteError) -> HTMLResponse:
    status, problem = problem_of(error)
    return _page("error.html", status, caller=None, problem=problem)


def _clock(moment: datetime) -> str:
    return moment.strftime("%H:%M")


def _calendar(moment: datetime) -> str:
    return moment.strftime("%-d %b %Y, %H:%M")


_templates = Environment(
    loader=PackageLoader("admin_api.console", "templates"), autoescape=select_autoescape(default=True), trim_blocks=True
)
_templates.filters.update(clock=_clock, calendar=_calendar)
_templates.globals.update(
    kind_names=KIND_NAMES, language_names=LANGUAGE_NAMES, options=options, Input=Input, states=list(EntryState)
)
