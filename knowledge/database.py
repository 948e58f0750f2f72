"""The one door to SQL: engines, transactions and migrations, for SQLite and PostgreSQL alike."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from knowledge.errors import DatabaseOutdated, DatabaseUnavailable

BUSY_TIMEOUT_S = 15


class Database:
    """A desk's database.

    `transaction()` is the edge: it commits at its end and rolls back on an exception; verbs only flush. `reading()`
    writes nothing and, on SQLite, waits for no writer.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._readers = sessionmaker(self.engine.execution_options(read_only=True), expire_on_commit=False)
        self._turn = Lock() if self.engine.dialect.name == "sqlite" else None

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session that commits when the block ends well."""
        with self._writing(), self._sessions.begin() as session:
            yield session

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Let the writers of this process queue: SQLite itself makes them sleep and try again, ever longer."""
        taken = self._turn is not None and self._turn.acquire(timeout=BUSY_TIMEOUT_S)
        try:
            yield
        finally:
            if self._turn is not None and taken:
                self._turn.release()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session for reading only; whatever it changed is rolled back."""
        with self._readers() as session:
            yield session

    def check(self) -> None:
        """Raise `DatabaseUnavailable` or `DatabaseOutdated` unless the desk can work with this database."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("select 1"))
                current = MigrationContext.configure(connection).get_current_revision()
        except DBAPIError as error:
            raise DatabaseUnavailable(_reason(error)) from error
        if current != ScriptDirectory.from_config(self._alembic()).get_current_head():
            raise DatabaseOutdated

    def upgrade(self) -> None:
        """Bring the tables to this version; safe to repeat.

        Raises `DatabaseUnavailable`, and `DatabaseOutdated` for tables that a later version made.
        """
        try:
            command.upgrade(self._alembic(), "head")
        except DBAPIError as error:
            raise DatabaseUnavailable(_reason(error)) from error
        except CommandError as error:
            raise DatabaseOutdated(_reason(error)) from error

    def close(self) -> None:
        self.engine.dispose()

    def _alembic(self) -> Config:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.attributes["engine"] = self.engine
        return config


def _engine(address: str) -> Engine:
    try:
        url = make_url(address)
        backend = url.get_backend_name()
        if backend == "postgresql":
            # Hours and weekdays are counted in UTC, as SQLite keeps its moments, wherever the server stands.
            in_utc = {"options": "-c timezone=utc"}
            url = url.set(drivername="postgresql+psycopg")
            return create_engine(url, pool_size=20, pool_pre_ping=True, connect_args=in_utc)
        if backend != "sqlite":
            raise DatabaseUnavailable(f"{backend} is not supported; use a sqlite:/// or postgresql:// URL")
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S, "isolation_level": None}, pool_size=20)
    except (ArgumentError, ImportError, OSError, ValueError) as error:
        raise DatabaseUnavailable(_reason(error)) from error
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _reason(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return next(iter(str(cause).splitlines()), type(cause).__name__)


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    # SQLite's own lower() knows ASCII only, so a search for "бизнес" would miss "Бизнес".
    connection.create_function("lower", 1, _lower, deterministic=True)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-32000"):
        connection.execute(f"pragma {pragma}")


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that turns into a writing one fails at once when another wrote meanwhile; one that
    # takes the write lock at its start waits its turn.
    mode = "deferred" if connection.get_execution_options().get("read_only") else "immediate"
    connection.exec_driver_sql(f"begin {mode}")
