"""The vocabularies name every code in every language, and words lead back to their codes."""

import pytest

from knowledge.languages import TAGS, fold
from knowledge.taxonomy import NAMES, find_code, vocabulary

TERMS = [(name, code) for name in NAMES for code in vocabulary(name)]


@pytest.mark.parametrize("name", NAMES)
def test_every_term_has_a_label_in_every_language(name: str) -> None:
    for code, term in vocabulary(name).items():
        assert term.labels.get("en"), f"{name}: {code} has no English label"
        missing = [tag for tag in TAGS if not term.label(tag).strip()]
        assert not missing, f"{name}: {code} has no label in {missing}"
        unknown = ({*term.labels} | {*term.also}) - {*TAGS}
        assert not unknown, f"{name}: {code} has words in {unknown}, which the desk does not speak"


@pytest.mark.parametrize(("name", "code"), TERMS)
def test_labels_and_other_words_lead_to_the_code(name: str, code: str) -> None:
    term = vocabulary(name)[code]
    words = [
        code,
        code.replace("_", " "),
        *term.labels.values(),
        *(word for also in term.also.values() for word in also),
    ]
    astray = {word: find_code(name, word) for word in words if find_code(name, word) != code}
    assert not astray, f"{name}: words of {code} that another code has taken: {astray}"


@pytest.mark.parametrize("name", NAMES)
def test_words_are_text_with_letters(name: str) -> None:
    for code, term in vocabulary(name).items():
        words = [*term.labels.values(), *(word for also in term.also.values() for word in also)]
        assert all(isinstance(word, str) and fold(word) for word in words), f"{name}: {code} has an empty word"


def test_words_are_found_however_they_are_written() -> None:
    assert find_code("sectors", "TOURISM") == "tourism"
    assert find_code("sectors", "туризъм") == "tourism"
    assert find_code("sectors", " Poljoprivreda ") == "agriculture"
    assert find_code("sectors", "Γεωργια") == "agriculture"


def test_a_word_without_code_gives_none() -> None:
    assert find_code("sectors", "alchemy") is None
    assert find_code("sectors", "") is None


def test_a_label_falls_back_to_the_other_script_and_to_english() -> None:
    term = vocabulary("sectors")["agriculture"]
    assert term.label("sr-Latn") == "Poljoprivreda"
    assert term.label("xx") == "Agriculture"
