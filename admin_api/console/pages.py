"""The console's own pages under `/admin`: its files, the log-in and the password."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from admin_api.console.frame import Newcomer, PageRoute, Somebody, choose_language, draw
from knowledge.errors import NotFound
from knowledge.languages import TAGS

_static = StaticFiles(packages=[("admin_api.console", "static")])

router = APIRouter(route_class=PageRoute)


@router.get("")
def home() -> Response:
    return RedirectResponse("/admin/tickets", 303)


@router.get("/static/{name}")
async def static(request: Request, name: str) -> Response:
    try:
        response = await _static.get_response(name, request.scope)
    except HTTPException as error:
        raise NotFound(name) from error
    response.headers["Cache-Control"] = "max-age=300"
    return response


@router.get("/login")
def login(request: Request, caller: Somebody, language: str = "") -> Response:
    """Show the log-in, in another language from now on when one is asked for."""
    if language in TAGS:
        chosen = RedirectResponse("/admin/login", 303)
        choose_language(request, chosen, language)
        return chosen
    return RedirectResponse("/admin/tickets", 303) if caller else draw("login.html")


@router.get("/password")
def password(caller: Newcomer) -> Response:
    return draw("password.html", caller=caller)
