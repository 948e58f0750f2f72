"""The reliability diagram, and what each threshold costs: `python -m index.measuring.diagram PICTURE`.

Drawn from what `python -m index.fitting.fit` cross-validated and wrote into `calibration.json`; needs matplotlib.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from index.encoding.encoder import DEFAULT
from index.measuring.figures import needs
from index.ranking.calibration import THRESHOLD, profiles

_LINES = {
    "answered": "answerable questions that are answered",
    "right_answered": "… of those whose first hit is right",
    "declined": "unanswerable questions that are declined",
    "wrong": "answers that are wrong",
}


def draw(figures: Mapping[str, Any], path: Path) -> None:
    """Draw how often a probability was right, by what languages are to each other, and thresholds; .svg or .png."""
    from matplotlib.figure import Figure

    picture = Figure(figsize=(11, 4.8), layout="constrained")
    reliable, costs = picture.subplots(1, 2)
    reliable.plot([0, 1], [0, 1], color="grey", linestyle=":", label="as often right as said")
    for name, one in figures["kinships"].items():
        _tenths(reliable, one["reliability"], name.replace("_", " "), alpha=0.45)
    _tenths(reliable, figures["reliability"], "all", color="black", linewidth=2.5)
    reliable.set(title="Is it as often right as it says?", xlabel="probability given", ylabel="part that was right")
    thresholds = [at["threshold"] for at in figures["thresholds"]]
    for key, label in _LINES.items():
        costs.plot(thresholds, [at[key] for at in figures["thresholds"]], marker=".", label=label)
    costs.axvline(THRESHOLD, color="grey", linestyle=":", label=f"as shipped, {THRESHOLD}")
    costs.set(title="What a threshold costs", xlabel="PUNTE_ANSWER_THRESHOLD", ylim=(0, 1.02))
    for panel in (reliable, costs):
        panel.grid(alpha=0.3)
        panel.legend(fontsize="small")
    picture.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def _tenths(panel: Any, reliability: Sequence[Mapping[str, float]], label: str, **style: Any) -> None:
    shown = [tenth for tenth in reliability if tenth["questions"] >= 20]
    panel.plot([one["probability"] for one in shown], [one["right"] for one in shown], marker="o", label=label, **style)


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw the picture of the desk's encoder, or of the one named."""
    parser = argparse.ArgumentParser(
        prog="python -m index.measuring.diagram", description=(__doc__ or "").split(":")[0]
    )
    parser.add_argument("picture", type=Path, help="an .svg or .png file")
    drawable = sorted(name for name, one in profiles().items() if "kinships" in one.get("cross_validated", {}))
    parser.add_argument("--encoder", default=DEFAULT, choices=drawable)
    options = parser.parse_args(arguments)
    needs()
    draw(profiles()[options.encoder]["cross_validated"], options.picture)


if __name__ == "__main__":
    main()
