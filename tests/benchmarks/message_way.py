"""Which files of ours an asker's message crosses: `python -m tests.benchmarks.message_way`.

A question is asked over the web channel's HTTP route, of a desk with the starter base, the quick encoder and no
Rasa; a file counts when one of its functions ran between the request and the answer. A question before that warms the
desk.
"""

import asyncio
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI
from rich.console import Console

from bot.desk import open_desk
from bot.main import create_application
from bot.settings import Settings
from bot.startup import Startup

ROOT = Path(__file__).parents[2]
ROOMS = ("admin_api", "bot", "index", "knowledge", "nlu")
WARMING, QUESTION = "How do I register a company in Serbia?", "Which grants are open for digital hotels in Bulgaria?"


_calls: Counter[str] = Counter()


@contextmanager
def noting() -> Iterator[None]:
    """Count the calls of our functions while the block lasts, here and in the threads begun for it."""
    sys.setprofile(_note)
    try:
        yield
    finally:
        sys.setprofile(None)


def _note(frame: FrameType, event: str, argument: object) -> None:
    code = frame.f_code
    # A lazy import runs a module's body once; what matters is who is called for each message.
    if event == "call" and code.co_name != "<module>":
        file = Path(code.co_filename)
        if file.is_relative_to(ROOT) and file.relative_to(ROOT).parts[0] in ROOMS:
            _calls[file.relative_to(ROOT).as_posix()] += 1


async def ask(application: FastAPI, text: str) -> list[dict[str, Any]]:
    """Ask as somebody new; return the messages of the answer."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://desk") as client:
        opened = (await client.post("/api/chat/sessions", json={"language": "en"})).json()
        client.headers["Authorization"] = f"Bearer {opened['token']}"
        with noting():
            answer = await client.post("/api/chat/messages", json={"id": uuid4().hex, "text": text, "after": 0})
        messages: list[dict[str, Any]] = answer.raise_for_status().json()["messages"]
        return messages


async def measure(folder: Path) -> Counter[str]:
    """Return the calls of our functions by file, for one question."""
    settings = Settings(home=folder, encoder="hashing", answer_threshold=0.0, clarify_threshold=0.0)
    async with open_desk(settings, Startup(Console(stderr=True))) as desk:
        application = create_application(desk)
        # Only threads that begin from here on tell of their calls.
        threading.setprofile(_note)
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        await ask(application, WARMING)
        _calls.clear()
        _, answer = await ask(application, QUESTION)
        assert answer["quotes"], answer
        return Counter(_calls)


def main() -> None:
    """Print the files, those of most calls first, and how many they are."""
    with TemporaryDirectory() as folder:
        calls = asyncio.run(measure(Path(folder)))
    for file, count in calls.most_common():
        sys.stdout.write(f"{count:7} {file}\n")
    rooms = Counter(file.partition("/")[0] for file in calls)
    sys.stdout.write(f"{len(calls)} files: {', '.join(f'{room} {count}' for room, count in rooms.most_common())}\n")


if __name__ == "__main__":
    main()
