"""What experts do with a ticket, as its asker gets it in their own language."""

import pytest

from bot.messages import OutgoingFile
from bot.wording.ticket_news import KINDS, expert_words
from knowledge.languages import TAGS

DATA = {"ticket": "P-7", "question": "how do I label honey?", "by": "Elena", "into": "P-5"}


def actions(kind: str, data: dict[str, str] | None = None) -> list[str]:
    said = expert_words(kind, data or DATA, "", "en")
    return [button.action for row in said.buttons for button in row]


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("tag", TAGS)
def test_the_words_of_the_expert_stay_as_they_are(kind: str, tag: str) -> None:
    said = expert_words(kind, DATA, "Само <b>така</b>.", tag)
    assert "Само <b>така</b>." in said.text
    assert "P-7" in said.text
    assert said.language == tag
    assert all(len(button.action.encode()) <= 40 for row in said.buttons for button in row)


def test_an_answer_names_the_expert_and_the_organisation_and_brings_the_files() -> None:
    file = {"id": 3, "name": "form.pdf", "media_type": "application/pdf", "size": 12}
    said = expert_words("ticket_answer", DATA | {"organisation": "Chamber of Crafts", "files": [file]}, "So.", "en")
    assert said.text == "Elena · Chamber of Crafts answers your ticket P-7:\n\nSo."
    assert said.files == (OutgoingFile(attachment_id=3, name="form.pdf", media_type="application/pdf", size=12),)
    assert actions("ticket_answer") == ["up", "down"]


def test_a_request_for_details_says_where_to_write_them() -> None:
    assert expert_words("ticket_asked", DATA, "How many jars?", "en").text.endswith("Just write your reply here.")
    assert actions("ticket_asked") == []


@pytest.mark.parametrize("kind", ["ticket_answer", "ticket_asked", "ticket_closed"])
def test_who_cannot_answer_here_is_told_where_to_write(kind: str) -> None:
    said = expert_words(kind, DATA | {"one_way": True}, "How many jars?", "en")
    assert said.text.endswith("Replies to this e-mail are not read. Please write in the chat in which you asked.")
    assert "here." not in said.text
    assert said.buttons == ()


def test_closing_asks_for_a_rating_and_can_be_taken_back() -> None:
    assert actions("ticket_closed") == [*(f"rate:7:{stars}" for stars in range(1, 6)), "reopen:7"]
    assert actions("ticket_closed", {"ticket": "?"}) == []


def test_a_joined_ticket_says_under_which_number_it_goes_on() -> None:
    assert "P-5" in expert_words("ticket_merged", DATA, "", "en").text
