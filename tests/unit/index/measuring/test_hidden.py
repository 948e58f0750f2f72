import json
from pathlib import Path

import pytest

from index.errors import SampleInvalid
from index.measuring.encoding import Vectoriser
from index.measuring.hidden import accuracies, main, read_mixtures
from tests.unit.index.measuring.conftest import write

SUBJECTS = ("customs", "energy", "tourism", "finance", "exports", "patents", "tenders", "payroll", "hygiene", "zoning")


def pairs(folder: Path, name: str, source: str = "ours") -> Path:
    lines = [
        f"What about {subject}?\tThis sentence is about {subject}. Another one on {subject} too.\t{source}"
        for subject in SUBJECTS
    ]
    return write(folder / name, *lines)


def test_the_sentences_of_a_passage_are_hidden_among_those_of_its_neighbours(tmp_path: Path) -> None:
    mixtures = read_mixtures(pairs(tmp_path, "ours_ro.tsv.gz"), 5)
    assert len(mixtures) == 5
    for mixture in mixtures:
        subject = mixture.question.split()[-1].strip("?")
        assert mixture.languages == ("ro", "ro")
        assert len(mixture.sentences) == 8
        assert {place for place, each in enumerate(mixture.sentences) if subject in each} == mixture.right
    assert mixtures == read_mixtures(tmp_path / "ours_ro.tsv.gz", 5)


def test_what_shares_a_question_or_a_passage_is_never_hidden_beside_it(tmp_path: Path) -> None:
    lines = [f"Question {n // 3} in words?\tSentence number {n} of group {n // 3}.\tours" for n in range(30)]
    linked = [f"Other words for {n // 3}?\tSentence number {n} of group {n // 3}.\tours" for n in range(0, 30, 3)]
    mixtures = read_mixtures(write(tmp_path / "ours.tsv.gz", *lines, *linked), 40)
    assert len(mixtures) == 40
    for mixture in mixtures:
        groups = {mixture.sentences[place].split()[-1] for place in mixture.right}
        others = {s.split()[-1] for place, s in enumerate(mixture.sentences) if place not in mixture.right}
        assert mixture.languages == ("en", "en")
        assert not groups & others


def test_figures_are_by_languages(tmp_path: Path, vectoriser: Vectoriser) -> None:
    mixtures = [
        *read_mixtures(pairs(tmp_path, "ours_ro.tsv.gz")),
        *read_mixtures(pairs(tmp_path, "ours_cross.tsv.gz", "source:el>en")),
    ]
    found = accuracies(mixtures, vectoriser)
    assert set(found) == {"ro", "el>en"}
    assert found["ro"]["questions"] == 10
    assert found["ro"]["words"] == found["ro"]["encoder"] == found["ro"]["quoted"] == 1.0
    assert found["ro"]["sums"]["0.0"] == 1.0
    assert set(found["ro"]["sums"]) == {f"{step / 10}" for step in range(11)}


def test_a_file_too_small_to_hide_anything_has_no_mixtures(tmp_path: Path, vectoriser: Vectoriser) -> None:
    mixtures = read_mixtures(write(tmp_path / "few_sr.tsv.gz", "What is it?\tIt is a small matter indeed.\tours"))
    assert mixtures == []
    assert accuracies(mixtures, vectoriser) == {}


@pytest.mark.parametrize(
    ("line", "why"),
    [("only a question", "a question, a passage and a source"), ("a\tb\tsource:xx>en", "names no languages")],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, why: str) -> None:
    path = write(tmp_path / "ours_ro.tsv.gz", "a\tb\tours", line)
    with pytest.raises(SampleInvalid, match=rf"ours_ro\.tsv\.gz, line 2: .*{why}"):
        read_mixtures(path)


def test_a_file_that_is_not_packed_is_named(tmp_path: Path) -> None:
    (tmp_path / "ours_ro.tsv.gz").write_text("plain")
    with pytest.raises(SampleInvalid, match=r"ours_ro\.tsv\.gz"):
        read_mixtures(tmp_path / "ours_ro.tsv.gz")


def test_the_command_prints_the_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs(tmp_path, "ours_ro.tsv.gz")
    pairs(tmp_path, "ours_tr.tsv.gz")
    main([str(tmp_path), "--encoder", "hashing", "--only", "_tr", "--per-file", "4"])
    found = json.loads(capsys.readouterr().out)
    assert found.keys() == {"tr"}
    assert found["tr"]["questions"] == 4
