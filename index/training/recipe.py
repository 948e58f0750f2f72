"""The recipe of a training: every number that its result depends on beside the data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of steps: its share of all, and what a step reads, stays away from and is judged by.

    `batch` texts are read, at most `pieces` of each; each is told apart from `near` neighbours of its target and
    `others` by chance. `noise` is the share that is read as people type. `contrast`, `cosine` and `likeness` weigh
    the parts of the loss; see `training.loss`.
    """

    share: float
    batch: int
    pieces: int
    others: int
    near: int = 0
    noise: float = 0.22
    contrast: float = 1.0
    cosine: float = 0.0
    likeness: float = 0.0


@dataclass(frozen=True)
class Recipe:
    """Sizes, rates and shares; those given are what the desk's encoder is trained with.

    A piece is kept that the texts use at least `least` times. The teacher reads `english` sentences and, beside the
    entries that are asked for, `strangers`; `teacher_pieces` are read of a sentence and of a passage. `layers` are
    those of the teacher that the student's begin with, solved over the texts of `reduced_by` lessons. Rates are those
    of learning at their height.
    """

    seed: int = 0
    least: int = 6
    english: int = 52_000
    strangers: int = 2500
    teacher_pieces: tuple[int, int] = (64, 128)
    layers: tuple[int, ...] = (0, 2, 4, 6, 8, 11)
    reduced_by: int = 32

    steps: int = 850
    rate: float = 2.5e-4
    table_rate: float = 5e-4
    warm_up: int = 30
    temperature: float = 0.05
    in_english: float = 0.25
    sentences: Kind = Kind(share=0.46, batch=128, pieces=64, others=3000, cosine=3.0, likeness=0.5)
    questions: Kind = Kind(share=0.16, batch=96, pieces=48, others=2000, near=3)
    everyday: Kind = Kind(share=0.2, batch=96, pieces=64, others=1500, near=4, noise=0.12)
    passages: Kind = Kind(share=0.18, batch=24, pieces=128, others=1500, noise=0.0, contrast=0.5, cosine=5.0)

    longest: int = 256

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of steps in their order: sentences, questions, everyday questions, passages."""
        return self.sentences, self.questions, self.everyday, self.passages
