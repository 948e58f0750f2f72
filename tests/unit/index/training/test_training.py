"""The training: a few steps lower the loss, and bring translations and answers nearer."""

import numpy as np
import torch

from index.training import training
from index.training.checkpoint import kept_student
from index.training.lessons import Lessons
from index.training.stages import train
from index.training.student import Student, pieces_of
from index.training.teacher import english
from index.training.training import Course, loss
from tests.unit.index.training.conftest import MakeBench


def test_a_few_steps_lower_the_loss_of_every_kind(make_bench: MakeBench) -> None:
    bench = make_bench("taught", steps=80)
    lessons, course = Lessons(bench), Course(bench.model(bench.recipe.layers), bench.recipe)
    held = [lessons.lesson(step) for step in range(1000, 1060)]

    def means() -> np.ndarray:
        found: dict[float, list[float]] = {}
        with torch.inference_mode():
            for lesson in held:
                vectors = course.student.encode(pieces_of(bench.tokenizer, lesson.texts, lesson.kind.pieces))
                found.setdefault(lesson.kind.share + lesson.kind.others, []).append(float(loss(lesson, vectors, 0.05)))
        return np.array([np.mean(found[key]) for key in sorted(found)])

    before = means()
    for step in range(80):
        lesson = lessons.lesson(step)
        vectors = course.student.encode(pieces_of(bench.tokenizer, lesson.texts, lesson.kind.pieces))
        course.take(loss(lesson, vectors, 0.05), step)
    assert (means() < 0.8 * before).all()


def test_translations_come_nearer_to_the_teachers_english(make_bench: MakeBench) -> None:
    bench = make_bench("nearer", steps=60)
    train(bench, "training")
    targets = english(bench)
    at = {text: row for row, text in enumerate(targets.texts)}
    pairs = [pair for pair in bench.pairs if pair.english in at]
    right = targets.vectors[[at[pair.english] for pair in pairs]]

    def likeness(student: Student) -> float:
        with torch.inference_mode():
            found = student.eval().encode(pieces_of(bench.tokenizer, [pair.text for pair in pairs], 16)).numpy()
        return float((found * right).sum(1).mean())

    taught = kept_student(bench.work / training.RESULT)
    assert likeness(taught) > 0.3 + likeness(bench.model(bench.recipe.layers))
