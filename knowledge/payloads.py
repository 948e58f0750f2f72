"""What messages and the lines of timelines carry beside their words: one model a kind, stored as JSON.

`read_message` and `read_event` read what any version of the desk has stored: fields that it did not know yet have their
defaults, and those that this one does not know are kept. To add a kind, name it in `knowledge.choices` and say here
what it carries.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, PlainSerializer, TypeAdapter

from knowledge.choices import EventKind, MessageKind, NoticeKind, Priority, TicketState

Instant = Annotated[datetime, PlainSerializer(datetime.isoformat, return_type=str, when_used="json")]
From = Field(default=None, validation_alias=AliasChoices("from", "from_"), serialization_alias="from")


class _Json(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class _Payload(_Json):
    def stored(self) -> dict[str, Any]:
        """Return what is stored with the record beside its kind: what was said of it and no more."""
        return self.model_dump(mode="json", by_alias=True, exclude={"kind"}, exclude_unset=True)


class SentFile(_Json):
    """An attachment as messages carry it: its id, and its size in bytes."""

    id: int
    name: str
    media_type: str
    size: int


class Suggestion(_Json):
    """Whom a ticket suits best, and why: pairs of a code and what it is about, see `knowledge.tickets.routing`."""

    staff_id: int | None = None
    name: str | None = None
    score: float = 0.0
    reasons: tuple[tuple[str, str], ...] = ()


class Wordless(_Payload):
    """What people wrote or did: it has its text only."""

    kind: Literal[MessageKind.TEXT, MessageKind.ACTION, MessageKind.STAFF_ACT] = MessageKind.TEXT


class Quoted(_Json):
    """Words of an entry that the bot quoted."""

    title: str = ""
    text: str = ""


class Reply(_Payload):
    """What the bot said: an `OutgoingMessage` of `bot.messages`, of which staff read the quotes."""

    kind: Literal[MessageKind.REPLY] = MessageKind.REPLY
    quotes: tuple[Quoted, ...] = ()


class ExpertWords(_Payload):
    """What people did with a ticket: its number (`ticket`), who speaks (`by`) and for whom, and files.

    `one_way` says that replies to it are not read, `into` is the number of the ticket that a merged one went on as.
    """

    kind: Literal[
        MessageKind.TICKET_ANSWER, MessageKind.TICKET_ASKED, MessageKind.TICKET_CLOSED, MessageKind.TICKET_MERGED
    ]
    ticket: str = ""
    question: str = ""
    by: str = ""
    organisation: str = ""
    files: tuple[SentFile, ...] = ()
    one_way: bool = False
    into: str = ""


class StaffSaid(_Payload):
    """What staff were told of what they did: an `OutgoingMessage` of `bot.messages`."""

    kind: Literal[MessageKind.STAFF_REPLY, MessageKind.STAFF_HINT] = MessageKind.STAFF_REPLY
    said: dict[str, Any]


class StaffPrompt(_Payload):
    """A request to staff for words, and the act that they are for."""

    kind: Literal[MessageKind.STAFF_PROMPT] = MessageKind.STAFF_PROMPT
    said: dict[str, Any]
    act: str


class StaffNotice(_Payload):
    """What a member of staff is told of a ticket, as it stood for them then.

    `holder` is the colleague in whose hands it was, `mine` says that it was in theirs, `zone` is their clock. One that
    renews an earlier one names that (`replaces`) and what it told (`was`). What the `event` carries is there too.
    """

    kind: Literal[
        MessageKind.STAFF_NEW, MessageKind.STAFF_HANDED, MessageKind.STAFF_MESSAGE, MessageKind.STAFF_REOPENED,
        MessageKind.STAFF_WITHDRAWN, MessageKind.STAFF_RATED, MessageKind.STAFF_REMINDED, MessageKind.STAFF_ESCALATED,
        MessageKind.STAFF_UNREACHABLE, MessageKind.STAFF_WATCHED, MessageKind.STAFF_STANDING,
    ]  # fmt: skip
    ticket: str
    ticket_id: int
    question: str
    state: TicketState
    holder: str = ""
    mine: bool = False
    priority: Priority
    language: str
    country: str | None = None
    sector: str | None = None
    competence: str | None = None
    zone: str | None = None
    due_at: Instant | None = None
    event: EventKind | None = None
    routing: Suggestion = Suggestion()
    files: tuple[SentFile, ...] = ()
    rating: int | None = None
    error: str | None = None
    elsewhere: str | None = None
    was: NoticeKind | None = None
    replaces: int | None = None


MessagePayload = Annotated[
    Wordless | Reply | ExpertWords | StaffSaid | StaffPrompt | StaffNotice, Field(discriminator="kind")
]


class Simply(_Payload):
    """What needs no more than its kind, and words."""

    kind: Literal[
        EventKind.OPENED, EventKind.MESSAGE, EventKind.CLAIMED, EventKind.ANSWER, EventKind.ASKED, EventKind.CLOSED,
        EventKind.REOPENED, EventKind.WITHDRAWN,
    ]  # fmt: skip


class Routed(_Payload, Suggestion):
    """Whom the desk suggested, or what staff say that a ticket is about."""

    kind: Literal[EventKind.ROUTED] = EventKind.ROUTED
    country: str | None = None
    sector: str | None = None
    competence: str | None = None


class Handed(_Payload):
    """The colleague or the group that has it now: the id, and the name (`to`)."""

    kind: Literal[EventKind.HANDED] = EventKind.HANDED
    to_staff: int | None = None
    to_group: int | None = None
    to: str | None = None


class Released(_Payload):
    """Free for others; `group` is the name of one that is no more."""

    kind: Literal[EventKind.RELEASED] = EventKind.RELEASED
    group: str | None = None


class Watched(_Payload):
    """Whether somebody watches it now."""

    kind: Literal[EventKind.WATCHED] = EventKind.WATCHED
    on: bool = False


class Prioritised(_Payload):
    """How much it pressed and presses now."""

    kind: Literal[EventKind.PRIORITY] = EventKind.PRIORITY
    from_: Priority | None = From
    to: Priority | None = None


class Due(_Payload):
    """When the next word is due now."""

    kind: Literal[EventKind.DUE] = EventKind.DUE
    to: Instant | None = None


class Clocked(_Payload):
    """When the word was due that somebody is reminded of."""

    kind: Literal[EventKind.REMINDED, EventKind.ESCALATED]
    due_at: Instant | None = None


class Noted(_Payload):
    """By which `key` a note that is sent twice is known."""

    kind: Literal[EventKind.NOTE] = EventKind.NOTE
    key: str | None = None


class Rated(_Payload):
    """The asker's verdict, 1 to 5."""

    kind: Literal[EventKind.RATED] = EventKind.RATED
    rating: int | None = None


