"""The page of what reached nobody, to be sent again."""

from fastapi import APIRouter, Response

from admin_api.console.frame import Expert, PageRoute, draw
from admin_api.http.deps import Reading
from admin_api.routes.unreached import unreached_out

PER_PAGE = 50

router = APIRouter(route_class=PageRoute)


@router.get("/letters")
def unreached(caller: Expert, session: Reading, cursor: str | None = None) -> Response:
    return draw("unreached.html", caller=caller, page=unreached_out(session, PER_PAGE, cursor))
