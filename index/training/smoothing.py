"""Makes a student ready for numbers of eight bits, which share one scale a matrix.

A few channels of what a layer reads lie twenty times as far out as the others, and would leave these hardly any steps.
So each channel is divided by what the layer's weights are then multiplied by: the product stays as it was, and both
factors lie closer (Xiao et al. 2022, SmoothQuant, arXiv 2211.10438).
"""

from collections.abc import Callable, Sequence
from copy import deepcopy

import torch
from torch import Tensor, nn

from index.training.student import Student, TransformerLayer

_SHARE = 0.75
"""How much of the outliers goes over to the weights, which have a scale a row."""

_LEAST = 1e-5


class SmoothedLinear(nn.Module):
    """A linear layer that divides each channel of what it reads by the part that its weights took over."""

    def __init__(self, layer: nn.Linear, furthest: Tensor) -> None:
        super().__init__()
        weight = layer.weight.detach()
        own = weight.abs().amax(0).clamp_min(_LEAST)
        scale = furthest.clamp_min(_LEAST) ** _SHARE / own ** (1 - _SHARE)
        scale = scale / scale.mean()
        self.shares = nn.Parameter(1 / scale, requires_grad=False)
        self.layer = nn.Linear(layer.in_features, layer.out_features)
        self.layer.load_state_dict({"weight": weight * scale, "bias": layer.bias.detach()})

    def forward(self, rows: Tensor) -> Tensor:
        product: Tensor = self.layer(rows * self.shares)
        return product


def smoothed(student: Student, texts: Sequence[Sequence[int]]) -> Student:
    """Return a twin of the student that says the same, given the pieces of texts such as it will read."""
    furthest = _furthest(student, texts)
    twin = deepcopy(student)
    for number, layer in enumerate(twin.stack):
        for name, part in list(layer.named_children()):
            if isinstance(part, nn.Linear):
                setattr(layer, name, SmoothedLinear(part, furthest[f"stack.{number}.{name}"]))
    return twin


@torch.inference_mode()
def _furthest(student: Student, texts: Sequence[Sequence[int]]) -> dict[str, Tensor]:
    """Return the largest number of each channel that each linear layer reads."""
    found = dict[str, Tensor]()
    listening = list[torch.utils.hooks.RemovableHandle]()
    for number, layer in enumerate(student.stack):
        assert isinstance(layer, TransformerLayer)
        for name, part in layer.named_children():
            if isinstance(part, nn.Linear):
                listening.append(part.register_forward_pre_hook(_noting(found, f"stack.{number}.{name}")))
    for text in texts:
        student.encode([text])
    for one in listening:
        one.remove()
    # Inference tensors may not be used where gradients could be asked for.
    return {name: furthest.clone() for name, furthest in found.items()}


def _noting(found: dict[str, Tensor], name: str) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
    def note(_: nn.Module, given: tuple[Tensor, ...]) -> None:
        rows = given[0].abs().flatten(0, -2).amax(0)
        found[name] = torch.maximum(found[name], rows) if name in found else rows

    return note
