"""The bag: one vector a piece, trained so that a sentence's sum lands where the teacher's vector is."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor
from torch.nn import EmbeddingBag, functional

from index.training import artifacts, initialization
from index.training.bench import Bench
from index.training.data.examples import Examples
from index.training.errors import FileDamaged
from index.training.progress import ProgressReporter, Say
from index.training.recipe import Recipe

RESULT = "bag.npz"

_LAST_RATE = 1e-5


def run(bench: Bench, made_from: str) -> None:
    """Train the bag and keep it, pieces x width float32."""
    bag = train(bench.examples, bench.tokenizer.get_vocab_size(), bench.recipe, bench.say)
    artifacts.write(bench.work / RESULT, {"bag": bag})


def kept(bench: Bench) -> np.ndarray:
    """Return the bag that the work folder keeps. Raises `FileDamaged`."""
    arrays = artifacts.read(bench.work / RESULT)
    if "bag" not in arrays:
        raise FileDamaged(f"{bench.work / RESULT}: it holds no bag")
    return arrays["bag"]


def train(examples: Examples, size: int, recipe: Recipe, say: Say) -> np.ndarray:
    """Return vectors of `size` pieces, which begin as the mean of the sentences that each is in."""
    means = initialization.means(examples.pieces, examples.targets, examples.vectors, size)
    bag = EmbeddingBag.from_pretrained(torch.from_numpy(means), freeze=False, mode="sum", sparse=True)
    optimizer = torch.optim.SparseAdam(bag.parameters(), lr=recipe.bag_rate)
    vectors = torch.from_numpy(examples.vectors)
    drawn = list(_drawn(len(examples), recipe))
    progress = ProgressReporter("bag", len(drawn), say)
    for step, places in enumerate(drawn):
        for group in optimizer.param_groups:
            group["lr"] = recipe.bag_rate * (1 - step / len(drawn)) + _LAST_RATE
        loss = _loss(_sums(bag, examples, places), vectors[examples.targets[places]], recipe.temperature)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()  # type: ignore[no-untyped-call]
        progress.tell(step + 1, len(places), float(loss.detach()))
    return np.asarray(bag.weight.detach().numpy(), dtype=np.float32)


def scaled(bag: np.ndarray, examples: Examples, length: float) -> np.ndarray:
    """Return the bag at the scale at which a sentence's mean, its two marks counted, is `length` long on average."""
    means = [bag[pieces].sum(axis=0) / (len(pieces) + 2) for pieces in examples.pieces[::97]]
    return np.asarray(bag * (length / np.mean(np.linalg.norm(np.stack(means), axis=1))), dtype=np.float32)


def _drawn(examples: int, recipe: Recipe) -> Iterator[np.ndarray]:
    size = min(recipe.bag_batch, examples)
    for number in range(recipe.bag_rounds):
        order = np.random.default_rng([recipe.seed, number]).permutation(examples)
        for begin in range(0, examples - size + 1, size):
            yield order[begin : begin + size]


def _sums(bag: EmbeddingBag, examples: Examples, places: np.ndarray) -> Tensor:
    pieces = [examples.pieces[place] for place in places]
    starts = np.concatenate([[0], np.cumsum([len(each) for each in pieces])[:-1]])
    flat = torch.from_numpy(np.concatenate(pieces).astype(np.int64))
    return functional.normalize(bag(flat, torch.from_numpy(starts.astype(np.int64))), dim=1)


def _loss(sentences: Tensor, targets: Tensor, temperature: float) -> Tensor:
    likely = torch.softmax(targets @ targets.T / temperature, 1)
    said = torch.log_softmax(sentences @ targets.T / temperature, 1)
    return -(likely * said).sum(1).mean() + (1 - (sentences * targets).sum(1)).mean()
