"""E-mail from the outbox to a real SMTP server on the loopback."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from bot.channels.email import EmailSender, NoEmail
from bot.delivery.outbox import Outbox
from bot.messages import Button, Card, OutgoingFile, OutgoingMessage, Quote
from knowledge.conversations.messages import open_conversation, send_message
from knowledge.database import Database
from knowledge.models import Author, Delivery, DeliveryState
from knowledge.retrying import Backoff
from tests.support.background import in_background
from tests.support.scripted_conversation import outgoing_of
from tests.support.waiting import until

pytestmark = pytest.mark.anyio


class Mailboxes:
    """The people behind a mail server; `refusals` are what it says to the next letters, by the step it says it at."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.to: list[str] = []
        self.refusals: dict[str, list[str]] = {"RCPT": [], "DATA": []}

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        if self.refusals["RCPT"]:
            return self.refusals["RCPT"].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        if self.refusals["DATA"]:
            return self.refusals["DATA"].pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        self.letters.append(message_from_bytes(content, policy=policy.default))
        self.to += envelope.rcpt_tos
        return "250 taken"


@asynccontextmanager
async def mail_server(mailboxes: Mailboxes, **options: Any) -> AsyncIterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(mailboxes, hostname="127.0.0.1", port=port, **options)
    await asyncio.to_thread(controller.start)
    yield f"127.0.0.1:{port}"
    await asyncio.to_thread(controller.stop)


async def content(attachment_id: int) -> bytes:
    return b"%PDF-1.4 file " + str(attachment_id).encode()


def owe(database: Database, outgoing: OutgoingMessage, address: str = "ivo@asker.test") -> int:
    with database.transaction() as session:
        conversation = open_conversation(session, "email", address)
        sent = send_message(session, conversation, outgoing.text, author=Author.BOT, payload=outgoing.as_reply())
        return sent.id


def delivery(database: Database) -> Delivery:
    with database.reading() as session:
        return session.query(Delivery).one()


def outbox(database: Database, sender: Any) -> Outbox:
    return Outbox(database, {"email": sender}, outgoing_of, lease_s=8, poll_s=0.02, backoff=Backoff(0.05, 60))


ANSWER = OutgoingMessage(
    text="Одговор на P-7:\n\nПријавите се у општини.",
    language="sr",
    quotes=(Quote(text="Prijava je besplatna.", title="Vodič", url="https://e.org/v", language="sr", by="Komora"),),
    cards=(Card(number=1, reference="g", title="Vodič", language="sr", kind="guide", url="https://e.org/k"),),
    buttons=((Button(label="👍", action="up"), Button(label="Отвори", action="open", url="https://e.org/t")),),
    files=(OutgoingFile(attachment_id=3, name="образац.pdf", media_type="application/pdf", size=15),),
)


async def test_a_message_arrives_with_its_words_links_and_files(database: Database) -> None:
    mailboxes = Mailboxes()
    async with mail_server(mailboxes) as place:
        sender = EmailSender(f"smtp://{place}", "Punte <desk@example.org>", content)
        message_id = owe(database, ANSWER)
        await outbox(database, sender).deliver([message_id])
    (letter,) = mailboxes.letters
    assert mailboxes.to == ["ivo@asker.test"]
    assert (letter["From"], letter["Subject"]) == ("Punte <desk@example.org>", "Одговор на P-7")
    assert letter["Message-ID"] == delivery(database).external_id == f"<punte-{message_id}@example.org>"
    assert letter["References"] == letter["In-Reply-To"] != letter["Message-ID"]
    assert letter["Content-Language"] == ANSWER.language
    assert letter["Auto-Submitted"] == "auto-generated"
    body = letter.get_body()
    assert body
    for words in ("Пријавите се у општини.", "> Prijava je besplatna.", "Komora", "https://e.org/k", "https://e.org/t"):
        assert words in body.get_content()
    (file,) = letter.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("образац.pdf", b"%PDF-1.4 file 3")


async def test_what_may_pass_is_tried_again(sqlite_database: Database) -> None:
    mailboxes = Mailboxes()
    mailboxes.refusals = {"RCPT": ["450 busy"], "DATA": ["451 try later"]}
    async with mail_server(mailboxes) as place:
        sender = EmailSender(f"smtp://{place}", "desk@example.org", content)
        owe(sqlite_database, OutgoingMessage(text="Hello", language="en"))
        async with in_background(outbox(sqlite_database, sender).run()):
            await until(lambda: delivery(sqlite_database).state is DeliveryState.SENT)
    assert len(mailboxes.letters) == 1
    assert delivery(sqlite_database).attempts == 3


@pytest.mark.parametrize(
    ("refusals", "address", "reason"),
    [
        ({"RCPT": ["550 no such user"], "DATA": []}, "ivo@asker.test", "550 no such user"),
        ({"RCPT": [], "DATA": ["554 not wanted"]}, "ivo@asker.test", "554 not wanted"),
        ({"RCPT": [], "DATA": []}, "two@at@signs", "no e-mail address"),
    ],
)
async def test_what_stands_is_permanent(
    sqlite_database: Database, refusals: dict[str, list[str]], address: str, reason: str
) -> None:
    mailboxes = Mailboxes()
    mailboxes.refusals = refusals
    async with mail_server(mailboxes) as place:
        sender = EmailSender(f"smtp://{place}", "desk@example.org", content)
        await outbox(sqlite_database, sender).deliver(
            [owe(sqlite_database, OutgoingMessage(text="Hello", language="en"), address)]
        )
    failed = delivery(sqlite_database)
    assert (failed.state, failed.permanent) == (DeliveryState.FAILED, True)
    assert reason in (failed.error or "")


async def test_the_desk_logs_in_and_a_wrong_password_loses_no_letter(sqlite_database: Database) -> None:
    def check(*args: Any) -> AuthResult:
        given = args[-1]
        return AuthResult(success=(given.login, given.password) == (b"desk", b"p@ss"))

    mailboxes = Mailboxes()
    options = {"authenticator": check, "auth_require_tls": False}
    async with mail_server(mailboxes, **options) as place:
        owed = [owe(sqlite_database, OutgoingMessage(text="Hello", language="en"))]
        wrong = EmailSender(f"smtp://desk:wrong@{place}", "desk@example.org", content)
        await outbox(sqlite_database, wrong).deliver(owed)
        assert delivery(sqlite_database).state is DeliveryState.PENDING
        right = EmailSender(f"smtp://desk:p%40ss@{place}", "desk@example.org", content)
        async with in_background(outbox(sqlite_database, right).run()):
            await until(lambda: mailboxes.letters)


async def test_a_desk_without_a_mail_server_says_so(sqlite_database: Database) -> None:
    await outbox(sqlite_database, NoEmail()).deliver(
        [owe(sqlite_database, OutgoingMessage(text="Hello", language="en"))]
    )
    assert "PUNTE_SMTP_URL" in (delivery(sqlite_database).error or "")
