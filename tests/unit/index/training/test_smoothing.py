"""Smoothing: the student says the same, and what its layers read lies closer together."""

import torch
from torch import Tensor, nn

from index.training.smoothing import SmoothedLinear, smoothed
from index.training.student import pieces_of
from tests.unit.index.training.conftest import MakeBench

TEXTS = ["the farmer finds the partner, the city", "the company seeks financing", "firma"]


def test_a_smoothed_student_says_the_same_and_leaves_the_student_as_it_was(make_bench: MakeBench) -> None:
    bench = make_bench("smoothed")
    student, pieces = bench.model().eval(), pieces_of(bench.tokenizer, TEXTS, 32)
    twin = smoothed(student, pieces)
    assert sum(isinstance(part, SmoothedLinear) for part in twin.modules()) == 4 * len(student.stack)
    assert not any(isinstance(part, SmoothedLinear) for part in student.modules())
    with torch.inference_mode():
        assert torch.allclose(twin.encode(pieces), student.encode(pieces), atol=1e-5)


def test_channels_that_lie_far_out_come_nearer() -> None:
    chance = torch.Generator().manual_seed(1)
    rows, layer = torch.randn(50, 16, generator=chance), nn.Linear(16, 8)
    rows[:, 3] *= 40
    smooth = SmoothedLinear(layer, rows.abs().amax(0))

    def spread(read: Tensor) -> float:
        furthest = read.abs().amax(0)
        return float(furthest.max() / furthest.median())

    assert spread(rows * smooth.shares) < spread(rows) / 3
    with torch.inference_mode():
        assert torch.allclose(smooth(rows), layer(rows), atol=1e-4)
