"""Entries and everyday questions: the starter's come with the desk, others from a file."""

import json
from pathlib import Path

import pytest

from index.fitting.pairs import question_held_out
from index.training.data.entries import EverydayQuestion, chosen, everyday, learned, read, starter
from index.training.errors import EntriesInvalid


def test_the_starters_entries_are_read_in_the_words_of_their_passages() -> None:
    entries = starter()
    assert len(entries) == 385
    text = entries["bp-danube-ict-cross-cluster"]
    assert text.startswith(
        "DANUBE ICT: how IT clusters along the Danube opened doors in other industries\nDANUBE ICT was"
    )
    assert len(text.partition("\n")[2].split()) == 90


def test_a_file_gives_a_title_and_ninety_words(tmp_path: Path) -> None:
    line = {"reference": "e-1", "title": "A fair", "text": "A fair in the city " + "word " * 200, "kind": "event"}
    (tmp_path / "entries.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert read(tmp_path / "entries.jsonl") == {"e-1": "A fair\nin the city " + " ".join(["word"] * 87)}


@pytest.mark.parametrize(
    "line", ["no json", "[]", "7", '{"title": "t", "text": "x"}', '{"reference": "", "title": "t", "text": "x"}',
             '{"reference": "r", "title": null, "text": "x"}']
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


def test_questions_are_learned_that_a_known_entry_answers() -> None:
    questions = everyday()
    entries = starter()
    found = list(learned(questions, entries))
    assert 700 < len(found) < len(questions)
    assert not [each for each in found if each.near or question_held_out(each.text) or each.reference not in entries]


def test_entries_are_chosen_that_questions_are_about_and_a_few_strangers() -> None:
    entries = {f"e-{number}": "text" for number in range(20)}
    questions = [EverydayQuestion("ro", "?", "e-3", False), EverydayQuestion("ro", "?", "e-1", True)]
    questions.append(EverydayQuestion("ro", "?", "unknown", False))
    found = chosen(entries, questions, 5, 0)
    assert found[:2] == ["e-1", "e-3"]
    assert len(set(found)) == 7
    assert found == chosen(entries, questions, 5, 0)
    assert len(chosen(entries, questions, 100, 0)) == 20
