"""The desk's own words in every language, as a bitext: we wrote them, and no encoder of ours has learned from them."""

import re
from importlib.resources import files

from babel.messages.pofile import read_po

from bot.channels.web.pages import load_words
from index.measuring.bitext import Bitext
from knowledge.languages import TAGS

SHORTEST = 3
"""Words of the English message: fewer seldom say which message it is."""

_PLACEHOLDER = re.compile(r"\{[^}]*\}")


def bitexts() -> dict[str, Bitext]:
    """Return what the catalogues and the web page say in each language beside the English, without placeholders.

    Raises `AssertionError` naming a message that a language lacks.
    """
    return {tag: _bitext(tag) for tag in TAGS if tag != "en"}


def _bitext(tag: str) -> Bitext:
    pairs = {
        plain(english): plain(own)
        for english, own in (*_catalogue(tag), *_page(tag))
        if len(plain(english).split()) >= SHORTEST
    }
    return Bitext(list(pairs.values()), list(pairs))


def plain(message: str) -> str:
    """Return a message as it reads without what is filled in."""
    return " ".join(_PLACEHOLDER.sub(" ", message).split()).strip(" :;,-–—")


def _catalogue(tag: str) -> list[tuple[str, str]]:
    path = files("bot").joinpath("locale", tag.replace("-", "_"), "LC_MESSAGES", "punte.po")
    with path.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    pairs = []
    for message in messages:
        english = message.id if isinstance(message.id, str) else message.id[-1]
        own = message.string if isinstance(message.string, str) else message.string[-1]
        assert own, f"{path}: {english!r} is not translated"
        assert not message.fuzzy, f"{path}: {english!r} is marked as fuzzy"
        pairs.append((english, own))
    return pairs


def _page(tag: str) -> list[tuple[str, str]]:
    words = load_words()
    # What is a list, such as the examples, is written for each language and not translated.
    return [(english, words[tag][key]) for key, english in words["en"].items() if isinstance(english, str)]
