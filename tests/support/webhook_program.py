"""A program elsewhere that is called by webhooks, on the loopback, and the calls that a desk owes it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.delivery.clocks import Clock
from bot.delivery.webhooks import WebhookCaller
from knowledge.database import Database
from knowledge.models import DeliveryState, WebhookCall, now
from knowledge.programs.webhooks import save_webhook
from knowledge.retrying import Backoff
from tests.support.background import in_background
from tests.support.serving import serving


class Program:
    """It answers with `answers` in turn, then 204, and keeps what it was told: headers and body of every call."""

    def __init__(self) -> None:
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.url = ""

    @property
    def ids(self) -> list[str]:
        """The ids of the calls, as they came."""
        return [headers["webhook-id"] for headers, _ in self.calls]

    async def take(self, request: Request) -> Response:
        self.calls.append((dict(request.headers), await request.body()))
        status = self.answers.pop(0) if self.answers else 204
        return Response(status_code=status, headers={"Location": self.url} if 300 <= status < 400 else {})


@contextmanager
def program() -> Iterator[Program]:
    """Run a program for as long as the block lasts."""
    program = Program()
    app = Starlette(routes=[Route("/hook", program.take, methods=["POST"])])
    with serving(app, ws="none", lifespan="off") as url:
        program.url = f"{url}/hook"
        yield program


@asynccontextmanager
async def calling(database: Database, *names: str, wall: Callable[[], datetime] = now) -> AsyncIterator[None]:
    """Let processes of these names call a desk's webhooks for as long as the block lasts."""
    options: dict[str, Any] = {"every_s": 0.02, "backoff": Backoff(0.05, 60), "clock": Clock(wall)}
    async with in_background(*(WebhookCaller(database, name, **options).run() for name in names or ("me",))):
        yield


def register(database: Database, url: str, *events: str) -> str:
    """Have `url` called for events, for all unless some are named; return the secret."""
    with database.transaction() as session:
        return save_webhook(session, url, events).secret


def calls(database: Database) -> list[WebhookCall]:
    """Return the calls that the desk made or owes."""
    with database.reading() as session:
        return session.query(WebhookCall).order_by(WebhookCall.id).all()


def settled(database: Database, count: int = 1) -> bool:
    """Whether so many calls are done or given up."""
    return sum(call.state is not DeliveryState.PENDING for call in calls(database)) == count
