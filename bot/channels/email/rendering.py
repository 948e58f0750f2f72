"""Turns an outgoing message into an e-mail: plain words, links in full, and files attached."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from bot.messages import Card, OutgoingMessage, Quote
from bot.wording.texts import day

SUBJECT_LENGTH = 70


def email_of(
    outgoing: OutgoingMessage, *, sender: str, address: str, message_id: str, thread: str, files: Sequence[bytes] = ()
) -> EmailMessage:
    """Return the e-mail that `outgoing` becomes; `files` are the bytes of its files, in their order.

    `message_id` names it, so that one that was sent twice is shown once by many programs, and `thread` all that goes
    to this address, so that they are shown together.
    """
    letter = EmailMessage()
    letter["From"], letter["To"] = sender, Address(addr_spec=address)
    letter["Subject"] = _subject(outgoing.text)
    letter["Date"], letter["Message-ID"] = format_datetime(datetime.now(UTC)), message_id
    letter["In-Reply-To"] = letter["References"] = thread
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content("\n\n".join(_paragraphs(outgoing)) + "\n")
    for file, content in zip(outgoing.files, files, strict=True):
        main, _, sub = file.media_type.partition("/")
        letter.add_attachment(content, maintype=main, subtype=sub, filename=file.name)
    letter["Content-Language"] = outgoing.language
    return letter


def _subject(text: str) -> str:
    line = " ".join(next((each for each in text.splitlines() if each.strip()), "Punte").split())
    if len(line) > SUBJECT_LENGTH:
        return f"{line[:SUBJECT_LENGTH].rpartition(' ')[0] or line[:SUBJECT_LENGTH]} …"
    return line.rstrip(":")


def _paragraphs(outgoing: OutgoingMessage) -> Iterator[str]:
    yield outgoing.text.strip()
    for quote in outgoing.quotes:
        yield _quote(quote, outgoing.language)
    for card in outgoing.cards:
        yield _card(card)
    for row in outgoing.buttons:
        yield from (f"{button.label}: {button.url}" for button in row if button.url)


def _quote(quote: Quote, tag: str) -> str:
    words = "\n".join(f"> {line}" for line in quote.text.strip().splitlines())
    source = [quote.title, quote.by, day(quote.as_of, tag) if quote.as_of else None, quote.url]
    return f"{words}\n— {' · '.join(each for each in source if each)}"


def _card(card: Card) -> str:
    facts = " · ".join(fact for fact in (card.kind, card.countries, card.status, card.deadline) if fact)
    return "\n".join(line for line in (f"{card.number}. {card.title}", facts, card.url) if line)
