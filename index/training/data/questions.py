"""What is asked, and the passage that answers it: people's titles and questions, asked in any language."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from index.fitting.pairs import question_held_out
from index.training.data.corpus import QuestionPair

LONGEST = 900
"""Characters of a passage that are read: more than the teacher takes in."""

PASSAGES = {
    "ms-d365-docs": 7000, "medquad": 1500, "odoo-field-help": 1500, "docs-haystack": 1200, "docs-polar": 600,
    "dolibarr-desc": 600, "eu-eforms": 600, "ilias-info": 600, "docs-ragflow": 500, "opensource-guide": 500,
    "docs-warehouse": 400, "banking77": 0, "banking77-label": 0,
}  # fmt: skip
"""How many passages of a source are learned from."""

SHARES = {"ms-d365-docs": 1.0, "medquad": 0.5}
"""How often questions of a source are asked, all together."""

_PASSAGES, _SHARE = 200, 0.7
_FEW = 1500


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in a language, the passage that answers it, and their source."""

    language: str
    query: str
    passage: str
    source: str


def asked(questions: Iterable[QuestionPair]) -> list[Asked]:
    """Return the questions that are not held out."""
    return [
        Asked(each.asked, each.query, each.passage[:LONGEST], each.source.partition(":")[0])
        for each in questions
        if not question_held_out(each.query)
    ]


def chosen(questions: Sequence[Asked], seed: int) -> list[str]:
    """Return the distinct passages that are learned from: of each source no more than its number."""
    found: dict[str, set[str]] = {}
    for each in questions:
        found.setdefault(each.source, set()).add(each.passage)
    passages: set[str] = set()
    for source, own in sorted(found.items()):
        limit = min(PASSAGES.get(source, _PASSAGES), len(own))
        passages.update(Random(f"passages {source} {seed}").sample(sorted(own), limit))
    return sorted(passages)


def weights(questions: Sequence[Asked]) -> list[float]:
    """Return how often each question is asked: those of a source its share together, and less where they are few."""
    sizes = Counter(each.source for each in questions)
    return [SHARES.get(each.source, _SHARE) / max(sizes[each.source], _FEW) for each in questions]
