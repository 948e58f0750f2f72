"""Where the student starts: the teacher's layers, and word vectors that stand for what the pieces mean in English."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from scipy.sparse import csr_matrix
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

from index.training.student import Student

_SHARPNESS = 1.5
_GLOSSES = 12


def student(tokenizer: Tokenizer, teacher: SentenceTransformer, english: Tokenizer, counts: csr_matrix) -> Student:
    """Return a student under `tokenizer` with the teacher's layers and an empty bag.

    A piece that the teacher knows keeps the teacher's vector. Any other gets the mean of the English vectors that
    `counts` (pieces x English pieces) says it stands for, at the length that the teacher's vectors have.
    """
    module: Any = teacher[0]
    bert = module.auto_model
    state = bert.state_dict()
    begun = Student(
        tokenizer, width=bert.config.hidden_size, layers=bert.config.num_hidden_layers,
        heads=bert.config.num_attention_heads, inner=bert.config.intermediate_size, sparse=True,
    )  # fmt: skip
    words: Any = begun.words
    bag: Any = begun.bag
    stack: list[Any] = list(begun.stack)
    with torch.no_grad():
        places = state["embeddings.position_embeddings.weight"] + state["embeddings.token_type_embeddings.weight"][0]
        begun.places.copy_(places[: begun.pieces])
        _copy(begun.entered, state, "embeddings.LayerNorm")
        for number, layer in enumerate(stack):
            name = f"encoder.layer.{number}"
            for kind in ("weight", "bias"):
                parts = [state[f"{name}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
                getattr(layer.attend, kind).copy_(torch.cat(parts))
            _copy(layer.gather, state, f"{name}.attention.output.dense")
            _copy(layer.attended, state, f"{name}.attention.output.LayerNorm")
            _copy(layer.widen, state, f"{name}.intermediate.dense")
            _copy(layer.narrow, state, f"{name}.output.dense")
            _copy(layer.done, state, f"{name}.output.LayerNorm")
        known = state["embeddings.word_embeddings.weight"].numpy()
        words.weight.copy_(torch.from_numpy(_glosses(tokenizer, english, known, counts)))
        bag.weight.zero_()
    return begun


def _copy(module: Any, state: dict[str, torch.Tensor], name: str) -> None:
    module.weight.copy_(state[f"{name}.weight"])
    module.bias.copy_(state[f"{name}.bias"])


def _glosses(tokenizer: Tokenizer, english: Tokenizer, known: np.ndarray, counts: csr_matrix) -> np.ndarray:
    length = float(np.median(np.linalg.norm(known, axis=1)))
    shared = english.get_vocab()
    rows = np.tile(known[shared["[UNK]"]], (tokenizer.get_vocab_size(), 1))
    for piece, number in tokenizer.get_vocab().items():
        if piece in shared:
            rows[number] = known[shared[piece]]
            continue
        start, end = counts.indptr[number], counts.indptr[number + 1]
        if start == end:
            continue
        weights, columns = counts.data[start:end], counts.indices[start:end]
        best = np.argsort(-weights)[:_GLOSSES]
        weights = weights[best] ** _SHARPNESS
        meaning = (weights / weights.sum()) @ known[columns[best]]
        rows[number] = meaning * (length / np.linalg.norm(meaning))
    return rows


def means(pieces: Sequence[np.ndarray], targets: np.ndarray, vectors: np.ndarray, size: int) -> np.ndarray:
    """Return for each of `size` pieces the mean teacher's vector of the sentences that hold it, zeros for none.

    `pieces[i]` are the ids of sentence i and `vectors[targets[i]]` is what it should land on.
    """
    flat = np.concatenate(pieces)
    sentence = np.repeat(np.arange(len(pieces)), [len(ids) for ids in pieces])
    holds = csr_matrix((np.ones(len(flat), np.float32), (flat, targets[sentence])), shape=(size, len(vectors)))
    counts = np.asarray(holds.sum(axis=1)).ravel()
    return np.asarray(holds @ (vectors - vectors.mean(axis=0)) / np.maximum(counts, 1)[:, None], dtype=np.float32)
