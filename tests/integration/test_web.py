"""The web channel's protocol over a real server: HTTP, WebSocket, hostile clients, other processes."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import anyio
import anyio.lowlevel
import httpx
import pytest
from sqlalchemy import func, select
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bot.channels.web.mailbox import Mailbox
from bot.channels.web.pace import Limits
from bot.channels.web.tokens import SessionTokens
from bot.wording.rendering import outgoing_of
from knowledge.conversations.files import MAX_FILE
from knowledge.conversations.messages import find_conversation, open_conversation, receive_message, send_message
from knowledge.database import Database
from knowledge.models import Author, Delivery, DeliveryState, Message, Role
from knowledge.payloads import Reply
from knowledge.staff.accounts import create_staff
from knowledge.tickets.by_asker import open_ticket
from knowledge.tickets.by_staff import answer_ticket
from tests.support.waiting import WITHIN_S, until
from tests.support.web_desk import KEY, QUICK, WebDesk, web_desk

pytestmark = pytest.mark.anyio

Frame = dict[str, Any]
PRICES = b"price;unit\n1;kg\n"


@pytest.fixture
def desk(database: Database) -> Iterator[WebDesk]:
    with web_desk(database) as running:
        yield running


@pytest.fixture
def lite(sqlite_database: Database) -> Iterator[WebDesk]:
    with web_desk(sqlite_database) as running:
        yield running


@pytest.fixture
def strict(sqlite_database: Database) -> Iterator[WebDesk]:
    """A desk that gives a client who wrote too much no second chance while a test lasts, however slow the machine."""
    with web_desk(sqlite_database, replace(QUICK, messages_rate=0.01, frames_rate=0.01, frames_burst=50)) as running:
        yield running


class Client:
    """A person's program: one session, over HTTP or a socket."""

    def __init__(self, desk: WebDesk, http: httpx.AsyncClient, token: str) -> None:
        self.desk, self.http, self.token = desk, http, token
        self.address = sha256(token.encode()).hexdigest()

    async def post(self, text: str, name: str | None = None, **more: Any) -> httpx.Response:
        body = {"id": name or str(uuid4()), "text": text, **more}
        return await self.http.post("/api/chat/messages", json=body, headers=self.headers)

    async def fetch(self, after: int = 0, wait: float = 0, **extensions: Any) -> list[Frame]:
        path = f"/api/chat/messages?after={after}&wait={wait}"
        answer = await self.http.get(path, headers=self.headers, timeout=30, extensions=extensions)
        assert answer.status_code == 200, answer.text
        messages: list[Frame] = answer.json()["messages"]
        return messages

    async def fetch_until(self, count: int) -> list[Frame]:
        """Return the first messages, waiting until there are so many."""
        found: list[Frame] = []
        with anyio.fail_after(WITHIN_S):
            while len(found) < count:
                found += await self.fetch(after=found[-1]["id"] if found else 0, wait=5)
        return found

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @asynccontextmanager
    async def socket(self, after: int = 0) -> AsyncIterator[ClientConnection]:
        async with connect(self.desk.socket_url) as socket:
            await say(socket, type="hello", token=self.token, after=after)
            assert await hear(socket) == {"type": "ready"}
            yield socket


@asynccontextmanager
async def client_of(desk: WebDesk, language: str = "bg") -> AsyncIterator[Client]:
    async with httpx.AsyncClient(base_url=desk.url, timeout=WITHIN_S) as http:
        answer = await http.post("/api/chat/sessions", json={"language": language})
        assert answer.status_code == 201
        yield Client(desk, http, answer.json()["token"])


async def say(socket: ClientConnection, **frame: Any) -> None:
    await socket.send(json.dumps(frame))


async def hear(socket: ClientConnection) -> Frame:
    with anyio.fail_after(5):
        frame: Frame = json.loads(await socket.recv())
    return frame


async def hear_until(socket: ClientConnection, *kinds: str) -> list[Frame]:
    """Return the frames up to the moment when each of `kinds` has come."""
    heard: list[Frame] = []
    while not set(kinds) <= {frame["type"] for frame in heard}:
        heard.append(await hear(socket))
    return heard


