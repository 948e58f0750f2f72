"""Which everyday questions the student learns, and which entries the teacher reads for them."""

from collections.abc import Iterator, Sequence
from random import Random

from index.everyday.entries import Entries, EverydayQuestion
from index.fitting.pairs import question_held_out


def learned(questions: Sequence[EverydayQuestion], entries: Entries) -> Iterator[EverydayQuestion]:
    """Yield the questions that an entry answers and that are not held out."""
    for each in questions:
        if not each.near and each.reference in entries and not question_held_out(each.text):
            yield each


def chosen(entries: Entries, questions: Sequence[EverydayQuestion], strangers: int, seed: int) -> list[str]:
    """Return references: of all entries that questions are about or come near, and of at most `strangers` others."""
    about = sorted({each.reference for each in questions} & entries.keys())
    others = sorted(entries.keys() - set(about))
    return [*about, *Random(f"entries {seed}").sample(others, min(strangers, len(others)))]
