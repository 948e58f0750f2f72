from pathlib import Path

import pytest

from index.errors import SampleInvalid
from index.measuring.kinds import Sample, kind, measure
from tests.unit.index.measuring.conftest import Bilingual, write


def test_a_sample_is_told_by_its_form(tmp_path: Path, aligned: Path, xquad: Path) -> None:
    write(tmp_path / "tatoeba" / "tatoeba.ron-eng.eng", "one")
    write(tmp_path / "pairs" / "ours_ro.tsv.gz", "a\tb\tc")
    files = {name: write(tmp_path / name) for name in ("g.jsonl", "sts.tsv", "x.ro.json", "o_ro.tsv.gz")}
    found = [kind(path) for path in (aligned, xquad, tmp_path / "tatoeba", tmp_path / "pairs", *files.values())]
    assert found == [
        Sample.ALIGNED, Sample.READING, Sample.TATOEBA, Sample.PAIRS,
        Sample.GOLDEN, Sample.RATED, Sample.READING, Sample.PAIRS,
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["", "notes.txt", "missing.tsv"])
def test_what_is_nothing_of_the_kind_is_refused(tmp_path: Path, name: str) -> None:
    write(tmp_path / "notes.txt", "hello")
    with pytest.raises(SampleInvalid, match="neither golden questions"):
        kind(tmp_path / name)


def test_all_samples_are_measured_with_one_encoder(tmp_path: Path, aligned: Path, xquad: Path) -> None:
    rated = write(tmp_path / "sts.tsv", "score\ten_1\ten_2", "5\tstand\tstand", "1\tstand\tchamber")
    told: list[int] = []
    found = measure(
        [aligned, xquad / "xquad.en.json", rated, xquad / "xquad.ro.json"],
        Bilingual(),
        lambda done, _: told.append(done),
    )
    by_kind = {measurement.sample: measurement for measurement in found}
    assert set(by_kind) == {Sample.ALIGNED, Sample.RATED, Sample.READING}
    assert by_kind[Sample.ALIGNED].name == str(aligned)
    assert by_kind[Sample.RATED].figures == {"en": 1.0}
    assert set(by_kind[Sample.READING].figures) == {"en", "ro", "ro>en", "en>ro"}
    assert told


def test_golden_questions_need_a_desk(tmp_path: Path) -> None:
    with pytest.raises(SampleInvalid, match="whole desk"):
        measure([write(tmp_path / "golden.jsonl", "{}")], Bilingual())
