import re

import pytest

from nlu.extraction import lookups
from nlu.extraction.phrase_index import PhraseIndex
from nlu.training_data import folded_examples
from nlu.understanding import EntityKind

PATTERNS = {"it": "it", "italy": "ital[a-z]{0,3}", "italian republic": "italia[a-z]{0,3} republi[a-z]{0,3}", "3d": "3d"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("it", [(0, 2)]),
        ("digital", []),
        ("italian republics, italy", [(0, 17), (19, 24)]),
        ("italian it", [(0, 7), (8, 10)]),
        ("a 3d-it", [(2, 4), (5, 7)]),
    ],
)
def test_whole_words_are_found_the_longest_phrase_first(text: str, found: list[tuple[int, int]]) -> None:
    assert list(PhraseIndex(PATTERNS).finditer(text)) == found


def test_a_form_tells_its_phrases() -> None:
    assert list(PhraseIndex(PATTERNS).matching("italian")) == ["italy"]
    assert list(PhraseIndex(PATTERNS).matching("italian it")) == []


@pytest.mark.parametrize("kind", list(lookups.phrases()))
def test_it_finds_what_the_one_expression_that_rasa_gets_finds(kind: EntityKind) -> None:
    expression, index = re.compile(lookups.expression(kind)), PhraseIndex(lookups.phrase_patterns(kind))
    texts = [text for each in folded_examples().values() for text in each]
    assert texts
    for text in texts:
        assert list(index.finditer(text)) == [found.span() for found in expression.finditer(text)], text
