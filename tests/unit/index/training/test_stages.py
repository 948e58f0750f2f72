"""The stages on a bench in small: what is complete is kept, what is stopped goes on, what is foreign is refused."""

from pathlib import Path

import pytest
from numpy.testing import assert_array_equal

from index.arrays import Arrays
from index.training import artifacts, bench, reduction, training
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
    return artifacts.read(work / training.RESULT)


def stop(make_bench: MakeBench, name: str, step: int) -> Path:
    """Stop a training once it has written its checkpoint after a step, and return the checkpoint's path."""
    stopped = make_bench(name, StopsAt(f"checkpoint after step {step}"), minutes=0)
    with pytest.raises(KeyboardInterrupt):
        train(stopped, "training")
    return stopped.work / training.CHECKPOINT


def test_a_stopped_run_that_goes_on_equals_an_uninterrupted_one(make_bench: MakeBench) -> None:
    train(make_bench("straight"), "training")
    for step in (1, 5, 11):
        stop(make_bench, "stopped", step)
    said: list[str] = []
    at = make_bench("stopped", said.append)
    train(at, "training")
    assert "training: goes on after step 11" in said
    assert not (at.work / training.CHECKPOINT).exists()
    straight, stopped = student(make_bench("straight").work), student(at.work)
    assert straight.keys() == stopped.keys()
    for name, weights in straight.items():
        assert_array_equal(weights, stopped[name], err_msg=name)


def test_another_seed_gives_another_student(make_bench: MakeBench) -> None:
    # The teacher's sentences were drawn with seed 0, so the whole training is another one.
    with pytest.raises(MadeFromOther, match=r"teacher\.json"):
        train(make_bench("seeded", seed=1), "training")


def test_other_entries_are_another_training(make_bench: MakeBench) -> None:
    at = make_bench("fewer")
    at.entries_file = None
    with pytest.raises(MadeFromOther, match=r"vocabulary\.json"):
        train(at, "training")


def test_what_is_complete_is_not_made_again(make_bench: MakeBench) -> None:
    train(make_bench("whole"))
    said: list[str] = []
    at = make_bench("whole", said.append)
    before = {path: path.stat().st_mtime_ns for path in [*at.work.rglob("*"), *at.out.rglob("*")]}
    train(at)
    assert said == [
        *(f"{stage.name}: complete" for stage in STAGES if stage.leaves),
        f"export: {at.out} holds it already",
    ]
    assert before == {path: path.stat().st_mtime_ns for path in [*at.work.rglob("*"), *at.out.rglob("*")]}


@pytest.mark.parametrize(("stage", "left"), [("base", bench.BASE_WORDS), ("vocabulary", bench.WORDS)])
def test_a_lost_result_is_made_again(make_bench: MakeBench, stage: str, left: str) -> None:
    at = make_bench("lost")
    before = artifacts.read(at.work / left)["words"]
    (at.work / left).unlink()
    train(at, stage)
    assert_array_equal(artifacts.read(at.work / left)["words"], before)


def test_a_damaged_checkpoint_is_named_and_left_alone(make_bench: MakeBench) -> None:
    path = stop(make_bench, "damaged", 2)
    half = path.read_bytes()[: path.stat().st_size // 2]
    for content in (half, b"", b"not a checkpoint"):
        path.write_bytes(content)
        with pytest.raises(FileDamaged, match=r"move it away.*student\.checkpoint\.npz"):
            train(make_bench("damaged"), "training")
        assert path.read_bytes() == content


def test_the_checkpoint_of_another_training_is_refused(make_bench: MakeBench) -> None:
    stop(make_bench, "foreign", 2)
    with pytest.raises(MadeFromOther, match=r"--work.*student\.checkpoint\.npz"):
        train(make_bench("foreign", steps=20), "training")
    train(make_bench("foreign"), "training")


def test_a_checkpoint_that_lacks_a_weight_is_refused(make_bench: MakeBench) -> None:
    path = stop(make_bench, "lacking", 2)
    arrays = artifacts.read(path)
    del arrays["student.places"]
    artifacts.write(path, arrays)
    with pytest.raises(FileDamaged, match="places"):
        train(make_bench("lacking"), "training")


@pytest.mark.parametrize(
    ("name", "stage"), [(bench.BASE, "reduction"), (bench.WORDS, "reduction"), (reduction.RESULT, "training")]
)
def test_a_damaged_model_is_named(make_bench: MakeBench, name: str, stage: str) -> None:
    at = make_bench("broken")
    (at.work / f"{stage}.json").unlink(missing_ok=True)
    (at.work / name).write_bytes(b"no archive")
    with pytest.raises(FileDamaged, match=name):
        train(at, stage)


def test_only_a_stage_whose_foundations_are_there_is_run(make_bench: MakeBench) -> None:
    with pytest.raises(StageMissing, match="training"):
        train(make_bench("unfounded"), "export")


def test_data_that_are_not_there_are_named_before_anything_is_made(make_bench: MakeBench, tmp_path: Path) -> None:
    at = make_bench("without", data=tmp_path / "nowhere")
    at.work = tmp_path / "new"
    with pytest.raises(DataMissing, match=r"--data.*nowhere/parallel"):
        train(at)
    assert not at.work.exists()
