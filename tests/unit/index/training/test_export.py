"""The encoder that comes out: one ONNX model that says without PyTorch what the student said."""

import json

import numpy as np
import onnxruntime
import pytest
import torch
from tokenizers import Tokenizer

from index.training import export, onnx_file, training
from index.training.checkpoint import kept_student
from index.training.stages import train
from index.training.student import pad, pieces_of
from tests.unit.index.training.conftest import RECIPE, MakeBench

TEXTS = ["orașul caută", "град", "the city seeks the partner, the farmer finds the company", "πόλη"]


def test_the_model_says_what_the_student_says_at_every_size(make_bench: MakeBench) -> None:
    bench = make_bench("exported")
    train(bench, "training")
    train(bench)
    session = onnxruntime.InferenceSession(str(bench.out / onnx_file.MODEL))
    assert [each.name for each in session.get_inputs()] == ["input_ids", "attention_mask"]
    assert [each.name for each in session.get_outputs()] == ["vector"]
    student = kept_student(bench.work / training.RESULT).eval()
    tokenizer = Tokenizer.from_file(str(bench.out / onnx_file.TOKENIZER))
    for texts in (TEXTS, TEXTS[:1], TEXTS[1:3] * 5):
        pieces = pieces_of(tokenizer, texts, RECIPE.longest)
        ids, present = pad(pieces)
        (found,) = session.run(None, {"input_ids": ids.numpy(), "attention_mask": present.long().numpy()})
        with torch.inference_mode():
            said = student.encode(pieces).numpy()
        assert found.shape == (len(texts), 32)
        assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)
        assert (found * said).sum(axis=1) == pytest.approx(1, abs=0.004)


def test_a_weight_takes_a_byte(make_bench: MakeBench) -> None:
    bench = make_bench("packed")
    train(bench)
    weights = sum(weight.numel() for weight in kept_student(bench.work / training.RESULT).parameters())
    plain = 4 * weights
    assert (bench.out / onnx_file.MODEL).stat().st_size < plain


def test_long_texts_are_cut_by_the_tokenizer(make_bench: MakeBench) -> None:
    bench = make_bench("cutting")
    train(bench)
    tokenizer = Tokenizer.from_file(str(bench.out / onnx_file.TOKENIZER))
    assert len(tokenizer.encode("the city " * 100).ids) == RECIPE.longest


def test_what_lies_beside_is_left_and_the_note_says_what_it_was_made_from(make_bench: MakeBench) -> None:
    bench = make_bench("beside")
    bench.out.mkdir()
    (bench.out / "README.md").write_text("The card, by hand.", encoding="utf-8")
    train(bench)
    left = sorted(path.name for path in bench.out.iterdir())
    assert left == ["README.md", "model.onnx", "tokenizer.json", "training.json"]
    assert (bench.out / "README.md").read_text(encoding="utf-8") == "The card, by hand."
    note = json.loads((bench.out / export.NOTE).read_text(encoding="utf-8"))
    assert note["recipe"]["layers"] == [0, 3]
    assert len(note["made_from"]) == 16
