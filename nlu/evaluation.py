"""How well an understander does on messages that it was not trained on."""

import json
from collections import Counter
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from knowledge.languages import TAGS, fold
from nlu import training_data
from nlu.understanding import Understander


@dataclass
class Tally:
    """Counts of one group of examples."""

    examples: int = 0
    right_intents: int = 0
    found: int = 0
    expected: int = 0
    right_entities: int = 0

    def figures(self) -> dict[str, float]:
        """Return examples, intent accuracy and the F1 of entities (kind and canonical value, as sets)."""
        both = self.found + self.expected
        return {
            "examples": self.examples,
            "intent_accuracy": round(self.right_intents / self.examples, 4) if self.examples else 0.0,
            "entity_f1": round(2 * self.right_entities / both, 4) if both else 1.0,
        }


@dataclass
class Report:
    """Tallies by language and by kind of entity, and what went wrong."""

    overall: Tally = field(default_factory=Tally)
    languages: dict[str, Tally] = field(default_factory=dict)
    kinds: dict[str, Tally] = field(default_factory=dict)
    mistakes: list[dict[str, Any]] = field(default_factory=list)


def heldout(path: Path | None = None) -> list[dict[str, Any]]:
    """Return the examples of a JSON lines file; without a path those that come with the desk."""
    text = (path or files("nlu") / "heldout.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def check() -> list[str]:
    """Return what is wrong with the training data and the held-out examples, one sentence each."""
    trained = {text for texts in training_data.folded_examples().values() for text in texts}
    problems = training_data.check()
    counts = Counter(example["lang"] for example in heldout())
    problems += [f"Only {counts[tag]} held-out examples for {tag}." for tag in TAGS if counts[tag] < 10]
    problems += [
        f"The held-out example {example['text']!r} is also trained on."
        for example in heldout()
        if fold(example["text"]) in trained
    ]
    return problems


async def measure(understander: Understander, path: Path | None = None) -> Report:
    """Ask `understander` every example of `path` and compare."""
    report = Report()
    for example in heldout(path):
        understood = await understander.understand(example["text"], example["lang"])
        expected = {(entity["kind"], entity["value"]) for entity in example["entities"]}
        found = {(str(entity.kind), entity.value) for entity in understood.entities}
        for tally in (report.overall, report.languages.setdefault(example["lang"], Tally())):
            tally.examples += 1
            tally.right_intents += understood.intent == example["intent"]
            tally.found += len(found)
            tally.expected += len(expected)
            tally.right_entities += len(found & expected)
        for kind, _ in found | expected:
            report.kinds.setdefault(kind, Tally())
        for kind, tally in report.kinds.items():
            tally.found += sum(each == kind for each, _ in found)
            tally.expected += sum(each == kind for each, _ in expected)
            tally.right_entities += sum(each == kind for each, _ in found & expected)
        if understood.intent != example["intent"] or found != expected:
            report.mistakes.append({**example, "got": str(understood.intent), "extra": sorted(found - expected)})
            report.mistakes[-1]["missing"] = sorted(expected - found)
    return report


async def evaluate(understander: Understander, path: Path | None = None) -> dict[str, Any]:
    """Return `{"overall": figures, "languages": {tag: figures}, "kinds": {kind: F1}}` over `path`.

    Without a path the desk's own held-out file is read.
    """
    report = await measure(understander, path)
    return {
        "overall": report.overall.figures(),
        "languages": {tag: tally.figures() for tag, tally in sorted(report.languages.items())},
        "kinds": {kind: tally.figures()["entity_f1"] for kind, tally in sorted(report.kinds.items())},
    }
