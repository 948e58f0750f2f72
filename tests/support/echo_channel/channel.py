"""The echo channel: people post their words to /echo/NAME, and see at the same place what they were told."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.channel import Channel
from bot.delivery.outbox import RetryLater, Undeliverable
from bot.messages import IncomingMessage, OutgoingMessage
from bot.ports import Conversation, Deliver


class EchoChannel(Channel):
    """A channel that sends by keeping; `busy` and `gone` are the names of people who cannot be told now, or ever."""

    name = "echo"

    def __init__(self, conversation: Conversation, deliver: Deliver) -> None:
        self._conversation = conversation
        self._deliver = deliver
        self.told: defaultdict[str, list[OutgoingMessage]] = defaultdict(list)
        self.busy: set[str] = set()
        self.gone: set[str] = set()
        self.running = False

    @property
    def sender(self) -> "EchoChannel":
        """The channel sends itself."""
        return self

    async def send(self, address: str, message_id: int, outgoing: OutgoingMessage, replaces: str | None) -> str | None:
        """Keep a message; see `bot.delivery.outbox.Sender`."""
        if address in self.busy:
            raise RetryLater(1.0)
        if address in self.gone:
            raise Undeliverable("nobody is there")
        self.told[address].append(outgoing)
        return f"{address}-{message_id}"

    def routes(self) -> Sequence[BaseRoute]:
        """Return the one route."""
        return [Route("/echo/{name}", self._speak, methods=["GET", "POST"])]

    @asynccontextmanager
    async def _run(self) -> AsyncIterator[None]:
        self.running = True
        yield
        self.running = False

    def lifespan(self) -> AbstractAsyncContextManager[object]:
        """Return what says that it runs."""
        return self._run()

    async def _speak(self, request: Request) -> Response:
        name = request.path_params["name"]
        if request.method == "POST":
            said = await request.json()
            handled = await self._conversation.handle(IncomingMessage(self.name, name, **said))
            await self._deliver(handled.ids)
        return JSONResponse([each.model_dump(mode="json") for each in self.told[name]])
