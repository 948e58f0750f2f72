"""What happens on tickets, as the desk tells it: the stream of /api/live, come back to where it ended."""

import time
from collections.abc import Iterator

import httpx
from httpx_sse import ServerSentEvent, SSEError, connect_sse

from admin_api.client.calls import Calls, given, read, refused, unreachable
from admin_api.client.errors import Garbled, Troubled, Unreachable
from admin_api.schemas.tickets import LiveOut

SILENCE_S = 45.0
"""How long a stream may say nothing before it is taken for broken; the desk says something every 15 seconds."""


class Stream:
    """Follows what happens; `position` is the id after which it goes on, None until the desk said where it is."""

    def __init__(self, calls: Calls, ticket: int | None, after: int | None) -> None:
        self._calls = calls
        self._ticket = ticket
        self.position = after
        self._pause_s = 3.0
        self._failures = 0
        self._fine_at = time.monotonic()

    def __iter__(self) -> Iterator[LiveOut]:
        """Yield each event once, in order, without end; raises `DeskError` after the client's patience."""
        self._fine_at = time.monotonic()
        while True:
            try:
                yield from self._listen()
            except SSEError as problem:
                raise Garbled(f"no stream of events: {problem}") from problem
            except httpx.TransportError as problem:
                self._come_again(unreachable(problem))
            except Troubled as problem:
                self._come_again(problem)
            else:
                time.sleep(self._pause_s)

    def _come_again(self, error: Unreachable | Troubled) -> None:
        """Wait until the stream is worth another try, or raise `error` when that has gone on for too long."""
        self._failures += 1
        wait = self._calls.backoff.pause(self._failures)
        if time.monotonic() + wait - self._fine_at > self._calls.patience_s:
            raise error
        time.sleep(wait)

    def _listen(self) -> Iterator[LiveOut]:
        """Yield one connection's events."""
        headers = self._calls.headers()
        if self.position is not None:
            headers["Last-Event-ID"] = str(self.position)
        timeout = httpx.Timeout(**(self._calls.http.timeout.as_dict() | {"read": SILENCE_S}))
        query = given({"ticket": self._ticket})
        http = self._calls.http
        with connect_sse(http, "GET", "/api/live", params=query, headers=headers, timeout=timeout) as stream:
            if not stream.response.is_success:
                stream.response.read()
                raise refused(stream.response)
            try:
                for said in stream.iter_sse():
                    self._failures = 0
                    yield from self._taken(said)
            finally:
                if not self._failures:
                    self._fine_at = time.monotonic()

    def _taken(self, said: ServerSentEvent) -> Iterator[LiveOut]:
        if said.id.isdecimal():
            self.position = int(said.id)
        if said.retry is not None and said.retry >= 0:
            self._pause_s = min(said.retry / 1000, self._pause_s)
        if said.data:
            yield read(httpx.Response(200, text=said.data), LiveOut)
