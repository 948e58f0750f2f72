"""The tests' Bot API server is as strict as Telegram where the desk could offend, and true to the specification."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest

from tests.support.bot_api_server import BotApiServer, Limits, Refused
from tests.support.bot_api_server.markup import CannotParse, read_html
from tests.support.bot_api_server.specification import Specification, subset_of

pytestmark = pytest.mark.anyio

WHOLE = Path(
    os.environ.get("PUNTE_BOT_API_SPEC")
    or Path(__file__).parents[6] / "shared" / "kb" / "telegram_bot_api_spec" / "api.min.json"
)


@pytest.fixture
def server() -> Iterator[BotApiServer]:
    with BotApiServer() as server:
        yield server


class Bot:
    """Calls methods over HTTP as a library does, complex values as JSON in a form."""

    def __init__(self, client: httpx.AsyncClient, server: BotApiServer) -> None:
        self._client = client
        self._server = server

    async def __call__(self, method: str, **parameters: Any) -> Any:
        form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
        response = await self._client.post(f"{self._server.url}/bot{self._server.token}/{method}", data=form)
        answer = response.json()
        assert answer["ok"] is (response.status_code == 200)
        return answer["result"] if answer["ok"] else (response.status_code, answer["description"])


@pytest.fixture
async def bot(server: BotApiServer) -> AsyncIterator[Bot]:
    async with httpx.AsyncClient() as client:
        yield Bot(client, server)


def keyboard(data: str, label: str = "x") -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": data}]]}


@pytest.mark.skipif(not WHOLE.exists(), reason="the whole specification is not here; set PUNTE_BOT_API_SPEC")
def test_the_subset_is_that_of_the_specification() -> None:
    assert Specification().subset == subset_of(json.loads(WHOLE.read_text()))


async def test_tokens_and_methods_are_checked(server: BotApiServer) -> None:
    async with httpx.AsyncClient(base_url=server.url) as client:
        assert (await client.get(f"/bot{server.token}/getMe")).json()["result"]["username"] == "punte_test_bot"
        assert (await client.get("/bot1:wrong/getMe")).json()["description"] == "Unauthorized"
        assert (await client.get("/botwrong/getMe")).status_code == 404
        assert (await client.get(f"/bot{server.token}/getEverything")).status_code == 404


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({"chat_id": 5}, (400, "Bad Request: chat not found")),
        ({"text": " \n "}, (400, "Bad Request: message text is empty")),
        ({"text": "😀" * 2049}, (400, "Bad Request: message is too long")),
        ({"reply_markup": keyboard("é" * 33)}, (400, "Bad Request: BUTTON_DATA_INVALID")),
        ({"text": "<b>x", "parse_mode": "HTML"}, "can't parse entities: Can't find end tag corresponding to start"),
        ({"text": "<b>x</i>", "parse_mode": "HTML"}, "can't parse entities: Unmatched end tag at byte offset 4"),
        ({"text": "é <p>", "parse_mode": "HTML"}, 'Unsupported start tag "p" at byte offset 3'),
    ],
)
async def test_unacceptable_messages(server: BotApiServer, bot: Bot, parameters: dict[str, Any], refusal: Any) -> None:
    answer = await bot("sendMessage", **{"chat_id": server.chat().id, "text": "x"} | parameters)
    assert answer == refusal if isinstance(refusal, tuple) else refusal in answer[1]
    assert server.violations == []


async def test_violations_of_the_specification_are_recorded(server: BotApiServer, bot: Bot) -> None:
    chat = server.chat().id
    await bot("sendMessage", chat_id=chat, text="x", colour="red")
    assert await bot("sendMessage", chat_id=chat) == (400, "Bad Request: sendMessage: text is missing")
    assert (await bot("sendMessage", chat_id=chat, text="x", disable_notification="so"))[0] == 400
    await bot("sendMessage", chat_id=chat, text="x", reply_markup={"inline_keyboard": [[{"label": "x"}]]})
    assert [violation.rpartition(": ")[2] for violation in server.violations] == [
        "unknown parameter colour",
        "text is missing",
        "'so' is no Boolean",
        "unknown field label",
        "text is missing",
    ]


async def test_people_who_refuse(server: BotApiServer, bot: Bot) -> None:
    ana = server.chat()
    ana.block()
    assert await bot("sendMessage", chat_id=ana.id, text="x") == (403, "Forbidden: bot was blocked by the user")
    ana.deactivate()
    assert await bot("sendMessage", chat_id=ana.id, text="x") == (403, "Forbidden: user is deactivated")


async def test_edits_and_deletions(server: BotApiServer, bot: Bot) -> None:
    ana = server.chat()
    sent = await bot("sendMessage", chat_id=ana.id, text="<b>x</b>", parse_mode="HTML", reply_markup=keyboard("1:a"))
    there = {"chat_id": ana.id, "message_id": sent["message_id"]}
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 1}]
    same = await bot("editMessageText", **there, text="<b>x</b>", parse_mode="HTML", reply_markup=keyboard("1:a"))
    assert same[1].startswith("Bad Request: message is not modified")
    assert (await bot("editMessageReplyMarkup", **there)).get("reply_markup") is None
    assert (await bot("editMessageText", **there, text="y"))["text"] == "y"
    assert await bot("deleteMessage", **there) is True
    assert await bot("deleteMessage", **there) == (400, "Bad Request: message to delete not found")
    assert await bot("editMessageText", **there, text="z") == (400, "Bad Request: message to edit not found")


async def test_updates_stay_until_the_offset_passes_them(server: BotApiServer, bot: Bot) -> None:
    ana = server.chat()
    first, second = ana.send("one"), ana.send("two")
    assert await bot("getUpdates") == [first, second]
    assert await bot("getUpdates", limit=1) == [first]
    assert await bot("getUpdates", offset=second["update_id"]) == [second]
    assert await bot("getUpdates", offset=second["update_id"] + 1, allowed_updates=["callback_query"]) == []
    ana.send("not wanted")
    ana.edit(1, "nor this")
    pressed = ana.press_data("1:a")
    assert await bot("getUpdates") == [pressed]
    assert await bot("answerCallbackQuery", callback_query_id=pressed["callback_query"]["id"]) is True
    assert (await bot("answerCallbackQuery", callback_query_id=pressed["callback_query"]["id"]))[0] == 400


async def test_a_long_poll_waits_and_only_one_may(server: BotApiServer, bot: Bot) -> None:
    began = monotonic()
    assert await bot("getUpdates", timeout=1) == []
    assert monotonic() - began >= 1
    earlier = asyncio.create_task(bot("getUpdates", timeout=20))
    await server.until(lambda: server.polls == 2)
    later = asyncio.create_task(bot("getUpdates", timeout=20))
    assert "terminated by other getUpdates request" in (await earlier)[1]
    update = server.chat().send("x")
    assert await later == [update]


async def test_a_webhook_excludes_polling(server: BotApiServer, bot: Bot) -> None:
    assert (await bot("setWebhook", url="http://example.org/"))[0] == 400
    assert (await bot("setWebhook", url="https://example.org/", secret_token="a b"))[0] == 400
    assert await bot("setWebhook", url="https://127.0.0.1:1/", secret_token="a_b") is True
    assert (await bot("getUpdates"))[0] == 409
    assert (await bot("getWebhookInfo"))["url"] == "https://127.0.0.1:1/"
    assert await bot("deleteWebhook") is True
    assert await bot("getUpdates") == []


async def test_failures_are_made_as_ordered(server: BotApiServer, bot: Bot) -> None:
    ana = server.chat()
    server.fail_next(429, retry_after=7)
    server.drop_next()
    server.drop_next(after_doing=True)
    assert await bot("sendMessage", chat_id=ana.id, text="x") == (429, "Too Many Requests: retry after 7")
    for _ in range(2):
        with pytest.raises(httpx.RemoteProtocolError):
            await bot("sendMessage", chat_id=ana.id, text="x")
    assert len(ana.messages) == 1
    server.delay_next("getMe", 0.3)
    began = monotonic()
    await bot("getMe")
    assert monotonic() - began >= 0.3


def test_html_is_read_as_telegram_reads_it() -> None:
    text, entities = read_html(' <blockquote>😀 <a href="https://a.eu/?x=1&amp;y">a &lt; b</a></blockquote> ')
    assert text == "😀 a < b"
    assert entities == [
        {"type": "blockquote", "offset": 0, "length": 8},
        {"type": "text_link", "url": "https://a.eu/?x=1&y", "offset": 3, "length": 5},
    ]
    assert read_html('<a href="javascript:x">y</a>') == ("y", [])
    assert read_html("&nbsp; &#128512; & ]]>")[0] == "&nbsp; 😀 & ]]>"


@pytest.mark.parametrize(
    "html", ["<b>", "</b>", "<", "a < b", "<b><i></b></i>", "<script>x</script>", "<b x!>y</b>", "<!-- -->"]
)
def test_broken_html_is_refused(html: str) -> None:
    with pytest.raises(CannotParse):
        read_html(html)


def test_more_than_a_burst_in_a_chat_and_more_than_thirty_in_a_second_are_refused() -> None:
    limits = Limits()
    for _ in range(5):
        limits.take("sendMessage", 1, 100.0)
    with pytest.raises(Refused, match="retry after 1"):
        limits.take("sendMessage", 1, 100.0)
    limits.take("sendChatAction", 1, 100.0)
    limits.take("sendMessage", 1, 101.0)
    for chat in range(2, 31):
        limits.take("sendMessage", chat, 101.0)
    with pytest.raises(Refused):
        limits.take("editMessageText", 99, 101.9)
    limits.take("editMessageText", 99, 102.0)
    assert limits.refused == {"chat": 1, "all": 1}
    assert limits.most_in_a_second == 30


async def test_a_server_with_limits_says_how_long_to_wait() -> None:
    with BotApiServer(limits=Limits()) as server:
        async with httpx.AsyncClient() as client:
            bot, chat = Bot(client, server), server.chat()
            answers = [await bot("sendMessage", chat_id=chat.id, text=str(number)) for number in range(6)]
        assert answers[5] == (429, "Too Many Requests: retry after 1")
        assert len(chat.messages) == 5
        assert server.limits
        assert server.limits.refused["chat"] == 1
