"""The bench that all stages work at: the data, what earlier stages left in the work folder, and where progress is told.

What is read is read once, when a stage first asks for it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

from index.training import teacher
from index.training.data import corpus, sentences
from index.training.data.corpus import Pair
from index.training.data.examples import Examples, gather
from index.training.data.sentences import PieceIds
from index.training.errors import FileDamaged
from index.training.progress import Say
from index.training.recipe import Recipe

TOKENIZER = "tokenizer.json"
SENTENCES = "sentences.npz"
TEACHER = "teacher"


@dataclass
class Bench:
    """Three folders, a recipe, where to say how it goes, how to open the teacher, and minutes between checkpoints."""

    data: Path
    work: Path
    out: Path
    say: Say
    recipe: Recipe = field(default_factory=Recipe)
    opened: Callable[[], SentenceTransformer] = teacher.load
    minutes: float = 10.0

    @cached_property
    def pairs(self) -> list[Pair]:
        """Every parallel pair that may be used."""
        return corpus.parallel(self.data / "parallel")

    @cached_property
    def texts(self) -> list[str]:
        """The distinct sentences in languages of the region, sorted."""
        return sorted({pair.text for pair in self.pairs})

    @cached_property
    def english(self) -> list[str]:
        """The distinct English sentences, sorted."""
        return sorted({pair.english for pair in self.pairs})

    @cached_property
    def teacher(self) -> SentenceTransformer:
        """The English teacher."""
        return self.opened()

    @cached_property
    def english_tokenizer(self) -> Tokenizer:
        """A copy of the teacher's tokenizer."""
        return teacher.tokenizer(self.teacher)

    @property
    def tokenizer(self) -> Tokenizer:
        """The student's tokenizer, a new copy each time, as a student changes its own. Raises `FileDamaged`."""
        try:
            return Tokenizer.from_file(str(self.work / TOKENIZER))
        except Exception as error:  # the library raises no type of its own
            raise FileDamaged(f"{self.work / TOKENIZER}: {error}") from error

    @cached_property
    def ids(self) -> tuple[PieceIds, PieceIds]:
        """The ids of `texts` in the student's vocabulary and of `english` in the teacher's."""
        return sentences.read(self.work / SENTENCES)

    @cached_property
    def examples(self) -> Examples:
        """What the student learns from."""
        vectors = teacher.vectors(self.english, self.work / TEACHER, self.say, lambda: self.teacher)
        return gather(self.pairs, self.texts, self.english, self.ids[0], vectors)