async def hear_messages(socket: ClientConnection, count: int) -> list[Frame]:
    """Return the next `count` messages, whatever else comes."""
    heard: list[Frame] = []
    while len(heard) < count:
        frame = await hear(socket)
        if frame["type"] == "message":
            heard.append(frame)
    return heard


async def may_listen(client: Client) -> bool:
    """Whether the desk takes one more socket of a session."""
    async with connect(client.desk.socket_url) as socket:
        await say(socket, type="hello", token=client.token)
        return await hear(socket) == {"type": "ready"}


def expert_writes(desk: WebDesk, address: str, text: str) -> int:
    """Do what another process does: write an expert's answer straight into the database."""
    with desk.database.transaction() as session:
        conversation = find_conversation(session, "web", address)
        assert conversation
        return send_message(session, conversation, text, author=Author.EXPERT).id


def states(desk: WebDesk, *, of: str = "", but: str = "") -> list[DeliveryState]:
    """Return the states of the deliveries `of` an address, or of all `but` its."""
    with desk.database.reading() as session:
        wanted = Delivery.address == of if of else Delivery.address != but
        return list(session.scalars(select(Delivery.state).where(wanted).order_by(Delivery.id)))


async def settled(desk: WebDesk, *, of: str = "") -> list[DeliveryState]:
    """Return the states of deliveries, all or those `of` one, once the mailbox has noted what reached another later."""
    async with client_of(desk) as later:
        await later.post("hello")
        await until(lambda: states(desk, of=later.address) == [DeliveryState.SENT])
    return states(desk, of=of, but=later.address)


# HTTP


async def test_a_message_is_answered_with_all_its_parts(desk: WebDesk) -> None:
    async with client_of(desk) as client:
        answer = await client.post("Кои програми са отворени?", "m-1")
        assert answer.status_code == 200
        own, said = answer.json()["messages"]
        assert (own["author"], own["text"], own["client_id"]) == ("asker", "Кои програми са отворени?", "m-1")
        assert own["id"] < said["id"]
        assert said["author"] == "bot"
        assert said["client_id"] is None
        assert said["quotes"][0]["as_of"] == "2026-09-01"
        assert [card["status_code"] for card in said["cards"]] == ["open", "closing_soon", "forthcoming", "closed"]
        assert [[button["action"] for button in row] for row in said["buttons"]] == [["rate:1", "rate:-1"], ["expert"]]
        assert datetime.fromisoformat(said["created_at"]).tzinfo is not None
        assert await settled(desk) == [DeliveryState.SENT]
        assert await client.fetch() == [own, said]
        assert await client.fetch(after=own["id"]) == [said]
    incoming = desk.conversation.received[0]
    assert (incoming.channel, incoming.address, incoming.language_hint) == ("web", client.address, "bg")


async def test_the_database_never_holds_the_token(lite: WebDesk) -> None:
    async with client_of(lite) as client:
        await client.post("hello")
        with lite.database.reading() as session:
            conversation = find_conversation(session, "web", client.address)
        assert conversation
        assert client.token not in repr(vars(conversation))


async def test_a_repeated_message_is_handled_once_and_answered_twice(desk: WebDesk) -> None:
    async with client_of(desk) as client:
        first = (await client.post("hello", "same", after=0)).json()["messages"]
        again = (await client.post("hello", "same", after=0)).json()["messages"]
        assert again == first
        assert len(first) == 2
        with desk.database.reading() as session:
            assert session.scalar(select(func.count(Message.id))) == 2


async def test_what_others_wrote_meanwhile_comes_once_and_in_its_place(desk: WebDesk) -> None:
    async with client_of(desk) as client, client.socket() as socket:
        seen = (await client.post("hello", after=0)).json()["messages"]
        assert await hear_messages(socket, 2) == [{**message, "type": "message"} for message in seen]
        expert_writes(desk, client.address, "Ето отговора.")
        answer = (await client.post("echo again", after=seen[-1]["id"])).json()["messages"]
        assert [message["text"] for message in answer] == ["Ето отговора.", "echo again", "again"]
        assert await hear_messages(socket, 3) == [{**message, "type": "message"} for message in answer]
        assert await client.fetch(after=seen[-1]["id"]) == answer
        expert_writes(desk, client.address, "Ето още.")
        assert [message["text"] for message in await hear_messages(socket, 1)] == ["Ето още."]
        assert await settled(desk) == [DeliveryState.SENT] * 4


