"""Noise: slips and Latin letters, the same ones for the same seed."""

from random import Random

import pytest

from index.typos import latin, slip, slipped, typed, unmarked

TEXTS = {"el": "η εταιρεία ζητά χρηματοδότηση", "bg": "фирмата търси финансиране", "ro": "firma caută finanțare"}


@pytest.mark.parametrize("language", TEXTS)
def test_a_seed_decides(language: str) -> None:
    first, second = ([typed(TEXTS[language], language, chance) for _ in range(50)] for chance in (Random(3), Random(3)))
    assert first == second
    assert len(set(first)) > 10


@pytest.mark.parametrize("language", ["el", "bg"])
def test_latin_letters_leave_nothing_else(language: str) -> None:
    for seed in range(10):
        assert latin(TEXTS[language], language, Random(seed)).isascii()


def test_a_slip_spares_short_words_and_changes_one_letter() -> None:
    meant, chance = ["a", "firm", "in", "Oradea", "exports", "furniture"], Random(1)
    for _ in range(100):
        words = slipped(" ".join(meant), chance).split(" ")
        assert (words[0], words[2]) == ("a", "in")
        assert all(abs(len(new) - len(old)) <= 1 for new, old in zip(words, meant, strict=True))


def test_a_slip_is_in_the_longest_word_alone() -> None:
    chance = Random(5)
    for _ in range(50):
        first, second = slip("Srpska razvojna", chance).split(" ")
        assert first == "Srpska"
        assert len(second) in (7, 8, 9)
    assert slip("EIC", chance) == "EIC"


def test_marks_go_and_letters_stay() -> None:
    assert unmarked("Üçüncü şirket, ışık, finanțare în", Random(1)) == "Ucuncu sirket, isik, finantare in"
    assert {unmarked("građani", Random(seed)) for seed in range(20)} == {"gradani", "gradjani"}
