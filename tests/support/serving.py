"""Real web servers on the loopback, each in a thread of the test, and ports for them."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp


def free_port() -> int:
    """Return a port of the loopback on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ServerThread:
    """Serves an application from `start` to `stop`; started again, it listens at its former port."""

    def __init__(self, port: int = 0, **options: Any) -> None:
        self.port = port
        self._options = {"log_config": None, "timeout_graceful_shutdown": 2, **options}
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def stopping(self) -> bool:
        """Whether the server was told to stop, so that streams are to end."""
        return self._server is not None and self._server.should_exit

    def start(self, app: ASGIApp) -> None:
        """Serve `app`; returns once it is listened at `url`, so that nobody is refused."""
        config = uvicorn.Config(app, host="127.0.0.1", port=self.port, **self._options)
        listening = config.bind_socket()
        self.port = int(listening.getsockname()[1])
        listening.listen()
        self._server = uvicorn.Server(config)
        sockets = {"sockets": [listening]}
        self._thread = threading.Thread(target=self._server.run, kwargs=sockets, daemon=True)
        self._thread.start()

    def stop(self, within_s: float = 10) -> None:
        """Let open requests end, for a while, and serve no more."""
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join(within_s)
            assert not self._thread.is_alive(), "the server did not stop"


@contextmanager
def serving(app: ASGIApp, **options: Any) -> Iterator[str]:
    """Serve an application for as long as the block lasts; yields its address."""
    server = ServerThread(**options)
    server.start(app)
    try:
        yield server.url
    finally:
        server.stop()
