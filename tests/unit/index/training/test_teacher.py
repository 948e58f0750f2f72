"""The teacher's vectors: kept a chunk at a time, each sentence encoded once."""

from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from index.training import teacher as teachers
from index.training.errors import FileDamaged

TEXTS = ["the company seeks a partner", "the city", "the company seeks a partner"]


def refuse() -> SentenceTransformer:
    raise AssertionError("the teacher was asked again")


def test_a_sentence_is_encoded_once(tmp_path: Path, teacher: SentenceTransformer) -> None:
    rows = teachers.vectors(TEXTS, tmp_path, lambda _: None, lambda: teacher)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-3)
    np.testing.assert_array_equal(rows[0], rows[2])
    np.testing.assert_array_equal(teachers.vectors(TEXTS[1:], tmp_path, lambda _: None, refuse), rows[1:])
    said: list[str] = []
    teachers.vectors([*TEXTS, "the farmer"], tmp_path, said.append, lambda: teacher)
    assert len(said) == 1
    assert said[0].startswith("teacher: 1 of 1, ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["00000.npz", "00001.npz"]


def test_a_damaged_chunk_is_named(tmp_path: Path, teacher: SentenceTransformer) -> None:
    teachers.vectors(TEXTS, tmp_path, lambda _: None, lambda: teacher)
    (tmp_path / "00000.npz").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(FileDamaged, match=r"00000\.npz"):
        teachers.vectors(TEXTS, tmp_path, lambda _: None, refuse)
