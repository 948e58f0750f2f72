import pytest

from knowledge.languages import TAGS
from nlu.language import LanguageDetector

detector = LanguageDetector()


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("which grants are open for hotels", "en"),
        ("Какви са условията за кандидатстване?", "bg"),
        ("Који су услови за пријаву и шта ћу добити", "sr"),
        ("gde mogu da nađem pozive za sledeći mesec", "sr-Latn"),
        ("Tko može sudjelovati u natječaju za poduzeće?", "hr"),
        ("Кои се условите за пријавување, ќе има ли обука", "mk"),
        ("Які умови участі в конкурсі?", "uk"),
        ("Ποιες είναι οι προϋποθέσεις;", "el"),
        ("Care sunt condițiile de eligibilitate?", "ro"),
        ("Kakšni so pogoji za prijavo na razpis?", "sl"),
        ("Başvuru koşulları nelerdir?", "tr"),
        ("Cilat janë kushtet e aplikimit?", "sq"),
    ],
)
def test_clear_texts_need_no_history(text: str, tag: str) -> None:
    assert detector.detect(text) == tag


@pytest.mark.parametrize("tag", TAGS)
def test_a_text_without_letters_keeps_the_language(tag: str) -> None:
    assert detector.detect("42 👍", (tag,)) == tag
    assert detector.detect("", (), tag) == tag


def test_what_was_chosen_decides_between_close_relatives() -> None:
    for tag in ("bs", "hr", "sr-Latn"):
        assert detector.detect("hvala", (), tag) == tag
        assert detector.detect("hvala", ("en", tag)) == tag


def test_serbian_follows_the_script_that_is_typed() -> None:
    assert detector.detect("koji su uslovi", ("sr",)) == "sr-Latn"
    assert detector.detect("који су услови", ("sr-Latn",)) == "sr"


def test_latin_letters_keep_the_language_of_before() -> None:
    assert detector.detect("kakvi sa usloviata za kandidatstvane", ("bg",)) == "bg"
    assert detector.detect("ti dikaiologitika xreiazontai", ("el",)) == "el"


def test_a_long_clear_text_overrules_the_history() -> None:
    assert detector.detect("Now I would like to continue in English, please tell me about the grants", ("ro",)) == "en"


@pytest.mark.parametrize("text", ["\x00", "漢字", "a" * 100_000, "🙃"])
def test_anything_gets_some_language(text: str) -> None:
    assert detector.detect(text) in TAGS
