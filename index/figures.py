"""The benchmark's figures for people: a table, and a picture that needs matplotlib."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Figures = Sequence[Mapping[str, Any]]
"""One mapping a size, as `python -m index.benchmark --json` writes them."""


def table(figures: Figures) -> str:
    """Return the figures as a table in Markdown."""
    head = ("entries", "real", "passages", "build", "start", "memory", "at most", "files", "search median / p95",
            "in a country", "publish", "recall@10 meaning", "words")  # fmt: skip
    rows = [
        (
            f"{each['entries']:,}", f"{each['real']:,}", f"{each['passages']:,}", f"{each['build_s']} s",
            f"{each['start_s']} s" if each["start_s"] is not None else "-", f"{each['memory_mb']:,} MB",
            f"{each['peak_mb']:,} MB", f"{each['files_mb']:,} MB", _pair(each["search_ms"]),
            _pair(each["search_in_country_ms"]), f"{each['publish_ms']} ms", f"{each['recall_meaning']:.3f}",
            f"{each['recall_words']:.3f}",
        )
        for each in figures
    ]  # fmt: skip
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, ("---",) * len(head), *rows))


def _pair(spread: dict[str, float]) -> str:
    return f"{spread['median']:.1f} / {spread['p95']:.1f} ms"


def needs() -> None:
    """Raise `SystemExit` with what to do where a picture cannot be drawn."""
    if find_spec("matplotlib") is None:
        raise SystemExit("A picture needs matplotlib: pip install -c constraints.txt matplotlib")


def draw(figures: Figures, path: Path) -> None:
    """Draw time, memory and recall over the number of passages into an .svg or .png file."""
    from matplotlib.figure import Figure

    sizes = [each["passages"] for each in figures]
    panels = {
        "seconds to build, and to start from files": {
            "build": [each["build_s"] for each in figures],
            "start": [each["start_s"] for each in figures],
        },
        "memory, MB": {
            "kept": [each["memory_mb"] for each in figures],
            "at most, while building": [each["peak_mb"] for each in figures],
        },
        "milliseconds of a search": {
            "median": [each["search_ms"]["median"] for each in figures],
            "p95": [each["search_ms"]["p95"] for each in figures],
        },
        "recall@10 of looking at everything": {
            "by meaning": [each["recall_meaning"] for each in figures],
            "by words": [each["recall_words"] for each in figures],
        },
    }
    picture = Figure(figsize=(10, 6.5), layout="constrained")
    for place, (title, lines) in zip(picture.subplots(2, 2).flat, panels.items(), strict=True):
        for name, values in lines.items():
            known = [(size, value) for size, value in zip(sizes, values, strict=True) if value]
            place.plot(*zip(*known, strict=True) if known else ([], []), marker="o", label=name)
        place.set(title=title, xlabel="passages", xscale="log")
        if "recall" not in title and any(value for values in lines.values() for value in values):
            place.set_yscale("log")
        if "recall" in title:
            place.set_ylim(0.9, 1.005)
        place.grid(alpha=0.3)
        place.legend()
    picture.savefig(path)
