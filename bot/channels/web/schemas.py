"""The shapes of the protocol: what clients send and what they are sent. PROTOCOL.md explains them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.messages import Button, Card, OutgoingFile, Quote
from knowledge.models import Author, TicketState

ClientId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,80}$")]
ActionName = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Cursor = Annotated[int, Field(ge=0, le=2**53)]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class SessionRequest(_Shape):
    """`language`: the BCP 47 tag of the person's page; without it, Accept-Language is read."""

    language: Annotated[str, StringConstraints(max_length=35)] | None = None


class SessionCreated(_Shape):
    """A new session: keep the token, it is the only key to the conversation."""

    token: str
    expires_at: datetime
    language: str | None = None


class Sent(_Shape):
    """What a person sends: a text, or the action of a button they pressed on the message `on_message`."""

    id: ClientId
    text: str | None = None
    action: ActionName | None = None
    on_message: Cursor | None = None


class PostedMessage(Sent):
    """A message by HTTP; `after` is the client's cursor, so that a repeated request loses nothing."""

    after: Cursor | None = None


class ChatMessage(_Shape):
    """One message of the conversation, of either side; its `id` is the cursor."""

    id: int
    author: Author
    text: str
    language: str | None = None
    quotes: tuple[Quote, ...] = ()
    cards: tuple[Card, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    files: tuple[OutgoingFile, ...] = ()
    replaces: int | None = None
    qr: str | None = None
    ticket: int | None = None
    client_id: str | None = None
    created_at: datetime


class Messages(_Shape):
    """Messages, oldest first; `more` says that there are further ones, `typing` that the desk is at work."""

    messages: list[ChatMessage]
    more: bool = False
    typing: bool = False


class OwnTicket(_Shape):
    """A ticket of one's own: how it `stands`, in words, and the id of the message that told its last `news`, if any."""

    id: int
    number: str
    question: str
    state: TicketState
    stands: str
    opened_at: datetime
    news: int | None = None


class OwnTickets(_Shape):
    """One's own tickets, newest first."""

    tickets: tuple[OwnTicket, ...]


class ErrorDetail(_Shape):
    """What went wrong: a stable code for programs and a sentence for people, which says what to do."""

    code: str
    message: str
    retry_after: float | None = None


class ErrorBody(_Shape):
    """The body of every error of the protocol."""

    error: ErrorDetail


class HelloFrame(_Shape):
    """The first frame on a socket."""

    type: Literal["hello"]
    token: Annotated[str, StringConstraints(max_length=500)]
    after: Cursor = 0


class MessageFrame(_Shape):
    """A text."""

    type: Literal["message"]
    id: ClientId
    text: str


class ActionFrame(_Shape):
    """A pressed button."""

    type: Literal["action"]
    id: ClientId
    action: ActionName
    on_message: Cursor | None = None


class PingFrame(_Shape):
    """Asks for a pong."""

    type: Literal["ping"]


Frame = Annotated[HelloFrame | MessageFrame | ActionFrame | PingFrame, Field(discriminator="type")]


class ChatMessageFrame(ChatMessage):
    """A message as it is pushed."""

    type: Literal["message"] = "message"
