"""One question's whole way, on a whole desk: asked on the web and on Telegram, answered, or handed to people."""

import asyncio
import json
import os
import signal
import socket
import time
from collections.abc import Callable

import httpx
import psutil
import pytest

from tests.bot_api_server import BotApiServer
from tests.e2e.conftest import Asker, DeskProcess, Expert

pytestmark = pytest.mark.slow

Make = Callable[..., DeskProcess]


def staff_of(desk: DeskProcess) -> Expert:
    """Log in as the first admin, who changes the one-time password first."""
    password = desk.password()
    expert = Expert(desk.url, "admin@punte.local", password)
    expert.change_password(password, "a better password")
    return Expert(desk.url, "admin@punte.local", "a better password")


def test_the_main_job_on_the_web(desk_with: Make) -> None:
    desk = desk_with()
    desk.start()
    asker = Asker(desk.url)
    answer = asker.say("How do I register a trade mark in the European Union?")
    assert answer["cards"][0]["reference"] == "guide-trademark"
    assert answer["quotes"][0]["url"] == "https://example.org/mark"
    unknown = asker.say("Quanta costa il noleggio di una zattera gonfiabile rossa?")
    asker.press(unknown, "person")
    expert = staff_of(desk)
    (ticket,) = expert.tickets()
    expert.answer(ticket["id"], "Ask the harbour master.")
    delivered = asker.next()
    assert delivered["author"] == "expert"
    assert "Ask the harbour master." in delivered["text"]
    assert desk.stop() == 0


def test_the_main_job_on_telegram(desk_with: Make, telegram: BotApiServer) -> None:
    desk = desk_with(PUNTE_TELEGRAM_TOKEN=telegram.token, PUNTE_TELEGRAM_API_URL=telegram.url)
    desk.start()
    chat = telegram.chat()

    async def ask() -> None:
        answer = await chat.ask("How do I register a trade mark in the European Union?", 20)
        assert "https://example.org/mark" in answer.links
        unknown = await chat.ask("Quanta costa il noleggio di una zattera gonfiabile rossa?", 20)
        chat.press(unknown, next(label for row in unknown.buttons for label in row if "expert" in label))
        opened = await chat.reply(20)
        assert "P-1" in opened.text

    asyncio.run(ask())
    staff_of(desk).answer(1, "Ask the <harbour> & master.")
    assert "Ask the <harbour> & master." in asyncio.run(chat.reply(20)).text
    assert desk.stop() == 0


def test_an_answer_is_delivered_although_the_desk_was_killed(desk_with: Make, telegram: BotApiServer) -> None:
    settings = {"PUNTE_TELEGRAM_TOKEN": telegram.token, "PUNTE_TELEGRAM_API_URL": telegram.url}
    desk = desk_with(**settings)
    desk.start()
    chat = telegram.chat()
    unknown = asyncio.run(chat.ask("Quanta costa il noleggio di una zattera gonfiabile rossa?", 20))
    chat.press(unknown, next(label for row in unknown.buttons for label in row if "expert" in label))
    asyncio.run(chat.reply(20))
    expert = staff_of(desk)
    telegram.fail_next(500, times=3)
    expert.answer(1, "Here I am.")
    desk.stop(signal.SIGKILL)
    desk.start()
    assert "Here I am." in asyncio.run(chat.reply(30)).text
    time.sleep(2)
    assert sum("Here I am." in message.text for message in chat.messages) == 1


def test_a_published_entry_is_found_within_a_second(desk_with: Make) -> None:
    desk = desk_with()
    desk.start()
    expert = staff_of(desk)
    draft = {
        "id": "guide-zeppelin", "title": "Zeppelin landing permits", "kind": "guide", "language": "en",
        "text": "A zeppelin needs a landing permit of the aviation authority.", "url": "https://example.org/z",
    }  # fmt: skip
    expert.client.post("/api/entries", json={**draft, "publish": True}).raise_for_status()
    end = time.monotonic() + 1.0
    while True:
        found = expert.client.get("/api/search", params={"q": "zeppelin landing permit"}).raise_for_status().text
        if "guide-zeppelin" in found:
            break
        assert time.monotonic() < end, "not searchable within a second"


def test_a_taken_port_is_one_clear_line(desk_with: Make) -> None:
    desk = desk_with(imported=False)
    with socket.create_server(("127.0.0.1", desk.port)):
        refused = desk.punte("serve", check=False)
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "PUNTE_PORT" in refused.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUNTE_DATABASE_URL", "postgresql://nobody:x@127.0.0.1:1/none"),
        ("PUNTE_DATABASE_URL", "oracle://x"),
        ("PUNTE_ENCODER", "/no/such/folder"),
        ("PUNTE_PORT", "many"),
    ],
)
def test_a_wrong_setting_is_one_clear_line(desk_with: Make, name: str, value: str) -> None:
    desk = desk_with(imported=False, **{name: value})
    refused = desk.punte("search", "anything", check=False)
    assert refused.returncode == 1
    lines = [line for line in refused.stderr.splitlines() if line.strip()]
    assert len(lines) == 1
    assert name in lines[0]


def test_two_homes_are_two_desks(desk_with: Make) -> None:
    first, second = desk_with("one"), desk_with("two", imported=False)
    assert json.loads(first.punte("search", "trade mark", "--json").stdout)["hits"]
    assert not json.loads(second.punte("search", "trade mark", "--json").stdout)["hits"]


def test_the_command_line_asks_imports_and_makes_accounts(desk_with: Make) -> None:
    desk = desk_with()
    again = json.loads(desk.punte("import", str(desk.home.parent / ".." / "x"), check=False).stdout or "null")
    assert again is None
    reply = json.loads(desk.punte("ask", "How do I register a trade mark in the European Union?", "--json").stdout)
    assert reply[0]["cards"][0]["reference"] == "guide-trademark"
    made = json.loads(desk.punte("user", "add", "ana@example.org", "--role", "curator", "--json").stdout)
    assert made["role"] == "curator"
    assert len(made["password"]) >= 10
    twice = desk.punte("user", "add", "ana@example.org", check=False)
    assert twice.returncode == 1
    assert "has an account already" in twice.stderr
    assert desk.punte("db", "upgrade").returncode == 0
    assert json.loads(desk.punte("reindex", "--json").stdout)["encoder"]


@pytest.mark.skipif(not os.path.exists(".venv-nlu/bin/python"), reason="Rasa's environment needs Python 3.10")
def test_rasa_is_started_watched_and_stopped(desk_with: Make, rasa_home: str) -> None:
    desk = desk_with(PUNTE_NLU_PYTHON=os.path.abspath(".venv-nlu/bin/python"))
    os.symlink(rasa_home, desk.home / "models")
    desk.start()
    assert desk.process

    def rasas() -> list[psutil.Process]:
        assert desk.process
        children = psutil.Process(desk.process.pid).children(recursive=True)
        return [child for child in children if "launch.py" in " ".join(child.cmdline())]

    asker = Asker(desk.url)
    (rasa,) = rasas()
    rasa.kill()
    answer = asker.say("How do I register a trade mark in the European Union?")
    assert answer["cards"][0]["reference"] == "guide-trademark"
    end = time.monotonic() + 30
    while not (again := rasas()) or again[0].pid == rasa.pid:
        assert time.monotonic() < end
        time.sleep(0.2)
    assert desk.stop() == 0
    gone, alive = psutil.wait_procs(again, timeout=10)
    assert gone
    assert not alive
    with pytest.raises(httpx.TransportError):
        httpx.get(desk.url)