class Followed(_Payload):
    """On which channel it is followed too."""

    kind: Literal[EventKind.FOLLOWED] = EventKind.FOLLOWED
    channel: str | None = None


class Linked(_Payload):
    """The id of the ticket that this one went, or gave a question, `into`, or that came or was split `from` it."""

    kind: Literal[EventKind.MERGED, EventKind.SPLIT]
    from_: int | None = From
    into: int | None = None


class Unreachable(_Payload):
    """On which channel a message did not arrive, why, and on which it goes instead."""

    kind: Literal[EventKind.UNREACHABLE] = EventKind.UNREACHABLE
    channel: str | None = None
    error: str | None = None
    elsewhere: str | None = None


class Drafted(_Payload):
    """The entry that was made of it, or sent back."""

    kind: Literal[EventKind.DRAFTED, EventKind.RETURNED]
    reference: str | None = None


EventPayload = Annotated[
    Simply | Routed | Handed | Released | Watched | Prioritised | Due | Clocked | Noted | Rated | Followed | Linked
    | Unreachable | Drafted,
    Field(discriminator="kind"),
]  # fmt: skip

_MESSAGES: TypeAdapter[MessagePayload] = TypeAdapter(MessagePayload)
_EVENTS: TypeAdapter[EventPayload] = TypeAdapter(EventPayload)


def read_message(kind: MessageKind, data: Mapping[str, Any]) -> MessagePayload:
    """Return what a message of a kind carries, from how it is stored; raises pydantic's `ValidationError`."""
    return _MESSAGES.validate_python({**data, "kind": kind})


def read_event(kind: EventKind, data: Mapping[str, Any]) -> EventPayload:
    """Return what a line of a timeline carries, from how it is stored; raises pydantic's `ValidationError`."""
    return _EVENTS.validate_python({**data, "kind": kind})
