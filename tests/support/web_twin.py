"""A conversation that runs without the core: it writes real rows and answers with samples of every part.

For tests and for working on the page: `python -m tests.support.web_twin [port]`.
"""

import sys
from collections.abc import Sequence
from datetime import date
from threading import Event

from anyio.to_thread import run_sync
from fastapi import FastAPI

from bot.channels.web.mailbox import CHANNEL
from bot.messages import Button, Card, IncomingMessage, OutgoingMessage, Quote
from bot.ports import Handled, Owed, Received
from bot.turns.attachments import Fetched, fetch, keep
from bot.wording.rendering import files_of, outgoing_of
from knowledge.conversations.files import attach
from knowledge.conversations.messages import (
    already_received,
    newest_id,
    open_conversation,
    receive_message,
    send_message,
)
from knowledge.database import Database
from knowledge.entries.markdown import parse
from knowledge.entries.rich_text import plain
from knowledge.languages import parse_tag
from knowledge.models import Author, MessageKind

QUOTE = Quote(
    text="Финансирането покрива до 70 % от допустимите разходи, но не повече от 50 000 EUR на предприятие.",
    title="Ваучери за цифровизация на МСП",
    url="https://example.org/vouchers?a=1&b=2",
    language="bg",
    as_of=date(2026, 9, 1),
)
CARDS = (
    Card(
        number=1,
        reference="call-12",
        title="Ваучери за цифровизация на МСП",
        language="bg",
        kind="Funding call",
        countries="Bulgaria",
        status="Open",
        status_code="open",
        deadline="15 March 2027",
        url="https://example.org/12",
    ),
    Card(
        number=2,
        reference="call-19",
        title="Transformarea digitală a întreprinderilor mici și mijlocii din regiunea Dunării de Jos",
        language="ro",
        kind="Funding call",
        countries="Romania, Moldova",
        status="Closing soon",
        status_code="closing_soon",
        deadline="30 November 2026",
        url="https://example.org/19",
    ),
    Card(
        number=3,
        reference="call-7",
        title="Ενίσχυση εξωστρέφειας μικρών επιχειρήσεων",
        language="el",
        kind="Funding call",
        countries="Greece",
        status="Forthcoming",
        status_code="forthcoming",
        deadline="",
    ),
    Card(
        number=4,
        reference="call-3",
        title="Подршка за дигитализацију занатских радњи",
        language="sr",
        kind="Funding call",
        countries="Serbia",
        status="Closed",
        status_code="closed",
        deadline="1 May 2026",
        url="javascript:alert(1)",
    ),
)
BUTTONS = (
    (Button(label="Helpful", action="rate:1"), Button(label="Not helpful", action="rate:-1")),
    (Button(label="Ask an expert", action="expert"),),
)


class TwinConversation:
    """Answers every text with samples; some words make it slow, failing, silent or short.

    `slow` waits until it may `go_on`, at most for a while, `fail` breaks, `silent` gets no answer, `echo ...` comes
    back as it is, `qr ...` with a picture of it, `entry ...` as the quote of an entry in Markdown. The action
    `rate:...` replaces the message that it is on.
    """

    def __init__(self, database: Database, *, slow_s: float = 1.5) -> None:
        self.go_on = Event()
        self._database = database
        self._slow_s = slow_s
        self.received: list[IncomingMessage] = []

    async def handle(self, incoming: IncomingMessage) -> Handled:
        """Write the message and its answer down."""
        self.received.append(incoming)
        if "slow" in incoming.text:
            await run_sync(self.go_on.wait, self._slow_s)
        if "fail" in incoming.text:
            raise RuntimeError("The twin was asked to fail.")
        return await run_sync(self._handle, incoming, await fetch(incoming.files))

    def _handle(self, incoming: IncomingMessage, fetched: Sequence[Fetched]) -> Handled:
        with self._database.transaction() as session:
            conversation = open_conversation(session, CHANNEL, incoming.address)
            if incoming.external_id and already_received(session, conversation, incoming.external_id):
                return Handled()
            follows = newest_id(session, conversation.id)
            kind = MessageKind.ACTION if incoming.action else MessageKind.TEXT
            received = receive_message(
                session, conversation, incoming.text, external_id=incoming.external_id, kind=kind
            )
            attach(session, keep(session, fetched)[0], message=received)
            if incoming.action and incoming.action.startswith("language:"):
                conversation.language = parse_tag(incoming.action.partition(":")[2])
                conversation.language_chosen = True
            language = conversation.language or incoming.language_hint or "en"
            owed = [
                Owed.of(
                    send_message(session, conversation, part.text, author=Author.BOT, payload=part.as_reply()), part
                )
                for part in self._answer(incoming, language)
            ]
            files = files_of(session, [received.id]).get(received.id, ())
            return Handled(Received.of(received, files), tuple(owed), follows)

    def _answer(self, incoming: IncomingMessage, language: str) -> list[OutgoingMessage]:
        if incoming.action:
            replaces = incoming.on_message if incoming.action.startswith("rate:") else None
            return [OutgoingMessage(text=f"Noted: {incoming.action}", language=language, replaces=replaces)]
        if "silent" in incoming.text:
            return []
        if incoming.text.startswith("qr "):
            return [OutgoingMessage(text=incoming.text, language=language, qr=incoming.text[3:])]
        if incoming.text.startswith("echo "):
            return [OutgoingMessage(text=incoming.text[5:], language=language)]
        if incoming.text.startswith("entry "):
            words = parse(incoming.text[6:])
            quoted = QUOTE.model_copy(update={"text": plain(words), "blocks": words})
            return [OutgoingMessage(text="Here.", language=language, quotes=(quoted,))]
        text = (
            "Small companies in Bulgaria can get a voucher for digital services. It covers up to 70 % of the costs, "
            "and the call is open until 15 March 2027.\n\nHere is what the knowledge base says:"
        )
        return [OutgoingMessage(text=text, language="en", quotes=(QUOTE,), cards=CARDS, buttons=BUTTONS)]


def main(port: int) -> None:
    """Serve the page over the twin, with a database in the working directory's `twin.db`."""
    import uvicorn

    from bot.channels.web.router import create_router

    database = Database("sqlite:///twin.db")
    database.upgrade()
    app = FastAPI()
    app.include_router(create_router(TwinConversation(database), database, outgoing_of, secret=b"only for work" * 3))
    uvicorn.run(app, port=port)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8008)
