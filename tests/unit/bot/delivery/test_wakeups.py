import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.delivery.wakeups import Bell, RingAfterWriting, RingingConversation
from bot.messages import IncomingMessage

pytestmark = pytest.mark.anyio


class Owing:
    async def handle(self, incoming: IncomingMessage) -> list[int]:
        return [7]


def test_everybody_who_listens_hears_the_bell() -> None:
    bell, heard = Bell(), list[str]()
    stop = bell.listen(lambda: heard.append("one"))
    bell.listen(lambda: heard.append("two"))
    bell.ring()
    stop()
    bell.ring()
    assert heard == ["one", "two", "two"]


def test_requests_that_may_write_ring_even_when_they_fail() -> None:
    bell, rings = Bell(), list[int]()
    bell.listen(lambda: rings.append(1))

    async def page(request: object) -> Response:
        return Response("x", status_code=500)

    app = RingAfterWriting(Starlette(routes=[Route("/", page, methods=["GET", "POST"])]), bell)
    client = TestClient(app)
    client.get("/")
    assert not rings
    client.post("/")
    assert len(rings) == 1


async def test_a_turn_rings() -> None:
    bell, rings = Bell(), list[int]()
    bell.listen(lambda: rings.append(1))
    assert await RingingConversation(Owing(), bell).handle(IncomingMessage("web", "1", "hello")) == [7]
    assert rings == [1]
