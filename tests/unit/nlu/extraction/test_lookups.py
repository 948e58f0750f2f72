import re

from knowledge.languages import TAGS
from knowledge.taxonomy import NAMES, vocabulary
from nlu import evaluation
from nlu.extraction import lookups
from nlu.understanding import EntityKind


def test_every_kind_has_an_expression_that_compiles() -> None:
    for kind in EntityKind:
        assert not re.compile(lookups.expression(kind)).fullmatch("")


def test_every_code_has_a_label_in_every_language() -> None:
    for name in NAMES:
        for term in vocabulary(name).values():
            assert set(TAGS) <= set(term.labels), term.code


def test_no_word_of_a_vocabulary_names_two_codes_and_the_data_is_whole() -> None:
    assert evaluation.check() == []
