"""Whether names are found: each organisation and expert is asked for as it is written, folded, and misspelt."""

from collections.abc import Callable, Sequence
from datetime import date
from random import Random

from index.live.service import SearchService
from index.measuring.trust import Figures
from index.typos import slip
from knowledge.languages import fold

WAYS: dict[str, Callable[[str, Random], str]] = {
    "as_written": lambda name, chance: name,
    "folded": lambda name, chance: fold(name),
    "misspelt": lambda name, chance: slip(name, chance),
}
"""The ways in which a name is asked for."""


def figures(search: SearchService, names: Sequence[tuple[str, str]], today: date) -> Figures:
    """Return how many (reference, name) pairs there are and the part whose entry comes first, by way of asking.

    An entry of the same name counts as well.
    """
    named = dict(names)
    chance = Random(1)
    found: Figures = {"names": len(names)}
    for way, written in WAYS.items():
        right = 0
        for _, name in names:
            hits = search.search_sync(written(name, chance), today=today, limit=1).hits
            right += bool(hits) and named.get(hits[0].reference) == name
        found[way] = round(right / len(names), 4) if names else 0.0
    return found
