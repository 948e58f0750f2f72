"""Entries and everyday questions: the starter's come with the desk, others from a file."""

import json
from pathlib import Path

import pytest

from index.errors import EntriesInvalid
from index.everyday.entries import EntryText, read, starter


def test_the_starters_entries_are_read_in_the_words_of_their_passages() -> None:
    entries = starter()
    assert len(entries) == 385
    text = entries["bp-danube-ict-cross-cluster"]
    assert text.language == "en"
    assert text.text.startswith(
        "DANUBE ICT: how IT clusters along the Danube opened doors in other industries\nDANUBE ICT was"
    )
    assert len(text.text.partition("\n")[2].split()) == 90


def test_a_file_gives_a_title_and_ninety_words(tmp_path: Path) -> None:
    line = {"reference": "e-1", "title": "A fair", "text": "A fair in the city " + "word " * 200, "kind": "event"}
    (tmp_path / "entries.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    kept = EntryText("A fair\nin the city " + " ".join(["word"] * 87), "en")
    assert read(tmp_path / "entries.jsonl") == {"e-1": kept}


@pytest.mark.parametrize(
    "line", ["no json", "[]", "7", '{"title": "t", "text": "x"}', '{"reference": "", "title": "t", "text": "x"}',
             '{"reference": "r", "title": null, "text": "x"}',
             '{"reference": "r", "title": "t", "text": "x", "language": 7}']
)  # fmt: skip
def test_a_line_that_is_no_entry_is_named(tmp_path: Path, line: str) -> None:
    good = '{"reference": "r", "title": "t", "text": "x"}'
    (tmp_path / "entries.jsonl").write_text(f"{good}\n{line}\n", encoding="utf-8")
    with pytest.raises(EntriesInvalid, match=r"entries\.jsonl, line 2"):
        read(tmp_path / "entries.jsonl")


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(EntriesInvalid, match=r"--entries.*none\.jsonl"):
        read(tmp_path / "none.jsonl")
    (tmp_path / "entries.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(EntriesInvalid, match=r"entries\.jsonl"):
        read(tmp_path / "entries.jsonl")
