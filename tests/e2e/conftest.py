"""A desk that runs for all tests of a file, desks of a test's own, and a browser before them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from knowledge.database import Database
from tests.support.admin_desk import admin_desk
from tests.support.bot_api_server import BotApiServer
from tests.support.browser import CHROMIUM
from tests.support.desk_process import ENTRIES, PASSWORD, DeskProcess, Expert
from tests.support.serving import ServerThread


@pytest.fixture(scope="module")
def telegram() -> Iterator[BotApiServer]:
    """A Bot API server on the loopback, for all tests of a file."""
    with BotApiServer() as server:
        yield server


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, telegram: BotApiServer) -> Iterator[DeskProcess]:
    """A desk that serves the web and Telegram, for all tests of a file; its admin's password is `PASSWORD`."""
    desk = DeskProcess(
        tmp_path_factory.mktemp("shared") / "desk",
        real=True,
        PUNTE_TELEGRAM_TOKEN=telegram.token,
        PUNTE_TELEGRAM_API_URL=telegram.url,
    )
    desk.punte("import", str(ENTRIES))
    desk.start()
    one_time = desk.password()
    Expert(desk, one_time).change_password(one_time, PASSWORD)
    yield desk
    assert desk.stop() == 0
    desk.close()


@pytest.fixture(scope="session")
def home_with_entries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk's home with the few entries of `entries.jsonl`, to be copied: importing them takes a process."""
    desk = DeskProcess(tmp_path_factory.mktemp("imported") / "desk")
    desk.punte("import", str(ENTRIES))
    return desk.home


@pytest.fixture
def desk_with(tmp_path: Path, home_with_entries: Path) -> Iterator[Callable[..., DeskProcess]]:
    """Makes desks that are ended with the test, each with the few entries of `entries.jsonl` unless told otherwise."""
    made: list[DeskProcess] = []

    def make(name: str = "desk", *, imported: bool = True, real: bool = False, **settings: str) -> DeskProcess:
        desk = DeskProcess(tmp_path / name, real=real, **settings)
        if imported:
            copytree(home_with_entries, desk.home)
        made.append(desk)
        return desk

    yield make
    for desk in made:
        desk.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for all tests of a file; no longer, for playwright keeps an event loop of its own in the thread."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def desk_url(sqlite_database: Database) -> Iterator[str]:
    """The address of a desk for staff, served from the test's own process."""
    server = ServerThread(ws="none", lifespan="off", timeout_graceful_shutdown=3)
    server.start(admin_desk(sqlite_database, lambda: server.stopping).app)
    yield server.url
    server.stop()


@pytest.fixture
def page(browser: Browser, desk_url: str) -> Iterator[Page]:
    """A page whose script may fail at nothing, neither by an error nor by the content policy."""
    context = browser.new_context(base_url=desk_url)
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda line: failures.append(line.text) if "Content Security" in line.text else None)
    yield page
    context.close()
    assert failures == []
