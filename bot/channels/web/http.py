"""The protocol by HTTP: sessions, sending, fetching with a long wait; errors and CORS in one place."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Depends, Query, Request, Response, Security
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from bot.channels.web.desk import WebDesk
from bot.channels.web.errors import BadRequest, NoSuchPlace, SessionRefused, SlowDown, TooLong, WebError
from bot.channels.web.schemas import (
    Cursor,
    ErrorBody,
    ErrorDetail,
    Messages,
    PostedMessage,
    SessionCreated,
    SessionRequest,
)
from bot.channels.web.tokens import WebSession
from knowledge.conversations.files import MAX_FILE

STATUS = {
    "session": 401,
    "not_found": 404,
    "bad_request": 422,
    "empty": 422,
    "too_long": 413,
    "slow_down": 429,
    "too_many_connections": 429,
    "failed": 503,
}
"""The HTTP status of each error code."""

LONGEST_BODY = 1_000_000
"""Bytes of a request's body that are read, but for a file."""

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Expose-Headers": "Retry-After",
    "Access-Control-Max-Age": "86400",
}

_bearer = HTTPBearer(auto_error=False, description="The token of a session.")


def error_detail(error: WebError) -> ErrorDetail:
    """Return what a client is told of an error."""
    return ErrorDetail(code=error.code, message=str(error), retry_after=getattr(error, "retry_after", None))


class ChatRoute(APIRoute):
    """A route of the protocol: any site may call it, and every error has the same shape."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        handle = super().get_route_handler()

        async def answered(request: Request) -> Response:
            response = await _answer(request, handle)
            response.headers.update(CORS)
            response.headers["Cache-Control"] = "no-store"
            return response

        return answered


def _bounded(request: Request) -> Request:
    """Return the request with a body that may not grow past all bounds."""
    left = MAX_FILE if request.url.path.endswith("/files") else LONGEST_BODY

    async def receive() -> MutableMapping[str, Any]:
        nonlocal left
        event = await request.receive()
        left -= len(event.get("body", b""))
        if left < 0:
            raise HTTPException(413)
        return event

    return Request(request.scope, receive)


async def _answer(request: Request, handle: Callable[[Request], Awaitable[Response]]) -> Response:
    try:
        return await handle(_bounded(request))
    except WebError as error:
        return _refusal(error)
    except RequestValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part != "body")
        return _refusal(BadRequest(f"{where}: {first['msg']}" if where else first["msg"]))
    except HTTPException as error:
        return _refusal(TooLong() if error.status_code == 413 else BadRequest(str(error.detail)))


def _refusal(error: WebError) -> Response:
    headers = {"Retry-After": str(max(1, round(error.retry_after)))} if isinstance(error, SlowDown) else {}
    if isinstance(error, SessionRefused):
        headers["WWW-Authenticate"] = "Bearer"
    body = ErrorBody(error=error_detail(error))
    return JSONResponse(body.model_dump(exclude_none=True), STATUS[error.code], headers)


def session_of(desk: WebDesk) -> Callable[[HTTPAuthorizationCredentials | None], Awaitable[WebSession]]:
    """Return what admits the session of a request."""

    async def admitted(credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]) -> WebSession:
        if credentials is None:
            raise SessionRefused
        return desk.admit(credentials.credentials)

    return admitted


def add_http(router: APIRouter, desk: WebDesk) -> None:
    """Add the HTTP half of the protocol to a router."""
    known = Annotated[WebSession, Depends(session_of(desk))]

    @router.post("/sessions", status_code=201)
    async def open_session(request: Request, wish: SessionRequest | None = None) -> SessionCreated:
        """Start a session: its token is the only key to the conversation, so keep it."""
        accepted = request.headers.get("accept-language", "").split(",")[0].split(";")[0]
        return desk.open_session((wish.language if wish else None) or accepted)

    @router.post("/messages")
    async def send(session: known, posted: PostedMessage) -> Messages:
        """Send a text or a button's action; what is new in the conversation comes back, one's own message too.

        Repeat it with the same `id` when no answer arrived: it is handled once.
        """
        return await desk.answer(session, desk.check(session, posted), posted.after)

    @router.get("/messages")
    async def fetch(
        session: known,
        after: Annotated[Cursor, Query(description="The id of the last message the client has.")] = 0,
        wait: Annotated[float, Query(ge=0, description="Seconds to wait for something new.")] = 0,
    ) -> Messages:
        """Return what follows `after`, at once or as soon as there is something within `wait` seconds."""
        with desk.mailbox.listening(session.address, after) as listener:
            page = await desk.mailbox.read(session, after)
            with anyio.move_on_after(min(wait, desk.limits.waiting)):
                while not page.content.messages:
                    await listener.woken()
                    page = await desk.mailbox.next_page(session, listener)
        desk.mailbox.reached(page)
        return page.content

    @router.options("/{path:path}", include_in_schema=False, status_code=204)
    async def preflight(path: str) -> Response:
        return Response(status_code=204)

    @router.get("/{path:path}", include_in_schema=False)
    async def nothing_here(path: str) -> Response:
        raise NoSuchPlace
