"""The second stage: of all pieces those that the region's texts use, and their rows of the table of words."""

import json
from typing import Any

from index.training import artifacts
from index.training.bench import BASE_TOKENIZER, BASE_WORDS, TOKENIZER, WORDS, Bench
from index.training.errors import FileDamaged
from index.training.pieces import pruning


def run(bench: Bench, made_from: str) -> None:
    """Count what the texts use, and keep the tokenizer and the table of the pieces that stay."""
    form = _form(bench)
    texts = sorted(_texts(bench))
    bench.say(f"vocabulary: {len(texts):,} texts")
    used = pruning.counts(form, texts)
    places = pruning.kept([piece for piece, _ in form["model"]["vocab"]], used, bench.recipe.least)
    artifacts.write(bench.work / WORDS, {"words": artifacts.read_one(bench.work / BASE_WORDS, "words")[places]})
    with artifacts.replacing(bench.work / TOKENIZER) as partial:
        partial.write_text(json.dumps(pruning.pruned(form, places), ensure_ascii=False), encoding="utf-8")
    share = used[places].sum() / max(used.sum(), 1)
    bench.say(f"vocabulary: {len(places):,} of {len(used):,} pieces, which make up {share:.2%} of the texts")


def _texts(bench: Bench) -> set[str]:
    return {
        *(pair.text for pair in bench.pairs),
        *(text for each in bench.questions for text in (each.query, each.passage)),
        *(each.text for each in bench.everyday),
        *(each.text for each in bench.entries.values()),
    }


def _form(bench: Bench) -> dict[str, Any]:
    path = bench.work / BASE_TOKENIZER
    try:
        form: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FileDamaged(f"{path}: {error}") from error
    return form
