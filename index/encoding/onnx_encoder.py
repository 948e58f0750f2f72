"""Encoders in the form of our own: a graph and its tokenizer in a folder, run by onnxruntime without PyTorch."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from tokenizers import Tokenizer

from index.errors import EncoderUnavailable
from index.model import Vectors

GRAPH = "model.onnx"
"""The file by which a folder is known to hold such an encoder."""

_TOKENIZER = "tokenizer.json"
_MOST_PIECES = 256

T = TypeVar("T")


class OnnxEncoder:
    """The graph of a folder, on the processor; safe from many threads.

    `model.onnx` takes `input_ids` and `attention_mask` (int64, n x pieces) and gives `vector`, unit rows (float32,
    n x d); `tokenizer.json` makes the pieces, of which the first 256 are read. Texts go through one by one: a graph of
    8-bit integers scales its numbers by the largest in a batch, so that a text would have another vector in other
    company, and nothing is spent on padding. Several threads take a text each. Raises `EncoderUnavailable`.
    """

    def __init__(self, folder: Path, name: str, *, threads: int = 1) -> None:
        self._name = name[:200]
        self._threads = threads
        self._tokenizer = _opened(folder / _TOKENIZER, _tokenizer)
        self._session = _opened(folder / GRAPH, _session)
        # The longest text makes the session take all the memory that it will ever need for one.
        self._dimension = len(_opened(folder / GRAPH, lambda _: self._vector("warm-up " * _MOST_PIECES)))

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return self._dimension

    def use_threads(self, threads: int) -> None:
        """Bound the texts of one encoding that are read at once, each by one processor thread, from now on."""
        self._threads = threads

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row a text, n x d; an empty list gives 0 x d."""
        if not texts:
            return np.zeros((0, self._dimension), np.float32)
        threads = min(self._threads, len(texts))
        if threads == 1:
            return np.stack([self._vector(text) for text in texts])
        with ThreadPoolExecutor(threads, thread_name_prefix="encoding") as pool:
            return np.stack([*pool.map(self._vector, texts)])

    def _vector(self, text: str) -> Vectors:
        pieces = np.array([self._tokenizer.encode(text).ids], np.int64)
        given = {"input_ids": pieces, "attention_mask": np.ones_like(pieces)}
        ((vector,),) = self._session.run(["vector"], given)
        return np.asarray(vector, np.float32)


def _tokenizer(path: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(_MOST_PIECES)
    return tokenizer


def _session(path: Path) -> Any:
    # The import takes half a second, and desks that use another encoder need not wait for it.
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    # With one thread the caller's own does the work, and none of a pool spins beside it.
    options.intra_op_num_threads = 1
    return InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _opened(path: Path, use: Callable[[Path], T]) -> T:
    if not path.is_file():
        raise EncoderUnavailable(f"{path}: there is no such file")
    try:
        return use(path)
    except Exception as error:
        # Both libraries raise types of their own, below which there is only Exception.
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise EncoderUnavailable(f"{path}: {reason}") from error
