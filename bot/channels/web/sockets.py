"""The protocol over a WebSocket: one task reads, one hands on what was sent, one pushes what is new."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from fastapi import WebSocket, WebSocketDisconnect
from pydantic import TypeAdapter, ValidationError

from bot.channels.web.desk import WebDesk
from bot.channels.web.errors import (
    BadRequest,
    BinaryFrame,
    HelloExpected,
    SessionExpired,
    SessionRefused,
    SlowDown,
    TooLong,
    TooManyConnections,
    WebError,
)
from bot.channels.web.http import error_detail
from bot.channels.web.mailbox import Listener
from bot.channels.web.pace import Bucket
from bot.channels.web.schemas import (
    ActionFrame,
    ChatMessageFrame,
    Frame,
    HelloFrame,
    MessageFrame,
    PingFrame,
    Sent,
)
from bot.channels.web.tokens import WebSession
from bot.messages import IncomingMessage

log = logging.getLogger(__name__)

CLOSE_BAD_HELLO, CLOSE_SESSION, CLOSE_LATE, CLOSE_TOO_MUCH = 4400, 4401, 4408, 4429

_frame: TypeAdapter[HelloFrame | MessageFrame | ActionFrame | PingFrame] = TypeAdapter(Frame)
_AT_ONCE = 16


class Gone(Exception):
    """The other side has closed the socket."""


class SocketLine:
    """A socket that speaks frames: whole ones out, parsed and bounded ones in."""

    def __init__(self, socket: WebSocket, desk: WebDesk) -> None:
        self._socket = socket
        self._longest = desk.limits.frame
        self._bucket = Bucket(desk.limits.frames_rate, desk.limits.frames_burst)
        self._sending = anyio.Lock()

    async def next_frame(self) -> HelloFrame | MessageFrame | ActionFrame | PingFrame:
        """Return the next frame; raises `BadRequest`, `TooLong` or `Gone`, and at a flood `TooManyConnections`."""
        event = await self._socket.receive()
        if event["type"] == "websocket.disconnect":
            raise Gone
        try:
            self._bucket.take()
        except SlowDown as error:
            raise TooManyConnections("too many frames") from error
        text = event.get("text")
        if text is None:
            raise BinaryFrame
        if len(text) > self._longest:
            raise TooLong(f"a frame has at most {self._longest} characters")
        try:
            return _frame.validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise BadRequest(f"{where}: {first['msg']}" if where else first["msg"]) from error

    async def send(self, kind: str, **fields: Any) -> None:
        """Send one frame of a kind."""
        await self._send({"type": kind, **fields})

    async def refuse(self, error: WebError, client_id: str | None = None) -> None:
        """Send an error frame, naming the message that it is about."""
        about = {"id": client_id} if client_id else {}
        await self.send("error", **error_detail(error).model_dump(exclude_none=True), **about)

    async def push(self, message: dict[str, Any]) -> None:
        """Send a message of the conversation."""
        await self._send(message)

    async def close(self, code: int) -> None:
        """Close the socket, unless it is closed already."""
        try:
            async with self._sending:
                await self._socket.close(code)
        except (RuntimeError, WebSocketDisconnect):
            pass

    async def _send(self, frame: dict[str, Any]) -> None:
        try:
            async with self._sending:
                await self._socket.send_json(frame)
        except (RuntimeError, WebSocketDisconnect) as error:
            raise Gone from error


async def serve_socket(socket: WebSocket, desk: WebDesk) -> None:
    """Serve one socket from its opening to its end."""
    await socket.accept()
    line = SocketLine(socket, desk)
    try:
        greeted = await _greet(line, desk)
        if greeted is None:
            return
        session, after = greeted
        with desk.mailbox.listening(session.address, after) as listener:
            await _converse(line, desk, session, listener)
    except Gone:
        pass
    except TooManyConnections as error:
        await _last_word(line, error, CLOSE_TOO_MUCH)


async def _greet(line: SocketLine, desk: WebDesk) -> tuple[WebSession, int] | None:
    try:
        with anyio.fail_after(desk.limits.hello_s):
            hello = await line.next_frame()
        if not isinstance(hello, HelloFrame):
            raise HelloExpected
        return desk.admit(hello.token), hello.after
    except SessionRefused as error:
        await _last_word(line, error, CLOSE_SESSION)
    except (BadRequest, TooLong) as error:
        await _last_word(line, error, CLOSE_BAD_HELLO)
    except TimeoutError:
        await _last_word(line, HelloExpected(), CLOSE_LATE)
    return None


async def _last_word(line: SocketLine, error: WebError, code: int) -> None:
    try:
        await line.refuse(error)
    except Gone:
        return
    await line.close(code)


async def _converse(line: SocketLine, desk: WebDesk, session: WebSession, listener: Listener) -> None:
    """Run the three tasks until the socket closes, the session ends or the other side floods it."""
    # Who has left already is gone here, before there is anything to close.
    await line.send("ready")
    sender, receiver = anyio.create_memory_object_stream[IncomingMessage](_AT_ONCE)
    ended: list[WebError] = []

    async def until_end(task: Callable[[], Awaitable[None]]) -> None:
        try:
            await task()
        except TooManyConnections as error:
            ended.append(error)
        except Gone:
            pass
        tasks.cancel_scope.cancel()

    with sender, receiver, anyio.move_on_after(desk.remaining(session).total_seconds()) as life:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(until_end, lambda: _read(line, desk, session, sender))
            tasks.start_soon(until_end, lambda: _work(line, desk, receiver))
            tasks.start_soon(until_end, lambda: _push(line, desk, session, listener))
    if ended:
        raise ended[0]
    if life.cancelled_caught:
        await _last_word(line, SessionExpired(), CLOSE_SESSION)


async def _read(
    line: SocketLine, desk: WebDesk, session: WebSession, sender: MemoryObjectSendStream[IncomingMessage]
) -> None:
    while True:
        try:
            frame = await line.next_frame()
        except (BadRequest, TooLong) as error:
            await line.refuse(error)
            continue
        if isinstance(frame, PingFrame):
            await line.send("pong")
        elif isinstance(frame, HelloFrame):
            await line.refuse(BadRequest("hello was said before"))
        else:
            try:
                incoming = desk.check(session, Sent.model_validate(frame.model_dump(exclude={"type"})))
            except WebError as error:
                await line.refuse(error, frame.id)
            else:
                await sender.send(incoming)


async def _work(line: SocketLine, desk: WebDesk, receiver: MemoryObjectReceiveStream[IncomingMessage]) -> None:
    async for incoming in receiver:
        await line.send("typing")
        try:
            await desk.take(incoming)
        except WebError as error:
            await line.refuse(error, incoming.external_id)
        else:
            await line.send("ack", id=incoming.external_id)


async def _push(line: SocketLine, desk: WebDesk, session: WebSession, listener: Listener) -> None:
    while True:
        try:
            page = await desk.mailbox.next_page(session, listener)
        except Exception:  # the poller tells of the database; the next wake reads again
            log.debug("web: reading failed", exc_info=True)
            await anyio.sleep(desk.limits.poll_s)
            listener.wake()
            await listener.woken()
            continue
        for message in page.content.messages:
            await line.push(ChatMessageFrame(**dict(message)).model_dump(mode="json"))
            listener.after = message.id
        desk.mailbox.reached(page)
        if not page.content.more and not listener.brought:
            await listener.woken()
