"""One question's whole way, on a whole desk: asked on the web and on Telegram, answered, or handed to people."""

import asyncio
import json
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.support.bot_api_server import BotApiServer, Chat
from tests.support.desk_process import ENTRIES, PASSWORD, Asker, DeskProcess, Expert
from tests.support.waiting import wait_until

pytestmark = pytest.mark.slow

Make = Callable[..., DeskProcess]


UNKNOWN = "What does it cost to rent a red inflatable raft for a birthday?"
TRADE_MARK = "How do I register a trade mark in the European Union?"


def hand_over(asker: Asker) -> None:
    """Ask what the desk does not know, and let it go to the experts."""
    reply = asker.press(asker.say(UNKNOWN), "person")
    while "sum:ok" not in actions(reply):
        reply = asker.press(reply, "sum:skip")
    asker.press(reply, "sum:ok")


def actions(reply: dict[str, Any]) -> list[str]:
    return [button["action"] for row in reply["buttons"] for button in row]


def hand_over_on_telegram(chat: Chat) -> None:
    unknown = asyncio.run(chat.ask(UNKNOWN, 20))
    chat.press(unknown, "person")
    reply = asyncio.run(chat.reply(20))
    while "sum:ok" not in str(reply.markup):
        reply = asyncio.run(chat.ask("/skip", 20))
    chat.press(reply, "sum:ok")
    assert "P-" in asyncio.run(chat.reply(20)).text


def test_the_main_job_on_the_web(running: DeskProcess) -> None:
    asker = Asker(running)
    answer = asker.say(TRADE_MARK)
    assert answer["cards"][0]["reference"] == "guide-trademark"
    assert answer["quotes"][0]["url"] == "https://example.org/mark"
    hand_over(asker)
    expert = Expert(running, PASSWORD)
    expert.answer(expert.tickets()[-1]["id"], "Ask the harbour master.")
    delivered = asker.next()
    assert delivered["author"] == "expert"
    assert "Ask the harbour master." in delivered["text"]


def test_the_main_job_on_telegram(running: DeskProcess, telegram: BotApiServer) -> None:
    chat = telegram.chat()
    answer = asyncio.run(chat.ask(TRADE_MARK, 20))
    assert "https://example.org/mark" in answer.links
    hand_over_on_telegram(chat)
    expert = Expert(running, PASSWORD)
    expert.answer(expert.tickets()[-1]["id"], "Ask the <harbour> & master.")
    assert "Ask the <harbour> & master." in asyncio.run(chat.reply(20)).text
    assert telegram.violations == []


def test_a_published_entry_is_found_and_a_withdrawn_one_no_more(running: DeskProcess) -> None:
    expert = Expert(running, PASSWORD)
    entry = {
        "id": "guide-zeppelin", "title": "Zeppelin landing permits", "kind": "guide", "language": "en",
        "text": "A zeppelin needs a landing permit of the aviation authority.", "url": "https://example.org/z",
    }  # fmt: skip
    expert.client.post("/api/entries", json={**entry, "state": "published"}).raise_for_status()

    def found() -> bool:
        return "guide-zeppelin" in expert.client.get("/api/search", params={"q": "zeppelin permit"}).text

    wait_until(found)
    expert.client.post("/api/entries/guide-zeppelin/withdraw").raise_for_status()
    wait_until(lambda: not found())


def test_an_answer_is_delivered_although_the_desk_was_killed(desk_with: Make) -> None:
    with BotApiServer() as telegram:
        desk = desk_with(PUNTE_TELEGRAM_TOKEN=telegram.token, PUNTE_TELEGRAM_API_URL=telegram.url)
        desk.start()
        chat = telegram.chat()
        hand_over_on_telegram(chat)
        expert = Expert(desk, desk.password())
        telegram.fail_next(500, times=3, method="sendMessage")
        expert.answer(1, "Here I am.")
        desk.stop(signal.SIGKILL)
        desk.start()
        assert "Here I am." in asyncio.run(chat.reply(60)).text
        expert.answer(1, "That was all.")
        assert "That was all." in asyncio.run(chat.reply(60)).text
        assert sum("Here I am." in message.text for message in chat.messages) == 1
        desk.stop()


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
    again = json.loads(desk.punte("import", str(ENTRIES), "--json").stdout)
    assert again[0]["counts"]["unchanged"] == len(again[0]["rows"]) == 6
    missing = desk.punte("import", "no-such-file.jsonl", check=False)
    assert missing.returncode == 2
    assert "no-such-file.jsonl" in missing.stderr
    reply = json.loads(desk.punte("ask", TRADE_MARK, "--json").stdout)
    assert reply[0]["cards"][0]["reference"] == "guide-trademark"
    made = json.loads(desk.punte("user", "add", "ana@example.org", "--role", "curator", "--json").stdout)
    assert made["role"] == "curator"
    assert len(made["password"]) >= 10
    twice = desk.punte("user", "add", "ana@example.org", check=False)
    assert twice.returncode == 1
    assert "has an account already" in twice.stderr
    assert desk.punte("db", "upgrade").returncode == 0
    assert json.loads(desk.punte("reindex", "--json").stdout)["encoder"]


def test_rasa_is_started_watched_and_stopped(desk_with: Make, rasa_python: Path, rasa_model: Path) -> None:
    desk = desk_with(real=True, PUNTE_NLU_PYTHON=str(rasa_python))
    (desk.home / "models").symlink_to(rasa_model.parent)
    desk.start()
    assert desk.process

    def rasas() -> list[psutil.Process]:
        assert desk.process
        children = psutil.Process(desk.process.pid).children(recursive=True)
        return [child for child in children if "launch.py" in " ".join(child.cmdline())]

    asker = Asker(desk)
    (rasa,) = rasas()
    rasa.kill()
    answer = asker.say(TRADE_MARK)
    assert answer["cards"][0]["reference"] == "guide-trademark"
    again = wait_until(lambda: [each for each in rasas() if each.pid != rasa.pid])
    assert desk.stop() == 0
    gone, alive = psutil.wait_procs(again, timeout=10)
    assert gone
    assert not alive
    with pytest.raises(httpx.TransportError):
        httpx.get(desk.url)
