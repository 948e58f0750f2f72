"""The chat page, the widget and their files: with an ETag and a strict policy."""

import json
from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from bot.channels.web.errors import NoSuchPlace
from bot.channels.web.http import STATUS, error_detail
from knowledge.languages import TAGS, parse_tag

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
)
_COMMON = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-cache"}
_NAMES = {
    "/": "chat.html",
    "/widget-demo": "demo.html",
    "/widget.js": "widget.js",
    "/favicon.ico": "favicon.svg",
    "/chat/protocol": "PROTOCOL.md",
}
_READ = ["GET", "HEAD"]


class PageFiles(StaticFiles):
    """What lies in static/, with what is `made` of it: by name, the content and its type."""

    def __init__(self, made: dict[str, tuple[bytes, str]]) -> None:
        super().__init__(packages=[("bot.channels.web", "static")])
        self._made = made

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file, or that the browser has it; raises `HTTPException` where there is none."""
        response = self._of(*self._made[path], scope) if path in self._made else await super().get_response(path, scope)
        response.headers.update(_COMMON)
        if path.endswith(".html"):
            response.headers["Content-Security-Policy"] = _POLICY
        else:
            response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    def _of(self, content: bytes, media_type: str, scope: Scope) -> Response:
        etag = f'"{sha256(content).hexdigest()[:20]}"'
        whole = Response(content, media_type=media_type, headers={"ETag": etag})
        had = self.is_not_modified(whole.headers, Headers(scope=scope))
        return NotModifiedResponse(whole.headers) if had else whole


def load_words() -> dict[str, Any]:
    """Return the page's own words, `{tag: {key: words}}`."""
    words: dict[str, Any] = json.loads(_text("static", "words.json"))
    return words


def _text(*path: str) -> str:
    return files("bot.channels.web").joinpath(*path).read_text("utf-8")


def _made() -> Iterator[tuple[str, tuple[bytes, str]]]:
    words = load_words()
    names = {tag: words[tag]["name"] for tag in TAGS}
    labels = {tag: {key: words[tag][key] for key in ("open_chat", "close_chat", "new_messages")} for tag in TAGS}
    for tag in TAGS:
        own = json.dumps({**words[tag], "tag": tag, "languages": names}, ensure_ascii=False)
        yield f"words/{tag}", (own.encode(), "application/json")
    widget = _text("static", "widget.js").replace('"WORDS"', json.dumps(labels, ensure_ascii=False), 1)
    yield "widget.js", (widget.encode(), "text/javascript")
    yield "PROTOCOL.md", (_text("PROTOCOL.md").encode(), "text/plain")


def add_pages(router: APIRouter) -> None:
    """Add the pages and their files to a router."""
    static = PageFiles(dict(_made()))

    @router.api_route("/", methods=_READ, include_in_schema=False)
    @router.api_route("/widget-demo", methods=_READ, include_in_schema=False)
    @router.api_route("/widget.js", methods=_READ, include_in_schema=False)
    @router.api_route("/favicon.ico", methods=_READ, include_in_schema=False)
    @router.api_route("/chat/protocol", methods=_READ, include_in_schema=False)
    async def page(request: Request) -> Response:
        path = request.url.path.removeprefix(request.scope.get("root_path", ""))
        return await static.get_response(_NAMES[path or "/"], request.scope)

    @router.api_route("/chat/words/{tag}", methods=_READ, include_in_schema=False)
    async def words(request: Request, tag: str) -> Response:
        return await static.get_response(f"words/{parse_tag(tag) or 'en'}", request.scope)

    @router.api_route("/chat/static/{name}", methods=_READ, include_in_schema=False)
    async def file(request: Request, name: str) -> Response:
        try:
            return await static.get_response(name, request.scope)
        except HTTPException:
            return _nothing_here()

    @router.api_route("/chat/{rest:path}", methods=_READ, include_in_schema=False)
    async def nothing(rest: str) -> Response:
        return _nothing_here()


def _nothing_here() -> Response:
    error = NoSuchPlace()
    content = error_detail(error).model_dump_json(exclude_none=True)
    return Response(content, STATUS[error.code], media_type="application/json")
