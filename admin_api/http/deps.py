"""What the admin API needs from the rest of the desk, and the dependencies by which a route comes by it.

A route takes `deps: Wiring` for the parts, and `session: Reading` for a session that only reads. Writers open
`deps.database.transaction()` themselves: on SQLite they queue for it, and one that holds it must not wait for a thread
while those behind it hold them all.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from sqlalchemy.orm import Session

from admin_api.http.throttle import LoginThrottle
from index.model import Finder
from knowledge import clock
from knowledge.database import Database
from knowledge.tickets.similar import Encode

READERS = 20
"""How many requests may read at once: a session keeps its connection while its answer waits for a thread, so with more
of them those that have the threads could wait for connections for ever."""


@dataclass(frozen=True)
class Deps:
    """The parts that the admin API works with: plain objects and callables, given by `bot/main.py`.

    `detect` says in which of the desk's languages a text is written. `checks` are asked by `/readyz`: each returns None
    when its part works and otherwise says what is wrong. `today` is the day by which calls are open or closed.
    `encode` gives the unit vectors of texts, by which tickets are alike; None goes by words. `stopping` says
    whether the server was told to stop, so that event streams end. `telegram_name` tells the bot's name once it is
    known. `throttle` slows down the guessing of passwords.
    """

    database: Database
    search: Finder
    detect: Callable[[str], str]
    checks: Mapping[str, Callable[[], Awaitable[str | None]]] = field(default_factory=dict)
    today: Callable[[], date] = clock.today
    encode: Encode | None = None
    stopping: Callable[[], bool] = lambda: False
    telegram_name: Callable[[], str | None] = lambda: None
    throttle: LoginThrottle = field(default_factory=LoginThrottle)


def give_deps(application: FastAPI, deps: Deps) -> None:
    """Let the routes of `application` work with `deps`."""
    application.state.admin_api = deps


async def _deps_given(request: Request) -> Deps:
    deps: Deps = request.app.state.admin_api
    return deps


Wiring = Annotated[Deps, Depends(_deps_given)]


def _reading(deps: Wiring) -> Iterator[Session]:
    with deps.database.reading() as session:
        yield session


Reading = Annotated[Session, Depends(_reading, scope="function", max_concurrency=READERS)]
"""A session for reading, closed before the answer is sent."""
