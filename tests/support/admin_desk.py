"""The admin API of a desk for tests: real database, the search's in-memory twin, people of every role."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from fastapi import FastAPI

from admin_api.app import install
from admin_api.http.deps import Deps
from admin_api.http.throttle import LoginThrottle
from index.model import Filters, Hit, SearchResult
from knowledge.conversations.messages import open_conversation, receive_message, send_message
from knowledge.database import Database
from knowledge.entries.store import EntryQuery, find_entries, get_entry
from knowledge.models import Author, EntryState, Role, Staff
from knowledge.payloads import Reply
from knowledge.staff.accounts import create_staff
from knowledge.tickets.by_asker import open_ticket

TODAY = date(2027, 1, 15)
PASSWORD = "correct horse battery"


@dataclass
class TitleSearch:
    """Finds published entries that have a word of the question in their title; records what it was asked."""

    database: Database
    asked: list[tuple[str, Filters, str | None]] = field(default_factory=list)
    broken: bool = False

    async def search(
        self, question: str, filters: Filters, *, language: str | None, today: date, limit: int = 10
    ) -> SearchResult:
        self.asked.append((question, filters, language))
        if self.broken:
            raise RuntimeError("the index is away")
        hits = {}
        with self.database.reading() as session:
            for word in question.split():
                query = EntryQuery(words=word, kinds=filters.kinds, states=[EntryState.PUBLISHED])
                for entry in find_entries(session, query, limit=limit)[0]:
                    passage = get_entry(session, entry.reference).passages[0]
                    hits[entry.id] = Hit(entry.id, entry.reference, entry.language, passage.id, 1.0, 0.5, 0.5)
        return SearchResult(tuple(hits.values())[:limit], 0.7 if hits else 0.0, len(hits))


def detect(text: str) -> str:
    """Tell Cyrillic from other texts, which is all that these tests need."""
    return "bg" if any("а" <= letter <= "я" for letter in text.lower()) else "en"


@dataclass
class AdminDesk:
    """The application and the parts behind it."""

    app: FastAPI
    database: Database
    search: TitleSearch
    health: dict[str, str | None]


class Lent:
    """A database that changes hands: one application, which takes half a second to build, serves many tests."""

    current: Database

    def __getattr__(self, name: str) -> Any:
        return getattr(self.current, name)


class LentDesk:
    """An application that is lent to one test after another, each with a database of its own."""

    def __init__(self, stopping: Callable[[], bool] = lambda: False) -> None:
        self._database = Lent()
        self._hour = 0
        throttle = LoginThrottle(lambda: self._hour * 3600.0)
        self.desk = build(self._database, stopping, throttle)

    def to(self, database: Database) -> AdminDesk:
        """Return the desk over `database`, as if nobody had used it before."""
        self._database.current = database
        self._hour += 1
        self.desk.search.asked.clear()
        self.desk.search.broken = False
        self.desk.health.update(dict.fromkeys(self.desk.health))
        return replace(self.desk, database=database)


def admin_desk(database: Database, stopping: Callable[[], bool] | None = None) -> AdminDesk:
    """Return the admin API over `database`; `health` is what the checks say. Without `stopping` it is a lent one."""
    return build(database, stopping, LoginThrottle()) if stopping else _lent().to(database)


@cache
def _lent() -> LentDesk:
    return LentDesk()


def build(database: Any, stopping: Callable[[], bool], throttle: LoginThrottle) -> AdminDesk:
    """Build the admin API over a database."""
    search = TitleSearch(database)
    health: dict[str, str | None] = {"database": None, "index": None, "nlu": None}

    def check(name: str) -> Callable[[], Awaitable[str | None]]:
        async def said() -> str | None:
            return health[name]

        return said

    checks = {name: check(name) for name in health}
    deps = Deps(
        database, search, detect, checks, lambda: TODAY,
        stopping=stopping, telegram_name=lambda: "DeskBot", throttle=throttle,
    )  # fmt: skip
    app = FastAPI()
    install(app, deps)
    return AdminDesk(app, database, search, health)


# As `create_staff` would write it, but for the work that makes guessing slow and each test a second longer.
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def hire(database: Database, role: Role, name: str = "", *, one_time: bool = False) -> tuple[str, str]:
    """Make an account and return its address and password."""
    name = name or role.capitalize()
    email = f"{name.lower().split()[0]}@desk.example"
    with database.transaction() as session:
        if one_time:
            return email, create_staff(session, email, name, role)[1]
        session.add(Staff(email=email, name=name, role=role, password_hash=PASSWORD_HASH))
    return email, PASSWORD


def ask(
    database: Database, question: str = "Како да пријавим ПДВ?", *, address: str = "42", language: str = "sr"
) -> int:
    """Let somebody ask on Telegram, be answered by the bot, and be handed to people; return the ticket's id."""
    with database.transaction() as session:
        conversation = open_conversation(session, "telegram", address)
        receive_message(session, conversation, question, external_id=None)
        data = {
            "text": "Ево шта сам нашао.",
            "language": language,
            "quotes": [{"text": "ПДВ се пријављује <b>месечно</b>.", "title": "Порези", "language": "sr"}],
        }
        send_message(session, conversation, "Ево шта сам нашао.", author=Author.BOT, payload=Reply.model_validate(data))
        return open_ticket(session, conversation, question, reason="unhelpful", language=language).id
