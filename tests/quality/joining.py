"""What becomes of messages beside a ticket: `python -m tests.quality.joining`.

The pairs of `joining.yaml` were written after the threshold was chosen, and without looking at their likeness. Each
goes the desk's own way: the keyword twin, the search of the starter base, the policy.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from bot.dialogue.decisions import AskWhich, Decision, JoinTicket, Search
from bot.dialogue.policy import Thresholds, decide, read, wider_is_better, with_kind
from bot.dialogue.state import DialogueState
from bot.dialogue.ticket_relevance import RELATED
from index.encoding.encoder import load
from index.live import service
from index.model import SearchResult
from index.ranking.calibration import THRESHOLD
from knowledge.models import TicketState
from knowledge.tickets.for_asker import InHand
from nlu.keywords import KeywordUnderstander
from tests.quality.floors import ASKED_ON, starter_desk

PAIRS = Path(__file__).with_suffix(".yaml")
LIMITS = Thresholds(answer=THRESHOLD, clarify=THRESHOLD / 2)
TRIED = (0.25, 0.3, 0.35, 0.4, 0.45)

Outcomes = dict[bool, Counter[str]]
"""What became of messages, by whether they belong to the ticket: `joined`, `asked`, or `left` to the desk alone."""


@dataclass(frozen=True)
class Pair:
    """A ticket's question and what was written later, with what the desk makes of it but for the last decision."""

    ticket: InHand
    later: str
    belongs: bool
    likeness: float
    read: Decision | Search
    result: SearchResult | None


def pairs(desk: service.SearchService) -> list[Pair]:
    """Return the pairs, each understood and searched for."""
    rows = yaml.safe_load(PAIRS.read_text(encoding="utf-8"))
    return [_pair(desk, **row) for row in rows]


def outcome(pair: Pair, likeness: float | None = None) -> str:
    """Return what becomes of a message; `likeness` takes the place of its own."""
    decision = pair.read
    if isinstance(decision, Search):
        assert pair.result
        likeness = pair.likeness if likeness is None else likeness
        decision = decide(decision, pair.result, DialogueState(), pair.ticket, LIMITS, likeness)
    return {JoinTicket: "joined", AskWhich: "asked"}.get(type(decision), "left")


def outcomes(found: list[Pair], threshold: float = RELATED) -> Outcomes:
    """Return what becomes of all messages, were `threshold` the likeness from which on they join."""

    def shifted(pair: Pair) -> float:
        return 1.0 if pair.likeness >= threshold else 0.0

    return {
        belongs: Counter(outcome(pair, shifted(pair)) for pair in found if pair.belongs is belongs)
        for belongs in (True, False)
    }


def precision_and_recall(became: Outcomes) -> tuple[float, float]:
    """Return which share of those that joined belong, and which share of those that belong joined."""
    right, wrong = became[True]["joined"], became[False]["joined"]
    return right / max(1, right + wrong), right / became[True].total()


def _pair(desk: service.SearchService, ticket: str, later: str, tag: str, belongs: bool) -> Pair:
    held = InHand(7, "P-7", TicketState.CLAIMED, ticket, "Elena", 0, ticket, None)
    understood = asyncio.run(KeywordUnderstander().understand(later, tag))
    wanted = read(later, understood, DialogueState(), held, LIMITS)
    one, other = desk.encode_sync([ticket, later])
    likeness = float(one @ other)
    if not isinstance(wanted, Search):
        return Pair(held, later, belongs, likeness, wanted, None)
    find: Callable[[Search], SearchResult] = lambda search: desk.search_sync(  # noqa: E731
        search.query.text, search.query.filters(), language=tag, today=ASKED_ON, limit=30
    )
    narrow = with_kind(wanted)
    result = find(narrow)
    if wanted.kind is not None and wider_is_better(wanted, result, wide := find(wanted), LIMITS):
        return Pair(held, later, belongs, likeness, wanted, wide)
    return Pair(held, later, belongs, likeness, narrow, result)


def main() -> None:
    """Print what becomes of every pair, and the figures by threshold."""
    from bot.cli.output import out

    with TemporaryDirectory() as folder, starter_desk(Path(folder), load(None, threads=2)) as desk:
        found = pairs(desk)
    for pair in sorted(found, key=lambda each: each.likeness):
        meant = "about it" if pair.belongs else "new     "
        out.print(f"{pair.likeness:6.3f}  {meant}  {outcome(pair):6}  {pair.later}", markup=False)
    for threshold in TRIED:
        became = outcomes(found, threshold)
        precision, recall = precision_and_recall(became)
        told = "; ".join(
            f"{name}: {', '.join(f'{count} {what}' for what, count in sorted(became[belongs].items()))}"
            for belongs, name in ((True, "about it"), (False, "new"))
        )
        out.print(f"from {threshold:.2f} on: precision {precision:.3f}, recall {recall:.3f}; {told}")
    out.print(f"the desk joins from {RELATED} on")


if __name__ == "__main__":
    main()
