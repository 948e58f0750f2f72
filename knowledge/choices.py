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


class CodePurpose(StrEnum):
    """What a one-time code opens."""

    FOLLOW = "follow"
    STAFF_LINK = "staff_link"
