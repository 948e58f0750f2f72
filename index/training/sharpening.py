"""The last training: whole passages land where the teacher's do, and a question lands on the passage that answers it.

Three kinds of batches take turns. Sentences keep what was learned; paragraphs and English passages are learned as
sentences were; questions are told apart from the passages that answer other ones, the nearest ones among them. A
passage is the teacher's vector of its English, so a batch may hold thousands of them.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from random import Random
from typing import TypeVar

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from index.model import Vectors
from index.training import checkpoint, teacher, transformer
from index.training.batches import Batch, batches
from index.training.bench import Bench
from index.training.checkpoint import Position
from index.training.data import corpus
from index.training.data.corpus import Pair
from index.training.data.examples import Examples
from index.training.data.paragraphs import paragraphs
from index.training.data.questions import Asked, asked
from index.training.pieces.vocabulary import SPECIAL
from index.training.progress import ProgressReporter
from index.training.recipe import Recipe
from index.training.transformer import Course
from index.typos import typed

RESULT = "sharpened.npz"
CHECKPOINT = "sharpened.checkpoint.npz"
TEACHER = "teacher_passages"

LONGEST = 254
"""Pieces of a passage that are read, beside its two marks."""

_QUERY = 62
_ALIKE = 0.95
_NEIGHBOURS = 12
_AT_ONCE = 512

_Made = TypeVar("_Made")


@dataclass(frozen=True)
class Lesson:
    """Questions with the rows of the passages that answer them, and the rows of others that do not."""

    pieces: list[list[int]]
    answers: np.ndarray
    others: np.ndarray


@dataclass(frozen=True)
class Material:
    """What the sharpening reads: passages as long sentences, questions, and the teacher's vectors of both."""

    passages: Examples
    asked: Sequence[Asked]
    answers: np.ndarray
    near: np.ndarray

    @property
    def weights(self) -> np.ndarray:
        """How often each question is asked; they sum to one."""
        weights = np.array([question.weight for question in self.asked])
        return np.asarray(weights / weights.sum())


def gather_material(bench: Bench) -> Material:
    """Return the material, with the teacher's vectors of the passages, encoding those that are not kept yet."""
    joined = paragraphs(bench.pairs, bench.recipe.paragraphs, bench.recipe.seed)
    questions = asked(corpus.questions(bench.data / "qa"), joined, bench.recipe.seed)
    english = sorted({question.passage for question in questions} | _own(questions))
    vectors = teacher.vectors(english, bench.work / TEACHER, bench.say, lambda: bench.teacher)
    rows = {text: row for row, text in enumerate(english)}
    pairs = [paragraph.pair() for paragraph in joined]
    pairs += [Pair("en", text, text, "") for text in english]
    answers = np.array([rows[question.passage] for question in questions])
    return Material(_passages(pairs, rows, english, vectors, bench.tokenizer), questions, answers, nearest(vectors))


def _own(questions: Sequence[Asked]) -> set[str]:
    return {question.query for question in questions if question.language == "en" and " " in question.query}


def _passages(
    pairs: Sequence[Pair], rows: dict[str, int], english: Sequence[str], vectors: Vectors, tokenizer: Tokenizer
) -> Examples:
    tokenizer.enable_truncation(LONGEST)
    encodings = tokenizer.encode_batch([pair.text for pair in pairs], add_special_tokens=False)
    lengths = np.array([len(encoding.ids) for encoding in encodings], float)
    # A long passage costs as much as ten sentences and teaches what they do not.
    weights = np.where([pair.language == "en" for pair in pairs], 0.3, 1.0) * np.minimum(lengths, 40)
    return Examples(
        pairs, [np.array(encoding.ids, np.int32) for encoding in encodings],
        np.array([rows[pair.english] for pair in pairs]), weights / weights.sum(), vectors, english, LONGEST,
    )  # fmt: skip


def nearest(vectors: Vectors) -> np.ndarray:
    """Return for each row the rows most like it, n x 12, those left out that say the same."""
    rows = torch.from_numpy(vectors).to(torch.bfloat16)
    found = []
    for start in range(0, len(rows), _AT_ONCE):
        alike = (rows[start : start + _AT_ONCE] @ rows.T).float()
        alike[alike > _ALIKE] = -1
        found.append(alike.topk(min(_NEIGHBOURS, len(rows)), dim=1).indices)
    return torch.cat(found).numpy()


