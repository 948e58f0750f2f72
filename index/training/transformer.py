"""The joint training: layers, word vectors and bag together learn to land where the teacher lands."""

import time
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.utils import clip_grad_norm_

from index.training import bag, checkpoint, initialization
from index.training.batches import Batch, batches
from index.training.bench import Bench
from index.training.checkpoint import Position
from index.training.pieces import translations
from index.training.pieces.vocabulary import SPECIAL
from index.training.progress import ProgressReporter
from index.training.recipe import Recipe
from index.training.student import Student, pad

RESULT = "transformer.npz"
CHECKPOINT = "transformer.checkpoint.npz"

_LEAST = 0.02
_DECAY = 0.01
_STEEPEST = 1.0


class Course:
    """A student and its two optimizers: one for the tables, of which a batch touches few rows, one for the layers."""

    def __init__(self, student: Student, recipe: Recipe) -> None:
        self.student = student.train()
        self.recipe = recipe
        tables = {name: weight for name, weight in student.named_parameters() if name.startswith(("words.", "bag."))}
        self._layers = [weight for name, weight in student.named_parameters() if name not in tables]
        self.optimizers: tuple[torch.optim.Optimizer, ...] = (
            torch.optim.SparseAdam(list(tables.values()), lr=recipe.table_rate),
            torch.optim.AdamW(self._layers, lr=recipe.rate, weight_decay=_DECAY),
        )

    def learn(self, batch: Batch, vectors: Tensor, step: int) -> float:
        """Take one step, the one after `step`, and return the loss before it."""
        return self.take(self.loss(batch, vectors), step)

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

    def loss(self, batch: Batch, vectors: Tensor) -> Tensor:
        """Return how far the batch is from its targets, and how unlike the teacher's its likenesses are.

        A sentence is compared with the batch's targets and the bank, a target with the batch's sentences; the teacher
        says of each how alike they should be. The transformer answers for itself too, not only for the sum.
        """
        found = self.encode(batch.pieces)
        targets = vectors[batch.targets]
        others = torch.cat([targets, vectors[batch.bank]])
        alone = self._distance(found["meaning"], targets, others)
        return self._distance(found["sentence_embedding"], targets, others) + self.recipe.alone * alone

    def encode(self, pieces: list[list[int]]) -> dict[str, Tensor]:
        """Return what the student makes of sentences."""
        with torch.autocast("cpu", torch.bfloat16):
            found: dict[str, Tensor] = self.student(pad(pieces))
        return found

    def _distance(self, sentences: Tensor, targets: Tensor, others: Tensor) -> Tensor:
        heat = self.recipe.temperature
        there = _unlike(targets @ others.T / heat, sentences @ others.T / heat)
        back = _unlike(targets @ targets.T / heat, targets @ sentences.T / heat)
        far: Tensor = (1 - (sentences * targets).sum(1)).mean()
        return there + back / 2 + self.recipe.cosine * far


def run(bench: Bench, made_from: str) -> None:
    """Train from the start or the last checkpoint, and keep the student."""
    course = Course(begun(bench), bench.recipe)
    path = bench.work / CHECKPOINT
    position = Position()
    if path.exists():
        position = checkpoint.read(path, made_from, course.student, course.optimizers)
        bench.say(f"transformer: goes on after step {position.step:,}")
    _train(course, bench, position, path, made_from)
    checkpoint.keep_student(bench.work / RESULT, course.student)
    path.unlink(missing_ok=True)


def _train(course: Course, bench: Bench, position: Position, path: Path, made_from: str) -> None:
    vectors = torch.from_numpy(bench.examples.vectors)
    progress = ProgressReporter("transformer", bench.recipe.steps, bench.say, done=position.step)
    written = time.monotonic()
    for batch, reached in _ahead(bench, position):
        loss = course.learn(batch, vectors, reached.step - 1)
        progress.tell(reached.step, len(batch.pieces), loss)
        if time.monotonic() - written >= 60 * bench.minutes:
            checkpoint.write(path, made_from, reached, course.student, course.optimizers)
            bench.say(f"transformer: checkpoint after step {reached.step:,}")
            written = time.monotonic()


def _ahead(bench: Bench, position: Position) -> Iterator[tuple[Batch, Position]]:
    """Yield the batches that are still to be learned, each with the position after it."""
    step, number, done = position.step, position.round, position.batch
    tokenizer = bench.tokenizer
    while step < bench.recipe.steps:
        for place, batch in enumerate(batches(bench.examples, tokenizer, bench.recipe, number)):
            if place < done:
                continue
            if step == bench.recipe.steps:
                return
            step += 1
            yield batch, Position(step, number, place + 1)
        number, done = number + 1, 0


def begun(bench: Bench) -> Student:
    """Return the student that training begins with: the teacher's layers, glossed word vectors, the trained bag."""
    counts = translations.kept(bench)
    student = initialization.student(bench.tokenizer, bench.teacher, bench.english_tokenizer, counts)
    table = bag.scaled(bag.kept(bench), bench.examples, bench.recipe.bag_length)
    table[: len(SPECIAL)] = 0
    student.bag.load_state_dict({"weight": torch.from_numpy(table)})
    return student


def _unlike(taught: Tensor, learned: Tensor) -> Tensor:
    """Return the cross-entropy of the rows of `learned`, taken as scores, against those of `taught`."""
    return -(torch.softmax(taught, 1) * torch.log_softmax(learned, 1)).sum(1).mean()
