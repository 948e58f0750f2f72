"""What every Channel keeps, whatever carries its words."""

import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from fastapi import FastAPI
from pydantic import SecretStr

from bot.channels.channel import Channel, DeskParts, Traits
from bot.channels.email.channel import EmailChannel
from bot.channels.email.sender import EmailSender
from bot.channels.registry import CHANNELS, open_channels
from bot.channels.telegram import TelegramChannel
from bot.channels.web import create_router
from bot.channels.web.channel import WebChannel
from bot.delivery.outbox import Undeliverable
from bot.dialogue.actions import Redeem
from bot.dialogue.slash_commands import slash
from bot.messages import OutgoingMessage
from bot.settings import Settings
from bot.wording.rendering import outgoing_of
from knowledge.database import Database
from tests.support.bot_api_server import BotApiServer, Chat
from tests.support.echo_channel import EchoChannel, build_echo
from tests.support.scripted_conversation import ScriptedConversation
from tests.support.web_desk import KEY

pytestmark = pytest.mark.anyio

CODE = "23456ABCDE"
HELLO = OutgoingMessage(text="Hello", language="en")


def conversation(database: Database) -> ScriptedConversation:
    return ScriptedConversation(database, lambda incoming: [HELLO])


async def nobody(message_ids: list[int]) -> None:
    """Deliver nothing: these channels are only looked at, or sent through."""


class ChannelContract:
    """Subclass it with a fixture `channel`; a channel that sends has `reached`, `busy` and `gone` as well.

    `reached` is an address that takes a message; `busy` and `gone` do something by which the next message to it must
    wait, or can never arrive.
    """

    async def test_it_has_a_name_that_a_database_keeps(self, channel: Channel) -> None:
        assert channel.name
        assert channel.name.isascii()
        assert len(channel.name) <= 20

    async def test_it_lives_within_an_application_and_ends_with_it(self, channel: Channel) -> None:
        application = FastAPI()
        application.router.routes.extend(channel.routes())
        with anyio.fail_after(20):
            async with channel.lifespan():
                transport = httpx.ASGITransport(application)
                async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
                    assert (await client.get("/openapi.json")).status_code == 200

    async def test_every_link_carries_the_code(self, channel: Channel) -> None:
        async with channel.lifespan():
            links = [
                channel.follow_link(CODE, "web"),
                channel.follow_link(CODE, channel.name),
                channel.staff_link(CODE),
            ]
        assert all(link is None or CODE in link for link in links)

    async def test_it_takes_a_share_of_its_pace(self, channel: Channel) -> None:
        channel.share_pace(3)


class SendingContract(ChannelContract):
    """The part of those that send."""

    async def test_what_arrives_has_a_name(self, channel: Channel, reached: str) -> None:
        assert channel.sender
        async with channel.lifespan():
            assert await channel.sender.send(reached, 7, HELLO, None)

    async def test_what_must_wait_may_succeed_later(
        self, channel: Channel, reached: str, busy: Callable[[], None]
    ) -> None:
        assert channel.sender
        busy()
        async with channel.lifespan():
            with pytest.raises(Exception) as error:  # noqa: PT011
                await channel.sender.send(reached, 7, HELLO, None)
        assert not isinstance(error.value, Undeliverable)

    async def test_what_never_arrives_says_so(self, channel: Channel, reached: str, gone: Callable[[], None]) -> None:
        assert channel.sender
        gone()
        async with channel.lifespan():
            with pytest.raises(Undeliverable):
                await channel.sender.send(reached, 7, HELLO, None)


class TestWeb(ChannelContract):
    @pytest.fixture
    def channel(self, sqlite_database: Database) -> WebChannel:
        router = create_router(conversation(sqlite_database), sqlite_database, outgoing_of, secret=KEY)
        return WebChannel(router, "https://desk.example")

    async def test_its_page_is_another_door_for_who_is_on_the_page(self, channel: WebChannel) -> None:
        assert channel.sender is None
        assert channel.follow_link(CODE, "web") == f"https://desk.example/?follow={CODE}"


class TestEcho(SendingContract):
    @pytest.fixture
    def channel(self, sqlite_database: Database) -> EchoChannel:
        return EchoChannel(conversation(sqlite_database), nobody)

    @pytest.fixture
    def reached(self) -> str:
        return "ana"

    @pytest.fixture
    def busy(self, channel: EchoChannel) -> Callable[[], None]:
        return lambda: channel.busy.add("ana")

    @pytest.fixture
    def gone(self, channel: EchoChannel) -> Callable[[], None]:
        return lambda: channel.gone.add("ana")


