"""What each step of the training reads, where it should land, and what it should stay away from."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray

from index.model import Vectors
from index.training import teacher
from index.training.bench import Bench
from index.training.data import entries, questions, sentences
from index.training.data.sentences import LANGUAGES
from index.training.recipe import Kind
from index.training.teacher import Targets
from index.typos import typed, unmarked
from knowledge.languages import SCRIPTS

Rows = NDArray[np.int64]

_NEIGHBOURS = 10
_ALIKE = 0.9
_AT_ONCE = 1000
_POOLED = 4
_OF_ENTRIES = 0.55
_TYPED = 0.55
_LOWER = 0.06


@dataclass(frozen=True)
class Lesson:
    """Texts with the rows of the targets on which they should land, and the rows of others that they should not."""

    kind: Kind
    texts: Sequence[str]
    targets: Targets
    rows: Rows
    others: Rows


@dataclass(frozen=True)
class Readings:
    """Texts in their languages, the row on which each should land, and how often each is drawn."""

    languages: Sequence[str]
    texts: Sequence[str]
    rows: Rows
    drawn: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True)
class Aims:
    """What texts of one sort are aimed at: the targets, and the nearest neighbours of each (n x k rows)."""

    targets: Targets
    near: Rows


class Lessons:
    """All that is learned from, and the lesson of each step; only the recipe and the step's number decide."""

    def __init__(self, bench: Bench) -> None:
        """Gather sentences and questions with the teacher's vectors; whatever lacks a target is left out."""
        self.recipe = bench.recipe
        asked, answering = teacher.centres(bench)
        english = teacher.english(bench).seen_from(asked)
        passages, texts = (found(bench).seen_from(answering) for found in (teacher.passages, teacher.entry_texts))
        self._english = Aims(english, np.empty((len(english.texts), 0), np.int64))
        self._passages = Aims(passages, nearest(passages.vectors))
        self._entries = Aims(texts, nearest(texts.vectors))
        self._sentences = _sentences(bench, english)
        self._asked = _asked(bench, passages)
        self._everyday = _everyday(bench)

    def kind(self, step: int) -> int:
        """Return which kind of the recipe's a step is; a kind that nothing was found for is left out."""
        found = [len(self._sentences), len(self._asked), len(self._everyday), len(self._entries.targets.texts)]
        shares = np.array([kind.share * bool(count) for kind, count in zip(self.recipe.kinds, found, strict=True)])
        return int(np.random.default_rng([self.recipe.seed, 7, step]).choice(4, p=shares / shares.sum()))

    def lesson(self, step: int) -> Lesson:
        """Return the lesson of a step, counted from 0."""
        chance, keys = np.random.default_rng([self.recipe.seed, step]), Random(f"{self.recipe.seed} {step}")
        recipe = self.recipe
        match self.kind(step):
            case 0:
                return self._of_sentences(chance, keys)
            case 1:
                return _read(recipe.questions, self._asked, self._passages, chance, keys)
            case 2:
                return _read(recipe.everyday, self._everyday, self._entries, chance, keys)
            case _:
                return self._of_passages(chance)

    def _of_sentences(self, chance: np.random.Generator, keys: Random) -> Lesson:
        """Draw four batches and keep one: sentences of like length, so that little is spent on padding."""
        kind, read = self.recipe.sentences, self._sentences
        places = chance.choice(len(read), size=_POOLED * kind.batch, p=read.drawn)
        if keys.random() < self.recipe.in_english:
            pool = [("en", self._english.targets.texts[row], row) for row in read.rows[places]]
        else:
            pool = [(read.languages[place], read.texts[place], read.rows[place]) for place in places]
        pool.sort(key=lambda one: len(one[1]))
        quarter = keys.randrange(_POOLED)
        part = pool[quarter * kind.batch : (quarter + 1) * kind.batch]
        if quarter == _POOLED - 1:
            # The longest cost most.
            part = keys.sample(part, max(1, len(part) * 5 // 8))
        texts = [written(text, language, keys, kind.noise) for language, text, _ in part]
        return _told_apart(kind, texts, self._english, np.array([row for *_, row in part]), chance)

    def _of_passages(self, chance: np.random.Generator) -> Lesson:
        kind = self.recipe.passages
        aims = self._entries if chance.random() < _OF_ENTRIES or not self._passages.targets.texts else self._passages
        count = len(aims.targets.texts)
        rows = chance.choice(count, size=min(kind.batch, count), replace=False)
        return _told_apart(kind, [aims.targets.texts[row] for row in rows], aims, rows, chance)


def nearest(vectors: Vectors) -> Rows:
    """Return for each row the ten rows most like it, fewer where there are fewer; what says the same comes last."""
    count = min(_NEIGHBOURS, len(vectors))
    found = [np.empty((0, count), np.int64)]
    every = torch.from_numpy(vectors)
    for start in range(0, len(vectors), _AT_ONCE):
        alike = every[start : start + _AT_ONCE] @ every.T
        alike[alike > _ALIKE] = -1
        found.append(alike.topk(count).indices.numpy())
    return np.concatenate(found)


def written(text: str, language: str, chance: Random, noise: float) -> str:
    """Return `text` as somebody might have typed it: with slips, in Latin letters, without marks or capitals, or as is.

    `noise` is the share that is mistyped or lacks marks.
    """
    drawn = chance.random()
    if drawn < noise * _TYPED:
        return typed(text, language, chance)
    if drawn < noise:
        return text.lower() if language in SCRIPTS else unmarked(text, chance)
    return text.lower() if noise and drawn < noise + _LOWER else text


def _read(kind: Kind, read: Readings, aims: Aims, chance: np.random.Generator, keys: Random) -> Lesson:
    places = chance.choice(len(read), size=kind.batch, p=read.drawn)
    texts = [written(read.texts[place], read.languages[place], keys, kind.noise) for place in places]
    return _told_apart(kind, texts, aims, read.rows[places], chance)


def _told_apart(kind: Kind, texts: Sequence[str], aims: Aims, rows: Rows, chance: np.random.Generator) -> Lesson:
    near = chance.permuted(aims.near[rows], axis=1)[:, : kind.near]
    far = chance.integers(len(aims.targets.texts), size=kind.others)
    return Lesson(kind, texts, aims.targets, rows, np.concatenate([near.ravel(), far]))


def _sentences(bench: Bench, english: Targets) -> Readings:
    """Return the sentences of the chosen English; each language is drawn as often as `LANGUAGES` says."""
    at = _places(english)
    found = [each for each in sentences.learned(bench.pairs) if each.english in at]
    drawn = list[float]()
    for language, own in groupby(found, lambda each: each.language):
        weights = [each.weight for each in own]
        drawn += [weight * LANGUAGES.get(language, 1.0) / sum(weights) for weight in weights]
    return _readings([(each.language, each.text, at[each.english]) for each in found], drawn)


def _asked(bench: Bench, passages: Targets) -> Readings:
    at = _places(passages)
    found = [each for each in questions.asked(bench.questions) if each.passage in at]
    return _readings([(each.language, each.query, at[each.passage]) for each in found], questions.weights(found))


def _everyday(bench: Bench) -> Readings:
    at = {reference: row for row, reference in enumerate(teacher.references(bench))}
    found = list(entries.learned(bench.everyday, bench.entries))
    return _readings([(each.language, each.text, at[each.reference]) for each in found], [1.0] * len(found))


def _readings(found: Sequence[tuple[str, str, int]], weights: Sequence[float]) -> Readings:
    drawn = np.array(weights)
    return Readings(
        [language for language, _, _ in found],
        [text for _, text, _ in found],
        np.array([row for _, _, row in found], np.int64),
        drawn / max(drawn.sum(), 1e-12),
    )


def _places(targets: Targets) -> dict[str, int]:
    return {text: row for row, text in enumerate(targets.texts)}
