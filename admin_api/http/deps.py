"""What the staff's door needs from the rest of the desk: plain objects and callables, given by `bot/main.py`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Protocol

from admin_api.http.throttle import LoginThrottle
from index.model import Filters, SearchResult
from knowledge.database import Database
from knowledge.tickets.similar import Encode


class Search(Protocol):
    """Finds what the desk would find for a question."""

    async def search(
        self, question: str, filters: Filters, *, language: str | None, today: date, limit: int = 10
    ) -> SearchResult: ...


def utc_today() -> date:
    """Return the day in UTC."""
    return datetime.now(UTC).date()


@dataclass(frozen=True)
class Deps:
    """The parts that the staff's door works with.

    `detect` says in which of the desk's languages a text is written. `checks` are asked by `/readyz`: each returns
    None when its part works and otherwise says what is wrong. `today` is the day by which calls are open or closed.
    `encode` gives the unit vectors of texts, by which tickets are alike; None goes by words. `stopping` says whether
    the server was told to stop, so that event streams end. `staff_link` gives the link by which a chat becomes that of
    the member of staff who has a code, None while there is none. `throttle` slows down the guessing of passwords.
    """

    database: Database
    search: Search
    detect: Callable[[str], str]
    checks: Mapping[str, Callable[[], Awaitable[str | None]]] = field(default_factory=dict)
    today: Callable[[], date] = utc_today
    encode: Encode | None = None
    stopping: Callable[[], bool] = lambda: False
    staff_link: Callable[[str], str | None] = lambda code: None
    throttle: LoginThrottle = field(default_factory=LoginThrottle)
