"""The stage of the alignment: what English pieces each piece of the student's vocabulary stands for."""

from collections.abc import Iterator
from hashlib import blake2b

import numpy as np
from scipy.sparse import csr_matrix

from index.training import artifacts
from index.training.bench import Bench
from index.training.data.examples import sentence_held_out
from index.training.errors import ExtraMissing, FileDamaged
from index.training.progress import ProgressReporter

RESULT = "alignment.npz"

_LONGEST = 48
_PARTS = ("data", "indices", "indptr", "shape")


def run(bench: Bench, made_from: str) -> None:
    """Align the pairs that may be learned from, and keep the counts. Raises `ExtraMissing`."""
    try:
        from index.training.pieces.alignment import ITERATIONS, align
    except ModuleNotFoundError as error:
        raise ExtraMissing(str(error)) from error
    texts, english = zip(*_distinct(bench), strict=True)
    progress = ProgressReporter("alignment", ITERATIONS, bench.say)
    counts = align(
        texts,
        english,
        (bench.tokenizer.get_vocab_size(), bench.english_tokenizer.get_vocab_size()),
        told=lambda iteration: progress.tell(iteration, len(texts)),
    )
    artifacts.write(
        bench.work / RESULT,
        {"data": counts.data, "indices": counts.indices, "indptr": counts.indptr, "shape": np.array(counts.shape)},
    )


def kept(bench: Bench) -> csr_matrix:
    """Return the counts that the work folder keeps, pieces x English pieces. Raises `FileDamaged`."""
    path = bench.work / RESULT
    arrays = artifacts.read(path)
    try:
        data, indices, indptr, shape = (arrays[part] for part in _PARTS)
        return csr_matrix((data, indices, indptr), shape=tuple(int(size) for size in shape))
    except (KeyError, ValueError) as error:
        raise FileDamaged(f"{path}: {error}") from error


def _distinct(bench: Bench) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the ids of both sides, once for all pairs that differ in what folding takes away only."""
    text_at = {text: place for place, text in enumerate(bench.texts)}
    english_at = {text: place for place, text in enumerate(bench.english)}
    seen = set()
    for pair in bench.pairs:
        text, english = bench.ids[0][text_at[pair.text]], bench.ids[1][english_at[pair.english]]
        if sentence_held_out(pair.english) or not (0 < len(text) <= _LONGEST and 0 < len(english) <= _LONGEST):
            continue
        known = blake2b(text.tobytes() + b"|" + english.tobytes(), digest_size=12).digest()
        if known not in seen:
            seen.add(known)
            yield text, english
