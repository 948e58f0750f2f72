"""A proxy as there are in the world: it passes requests on, unless it was told to do something else with the next."""

import http.client
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HTML = b"<html><body><h1>Bad gateway</h1> nginx</body></html>"

Fault = Callable[["_Handler"], None]


class OddProxy:
    """`faults` are what befalls the next requests, in turn; `requests` is what came, as `POST /path`."""

    def __init__(self, url: str) -> None:
        self.faults: deque[Fault] = deque()
        self.requests: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": self}))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.behind = urlsplit(url)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def odd_proxy(url: str) -> Iterator[OddProxy]:
    """Run a proxy of `url` for as long as the block lasts."""
    proxy = OddProxy(url)
    try:
        yield proxy
    finally:
        proxy.close()


def says(status: int, body: bytes = HTML, **headers: str) -> Fault:
    """Have the proxy say something of its own, without asking the desk."""

    def fault(handler: "_Handler") -> None:
        handler.say(status, {"Content-Type": "text/html", **headers}, body)

    return fault


def loses_reply(handler: "_Handler") -> None:
    """Pass the request on and cut the connection when the reply is there."""
    handler.ask()
    handler.close_connection = True


class _Handler(BaseHTTPRequestHandler):
    proxy: OddProxy
    protocol_version = "HTTP/1.1"

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def do_GET(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.proxy.requests.append(f"{self.command} {self.path}")
        if self.proxy.faults:
            return self.proxy.faults.popleft()(self)
        try:
            self.say(*self.ask())
        except (OSError, http.client.HTTPException):
            self.close_connection = True

    do_POST = do_PUT = do_DELETE = do_GET

    def ask(self) -> tuple[int, dict[str, str], bytes]:
        """Return what the desk says."""
        behind = http.client.HTTPConnection(self.proxy.behind.hostname or "", self.proxy.behind.port, timeout=30)
        try:
            behind.request(self.command, self.path, self.body, dict(self.headers))
            reply = behind.getresponse()
            return reply.status, {"Content-Type": reply.headers.get("Content-Type", "")}, reply.read()
        finally:
            behind.close()

    def say(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *words: object) -> None:
        pass
