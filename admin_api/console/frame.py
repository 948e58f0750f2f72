"""What all pages of the console share: who may open them, their headers, errors as pages, and how they are drawn.

A page names the visitor that it is for (`caller: Curator`) and returns `draw` of its template.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, select_autoescape

from admin_api.console.fields import Input, field_label, options
from admin_api.console.script_words import script_words
from admin_api.http.access import COOKIE, Caller, caller_of, require_role
from admin_api.http.deps import Wiring
from admin_api.http.errors import LoginNeeded, problem_of
from admin_api.http.queries import address_of
from admin_api.wording import locale, names, sentences
from knowledge.entries.markdown import parse, plain_line, plain_text
from knowledge.errors import InvalidInput, PunteError
from knowledge.languages import TAGS
from knowledge.learning.reviewing import count_drafts
from knowledge.models import EntryState, Role

LANGUAGE_COOKIE = "punte_language"

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

    code = "password_needed"


class PageRoute(APIRoute):
    """A page: who is not logged in is sent to the log-in, and errors are pages too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def page(request: Request) -> Response:
            with locale.speaking(_language_of(request)):
                try:
                    response = await handle(request)
                except LoginNeeded:
                    response = RedirectResponse("/admin/login", 303)
                except PasswordNeeded:
                    response = RedirectResponse("/admin/password", 303)
                except RequestValidationError:
                    response = _error_page(InvalidInput(locale.gettext("the address of this page has a wrong part")))
                except PunteError as error:
                    response = _error_page(error)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return page


@dataclass(frozen=True)
class Visitor(Caller):
    """Who opens a page, and how many drafts wait for them to be reviewed."""

    drafts: int = 0


def _in_session(request: Request, deps: Wiring) -> Caller | None:
    """Return who has logged in with this browser, or None."""
    caller = caller_of(deps.database, request.cookies.get(COOKIE))
    return caller if caller and caller.scopes is None else None


Somebody = Annotated[Caller | None, Depends(_in_session)]


def entering(role: Role, *, first: bool = False) -> Callable[..., Visitor]:
    """Return the dependency of a page for `role` and above; `first` lets in with a one-time password too."""

    def enter(caller: Somebody, deps: Wiring) -> Visitor:
        if caller is None:
            raise LoginNeeded
        if caller.staff.language:
            locale.speak(caller.staff.language)
        if caller.staff.one_time and not first:
            raise PasswordNeeded
        require_role(caller, role)
        drafts = 0
        if caller.staff.role.covers(Role.CURATOR):
            with deps.database.reading() as session:
                drafts = count_drafts(session)
        return Visitor(caller.staff, caller.token, drafts=drafts)

    return enter


Newcomer = Annotated[Visitor, Depends(entering(Role.EXPERT, first=True))]
Expert = Annotated[Visitor, Depends(entering(Role.EXPERT))]
Curator = Annotated[Visitor, Depends(entering(Role.CURATOR))]
Admin = Annotated[Visitor, Depends(entering(Role.ADMIN))]


def draw(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page in the language that is spoken; all that people wrote is escaped."""
    return HTMLResponse(_templates.get_template(template).render(**values), status)


def pages_of(total: int, per_page: int) -> int:
    """Return how many pages a list has, at least one."""
    return max(1, -(-total // per_page))


def choose_language(request: Request, response: Response, tag: str) -> None:
    """Let pages speak the language of `tag` to this browser, while no member of staff says otherwise."""
    secure = request.url.scheme == "https"
    response.set_cookie(
        LANGUAGE_COOKIE, tag, max_age=31_536_000, path="/admin", httponly=True, samesite="strict", secure=secure
    )


def _language_of(request: Request) -> str:
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return chosen if chosen in TAGS else locale.tag_accepted(request.headers.get("accept-language", ""))


def _error_page(error: PunteError) -> HTMLResponse:
    status, problem = problem_of(error, locale.tag_spoken())
    return draw("error.html", status, caller=None, problem=problem)


_templates = Environment(
    loader=PackageLoader("admin_api.console", "templates"),
    autoescape=select_autoescape(default=True),
    trim_blocks=True,
    extensions=["jinja2.ext.i18n"],
)
_templates.install_gettext_callables(  # type: ignore[attr-defined]
    lambda text: locale.words().gettext(text),
    lambda one, many, count: locale.words().ngettext(one, many, count),
    newstyle=True,
    pgettext=lambda context, text: locale.words().pgettext(context, text),
)
_templates.filters.update(
    clock=lambda moment: f"{moment:%H:%M}",
    calendar=locale.moment,
    day=locale.day,
    spell=locale.spell,
    number=locale.number,
    share=locale.share,
    size=locale.size,
    blocks=parse,
    plain_text=plain_text,
    plain_line=plain_line,
)
_templates.globals.update(
    tag_spoken=locale.tag_spoken,
    own_names=locale.own_names,
    language_name=locale.language_name,
    language_names=locale.language_names,
    weekdays=locale.weekdays,
    country_name=locale.country_name,
    country_names=locale.country_names,
    script_words=script_words,
    sentences=sentences,
    options=options,
    field_label=field_label,
    label=names.label,
    names=names,
    address_of=address_of,
    Input=Input,
    states=list(EntryState),
)
