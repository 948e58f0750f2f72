"""What happens on tickets, as the desk tells it: the stream of /api/live, come back to where it ended."""

import time
from collections.abc import Iterator

import httpx

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

    def __iter__(self) -> Iterator[LiveOut]:
        """Yield each event once, in order, without end; raises `DeskError` after the client's patience."""
        heard, tries = time.monotonic(), 0
        while True:
            error: Unreachable | Troubled | None = None
            try:
                for event in self._listen():
                    heard, tries = time.monotonic(), 0
                    if event is not None:
                        yield event
            except httpx.TransportError as problem:
                error = unreachable(problem)
            except Troubled as problem:
                error = problem
            tries += 1
            wait = self._calls.backoff.pause(tries) if error else self._pause_s
            if error and time.monotonic() + wait - heard > self._calls.patience_s:
                raise error
            time.sleep(wait)

    def _listen(self) -> Iterator[LiveOut | None]:
        """Yield one connection's events, and None for its other lines."""
        headers = self._calls.headers() | {"Accept": "text/event-stream"}
        if self.position is not None:
            headers["Last-Event-ID"] = str(self.position)
        timeout = httpx.Timeout(**(self._calls.http.timeout.as_dict() | {"read": SILENCE_S}))
        query = given({"ticket": self._ticket})
        with self._calls.http.stream("GET", "/api/live", params=query, headers=headers, timeout=timeout) as reply:
            if not reply.is_success:
                reply.read()
                raise refused(reply)
            if not reply.headers.get("content-type", "").startswith("text/event-stream"):
                raise Garbled(f"{reply.status_code}, {reply.headers.get('content-type')} instead of a stream")
            said, position = "", self.position
            for line in reply.iter_lines():
                name, _, value = line.partition(":")
                value = value.removeprefix(" ")
                if name == "id" and value.isdecimal():
                    position = int(value)
                elif name == "data":
                    said += value
                elif name == "retry" and value.isdecimal():
                    self._pause_s = min(int(value) / 1000, self._pause_s)
                event = None
                if not line:
                    # Only now: what was cut off in the middle comes again.
                    self.position = position
                    event = read(httpx.Response(200, text=said), LiveOut) if said else None
                    said = ""
                yield event
