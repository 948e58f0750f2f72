"""The student while it learns: a transformer and, beside it, a bag of learned vectors.

The transformer is the English teacher's, under a vocabulary of the whole region; the bag holds one vector a piece and
says what a sentence is about where the transformer has seen too little of a language. Their sum is the sentence.
"""

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional


class TransformerLayer(nn.Module):
    """One transformer layer in BERT's order: attention, then a feed-forward block, each normalised after its sum."""

    def __init__(self, width: int, heads: int, inner: int) -> None:
        super().__init__()
        self.heads = heads
        self.attend = nn.Linear(width, 3 * width)
        self.gather = nn.Linear(width, width)
        self.attended = nn.LayerNorm(width, eps=1e-12)
        self.widen = nn.Linear(width, inner)
        self.narrow = nn.Linear(inner, width)
        self.done = nn.LayerNorm(width, eps=1e-12)

    def forward(self, rows: Tensor, mask: Tensor | None) -> Tensor:
        """Return `rows` (sentences x pieces x width) with what each piece gathered from those that `mask` shows it."""
        sentences, pieces, width = rows.shape
        parts = self.attend(rows).view(sentences, pieces, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        queries, keys, values = parts.unbind()
        # PyTorch's fused attention goes back through short sentences four times as slowly as these three products.
        scores = queries @ keys.transpose(-1, -2) / (width // self.heads) ** 0.5
        if mask is not None:
            scores = scores.masked_fill(~mask, -torch.inf)
        seen = scores.softmax(-1).to(values.dtype) @ values
        gathered = self.gather(seen.transpose(1, 2).reshape(sentences, pieces, width))
        rows = self.attended(rows + gathered)
        done: Tensor = self.done(rows + self.narrow(functional.gelu(self.widen(rows))))
        return done


class Student(nn.Module):
    """Text to one vector of unit length; `shape` names what its weights' sizes follow from."""

    shape = ("width", "layers", "heads", "inner", "pieces")

    def __init__(
        self, tokenizer: Tokenizer, *, width: int = 384, layers: int = 6, heads: int = 12, inner: int = 1536,
        pieces: int = 256, sparse: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self.tokenizer = tokenizer
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(pieces)
        self.width, self.heads, self.inner, self.pieces = width, heads, inner, pieces
        self.words = nn.Embedding(tokenizer.get_vocab_size(), width, sparse=sparse)
        self.places = nn.Parameter(torch.zeros(pieces, width))
        self.entered = nn.LayerNorm(width, eps=1e-12)
        self.stack = nn.ModuleList(TransformerLayer(width, heads, inner) for _ in range(layers))
        self.bag = nn.Embedding(tokenizer.get_vocab_size(), width, sparse=sparse)

    @property
    def layers(self) -> int:
        """The number of transformer layers."""
        return len(self.stack)

    def preprocess(self, texts: list[str]) -> dict[str, Tensor]:
        """Return the texts' pieces, padded to the longest, and where there are any."""
        return pad([encoding.ids for encoding in self.tokenizer.encode_batch(texts)])

    def forward(self, features: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return `meaning`, what the transformer alone says, and `sentence_embedding`, each sentences x width."""
        ids, present = features["input_ids"], features["attention_mask"].bool()
        mask = None if bool(present.all()) else present[:, None, None, :]
        rows = self.entered(self.words(ids) + self.places[: ids.shape[1]])
        for layer in self.stack:
            rows = layer(rows, mask)
        weights = (present / present.sum(1, keepdim=True)).unsqueeze(1).to(rows.dtype)
        meaning = functional.normalize((weights @ rows).squeeze(1).float(), dim=1)
        topic = (_within(present).unsqueeze(1) @ self.bag(ids)).squeeze(1)
        return {"meaning": meaning, "sentence_embedding": functional.normalize(meaning + topic, dim=1)}


def pad(encoded: list[list[int]]) -> dict[str, Tensor]:
    """Return pieces as one matrix, short sentences filled with zeros, and a mask of the same shape."""
    longest = max(map(len, encoded))
    ids = torch.zeros(len(encoded), longest, dtype=torch.long)
    mask = torch.zeros(len(encoded), longest, dtype=torch.long)
    for row, pieces in enumerate(encoded):
        ids[row, : len(pieces)] = torch.tensor(pieces)
        mask[row, : len(pieces)] = 1
    return {"input_ids": ids, "attention_mask": mask}


def _within(present: Tensor) -> Tensor:
    """Return the weights of a mean over the pieces between the marks at both ends, sentences x pieces."""
    inner = present.float()
    inner[:, 0] = 0
    inner[torch.arange(len(inner)), present.sum(1) - 1] = 0
    return inner / inner.sum(1, keepdim=True).clamp(min=1)
