"""The training data: what is read, what is left out, and what is said of files that cannot be read."""

from pathlib import Path

import pytest

from index.training.data import corpus
from index.training.data.corpus import Pair, QuestionPair
from index.training.errors import DataMissing, LineInvalid
from tests.unit.index.training.conftest import Write


def test_pairs_are_read_once_and_with_their_language(tmp_path: Path, write_rows: Write) -> None:
    write_rows(tmp_path / "sr-Latn.tsv.gz", [("a city", "grad", "odoo"), ("a city", "grad", "pkp"), ("", "x", "odoo")])
    write_rows(tmp_path / "ro.tsv.gz", [("a city ", " oraș", "odoo")])
    assert corpus.parallel(tmp_path) == [
        Pair("ro", "oraș", "a city", "odoo"),
        Pair("sr-Latn", "grad", "a city", "odoo"),
    ]


def test_doubtful_sources_are_left_out(tmp_path: Path, write_rows: Write) -> None:
    write_rows(tmp_path / "ro.tsv.gz", [("a city", f"oraș {source}", source) for source in (*corpus.LEFT_OUT, "odoo")])
    assert [pair.source for pair in corpus.parallel(tmp_path)] == ["odoo"]
    write_rows(tmp_path / "qa" / "trecqa_train.tsv.gz", [("who?", "he", "odoo")])
    write_rows(tmp_path / "qa" / "docs_ro.tsv.gz", [("who?", "she", "muse"), ("who?", "they", "docs")])
    assert corpus.questions(tmp_path / "qa") == [QuestionPair("ro", "who?", "ro", "they", "docs")]


def test_questions_know_their_languages(tmp_path: Path, write_rows: Write) -> None:
    write_rows(tmp_path / "docs_sr-Latn.tsv.gz", [("ko?", "oni", "docs")])
    write_rows(tmp_path / "med.tsv.gz", [("who?", "they", "med"), ("they", "they", "med")])
    write_rows(tmp_path / "x_cross.tsv.gz", [("ποιος;", "she", "docs:el>en")])
    found = [(one.asked, one.written, one.passage) for one in corpus.questions(tmp_path)]
    assert found == [("sr-Latn", "sr-Latn", "oni"), ("en", "en", "they"), ("el", "en", "she")]


@pytest.mark.parametrize("row", [("a city", "oraș"), ("a city", "oraș", "odoo", "more"), ("",)])
def test_a_line_with_other_columns_is_named(tmp_path: Path, write_rows: Write, row: tuple[str, ...]) -> None:
    write_rows(tmp_path / "ro.tsv.gz", [("a firm", "firmă", "odoo"), row])
    for read in (corpus.parallel, corpus.questions):
        with pytest.raises(LineInvalid, match=rf"ro\.tsv\.gz, line 2: {len(row)} columns instead of 3"):
            read(tmp_path)


def test_a_broken_file_is_named(tmp_path: Path, write_rows: Write) -> None:
    path = tmp_path / "ro.tsv.gz"
    write_rows(path, [(f"city {number}", f"oraș {number}", "odoo") for number in range(1000)])
    whole = path.read_bytes()
    for content in (b"no archive", whole[: len(whole) // 2]):
        path.write_bytes(content)
        with pytest.raises(LineInvalid, match=r"ro\.tsv\.gz, after line"):
            corpus.parallel(tmp_path)


@pytest.mark.parametrize("read", [corpus.parallel, corpus.questions])
def test_a_folder_without_data_is_named(tmp_path: Path, read: object) -> None:
    assert callable(read)
    with pytest.raises(DataMissing, match="nowhere"):
        read(tmp_path / "nowhere")
