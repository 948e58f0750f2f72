"""A student as a file: one ONNX model with a byte a weight, and its tokenizer."""

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from index.training.errors import ExtraMissing
from index.training.student import Student

MODEL, TOKENIZER = "model.onnx", "tokenizer.json"

_OPSET = 17
_WEIGHTY = ["MatMul", "Gather"]


class _AsBatch(nn.Module):
    """The student as a graph sees it: every text may be shorter than the longest."""

    def __init__(self, student: Student) -> None:
        super().__init__()
        self.student = student

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        vectors: Tensor = self.student(ids, mask.bool())
        return vectors


def write(student: Student, tokenizer: Tokenizer, longest: int, folder: Path) -> None:
    """Write into `folder` the model and the tokenizer, which cuts texts to `longest` pieces.

    The model takes `input_ids` and `attention_mask`, int64, texts x pieces, and gives `vector`, texts x width, rows of
    unit length. Raises `ExtraMissing`.
    """
    try:
        from onnxruntime.quantization import QuantType, quantize_dynamic
    except ModuleNotFoundError as error:
        raise ExtraMissing(str(error)) from error
    with TemporaryDirectory() as plain:
        path = Path(plain) / MODEL
        _write_plain(student, path)
        # Seven bits of the eight: sums of full bytes overflow on processors without VNNI.
        quantize_dynamic(
            path, folder / MODEL, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True,
            op_types_to_quantize=_WEIGHTY,
        )  # fmt: skip
    cutting = Tokenizer.from_str(tokenizer.to_str())
    cutting.enable_truncation(longest)
    cutting.save(str(folder / TOKENIZER), pretty=False)


def _write_plain(student: Student, path: Path) -> None:
    ids = torch.ones(2, 9, dtype=torch.long)
    texts = {0: "texts", 1: "pieces"}
    with warnings.catch_warnings():
        # The tracing exporter warns that another one is newer.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _AsBatch(student).eval(), (ids, torch.ones_like(ids)), str(path), opset_version=_OPSET, dynamo=False,
            input_names=["input_ids", "attention_mask"], output_names=["vector"],
            dynamic_axes={"input_ids": texts, "attention_mask": texts, "vector": {0: "texts"}},
        )  # fmt: skip
