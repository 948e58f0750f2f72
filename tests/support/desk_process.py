"""A whole desk in a process of its own, as `make run` starts it, and the people around it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from tests.support.forking import ForkedProcess
from tests.support.serving import free_port
from tests.support.waiting import wait_until

ENTRIES = Path(__file__).parent / "entries.jsonl"
ROOT = Path(__file__).parents[2]
PASSWORD = "a better password"


class DeskProcess:
    """`punte serve` in a home of its own, with the quick encoder and without Rasa unless settings say otherwise."""

    def __init__(self, home: Path, *, real: bool = False, **settings: str) -> None:
        """Take its home; `real` starts each process anew instead of forking it, which takes seconds longer."""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.home = home
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PUNTE_")},
            "PUNTE_HOME": str(home),
            "PUNTE_PORT": str(self.port),
            "PUNTE_NLU_PYTHON": str(home / "no-rasa"),
            "PUNTE_STARTER": "false",
            "PUNTE_ENCODER": "hashing",
            **settings,
        }
        self.process: ForkedProcess | subprocess.Popen[bytes] | None = None
        self._real = real or "LD_PRELOAD" in settings  # read by the loader only
        self._heard = home.with_name(f"{home.name}-said-{uuid4().hex}")
        self._starts = 0
        self._clients: list[httpx.Client] = []

    @property
    def said(self) -> list[str]:
        """What it has said since it started, line by line."""
        file = self._file("serve", self._starts)
        return file.read_text(encoding="utf-8").splitlines(keepends=True) if file.exists() else []

    def client(self) -> httpx.Client:
        """Return an HTTP client of this desk, closed with it."""
        self._clients.append(httpx.Client(base_url=self.url, timeout=30))
        return self._clients[-1]

    def close(self) -> None:
        """End the desk, however it goes, and its clients."""
        for client in self._clients:
            client.close()
        if self.process:
            self.stop(signal.SIGKILL)

    def punte(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a `punte` command of this desk to its end."""
        files = self._file("out", uuid4().hex), self._file("err", uuid4().hex)
        status = self._begin(words, *files).wait(120)
        done = subprocess.CompletedProcess(words, status, *(file.read_text(encoding="utf-8") for file in files))
        if check:
            assert status == 0, done.stderr
        return done

    def start(self) -> None:
        """Start serving and wait until the desk says that it is ready."""
        self._starts += 1
        file = self._file("serve", self._starts)
        self.process = self._begin(["serve"], file, file)
        self.wait_for_words("Ctrl-C stops it", 120)

    def wait_for_words(self, words: str, within_s: float = 30) -> None:
        """Wait until the desk has said a line with these words since it started."""

        def said() -> bool:
            ended = self.process is None or self.process.poll() is not None
            if any(words in line for line in self.said):
                return True
            assert not ended, f"the desk ended without saying {words!r}:\n" + "".join(self.said)
            return False

        try:
            wait_until(said, within_s)
        except AssertionError as error:
            raise AssertionError(f"{error}; the desk said:\n" + "".join(self.said)) from None

    def password(self) -> str:
        """Return the first admin's one-time password that the desk printed."""
        found = re.search(r"one-time password (\S+)", "".join(self.said))
        assert found, self.said
        return found[1]

    def stop(self, how: int = signal.SIGINT, within_s: float = 20) -> int:
        """Send a signal and return the exit status."""
        assert self.process
        self.process.send_signal(how)
        status = self.process.wait(within_s)
        self.process = None
        return status

    def _begin(self, words: Sequence[str], out: Path, err: Path) -> "ForkedProcess | subprocess.Popen[bytes]":
        if not self._real:
            return ForkedProcess("bot.cli", words, self.environment, out, err)
        with out.open("ab") as said, err.open("ab") as told:
            return subprocess.Popen(
                [sys.executable, "-m", "bot.cli", *words], env=self.environment, cwd=ROOT, stdout=said, stderr=told
            )

    def _file(self, kind: str, name: int | str) -> Path:
        self._heard.mkdir(parents=True, exist_ok=True)
        return self._heard / f"{kind}-{name}"


class Asker:
    """A person at the web chat, over plain HTTP."""

    def __init__(self, desk: DeskProcess) -> None:
        self.client = desk.client()
        token = self.client.post("/api/chat/sessions", json={"language": "en"}).json()["token"]
        self.client.headers["Authorization"] = f"Bearer {token}"
        self.cursor = 0

    def say(self, text: str) -> dict[str, Any]:
        return self._post({"text": text})

    def press(self, message: dict[str, Any], action: str) -> dict[str, Any]:
        actions = [button["action"] for row in message["buttons"] for button in row]
        assert action in actions, actions
        return self._post({"action": action, "on_message": message["id"]})

    def next(self, within_s: float = 15) -> dict[str, Any]:
        """Wait for the next message from the desk or an expert."""
        end = time.monotonic() + within_s
        while time.monotonic() < end:
            found = self.client.get("/api/chat/messages", params={"after": self.cursor, "wait": 2}).json()["messages"]
            for message in found:
                self.cursor = message["id"]
                if message["author"] != "asker":
                    return dict(message)
        raise AssertionError("nothing came")

    def _post(self, body: dict[str, Any]) -> dict[str, Any]:
        answered = self.client.post("/api/chat/messages", json={"id": uuid4().hex, "after": self.cursor, **body})
        answered.raise_for_status()
        replies = [message for message in answered.json()["messages"] if message["author"] != "asker"]
        self.cursor = replies[-1]["id"]
        return dict(replies[-1])


class Expert:
    """The first admin at the admin API, answering tickets."""

    def __init__(self, desk: DeskProcess, password: str) -> None:
        self.client = desk.client()
        logged_in = self.client.post("/api/login", json={"email": "admin@punte.local", "password": password})
        logged_in.raise_for_status()
        self.client.headers["Authorization"] = f"Bearer {logged_in.json()['token']}"
        self.client.cookies.clear()

    def change_password(self, old: str, new: str) -> None:
        changed = self.client.post("/api/me/password", json={"old": old, "new": new})
        changed.raise_for_status()

    def tickets(self, state: str = "open") -> list[dict[str, Any]]:
        return list(self.client.get("/api/tickets", params={"state": state}).raise_for_status().json()["tickets"])

    def answer(self, ticket_id: int, text: str) -> None:
        self.client.post(f"/api/tickets/{ticket_id}/answer", json={"text": text}).raise_for_status()
