"""What is gathered before a question goes to people: as little as possible, and nothing that was said is lost."""

from datetime import date

import pytest

from bot.dialogue.decisions import Search
from bot.dialogue.intake import Draft, Step, says_no, says_yes, take
from bot.dialogue.state import Query
from bot.dialogue.ticket_relevance import asks, is_only_a_number, named_ticket
from nlu.extraction.gazetteer import competence_of
from nlu.understanding import Entity, EntityKind

SERBIA = Entity(EntityKind.COUNTRY, "RS", "Serbia", 0, 6)
TOURISM = Entity(EntityKind.SECTOR, "tourism", "tourism", 8, 15)
FRIDAY = Entity(EntityKind.DATE, "2026-12-04", "on Friday", 17, 26)
ASKED = Draft(question="how do I label honey?")


def test_only_what_is_missing_is_asked_for_and_in_one_message() -> None:
    assert Draft().step() is Step.QUESTION
    assert ASKED.step() is Step.DETAILS
    assert ASKED.missing() == [Step.COUNTRY, Step.SECTOR, Step.WANTED_BY]
    assert take(ASKED, "Serbia, tourism, on Friday", (SERBIA, TOURISM, FRIDAY)) == ASKED.model_copy(
        update={"country": "RS", "sector": "tourism", "wanted_by": date(2026, 12, 4), "asked": True}
    )
    whole = ASKED.knowing((SERBIA, TOURISM, FRIDAY))
    assert whole.step() is Step.CONFIRM


def test_what_the_question_names_is_known_already() -> None:
    draft = take(Draft(), "how do I label honey in Serbia?", (SERBIA,))
    assert (draft.question, draft.country, draft.step()) == ("how do I label honey in Serbia?", "RS", Step.DETAILS)


def test_details_are_asked_for_once_and_other_words_are_kept() -> None:
    told = take(ASKED, "I have five hives", ())
    assert (told.step(), told.question) == (Step.CONFIRM, "how do I label honey?\nI have five hives")


@pytest.mark.parametrize(
    ("step", "text", "entities", "field", "value"),
    [
        (Step.QUESTION, "how do I sell honey?", (), "question", "how do I sell honey?"),
        (Step.COUNTRY, "Serbia", (SERBIA,), "country", "RS"),
        (Step.SECTOR, "tourism", (TOURISM,), "sector", "tourism"),
        (Step.SECTOR, "туризъм", (), "sector", "tourism"),
        (Step.WANTED_BY, "on Friday", (FRIDAY,), "wanted_by", date(2026, 12, 4)),
        (Step.CONTACT, "Ana@example.org", (), "email", "Ana@example.org"),
        (Step.CONTACT, "+381 11 3103 200", (), "phone", "+381113103200"),
    ],
)
def test_a_part_is_corrected(step: Step, text: str, entities: tuple[Entity, ...], field: str, value: object) -> None:
    draft = take(ASKED.model_copy(update={"country": "BG"}).fix(step), text, entities)
    assert getattr(draft, field) == value
    assert draft.step() is Step.CONFIRM


@pytest.mark.parametrize("step", [Step.COUNTRY, Step.SECTOR, Step.WANTED_BY, Step.CONTACT])
def test_what_cannot_be_read_is_asked_for_again(step: Step) -> None:
    draft = take(ASKED.fix(step), "perhaps", ())
    assert draft.misread
    assert draft.step() is step
    assert draft.settled().step() is Step.CONFIRM


@pytest.mark.parametrize("text", ["yes", "Да.", "DA!", "ναι", "evet", "так", "Po", "v redu"])
def test_a_yes_is_known_in_every_language(text: str) -> None:
    assert says_yes(text)
    assert not says_no(text)
    assert not says_yes(f"{text} and how do I label honey")


@pytest.mark.parametrize("text", ["no", "Не!", "όχι", "hayır", "ні", "jo", "Nu"])
def test_a_no_is_known_in_every_language(text: str) -> None:
    assert says_no(text)
    assert not says_yes(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [("who knows about exporting honey?", "export"), ("помощ за износа на мед", "export"), ("my cat is ill", None)],
)
def test_the_competence_is_read_from_words_that_nobody_understood(text: str, code: str | None) -> None:
    assert competence_of(text) == code


def test_a_competence_is_taken_from_what_is_understood_never_asked_for_and_can_be_corrected() -> None:
    named = (Entity(EntityKind.COMPETENCE, "export", "износа", 10, 16),)
    draft = take(Draft(), "помощ за износа на мед", named)
    assert draft.competence == "export"
    assert Step.COMPETENCE not in draft.missing()
    corrected = take(draft.fix(Step.COMPETENCE), "счетоводство", ())
    assert (corrected.competence, corrected.fixing, corrected.misread) == ("accounting_tax", None, False)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("P-12", 12), ("about p-7: it is acacia", 7), ("по П-7 имам още", 7), ("HP-12", None), ("P-0", None),
        ("12", None), ("P-1234567890", None), ("", None),
    ],
)  # fmt: skip
def test_the_number_of_a_ticket_is_read_in_words(text: str, number: int | None) -> None:
    assert named_ticket(text) == number
    assert is_only_a_number(text) == (text == "P-12")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("how do I register a firm", True), ("как да регистрирам фирма", True), ("Πώς ιδρύω εταιρεία", True),
        ("Ima li poticaja za pčelare", True), ("we are in Serbia, aren't we?", True), ("Υπάρχουν επιδοτήσεις;", True),
        ("my firm was founded in 2004", False), ("Фирмата ми е на пет години", False), ("Firmam beş yaşında", False),
    ],
)  # fmt: skip
def test_a_plain_question_is_known_with_or_without_its_mark(text: str, plain: bool) -> None:
    assert asks(Search(Query(text=text))) == plain
