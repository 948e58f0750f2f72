"""Errors of the admin API, and the one table that gives every error of the desk its HTTP status.

PunteError
├── LoginNeeded
├── NotAllowed
├── ForeignRequest
├── TooManyAttempts
└── SearchUnavailable
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from admin_api.schemas.base import Problem
from admin_api.wording.locale import gettext, speaking, tag_accepted
from knowledge.errors import (
    Conflict,
    DatabaseOutdated,
    DatabaseUnavailable,
    InvalidEntry,
    InvalidInput,
    LoginRefused,
    NotFound,
    PunteError,
    Taken,
    UnreadableFile,
)


class LoginNeeded(PunteError):
    """Log in first: POST /api/login, then send `Authorization: Bearer <token>`; a session lasts twelve hours."""

    code = "login_needed"


class NotAllowed(PunteError):
    """Your role does not allow this; ask an admin of the desk."""

    code = "not_allowed"


class ForeignRequest(PunteError):
    """This request did not come from the console; send a bearer token, or the header X-Punte with the cookie."""

    code = "foreign_request"


class TooManyAttempts(PunteError):
    """Too many failed log-ins; wait before you try again."""

    code = "too_many_attempts"

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"{retry_after} s")


class SearchUnavailable(PunteError):
    """The search does not answer now; try again in a moment."""

    code = "search_unavailable"


STATUS: Mapping[type[PunteError], int] = {
    DatabaseUnavailable: 503,
    DatabaseOutdated: 503,
    InvalidInput: 422,
    InvalidEntry: 422,
    UnreadableFile: 422,
    NotFound: 404,
    Conflict: 409,
    Taken: 409,
    LoginRefused: 401,
    LoginNeeded: 401,
    NotAllowed: 403,
    ForeignRequest: 403,
    TooManyAttempts: 429,
    SearchUnavailable: 503,
}
"""The HTTP status of each error; one that is not named has its base's, and 500 in the end."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that may answer with these statuses."""
    return {status: {"model": Problem, "description": HTTPStatus(status).phrase} for status in statuses}


def problem_of(error: PunteError, tag: str = "en") -> tuple[int, Problem]:
    """Return the status and the body for an error, its message in the language of `tag`."""
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)
    fields = getattr(error, "fields", None) or {}
    named = re.match(r"([a-z_]+): (.+)", error.detail)
    if isinstance(error, InvalidInput) and not fields and named:
        fields = {named[1]: named[2]}
    message = (type(error).__doc__ or "").partition("\n\n")[0].strip()
    with speaking(tag):
        message = gettext(message)
    return status, Problem(error=error.code, message=message, detail=error.detail, fields=fields)


def install_errors(app: FastAPI) -> None:
    """Let `app` answer every error in the shape of `Problem`."""
    app.add_exception_handler(PunteError, _punte_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


async def _punte_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PunteError)
    status, problem = problem_of(error, _tag(request))
    headers = {}
    if isinstance(error, TooManyAttempts):
        headers["Retry-After"] = str(error.retry_after)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return _answer(status, problem, headers)


async def _invalid_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fields: dict[str, str] = {}
    for item in error.errors():
        place = [str(part) for part in item["loc"][1:]] or [str(part) for part in item["loc"]]
        fields.setdefault(".".join(place), str(item["msg"]).removeprefix("Value error, "))
    with speaking(_tag(request)):
        message = gettext("The request was refused; correct the named fields and send it again.")
    detail = "; ".join(f"{name}: {text}" for name, text in fields.items())
    return _answer(422, Problem(error=InvalidInput.code, message=message, detail=detail, fields=fields))


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
    problem = Problem(error=code, message=str(error.detail), detail=f"{request.method} {request.url.path}")
    return _answer(error.status_code, problem, dict(error.headers or {}))


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    return _answer(500, problem_of(PunteError(), _tag(request))[1].model_copy(update={"error": "internal"}))


def _tag(request: Request) -> str:
    return tag_accepted(request.headers.get("accept-language", ""))


def _answer(status: int, problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(problem.model_dump(), status, headers=headers)
