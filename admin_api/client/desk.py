"""The desk as a program sees it."""

from collections.abc import Iterator
from datetime import date
from types import TracebackType
from typing import Literal, Self

import httpx

from admin_api.client.calls import Calls, read, unreachable
from admin_api.client.entries import Entries, Files
from admin_api.client.events import Stream
from admin_api.client.people import People, Profiles
from admin_api.client.programs import Tokens, Webhooks
from admin_api.client.tickets import Letters, Texts, Tickets
from admin_api.schemas.access import LoggedIn, Me
from admin_api.schemas.figures import FiguresOut
from admin_api.schemas.overview import Overview, Readiness
from admin_api.schemas.tickets import LiveOut
from knowledge.retrying import Backoff

LONGEST_PAUSE_S = 10.0


class Desk:
    """A desk at `url`, by a token that its owner made in the console or with `punte token add`.

    A context manager, which closes the connections. Every call may be sent several times, in all for `patience_s`
    seconds, and does what it says once; it raises `DeskError` (see `admin_api.client.errors`). One thread a time.
    """

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        timeout_s: float = 30.0,
        patience_s: float = 60.0,
        pause_s: float = 0.5,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        if not (token.isascii() and token.isprintable()):
            raise ValueError("The token holds letters that no token has.")
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"{url!r} is not the address of a desk; it begins with https:// or http://.")
        http = httpx.Client(
            base_url=url, timeout=timeout_s, transport=transport, headers={"User-Agent": "punte-client"}
        )
        self._calls = Calls(http, token, patience_s, Backoff(pause_s, LONGEST_PAUSE_S, jitter=0.5))
        self.tickets = Tickets(self._calls)
        self.texts = Texts(self._calls)
        self.letters = Letters(self._calls)
        self.entries = Entries(self._calls)
        self.files = Files(self._calls)
        self.people = People(self._calls)
        self.profiles = Profiles(self._calls)
        self.tokens = Tokens(self._calls)
        self.webhooks = Webhooks(self._calls)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._calls.http.close()

    def log_in(self, email: str, password: str) -> Me:
        """Begin a session as a person, for what no token may do; it lasts twelve hours."""
        return self._in(self._calls.again("POST", "/api/login", LoggedIn, {"email": email, "password": password}))

    def log_out(self) -> None:
        """End the session."""
        self._calls.send("POST", "/api/logout", safe=False)

    def change_password(self, old: str, new: str) -> Me:
        """Set the caller's password; all their other sessions end."""
        return self._in(self._calls.tell("POST", "/api/me/password", LoggedIn, {"old": old, "new": new}))

    def me(self) -> Me:
        """Return who is logged in; it needs a session."""
        return self._calls.get("/api/me", Me)

    def overview(self) -> Overview:
        """Return the desk in numbers."""
        return self._calls.get("/api/overview", Overview)

    def figures(
        self,
        since: date | None = None,
        until: date | None = None,
        by: Literal["competence", "language", "country", "priority", "channel"] = "competence",
    ) -> FiguresOut:
        """Return the figures of a period, the last 90 days unless said."""
        return self._calls.get("/api/figures", FiguresOut, {"since": since, "until": until, "by": by})

    def readiness(self) -> Readiness:
        """Return whether the desk can answer, and what is wrong."""
        try:
            return read(self._calls.http.get("/readyz"), Readiness)
        except httpx.TransportError as error:
            raise unreachable(error) from error

    def events(self, *, ticket: int | None = None, after: int | None = None) -> Iterator[LiveOut]:
        """Yield what happens on tickets after an event, or from now on: each once and in order, without end.

        A broken stream is taken up where it ended, for as long as the client has patience.
        """
        return iter(Stream(self._calls, ticket, after))

    def _in(self, session: LoggedIn) -> Me:
        self._calls.token = session.token
        return session.me
