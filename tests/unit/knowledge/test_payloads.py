"""What records carry beside words is read as any version stored it, and stored as it was read."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from knowledge.choices import OF_TICKETS, STAFF_NEWS, EventKind, MessageKind, NoticeKind, Priority, TicketState
from knowledge.payloads import (
    Clocked,
    Drafted,
    Due,
    ExpertWords,
    Followed,
    Handed,
    Linked,
    Noted,
    Prioritised,
    Rated,
    Released,
    Reply,
    Routed,
    SentFile,
    Simply,
    StaffNotice,
    StaffPrompt,
    StaffSaid,
    Suggestion,
    Unreachable,
    Watched,
    Wordless,
    read_event,
    read_message,
)

FILE = {"id": 3, "name": "form.pdf", "media_type": "application/pdf", "size": 12}
WORDS = {"ticket": "P-7", "question": "how?", "by": "Ana", "organisation": "Chamber", "files": [FILE], "one_way": True}
NOTICE = {
    "ticket": "P-7", "ticket_id": 7, "question": "how?", "state": "claimed", "holder": "", "mine": True,
    "priority": "high", "language": "sr", "country": "RS", "sector": None, "competence": None, "zone": "Europe/Sofia",
    "due_at": "2026-05-04T10:00:00+00:00", "event": "rated", "files": [FILE], "rating": 3, "to": "of another event",
    "routing": {"staff_id": 2, "name": "Mila", "score": 4.5, "reasons": [["country", "RS"], ["load", "2/10"]]},
}  # fmt: skip
SAID = {"text": "P-7 is yours.", "language": "en", "buttons": []}

MESSAGES: dict[MessageKind, tuple[type, dict[str, Any]]] = {
    MessageKind.TEXT: (Wordless, {}),
    MessageKind.ACTION: (Wordless, {}),
    MessageKind.STAFF_ACT: (Wordless, {}),
    MessageKind.REPLY: (Reply, SAID | {"quotes": [{"title": "Tax", "text": "Monthly.", "language": "en"}]}),
    MessageKind.STAFF_REPLY: (StaffSaid, {"said": SAID}),
    MessageKind.STAFF_HINT: (StaffSaid, {"said": SAID}),
    MessageKind.STAFF_PROMPT: (StaffPrompt, {"said": SAID, "act": "note"}),
    **{kind: (ExpertWords, WORDS) for kind in OF_TICKETS},
    **{kind: (StaffNotice, NOTICE) for kind in STAFF_NEWS},
    MessageKind.STAFF_STANDING: (StaffNotice, NOTICE | {"was": "new", "replaces": 9}),
}
EVENTS: dict[EventKind, tuple[type, dict[str, Any]]] = {
    EventKind.ROUTED: (Routed, {"staff_id": 2, "name": "Mila", "score": 4.5, "reasons": [["country", "RS"]]}),
    EventKind.HANDED: (Handed, {"to_staff": 2, "to": "Mila"}),
    EventKind.RELEASED: (Released, {"group": "Tax"}),
    EventKind.WATCHED: (Watched, {"on": True}),
    EventKind.PRIORITY: (Prioritised, {"from": "normal", "to": "high"}),
    EventKind.DUE: (Due, {"to": "2026-05-04T10:00:00+00:00"}),
    EventKind.REMINDED: (Clocked, {"due_at": "2026-05-04T10:00:00+00:00"}),
    EventKind.ESCALATED: (Clocked, {"due_at": None}),
    EventKind.NOTE: (Noted, {"key": "note:7:1:x"}),
    EventKind.RATED: (Rated, {"rating": None}),
    EventKind.FOLLOWED: (Followed, {"channel": "web"}),
    EventKind.MERGED: (Linked, {"into": 5}),
    EventKind.SPLIT: (Linked, {"from": 3}),
    EventKind.UNREACHABLE: (Unreachable, {"channel": "telegram", "error": "blocked", "elsewhere": None}),
    EventKind.DRAFTED: (Drafted, {"reference": "ticket-7"}),
    EventKind.RETURNED: (Drafted, {"reference": "ticket-7"}),
}


@pytest.mark.parametrize("kind", MessageKind)
def test_a_message_is_stored_as_it_was_read_with_what_nobody_knows_here(kind: MessageKind) -> None:
    model, data = MESSAGES[kind]
    payload = read_message(kind, data | {"of_tomorrow": [1]})
    assert (type(payload), payload.kind) == (model, kind)
    assert payload.stored() == data | {"of_tomorrow": [1]}


@pytest.mark.parametrize("kind", EventKind)
def test_an_event_is_stored_as_it_was_read_and_may_have_been_emptied(kind: EventKind) -> None:
    model, data = EVENTS.get(kind, (Simply, {}))
    payload = read_event(kind, data | {"of_tomorrow": [1]})
    assert (type(payload), payload.kind) == (model, kind)
    assert payload.stored() == data | {"of_tomorrow": [1]}
    assert read_event(kind, {}).stored() == {}


def test_what_an_older_desk_did_not_store_has_its_default() -> None:
    words = read_message(MessageKind.TICKET_ANSWER, {"by": "Ana"})
    assert isinstance(words, ExpertWords)
    assert (words.ticket, words.organisation, words.files, words.one_way) == ("", "", (), False)
    known = {name: NOTICE[name] for name in ("ticket", "ticket_id", "question", "state", "priority", "language")}
    notice = read_message(MessageKind.STAFF_NEW, known)
    assert isinstance(notice, StaffNotice)
    assert (notice.holder, notice.mine, notice.due_at, notice.routing, notice.was) == (
        "",
        False,
        None,
        Suggestion(),
        None,
    )


def test_a_notice_is_read_as_values() -> None:
    notice = read_message(MessageKind.STAFF_RATED, NOTICE)
    assert isinstance(notice, StaffNotice)
    assert (notice.state, notice.priority, notice.event) == (TicketState.CLAIMED, Priority.HIGH, EventKind.RATED)
    assert notice.due_at == datetime(2026, 5, 4, 10, tzinfo=UTC)
    assert notice.routing.reasons == (("country", "RS"), ("load", "2/10"))
    assert notice.files == (SentFile(**FILE),)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (MessageKind.STAFF_NEW, {}),
        (MessageKind.STAFF_PROMPT, {"said": SAID}),
        (MessageKind.STAFF_NEW, NOTICE | {"state": "lost"}),
        (MessageKind.TICKET_ANSWER, {"files": ["form.pdf"]}),
    ],
)
def test_what_is_damaged_is_refused(kind: MessageKind, data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        read_message(kind, data)


def test_kinds_tell_whom_a_message_is_for() -> None:
    assert {kind for kind in MessageKind if kind.is_of_ticket} == {*OF_TICKETS}
    assert not any(kind.is_for_staff for kind in (*OF_TICKETS, MessageKind.TEXT, MessageKind.ACTION, MessageKind.REPLY))
    assert all(kind.is_for_staff for kind in STAFF_NEWS)


def test_every_notice_has_the_message_by_which_it_is_told() -> None:
    followers = (NoticeKind.ANSWER, NoticeKind.ASKED, NoticeKind.CLOSED)
    assert all(MessageKind.to_follower(notice) in OF_TICKETS for notice in followers)
    for notice in {*NoticeKind} - {*followers}:
        assert MessageKind.to_staff(notice).notice is notice
    told = {kind.notice for kind in STAFF_NEWS}
    assert told == {*NoticeKind} - {*followers, NoticeKind.STANDING}
    assert MessageKind.STAFF_REPLY.notice is MessageKind.TICKET_ANSWER.notice is None
