"""The staff's catalogues: one a language, whole, and in step with the source."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from bot.channels.telegram.rendering import LONGEST_PLACEHOLDER
from bot.staff import wording
from bot.staff.wording import said
from knowledge.languages import TAGS
from knowledge.payloads import Suggestion

ROOT = Path(__file__).parents[4]
LOCALE = ROOT / "bot" / "locale"
TRANSLATED = [tag for tag in TAGS if tag != "en"]
PLACEHOLDER = re.compile(r"\{\w+\}")
MAX_BUTTON_CHARS = 24
SAME = {"urgent"}
"""What another language writes as English does."""

each_language = pytest.mark.parametrize("tag", TRANSLATED)


@cache
def catalogue(name: str) -> Catalog:
    with (LOCALE / name).open("rb") as source:
        return read_po(source, abort_invalid=True)


def translations(tag: str) -> dict[str, str]:
    name = tag.replace("-", "_")
    return {str(each.id): str(each.string) for each in catalogue(f"{name}/LC_MESSAGES/desk.po") if each.id}


def test_the_template_is_up_to_date_with_the_source() -> None:
    found = extract_from_file("python", str(ROOT / "bot" / "staff" / "wording.py"), keywords={"_": None})
    assert {text for _, text, _, _ in found} == {str(each.id) for each in catalogue("desk.pot") if each.id}


@each_language
def test_every_text_is_translated_with_all_its_names(tag: str) -> None:
    texts = translations(tag)
    assert texts.keys() == {str(each.id) for each in catalogue("desk.pot") if each.id}
    for english, text in texts.items():
        assert text
        assert text != english or english in SAME
        assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(english))


@each_language
def test_buttons_fit(tag: str) -> None:
    buttons = (wording.CLAIM, wording.PASS_ON, wording.PUT_BACK, wording.OPEN, wording.NOTE, wording.ASK,
               wording.CLOSE, wording.MORE)  # fmt: skip
    assert [text for text in buttons if len(said(tag, text)) > MAX_BUTTON_CHARS] == []


@each_language
def test_every_reason_is_said(tag: str) -> None:
    reasons = (("language", "bg"), ("competence", "tourism"), ("country", "BG"), ("load", "2/10"))
    words = wording.reasons(Suggestion(reasons=reasons), tag)
    assert "tourism" in words
    assert "2/10" not in words
    assert wording.reasons(Suggestion(reasons=(("works_now", ""),)), tag) == ""


@each_language
def test_what_stands_in_the_empty_field_fits_telegram_s(tag: str) -> None:
    fields = [said(tag, placeholder) for _, placeholder in wording.PROMPTS.values()] + [said(tag, wording.YOUR_ANSWER)]
    assert max(map(len, fields)) <= LONGEST_PLACEHOLDER


@each_language
def test_telegram_s_refusals_are_put_into_words(tag: str) -> None:
    assert wording.why_not("Forbidden: bot was blocked by the user", tag) == said(tag, wording.BLOCKED)
    assert wording.why_not("Bad Request: chat not found", tag) == said(tag, wording.GONE)
    assert wording.why_not("Forbidden: user is deactivated", tag) == said(tag, wording.GONE)
    assert wording.why_not("Bad Request: something else", tag) == "Bad Request: something else"


def test_a_subject_is_named_and_what_is_no_code_stays_as_it_is() -> None:
    assert wording.subject("RS", "tourism", "export", "sr") == [
        "Србија",
        "Туризам и угоститељство",
        "Извоз и интернационализација",
    ]
    assert wording.subject(None, "beekeeping", None, "en") == ["", "beekeeping", ""]
