"""The training: a few steps lower the loss, and bring translations and answers nearer."""

import numpy as np
import torch

from index.training import training
from index.training.checkpoint import kept_student
from index.training.lessons import Lessons
from index.training.stages import train
from index.training.student import Student, pieces_of
from index.training.teacher import centres, english
from index.training.training import Course, loss
from tests.unit.index.training.conftest import MakeBench


def test_a_few_steps_lower_the_loss_of_every_kind(make_bench: MakeBench) -> None:
    bench = make_bench("taught", steps=80)
    lessons, course = Lessons(bench), Course(bench.model(bench.recipe.layers), bench.recipe)
    held = [(step, lessons.lesson(step)) for step in range(1000, 1060)]

    def means() -> np.ndarray:
        found: dict[int, list[float]] = {}
        with torch.inference_mode():
            for step, lesson in held:
                vectors = course.student.encode(pieces_of(bench.tokenizer, lesson.texts, lesson.kind.pieces))
                found.setdefault(lessons.kind(step), []).append(float(loss(lesson, vectors, 0.05)))
        return np.array([np.mean(found[key]) for key in sorted(found)])

    before = means()
    for step in range(80):
        lesson = lessons.lesson(step)
        vectors = course.student.encode(pieces_of(bench.tokenizer, lesson.texts, lesson.kind.pieces))
        course.take(loss(lesson, vectors, 0.05), step)
    assert (means() < 0.8 * before).all()


def test_translations_come_nearer_to_their_own_english_than_to_others(make_bench: MakeBench) -> None:
    bench = make_bench("nearer", steps=400, rate=5e-3)
    train(bench, "training")
    targets = english(bench).seen_from(centres(bench)[0])
    at = {text: row for row, text in enumerate(targets.texts)}
    pairs = [pair for pair in bench.pairs if pair.english in at]
    rows = np.array([at[pair.english] for pair in pairs])

    def rank(student: Student) -> float:
        with torch.inference_mode():
            found = student.eval().encode(pieces_of(bench.tokenizer, [pair.text for pair in pairs], 16)).numpy()
        alike = found @ targets.vectors.T
        return float((alike > alike[np.arange(len(rows)), rows][:, None]).sum(1).mean())

    # Of thirty English sentences, half come before the right one by chance.
    assert rank(bench.model(bench.recipe.layers)) > 12
    assert rank(kept_student(bench.work / training.RESULT)) < 9
