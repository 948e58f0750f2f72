"""A real server of the web channel in a thread of the test, over the twin conversation."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI

from bot.channels.web import Limits, create_router
from bot.wording.rendering import outgoing_of
from knowledge.database import Database
from tests.support.serving import ServerThread
from tests.support.web_twin import TwinConversation

KEY = b"a key for tests, of 32 bytes or more"
QUICK = Limits(messages_rate=5, poll_s=0.1, hello_s=0.6, messages_burst=12, sockets=3, page=5)


class WebDesk:
    """Starts and stops the server; a restart keeps the port, the key and the database."""

    def __init__(self, database: Database, limits: Limits = QUICK) -> None:
        self.database = database
        self.limits = limits
        self.conversation = TwinConversation(database, slow_s=30.0)
        self._server = ServerThread(ws="websockets-sansio", ws_max_size=2**20, timeout_graceful_shutdown=1)

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def socket_url(self) -> str:
        return f"{self.url.replace('http', 'ws')}/api/chat/socket"

    def start(self) -> None:
        app = FastAPI()
        app.include_router(create_router(self.conversation, self.database, outgoing_of, secret=KEY, limits=self.limits))
        self._server.start(app)

    def stop(self) -> None:
        self._server.stop()


@contextmanager
def web_desk(database: Database, limits: Limits = QUICK) -> Iterator[WebDesk]:
    """Run a web desk for as long as the block lasts."""
    desk = WebDesk(database, limits)
    desk.start()
    try:
        yield desk
    finally:
        desk.stop()
