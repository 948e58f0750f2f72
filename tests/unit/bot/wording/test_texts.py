"""The catalogues: one a language, whole, in the right script, and in step with the sources."""

import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from bot.wording.texts import language_name, texts
from knowledge.languages import TAGS, fold

ROOT = Path(__file__).parents[4]
LOCALE = ROOT / "bot" / "locale"
TRANSLATED = [tag for tag in TAGS if tag != "en"]
SCRIPTS = {"bg": "CYRILLIC", "mk": "CYRILLIC", "sr": "CYRILLIC", "uk": "CYRILLIC", "el": "GREEK"}
PROPER_NAMES = re.compile("Punte")
PLACEHOLDER = re.compile(r"\{\w*\}")
BUTTONS = (
    "About {number}",
    "Ask an expert",
    "Ask the desk something else",
    "Cancel",
    "Delete everything",
    "Follow elsewhere",
    "More",
    "My data",
    "My tickets",
    "New question",
    "No, keep it",
    "No, leave it open",
    "No, thanks",
    "Open it again",
    "Skip",
    "Stop following",
    "Stop the news",
    "Tell me about new ones",
    "Withdraw question",
    "Yes, ask an expert",
    "Yes, delete everything",
    "Yes, send it",
    "Yes, withdraw it",
)
MAX_BUTTON_CHARS = 24

each_language = pytest.mark.parametrize("tag", TRANSLATED)


@cache
def template() -> Catalog:
    with (LOCALE / "punte.pot").open("rb") as source:
        return read_po(source, abort_invalid=True)


@cache
def catalogue(tag: str) -> Catalog:
    name = tag.replace("-", "_")
    with (LOCALE / name / "LC_MESSAGES" / "punte.po").open("rb") as source:
        return read_po(source, locale=name, abort_invalid=True)


def messages(catalog: Catalog) -> dict[str, Message]:
    """Return the messages by their English text; the desk has neither plurals nor contexts."""
    return {str(message.id): message for message in catalog if message.id}


def translations(tag: str) -> dict[str, str]:
    return {text: str(message.string) for text, message in messages(catalogue(tag)).items()}


def test_only_the_desks_languages_have_a_catalogue() -> None:
    found = {path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/punte.po")}

    assert found == {tag.replace("-", "_") for tag in TRANSLATED}


def test_the_template_is_up_to_date_with_the_sources() -> None:
    with (LOCALE / "babel.cfg").open(encoding="utf-8") as config:
        methods, options = parse_mapping_cfg(config)  # type: ignore[no-untyped-call]
    extracted = extract_from_dir(
        ROOT,
        method_map=methods,
        options_map=options,
        directory_filter=lambda path: Path(path).is_relative_to(ROOT / "bot"),
    )

    assert {text for _, _, text, _, _ in extracted} == set(messages(template()))


@each_language
def test_a_catalogue_has_exactly_the_messages_of_the_template(tag: str) -> None:
    assert set(messages(catalogue(tag))) == set(messages(template()))
    assert not catalogue(tag).obsolete


@each_language
def test_a_catalogue_says_what_it_is(tag: str) -> None:
    headers = dict(catalogue(tag).mime_headers)

    assert headers["Language"] == tag.replace("-", "_")
    assert headers["Content-Type"].lower() == "text/plain; charset=utf-8"
    assert headers["Plural-Forms"].startswith("nplurals=")


@each_language
def test_every_message_is_translated_and_none_is_a_guess(tag: str) -> None:
    assert not catalogue(tag).fuzzy
    assert [text for text, translated in translations(tag).items() if not translated.strip()] == []
    assert [text for text, message in messages(catalogue(tag)).items() if message.fuzzy] == []


@each_language
def test_placeholders_are_those_of_the_english_text(tag: str) -> None:
    for text, translated in translations(tag).items():
        assert sorted(PLACEHOLDER.findall(translated)) == sorted(PLACEHOLDER.findall(text)), translated
        assert translated.count("{") == translated.count("}") == text.count("{"), translated


@each_language
def test_every_letter_is_of_the_languages_script(tag: str) -> None:
    script = SCRIPTS.get(tag, "LATIN")
    for translated in translations(tag).values():
        words = PROPER_NAMES.sub("", PLACEHOLDER.sub("", translated))
        foreign = [letter for letter in words if letter.isalpha() and not unicodedata.name(letter).startswith(script)]
        assert foreign == [], translated


@each_language
def test_letters_and_marks_are_composed(tag: str) -> None:
    for translated in translations(tag).values():
        assert unicodedata.is_normalized("NFC", translated), translated


def test_both_scripts_of_serbian_say_the_same() -> None:
    latin = translations("sr-Latn")
    for text, cyrillic in translations("sr").items():
        assert fold(cyrillic) == fold(latin[text])


@each_language
def test_labels_fit_their_buttons(tag: str) -> None:
    said = translations(tag)

    assert {said[text] for text in BUTTONS if len(said[text]) > MAX_BUTTON_CHARS} == set()


@each_language
def test_the_desk_names_the_language_that_it_speaks_now(tag: str) -> None:
    said = translations(tag)["I speak English now. What would you like to know?"]

    assert fold(language_name(tag))[:5] in fold(said)


@each_language
def test_the_desk_reads_the_catalogue(tag: str) -> None:
    for text, translated in translations(tag).items():
        assert texts(tag).gettext(text) == translated


def test_english_is_the_source() -> None:
    assert texts("en").gettext("More") == "More"
