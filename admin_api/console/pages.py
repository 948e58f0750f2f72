"""The console's own pages under `/admin`: its files, the log-in and the password."""

from importlib.resources import files

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from admin_api.console.frame import Newcomer, PageRoute, Somebody, choose_language, draw
from knowledge.errors import NotFound
from knowledge.languages import TAGS

STATIC = {
    "console.css": "text/css",
    "desk.css": "text/css",
    "console.js": "text/javascript",
    "live.js": "text/javascript",
    "say.js": "text/javascript",
    "ticket.js": "text/javascript",
    "keys.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}

router = APIRouter(route_class=PageRoute)


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
