"""The benchmark's figures: taken, and shown to people in a table, and in a picture that needs matplotlib."""

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

BySize = Sequence[Mapping[str, Any]]
"""One mapping a size, as `python -m index.measuring.benchmark --json` writes them."""

_MEMORY, _SEARCH, _RECALL = (
    "memory, MB",
    "milliseconds of a search, of one processor",
    "recall@10 of looking at everything",
)
_AIMS = {_MEMORY: 1500, _SEARCH: 20, _RECALL: 0.97}


def peak() -> int:
    """Return the most memory that this process ever had, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that passed, and those of the processor: where other work runs, the first are more."""
    start, busy = perf_counter(), process_time()
    work()
    return perf_counter() - start, process_time() - busy


def seconds(work: Callable[[], object]) -> float:
    """Return the seconds that passed."""
    return timed(work)[0]


def spread(times: Sequence[float]) -> dict[str, float]:
    """Return median and p95 of seconds, in milliseconds."""
    return {name: round(float(np.percentile(times, q)) * 1000, 2) for name, q in (("median", 50), ("p95", 95))}


def table(figures: BySize) -> str:
    """Return the figures as a table in Markdown; of two times the second is the processor's."""
    head = ("entries (real)", "passages", "build", "start from files", "memory", "at most", "search median / p95",
            "in a country", "recall@10 by meaning, by words")  # fmt: skip
    rows = [
        (
            f"{each['entries']:,} ({each['real']:,})", f"{each['passages']:,}",
            f"{each['build_s']:.1f} s ({each['build_cpu_s']:.1f})",
            f"{each['start_s']} s" if each["start_s"] is not None else "-", f"{each['memory_mb']:,} MB",
            f"{each['peak_mb']:,} MB", _times(each, "search"), _times(each, "search_in_country"),
            f"{each['recall_meaning']:.3f}, {each['recall_words']:.3f}",
        )
        for each in figures
    ]  # fmt: skip
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, ("---",) * len(head), *rows))


def _times(figures: Mapping[str, Any], name: str) -> str:
    wall, processor = (
        f"{of['median']:.1f} / {of['p95']:.1f}" for of in (figures[f"{name}_ms"], figures[f"{name}_cpu_ms"])
    )
    return f"{wall} ms ({processor})"


def needs(library: str = "matplotlib") -> None:
    """Raise `SystemExit` with what to do where a picture cannot be drawn."""
    if find_spec(library) is None:
        raise SystemExit(f"A picture needs {library}: pip install -c constraints.txt {library}")


def draw(figures: BySize, path: Path) -> None:
    """Draw time, memory and recall over the number of passages into an .svg or .png file."""
    from matplotlib.figure import Figure

    sizes = [each["passages"] for each in figures]
    panels = {
        "seconds": {
            "build, of one processor": [each["build_cpu_s"] for each in figures],
            "start from files": [each["start_s"] for each in figures],
        },
        _MEMORY: {
            "at most, while building": [each["peak_mb"] for each in figures],
            "kept": [each["memory_mb"] for each in figures],
        },
        _SEARCH: {
            "p95": [each["search_cpu_ms"]["p95"] for each in figures],
            "median": [each["search_cpu_ms"]["median"] for each in figures],
        },
        _RECALL: {
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
        if title == _RECALL:
            place.set_ylim(0.9, 1.005)
        elif any(value for values in lines.values() for value in values):
            place.set_yscale("log")
        if title in _AIMS:
            place.axhline(_AIMS[title], color="grey", linestyle=":", label="aim at a million")
        place.grid(alpha=0.3)
        place.legend(loc="best")
    picture.savefig(path, dpi=80)