async def test_a_file_is_sent_shown_and_had_by_its_conversation_alone(lite: WebDesk) -> None:
    async with client_of(lite) as client, client_of(lite) as other:
        where = "/api/chat/files?id=f-1&name=prices.csv"
        answer = await client.http.post(where, content=PRICES, headers=client.headers)
        assert answer.status_code == 200, answer.text
        [own] = [message for message in answer.json()["messages"] if message["author"] == "asker"]
        [file] = own["files"]
        assert (file["name"], file["media_type"], file["size"]) == ("prices.csv", "text/csv", len(PRICES))
        again = await client.http.post(where, content=PRICES, headers=client.headers)
        assert again.json()["messages"] == []
        path = f"/api/chat/files/{file['attachment_id']}"
        had = await client.http.get(path, headers=client.headers)
        assert had.content == PRICES
        assert had.headers["content-disposition"] == "attachment; filename*=UTF-8''prices.csv"
        assert had.headers["x-content-type-options"] == "nosniff"
        assert (await other.http.get(path, headers=other.headers)).status_code == 404
        assert (await client.http.get(path)).status_code == 401
        assert (await client.http.get("/api/chat/files/999", headers=client.headers)).status_code == 404


@pytest.mark.parametrize(
    ("content", "query", "status"),
    [
        (b"", "id=f-1&name=a.csv", 422), (b"x", "id=f-1", 422), (b"x", "name=a.csv", 422),
        (b"0" * (MAX_FILE + 1), "id=f-1&name=a.csv", 413),
    ],
)  # fmt: skip
async def test_a_file_that_is_none_is_refused(lite: WebDesk, content: bytes, query: str, status: int) -> None:
    async with client_of(lite) as client:
        answer = await client.http.post(f"/api/chat/files?{query}", content=content, headers=client.headers)
        assert answer.status_code == status


async def test_what_rings_is_looked_for_at_once(sqlite_database: Database) -> None:
    box = Mailbox(sqlite_database, outgoing_of, replace(QUICK, poll_s=60))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(box.run)
        with box.listening("someone", 0) as listener:
            with sqlite_database.transaction() as session:
                conversation = open_conversation(session, "web", "someone")
                send_message(session, conversation, "so", author=Author.EXPERT)
            box.wake()
            with anyio.fail_after(5):
                await listener.woken()
        tasks.cancel_scope.cancel()


async def test_an_action_names_its_message(lite: WebDesk) -> None:
    async with client_of(lite) as client:
        said = (await client.post("hello")).json()["messages"][-1]
        body = {"id": "press", "action": "rate:1", "on_message": said["id"]}
        answer = await client.http.post("/api/chat/messages", json=body, headers=client.headers)
        noted = answer.json()["messages"][-1]
        assert noted["text"] == "Noted: rate:1"
        assert noted["replaces"] == said["id"]


async def test_a_long_poll_ends_when_another_process_writes(desk: WebDesk) -> None:
    async with client_of(desk) as client:
        last = (await client.post("silent")).json()["messages"][-1]["id"]

        asked = anyio.Event()

        async def trace(step: str, _: Any) -> None:
            if step == "http11.send_request_body.complete":
                asked.set()

        async def later() -> None:
            await asked.wait()
            await anyio.to_thread.run_sync(expert_writes, desk, client.address, "Ето отговора.")

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(later)
            with anyio.fail_after(10):
                (said,) = await client.fetch(after=last, wait=20, trace=trace)
        assert (said["author"], said["text"]) == ("expert", "Ето отговора.")
        assert await settled(desk) == [DeliveryState.SENT]


async def test_a_long_poll_ends_empty(lite: WebDesk) -> None:
    async with client_of(lite) as client:
        assert await client.fetch(wait=0.3) == []


async def test_a_delivery_waits_until_it_is_fetched(desk: WebDesk) -> None:
    async with client_of(desk) as client:
        await client.post("silent")
        expert_writes(desk, client.address, "Later")
        assert await settled(desk, of=client.address) == [DeliveryState.PENDING]
        await client.fetch()
        assert await settled(desk, of=client.address) == [DeliveryState.SENT]


