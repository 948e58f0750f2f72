"""What records choose among: the enumerations of the desk, without any table, so that programs may share them."""

from enum import StrEnum


class Kind(StrEnum):
    """What an entry is."""

    BEST_PRACTICE = "best_practice"
    FUNDING_CALL = "funding_call"
    ORGANISATION = "organisation"
    EXPERT = "expert"
    FAQ = "faq"
    EVENT = "event"
    GUIDE = "guide"
    INFRASTRUCTURE = "infrastructure"


class EntryState(StrEnum):
    """Where an entry stands: only published ones are found by askers."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class OperatingStatus(StrEnum):
    """Whether an existing system is in use."""

    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"


class FacetName(StrEnum):
    """The many-valued properties of an entry."""

    COUNTRY = "country"
    ELIGIBLE_COUNTRY = "eligible_country"
    SECTOR = "sector"
    COMPETENCE = "competence"
    DIRECTION = "direction"
    APPLICANT = "applicant"
    SPEAKS = "speaks"


class RowOutcome(StrEnum):
    """What became of a row; `held_back` is one that was fine, in a file that was refused for its other rows."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    HELD_BACK = "held_back"


class Author(StrEnum):
    """Who wrote a message."""

    ASKER = "asker"
    BOT = "bot"
    EXPERT = "expert"


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


class QuestionOutcome(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    CLARIFIED = "clarified"
    DECLINED = "declined"
    SMALL_TALK = "smalltalk"
    HANDED = "handed"


class TicketState(StrEnum):
    """Where a ticket stands; it follows from the last lifecycle event of the timeline.

    `waiting` is for the asker: an expert asked for details.
    """

    OPEN = "open"
    CLAIMED = "claimed"
    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"


class Priority(StrEnum):
    """How much a ticket presses, the least first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class EventKind(StrEnum):
    """What happened on a ticket; `note` is for staff only, `message` is the asker's, `answer` and `asked` the expert's.

    `handed` is a hand-over, `drafted` an entry made of the ticket, `returned` that draft sent back by a curator,
    `unreachable` a message that can never arrive.
    """

    OPENED = "opened"
    ROUTED = "routed"
    MESSAGE = "message"
    CLAIMED = "claimed"
    RELEASED = "released"
    HANDED = "handed"
    WATCHED = "watched"
    PRIORITY = "priority"
    DUE = "due"
    NOTE = "note"
    ANSWER = "answer"
    ASKED = "asked"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    RATED = "rated"
    FOLLOWED = "followed"
    MERGED = "merged"
    SPLIT = "split"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    UNREACHABLE = "unreachable"
    DRAFTED = "drafted"
    RETURNED = "returned"


class Words(StrEnum):
    """What a draft of a ticket's page is going to be."""

    ANSWER = "answer"
    ASK = "ask"
    NOTE = "note"


class Voice(StrEnum):
    """Who speaks in a moment of the story."""

    ASKER = "asker"
    BOT = "bot"
    EXPERT = "expert"
    NOTE = "note"
    SYSTEM = "system"


class Role(StrEnum):
    """What a member of staff may do; each role may do what the one before it may."""

    EXPERT = "expert"
    CURATOR = "curator"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        """Say whether this role may do what `needed` may."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


class SkillKind(StrEnum):
    """What a skill is about."""

    COMPETENCE = "competence"
    SECTOR = "sector"
    LANGUAGE = "language"
    COUNTRY = "country"


class Scope(StrEnum):
    """What a token may do, within what its owner's role may."""

    TICKETS_READ = "tickets:read"
    TICKETS_WRITE = "tickets:write"
    ENTRIES_READ = "entries:read"
    ENTRIES_WRITE = "entries:write"
    STAFF_WRITE = "staff:write"
    WEBHOOKS_WRITE = "webhooks:write"
    FIGURES_READ = "figures:read"


class NoticeKind(StrEnum):
    """What somebody is told of: the first ones are staff's, the last three a follower's.

    `standing` tells nothing new: it renews an earlier notice whose ticket stands otherwise now.
    """

    NEW = "new"
    HANDED = "handed"
    MESSAGE = "message"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    RATED = "rated"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    UNREACHABLE = "unreachable"
    WATCHED = "watched"
    STANDING = "standing"
    ANSWER = "answer"
    ASKED = "asked"
    CLOSED = "closed"


class MessageKind(StrEnum):
    """What a message of a conversation is, and by that what it carries; see `knowledge.payloads`.

    `text` is words, `action` a press of a button, `reply` what the bot says. `ticket_…` is what experts do with a
    ticket, as its asker and its followers get it. `staff_…` passes between the desk and its staff: `staff_act` is what
    one of them did, the next three are the desk's words about it, the others notices.
    """

    TEXT = "text"
    ACTION = "action"
    REPLY = "reply"
    TICKET_ANSWER = "ticket_answer"
    TICKET_ASKED = "ticket_asked"
    TICKET_CLOSED = "ticket_closed"
    TICKET_MERGED = "ticket_merged"
    STAFF_ACT = "staff_act"
    STAFF_REPLY = "staff_reply"
    STAFF_PROMPT = "staff_prompt"
    STAFF_HINT = "staff_hint"
    STAFF_NEW = "staff_new"
    STAFF_HANDED = "staff_handed"
    STAFF_MESSAGE = "staff_message"
    STAFF_REOPENED = "staff_reopened"
    STAFF_WITHDRAWN = "staff_withdrawn"
    STAFF_RATED = "staff_rated"
    STAFF_REMINDED = "staff_reminded"
    STAFF_ESCALATED = "staff_escalated"
    STAFF_UNREACHABLE = "staff_unreachable"
    STAFF_WATCHED = "staff_watched"
    STAFF_STANDING = "staff_standing"

    @classmethod
    def to_staff(cls, notice: NoticeKind) -> "MessageKind":
        """Return the kind of the message by which a member of staff is told."""
        return cls(f"staff_{notice}")

    @classmethod
    def to_follower(cls, notice: NoticeKind) -> "MessageKind":
        """Return the kind of the message by which a follower is told."""
        return cls(f"ticket_{notice}")

    @property
    def is_of_ticket(self) -> bool:
        """Whether it tells an asker what people did with a ticket."""
        return self.startswith("ticket_")

    @property
    def is_for_staff(self) -> bool:
        """Whether it passes between the desk and its staff."""
        return self.startswith("staff_")

    @property
    def notice(self) -> NoticeKind | None:
        """What it tells a member of staff of, None when it is no notice."""
        return next((kind for kind in NoticeKind if self == f"staff_{kind}"), None)


OF_TICKETS = tuple(kind for kind in MessageKind if kind.is_of_ticket)
"""By what an asker hears of people."""

STAFF_NEWS = tuple(kind for kind in MessageKind if kind.notice not in (None, NoticeKind.STANDING))
"""By what staff hear something new."""


class CodePurpose(StrEnum):
    """What a one-time code opens."""

    FOLLOW = "follow"
    STAFF_LINK = "staff_link"
