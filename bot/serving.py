"""What listens: the socket of the desk's address, and the web server on it whose signals are the desk's."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from knowledge.errors import PunteError


class PortTaken(PunteError):
    """This address cannot be listened on; stop what listens there, or change PUNTE_HOST or PUNTE_PORT."""

    code = "port_taken"


@contextmanager
def listen(host: str, port: int) -> Iterator[socket.socket]:
    """Listen at an address for as long as the block lasts; raises `PortTaken`."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        # The event loop turns Nagle's algorithm off only for sockets that name their protocol, and with it on every
        # second frame of an answer waits 40 ms for an acknowledgement.
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(512)
    except OSError as error:
        raise PortTaken(f"{host}:{port}: {error.strerror or error}") from error
    with listening:
        yield listening


class Server(uvicorn.Server):
    """A server whose signals are the desk's, and which says when it is ready."""

    announce: Callable[[], None]

    def stop(self) -> None:
        """End soon; a second time, end now."""
        self.force_exit = self.should_exit
        self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the desk."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and announce it."""
        await super().startup(sockets)
        if self.started:
            self.announce()