def lessons(material: Material, tokenizer: Tokenizer, recipe: Recipe, number: int) -> list[Lesson]:
    """Return the lessons of round `number`, some questions mistyped; only the seed and the number decide."""
    chance = np.random.default_rng([recipe.seed, number, 1])
    keys = Random(f"lessons {recipe.seed} {number}")
    size = min(recipe.round, len(material.asked))
    drawn = chance.choice(len(material.asked), size=size, p=material.weights, replace=False)
    queries = [material.asked[place] for place in drawn]
    texts = [typed(one.query, one.language, keys) if keys.random() < recipe.noise else one.query for one in queries]
    first, last = SPECIAL.index("[CLS]"), SPECIAL.index("[SEP]")
    pieces = [
        [first, *encoding.ids[:_QUERY], last] for encoding in tokenizer.encode_batch(texts, add_special_tokens=False)
    ]
    made = []
    for start in range(0, size, recipe.asked_batch):
        answers = material.answers[drawn[start : start + recipe.asked_batch]]
        near = chance.permuted(material.near[answers], axis=1)[:, : recipe.near]
        far = chance.integers(len(material.passages.vectors), size=recipe.others)
        made.append(Lesson(pieces[start : start + recipe.asked_batch], answers, np.concatenate([near.ravel(), far])))
    return made


class Sharpening(Course):
    """A student that learns from batches of sentences and passages, and from lessons."""

    def asked_loss(self, lesson: Lesson, vectors: Tensor) -> Tensor:
        """Return how hard it is to tell the answers from the other passages; what says the same is no other."""
        answers, others = vectors[lesson.answers], vectors[lesson.others]
        passages = torch.cat([answers, others])
        same = answers @ passages.T > _ALIKE
        same[:, : len(answers)].fill_diagonal_(False)
        found = self.encode(lesson.pieces)
        right = torch.arange(len(answers))

        def hard(questions: Tensor) -> Tensor:
            scores = (questions @ passages.T / self.recipe.temperature).masked_fill(same, -torch.inf)
            return functional.cross_entropy(scores, right)

        return hard(found["sentence_embedding"]) + self.recipe.alone * hard(found["meaning"])


def run(bench: Bench, made_from: str) -> None:
    """Sharpen the trained student, from the start or the last checkpoint, and keep it."""
    recipe = replace(
        bench.recipe, steps=bench.recipe.sharpen_steps, rate=bench.recipe.sharpen_rate,
        table_rate=bench.recipe.sharpen_table_rate,
    )  # fmt: skip
    course = Sharpening(checkpoint.kept_student(bench.work / transformer.RESULT, bench.tokenizer), recipe)
    path = bench.work / CHECKPOINT
    position = Position()
    if path.exists():
        position = checkpoint.read(path, made_from, course.student, course.optimizers)
        bench.say(f"sharpening: goes on after step {position.step:,}")
    _train(course, bench, position.step, path, made_from)
    checkpoint.keep_student(bench.work / RESULT, course.student)
    path.unlink(missing_ok=True)


def _train(course: Sharpening, bench: Bench, done: int, path: Path, made_from: str) -> None:
    material, recipe, tokenizer = gather_material(bench), course.recipe, bench.tokenizer
    short, long = (torch.from_numpy(examples.vectors) for examples in (bench.examples, material.passages))
    english = replace(recipe, english=recipe.sharpen_english)
    kinds = _kinds(recipe)
    before = [kinds[:done].count(kind) for kind in range(3)]
    sentences = _endless(partial(batches, bench.examples, tokenizer, recipe), before[0])
    passages = _endless(partial(batches, material.passages, tokenizer, english), before[1])
    questions = _endless(partial(lessons, material, tokenizer, recipe), before[2])
    progress = ProgressReporter("sharpening", recipe.steps, bench.say, done=done)
    written = time.monotonic()
    for step, kind in enumerate(kinds[done:], done):
        batch: Batch | Lesson
        if kind == 2:
            batch = lesson = next(questions)
            loss = course.take(course.asked_loss(lesson, long), step)
        else:
            batch = one = next(passages if kind else sentences)
            loss = course.learn(one, long if kind else short, step)
        progress.tell(step + 1, len(batch.pieces), loss)
        if time.monotonic() - written >= 60 * bench.minutes:
            checkpoint.write(path, made_from, Position(step + 1), course.student, course.optimizers)
            bench.say(f"sharpening: checkpoint after step {step + 1:,}")
            written = time.monotonic()


def _kinds(recipe: Recipe) -> list[int]:
    """Return for each step whether sentences (0), passages (1) or questions (2) are learned."""
    shares = [1 - recipe.long - recipe.asked, recipe.long, recipe.asked]
    chance = np.random.default_rng([recipe.seed, 2])
    return [int(kind) for kind in chance.choice(3, size=recipe.steps, p=shares)]


def _endless(made: Callable[[int], list[_Made]], skipped: int) -> Iterator[_Made]:
    number = 0
    while True:
        for batch in made(number):
            if skipped:
                skipped -= 1
            else:
                yield batch
        number += 1
