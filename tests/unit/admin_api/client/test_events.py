"""What happens is followed over connections that break: each event once, from where the last whole one ended."""

import time
from collections.abc import Iterator

import httpx
import pytest

from admin_api.client import Desk, Garbled, Troubled, Unreachable

PATIENCE_S = 0.2


class Streams:
    """A desk's side of /api/live: each connection says the next of `said`, and `asked` are the ids to go on from."""

    def __init__(self, *said: Iterator[bytes] | int) -> None:
        self._said = iter(said)
        self.asked: list[str | None] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.headers.get("last-event-id"))
        said = next(self._said)
        if isinstance(said, int):
            return httpx.Response(said)
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=Stream(said))

    def follow(self, after: int | None = None) -> Iterator[int]:
        with Desk("http://desk", patience_s=PATIENCE_S, pause_s=0.01, transport=httpx.MockTransport(self)) as desk:
            yield from (event.event for event in desk.events(after=after))


class Stream(httpx.SyncByteStream):
    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        return self._parts


def event(number: int) -> bytes:
    return b'data: {"event": %d, "ticket": 1, "kind": "note"}\nid: %d\n\n' % (number, number)


def test_what_was_cut_off_in_the_middle_comes_again() -> None:
    whole = b"retry: 10\n\n: ping\n\n" + event(5)
    streams = Streams(iter([whole[:-9], whole[-9:] + event(66)[:-2]]), iter([event(66)]), iter([event(67)]))
    following = streams.follow(after=4)
    assert [next(following) for _ in range(3)] == [5, 66, 67]
    assert streams.asked == ["4", "5", "66"]


def test_where_the_desk_is_is_where_to_go_on() -> None:
    streams = Streams(iter([b"retry: 10\n\nid: 8\n\n"]), iter([event(9)]))
    assert next(streams.follow()) == 9
    assert streams.asked == [None, "8"]


def test_a_stream_that_was_quiet_for_long_and_breaks_is_come_back_to() -> None:
    def quiet() -> Iterator[bytes]:
        yield event(1)
        yield b": ping\n\n"
        time.sleep(2 * PATIENCE_S)
        raise httpx.ReadError("the desk was killed")

    streams = Streams(quiet(), 503, iter([event(2)]))
    following = streams.follow()
    assert [next(following), next(following)] == [1, 2]


def test_patience_ends() -> None:
    def broken() -> Iterator[bytes]:
        raise httpx.ReadError("the desk is gone")
        yield b""

    with pytest.raises(Troubled):
        next(Streams(*[503] * 1000).follow())
    following = Streams(iter([b"retry: 10\n\n" + event(1)]), *(broken() for _ in range(1000))).follow()
    assert next(following) == 1
    with pytest.raises(Unreachable, match="the desk is gone"):
        next(following)


def test_what_is_no_stream_is_not_believed() -> None:
    page = httpx.MockTransport(lambda _: httpx.Response(200, html="<p>Welcome</p>"))
    with Desk("http://desk", transport=page) as desk, pytest.raises(Garbled, match="text/html"):
        next(desk.events())
