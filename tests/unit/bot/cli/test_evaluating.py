"""`punte evaluate`, on small samples and a desk without a model."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from index.errors import SampleInvalid


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk of its own, on the encoder that knows spellings."""
    for name, value in {"HOME": tmp_path / "home", "ENCODER": "hashing"}.items():
        monkeypatch.setenv(f"PUNTE_{name}", str(value))
    monkeypatch.delenv("PUNTE_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)


def punte(*words: object) -> Any:
    result = CliRunner().invoke(app, ["evaluate", *map(str, words)], catch_exceptions=False)
    assert result.exit_code == 0
    return result


@pytest.fixture
def sentences(tmp_path: Path) -> Path:
    folder = tmp_path / "sentences"
    folder.mkdir()
    (folder / "en.tsv").write_text("index_id\ttext\n1\tolive oil\n2\twine\n")
    (folder / "sq.tsv").write_text("index_id\ttext\n1\toliv oil\n2\twines\n")
    return folder


def test_the_encoder_is_measured(sentences: Path) -> None:
    report = json.loads(punte(sentences, "--json").stdout)
    assert report == {
        "encoder": "hashing-256",
        "aligned": {
            str(sentences): {
                "languages": {"sq": {"sentences": 2, "to_english": 1.0, "from_english": 1.0}},
                "mean": {"to_english": 1.0, "from_english": 1.0},
            }
        },
    }
    shown = punte(sentences).stdout
    assert "to_english" in shown
    assert "1.000" in shown


def test_the_whole_desk_is_measured(tmp_path: Path, sentences: Path) -> None:
    golden = tmp_path / "golden.jsonl"
    golden.write_text(
        '{"id": "1", "lang": "en", "question": "What is a cluster?", "relevant_ids": ["gone"]}\n'
        '{"id": "2", "lang": "ro", "question": "zzz", "relevant_ids": []}\n'
    )
    report = json.loads(punte(golden, sentences, "--json").stdout)
    assert {"encoder", "aligned", "overall", "languages", "probability", "thresholds", "latency_ms"} <= report.keys()
    assert report["overall"]["questions"] == 2
    assert report["probability"]["at_threshold"]["threshold"] == report["threshold"]
    assert len(report["thresholds"]) == 20
    assert report["warnings"] == ["1: no published entry gone"]
    shown = punte(golden)
    assert "by threshold" in shown.stdout
    assert "no published entry gone" in shown.stderr


def test_what_cannot_be_measured_is_named(tmp_path: Path) -> None:
    (tmp_path / "sts.tsv").write_text("score\ten_1\ten_2\n1\ta\tb\nx\ta\tb\n")
    with pytest.raises(SampleInvalid, match=r"sts\.tsv, line 3"):
        punte(tmp_path / "sts.tsv")


def test_names_are_asked_for_in_every_way() -> None:
    found = json.loads(punte("--names", "--json").stdout)["names"]
    assert found["names"] > 50
    assert found["as_written"] > 0.9
    assert found["misspelt"] > 0.8
    assert "organisations and experts" in punte("--names").stdout


def test_nothing_to_measure_is_said() -> None:
    result = CliRunner().invoke(app, ["evaluate"])
    assert result.exit_code == 2
    assert "--names" in result.output
