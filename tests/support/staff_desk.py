"""A real server of the admin API: in a thread of the test, or in a process of its own that can be killed."""

import argparse
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn

from knowledge.database import Database
from knowledge.models import Staff
from knowledge.programs.api_tokens import Scope, make_token
from tests.support.admin_desk import LentDesk, admin_desk
from tests.support.forking import ForkedProcess
from tests.support.serving import ServerThread
from tests.support.waiting import wait_until

ALL = tuple(Scope)


class StaffDesk:
    """A running desk, lent to one test after another."""

    def __init__(self) -> None:
        self._lent = LentDesk(stopping=lambda: self._server.stopping)
        self._server = ServerThread()
        self._server.start(self._lent.desk.app)
        self.url = self._server.url

    def serve(self, database: Database) -> None:
        """Serve a database from now on."""
        self.database = self._lent.to(database).database

    def stop(self) -> None:
        self._server.stop()


@contextmanager
def staff_desk() -> Iterator[StaffDesk]:
    """Run a staff's desk for as long as the block lasts."""
    desk = StaffDesk()
    try:
        yield desk
    finally:
        desk.stop()


class StaffDeskProcess:
    """The same in a process of its own, which is killed without a word."""

    def __init__(self, database_url: str, port: int) -> None:
        self._words = [database_url, str(port)]
        self.url = f"http://127.0.0.1:{port}"
        self._process: ForkedProcess | None = None

    def start(self, within_s: float = 60) -> None:
        nowhere = Path(os.devnull)
        self._process = ForkedProcess("tests.support.staff_desk", self._words, os.environ, nowhere, nowhere)
        wait_until(self._answers, within_s)

    def _answers(self) -> bool:
        assert self._process
        assert self._process.poll() is None, "the staff's desk did not start"
        try:
            return httpx.get(f"{self.url}/healthz", timeout=5).is_success
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


def token_of(database: Database, staff_id: int, *scopes: Scope) -> str:
    """Make a token of somebody, with all scopes unless some are named."""
    with database.transaction() as session:
        return make_token(session, session.get_one(Staff, staff_id), "a program", scopes or ALL)[1]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("database_url")
    parser.add_argument("port", type=int)
    words = parser.parse_args()
    desk = admin_desk(Database(words.database_url))
    uvicorn.run(desk.app, host="127.0.0.1", port=words.port, log_level="critical", timeout_graceful_shutdown=2)


if __name__ == "__main__":
    main()
