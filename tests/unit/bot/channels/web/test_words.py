"""The page's words are whole in every language, and its files are small, safe and consistent."""

import re
from importlib.resources import files

import pytest

from bot.channels.web.pages import load_words
from knowledge.languages import TAGS, script

WORDS = load_words()
STATIC = files("bot.channels.web") / "static"
SCRIPTS = sorted(file.name for file in STATIC.iterdir() if file.name.endswith(".js"))
PAGE_SCRIPTS = [name for name in SCRIPTS if name != "widget.js"]


def read(name: str) -> str:
    return (STATIC / name).read_text("utf-8")


def test_every_tag_has_its_words() -> None:
    assert tuple(WORDS) == TAGS


@pytest.mark.parametrize("tag", TAGS)
def test_a_language_is_whole(tag: str) -> None:
    assert WORDS[tag].keys() == WORDS["en"].keys()
    for key, english in WORDS["en"].items():
        own = WORDS[tag][key]
        assert own, key
        if isinstance(english, str):
            assert sorted(re.findall(r"{\w+}", own)) == sorted(re.findall(r"{\w+}", english)), key
            assert own == own.strip()
    assert len(set(WORDS[tag]["examples"])) == 3


@pytest.mark.parametrize("tag", TAGS)
def test_a_language_is_in_its_script(tag: str) -> None:
    wanted = {"bg": "Cyrl", "mk": "Cyrl", "sr": "Cyrl", "uk": "Cyrl", "el": "Grek"}.get(tag, "Latn")
    for key, value in WORDS[tag].items():
        for sentence in value if isinstance(value, list) else [value]:
            assert script(re.sub(r"{\w+}", "", sentence)) == wanted, (key, sentence)


@pytest.mark.parametrize("tag", [tag for tag in TAGS if tag != "en"])
def test_a_language_is_not_english(tag: str) -> None:
    same = {key for key, value in WORDS[tag].items() if value == WORDS["en"][key]}
    assert not same - {"expert"}, same


def test_the_page_asks_for_words_that_there_are() -> None:
    asked = set(re.findall(r'data-(?:word|label|aria)="(\w+)"', read("chat.html")))
    asked |= set(re.findall(r"\bwords\.(\w+)", "".join(map(read, PAGE_SCRIPTS))))
    assert asked - {"tag", "languages"} <= WORDS["en"].keys()
    unused = WORDS["en"].keys() - asked - {"name", "open_chat", "close_chat", "new_messages"}
    assert not unused


def test_the_page_is_small() -> None:
    sizes = {name: len(read(name).encode()) for name in ("chat.html", "chat.css", *PAGE_SCRIPTS)}
    assert sum(sizes.values()) < 66_000, sizes


def test_nothing_inline_and_nothing_as_markup() -> None:
    page = read("chat.html") + read("demo.html")
    assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*\bsrc=)", page)
    for name in SCRIPTS:
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", read(name)), name
