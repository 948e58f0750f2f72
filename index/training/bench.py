"""The bench that all stages work at: the data, what earlier stages left in the work folder, and where progress is told.

What is read is read once, when a stage first asks for it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from index.everyday import entries
from index.everyday.entries import Entries, EverydayQuestion
from index.training import artifacts
from index.training.data import corpus
from index.training.data.corpus import Pair, QuestionPair
from index.training.errors import FileDamaged
from index.training.installed import Source, installed
from index.training.progress import Say
from index.training.recipe import Recipe
from index.training.student import Student, begun

BASE = "base.npz"
BASE_WORDS = "base_words.npz"
BASE_TOKENIZER = "base_tokenizer.json"
TOKENIZER = "tokenizer.json"
WORDS = "words.npz"


@dataclass
class Bench:
    """Three folders, a recipe, where to say how it goes, where the base lies, and minutes between checkpoints.

    `entries_file` holds entries beside the starter's, `everyday_file` the questions about both.
    """

    data: Path
    work: Path
    out: Path
    say: Say
    recipe: Recipe = field(default_factory=Recipe)
    source: Callable[[], Source] = installed
    minutes: float = 10.0
    entries_file: Path | None = None
    everyday_file: Path = entries.QUESTIONS

    @cached_property
    def pairs(self) -> list[Pair]:
        """Every parallel pair that may be used."""
        return corpus.parallel(self.data / "parallel")

    @cached_property
    def questions(self) -> list[QuestionPair]:
        """Every question with its passage that may be used."""
        return corpus.questions(self.data / "qa")

    @cached_property
    def entries(self) -> Entries:
        """The starter's entries and those of the file."""
        return entries.starter() | (entries.read(self.entries_file) if self.entries_file else {})

    @cached_property
    def everyday(self) -> list[EverydayQuestion]:
        """The everyday questions."""
        return entries.everyday(self.everyday_file)

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer of the pieces that are kept. Raises `FileDamaged`."""
        try:
            return Tokenizer.from_file(str(self.work / TOKENIZER))
        except Exception as error:  # the library raises no type of its own
            raise FileDamaged(f"{self.work / TOKENIZER}: {error}") from error

    def model(self, layers: tuple[int, ...] | None = None) -> Student:
        """Return the base over the pieces that are kept, with the given layers or all. Raises `FileDamaged`."""
        base = artifacts.read(self.work / BASE)
        words: np.ndarray = artifacts.read_one(self.work / WORDS, "words")
        try:
            heads = int(base.pop("heads"))
            every = tuple(range(1 + max(int(name.split(".")[1]) for name in base if name.startswith("stack."))))
            return begun(base, words, heads, every if layers is None else layers)
        except (KeyError, ValueError, RuntimeError) as error:
            raise FileDamaged(f"{self.work / BASE}: {error}") from error
