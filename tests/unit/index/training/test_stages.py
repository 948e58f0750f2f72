"""The stages on a bench in small: what is complete is kept, what is stopped goes on, what is foreign is refused."""

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from sentence_transformers import SentenceTransformer

from index.arrays import Arrays
from index.training import artifacts, export, sharpening, transformer
from index.training.checkpoint import kept_student
from index.training.errors import DataMissing, FileDamaged, MadeFromOther, StageMissing
from index.training.stages import STAGES, train
from tests.unit.index.training.conftest import MakeBench


class StopsAt:
    """Listens, and stops the training as Ctrl-C does once the given words are said."""

    def __init__(self, words: str) -> None:
        self._words = words

    def __call__(self, line: str) -> None:
        if self._words in line:
            raise KeyboardInterrupt


def student(work: Path) -> Arrays:
    return artifacts.read(work / transformer.RESULT)


def test_a_stopped_run_that_goes_on_equals_an_uninterrupted_one(make_bench: MakeBench) -> None:
    train(make_bench("straight"), "transformer")
    for step in (1, 5, 11):
        with pytest.raises(KeyboardInterrupt):
            train(make_bench("stopped", StopsAt(f"checkpoint after step {step}"), minutes=0), "transformer")
    said: list[str] = []
    bench = make_bench("stopped", said.append)
    train(bench, "transformer")
    assert "transformer: goes on after step 11" in said
    assert not (bench.work / transformer.CHECKPOINT).exists()
    straight, stopped = student(make_bench("straight").work), student(bench.work)
    assert straight.keys() == stopped.keys()
    for name, weights in straight.items():
        assert_array_equal(weights, stopped[name], err_msg=name)


def test_a_stopped_sharpening_goes_on_as_well(make_bench: MakeBench) -> None:
    train(make_bench("straight"), "transformer")
    train(make_bench("straight"), "sharpening")
    train(make_bench("stopped"), "transformer")
    for step in (2, 7):
        stops = StopsAt(f"sharpening: checkpoint after step {step}")
        with pytest.raises(KeyboardInterrupt):
            train(make_bench("stopped", stops, minutes=0), "sharpening")
    said: list[str] = []
    bench = make_bench("stopped", said.append)
    train(bench, "sharpening")
    assert "sharpening: goes on after step 7" in said
    assert not (bench.work / sharpening.CHECKPOINT).exists()
    straight = artifacts.read(make_bench("straight").work / sharpening.RESULT)
    for name, weights in artifacts.read(bench.work / sharpening.RESULT).items():
        assert_array_equal(weights, straight[name], err_msg=name)


def test_another_seed_gives_another_student(make_bench: MakeBench) -> None:
    # The bag was made with seed 0, so the whole training is another one.
    with pytest.raises(MadeFromOther, match=r"bag\.json"):
        train(make_bench("seeded", seed=1), "transformer")


def test_what_is_complete_is_not_made_again(make_bench: MakeBench) -> None:
    train(make_bench("whole"))
    said: list[str] = []
    bench = make_bench("whole", said.append)
    before = {path: path.stat().st_mtime_ns for path in [*bench.work.rglob("*"), *bench.out.rglob("*")]}
    train(bench)
    assert said == [
        *(f"{stage.name}: complete" for stage in STAGES if stage.leaves),
        f"export: {bench.out} holds it already",
    ]
    assert before == {path: path.stat().st_mtime_ns for path in [*bench.work.rglob("*"), *bench.out.rglob("*")]}


def test_a_lost_result_is_made_again(make_bench: MakeBench) -> None:
    bench = make_bench("lost")
    before = artifacts.read(bench.work / "bag.npz")["bag"]
    (bench.work / "bag.npz").unlink()
    train(bench, "bag")
    assert_array_equal(artifacts.read(bench.work / "bag.npz")["bag"], before)


def test_a_damaged_checkpoint_is_named_and_left_alone(make_bench: MakeBench) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(make_bench("damaged", StopsAt("checkpoint after step 2"), minutes=0), "transformer")
    path = make_bench("damaged").work / transformer.CHECKPOINT
    half = path.read_bytes()[: path.stat().st_size // 2]
    for content in (half, b"", b"not a checkpoint"):
        path.write_bytes(content)
        with pytest.raises(FileDamaged, match=r"move it away.*transformer\.checkpoint\.npz"):
            train(make_bench("damaged"), "transformer")
        assert path.read_bytes() == content


def test_the_checkpoint_of_another_training_is_refused(make_bench: MakeBench) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(make_bench("foreign", StopsAt("checkpoint after step 2"), minutes=0), "transformer")
    with pytest.raises(MadeFromOther, match=r"--work.*transformer\.checkpoint\.npz"):
        train(make_bench("foreign", steps=20), "transformer")
    train(make_bench("foreign"), "transformer")


def test_a_checkpoint_that_lacks_a_weight_is_refused(make_bench: MakeBench) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(make_bench("lacking", StopsAt("checkpoint after step 2"), minutes=0), "transformer")
    path = make_bench("lacking").work / transformer.CHECKPOINT
    arrays = artifacts.read(path)
    del arrays["student.places"]
    artifacts.write(path, arrays)
    with pytest.raises(FileDamaged, match="places"):
        train(make_bench("lacking"), "transformer")


def test_only_a_stage_whose_foundations_are_there_is_run(make_bench: MakeBench) -> None:
    with pytest.raises(StageMissing, match="transformer"):
        train(make_bench("unfounded"), "export")


def test_data_that_are_not_there_are_named(make_bench: MakeBench, tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match=r"--data.*nowhere/parallel"):
        train(make_bench("without", data=tmp_path / "nowhere"))


def test_the_encoder_that_comes_out_is_read_by_sentence_transformers(make_bench: MakeBench) -> None:
    bench = make_bench("exported")
    bench.out.mkdir()
    (bench.out / "README.md").write_text("The card, by hand.", encoding="utf-8")
    train(bench)
    assert (bench.out / "README.md").read_text(encoding="utf-8") == "The card, by hand."
    assert not list(bench.out.glob(".writing-*"))
    texts = ["orașul caută", "град тражи", "the city", ""]
    alone, words = (
        SentenceTransformer(str(folder), device="cpu", local_files_only=True).encode(texts)
        for folder in (bench.out, bench.out / export.BAG)
    )
    assert alone.shape == words.shape == (4, 32)
    assert np.linalg.norm(alone, axis=1) == pytest.approx(1, abs=1e-5)
    taught = kept_student(bench.work / sharpening.RESULT, bench.tokenizer)
    with torch.inference_mode():
        said = taught(taught.preprocess(texts))["sentence_embedding"].numpy()
    both = alone + words
    assert (both * said).sum(axis=1) / np.linalg.norm(both, axis=1) == pytest.approx(1, abs=0.01)
