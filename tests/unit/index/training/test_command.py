"""The command: what it says of errors, and that its libraries stay behind it."""

from pathlib import Path

import pytest

from index.training.__main__ import main
from tests.unit.index.training.conftest import Write


def test_missing_data_are_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = [f"--{name}={tmp_path / name}" for name in ("data", "work", "out")]
    assert main([*folders, "--threads=1"]) == 1
    said = capsys.readouterr()
    assert said.err.startswith("The training data are not there; name with --data a folder")
    assert said.err.count("\n") == 1
    assert not (tmp_path / "work").exists()


def test_a_line_that_cannot_be_read_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], write_rows: Write
) -> None:
    write_rows(tmp_path / "data" / "parallel" / "ro.tsv.gz", [("a city", "oraș")])
    folders = [f"--{name}={tmp_path / name}" for name in ("data", "work", "out")]
    assert main([*folders, "--threads=1", "--only=teacher"]) == 1
    assert "ro.tsv.gz, line 1: 2 columns instead of 3" in capsys.readouterr().err


def test_a_stage_that_does_not_exist_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = [f"--{name}={tmp_path / name}" for name in ("data", "work", "out")]
    assert main([*folders, "--only=polish"]) == 1
    assert "teacher, vocabulary, alignment, bag, transformer, sharpening, export" in capsys.readouterr().err
