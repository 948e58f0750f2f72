"""Measures a whole desk, as its users meet it: `make figures`, or `python -m tests.benchmarks.desk_figures`.

A desk with its own Rasa is started in a fresh home, with a Bot API server on the loopback. Reported are the time from
a message to its answer over the web chat and over Telegram beside its bare parts measured in the same run, answers
per second at 16 askers, and the memory of each process.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil
from websockets.asyncio.client import connect

from index.encoding.encoder import load
from index.live.service import SearchService
from index.measuring.evaluation import read_questions
from knowledge.database import Database
from nlu.rasa.server import RasaServer
from nlu.rasa.train import train
from tests.support.bot_api_server import BotApiServer

GOLDEN = sorted((Path(__file__).parents[2] / "index" / "golden").glob("*.jsonl"))
RASA_PYTHON = Path(__file__).parents[2] / ".venv-nlu" / "bin" / "python"
ROUNDS = 3
ASKED = 100
ASKERS = 16
SECONDS = 15.0
PORT = 18765


def ms(times: Sequence[float]) -> dict[str, float]:
    """Return the median and the 95th percentile of seconds, in milliseconds."""
    ordered = sorted(times)
    return {
        "median_ms": round(statistics.median(ordered) * 1000, 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95) - 1] * 1000, 1),
    }


async def timed(ask: Callable[[str], Awaitable[object]], questions: Sequence[str]) -> list[float]:
    times = []
    for question in questions:
        began = time.perf_counter()
        await ask(question)
        times.append(time.perf_counter() - began)
    return times


class WebAsker:
    """One session of the web chat over its WebSocket."""

    def __init__(self, base: str) -> None:
        self._base = base

    async def __aenter__(self) -> "WebAsker":
        async with httpx.AsyncClient(base_url=self._base) as client:
            token = (await client.post("/api/chat/sessions", json={"language": "en"})).json()["token"]
        self._socket = await connect(self._base.replace("http", "ws") + "/api/chat/socket")
        await self._socket.send(json.dumps({"type": "hello", "token": token, "after": 0}))
        await self._until("ready")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()

    async def ask(self, question: str) -> dict[str, Any]:
        await self._socket.send(json.dumps({"type": "message", "id": uuid4().hex, "text": question}))
        while True:
            frame = await self._until("message")
            if frame["author"] == "bot":
                return frame

    async def _until(self, kind: str) -> dict[str, Any]:
        while True:
            frame: dict[str, Any] = json.loads(await self._socket.recv())
            if frame["type"] == "error":
                raise RuntimeError(frame["message"])
            if frame["type"] == kind:
                return frame


@asynccontextmanager
async def running_desk(home: Path, rasa_url: str, telegram: BotApiServer) -> Any:
    """A desk as `make run` starts it, in its own process."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PUNTE_")},
        "PUNTE_HOME": str(home),
        "PUNTE_PORT": str(PORT),
        "PUNTE_NLU_URL": rasa_url,
        "PUNTE_TELEGRAM_TOKEN": telegram.token,
        "PUNTE_TELEGRAM_API_URL": telegram.url,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", "serve", env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{PORT}") as client:
            while True:
                try:
                    if (await client.get("/readyz")).is_success:
                        break
                except httpx.TransportError:
                    await asyncio.sleep(0.3)
        yield process
    finally:
        process.terminate()
        await process.wait()


async def at_once(base: str, questions: Iterator[str]) -> float:
    """Return answers per second of 16 askers who each wait for an answer before they ask again."""
    answered = 0

    async def ask_until(end: float) -> None:
        nonlocal answered
        async with WebAsker(base) as asker:
            while time.perf_counter() < end:
                await asker.ask(next(questions))
                answered += 1

    began = time.perf_counter()
    await asyncio.gather(*(ask_until(began + SECONDS) for _ in range(ASKERS)))
    return round(answered / (time.perf_counter() - began), 1)


def memory(pid: int) -> dict[str, float]:
    """Return the resident memory of a process and its children, in MB."""
    process = psutil.Process(pid)
    return {
        " ".join(Path(part).name for part in each.cmdline()[:4])[:60]: round(each.memory_info().rss / 1e6)
        for each in (process, *process.children(recursive=True))
    }


async def measure(folder: Path) -> dict[str, Any]:
    questions = [question.text for file in GOLDEN for question in read_questions(file) if question.relevant]
    model = train(folder / "models", RASA_PYTHON)
    report: dict[str, Any] = {"questions": f"the {len(questions)} answerable ones of the golden set, in turn"}
    with BotApiServer() as telegram:
        async with RasaServer(model, RASA_PYTHON, folder / "rasa.log") as rasa:
            await rasa.wait_ready()
            async with running_desk(folder / "desk", rasa.url, telegram) as desk:
                base = f"http://127.0.0.1:{PORT}"
                report.update(await latencies(folder, rasa.url, base, telegram, questions))
                fresh = (f"{question} {number}" for number, question in enumerate(cycle(questions)))
                report["answers_per_second_at_16_askers"] = {
                    "questions never asked before": [await at_once(base, fresh) for _ in range(ROUNDS)],
                    "questions asked before": [await at_once(base, cycle(questions)) for _ in range(ROUNDS)],
                }
                report["memory_mb"] = {"desk": memory(desk.pid), "rasa": memory(rasa.pid or 0)}
    return report


async def latencies(
    folder: Path, rasa_url: str, base: str, telegram: BotApiServer, questions: Sequence[str]
) -> dict[str, Any]:
    database = Database(f"sqlite:///{folder / 'desk' / 'desk.db'}")
    encoder = load(threads=1)
    search = SearchService(database, encoder)
    search.build()
    today = datetime.now(UTC).date()
    chat = telegram.chat()
    times: dict[str, list[float]] = {"web": [], "telegram": [], "rasa parse": [], "encode": [], "search": []}
    supply = cycle(questions)
    async with httpx.AsyncClient(base_url=rasa_url) as client:

        async def parse(question: str) -> None:
            (await client.post("/model/parse", json={"text": question})).raise_for_status()

        async def encode(question: str) -> None:
            await search.encode(question)

        async def find(question: str) -> None:
            await search.search(question, today=today, language="en", vector=vectors[question])

        async def over_telegram(question: str) -> None:
            await chat.ask(question, 20.0)

        vectors = dict(zip(questions, search.encode_sync(questions), strict=True))
        for _ in range(ROUNDS):
            asked = list(islice(supply, ASKED))
            async with WebAsker(base) as asker:
                times["web"] += await timed(asker.ask, asked)
            # Telegram allows one message a second in a chat, so few are asked there.
            times["telegram"] += await timed(over_telegram, asked[:10])
            times["rasa parse"] += await timed(parse, asked)
            times["encode"] += await timed(encode, asked)
            times["search"] += await timed(find, asked)
    search.close()
    database.close()
    figures: dict[str, Any] = {name: ms(values) for name, values in times.items()}
    parts = [figures[name]["median_ms"] for name in ("rasa parse", "encode", "search")]
    figures["web_to_slowest_part"] = round(figures["web"]["median_ms"] / max(parts), 2)
    figures["web_to_sum_of_parts"] = round(figures["web"]["median_ms"] / sum(parts), 2)
    return figures


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        sys.stdout.write(json.dumps(asyncio.run(measure(Path(name))), indent=2) + "\n")
