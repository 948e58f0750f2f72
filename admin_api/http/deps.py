"""What the staff's door needs from the rest of the desk: plain objects and callables, given by `bot/main.py`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from admin_api.http.throttle import LoginThrottle
from index.model import Finder
from knowledge import clock
from knowledge.database import Database
from knowledge.tickets.similar import Encode


@dataclass(frozen=True)
class Deps:
    """The parts that the staff's door works with.

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
