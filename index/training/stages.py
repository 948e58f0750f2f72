"""The stages of a training, in their order, and how they are walked: what is complete is not made again.

A new stage is a module with `run(bench, made_from)` and a line in `STAGES`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from index.training import artifacts, bag, bench, export, sharpening, teacher, transformer
from index.training.bench import Bench
from index.training.data import corpus
from index.training.data.sentences import ids, write
from index.training.errors import StageMissing, StageUnknown
from index.training.pieces import translations, vocabulary

Run = Callable[[Bench, str], None]


@dataclass(frozen=True)
class Stage:
    """What a stage does, the files or folders it leaves in the work folder, and what decides its result.

    `settings` are names of the recipe and `data` folders of the data; what the stages before depend on counts too.
    A stage that leaves nothing in the work folder is run each time.
    """

    name: str
    run: Run
    leaves: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    data: tuple[str, ...] = ()


def encode(at: Bench, made_from: str) -> None:
    """Let the teacher encode every English sentence."""
    teacher.vectors(at.english, at.work / bench.TEACHER, at.say, lambda: at.teacher)


def read(at: Bench, made_from: str) -> None:
    """Build the student's vocabulary, and turn all sentences into ids."""
    at.say(f"vocabulary: {len(at.texts):,} sentences")
    tokenizer = vocabulary.build(at.english_tokenizer, at.texts, at.recipe.pieces)
    with artifacts.replacing(at.work / bench.TOKENIZER) as partial:
        tokenizer.save(str(partial), pretty=False)
    write(at.work / bench.SENTENCES, ids(tokenizer, at.texts), ids(at.english_tokenizer, at.english))
    at.say(f"vocabulary: {tokenizer.get_vocab_size():,} pieces")


STAGES = (
    Stage("teacher", encode, (bench.TEACHER,), data=("parallel",)),
    Stage("vocabulary", read, (bench.TOKENIZER, bench.SENTENCES), ("pieces",)),
    Stage("alignment", translations.run, (translations.RESULT,)),
    Stage("bag", bag.run, (bag.RESULT,), ("seed", "temperature", "bag_rounds", "bag_batch", "bag_rate")),
    Stage(
        "transformer",
        transformer.run,
        (transformer.RESULT,),
        (
            "steps", "rate", "table_rate", "warm_up", "bag_length", "cosine", "alone", "bank", "round", "tokens",
            "batch", "english", "noise",
        ),
    ),
    Stage(
        "sharpening",
        sharpening.run,
        (sharpening.RESULT,),
        (
            "paragraphs", "sharpen_steps", "sharpen_rate", "sharpen_table_rate", "sharpen_english", "long", "asked",
            "asked_batch", "others", "near",
        ),
        data=("qa",),
    ),
    Stage("export", export.run),
)  # fmt: skip


def train(at: Bench, only: str | None = None) -> None:
    """Run the stages that are not complete, or just the one called `only`. Raises a `TrainingError`."""
    if only and only not in {stage.name for stage in STAGES}:
        raise StageUnknown(", ".join(stage.name for stage in STAGES))
    made_from = ""
    for stage in STAGES:
        settings: dict[str, Any] = {name: getattr(at.recipe, name) for name in stage.settings}
        files = [file for folder in stage.data for file in corpus.files(at.data / folder)]
        made_from = artifacts.fingerprint(made_from, settings, files)
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
