"""What passes between the conversation and its channels: plain data that any channel can render."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from knowledge.entries.rich_text import Block
from knowledge.models import Attachment
from knowledge.payloads import Reply, SentFile

MAX_INCOMING_CHARS = 4_000
"""What is read of one message; the rest is dropped and the person is told so."""


@dataclass(frozen=True)
class IncomingFile:
    """A file that a person sent; `read` fetches its bytes (`size` many, as the channel says) when they are wanted.

    `remote_id` is the channel's own name of it, by which the channel can send it again.
    """

    name: str
    media_type: str
    size: int
    read: Callable[[], Awaitable[bytes]]
    remote_id: str | None = None


@dataclass(frozen=True)
class IncomingMessage:
    """What a person did on a channel: wrote `text`, sent `files`, or pressed a button (`action`, on our `on_message`).

    `address` is the channel's own name for the chat, `external_id` its identifier of this message, by which a
    repeated one is known. `language_hint` is the language of the person's app, a BCP 47 tag. `reply_to` is our
    message that the person replied to, `person` their name on the channel.
    """

    channel: str
    address: str
    text: str = ""
    action: str | None = None
    on_message: int | None = None
    external_id: str | None = None
    language_hint: str | None = None
    files: tuple[IncomingFile, ...] = ()
    reply_to: int | None = None
    person: str | None = None


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Button(_Part):
    """Something to press: its label in the person's language, and the action that comes back (at most 40 bytes).

    One with a `url` opens that page instead.
    """

    label: str
    action: str
    url: str | None = None


class Quote(_Part):
    """Words of an entry, in their own language, with where they are from and whose they are (`by`).

    `blocks` says how the words look, and is empty where plain `text` loses nothing.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    title: str
    url: str | None = None
    language: str
    as_of: date | None = None
    by: str | None = None


class Card(_Part):
    """An entry at a glance; labels are in the person's language, the title in its own."""

    number: int
    reference: str
    title: str
    language: str
    kind: str
    countries: str = ""
    status: str = ""
    status_code: str = ""
    deadline: str = ""
    url: str | None = None


class OutgoingFile(_Part):
    """A file to be sent: the attachment that holds it (see `knowledge.conversations.files`), and its size in bytes."""

    attachment_id: int
    name: str
    media_type: str
    size: int

    @classmethod
    def of(cls, file: SentFile | Attachment) -> Self:
        """Return a kept file as it is sent."""
        return cls(attachment_id=file.id, name=file.name, media_type=file.media_type, size=file.size)


class OutgoingMessage(_Part):
    """What the desk says: text, quotes, cards, files and rows of buttons, in that order.

    All texts are plain; a channel escapes them. `replaces` is the id of an earlier message that this one takes the
    place of, where the channel can. `language` is the tag of the desk's own words, `qr` an address that a screen may
    also show as a picture for a phone's camera. `placeholder` says that an answer in words is awaited, and what stands
    in the empty field for it.
    """

    text: str
    language: str
    quotes: tuple[Quote, ...] = ()
    cards: tuple[Card, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    files: tuple[OutgoingFile, ...] = ()
    replaces: int | None = None
    qr: str | None = None
    placeholder: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return how it is stored."""
        return self.model_dump(mode="json")

    def as_reply(self) -> Reply:
        """Return what a message of the bot carries that says this."""
        return Reply.model_validate(self.as_json())