class Mailbox:
    """What is behind a mail server, and its answers to the next letters."""

    def __init__(self) -> None:
        self.refusals: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        return self.refusals.pop(0) if self.refusals else "250 taken"


class TestEmail(SendingContract):
    @pytest.fixture
    def mailbox(self) -> Mailbox:
        return Mailbox()

    @pytest.fixture
    def channel(self, mailbox: Mailbox) -> Iterator[EmailChannel]:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        controller = Controller(mailbox, hostname="127.0.0.1", port=port)
        controller.start()
        sender = EmailSender(f"smtp://127.0.0.1:{port}", "Punte <desk@example.org>", no_file)
        yield EmailChannel(sender, tells_staff=True)
        controller.stop()

    @pytest.fixture
    def reached(self) -> str:
        return "ivo@asker.test"

    @pytest.fixture
    def busy(self, mailbox: Mailbox) -> Callable[[], None]:
        return lambda: mailbox.refusals.append("451 try later")

    @pytest.fixture
    def gone(self, mailbox: Mailbox) -> Callable[[], None]:
        return lambda: mailbox.refusals.append("554 not wanted")


async def no_file(attachment_id: int) -> bytes:
    return b""


class TestTelegram(SendingContract):
    @pytest.fixture
    def server(self) -> Iterator[BotApiServer]:
        with BotApiServer() as server:
            yield server

    @pytest.fixture
    def channel(self, server: BotApiServer, sqlite_database: Database) -> TelegramChannel:
        talk = conversation(sqlite_database)
        return TelegramChannel(server.token, talk, nobody, api_url=server.url, languages=("en",))

    @pytest.fixture
    def chat(self, server: BotApiServer) -> Chat:
        return server.chat()

    @pytest.fixture
    def reached(self, chat: Chat) -> str:
        return str(chat.id)

    @pytest.fixture
    def busy(self, server: BotApiServer) -> Callable[[], None]:
        return lambda: server.fail_next(429, retry_after=1)

    @pytest.fixture
    def gone(self, chat: Chat) -> Callable[[], None]:
        return chat.block

    async def test_its_links_lead_to_the_bot_once_its_name_is_known(self, channel: TelegramChannel) -> None:
        assert (channel.follow_link(CODE, "web"), channel.staff_link(CODE)) == (None, None)
        async with channel.lifespan():
            await channel.ready()
            link = channel.follow_link(CODE, "web")
            assert link == f"https://t.me/{channel.username}?start=f-{CODE}"
            assert slash(f"/start {link.partition('?start=')[2]}") == Redeem(CODE)
            assert channel.follow_link(CODE, "telegram") is None, "it would lead back to the same chat"
            assert channel.staff_link(CODE) == f"https://t.me/{channel.username}?start=s-{CODE}"


class TestTheList:
    """The desk's own channels, as its settings make them."""

    @pytest.fixture
    def parts(self, sqlite_database: Database) -> DeskParts:
        talk = conversation(sqlite_database)

        async def hold(duty: str, for_s: float) -> bool:
            return True

        return DeskParts(
            sqlite_database, talk, lambda menu: talk, outgoing_of, nobody, lambda listener: lambda: None, hold, KEY
        )

    def test_their_names_differ(self, parts: DeskParts, tmp_path: Path) -> None:
        token = SecretStr("1:token")
        channels = open_channels(Settings(home=tmp_path, telegram_token=token), parts, (*CHANNELS, build_echo))
        assert [each.name for each in channels] == ["telegram", "web", "email", "echo"]

    def test_what_is_off_is_not_opened_and_without_a_mail_server_nothing_waits_for_one(
        self, parts: DeskParts, tmp_path: Path
    ) -> None:
        web, mail = open_channels(Settings(home=tmp_path), parts)
        assert (web.traits, mail.traits) == (Traits(), Traits(mail=True))
        smtp = SecretStr("smtp://mail.example")
        web, mail = open_channels(Settings(home=tmp_path, smtp_url=smtp, mail_from="a@desk.example"), parts)
        assert (web.traits, mail.traits) == (
            Traits(unread_for=timedelta(minutes=15)),
            Traits(tells_staff=True, mail=True),
        )
