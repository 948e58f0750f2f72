import json
from pathlib import Path
from typing import Any

import pytest

from index.errors import SampleInvalid
from index.measuring.encoding import Vectoriser
from index.measuring.reading import figures
from index.measuring.squad import ReadingQuestion, read_reading
from tests.unit.index.measuring.conftest import CHAMBER, FAIR, passage, squad

FORMS: list[tuple[Any, str]] = [
    ({"data": [{"paragraphs": [{"qas": []}]}]}, "at the beginning: not in SQuAD's form"),
    ({"data": [{"paragraphs": [{"context": "x", "qas": [{"id": "1"}]}]}]}, "at passage 2: not in SQuAD's form"),
    ([], "at the beginning"),
    ({"data": []}, "no questions in it"),
]


def test_a_question_knows_the_sentence_that_holds_its_answer(xquad: Path) -> None:
    reading = read_reading(xquad / "xquad.en.json")
    assert reading.language == "en"
    assert reading.passages == (FAIR, CHAMBER)
    assert reading.questions[1] == ReadingQuestion("2", "What does the stand cost?", 0, "The stand costs 500 euro.")
    assert reading.questions[2].sentence == "Ana leads the chamber."


def test_an_answer_marked_a_little_off_is_found_nearby(tmp_path: Path) -> None:
    asked = passage("Ask Ana. Then pay. Then ask Ana again.", ("1", "Whom then?", "Ana"))
    asked["qas"][0]["answers"][0]["answer_start"] = 30
    assert read_reading(squad(tmp_path / "x.en.json", asked)).questions[0].sentence == "Then ask Ana again."


def test_an_answer_that_is_not_there_marks_nothing(tmp_path: Path, vectoriser: Vectoriser) -> None:
    asked = passage(FAIR, ("1", "When?", "June"), ("2", "How long?", "June"))
    asked["qas"][0]["answers"][0]["text"] = "never said"
    asked["qas"][1]["answers"] = []
    reading = read_reading(squad(tmp_path / "x.en.json", asked))
    assert [question.sentence for question in reading.questions] == [None, None]
    found = figures([reading], vectoriser)["en"]
    assert found["sentence"] is None
    assert found["quote"] is None
    assert found["encoder"] == 1.0


def test_passages_and_sentences_are_found_within_and_across_languages(xquad: Path, vectoriser: Vectoriser) -> None:
    found = figures([read_reading(path) for path in sorted(xquad.glob("*.json"))], vectoriser)
    assert set(found) == {"en", "ro", "ro>en", "en>ro"}
    for name, row in found.items():
        assert (row["questions"], row["passages"]) == (3, 2), name
        assert row["encoder"] == 1.0, name
        assert row["search"] == 1.0, name
        assert row["quote"] == 1.0, name
    assert found["en"]["sentence"] == 1.0


def test_files_whose_passages_differ_are_asked_about_their_own_only(xquad: Path, vectoriser: Vectoriser) -> None:
    squad(xquad / "xquad.ro.json", passage("Altceva. Cu totul.", ("9", "Ce?", "Altceva")))
    found = figures([read_reading(path) for path in sorted(xquad.glob("*.json"))], vectoriser)
    assert set(found) == {"en", "ro"}


def test_two_files_of_one_language_are_refused(xquad: Path, vectoriser: Vectoriser) -> None:
    reading = read_reading(xquad / "xquad.en.json")
    with pytest.raises(SampleInvalid, match="two files are in one language"):
        figures([reading, reading], vectoriser)


@pytest.mark.parametrize(("document", "why"), FORMS)
def test_what_is_wrong_is_named(tmp_path: Path, document: Any, why: str) -> None:
    path = tmp_path / "x.ro.json"
    path.write_text(json.dumps(document))
    with pytest.raises(SampleInvalid, match=why):
        read_reading(path)


def test_a_file_that_is_not_json_is_named_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "x.ro.json"
    path.write_text('{\n"data": [,]}')
    with pytest.raises(SampleInvalid, match=r"x\.ro\.json, line 2: not JSON"):
        read_reading(path)


def test_the_language_must_be_in_the_name(tmp_path: Path) -> None:
    with pytest.raises(SampleInvalid, match="no language of the desk in its name"):
        read_reading(squad(tmp_path / "dev-v1.1.json"))
