import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.delivery.wakeups import WakeAfterWriting, Wakeups, WakingConversation
from bot.messages import IncomingMessage
from bot.ports import Handled

pytestmark = pytest.mark.anyio


class Owing:
    async def handle(self, incoming: IncomingMessage) -> Handled:
        return Handled(follows=7)


def test_everybody_who_listens_hears_the_bell() -> None:
    wakeups, heard = Wakeups(), list[str]()
    stop = wakeups.listen(lambda: heard.append("one"))
    wakeups.listen(lambda: heard.append("two"))
    wakeups.wake()
    stop()
    wakeups.wake()
    assert heard == ["one", "two", "two"]


def test_requests_that_may_write_ring_even_when_they_fail() -> None:
    wakeups, woken = Wakeups(), list[int]()
    wakeups.listen(lambda: woken.append(1))

    async def page(request: object) -> Response:
        return Response("x", status_code=500)

    app = WakeAfterWriting(Starlette(routes=[Route("/", page, methods=["GET", "POST"])]), wakeups)
    client = TestClient(app)
    client.get("/")
    assert not woken
    client.post("/")
    assert len(woken) == 1


async def test_a_turn_rings() -> None:
    wakeups, woken = Wakeups(), list[int]()
    wakeups.listen(lambda: woken.append(1))
    assert await WakingConversation(Owing(), wakeups).handle(IncomingMessage("web", "1", "hello")) == Handled(follows=7)
    assert woken == [1]
