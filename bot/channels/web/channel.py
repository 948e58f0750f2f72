"""The web channel as the desk's list has it: its router, and the links that lead to its page."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

from fastapi import APIRouter
from starlette.routing import BaseRoute

from bot.channels.channel import Channel, Traits
from bot.channels.web.mailbox import CHANNEL


class WebChannel(Channel):
    """The channel of `router`, whose page people reach at `public_url`; see `Traits` for `unread_for`."""

    name = CHANNEL

    def __init__(self, router: APIRouter, public_url: str | None = None, unread_for: timedelta | None = None) -> None:
        self._router = router
        self._public_url = public_url
        self._traits = Traits(unread_for=unread_for)

    @property
    def traits(self) -> Traits:
        """What is owed here waits until the page fetches it."""
        return self._traits

    def routes(self) -> Sequence[BaseRoute]:
        """Return the pages, HTTP and the socket."""
        return self._router.routes

    def lifespan(self) -> AbstractAsyncContextManager[object]:
        """Return the life of the mailbox."""
        return self._router.lifespan_context(self._router)

    def follow_link(self, code: str, seen_on: str) -> str | None:
        """Return the page's link, also for who reads it on the page: another browser is another conversation."""
        return f"{self._public_url}/?follow={code}" if self._public_url else None
