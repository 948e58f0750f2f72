from pathlib import Path

import numpy as np
import pytest

from index.encoding.encoder import HashingEncoder
from index.errors import SampleInvalid
from index.measuring.bitext import Bitext, accuracies, read_aligned, read_tatoeba
from index.measuring.encoding import Vectoriser
from tests.unit.index.measuring.conftest import write


def test_sentences_are_paired_by_their_number(aligned: Path) -> None:
    assert read_aligned(aligned) == {
        "ro": Bitext(["standul costă euro", "iunie says târgul"], ["stand costs euro", '"june," says the fair'])
    }


def test_the_translation_is_found_both_ways(aligned: Path, vectoriser: Vectoriser) -> None:
    assert accuracies(read_aligned(aligned), vectoriser) == {
        "languages": {"ro": {"sentences": 2, "to_english": 1.0, "from_english": 1.0}},
        "mean": {"to_english": 1.0, "from_english": 1.0},
    }


def test_figures_of_an_example_made_by_hand() -> None:
    bitext = Bitext(["aaaa", "bbbb", "bbbb cccc"], ["aaaa", "bbbb cccc", "bbbb"])
    figures = accuracies({"hr": bitext, "sl": Bitext(["aaaa"], ["aaaa"])}, Vectoriser(HashingEncoder()))
    assert figures["languages"]["hr"] == {"sentences": 3, "to_english": 0.3333, "from_english": 0.3333}
    assert figures["mean"] == pytest.approx({"to_english": 0.6667, "from_english": 0.6667}, abs=2e-4)


def test_a_sentence_that_stands_there_twice_is_right_in_either_place() -> None:
    bitext = Bitext(["one thing", "one thing"], ["one thing", "one thing"])
    assert accuracies({"hr": bitext}, Vectoriser(HashingEncoder()))["mean"] == {"to_english": 1, "from_english": 1}


def test_tatoeba_is_paired_by_line(tmp_path: Path) -> None:
    write(tmp_path / "tatoeba.ron-eng.ron", "camera\u2028dă", "iunie")
    write(tmp_path / "tatoeba.ron-eng.eng", "chamber gives", "june")
    write(tmp_path / "tatoeba.swa-eng.swa", "moja")
    write(tmp_path / "tatoeba.swa-eng.eng", "one")
    assert read_tatoeba(tmp_path) == {
        "ro": Bitext(["camera\u2028dă", "iunie"], ["chamber gives", "june"]),
        "swa": Bitext(["moja"], ["one"]),
    }


def test_tatoeba_files_must_be_of_one_length(tmp_path: Path) -> None:
    write(tmp_path / "tatoeba.ron-eng.ron", "camera")
    write(tmp_path / "tatoeba.ron-eng.eng", "chamber", "june")
    with pytest.raises(SampleInvalid, match=r"ron-eng\.eng: 2 lines beside 1 of ron"):
        read_tatoeba(tmp_path)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["index_id\tsentence", "1\tx"], r"ro\.tsv, line 1: no column `text`"),
        (["index_id\ttext", "7\tx", "7\ty"], r"ro\.tsv, line 3: the `index_id` 7 stands there twice"),
        (["index_id\ttext", "7\tx", "8"], r"ro\.tsv, line 3: 1 fields where the header has 2"),
        (["index_id\ttext", "1\tx"], r"ro\.tsv: no `index_id` of en\.tsv"),
        (["index_id\ttext"], r"ro\.tsv: no sentences"),
        ([], r"ro\.tsv, line 1: no column `index_id`"),
    ],
)
def test_a_wrong_line_is_named(aligned: Path, lines: list[str], why: str) -> None:
    write(aligned / "ro.tsv", *lines)
    with pytest.raises(SampleInvalid, match=why):
        read_aligned(aligned)


def test_a_file_that_is_no_text_is_named(aligned: Path) -> None:
    (aligned / "ro.tsv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SampleInvalid, match=r"ro\.tsv"):
        read_aligned(aligned)


def test_progress_is_told_and_equal_texts_are_encoded_once() -> None:
    told: list[tuple[int, int]] = []
    vectoriser = Vectoriser(HashingEncoder(), lambda done, total: told.append((done, total)))
    rows = vectoriser.encode([f"text {number % 300}" for number in range(600)])
    assert told == [(256, 300), (300, 300)]
    assert np.array_equal(rows[:300], rows[300:])
    assert vectoriser.encode([]).shape == (0, 256)
