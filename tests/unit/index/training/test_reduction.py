"""The reduction: half the layers, solved to reach the teacher's states, come nearer to it than half left out."""

import numpy as np
import pytest
import torch

from index.training import checkpoint, reduction, teacher
from index.training.bench import Bench
from index.training.stages import train
from index.training.student import Student, pieces_of
from index.training.teacher import english
from tests.unit.index.training.conftest import RECIPE, MakeBench


def alike(bench: Bench, student: Student) -> float:
    """Return the mean cosine of the student's vectors of passages to the teacher's."""
    texts = [each.text for each in bench.entries.values()][:40]
    student.centre.zero_()
    with torch.inference_mode():
        taught = bench.model().eval().encode(pieces_of(bench.tokenizer, ["passage:" + text for text in texts], 24))
        found = student.eval().encode(pieces_of(bench.tokenizer, texts, 22))
    return float((taught * found).sum(1).mean())


def test_a_solved_student_lands_nearer_to_the_teacher_than_one_of_layers_left_out(make_bench: MakeBench) -> None:
    bench = make_bench("reduced")
    solved = checkpoint.kept_student(bench.work / reduction.RESULT)
    assert solved.shape == bench.model(RECIPE.layers).shape
    assert 1 - alike(bench, solved) < 0.7 * (1 - alike(bench, bench.model(RECIPE.layers)))


def test_the_student_says_how_much_of_the_states_it_misses(make_bench: MakeBench) -> None:
    said = list[str]()
    bench = make_bench("told", said.append, reduced_by=4)
    (bench.work / "reduction.json").unlink()
    train(bench, "reduction")
    assert [line for line in said if line.startswith("reduction: 2 of 2")], said
    again = checkpoint.kept_student(bench.work / reduction.RESULT).state_dict()
    (bench.work / "reduction.json").unlink()
    train(bench, "reduction")
    for name, weights in checkpoint.kept_student(bench.work / reduction.RESULT).state_dict().items():
        assert np.array_equal(weights, again[name]), name


def test_the_student_sees_from_the_middle_of_what_was_taught(make_bench: MakeBench) -> None:
    bench = make_bench("centred")
    asked, answering = teacher.centres(bench)
    solved = checkpoint.kept_student(bench.work / reduction.RESULT)
    assert solved.centre.numpy() == pytest.approx((asked + answering) / 2)
    targets = english(bench)
    seen = targets.seen_from(asked).vectors
    assert np.linalg.norm(seen.mean(axis=0)) < 0.5 * np.linalg.norm(targets.vectors.mean(axis=0))
    assert np.linalg.norm(seen, axis=1) == pytest.approx(1, abs=1e-5)
