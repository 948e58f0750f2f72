"""The chat page, the widget and their files: read once, served with an ETag and a strict policy."""

import json
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Request, Response

from bot.channels.web.errors import NoSuchPlace
from bot.channels.web.http import STATUS, error_detail
from knowledge.languages import TAGS, parse_tag

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
)
_COMMON = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-cache"}
_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "md": "text/plain; charset=utf-8",
    "json": "application/json",
}
_SCRIPTS = (
    "attach", "beginning", "chat", "composer", "embed", "language", "log", "notices", "pending", "render", "scrolling",
    "store", "theme", "tickets", "transport",
)  # fmt: skip
_STATIC = ("chat.css", "demo.css", "favicon.svg", *(f"{name}.js" for name in _SCRIPTS))


@dataclass(frozen=True)
class Asset:
    """A file as it is served."""

    content: bytes
    media_type: str
    etag: str

    @classmethod
    def of(cls, text: str, kind: str) -> "Asset":
        """Return the asset of a text of a kind (its file name's ending)."""
        content = text.encode()
        return cls(content, _TYPES[kind], f'"{sha256(content).hexdigest()[:20]}"')

    def response(self, request: Request) -> Response:
        """Return the asset, or 304 when the browser has it."""
        headers = {**_COMMON, "ETag": self.etag}
        if self.media_type.startswith("text/html"):
            headers["Content-Security-Policy"] = _POLICY
        elif not self.media_type.startswith("text/plain"):
            headers["Access-Control-Allow-Origin"] = "*"
        if request.headers.get("if-none-match") == self.etag:
            return Response(status_code=304, headers=headers)
        return Response(self.content, media_type=self.media_type, headers=headers)


def load_words() -> dict[str, Any]:
    """Return the page's own words, `{tag: {key: words}}`."""
    words: dict[str, Any] = json.loads(_text("static", "words.json"))
    return words


def _text(*path: str) -> str:
    return files("bot.channels.web").joinpath(*path).read_text("utf-8")


def _assets() -> dict[str, Asset]:
    words = load_words()
    names = {tag: words[tag]["name"] for tag in TAGS}
    labels = {tag: {key: words[tag][key] for key in ("open_chat", "close_chat", "new_messages")} for tag in TAGS}
    found = {f"/chat/static/{name}": Asset.of(_text("static", name), name.rpartition(".")[2]) for name in _STATIC}
    for tag in TAGS:
        own = json.dumps({**words[tag], "tag": tag, "languages": names}, ensure_ascii=False)
        found[f"/chat/words/{tag}"] = Asset.of(own, "json")
    widget = _text("static", "widget.js").replace('"WORDS"', json.dumps(labels, ensure_ascii=False), 1)
    found["/"] = Asset.of(_text("static", "chat.html"), "html")
    found["/widget.js"] = Asset.of(widget, "js")
    found["/widget-demo"] = Asset.of(_text("static", "demo.html"), "html")
    found["/chat/protocol"] = Asset.of(_text("PROTOCOL.md"), "md")
    return found


def add_pages(router: APIRouter) -> None:
    """Add the pages and their files to a router."""
    assets = _assets()

    @router.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    @router.api_route("/widget.js", methods=["GET", "HEAD"], include_in_schema=False)
    @router.api_route("/widget-demo", methods=["GET", "HEAD"], include_in_schema=False)
    @router.api_route("/chat/{rest:path}", methods=["GET", "HEAD"], include_in_schema=False)
    async def page(request: Request, rest: str = "") -> Response:
        path = request.url.path.removeprefix(request.scope.get("root_path", "")) or "/"
        if path.startswith("/chat/words/"):
            path = f"/chat/words/{parse_tag(path.rpartition('/')[2]) or 'en'}"
        asset = assets.get(path)
        if asset is None:
            error = NoSuchPlace()
            return Response(
                error_detail(error).model_dump_json(exclude_none=True),
                status_code=STATUS[error.code],
                media_type="application/json",
            )
        return asset.response(request)

    @router.get("/favicon.ico", include_in_schema=False)
    async def favicon(request: Request) -> Response:
        return assets["/chat/static/favicon.svg"].response(request)
