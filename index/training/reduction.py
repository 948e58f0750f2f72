"""The fourth stage: a student of fewer layers, each solved for what several of the teacher's make together.

A layer of the student takes its attention and the first half of its feed-forward block from one of the teacher's. The
second half is the least-squares solution for the state that the teacher reaches: found in a minute, it leaves far less
to the training than layers that are merely left out (Shopkhoev et al. 2025, arXiv 2505.02819, fit one linear map in
place of a block in the same way).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from index.training import checkpoint
from index.training import teacher as taught
from index.training.bench import Bench
from index.training.lessons import Lessons
from index.training.progress import ProgressReporter, Say
from index.training.student import Student, TransformerLayer, pad, pieces_of

RESULT = "reduced.npz"

_APART = 1_000_000
_ROOM = 4096
_RIDGE = 1e-3


@dataclass
class _Batch:
    """Texts of like length: which of their pieces count, and the states that teacher and student are in.

    The teacher reads `ahead` pieces more, before the others and behind the mark.
    """

    present: Tensor
    teacher_present: Tensor
    ahead: int
    taught: Tensor
    learned: Tensor

    def without_prefix(self, rows: Tensor) -> Tensor:
        """Return the rows of the pieces that the student reads as well."""
        return torch.cat([rows[:, :1], rows[:, 1 + self.ahead :]], dim=1)[self.present]


def run(bench: Bench, made_from: str) -> None:
    """Solve the student's layers one after the other, and keep it."""
    teacher, student = bench.model().eval(), bench.model(bench.recipe.layers).eval()
    with torch.inference_mode():
        reduce(teacher, student, _texts(bench), bench.say)
        student.centre.copy_(torch.from_numpy(np.mean(taught.centres(bench), axis=0)))
    checkpoint.keep_student(bench.work / RESULT, student)


def reduce(teacher: Student, student: Student, texts: Sequence[tuple[list[int], list[int]]], say: Say) -> None:
    """Fit the layers of `student`, which are some of the teacher's, to its states over texts.

    Each text is its pieces and those that the teacher reads before them.
    """
    batches = list(_batches(teacher, texts))
    progress = ProgressReporter("reduction", len(student.stack), say)
    share = len(teacher.stack) // len(student.stack)
    for number, layer in enumerate(student.stack):
        assert isinstance(layer, TransformerLayer)
        below = [teacher.stack[place] for place in range(number * share, (number + 1) * share)]
        *lower, last = (each for each in below if isinstance(each, TransformerLayer))
        progress.tell(number + 1, len(texts), _fit(layer, lower, last, batches))


def _fit(
    layer: TransformerLayer, lower: Sequence[TransformerLayer], last: TransformerLayer, batches: Sequence[_Batch]
) -> float:
    """Solve a layer, take every batch through it, and return the share of the states' variance that it misses."""
    inner, width = layer.widen.out_features, layer.narrow.out_features
    features, targets = torch.zeros(inner + 1, inner + 1), torch.zeros(inner + 1, width)
    aims = list[Tensor]()
    for batch in batches:
        mask = batch.teacher_present[:, None, None, :]
        for each in lower:
            batch.taught = each(batch.taught, mask)
        attended, widened = last.halves(batch.taught, mask)
        summed = attended + last.narrow(widened)
        batch.taught = last.done(summed)
        aims.append(batch.without_prefix(summed))
        attended, widened = _halves(layer, batch)
        widened = torch.cat([widened, torch.ones(len(widened), 1)], dim=1)
        features += widened.T @ widened
        targets += widened.T @ (aims[-1] - attended)
    ridge = _RIDGE * features.diagonal().mean()
    known = torch.cat([layer.narrow.weight.T, layer.narrow.bias[None]])
    solved = torch.linalg.solve(
        features.double() + ridge * torch.eye(inner + 1), (targets + ridge * known).double()
    ).float()
    layer.narrow.weight.copy_(solved[:-1].T)
    layer.narrow.bias.copy_(solved[-1])
    layer.done.load_state_dict(last.done.state_dict())
    missed = whole = 0.0
    for batch, aim in zip(batches, aims, strict=True):
        batch.learned = layer(batch.learned, batch.present[:, None, None, :])
        state = last.done(aim)
        missed += float((batch.learned[batch.present] - state).square().sum())
        whole += float((state - state.mean(0)).square().sum())
    return missed / whole


def _halves(layer: TransformerLayer, batch: _Batch) -> tuple[Tensor, Tensor]:
    attended, widened = layer.halves(batch.learned, batch.present[:, None, None, :])
    return attended[batch.present], widened[batch.present]


def _texts(bench: Bench) -> list[tuple[list[int], list[int]]]:
    """Return the texts of lessons that are not learned from: their pieces, and those of the teacher's prefix."""
    lessons, tokenizer = Lessons(bench), bench.tokenizer
    asked, answer = (tokenizer.encode(prefix).ids[1:-1] for prefix in ("query:", "passage:"))
    found = list[tuple[list[int], list[int]]]()
    for step in range(_APART, _APART + bench.recipe.reduced_by):
        lesson = lessons.lesson(step)
        prefix = answer if lesson.kind is bench.recipe.passages else asked
        found += [(pieces, prefix) for pieces in pieces_of(tokenizer, lesson.texts, lesson.kind.pieces)]
    return found


def _batches(teacher: Student, texts: Sequence[tuple[list[int], list[int]]]) -> Iterator[_Batch]:
    rest = sorted(texts, key=lambda text: (len(text[1]), len(text[0])))
    while rest:
        ahead = len(rest[0][1])
        count = 1
        while (
            count < len(rest) and len(rest[count][1]) == ahead and (count + 1) * (len(rest[count][0]) + ahead) <= _ROOM
        ):
            count += 1
        part, rest = rest[:count], rest[count:]
        ids, present = pad([pieces for pieces, _ in part])
        teacher_ids, teacher_present = pad([[pieces[0], *prefix, *pieces[1:]] for pieces, prefix in part])
        yield _Batch(present, teacher_present, ahead, teacher.enter(teacher_ids), teacher.enter(ids))
