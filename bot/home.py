"""One desk's folder: its database, key, models, index and logs, made when they are first needed."""

import fcntl
import hashlib
import logging
import os
import secrets
from contextlib import AbstractContextManager, nullcontext
from importlib.resources import as_file, files
from itertools import count
from logging.handlers import RotatingFileHandler
from pathlib import Path

from bot.settings import Settings
from bot.startup import Startup
from index.model import Progress
from knowledge.database import Database
from knowledge.entries.store import EntryQuery, find_entries
from knowledge.errors import PunteError
from knowledge.importing import import_file
from nlu.rasa.train import train

STARTER = "starter"
"""The source of the entries that ship with the desk."""


class HomeUnusable(PunteError):
    """The desk's folder cannot be written to; set PUNTE_HOME to one that can."""

    code = "home_unusable"


def train_nlu(settings: Settings) -> Path:
    """Return the trained model of this desk, trained now if there is none for the current data."""
    return train(settings.home / "models", settings.nlu_python)


def open_database(settings: Settings, startup: Startup | None = None) -> Database:
    """Open the desk's database, its tables brought up to date; an empty one gets the starter knowledge base."""
    with _step(startup, "Bringing the database up to date"):
        database = upgrade_database(settings)
    with database.reading() as session:
        _, entries = find_entries(session, EntryQuery(), limit=1)
    if entries == 0 and settings.starter:
        with _step(startup, "Loading the starter knowledge base") as told:
            _load_starter(database, told)
    return database


def _step(startup: Startup | None, label: str) -> AbstractContextManager[Progress]:
    return startup.step(label) if startup else nullcontext(lambda done, total: None)


def _load_starter(database: Database, progress: Progress) -> None:
    starter = files("knowledge").joinpath("starter").iterdir()
    found = sorted((file for file in starter if file.name.endswith(".yaml")), key=lambda each: each.name)
    for number, file in enumerate(found):
        progress(number, len(found))
        with as_file(file) as path:
            import_file(database, path, source=STARTER, detect=lambda _: "en")


def upgrade_database(settings: Settings) -> Database:
    """Open the desk's database and bring its tables to this version."""
    make_home(settings)
    database = Database(settings.database)
    database.upgrade()
    return database


def make_home(settings: Settings) -> None:
    """Make the folder; raises `HomeUnusable`."""
    try:
        (settings.home / "logs").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HomeUnusable(str(error)) from error


def index_folder(settings: Settings) -> Path:
    """Return where a large index is kept between starts."""
    return settings.home / "index"


def desk_key(settings: Settings) -> bytes:
    """Return the desk's secret key: made of PUNTE_SECRET, else the home's own, made at the first start."""
    if settings.secret is not None:
        return hashlib.sha256(b"punte key:" + settings.secret.get_secret_value().encode()).digest()
    path = settings.home / "secret.key"
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
    except FileExistsError:
        pass
    return path.read_bytes()


def log_to(settings: Settings) -> None:
    """Let the log go to the folder: to desk.log, or to desk-2.log and so on while another process writes there.

    Doing it again changes nothing.
    """
    make_home(settings)
    folder = settings.home / "logs"
    if any(isinstance(each, _OwnLog) and each.folder == folder for each in logging.getLogger().handlers):
        return
    handler = _OwnLog(folder)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)


class _OwnLog(RotatingFileHandler):
    """A log that no other process writes to: two that rotate one file would lose each other's lines."""

    def __init__(self, folder: Path) -> None:
        for number in count(1):
            name = "desk.log" if number == 1 else f"desk-{number}.log"
            self._lock_file = open(folder / f".{name}.lock", "w")
            try:
                fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                self._lock_file.close()
        self.folder = folder
        super().__init__(folder / name, maxBytes=10_000_000, backupCount=3)

    def close(self) -> None:
        super().close()
        self._lock_file.close()
