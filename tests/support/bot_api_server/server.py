"""The server itself: its life, its door, what it records and how it is made to fail."""

import asyncio
import json
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.support.bot_api_server.limits import Limits
from tests.support.bot_api_server.methods import Methods, Refused
from tests.support.bot_api_server.people import Chat, Upload
from tests.support.bot_api_server.specification import Specification
from tests.support.bot_api_server.webhook import bring_updates
from tests.support.waiting import WITHIN_S


@dataclass(frozen=True)
class Failure:
    """How a call goes wrong: refused, broken off before or after it was carried out, or late."""

    refusal: Refused | None = None
    drop: bool = False
    after_doing: bool = False
    delay_s: float = 0.0


@dataclass(frozen=True)
class Call:
    """A request of the bot: its parameters, the monotonic moment it came and the status it got."""

    method: str
    parameters: dict[str, Any]
    at: float
    status: int
    failure: Failure


class BotApiServer:
    """Telegram's Bot API on 127.0.0.1, for the time of a `with`; it runs in a thread of its own.

    Give its `url` and `token` to a bot. People are made by `chat()`; what they do reaches the bot by polling or by
    its webhook. Telegram's `limits` hold only when they are given. Methods are safe from any thread, and those that
    wait come in two forms, for tests with an event loop and without. `violations` says how requests of the bot, or the
    server's own answers, offend the specification; it is to be empty at a test's end.
    """

    def __init__(
        self,
        token: str = "123456:test-token",
        username: str = "punte_test_bot",
        port: int = 0,
        limits: Limits | None = None,
    ) -> None:
        self.token = token
        self.bot = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Punte", "username": username}
        self.chats: dict[int | str, Chat] = {}
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.commands: dict[str, dict[str, str]] = {}
        """The menu of commands, by language code; the one for everybody is under ""."""
        self.pending: list[dict[str, Any]] = []
        """Updates that the bot has not yet confirmed."""
        self.uploads: dict[str, Upload] = {}
        """The files that were sent, by their ids."""
        self.webhook_url = ""
        self.webhook_secret = ""
        self.webhook_answers: list[tuple[int, int]] = []
        """For every update brought to the webhook, its id and the status that it got; 0 if none."""
        self.limits = limits
        self.changed = threading.Condition(threading.RLock())
        self.news: asyncio.Event | None = None
        self._allowed: list[str] | None = None
        self._failures: dict[str, deque[Failure]] = defaultdict(deque)
        self._mood: Callable[[str], Failure | None] = lambda method: None
        self._specification = Specification()
        self._methods = Methods(self)
        self._update_ids = count(1000)
        self._chat_ids = count(700_001)
        self.polls = 0
        """How often updates were asked for."""
        self._port = port
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The address to give to a bot as its API server."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Listen; a server that was stopped listens at its former port again, with its state."""
        app = Starlette(
            routes=[
                Route("/bot{token}/{method}", self._answer, methods=["GET", "POST"]),
                Route("/file/bot{token}/files/{file_id}", self._fetch, methods=["GET"]),
            ]
        )
        quiet: dict[str, Any] = {"ws": "none", "lifespan": "off", "log_config": None, "access_log": False}
        config = uvicorn.Config(app, host="127.0.0.1", port=self._port, timeout_graceful_shutdown=1, **quiet)
        socket = config.bind_socket()
        self._port = socket.getsockname()[1]
        self._server = server = uvicorn.Server(config)

        async def serve() -> None:
            self._loop, self.news = asyncio.get_running_loop(), asyncio.Event()
            bringing = asyncio.create_task(bring_updates(self))
            await server.serve(sockets=[socket])
            bringing.cancel()
            await asyncio.gather(bringing, return_exceptions=True)

        self._thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
        self._thread.start()
        self.wait_until(lambda: server.started)

    def stop(self) -> None:
        """Stop listening and break off what is open."""
        if self._server and self._thread:
            self._server.should_exit = True
            self._tell()
            self._thread.join(10)

    def chat(self, *, language_code: str = "en", first_name: str = "Ana", kind: str = "private") -> Chat:
        """Return a new person's private chat, or a new group (`kind` "group" or "supergroup")."""
        chat_id = next(self._chat_ids) * (1 if kind == "private" else -1)
        with self.changed:
            self.chats[chat_id] = Chat(self, chat_id, first_name, language_code, kind)
        return self.chats[chat_id]

    def bring(self, content: dict[str, Any]) -> dict[str, Any]:
        """Give the bot an update of this content, unless it did not ask for its kind; returns it with its id."""
        update = {"update_id": next(self._update_ids), **content}
        self.violations += self._specification.check_type("Update", update)
        if not self._allowed or next(iter(content)) in self._allowed:
            self.bring_again(update)
        return update

    def bring_again(self, update: dict[str, Any], *, new_id: bool = False) -> None:
        """Give the bot an update once more, as it is or under a new update id."""
        with self.changed:
            self.pending.append({**update, "update_id": next(self._update_ids)} if new_id else update)
        self._tell()

    def fail_next(
        self, status: int, *, method: str = "sendMessage", times: int = 1, retry_after: int | None = None, why: str = ""
    ) -> None:
        """Refuse the next calls of a method with a status; 429 needs `retry_after`, in seconds."""
        wordings = {429: f"Too Many Requests: retry after {retry_after}", 500: "Internal Server Error"}
        refusal = Refused(status, why or wordings.get(status, "Bad Request: refused by the test"), retry_after)
        self._failures[method].extend([Failure(refusal)] * times)

    def drop_next(self, method: str = "sendMessage", *, times: int = 1, after_doing: bool = False) -> None:
        """Break the connection at the next calls of a method, before or after carrying it out."""
        self._failures[method].extend([Failure(drop=True, after_doing=after_doing)] * times)

    def delay_next(self, method: str, seconds: float, *, times: int = 1) -> None:
        """Let the next calls of a method wait before they are carried out."""
        self._failures[method].extend([Failure(delay_s=seconds)] * times)

    def misbehave(self, mood: Callable[[str], "Failure | None"]) -> None:
        """Ask `mood` at every call that no test has other plans for, by its method, how to fail it."""
        self._mood = mood

    def calls_of(self, method: str) -> list[Call]:
        """Return the calls of a method so far."""
        return [call for call in self.calls if call.method == method]

    async def until(self, condition: Callable[[], object], within_s: float = WITHIN_S) -> None:
        """Wait until `condition` holds, without blocking the event loop; an `AssertionError` after `within_s`."""
        await asyncio.to_thread(self.wait_until, condition, within_s)

    def wait_until(self, condition: Callable[[], object], within_s: float = WITHIN_S) -> None:
        """Wait until `condition` holds; an `AssertionError` after `within_s`."""
        deadline = time.monotonic() + within_s
        with self.changed:
            while not condition():
                if time.monotonic() > deadline:
                    raise AssertionError(f"nothing of the kind within {within_s} s; violations: {self.violations}")
                self.changed.wait(0.02)

    def set_webhook(self, url: str, secret: str, allowed: list[str] | None) -> None:
        """Bring updates to `url` from now on, or to nobody but those who poll."""
        self.webhook_url, self.webhook_secret = url, secret
        self._allowed = allowed if allowed is not None else self._allowed
        self._tell()

    def described(self, chat: Chat, message_id: int) -> dict[str, Any] | None:
        """Return a message of the bot as the Bot API describes it."""
        message = chat.find(message_id)
        if message is None:
            return None
        described = {
            "message_id": message_id,
            "date": int(time.time()),
            "chat": chat.description,
            "from": self.bot,
        }
        if message.file is None:
            described["text"] = message.text
        else:
            described |= message.file.described(message.file_id)
        # The Bot API tells of buttons only, not of the field for a reply.
        buttons = message.markup if "inline_keyboard" in (message.markup or {}) else None
        optional = {"entities": message.entities, "reply_markup": buttons}
        return described | {name: value for name, value in optional.items() if value}

    def upload(self, content: Upload, kind: str) -> dict[str, Any]:
        """Take a file that is sent as `kind`; return how the Bot API names it."""
        file_id = f"{kind}{len(self.uploads)}"
        self.uploads[file_id] = content
        return {"file_id": file_id, "file_unique_id": file_id, "file_size": len(content)}

    def chat_of_query(self, query_id: str) -> Chat | None:
        """Return the chat in which a button was pressed."""
        return self.chats.get(int(query_id[:-6])) if query_id[:-6].lstrip("-").isdigit() else None

    async def _fetch(self, request: Request) -> Response:
        known = request.path_params["token"] == self.token and request.path_params["file_id"] in self.uploads
        return Response(self.uploads[request.path_params["file_id"]]) if known else Response(status_code=404)

    async def _answer(self, request: Request) -> Response:
        method, at = request.path_params["method"], time.monotonic()
        token = request.path_params["token"]
        if token != self.token:
            return _refusal(Refused(401, "Unauthorized") if ":" in token else Refused(404, "Not Found"))
        if not self._specification.knows(method):
            return _refusal(Refused(404, "Not Found"))
        parameters, wrong = self._specification.read_parameters(method, await _raw(request))
        self.violations += wrong
        planned = self._failures[method].popleft() if self._failures[method] else self._mood(method)
        failure = planned or Failure()
        await asyncio.sleep(failure.delay_s)
        try:
            if failure.refusal:
                raise failure.refusal
            if any("unknown" not in each for each in wrong):
                raise Refused(400, f"Bad Request: {wrong[0]}")
            if failure.drop and not failure.after_doing:
                return _Dropped()
            if self.limits:
                self.limits.take(method, parameters.get("chat_id", ""), time.monotonic())
            result = await self._get_updates(parameters) if method == "getUpdates" else self._do(method, parameters)
            self.violations += self._specification.check_result(method, result)
            response: Response = _Dropped() if failure.drop else JSONResponse({"ok": True, "result": result})
        except Refused as refused:
            response = _refusal(refused)
        with self.changed:
            self.calls.append(Call(method, parameters, at, response.status_code, failure))
            self.changed.notify_all()
        return response

    def _do(self, method: str, parameters: dict[str, Any]) -> Any:
        with self.changed:
            return self._methods.call(method, parameters)

    async def _get_updates(self, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        if self.webhook_url:
            raise Refused(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        with self.changed:
            self.polls += 1
            self.changed.notify_all()
        mine, deadline = self.polls, time.monotonic() + parameters.get("timeout", 0)
        self._tell()
        with self.changed:
            self._allowed = parameters.get("allowed_updates", self._allowed)
            offset = parameters.get("offset", 0)
            self.pending = [update for update in self.pending if update["update_id"] >= offset]
        while not self.pending and (left := deadline - time.monotonic()) > 0:
            if self.polls != mine:
                raise Refused(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                )
            if self._server and self._server.should_exit:
                raise Refused(502, "Bad Gateway")
            await self.wait_for_news(left)
        return sorted(self.pending, key=lambda update: update["update_id"])[: parameters.get("limit", 100)]

    async def wait_for_news(self, within_s: float) -> None:
        """Wait, in the server's loop, until something happened."""
        assert self.news
        self.news.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(min(within_s, 0.2)):
                await self.news.wait()

    def _tell(self) -> None:
        if self._loop and self.news and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.news.set)


class _Dropped(Response):
    """A response that breaks off, and the connection with it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
        await send({"type": "http.response.body", "body": b"{", "more_body": False})


def _refusal(refused: Refused) -> Response:
    content: dict[str, Any] = {"ok": False, "error_code": refused.status, "description": refused.description}
    if refused.retry_after is not None:
        content["parameters"] = {"retry_after": refused.retry_after}
    return JSONResponse(content, status_code=refused.status)


async def _raw(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").startswith("multipart/"):
        return await _uploaded(request)
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        return dict(json.loads(body or b"{}"))
    form = parse_qsl(body.decode(), keep_blank_values=True)
    return {**dict(request.query_params), **dict(form)}


async def _uploaded(request: Request) -> dict[str, Any]:
    """Return the fields of a request that brings files."""
    async with request.form() as form:
        return {
            name: value if isinstance(value, str) else Upload.of(value.filename or "", await value.read())
            for name, value in form.items()
        }
