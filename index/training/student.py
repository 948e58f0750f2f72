"""The model, teacher and student alike: layers over pieces, and the mean of what they make of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from index.arrays import Arrays

PAD = 1
"""The piece that fills short texts up; nothing looks at it."""

_EPSILON = 1e-12
_HIDDEN = -1e4


@dataclass(frozen=True)
class Shape:
    """What the sizes of a model's weights follow from; `words` and `places` are rows of its tables."""

    width: int
    layers: int
    heads: int
    inner: int
    words: int
    places: int


class TransformerLayer(nn.Module):
    """One transformer layer in BERT's order: attention, then a feed-forward block, each normalised after its sum."""

    def __init__(self, width: int, heads: int, inner: int) -> None:
        super().__init__()
        self.heads = heads
        self.attend = nn.Linear(width, 3 * width)
        self.gather = nn.Linear(width, width)
        self.attended = nn.LayerNorm(width, eps=_EPSILON)
        self.widen = nn.Linear(width, inner)
        self.narrow = nn.Linear(inner, width)
        self.done = nn.LayerNorm(width, eps=_EPSILON)

    def forward(self, rows: Tensor, mask: Tensor | None) -> Tensor:
        """Return `rows` (texts x pieces x width) with what each piece gathered from those that `mask` shows it."""
        attended, widened = self.halves(rows, mask)
        done: Tensor = self.done(attended + self.narrow(widened))
        return done

    def halves(self, rows: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
        """Return what attention makes of `rows`, and what the first half of the feed-forward block makes of that."""
        texts, pieces, width = rows.shape
        parts = self.attend(rows).view(texts, pieces, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        queries, keys, values = parts.unbind()
        # PyTorch's fused attention goes back through short sentences four times as slowly as these three products.
        scores = queries @ keys.transpose(-1, -2) / (width // self.heads) ** 0.5
        if mask is not None:
            scores = scores.masked_fill(~mask, _HIDDEN)
        gathered = self.gather((scores.softmax(-1) @ values).transpose(1, 2).reshape(texts, pieces, width))
        attended: Tensor = self.attended(rows + gathered)
        return attended, functional.gelu(self.widen(attended))


class Student(nn.Module):
    """Pieces to one vector of unit length, seen from `centre`: what all texts have in common says nothing."""

    def __init__(self, shape: Shape, *, sparse: bool = False) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.words, shape.width, sparse=sparse)
        self.places = nn.Parameter(torch.zeros(shape.places, shape.width))
        self.entered = nn.LayerNorm(shape.width, eps=_EPSILON)
        self.stack = nn.ModuleList(TransformerLayer(shape.width, shape.heads, shape.inner) for _ in range(shape.layers))
        self.centre: Tensor
        self.register_buffer("centre", torch.zeros(shape.width))

    def forward(self, ids: Tensor, present: Tensor, *, full: bool = False) -> Tensor:
        """Return texts x width of `ids` (texts x pieces), of which those `present` (bool) count; `full`: all are."""
        mask = None if full else present[:, None, None, :]
        rows = self.enter(ids)
        for layer in self.stack:
            rows = layer(rows, mask)
        shares = present.to(rows.dtype) / present.sum(1, keepdim=True)
        means = functional.normalize((shares.unsqueeze(1) @ rows).squeeze(1), dim=1)
        return functional.normalize(means - self.centre, dim=1)

    def enter(self, ids: Tensor) -> Tensor:
        """Return texts x pieces x width of `ids` (texts x pieces), before any layer."""
        entered: Tensor = self.entered(self.words(ids) + self.places[: ids.shape[1]])
        return entered

    def encode(self, pieces: Sequence[Sequence[int]]) -> Tensor:
        """Return texts x width of the pieces of texts."""
        ids, present = pad(pieces)
        vectors: Tensor = self(ids, present, full=bool(present.all()))
        return vectors


def begun(base: Mapping[str, np.ndarray], words: np.ndarray, heads: int, layers: Sequence[int]) -> Student:
    """Return a student with the given layers of the base, over `words` (pieces x width)."""
    state: Arrays = {"words.weight": words, "centre": np.zeros(words.shape[1], np.float32)}
    for name, weights in base.items():
        part, _, rest = name.partition(".")
        if part != "stack":
            state[name] = weights
            continue
        number, _, rest = rest.partition(".")
        if int(number) in layers:
            state[f"stack.{layers.index(int(number))}.{rest}"] = weights
    shape = Shape(
        width=words.shape[1], layers=len(layers), heads=heads, inner=len(base["stack.0.widen.bias"]),
        words=len(words), places=len(base["places"]),
    )  # fmt: skip
    student = Student(shape, sparse=True)
    student.load_state_dict({name: torch.from_numpy(weights) for name, weights in state.items()})
    return student


def pieces_of(tokenizer: Tokenizer, texts: Sequence[str], longest: int) -> list[list[int]]:
    """Return the ids of the texts' pieces, the marks at both ends included, at most `longest` of each."""
    encoded = (encoding.ids for encoding in tokenizer.encode_batch(list(texts)))
    return [ids if len(ids) <= longest else [*ids[: longest - 1], ids[-1]] for ids in encoded]


def pad(texts: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Return pieces as one matrix, short texts filled up, and a mask (bool) of the same shape."""
    longest = max(map(len, texts))
    ids = torch.full((len(texts), longest), PAD, dtype=torch.long)
    present = torch.zeros(len(texts), longest, dtype=torch.bool)
    for row, pieces in enumerate(texts):
        ids[row, : len(pieces)] = torch.tensor(pieces)
        present[row, : len(pieces)] = True
    return ids, present
