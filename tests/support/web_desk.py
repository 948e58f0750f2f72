"""A real server of the web channel in a thread of the test, over the twin conversation."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from bot.channels.web import Limits, create_router
from knowledge.database import Database
from tests.support.web_twin import TwinConversation, twin_render

KEY = b"a key for tests, of 32 bytes or more"
QUICK = Limits(messages_rate=5, poll_s=0.1, hello_s=0.6, messages_burst=12, sockets=3, page=5)


class WebDesk:
    """Starts and stops the server; a restart keeps the port, the key and the database."""

    def __init__(self, database: Database, limits: Limits = QUICK, slow_s: float = 0.6) -> None:
        self.database = database
        self.limits = limits
        self.conversation = TwinConversation(database, slow_s=slow_s)
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/api/chat/socket"

    def start(self) -> None:
        app = FastAPI()
        app.include_router(create_router(self.conversation, self.database, twin_render, secret=KEY, limits=self.limits))
        config = uvicorn.Config(
            app,
            host="127.0.0.1",
            port=self.port,
            log_level="critical",
            ws="websockets-sansio",
            ws_max_size=2**20,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("The web desk did not start.")
            time.sleep(0.01)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)


@contextmanager
def web_desk(database: Database, limits: Limits = QUICK, slow_s: float = 0.6) -> Iterator[WebDesk]:
    """Run a web desk for as long as the block lasts."""
    desk = WebDesk(database, limits, slow_s)
    desk.start()
    try:
        yield desk
    finally:
        desk.stop()
