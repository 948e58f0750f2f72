"""The reliability diagram is drawn from the figures that a fit cross-validated."""

from pathlib import Path

import numpy as np
import pytest

from index.measuring import trust
from index.measuring.diagram import draw, main


def figures() -> dict[str, object]:
    chance = np.random.default_rng(0)
    given = chance.random(2000)
    right = chance.random(2000) < given
    answers = trust.Answers(given, right, right | (chance.random(2000) < 0.3))
    return {
        "reliability": trust.reliability(answers),
        "thresholds": [trust.at(answers, threshold) for threshold in trust.THRESHOLDS],
        "kinships": {"to_english": {"reliability": trust.reliability(answers)}},
    }


def test_it_names_what_it_shows(tmp_path: Path) -> None:
    path = tmp_path / "reliability.svg"
    draw(figures(), path)
    drawn = path.read_text(encoding="utf-8")
    for words in ("to english", "as often right as said", "unanswerable questions that are declined"):
        assert f"<!-- {words} -->" in drawn


def test_the_same_figures_make_the_same_picture(tmp_path: Path) -> None:
    for name in ("first.svg", "second.svg"):
        draw(figures(), tmp_path / name)
    assert (tmp_path / "first.svg").stat().st_size == (tmp_path / "second.svg").stat().st_size


def test_the_shipped_encoder_s_figures_are_drawn(tmp_path: Path) -> None:
    main([str(tmp_path / "shipped.svg")])
    assert "<!-- to english -->" in (tmp_path / "shipped.svg").read_text(encoding="utf-8")


def test_an_encoder_without_figures_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["picture.svg", "--encoder", "nobody"])
    assert "invalid choice" in capsys.readouterr().err
