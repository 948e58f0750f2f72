from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from index.encoding.encoder import load
from index.encoding.onnx_encoder import OnnxEncoder
from index.errors import EncoderUnavailable

PIECES = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "grants": 4, "for": 5, "bakeries": 6}
TABLE = np.random.default_rng(1).normal(size=(len(PIECES), 8)).astype(np.float32)

Table = NDArray[np.float32]


def write(folder: Path, table: Table = TABLE, output: str = "vector") -> Path:
    """Write an encoder whose vector is the mean of its pieces' rows."""
    folder.mkdir(exist_ok=True)
    one, axis = numpy_helper.from_array(np.array([2]), "last"), numpy_helper.from_array(np.array([1]), "pieces")
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("Cast", ["attention_mask"], ["real"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["real", "last"], ["column"]),
        helper.make_node("Mul", ["rows", "column"], ["present"]),
        helper.make_node("ReduceSum", ["present", "pieces"], ["sum"], keepdims=0),
        helper.make_node("LpNormalization", ["sum"], [output], axis=1, p=2),
    ]
    asked = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "m"]) for name in ("input_ids", "attention_mask")
    ]
    given = [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["n", table.shape[1]])]
    graph = helper.make_graph(nodes, "mean", asked, given, [numpy_helper.from_array(table, "table"), one, axis])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    onnx.save(model, folder / "model.onnx")
    tokenizer = Tokenizer(WordLevel(PIECES, "<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    tokenizer.enable_padding(length=400, pad_id=1, pad_token="<pad>")
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def unit(*pieces: str) -> Table:
    rows = TABLE[[PIECES[piece] for piece in ("<s>", *pieces, "</s>")]].sum(axis=0)
    row: Table = rows / np.linalg.norm(rows)
    return row


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "model")


def test_a_text_is_read_piece_by_piece_between_its_marks_and_never_padded(folder: Path) -> None:
    encoder = load(str(folder))
    rows = encoder.encode(["grants for bakeries", "boats", ""])
    assert np.allclose(rows, [unit("grants", "for", "bakeries"), unit("<unk>"), unit()], atol=1e-6)
    assert (encoder.dimension, rows.dtype) == (8, np.float32)


def test_what_is_too_long_is_read_to_its_256th_piece(folder: Path) -> None:
    row = load(str(folder)).encode(["grants " * 200 + "for " * 200])[0]
    assert np.allclose(row, unit(*["grants"] * 200, *["for"] * 54), atol=1e-5)


def test_several_threads_give_the_same_rows_in_the_same_order(folder: Path) -> None:
    encoder = OnnxEncoder(folder, "mean", threads=3)
    texts = ["grants " * number + "for bakeries" for number in range(20)]
    side_by_side = encoder.encode(texts)
    encoder.use_threads(1)
    assert np.array_equal(encoder.encode(texts), side_by_side)


def test_another_graph_is_another_encoder(folder: Path) -> None:
    before, _, weights = load(str(folder)).name.partition("@")
    write(folder, TABLE + 1)
    after, _, others = load(str(folder)).name.partition("@")
    assert before == after == "model"
    assert weights != others


def cut(file: str) -> Callable[[Path], object]:
    return lambda folder: (folder / file).write_bytes((folder / file).read_bytes()[:-40])


def lose_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def answer_otherwise(folder: Path) -> None:
    write(folder, output="last_hidden_state")


def have_fewer_pieces(folder: Path) -> None:
    write(folder, TABLE[:2])


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        (cut("model.onnx"), "model.onnx"),
        (cut("tokenizer.json"), "tokenizer.json"),
        (lose_tokenizer, "tokenizer.json: there is no such file"),
        (answer_otherwise, "model.onnx"),
        (have_fewer_pieces, "model.onnx"),
    ],
)
def test_what_is_damaged_is_named_in_a_line_with_its_setting(
    folder: Path, harm: Callable[[Path], object], named: str
) -> None:
    harm(folder)
    with pytest.raises(EncoderUnavailable) as refusal:
        load(str(folder))
    assert f"(PUNTE_ENCODER={folder}: {folder}/{named}" in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 1


def test_no_setting_is_named_that_was_not_set(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable) as refusal:
        OnnxEncoder(tmp_path, "ours")
    assert refusal.value.detail == f"{tmp_path}/tokenizer.json: there is no such file"
