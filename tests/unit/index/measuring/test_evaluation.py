import json
from pathlib import Path

import pytest

from index.errors import GoldenFileInvalid
from index.measuring.evaluation import Judged, figures, read_questions


def outcome(rank: int | None, probability: float, *, answerable: bool = True) -> Judged:
    return Judged("en", answerable, rank, probability)


def test_figures_of_an_example_made_by_hand() -> None:
    outcomes = [
        outcome(1, 0.9),
        outcome(2, 0.6),
        outcome(7, 0.4),
        outcome(None, 0.1),
        outcome(None, 0.2, answerable=False),
        outcome(None, 0.5, answerable=False),
        outcome(None, 0.9, answerable=False),
    ]
    assert figures(outcomes, 0.5) == {
        "questions": 7,
        "hit@1": 0.25,
        "hit@5": 0.5,
        "hit@10": 0.75,
        "mrr": round((1 + 1 / 2 + 1 / 7 + 0) / 4, 4),
        "answered": 0.5,
        "declined": round(1 / 3, 4),
    }


def test_what_cannot_be_counted_is_null() -> None:
    assert figures([], 0.5) == {
        "questions": 0, "hit@1": None, "hit@5": None, "hit@10": None, "mrr": None, "answered": None, "declined": None,
    }  # fmt: skip
    assert figures([outcome(1, 0.9)], 0.5)["declined"] is None
    assert figures([outcome(None, 0.9, answerable=False)], 0.5)["mrr"] is None


def write(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return path


GOOD = {"id": "q1", "lang": "sr-Latn-RS", "question": "Gde?\u2028ovde", "relevant_ids": ["org-a"]}


def test_questions_are_read_and_blank_lines_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path / "golden.jsonl", GOOD, "", {"lang": "en", "question": "x", "relevant_ids": []})
    first, second = read_questions(path)
    assert (first.id, first.language, first.relevant) == ("q1", "sr-Latn", frozenset({"org-a"}))
    assert second.relevant == frozenset()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "not JSON"),
        ("[]", "not an object"),
        ({**GOOD, "question": " "}, "`question`"),
        ({**GOOD, "question": 5}, "`question`"),
        ({**GOOD, "lang": "xx"}, "`lang`"),
        ({**GOOD, "relevant_ids": "org-a"}, "`relevant_ids`"),
        ({**GOOD, "relevant_ids": [1]}, "`relevant_ids`"),
        ({"lang": "en", "question": "x"}, "`relevant_ids`"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: object, why: str) -> None:
    with pytest.raises(GoldenFileInvalid, match="line 2") as error:
        read_questions(write(tmp_path / "golden.jsonl", GOOD, line))
    assert why in str(error.value)


def test_an_empty_or_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(GoldenFileInvalid, match="no questions"):
        read_questions(write(tmp_path / "golden.jsonl", ""))
    with pytest.raises(GoldenFileInvalid, match=r"nothing\.jsonl"):
        read_questions(tmp_path / "nothing.jsonl")
