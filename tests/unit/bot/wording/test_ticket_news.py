"""What experts do with a ticket, as its asker gets it in their own language."""

from typing import Any

import pytest

from bot.messages import OutgoingFile
from bot.wording.ticket_news import expert_words
from knowledge.choices import OF_TICKETS, MessageKind
from knowledge.languages import TAGS
from knowledge.payloads import ExpertWords, SentFile


def words(kind: MessageKind, **rest: Any) -> ExpertWords:
    told = {"ticket": "P-7", "question": "how do I label honey?", "by": "Elena", "into": "P-5"}
    return ExpertWords.model_validate({**told, **rest, "kind": kind})


def actions(kind: MessageKind, **rest: Any) -> list[str]:
    said = expert_words(words(kind, **rest), "", "en")
    return [button.action for row in said.buttons for button in row]


@pytest.mark.parametrize("kind", OF_TICKETS)
@pytest.mark.parametrize("tag", TAGS)
def test_the_words_of_the_expert_stay_as_they_are(kind: MessageKind, tag: str) -> None:
    said = expert_words(words(kind), "Само <b>така</b>.", tag)
    assert "Само <b>така</b>." in said.text
    assert "P-7" in said.text
    assert said.language == tag
    assert all(len(button.action.encode()) <= 40 for row in said.buttons for button in row)


def test_an_answer_names_the_expert_and_the_organisation_and_brings_the_files() -> None:
    file = SentFile(id=3, name="form.pdf", media_type="application/pdf", size=12)
    told = words(MessageKind.TICKET_ANSWER, organisation="Chamber of Crafts", files=[file])
    said = expert_words(told, "So.", "en")
    assert said.text == "Elena · Chamber of Crafts answers your ticket P-7:\n\nSo."
    assert said.files == (OutgoingFile(attachment_id=3, name="form.pdf", media_type="application/pdf", size=12),)
    assert actions(MessageKind.TICKET_ANSWER) == ["up", "down"]


def test_a_request_for_details_says_where_to_write_them() -> None:
    said = expert_words(words(MessageKind.TICKET_ASKED), "How many jars?", "en")
    assert said.text.endswith("Just write your reply here.")
    assert actions(MessageKind.TICKET_ASKED) == []


@pytest.mark.parametrize("kind", [MessageKind.TICKET_ANSWER, MessageKind.TICKET_ASKED, MessageKind.TICKET_CLOSED])
def test_who_cannot_answer_here_is_told_where_to_write(kind: MessageKind) -> None:
    said = expert_words(words(kind, one_way=True), "How many jars?", "en")
    assert said.text.endswith("Replies to this e-mail are not read. Please write in the chat in which you asked.")
    assert "here." not in said.text
    assert said.buttons == ()


def test_closing_asks_for_a_rating_and_can_be_taken_back() -> None:
    assert actions(MessageKind.TICKET_CLOSED) == [*(f"rate:7:{stars}" for stars in range(1, 6)), "reopen:7"]
    assert actions(MessageKind.TICKET_CLOSED, ticket="?") == []


def test_a_joined_ticket_says_under_which_number_it_goes_on() -> None:
    assert "P-5" in expert_words(words(MessageKind.TICKET_MERGED), "", "en").text
