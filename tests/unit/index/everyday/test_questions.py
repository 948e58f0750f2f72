"""The everyday questions: each has a form that training can rely on, and no tag or starter entry is forgotten."""

import json
import unicodedata
from collections import Counter
from importlib.resources import files

import yaml

from index.everyday.entries import ANSWERS, GRADES
from index.fitting.pairs import question_held_out
from knowledge.languages import TAGS

LINES = files("index").joinpath("everyday", "questions.jsonl").read_text(encoding="utf-8").splitlines()
QUESTIONS = [json.loads(line) for line in LINES]


def test_a_line_says_what_is_asked_in_which_tag_and_of_which_entry() -> None:
    for each in QUESTIONS:
        assert set(each) in ({"entry", "tag", "question"}, {"near", "tag", "question"}), each
        assert each["tag"] in TAGS
        assert all(each.values())
        assert each["question"] == " ".join(unicodedata.normalize("NFC", each["question"]).split())
        assert len(each["question"]) <= 600


def test_no_question_is_asked_twice() -> None:
    asked = Counter((each["tag"], each["question"].casefold()) for each in QUESTIONS)
    assert [question for question, count in asked.items() if count > 1] == []


def test_every_tag_has_its_share_and_one_question_in_six_is_held_out() -> None:
    counted = Counter(each["tag"] for each in QUESTIONS)
    assert set(counted) == set(TAGS)
    assert min(counted.values()) > 200
    assert 0.14 < sum(question_held_out(each["question"]) for each in QUESTIONS) / len(QUESTIONS) < 0.19


def test_all_starter_entries_and_many_others_are_asked_for() -> None:
    starter = {
        entry["id"]
        for file in files("knowledge").joinpath("starter").iterdir()
        if file.name.endswith(".yaml")
        for entry in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    }
    asked = Counter(each["entry"] for each in QUESTIONS if "entry" in each)
    assert [reference for reference in starter if asked[reference] < 2] == []
    assert len(set(asked) - starter) >= 1_500
    assert sum("near" in each for each in QUESTIONS) >= 600


def test_grades_are_of_questions_that_are_asked_here_and_of_their_entry_among_others() -> None:
    asked = {each["question"]: each for each in QUESTIONS}
    graded = [json.loads(line) for line in GRADES.read_text(encoding="utf-8").splitlines()]
    assert len({each["question"] for each in graded}) == len(graded)
    for each in graded:
        question = asked[each["question"]]
        assert set(each) == {"question", "tag", "grades"}
        assert each["tag"] == question["tag"]
        assert set(each["grades"].values()) <= {0, 1, ANSWERS}
        assert question.get("entry", question.get("near")) in each["grades"]
