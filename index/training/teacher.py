"""The third stage: the teacher, the base's twelve layers, and its vectors of all that the student should land on.

The teacher was taught to read `query: ` before what is asked and `passage: ` before what answers; the student is not.
It reads with a byte a weight, as the student will: nearly twice as fast as PyTorch, at a cosine above .99 to it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch

from index.model import Vectors
from index.training import artifacts, onnx_file
from index.training.bench import Bench
from index.training.data import entries, questions, sentences
from index.training.errors import FileDamaged
from index.training.progress import ProgressReporter, Say
from index.training.student import pad, pieces_of

ENGLISH, PASSAGES, ENTRIES = RESULTS = ("teacher_english", "teacher_passages", "teacher_entries")

Teach = Callable[[Sequence[str]], Vectors]
"""Returns one unit row a text."""

_CHUNK = 4096
_AT_ONCE = 8


@dataclass(frozen=True)
class Targets:
    """Texts and the teacher's vectors of them, n x width float32."""

    texts: Sequence[str]
    vectors: Vectors

    def seen_from(self, centre: Vectors) -> "Targets":
        """Return the targets with their vectors from `centre` (width), of unit length again."""
        if not len(self.vectors):
            return self
        rows = self.vectors - centre
        return Targets(self.texts, rows / np.linalg.norm(rows, axis=1, keepdims=True))


def run(bench: Bench, made_from: str) -> None:
    """Let the teacher read sentences, passages and entries."""
    for found in (english, passages, entry_texts):
        found(bench)


def english(bench: Bench) -> Targets:
    """Return the English sentences that are learned from; those not kept yet are encoded. Raises `FileDamaged`."""
    texts = sentences.chosen(sentences.learned(bench.pairs), bench.recipe.english, bench.recipe.seed)
    return _targets(bench, ENGLISH, texts, "query: ", bench.recipe.teacher_pieces[0])


def passages(bench: Bench) -> Targets:
    """Return the passages that are learned from, as `english` does."""
    texts = questions.chosen(questions.asked(bench.questions), bench.recipe.seed)
    return _targets(bench, PASSAGES, texts, "passage: ", bench.recipe.teacher_pieces[1])


def centres(bench: Bench) -> tuple[Vectors, Vectors]:
    """Return the means of what the teacher read as questions and as passages, each width.

    Its vectors lie in two narrow cones around them; from its own centre, a question is near what answers it.
    """
    asked = english(bench).vectors
    answering = np.concatenate([rows for rows in (passages(bench).vectors, entry_texts(bench).vectors) if len(rows)])
    return asked.mean(axis=0), answering.mean(axis=0)


def references(bench: Bench) -> list[str]:
    """Return the references of the entries that are learned from."""
    return entries.chosen(bench.entries, bench.everyday, bench.recipe.strangers, bench.recipe.seed)


def entry_texts(bench: Bench) -> Targets:
    """Return the texts of the entries of `references`, in their order, as `english` does."""
    texts = [bench.entries[reference].text for reference in references(bench)]
    return _targets(bench, ENTRIES, texts, "passage: ", bench.recipe.teacher_pieces[1])


def vectors(texts: Sequence[str], folder: Path, say: Say, opened: Callable[[], Teach]) -> Vectors:
    """Return the teacher's unit vector of each text, n x width float32, encoding only what `folder` does not hold yet.

    The work is kept a chunk at a time, so that it can be stopped and taken up again; `opened` gives the teacher
    where there is any. Raises `FileDamaged`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not texts:
        return np.zeros((0, 0), np.float32)
    known = _read(folder)
    missing = sorted(set(texts) - known.keys(), key=lambda text: (len(text), text))
    teach = opened() if missing else None
    progress = ProgressReporter(folder.name, len(missing), say)
    for start in range(0, len(missing), _CHUNK):
        chunk = missing[start : start + _CHUNK]
        assert teach is not None
        rows = teach(chunk).astype(np.float16)
        _write(folder, chunk, rows)
        known.update(zip(chunk, rows, strict=True))
        progress.tell(start + len(chunk), len(chunk))
    return np.stack([known[text] for text in texts]).astype(np.float32)


def _targets(bench: Bench, name: str, texts: Sequence[str], prefix: str, longest: int) -> Targets:
    def opened() -> Teach:
        session, tokenizer = _session(bench), bench.tokenizer

        def teach(chunk: Sequence[str]) -> Vectors:
            pieces = pieces_of(tokenizer, [prefix + text for text in chunk], longest)
            rows = list[np.ndarray]()
            for start in range(0, len(pieces), _AT_ONCE):
                ids, present = pad(pieces[start : start + _AT_ONCE])
                rows += session.run(None, {"input_ids": ids.numpy(), "attention_mask": present.to(torch.int64).numpy()})
            return np.concatenate(rows)

        return teach

    return Targets(texts, vectors(texts, bench.work / name, bench.say, opened))


def _session(bench: Bench) -> Any:
    """Return the base as an ONNX session. Raises `ExtraMissing`."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    with TemporaryDirectory() as folder:
        onnx_file.write(bench.model(), bench.tokenizer, bench.recipe.longest, Path(folder))
        return onnxruntime.InferenceSession(str(Path(folder) / onnx_file.MODEL), options, ["CPUExecutionProvider"])


def _read(folder: Path) -> dict[str, np.ndarray]:
    known: dict[str, np.ndarray] = {}
    for file in sorted(folder.glob("*.npz")):
        part = artifacts.read(file)
        if part.keys() != {"texts", "vectors"} or len(part["texts"]) != len(part["vectors"]):
            raise FileDamaged(f"{file}: it does not hold as many vectors as texts")
        known.update(zip((str(text) for text in part["texts"]), part["vectors"], strict=True))
    return known


def _write(folder: Path, texts: list[str], rows: np.ndarray) -> None:
    # A chunk that was moved away leaves a gap, which the next one fills.
    number = next(number for number in range(1_000_000) if not (folder / f"{number:05}.npz").exists())
    artifacts.write(folder / f"{number:05}.npz", {"texts": np.array(texts, dtype=str), "vectors": rows})
