"""The Telegram channel, the outbox and the real library against the Bot API server."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from bot.channels.telegram import TelegramChannel
from bot.delivery.outbox import Outbox
from bot.messages import Button, IncomingMessage, OutgoingFile, OutgoingMessage
from knowledge.conversations.deliveries import message_of
from knowledge.database import Database
from knowledge.models import Delivery, DeliveryState, Message
from knowledge.retrying import Backoff
from tests.support.background import in_background
from tests.support.bot_api_server import BotApiServer, SentFile, SentMessage
from tests.support.scripted_conversation import Script, ScriptedConversation, outgoing_of
from tests.support.serving import free_port
from tests.support.waiting import WITHIN_S, until

pytestmark = pytest.mark.anyio

THUMBS = ((Button(label="👍", action="up"), Button(label="👎", action="down")),)


def say(text: str, **rest: Any) -> OutgoingMessage:
    return OutgoingMessage(text=text, language="en", **rest)


def echo(incoming: IncomingMessage) -> list[OutgoingMessage]:
    if incoming.action:
        return [say(f"pressed {incoming.action}", replaces=incoming.on_message)]
    return [say(f"you said: {incoming.text}", buttons=THUMBS)]


@pytest.fixture
def server() -> Iterator[BotApiServer]:
    with BotApiServer() as server:
        yield server
    assert server.violations == []


class Desk:
    """The parts that a desk wires for Telegram."""

    def __init__(self, server: BotApiServer, database: Database, script: Script, **options: Any) -> None:
        self.database = database
        self.conversation = ScriptedConversation(database, script)
        settings: dict[str, Any] = {
            "api_url": server.url,
            "languages": ("en",),
            "backoff": Backoff(0.05, 60),
            "retry_after_s": (0.05, 0.05),
        }
        self.channel = TelegramChannel(
            options.pop("token", server.token),
            self.conversation,
            lambda ids: self.outbox.deliver(ids),
            **settings | options,
        )
        self.outbox = Outbox(
            database, {"telegram": self.channel}, outgoing_of, lease_s=8, poll_s=0.05, backoff=Backoff(0.05, 60)
        )

    async def states(self) -> list[DeliveryState]:
        """Wait until nothing is owed, and say how the deliveries stand."""
        await until(lambda: all(each.state is not DeliveryState.PENDING for each in self.deliveries()))
        return [each.state for each in self.deliveries()]

    def deliveries(self) -> list[Delivery]:
        with self.database.reading() as session:
            return list(session.query(Delivery).order_by(Delivery.id))


@asynccontextmanager
async def running(
    server: BotApiServer, database: Database, script: Script = echo, **options: Any
) -> AsyncIterator[Desk]:
    desk = Desk(server, database, script, **options)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(in_background(desk.outbox.run()))
        if options.get("webhook_url"):
            await stack.enter_async_context(serving(desk, options["webhook_url"]))
        await stack.enter_async_context(desk.channel)
        if "token" not in options and "api_url" not in options:
            await asyncio.wait_for(desk.channel.ready(), WITHIN_S)
        yield desk


@asynccontextmanager
async def serving(desk: Desk, url: str) -> AsyncIterator[None]:
    """Serve the webhook as the desk does, from its FastAPI application in its own event loop."""
    app = FastAPI()
    app.router.routes.extend(desk.channel.routes())
    port = httpx.URL(url).port or 80
    web = uvicorn.Server(uvicorn.Config(app, port=port, ws="none", lifespan="off", log_config=None))
    task = asyncio.create_task(web.serve())
    try:
        yield
    finally:
        web.should_exit = True
        await task


@pytest.fixture(params=["polling", "webhook"])
def mode(request: pytest.FixtureRequest) -> dict[str, Any]:
    webhook = {"webhook_url": f"http://127.0.0.1:{free_port()}/tg/updates"}
    return webhook if request.param == "webhook" else {}


async def test_a_question_is_answered_and_its_button_replaces_the_answer(
    server: BotApiServer, database: Database, mode: dict[str, Any]
) -> None:
    async with running(server, database, **mode) as desk:
        ana = server.chat(language_code="ro")
        answer = await ana.ask("Bună <ziua> & \u200f🧑🏽‍🌾")
        assert answer.text == "you said: Bună <ziua> & \u200f🧑🏽‍🌾"
        assert answer.buttons == [["👍", "👎"]]
        assert ana.actions == ["typing"]
        asked = desk.conversation.asked[0]
        assert (asked.address, asked.language_hint, asked.channel) == (str(ana.id), "ro", "telegram")

        ana.press(answer, "up")
        await ana.until(lambda: answer.text == "pressed up")
        assert answer.buttons == []
        assert len(ana.messages) == 1
        await ana.until(lambda: len(ana.answered) == 1)
        assert await desk.states() == [DeliveryState.SENT] * 2
        assert [each.external_id for each in desk.deliveries()] == [str(answer.message_id)] * 2
        await server.until(lambda: mode or server.calls_of("getUpdates"))


async def test_updates_brought_twice_are_answered_once(
    server: BotApiServer, sqlite_database: Database, mode: dict[str, Any]
) -> None:
    async with running(server, sqlite_database, **mode):
        ana = server.chat()
        update = ana.send("once")
        server.bring_again(update)
        await ana.reply()
        server.bring_again(update)
        server.bring_again(update, new_id=True)
        ana.send("twice")
        await ana.until(lambda: len(ana.messages) == 2)
        await server.until(lambda: not server.pending)
        assert [message.text for message in ana.messages] == ["you said: once", "you said: twice"]


async def test_chats_go_side_by_side_and_each_in_order(
    server: BotApiServer, sqlite_database: Database, mode: dict[str, Any]
) -> None:
    async with running(server, sqlite_database, **mode) as desk:
        gate = desk.conversation.pauses["slow"] = asyncio.Event()
        ana, ivo = server.chat(), server.chat(first_name="Ivo")
        ana.send("slow")
        ana.send("after it")
        assert (await ivo.ask("quick")).text == "you said: quick"
        assert ana.messages == []
        gate.set()
        await ana.until(lambda: len(ana.messages) == 2)
        assert [message.text for message in ana.messages] == ["you said: slow", "you said: after it"]


async def test_a_message_that_was_not_kept_is_not_confirmed(server: BotApiServer, sqlite_database: Database) -> None:
    ana = server.chat()
    async with running(server, sqlite_database) as desk:
        desk.conversation.pauses["lost?"] = asyncio.Event()
        ana.send("lost?")
        await server.until(lambda: desk.conversation.asked)
        ivo = server.chat()
        assert (await ivo.ask("kept")).text == "you said: kept"
        assert [update["message"]["text"] for update in server.pending] == ["lost?", "kept"]
        # The desk dies in the middle of the turn.
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            if "Receiver" in repr(task.get_coro()):
                task.cancel()
    async with running(server, sqlite_database):
        await ana.until(lambda: [message.text for message in ana.messages] == ["you said: lost?"])
        await server.until(lambda: not server.pending)
        assert len(ivo.messages) == 1


async def test_a_failing_turn_is_tried_again(server: BotApiServer, sqlite_database: Database) -> None:
    async with running(server, sqlite_database) as desk:
        ana = server.chat()
        desk.conversation.faults = [RuntimeError("the database is away")] * 2
        assert (await ana.ask("patience")).text == "you said: patience"
        desk.conversation.faults = [RuntimeError("a fault in the desk")] * 3
        ana.send("poison")
        assert (await ana.ask("next")).text == "you said: next"


async def test_what_has_no_words_reaches_the_conversation_and_forged_presses_do_not(
    server: BotApiServer, sqlite_database: Database
) -> None:
    async with running(server, sqlite_database) as desk:
        ana = server.chat()
        for data in ("evil", "99999999999:up", "1:" + "x" * 62, "-1:up", "1"):
            ana.press_data(data)
        ana.send(voice={"file_id": "a", "file_unique_id": "b", "duration": 3})
        ana.edit(1, "changed my mind")
        await ana.reply()
        await ana.until(lambda: len(ana.answered) == 5)
        assert [(each.text, each.action) for each in desk.conversation.asked] == [("", None)]
        assert ana.actions == []


async def test_a_group_is_told_once_where_the_bot_answers(server: BotApiServer, sqlite_database: Database) -> None:
    async with running(server, sqlite_database) as desk:
        group = server.chat(kind="supergroup", first_name="Firme")
        group.send("hello everybody")
        group.send("/help@punte_test_bot")
        hint = await group.reply()
        assert hint.text == "I answer in private chats only: https://t.me/punte_test_bot"
        group.send("/start")
        await server.until(lambda: not server.pending)
        assert len(group.messages) == 1
        assert desk.conversation.asked == []


def book(_: IncomingMessage) -> list[OutgoingMessage]:
    return [say("\n\n".join(f"{number} " + "word " * 400 for number in range(5)), buttons=THUMBS), say("the end")]


async def test_long_messages_go_out_in_parts_with_the_buttons_last(
    server: BotApiServer, sqlite_database: Database
) -> None:
    async with running(server, sqlite_database, book) as desk:
        ana = server.chat()
        ana.send("all of it")
        await ana.until(lambda: len(ana.messages) == 4)
        assert [bool(message.buttons) for message in ana.messages] == [False, False, True, False]
        assert ana.messages[-1].text == "the end"
        assert await desk.states() == [DeliveryState.SENT] * 2
        assert desk.deliveries()[0].external_id == ",".join(str(message.message_id) for message in ana.messages[:3])


async def test_a_shorter_message_takes_the_place_of_all_parts(server: BotApiServer, sqlite_database: Database) -> None:
    async with running(server, sqlite_database, lambda incoming: (echo if incoming.action else book)(incoming)):
        ana = server.chat()
        ana.send("all of it")
        await ana.until(lambda: len(ana.messages) == 4)
        ana.press(ana.messages[2], "down")
        await ana.until(lambda: len(ana.messages) == 2)
        assert [message.text for message in ana.messages] == ["pressed down", "the end"]


@pytest.mark.parametrize("why", ["message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID"])
async def test_what_cannot_be_edited_is_sent_anew(server: BotApiServer, sqlite_database: Database, why: str) -> None:
    async with running(server, sqlite_database):
        ana = server.chat()
        answer = await ana.ask("x")
        server.fail_next(400, method="editMessageText", why=f"Bad Request: {why}")
        ana.press(answer, "up")
        assert (await ana.reply()).text == "pressed up"


async def test_an_edit_whose_answer_was_lost_is_not_repeated_visibly(
    server: BotApiServer, sqlite_database: Database
) -> None:
    async with running(server, sqlite_database) as desk:
        ana = server.chat()
        answer = await ana.ask("x")
        server.drop_next("editMessageText", after_doing=True)
        ana.press(answer, "up")
        await server.until(lambda: len(server.calls_of("editMessageText")) == 2)
        assert [call.status for call in server.calls_of("editMessageText")] == [200, 400]
        assert await desk.states() == [DeliveryState.SENT] * 2
        assert len(ana.messages) == 1


async def test_flood_control_is_honoured_and_the_order_kept(server: BotApiServer, sqlite_database: Database) -> None:
    async with running(server, sqlite_database, lambda _: [say("one"), say("two")]) as desk:
        ana, ivo = server.chat(), server.chat()
        server.fail_next(429, retry_after=1)
        ana.send("x")
        await server.until(lambda: len(server.calls_of("sendMessage")) == 1)
        await ivo.ask("y")
        await ana.until(lambda: len(ana.messages) == 2)
        assert [message.text for message in ana.messages] == ["one", "two"]
        calls = [call for call in server.calls_of("sendMessage") if call.parameters["chat_id"] == ana.id]
        assert calls[1].at - calls[0].at >= 1.0
        assert ivo.messages[0].sent_at < ana.messages[0].sent_at
        assert await desk.states() == [DeliveryState.SENT] * 4


def trouble_500(server: BotApiServer) -> None:
    server.fail_next(500)


def trouble_dropped(server: BotApiServer) -> None:
    server.drop_next()


@pytest.mark.parametrize("trouble", [trouble_500, trouble_dropped])
async def test_passing_trouble_delays_a_message(
    server: BotApiServer, sqlite_database: Database, trouble: Callable[[BotApiServer], None]
) -> None:
    async with running(server, sqlite_database) as desk:
        ana = server.chat()
        trouble(server)
        assert (await ana.ask("x")).text == "you said: x"
        assert len(ana.messages) == 1
        assert await desk.states() == [DeliveryState.SENT]
        assert desk.deliveries()[0].attempts == 2


async def test_who_cannot_be_reached_is_left_alone(server: BotApiServer, sqlite_database: Database) -> None:
    async with running(server, sqlite_database) as desk:
        ana, ivo, stranger = server.chat(), server.chat(), server.chat()
        ana.block()
        ivo.deactivate()
        ana.send("x")
        ivo.send("y")
        stranger.send("z")
        del server.chats[stranger.id]
        await server.until(lambda: len(server.calls_of("sendMessage")) == 3)
        assert await desk.states() == [DeliveryState.FAILED] * 3
        assert {each.error for each in desk.deliveries()} == {
            "Forbidden: bot was blocked by the user",
            "Forbidden: user is deactivated",
            "Chat not found",
        }
        ana.unblock()
        assert (await ana.ask("again")).text == "you said: again"


async def test_the_menu_offers_the_commands(server: BotApiServer, sqlite_database: Database) -> None:
    async with running(server, sqlite_database):
        await server.until(lambda: server.commands)
        assert list(server.commands[""]) == [
            "help", "person", "tickets", "follow", "subscribe", "language", "new", "export", "delete",
        ]  # fmt: skip


async def test_a_refused_token_is_said_once_and_never_logged(
    server: BotApiServer, sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with running(server, sqlite_database, token="99:wrong-secret"):
        await server.until(lambda: "PUNTE_TELEGRAM_TOKEN" in caplog.text)
    assert [record.levelname for record in caplog.records if "PUNTE_TELEGRAM_TOKEN" in record.message] == ["ERROR"]
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")]
    assert not any("wrong-secret" in message for message in ours)


async def test_the_desk_waits_for_a_telegram_that_is_away(
    sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    port = free_port()
    server = BotApiServer(port=port)
    async with running(server, sqlite_database, api_url=f"http://127.0.0.1:{port}") as desk:
        await server.until(lambda: "cannot be reached" in caplog.text)
        server.drop_next("getMe", times=2)
        with server:
            await asyncio.wait_for(desk.channel.ready(), WITHIN_S)
            assert (await server.chat().ask("late")).text == "you said: late"
        server.stop()
        with server:
            assert (await server.chat().ask("later")).text == "you said: later"
    assert caplog.text.count("cannot be reached and is tried again") == 1
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")]
    assert not any("test-token" in message for message in ours)


async def test_the_webhook_asks_for_its_secret(server: BotApiServer, sqlite_database: Database) -> None:
    url = f"http://127.0.0.1:{free_port()}/tg/updates"
    async with running(server, sqlite_database, webhook_url=url) as desk, httpx.AsyncClient(timeout=WITHIN_S) as client:
        header = {"X-Telegram-Bot-Api-Secret-Token": server.webhook_secret}
        assert len(server.webhook_secret) == 64
        assert (await client.post(url, json={"update_id": 1})).status_code == 403
        assert (await client.post(url, json={}, headers={**header, "X-Telegram-Bot-Api-Secret-Token": "x"})).is_error
        assert (await client.post(url, content=b"{", headers=header)).status_code == 400
        assert (await client.post(url, content=b"[1]", headers=header)).status_code == 400
        assert (await client.post(url, content=b"[" * 100_000, headers=header)).status_code == 400
        assert (await client.post(url, content=b"x" * 1_000_001, headers=header)).status_code == 413
        assert (await client.post(url, json={"update_id": 1}, headers=header)).status_code == 200
        assert (await client.get(url, headers=header)).status_code == 405
        assert desk.conversation.asked == []


async def test_the_webhook_confirms_only_what_is_kept(server: BotApiServer, sqlite_database: Database) -> None:
    url = f"http://127.0.0.1:{free_port()}/tg/updates"
    async with running(server, sqlite_database, webhook_url=url) as desk:
        ana = server.chat()
        desk.conversation.faults = [RuntimeError("the database is away")] * 3
        assert (await ana.ask("patience")).text == "you said: patience"
        await server.until(lambda: not server.pending)
        assert [status for _, status in server.webhook_answers] == [503, 200]


async def test_polling_takes_over_from_a_webhook(server: BotApiServer, sqlite_database: Database) -> None:
    server.set_webhook("https://elsewhere.example/", "", None)
    async with running(server, sqlite_database):
        assert (await server.chat().ask("x")).text == "you said: x"
        assert server.webhook_url == ""


async def test_two_processes_owe_and_send_a_message_once(server: BotApiServer, database: Database) -> None:
    async with running(server, database) as desk:
        rivals = [Outbox(database, {"telegram": desk.channel}, outgoing_of, lease_s=8, poll_s=0.01) for _ in range(3)]
        people = [server.chat() for _ in range(8)]
        async with in_background(*(rival.run() for rival in rivals)):  # whose end waits for what they are sending
            for text in ("one", "two", "three"):
                for person in people:
                    person.send(text)
            for person in people:
                await person.until(lambda person=person: len(person.messages) == 3, 15)  # type: ignore[misc]
        said = [[message.text for message in person.messages] for person in people]
        assert said == [["you said: one", "you said: two", "you said: three"]] * 8


def texts_of(messages: list[SentMessage]) -> list[str]:
    return [message.text for message in messages]


async def test_experts_messages_reach_the_chat_without_a_turn(server: BotApiServer, sqlite_database: Database) -> None:
    async with running(server, sqlite_database) as desk:
        ana = server.chat()
        await ana.ask("x")
        with desk.database.transaction() as session:
            earlier = session.query(Message).filter_by(kind="reply").one()
            answer = Message(
                conversation_id=earlier.conversation_id, author="expert", text="y", data=say("the expert").model_dump()
            )
            answer.delivery = Delivery(conversation_id=earlier.conversation_id, channel="telegram", address=str(ana.id))
            session.add(answer)
        await ana.reply()
        assert texts_of(ana.messages) == ["you said: x", "the expert"]


async def test_a_rival_program_is_named_and_polling_goes_on(
    server: BotApiServer, sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(server, sqlite_database), httpx.AsyncClient(base_url=server.url, timeout=WITHIN_S) as rival:
        await server.chat().ask("x")
        await rival.get(f"/bot{server.token}/getUpdates", params={"timeout": 0})
        await server.until(lambda: "another program uses the same bot" in caplog.text)
        assert (await server.chat().ask("y")).text == "you said: y"


async def test_one_of_two_desks_polls_and_the_other_takes_over(
    server: BotApiServer, sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    polls = {"one": True, "two": False}
    refused: Counter[str] = Counter()

    def turn_of(name: str) -> Callable[[], Any]:
        async def mine() -> bool:
            refused[name] += not polls[name]
            return polls[name]

        return mine

    options: list[dict[str, Any]] = [{"my_turn": turn_of(name), "turn_every_s": 0.05} for name in polls]
    async with (
        running(server, sqlite_database, **options[0]) as first,
        running(server, sqlite_database, **options[1]) as second,
    ):
        ana = server.chat()
        assert (await ana.ask("hello")).text == "you said: hello"
        await server.until(lambda: not server.pending)
        polls.update(one=False)
        await until(lambda: refused["one"] > 1)
        ana.send("still there?")
        refused.clear()
        await until(lambda: min(refused["one"], refused["two"]) > 1)
        assert [len(desk.conversation.asked) for desk in (first, second)] == [1, 0]
        polls.update(two=True)
        assert (await ana.reply()).text == "you said: still there?"
        assert [len(desk.conversation.asked) for desk in (first, second)] == [1, 1]
    assert "another program" not in caplog.text


class FilesInMemory:
    """Files in memory, with the names by which Telegram has them."""

    def __init__(self, **kept: bytes) -> None:
        self.kept = {int(number.removeprefix("file")): content for number, content in kept.items()}
        self.names: dict[int, str] = {}

    async def read(self, attachment_id: int) -> bytes:
        return self.kept[attachment_id]

    async def name(self, attachment_id: int, prefix: str) -> str | None:
        name = self.names.get(attachment_id)
        return name if name and name.startswith(prefix) else None

    async def remember(self, attachment_id: int, name: str) -> None:
        self.names[attachment_id] = name


FORM = OutgoingFile(attachment_id=1, name="формуляр.pdf", media_type="application/pdf", size=13)
PICTURE = OutgoingFile(attachment_id=2, name="map.png", media_type="image/png", size=9)


def send_both(incoming: IncomingMessage) -> list[OutgoingMessage]:
    return [say(f"{len(incoming.files)} files", files=(FORM, PICTURE))]


async def test_files_come_and_go(server: BotApiServer, database: Database, mode: dict[str, Any]) -> None:
    files = FilesInMemory(file1=b"%PDF-1.4 ours", file2=b"a picture")
    async with running(server, database, send_both, files=files, **mode) as desk:
        ana = server.chat()
        ana.send_document("cerere.pdf", b"%PDF-1.4 theirs", "application/pdf", caption="My form")
        await ana.until(lambda: len(ana.messages) == 3)
        said, document, photo = ana.messages
        assert said.text == "1 files"
        assert document.file == SentFile("document", "формуляр.pdf", b"%PDF-1.4 ours")
        assert photo.file == SentFile("photo", "map.png", b"a picture")
        (file,) = desk.conversation.asked[0].files
        assert (file.name, await file.read()) == ("cerere.pdf", b"%PDF-1.4 theirs")
        assert file.remote_id == "123456:document:document0"
        assert await desk.states() == [DeliveryState.SENT]
        assert desk.deliveries()[0].external_id == ",".join(str(each.message_id) for each in ana.messages)


async def test_a_file_is_uploaded_once_and_then_sent_by_its_name(
    server: BotApiServer, sqlite_database: Database
) -> None:
    files = FilesInMemory(file1=b"%PDF-1.4 ours", file2=b"a picture")
    async with running(server, sqlite_database, send_both, files=files):
        for chat in (server.chat(), server.chat()):
            chat.send("both, please")
            await chat.until(lambda chat=chat: len(chat.messages) == 3)
            assert [each.file.content for each in chat.messages if each.file] == [b"%PDF-1.4 ours", b"a picture"]
    assert files.names == {1: "123456:document:document0", 2: "123456:photo:photo1"}
    sent = [call.parameters["document"] for call in server.calls_of("sendDocument")]
    assert [bytes(each) if isinstance(each, bytes) else each for each in sent] == [b"%PDF-1.4 ours", "document0"]


@pytest.mark.parametrize("name", ["123456:document:forgotten", "123456:photo:document0", "99:document:document0"])
async def test_a_name_that_telegram_or_this_bot_cannot_use_costs_an_upload(
    server: BotApiServer, sqlite_database: Database, name: str
) -> None:
    files = FilesInMemory(file1=b"%PDF-1.4 ours")
    files.names[1] = name
    async with running(server, sqlite_database, lambda _: [say("here", files=(FORM,))], files=files):
        ana = server.chat()
        ana.send("please")
        await ana.until(lambda: len(ana.messages) == 2)
        assert ana.messages[1].file == SentFile("document", "формуляр.pdf", b"%PDF-1.4 ours")
    assert files.names[1].startswith("123456:document:document")


async def test_a_voice_message_stays_one(server: BotApiServer, sqlite_database: Database) -> None:
    files = FilesInMemory(file1=b"never read")
    voice = OutgoingFile(attachment_id=1, name="voice.ogg", media_type="audio/ogg", size=4)

    def pass_on(incoming: IncomingMessage) -> list[OutgoingMessage]:
        files.names[1] = incoming.files[0].remote_id or ""
        return [say("heard", files=(voice,))]

    async with running(server, sqlite_database, pass_on, files=files):
        ana = server.chat()
        ana.send_voice(b"OggS")
        await ana.until(lambda: len(ana.messages) == 2)
        assert ana.messages[1].file == SentFile("voice", "", b"OggS")


async def test_awaited_words_open_the_keyboard_and_buttons_become_commands(
    server: BotApiServer, sqlite_database: Database
) -> None:
    buttons = ((Button(label="Skip", action="sum:skip"), Button(label="Open it again", action="reopen:7")),)

    def script(incoming: IncomingMessage) -> list[OutgoingMessage]:
        rows = buttons if incoming.text == "ask" else (*buttons, (Button(label="5", action="rate:7:5"),))
        return [say("Which country?", buttons=rows, placeholder="Country " * 20)]

    async with running(server, sqlite_database, script):
        ana = server.chat()
        asked = await ana.ask("ask")
        assert asked.text == "Which country?\n\n/skip – Skip\n/reopen_7 – Open it again"
        assert (asked.prompt, asked.buttons) == (("Country " * 20)[:64], [])
        other = await ana.ask("what no command can do")
        assert (other.text, other.prompt) == ("Which country?", None)
        assert other.buttons == [["Skip", "Open it again"], ["5"]]


async def test_who_changes_a_message_is_told_that_it_is_not_seen(
    server: BotApiServer, sqlite_database: Database
) -> None:
    async with running(server, sqlite_database, languages=("en", "sr")) as desk:
        ana = server.chat(language_code="sr")
        await ana.ask("hello")
        for words in ("hello there", "hello all"):
            ana.edit(1, words)
        assert "нову поруку" in (await ana.reply()).text
        await server.until(lambda: not server.pending)
        assert (len(desk.conversation.asked), len(ana.messages)) == (1, 2)


async def test_an_album_is_one_message(server: BotApiServer, sqlite_database: Database) -> None:
    async with running(server, sqlite_database) as desk:
        ana = server.chat()
        for number in range(3):
            caption = {"caption": "Our shop"} if number == 1 else {}
            ana.send_photo(b"picture %d" % number, media_group_id="9", **caption)
        assert (await ana.reply()).text == "you said: Our shop"
        await server.until(lambda: not server.pending)
        (asked,) = desk.conversation.asked
        assert [await file.read() for file in asked.files] == [b"picture 0", b"picture 1", b"picture 2"]


async def test_a_reply_names_our_message(server: BotApiServer, sqlite_database: Database) -> None:
    async def find(address: str, name: str) -> int | None:
        with sqlite_database.reading() as session:
            found = message_of(session, "telegram", address, name)
            return found.id if found else None

    async with running(server, sqlite_database, find_message=find) as desk:
        ana = server.chat()
        first = await ana.ask("hello")
        ana.answer(first, "to that")
        await ana.reply()
        ana.send("to nothing")
        await ana.reply()
        assert [incoming.reply_to for incoming in desk.conversation.asked] == [
            None,
            desk.deliveries()[0].message_id,
            None,
        ]
