"""The pages of the desk's own affairs: what reached nobody, and one's profile and ready texts."""

from fastapi import APIRouter, Request, Response

from admin_api.console.frame import Enter, PageRoute, draw
from admin_api.console.people_pages import zones
from admin_api.http.deps import Deps
from admin_api.routes.unreached import letters_out
from knowledge.models import Role
from knowledge.staff.profiles import profile_of
from knowledge.tickets.canned_texts import canned_for
from knowledge.tickets.chat_links import links_of

PER_PAGE = 50


def desk_pages(deps: Deps, enter: Enter) -> APIRouter:
    """Return the pages of the desk's own affairs."""
    router = APIRouter(route_class=PageRoute)

    @router.get("/letters")
    def letters(request: Request, cursor: str | None = None) -> Response:
        """Show what reached nobody, to be sent again."""
        caller = enter(request)
        with deps.database.reading() as session:
            page = letters_out(session, PER_PAGE, cursor)
        return draw("letters.html", caller=caller, page=page)

    @router.get("/me")
    def me(request: Request) -> Response:
        """Show one's own profile and ready texts."""
        caller = enter(request)
        with deps.database.reading() as session:
            profile = profile_of(session, caller.staff.id)
            canned = canned_for(session, caller.staff)
            links = links_of(session, caller.staff.id)
            for_all = caller.staff.role.covers(Role.CURATOR)
            return draw(
                "me.html",
                caller=caller,
                profile=profile,
                canned=canned,
                for_all=for_all,
                links=links,
                zones=zones(),
            )

    return router
