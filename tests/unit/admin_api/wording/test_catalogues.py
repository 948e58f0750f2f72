"""The console's catalogues: every text in every language, in its own letters, and short where buttons are."""

import re
import unicodedata

import pytest

from admin_api.wording.locale import pgettext, speaking, words
from knowledge.languages import TAGS, fold
from tests.unit.admin_api.console.test_words import TRANSLATED, catalogue, messages, texts_of

SCRIPTS = {"bg": "CYRILLIC", "mk": "CYRILLIC", "sr": "CYRILLIC", "uk": "CYRILLIC", "el": "GREEK"}
FOREIGN = re.compile(
    r"%\(\w+\)s|`[^`]*`|Punte|Markdown|Telegram|JavaScript|cookie|[Tt]oken|e-mail|\bbot\b|JSONL|CSV|YAML|gzip|EUR|UTC|ISO|POST|Authorization|Bearer|X-Punte"
    r"|PUNTE_\w+|Standard Webhooks|[Ww]ebhook\w*|https|/api/login|\dT\d|\b(?:XK|GR|EU|RS|RO|BG|bearer)\b|\bs\b|\(x\)"
)
"""What any language may write in Latin letters."""

BUTTONS = (
    "Answer", "Ask", "Ask for details", "Attach a file", "Claim", "Close", "Hand over", "Join", "Log in", "Log out",
    "Make it", "Note", "Publish", "Quote", "Release", "Reopen", "Save", "Send again", "Set", "Split", "Take up again",
    "Undo", "Unwatch", "Watch", "Withdraw",
)  # fmt: skip
MAX_BUTTON_CHARS = 28
SAME = 0.12
"""What part of the texts may be written as in English: names of things, and words that languages share."""

each_language = pytest.mark.parametrize("tag", TRANSLATED)


@each_language
def test_every_text_is_translated_in_all_its_forms(tag: str) -> None:
    missing = [text for (_, text), each in messages(catalogue(tag)).items() if not all(texts_of(each.string))]
    assert missing == []
    forms = {len(texts_of(each.string)) for each in catalogue(tag) if each.id and each.pluralizable}
    assert forms == {catalogue(tag).num_plurals}


@each_language
def test_few_texts_are_left_as_in_english(tag: str) -> None:
    texts = messages(catalogue(tag))
    same = [text for (_, text), each in texts.items() if texts_of(each.string)[0] == text and text != "%(who)s %(did)s"]
    assert len(same) < SAME * len(texts), same


@each_language
def test_every_letter_is_of_the_languages_script(tag: str) -> None:
    script = SCRIPTS.get(tag, "LATIN")
    for each in catalogue(tag):
        for said in texts_of(each.string) if each.id else []:
            assert unicodedata.is_normalized("NFC", said), said
            letters = [letter for letter in FOREIGN.sub("", said) if letter.isalpha()]
            assert [letter for letter in letters if not unicodedata.name(letter).startswith(script)] == [], said


def test_both_scripts_of_serbian_say_the_same() -> None:
    latin = messages(catalogue("sr-Latn"))
    for key, each in messages(catalogue("sr")).items():
        for cyrillic, other in zip(texts_of(each.string), texts_of(latin[key].string), strict=True):
            assert fold(cyrillic) == fold(other)


@each_language
def test_buttons_are_short(tag: str) -> None:
    texts = messages(catalogue(tag))
    said = {str(texts[(None, text)].string) for text in BUTTONS}
    assert {text for text in said if len(text) > MAX_BUTTON_CHARS} == set()


@each_language
def test_the_console_reads_the_catalogue(tag: str) -> None:
    with speaking(tag):
        for (context, text), each in messages(catalogue(tag)).items():
            if not each.pluralizable:
                said = pgettext(context, text) if context else words().gettext(text)
                assert said == each.string


def test_english_is_the_source() -> None:
    assert "en" in TAGS
    with speaking("en"):
        assert pgettext("ticket", "open") == "open"
