"""Cleaning leaves what can be stored, sent and shown, and takes no letter of anybody's language."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.cleaning import clean_line, clean_text

anything = st.text(st.characters()) | st.text(
    "ab \t\r\n\x00\x0b\x0c\x1f\x7f\x85\u2028\u2029\u202e\u2066\ud800\udfff\uffff"
)
limits = st.none() | st.integers(0, 20)
DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("  две\r\nлинии\r ", "  две\nлинии\n "),
        ("page\x0cpage\x0bline\x85line\u2028line\u2029", "page\npage\nline\nline\nline\n"),
        ("a\x00b\x1b[31mc\x7f\x9f", "ab[31mc"),
        ("tab\tstays", "tab\tstays"),
        ("half \ud83d a pair, \uffff none", "half  a pair,  none"),
        ("\u202eevil\u202c \u2067hidden\u2069", "evil hidden"),
        (
            "family 👩‍👩‍👧, e\u0301, שלום\u200f, soft\u00adhyphen",
            "family 👩‍👩‍👧, e\u0301, שלום\u200f, soft\u00adhyphen",
        ),
    ],
)
def test_what_no_one_types_is_taken_out(sent: str, kept: str) -> None:
    assert clean_text(sent) == kept
    assert clean_text(kept) == kept


def test_a_line_is_one_line() -> None:
    assert clean_line(" Ana\r\n\tNovak\u2028\x00 ") == "Ana Novak"
    assert clean_line("Ana  Novak") == "Ana  Novak"
    assert clean_line("Ana Novak", limit=4) == "Ana"


@given(anything, limits)
def test_what_is_cleaned_can_be_stored_and_shown(text: str, limit: int | None) -> None:
    for clean in (clean_text, clean_line):
        cleaned = clean(text, limit)
        cleaned.encode("utf-8")
        assert not {unicodedata.category(letter) for letter in set(cleaned) - {"\n", "\t"}} & {"Cc", "Cs", "Zl", "Zp"}
        assert not {unicodedata.bidirectional(letter) for letter in cleaned} & DIRECTIONS
        assert len(cleaned) <= len(text)
        assert limit is None or len(cleaned) <= limit
        assert clean(cleaned, limit) == cleaned


@given(anything)
def test_a_line_has_no_breaks_and_no_spaces_around_it(text: str) -> None:
    line = clean_line(text)
    assert len(line.splitlines()) <= 1
    assert line == line.strip()
