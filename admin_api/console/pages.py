"""The console's pages under `/admin`: log-in, entries, import and staff; what they do goes through the API."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from admin_api.console.desk_pages import desk_pages
from admin_api.console.fields import FIELDS, values_of
from admin_api.console.figures_pages import figures_pages
from admin_api.console.frame import PageRoute, choose_language, draw, entrance
from admin_api.console.people_pages import people_pages
from admin_api.console.programs_pages import programs_pages
from admin_api.console.review_pages import review_pages
from admin_api.console.ticket_pages import ticket_pages
from admin_api.http.access import COOKIE, Access
from admin_api.http.deps import Deps
from admin_api.views.entries import entry_out, entry_summary
from knowledge.entries.store import EntryQuery, find_entries, get_entry
from knowledge.errors import NotFound
from knowledge.importing import mapping_names
from knowledge.languages import TAGS
from knowledge.models import EntryState, FacetName, Kind, Role
from knowledge.staff.accounts import list_staff

PER_PAGE = 25


def console_routes(deps: Deps, access: Access) -> APIRouter:
    """Return the pages under `/admin`."""
    router = APIRouter(prefix="/admin", route_class=PageRoute, include_in_schema=False)
    enter = entrance(access, deps.database)

    @router.get("")
    def home() -> Response:
        return RedirectResponse("/admin/tickets", 303)

    static = StaticFiles(packages=[("admin_api.console", "static")])

    @router.get("/static/{name}")
    async def file(request: Request, name: str) -> Response:
        try:
            response = await static.get_response(name, request.scope)
        except HTTPException as error:
            raise NotFound(name) from error
        response.headers["Cache-Control"] = "max-age=300"
        return response

    @router.get("/login")
    def login(request: Request, language: str = "") -> Response:
        """Show the log-in, in another language from now on when one is asked for."""
        if language in TAGS:
            chosen = RedirectResponse("/admin/login", 303)
            choose_language(request, chosen, language)
            return chosen
        caller = access.of_token(request.cookies.get(COOKIE))
        if caller is not None and caller.scopes is None:
            return RedirectResponse("/admin/tickets", 303)
        return draw("login.html")

    @router.get("/password")
    def password(request: Request) -> Response:
        return draw("password.html", caller=enter(request, first=True))

    for pages in (ticket_pages, desk_pages, figures_pages, people_pages, programs_pages, review_pages):
        router.include_router(pages(deps, enter))

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
            languages=[language] if language in TAGS else [],
            facets={name: [value] for name, value in facets.items() if value},
        )
        with deps.database.reading() as session:
            found, total = find_entries(session, query, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
            shown = [entry_summary(entry, deps.today()) for entry in found]
        chosen = {"q": q, "kind": kind, "state": state, "language": language, "country": country, "sector": sector}
        pages = max(1, -(-total // PER_PAGE))
        return draw("entries.html", caller=caller, entries=shown, total=total, page=page, pages=pages, chosen=chosen)

    @router.get("/entries/new")
    def new_entry(request: Request, kind: str = "faq") -> Response:
        caller = enter(request, Role.CURATOR)
        chosen = Kind(kind) if kind in set(Kind) else Kind.FAQ
        blank: dict[str, Any] = {"values": {}, "entry": None, "language": "", "extra": "{}"}
        return draw("entry.html", caller=caller, fields=FIELDS, kind=chosen, may=True, **blank)

    @router.get("/entries/edit")
    def edit_entry(request: Request, ref: Annotated[str, Query(max_length=500)]) -> Response:
        caller = enter(request)
        with deps.database.reading() as session:
            found = entry_out(get_entry(session, ref.replace("\0", "")), deps.today())
        return draw(
            "entry.html",
            caller=caller,
            fields=FIELDS,
            kind=found.entry.kind,
            values=values_of(found.entry),
            entry=found,
            language=found.entry.language,
            extra=json.dumps(found.entry.extra, ensure_ascii=False),
            may=caller.staff.role.covers(Role.CURATOR),
        )

    @router.get("/import")
    def importing(request: Request) -> Response:
        return draw("import.html", caller=enter(request, Role.CURATOR), mappings=mapping_names())

    @router.get("/staff")
    def staff(request: Request) -> Response:
        caller = enter(request, Role.ADMIN)
        with deps.database.reading() as session:
            return draw("staff.html", caller=caller, people=list_staff(session), roles=list(Role))

    return router
