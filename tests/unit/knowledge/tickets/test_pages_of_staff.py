"""What staff see and write on a ticket's page: its story, drafts, ready texts, who is there, and their own profile."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy.orm import Session

from knowledge.choices import Voice
from knowledge.conversations.files import keep_file
from knowledge.conversations.messages import open_conversation, receive_message, send_message
from knowledge.errors import InvalidInput, NotFound, Taken
from knowledge.models import Author, Conversation, Presence, Role, SkillKind, Staff, Ticket, Words, now
from knowledge.staff.absences import absences_of, add_absence, delete_absence
from knowledge.staff.groups import list_groups, save_group
from knowledge.staff.profiles import profile_of, save_profile
from knowledge.tickets.answer_drafts import drafts_of, save_draft
from knowledge.tickets.by_asker import add_asker_message, open_ticket, rate_ticket
from knowledge.tickets.by_staff import add_note, answer_ticket, close_ticket
from knowledge.tickets.canned_texts import canned_for, delete_canned, save_canned
from knowledge.tickets.presence import seen
from knowledge.tickets.similar import similar_tickets
from knowledge.tickets.timeline import timeline


@pytest.fixture
def ticket(session: Session, conversation: Conversation) -> Ticket:
    return open_ticket(session, conversation, "How do I export wine?", reason="asked", language="en")


def test_the_story_tells_who_said_what_in_one_order(session: Session, conversation: Conversation, ana: Staff) -> None:
    for number in range(12):
        receive_message(session, conversation, f"before {number}", external_id=None)
    send_message(session, conversation, "I do not know.", author=Author.BOT)
    ticket = open_ticket(session, conversation, "How?", reason="declined", language="en")
    add_asker_message(session, ticket, receive_message(session, conversation, "In Serbia.", external_id=None))
    send_message(session, conversation, "I added this.", author=Author.BOT)
    add_note(session, ticket.id, ana, "Hm.", files=[keep_file(session, "a.txt", b"words").id])
    answer_ticket(session, ticket.id, ana, "So.")
    close_ticket(session, ticket.id, ana)
    rate_ticket(session, conversation, ticket.id, 5, "Fine.")
    receive_message(session, conversation, "long after", external_id=None)
    story = timeline(session, ticket.id)
    assert [moment.text for moment in story[:9]] == [f"before {number}" for number in range(3, 12)]
    assert [(moment.voice, moment.text) for moment in story[9:]] == [
        (Voice.BOT, "I do not know."), (Voice.ASKER, "How?"), (Voice.ASKER, "In Serbia."), (Voice.BOT, "I added this."),
        (Voice.NOTE, "Hm."), (Voice.SYSTEM, ""), (Voice.EXPERT, "So."), (Voice.SYSTEM, ""), (Voice.ASKER, "Fine."),
    ]  # fmt: skip
    answer = next(moment for moment in story if moment.voice is Voice.EXPERT)
    assert (answer.by, answer.delivery is not None) == ("Ana", True)
    assert [file.name for moment in story for file in moment.files] == ["a.txt"]
    with pytest.raises(NotFound):
        timeline(session, 4711)


def test_tickets_that_ask_much_the_same_are_found(session: Session, ticket: Ticket, ana: Staff) -> None:
    other = open_conversation(session, "web", "other")
    texts = ("Export of wine, how?", "Tax on honey", "Izvoz vina")
    tickets = [open_ticket(session, other, text, reason="asked", language="en") for text in texts]
    assert similar_tickets(session, ticket) == []
    for each in tickets:
        answer_ticket(session, each.id, ana, "So.")
    assert [found.question for found, _ in similar_tickets(session, ticket)] == ["Export of wine, how?"]

    def encode(questions: Sequence[str]) -> Any:
        about_wine = (any(word in question for word in ("wine", "vina")) for question in questions)
        return np.array([[1, 0] if wine else [0, 1] for wine in about_wine], dtype=np.float32)

    assert [(found.question, score) for found, score in similar_tickets(session, ticket, encode)] == [
        ("Izvoz vina", 1.0), ("Export of wine, how?", 1.0)
    ]  # fmt: skip


def test_a_draft_is_kept_for_its_writer_until_it_is_empty(
    session: Session, ticket: Ticket, ana: Staff, boris: Staff
) -> None:
    save_draft(session, ticket.id, ana, Words.ANSWER, "So")
    save_draft(session, ticket.id, ana, Words.ANSWER, "So.")
    save_draft(session, ticket.id, ana, Words.NOTE, "Hm")
    assert drafts_of(session, ticket.id, ana) == {Words.ANSWER: "So.", Words.NOTE: "Hm"}
    assert drafts_of(session, ticket.id, boris) == {}
    save_draft(session, ticket.id, ana, Words.ANSWER, " ")
    assert drafts_of(session, ticket.id, ana) == {Words.NOTE: "Hm"}
    with pytest.raises(NotFound):
        save_draft(session, 4711, ana, Words.NOTE, "x")


def test_ready_texts_are_ones_own_or_everybodys(session: Session, ana: Staff, boris: Staff) -> None:
    boris.role = Role.CURATOR
    mine = save_canned(session, ana, "Hello", "Dear …", language="en")
    shared = save_canned(session, boris, "Thanks", "Thank you.", for_all=True)
    save_canned(session, boris, "His", "…")
    assert canned_for(session, ana) == [mine, shared]
    assert canned_for(session, ana, language="bg", competence="export") == [shared]
    with pytest.raises(InvalidInput):
        save_canned(session, ana, "All", "…", for_all=True)
    with pytest.raises(InvalidInput):
        save_canned(session, ana, " ", "…")
    for wrong in (shared.id, 4711):
        with pytest.raises(NotFound):
            delete_canned(session, ana, wrong)
    save_canned(session, ana, "Hello!", "Dear …", canned_id=mine.id)
    delete_canned(session, ana, mine.id)
    assert canned_for(session, ana) == [shared]


def test_who_else_is_there_is_told(session: Session, ticket: Ticket, ana: Staff, boris: Staff) -> None:
    assert seen(session, ticket.id, ana, writing=True) == []
    assert seen(session, ticket.id, boris, writing=False) == [("Ana", True)]
    presence = session.get_one(Presence, (ticket.id, ana.id))
    presence.seen_at = now() - timedelta(seconds=16)
    session.flush()
    assert seen(session, ticket.id, boris, writing=False) == []


def test_a_profile_says_what_somebody_knows_and_when_they_work(session: Session, ana: Staff) -> None:
    save_profile(
        session, ana.id, organisation="Chamber", country="MK", zone="Europe/Skopje", opens="08:00", closes="14:00",
        skills={SkillKind.COMPETENCE: ["tax", "export", "tax"], SkillKind.LANGUAGE: ["mk", "sq"],
                SkillKind.COUNTRY: ["mk"]},
    )  # fmt: skip
    profile = save_profile(session, ana.id, capacity=3, skills={SkillKind.LANGUAGE: ["mk"]})
    assert profile.skills == {
        SkillKind.COMPETENCE: ["export", "tax"], SkillKind.SECTOR: [], SkillKind.LANGUAGE: ["mk"],
        SkillKind.COUNTRY: ["MK"],
    }  # fmt: skip
    assert (profile.staff.opens, profile.staff.capacity) == ("08:00", 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Mars/Base"},
        {"opens": "18:00"},
        {"opens": "soon"},
        {"workdays": ""},
        {"workdays": "19"},
        {"capacity": 0},
        {"language": "xx"},
        {"role": "admin"},
        {"skills": {SkillKind.LANGUAGE: ["klingon"]}},
    ],
)
def test_a_profile_that_cannot_be_is_refused(session: Session, ana: Staff, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidInput), session.begin_nested():
        save_profile(session, ana.id, **wrong)  # type: ignore[arg-type]


def test_groups_have_names_of_their_own_and_active_members(session: Session, ana: Staff, boris: Staff) -> None:
    group = save_group(session, "Tax", [ana.id, boris.id])
    boris.active = False
    session.flush()
    assert list_groups(session) == [(group, [ana.id])]
    assert profile_of(session, ana.id).groups == [group.id]
    save_group(session, "Tax and law", [boris.id], group_id=group.id, active=False)
    assert group.name == "Tax and law"
    save_group(session, "Tax", [])
    with pytest.raises(Taken):
        save_group(session, "Tax", [], group_id=group.id)
    for wrong in ({"name": " ", "staff_ids": []}, {"name": "x", "staff_ids": [4711]}):
        with pytest.raises((InvalidInput, NotFound)):
            save_group(session, **wrong)  # type: ignore[arg-type]


def test_absences_are_days_in_order(session: Session, ana: Staff, boris: Staff) -> None:
    day = date(2026, 12, 24)
    absence = add_absence(session, ana.id, day, day + timedelta(days=8), "Winter")
    assert absences_of(session, ana.id) == [absence]
    with pytest.raises(InvalidInput):
        add_absence(session, ana.id, day, day - timedelta(days=1))
    with pytest.raises(NotFound):
        delete_absence(session, boris.id, absence.id)
    delete_absence(session, ana.id, absence.id)
    assert absences_of(session, ana.id) == []
    assert isinstance(absence.first_day, date)
    assert not isinstance(absence.first_day, datetime)
