"""The fifth stage: six layers learn where twelve land, from sentences, questions and passages in turn.

A sentence of the region should land where the teacher's vector of its English is (Reimers and Gurevych 2020, arXiv
2004.09813), a question on the passage or entry that answers it, told apart from the nearest others, and a passage on
its own. All targets are the teacher's and stay where they are, so that a step may be judged by thousands of them.
"""

import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.utils import clip_grad_norm_

from index.training import checkpoint, reduction
from index.training.bench import Bench
from index.training.lessons import Lesson, Lessons
from index.training.progress import ProgressReporter
from index.training.recipe import Recipe
from index.training.student import Student, pieces_of

RESULT = "student.npz"
CHECKPOINT = "student.checkpoint.npz"

_LEAST = 0.04
_DECAY = 0.01
_STEEPEST = 1.0
_SAME = 0.95
_LIKENESS_HEAT = 0.08


class Course:
    """A student and its two optimizers: one for the words, of which a batch touches few rows, one for the layers."""

    def __init__(self, student: Student, recipe: Recipe) -> None:
        self.student = student.train()
        self.student.words.sparse = True
        self.recipe = recipe
        self._layers = [weight for name, weight in student.named_parameters() if name != "words.weight"]
        self.optimizers: tuple[torch.optim.Optimizer, ...] = (
            torch.optim.SparseAdam([student.words.weight], lr=recipe.table_rate),
            torch.optim.AdamW(self._layers, lr=recipe.rate, weight_decay=_DECAY),
        )

    def take(self, loss: Tensor, step: int) -> float:
        """Go down from a loss, as the step after `step`, and return it."""
        share = min(1, (step + 1) / self.recipe.warm_up) * max(_LEAST, 1 - step / self.recipe.steps)
        for optimizer, rate in zip(self.optimizers, (self.recipe.table_rate, self.recipe.rate), strict=True):
            for group in optimizer.param_groups:
                group["lr"] = rate * share
            optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        clip_grad_norm_(self._layers, _STEEPEST)
        for optimizer in self.optimizers:
            optimizer.step()
        return float(loss.detach())


def loss(lesson: Lesson, found: Tensor, temperature: float) -> Tensor:
    """Return how far the vectors of a lesson's texts are from where they should be.

    Three parts, weighed as the lesson's kind says: how hard each target is to tell from the others, how far it is, and
    how unlike the teacher's the likenesses within the batch are.
    """
    targets = torch.from_numpy(lesson.targets.vectors[lesson.rows])
    total = lesson.kind.contrast * _contrast(lesson, found, targets, temperature)
    if lesson.kind.cosine:
        total = total + lesson.kind.cosine * (1 - (found * targets).sum(1).mean())
    if lesson.kind.likeness:
        taught = (targets @ targets.T / _LIKENESS_HEAT).softmax(1)
        learned = (found @ targets.T / _LIKENESS_HEAT).log_softmax(1)
        total = total + lesson.kind.likeness * functional.kl_div(learned, taught, reduction="batchmean")
    return total


def run(bench: Bench, made_from: str) -> None:
    """Train from the base or the last checkpoint, and keep the student."""
    course = Course(checkpoint.kept_student(bench.work / reduction.RESULT), bench.recipe)
    path = bench.work / CHECKPOINT
    done = 0
    if path.exists():
        done = checkpoint.read(path, made_from, course.student, course.optimizers)
        bench.say(f"training: goes on after step {done:,}")
    _train(course, bench, done, path, made_from)
    checkpoint.keep_student(bench.work / RESULT, course.student)
    path.unlink(missing_ok=True)


def _train(course: Course, bench: Bench, done: int, path: Path, made_from: str) -> None:
    lessons, tokenizer = Lessons(bench), bench.tokenizer
    progress = ProgressReporter("training", bench.recipe.steps, bench.say, done=done)
    saved = time.monotonic()
    for step in range(done, bench.recipe.steps):
        lesson = lessons.lesson(step)
        found = course.student.encode(pieces_of(tokenizer, lesson.texts, lesson.kind.pieces))
        value = course.take(loss(lesson, found, bench.recipe.temperature), step)
        progress.tell(step + 1, len(lesson.texts), value)
        if time.monotonic() - saved >= 60 * bench.minutes:
            checkpoint.write(path, made_from, step + 1, course.student, course.optimizers)
            bench.say(f"training: checkpoint after step {step + 1:,}")
            saved = time.monotonic()


def _contrast(lesson: Lesson, found: Tensor, targets: Tensor, temperature: float) -> Tensor:
    """Return the cross-entropy of finding each target among all; what says the same as it is no other."""
    rows, places = np.unique(np.concatenate([lesson.rows, lesson.others]), return_inverse=True)
    every = torch.from_numpy(lesson.targets.vectors[rows])
    right = torch.from_numpy(places[: len(lesson.rows)])
    same = targets @ every.T > _SAME
    same[torch.arange(len(right)), right] = False
    scores = (found @ every.T / temperature).masked_fill(same, -torch.inf)
    return functional.cross_entropy(scores, right)
