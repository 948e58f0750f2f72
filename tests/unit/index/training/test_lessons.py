"""Lessons: the seed and the step decide, each text is paired with its target, and what is held out is in none."""

from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

from index.fitting.pairs import question_held_out
from index.training import teacher
from index.training.data import corpus
from index.training.lessons import Lessons, nearest, written
from tests.unit.index.training.conftest import ENTRIES, RECIPE, SENTENCES, WORDS, MakeBench, Write

STEPS = range(60)


@pytest.fixture
def quiet(make_bench: MakeBench) -> Lessons:
    """Lessons without slips."""
    kinds = ("sentences", "questions", "everyday")
    return Lessons(make_bench("quiet", **{name: replace(getattr(RECIPE, name), noise=0.0) for name in kinds}))


def test_a_step_is_the_same_each_time_for_the_same_seed_only(make_bench: MakeBench) -> None:
    first, again = Lessons(make_bench("one")), Lessons(make_bench("one"))
    other = Lessons(make_bench("one", seed=5))

    def drawn(lessons: Lessons, step: int) -> tuple[object, ...]:
        lesson = lessons.lesson(step)
        return lesson.texts, lesson.rows.tolist(), lesson.others.tolist()

    assert [drawn(first, step) for step in STEPS] == [drawn(again, step) for step in reversed(STEPS)][::-1]
    assert [drawn(first, step) for step in STEPS] != [drawn(other, step) for step in STEPS]


def test_all_kinds_take_turns_in_their_shares(quiet: Lessons) -> None:
    counted = np.bincount([quiet.kind(step) for step in range(2000)], minlength=4) / 2000
    assert counted == pytest.approx([kind.share for kind in RECIPE.kinds], abs=0.04)


def test_each_text_is_paired_with_what_it_says_or_what_answers_it(quiet: Lessons, make_bench: MakeBench) -> None:
    bench = make_bench("pairs")
    english = {(text, pair.english) for pair in bench.pairs for text in (pair.text, pair.english)}
    answers = {(each.query, each.passage) for each in bench.questions}
    entries = {(each.text, bench.entries[each.reference].text) for each in bench.everyday}
    seen = set()
    for step in STEPS:
        lesson, kind = quiet.lesson(step), quiet.kind(step)
        seen.add(kind)
        pairs = {(text, lesson.targets.texts[row]) for text, row in zip(lesson.texts, lesson.rows, strict=True)}
        if kind == 3:
            assert all(text == target for text, target in pairs)
        else:
            assert pairs <= (english, answers, entries)[kind]
        assert len(lesson.others) == lesson.kind.others + lesson.kind.near * len(lesson.rows)
    assert seen == {0, 1, 2, 3}


def test_held_out_questions_are_never_asked_and_near_misses_have_no_answer(quiet: Lessons) -> None:
    asked = {text for step in range(300) if quiet.kind(step) in (1, 2) for text in quiet.lesson(step).texts}
    assert asked
    assert not [text for text in asked if question_held_out(text)]
    near_miss = " ".join(WORDS[word][0] for word in SENTENCES[-1]) + "?"
    assert near_miss not in asked


def test_the_entry_of_a_near_miss_is_one_to_stay_away_from(quiet: Lessons, make_bench: MakeBench) -> None:
    row = teacher.references(make_bench("near")).index(list(ENTRIES)[-1])
    lessons = [quiet.lesson(step) for step in range(300) if quiet.kind(step) == 2]
    assert any(row in lesson.others for lesson in lessons)
    assert not any(row in lesson.rows for lesson in lessons)


def test_a_kind_without_texts_takes_no_step(make_bench: MakeBench, tmp_path: Path, write_rows: Write) -> None:
    write_rows(tmp_path / "qa" / "banking77_en.tsv.gz", [("a question", "an answer", "banking77")])
    bench = make_bench("none")
    bench.questions = corpus.questions(tmp_path / "qa")
    lessons = Lessons(bench)
    assert {lessons.kind(step) for step in STEPS} == {0, 2, 3}
    assert all(lessons.lesson(step).texts for step in STEPS)


def test_neighbours_are_near_but_what_says_the_same_comes_last() -> None:
    vectors = np.array([[1, 0], [1, 0.01], [0.8, 0.6], [0, 1]], np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    near = nearest(vectors)
    assert near[0][:2].tolist() == [2, 3]
    assert near[3][0] == 2
    many = np.random.default_rng(1).standard_normal((1500, 8)).astype(np.float32)
    many /= np.linalg.norm(many, axis=1, keepdims=True)
    assert nearest(many).shape == (1500, 10)


def test_texts_are_written_as_people_type() -> None:
    ways = {written("Caută finanțare", "ro", Random(seed), 0.5) for seed in range(200)}
    assert {"Caută finanțare", "caută finanțare", "Cauta finantare"} <= ways
    latin = [written("Град тражи пројекат", "sr", Random(seed), 1.0) for seed in range(200)]
    assert any(text.isascii() for text in latin)
    assert {written("Caută finanțare", "ro", Random(seed), 0.0) for seed in range(50)} == {"Caută finanțare"}