async def test_a_long_conversation_comes_in_pages(lite: WebDesk) -> None:
    async with client_of(lite) as client:
        for number in range(4):
            await client.post(f"echo {number}")
        answer = await client.http.get("/api/chat/messages", headers=client.headers)
        assert answer.json()["more"] is True
        assert len(answer.json()["messages"]) == QUICK.page
        async with client.socket() as socket:
            assert [frame["id"] for frame in await hear_messages(socket, 8)] == list(range(1, 9))


@pytest.mark.parametrize("token", ["x", "a.b.c.d", "é" * 40, "z" * 5000])
async def test_a_forged_token_is_refused(lite: WebDesk, token: str) -> None:
    async with httpx.AsyncClient(base_url=lite.url, timeout=WITHIN_S) as http:
        answer = await http.get("/api/chat/messages", headers={"Authorization": b"Bearer " + token.encode()})
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "session"
    assert "start a new session" in answer.json()["error"]["message"]
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_an_expired_token_is_refused_on_both_ways(lite: WebDesk) -> None:
    token, _ = SessionTokens(KEY).issue("bg", datetime.now(UTC) - timedelta(days=181))
    async with httpx.AsyncClient(base_url=lite.url, timeout=WITHIN_S) as http:
        answer = await http.get("/api/chat/messages", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert "expired" in answer.json()["error"]["message"]
    async with connect(lite.socket_url) as socket:
        await say(socket, type="hello", token=token)
        assert (await hear(socket))["code"] == "session"
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == 4401


async def test_nobody_reads_another_session(lite: WebDesk) -> None:
    async with client_of(lite) as one, client_of(lite) as other:
        await one.post("a secret")
        assert await other.fetch() == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"id": "a", "text": "x" * 100_001}, 413, "too_long"),
        ({"id": "a", "text": "x" * 1_100_000}, 413, "too_long"),
        ({"id": "a", "text": " \x00\u0007\n "}, 422, "empty"),
        ({"id": "a"}, 422, "bad_request"),
        ({"id": "a", "text": "x", "action": "y"}, 422, "bad_request"),
        ({"id": "a b", "text": "x"}, 422, "bad_request"),
        ({"id": "a", "text": 7}, 422, "bad_request"),
        ({"id": "a", "text": "x", "on_message": -1}, 422, "bad_request"),
        ({"id": "a", "text": "x", "on_message": 10**30}, 422, "bad_request"),
        ({"id": "a", "action": "x" * 65}, 422, "bad_request"),
        ([], 422, "bad_request"),
        ("text", 422, "bad_request"),
        ({"id": "a", "text": "fail"}, 503, "failed"),
    ],
)
async def test_a_bad_request_says_what_is_wrong(lite: WebDesk, body: Any, status: int, code: str) -> None:
    async with client_of(lite) as client:
        answer = await client.http.post("/api/chat/messages", json=body, headers=client.headers)
        assert answer.status_code == status
        assert answer.json()["error"]["code"] == code
        assert answer.json()["error"]["message"]


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[" * 50_000])
async def test_bad_json_is_no_crash(lite: WebDesk, raw: bytes) -> None:
    async with client_of(lite) as client:
        headers = {**client.headers, "Content-Type": "application/json"}
        answer = await client.http.post("/api/chat/messages", content=raw, headers=headers)
        assert answer.status_code == 422, answer.text
        assert answer.json()["error"]["code"] == "bad_request"
        assert (await client.post("hello")).status_code == 200


async def test_who_writes_too_fast_is_asked_to_wait(strict: WebDesk) -> None:
    async with client_of(strict) as client, client_of(strict) as other:
        answers = [await client.post("echo") for _ in range(QUICK.messages_burst + 4)]
        refused = [answer for answer in answers if answer.status_code == 429]
        assert len(refused) == 4
        assert refused[0].json()["error"]["code"] == "slow_down"
        assert int(refused[0].headers["retry-after"]) >= 1
        assert (await other.post("hello")).status_code == 200


async def test_any_site_may_call(lite: WebDesk) -> None:
    async with httpx.AsyncClient(base_url=lite.url, timeout=WITHIN_S) as http:
        asks = {"Origin": "https://chamber.example", "Access-Control-Request-Method": "POST"}
        answer = await http.options("/api/chat/messages", headers=asks)
        assert answer.status_code == 204
        assert "authorization" in answer.headers["access-control-allow-headers"].lower()
        assert (await http.get("/api/chat/nowhere")).json()["error"]["code"] == "not_found"


async def test_the_interface_is_described(lite: WebDesk) -> None:
    async with httpx.AsyncClient(base_url=lite.url, timeout=WITHIN_S) as http:
        described = (await http.get("/openapi.json")).json()
        paths = {"/sessions", "/messages", "/files", "/files/{attachment_id}", "/tickets"}
        assert {f"/api/chat{path}" for path in paths} == set(described["paths"])
        assert "application/octet-stream" in described["paths"]["/api/chat/files"]["post"]["requestBody"]["content"]
        assert "WebSocket" in (await http.get("/chat/protocol")).text


async def test_the_pages_come_with_a_strict_policy(lite: WebDesk) -> None:
    async with httpx.AsyncClient(base_url=lite.url, timeout=WITHIN_S) as http:
        page = await http.get("/")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        policy = page.headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert (await http.get("/", headers={"If-None-Match": page.headers["etag"]})).status_code == 304
        assert (await http.head("/widget.js")).status_code == 200
        assert '"Отвори чата"' in (await http.get("/widget.js")).text
        assert (await http.get("/chat/words/sr-Latn-RS")).json()["tag"] == "sr-Latn"
        assert (await http.get("/chat/words/xx")).json()["tag"] == "en"
        for path, kind in {
            "/chat/static/chat.js": "javascript",
            "/widget.js": "text/javascript; charset=utf-8",
            "/chat/static/chat.css": "text/css; charset=utf-8",
            "/favicon.ico": "image/svg+xml",
            "/chat/words/bg": "application/json",
            "/chat/protocol": "text/plain; charset=utf-8",
        }.items():
            file = await http.get(path)
            assert kind in file.headers["content-type"]
            assert file.headers["access-control-allow-origin"] == "*"
            had = await http.get(path, headers={"If-None-Match": file.headers["etag"]})
            assert (had.status_code, had.content, had.headers["cache-control"]) == (304, b"", "no-cache")
            assert file.headers["x-content-type-options"] == had.headers["x-content-type-options"] == "nosniff"
        for name in ("chat.html", "demo.html"):
            page = await http.get(f"/chat/static/{name}")
            assert "script-src 'self';" in page.headers["content-security-policy"]
        for path in (
            "/chat/static/nothing.js",
            "/chat/static/",
            "/chat/nowhere",
            "/chat/static/../tokens.py",
            "/chat/static/%2e%2e/tokens.py",
        ):
            assert (await http.get(path)).status_code == 404


async def test_ones_own_tickets_are_listed_with_their_last_news(desk: WebDesk) -> None:
    async with client_of(desk, "el") as ana, client_of(desk) as boris:
        assert (await ana.http.get("/api/chat/tickets", headers=ana.headers)).json() == {"tickets": []}
        await ana.post("echo hello")
        with desk.database.transaction() as session:
            place = open_conversation(session, "web", ana.address)
            place.language = "el"
            first = open_ticket(session, place, "Πώς;", reason="asked", language="el")
            open_ticket(session, place, "Πότε;", reason="asked", language="el")
            elena = create_staff(session, "elena@desk.test", "Elena", Role.EXPERT)[0]
            answer_ticket(session, first.id, elena, "Έτσι.")
        newest, oldest = (await ana.http.get("/api/chat/tickets", headers=ana.headers)).json()["tickets"]
        assert (newest["question"], newest["state"], newest["news"]) == ("Πότε;", "open", None)
        assert newest["stands"].startswith("περιμένει ειδικό · ")
        told = (await ana.fetch())[-1]
        assert (told["author"], told["ticket"], oldest["news"]) == ("expert", oldest["id"], told["id"])
        assert (await boris.http.get("/api/chat/tickets", headers=boris.headers)).json() == {"tickets": []}
        assert (await ana.http.get("/api/chat/tickets")).status_code == 401


# WebSocket


async def test_a_socket_conversation(desk: WebDesk) -> None:
    async with client_of(desk) as client, client.socket() as socket:
        await say(socket, type="ping")
        assert await hear(socket) == {"type": "pong"}
        await say(socket, type="message", id="m-1", text="Здравейте")
        assert await hear(socket) == {"type": "typing"}
        heard = [await hear(socket) for _ in range(3)]
        assert {"type": "ack", "id": "m-1"} in heard
        own, said = [frame for frame in heard if frame["type"] == "message"]
        assert (own["author"], own["client_id"]) == ("asker", "m-1")
        assert said["author"] == "bot"
        assert len(said["cards"]) == 4
        await say(socket, type="action", id="m-2", action="rate:1", on_message=said["id"])
        (_, noted) = await hear_messages(socket, 2)
        assert noted["replaces"] == said["id"]
        assert await settled(desk) == [DeliveryState.SENT] * 2


async def test_what_another_process_writes_is_pushed(desk: WebDesk) -> None:
    async with client_of(desk) as client, client.socket() as socket:
        await say(socket, type="message", id="m", text="silent")
        await hear_until(socket, "ack", "message")
        number = expert_writes(desk, client.address, "Ето.")
        (said,) = await hear_messages(socket, 1)
        assert (said["id"], said["author"], said["text"], said["language"]) == (number, "expert", "Ето.", "bg")
        assert await settled(desk) == [DeliveryState.SENT]


async def test_every_window_of_a_session_hears_everything(lite: WebDesk) -> None:
    async with client_of(lite) as client, client.socket() as one, client.socket() as other:
        await say(one, type="message", id="m", text="hello")
        assert [frame["id"] for frame in await hear_messages(other, 2)] == [1, 2]


async def test_a_lost_connection_resumes_where_it_was(desk: WebDesk) -> None:
    async with client_of(desk) as client:
        async with client.socket() as socket:
            await say(socket, type="message", id="m-1", text="echo one")
            last = (await hear_messages(socket, 2))[-1]["id"]
        missed = expert_writes(desk, client.address, "While you were away")
        async with client.socket(after=last) as socket:
            (said,) = await hear_messages(socket, 1)
            assert said["id"] == missed
            await say(socket, type="message", id="m-1", text="echo one")
            await hear_until(socket, "ack")
            with anyio.move_on_after(0.4) as quiet:
                await socket.recv()
            assert quiet.cancelled_caught


async def test_who_leaves_at_once_is_answered_all_the_same(lite: WebDesk) -> None:
    async with client_of(lite) as client:
        async with client.socket() as socket:
            await say(socket, type="message", id="m", text="slow")
            await hear_until(socket, "typing")
        lite.conversation.go_on.set()
        assert [message["author"] for message in await client.fetch_until(2)] == ["asker", "bot"]


async def test_a_restarted_server_keeps_the_session(lite: WebDesk) -> None:
    async with client_of(lite) as client:
        await client.post("hello")
        await anyio.to_thread.run_sync(lite.stop)
        await anyio.to_thread.run_sync(lite.start)
        async with client.socket(after=1) as socket:
            assert (await hear_messages(socket, 1))[0]["id"] == 2


async def test_stopping_writes_down_what_was_delivered(lite: WebDesk) -> None:
    lite.stop()
    lite.limits = Limits(poll_s=60)
    lite.start()
    async with client_of(lite) as client:
        await client.post("hello")
    assert states(lite) == [DeliveryState.PENDING]
    await anyio.to_thread.run_sync(lite.stop)
    assert states(lite) == [DeliveryState.SENT]
    lite.start()


BAD_FRAMES: list[str | bytes] = [
    b"\x00\x01",
    "{",
    "[]",
    "null",
    '"message"',
    "[" * 50_000,
    '{"type": "shout"}',
    '{"type": "message"}',
    '{"type": "message", "id": "a", "text": 7}',
    '{"type": "message", "id": "<b>", "text": "x"}',
    '{"type": "message", "id": "a", "text": "\\ud800"}',
    '{"type": "message", "id": "a", "text": " \\u0000 "}',
    '{"type": "action", "id": "a", "action": ""}',
    '{"type": "hello", "token": "again"}',
    '{"type": "message", "id": "a", "text": "fail"}',
    json.dumps({"type": "message", "id": "a", "text": "x" * 100_001}),
    json.dumps({"type": "message", "id": "a", "text": "x" * 500_000}),
]


async def test_bad_frames_get_an_error_and_the_socket_stays(lite: WebDesk) -> None:
    async with client_of(lite) as client, client.socket() as socket:
        for frame in BAD_FRAMES:
            await socket.send(frame)
            error = (await hear_until(socket, "error"))[-1]
            assert error["code"] in {"bad_request", "empty", "too_long", "failed"}, (frame[:60], error)
            assert error["message"]
        await say(socket, type="message", id="fine", text="echo fine")
        assert (await hear_messages(socket, 2))[1]["text"] == "fine"


@pytest.mark.parametrize("first", [b"\x00", "{", '{"type": "ping"}', '{"type": "hello", "token": "forged"}'])
async def test_without_a_good_hello_the_socket_closes(lite: WebDesk, first: str | bytes) -> None:
    async with connect(lite.socket_url) as socket:
        await socket.send(first)
        assert (await hear(socket))["type"] == "error"
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code in {4400, 4401}


async def test_a_silent_socket_closes(lite: WebDesk) -> None:
    async with connect(lite.socket_url) as socket:
        assert "hello" in (await hear(socket))["message"]
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == 4408


async def test_a_flood_is_slowed_and_then_ended(strict: WebDesk) -> None:
    async with client_of(strict) as client, client.socket() as socket:
        for number in range(QUICK.messages_burst + 5):
            await say(socket, type="message", id=f"m-{number}", text="silent")
        error = (await hear_until(socket, "error"))[-1]
        assert error["code"] == "slow_down"
        assert error["id"].startswith("m-")
        assert error["retry_after"] > 0
        with pytest.raises(ConnectionClosed):  # noqa: PT012
            for _ in range(50):
                await say(socket, type="ping")
                await anyio.lowlevel.checkpoint()
            while True:
                await hear(socket)
        assert socket.close_code == 4429


async def test_a_session_has_so_many_sockets(lite: WebDesk) -> None:
    async with client_of(lite) as client, client.socket(), client.socket():
        async with client.socket():
            async with connect(lite.socket_url) as one_too_many:
                await say(one_too_many, type="hello", token=client.token)
                assert (await hear(one_too_many))["code"] == "too_many_connections"
        with anyio.fail_after(WITHIN_S):
            while not await may_listen(client):
                """The desk has not heard yet that one of them left."""


HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "'; drop table messages; --",
    "\u202eabc\u202c مرحبا שלום \u200f",
    "100 % {0} %s {{7*7}} ${x} \\ \\n",
    "a\x00b\x1bc\ud7ff\uffff𝔘𝔫𝔦 👩‍👩‍👧 e\u0301\u0301\u0301",
    "х" * 100_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_text_comes_back_as_it_was_written(desk: WebDesk, text: str) -> None:
    kept = re.sub("[\x00\x1b\u202c\u202e\uffff]", "", text)
    async with client_of(desk) as client, client.socket() as socket:
        own = (await client.post(text)).json()["messages"][0]
        assert own["text"] == kept
        assert (await hear_messages(socket, 1))[0]["text"] == kept


async def test_a_damaged_row_does_not_close_the_mailbox(lite: WebDesk) -> None:
    async with client_of(lite) as client:
        await client.post("silent")
        with lite.database.transaction() as session:
            conversation = find_conversation(session, "web", client.address)
            assert conversation
            damaged = Reply.model_validate({"cards": "what?"})
            send_message(session, conversation, "still readable", author=Author.BOT, payload=damaged)
            receive_message(session, conversation, "after it", external_id="z")
        assert [message["text"] for message in await client.fetch()] == ["silent", "still readable", "after it"]


async def test_ten_people_at_once(desk: WebDesk) -> None:
    async def one(number: int) -> None:
        async with client_of(desk) as client, client.socket() as socket:
            for turn in range(5):
                await say(socket, type="message", id=f"{number}-{turn}", text=f"echo {number} {turn}")
            heard = await hear_messages(socket, 10)
            assert [frame["text"] for frame in heard[1::2]] == [f"{number} {turn}" for turn in range(5)]
            assert [frame["id"] for frame in heard] == sorted(frame["id"] for frame in heard)

    async with anyio.create_task_group() as tasks:
        for number in range(10):
            tasks.start_soon(one, number)
    assert set(await settled(desk)) == {DeliveryState.SENT}
