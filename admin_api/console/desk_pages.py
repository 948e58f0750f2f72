"""The page of the desk's dead letters."""

from fastapi import APIRouter, Request, Response

from admin_api.console.frame import Enter, PageRoute, draw
from admin_api.deps import Deps
from admin_api.routes.letters import letters_out

PER_PAGE = 50


def desk_pages(deps: Deps, enter: Enter) -> APIRouter:
    """Return the page of dead letters."""
    router = APIRouter(route_class=PageRoute)

    @router.get("/letters")
    def letters(request: Request, cursor: str | None = None) -> Response:
        """Show what reached nobody, to be sent again."""
        caller = enter(request)
        with deps.database.reading() as session:
            page = letters_out(session, PER_PAGE, cursor)
        return draw("letters.html", caller=caller, page=page)

    return router
