"""The stages of a training, in their order, and how they are walked: what is complete is not made again.

A new stage is a module with `run(bench, made_from)` and a line in `STAGES`.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from index.everyday import entries
from index.training import artifacts, base, bench, export, reduction, teacher, training, vocabulary
from index.training.bench import Bench
from index.training.data import corpus
from index.training.errors import StageMissing, StageUnknown

Run = Callable[[Bench, str], None]


@dataclass(frozen=True)
class Stage:
    """What a stage does, the files or folders it leaves in the work folder, and what decides its result.

    `settings` are names of the recipe and `reads` gives the files that are read; what the stages before depend on
    counts too. A stage that leaves nothing in the work folder is run each time.
    """

    name: str
    run: Run
    leaves: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    reads: Callable[[Bench], list[Path]] = lambda _: []


def _base(at: Bench) -> list[Path]:
    source = at.source()
    return [source.weights, source.tokenizer]


def _texts(at: Bench) -> list[Path]:
    aligned, asked = corpus.files(at.data / "parallel"), corpus.files(at.data / "qa")
    return [*aligned, *asked, at.everyday_file, *entries.entry_files(at.entries_file)]


STAGES = (
    Stage("base", base.run, (bench.BASE, bench.BASE_WORDS, bench.BASE_TOKENIZER), reads=_base),
    Stage("vocabulary", vocabulary.run, (bench.TOKENIZER, bench.WORDS), ("least",), _texts),
    Stage("teacher", teacher.run, teacher.RESULTS, ("seed", "english", "strangers", "teacher_pieces")),
    Stage(
        "reduction",
        reduction.run,
        (reduction.RESULT,),
        ("layers", "reduced_by", "in_english", "sentences", "questions", "everyday", "passages"),
    ),
    Stage(
        "training",
        training.run,
        (training.RESULT,),
        ("steps", "rate", "table_rate", "warm_up", "temperature"),
    ),
    Stage("export", export.run, settings=("longest",)),
)  # fmt: skip


def train(at: Bench, only: str | None = None) -> None:
    """Run the stages that are not complete, or just the one called `only`. Raises a `TrainingError`."""
    if only and only not in {stage.name for stage in STAGES}:
        raise StageUnknown(", ".join(stage.name for stage in STAGES))
    recipe = asdict(at.recipe)
    # What is missing is said before the first stage has worked for minutes.
    read = {stage.name: stage.reads(at) for stage in STAGES}
    made_from = ""
    for stage in STAGES:
        settings = {name: recipe[name] for name in stage.settings}
        made_from = artifacts.fingerprint(made_from, settings, read[stage.name])
        mark = at.work / f"{stage.name}.json"
        if (
            stage.leaves
            and artifacts.marked(mark, made_from)
            and all((at.work / left).exists() for left in stage.leaves)
        ):
            at.say(f"{stage.name}: complete")
        elif only and stage.name != only:
            raise StageMissing(stage.name)
        else:
            stage.run(at, made_from)
            if stage.leaves:
                artifacts.mark(mark, made_from, settings)
        if stage.name == only:
            return
