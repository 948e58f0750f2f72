"""The teacher's vectors: kept a chunk at a time, each text encoded once, and with the prefix that the teacher knows."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from index.model import Vectors
from index.training import teacher
from index.training.errors import FileDamaged
from index.training.student import pieces_of
from tests.unit.index.training.conftest import RECIPE, MakeBench

TEXTS = ["the company seeks a partner", "the city", "the company seeks a partner"]


def lengths(texts: Sequence[str]) -> Vectors:
    return np.array([[np.cos(len(text)), np.sin(len(text))] for text in texts], np.float32)


def refuse() -> teacher.Teach:
    raise AssertionError("the teacher was asked again")


def test_a_text_is_encoded_once(tmp_path: Path) -> None:
    folder = tmp_path / "teacher_english"
    rows = teacher.vectors(TEXTS, folder, lambda _: None, lambda: lengths)
    assert rows == pytest.approx(lengths(TEXTS), abs=1e-3)
    np.testing.assert_array_equal(teacher.vectors(TEXTS[1:], folder, lambda _: None, refuse), rows[1:])
    said: list[str] = []
    teacher.vectors([*TEXTS, "the farmer"], folder, said.append, lambda: lengths)
    assert len(said) == 1
    assert said[0].startswith("teacher_english: 1 of 1, ")
    assert sorted(path.name for path in folder.iterdir()) == ["00000.npz", "00001.npz"]


def test_a_stopped_teacher_goes_on_after_its_last_chunk(tmp_path: Path) -> None:
    texts = [f"text {number}" for number in range(9000)]
    asked: list[int] = []

    def stops(chunk: Sequence[str]) -> Vectors:
        asked.append(len(chunk))
        if len(asked) == 2:
            raise KeyboardInterrupt
        return lengths(chunk)

    with pytest.raises(KeyboardInterrupt):
        teacher.vectors(texts, tmp_path, lambda _: None, lambda: stops)
    rows = teacher.vectors(texts, tmp_path, lambda _: None, lambda: stops)
    assert asked == [4096, 4096, 4096, 808]
    assert rows == pytest.approx(lengths(texts), abs=1e-3)


def test_a_damaged_chunk_is_named(tmp_path: Path) -> None:
    teacher.vectors(TEXTS, tmp_path, lambda _: None, lambda: lengths)
    (tmp_path / "00000.npz").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(FileDamaged, match=r"00000\.npz"):
        teacher.vectors(TEXTS, tmp_path, lambda _: None, refuse)


def test_the_teacher_reads_the_prefixes_that_it_was_taught(make_bench: MakeBench) -> None:
    bench = make_bench("prefixed")
    model = bench.model().eval()
    for found, prefix, longest in (
        (teacher.english(bench), "query: ", RECIPE.teacher_pieces[0]),
        (teacher.passages(bench), "passage: ", RECIPE.teacher_pieces[1]),
        (teacher.entry_texts(bench), "passage: ", RECIPE.teacher_pieces[1]),
    ):
        pieces = pieces_of(bench.tokenizer, [prefix + text for text in found.texts], longest)
        with torch.inference_mode():
            alike = (model.encode(pieces).numpy() * found.vectors).sum(1)
        assert alike.min() > 0.98


def test_entries_that_questions_are_about_or_come_near_are_read_and_some_strangers(make_bench: MakeBench) -> None:
    references = teacher.references(make_bench("asked"))
    assert sum(each.startswith("entry-") for each in references) == 18
    assert len(references) == 18 + RECIPE.strangers
