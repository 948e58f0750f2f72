"""Commands of the nlu room: train, check, evaluate."""

import asyncio
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from bot import home, settings
from bot.cli.output import AsJson, err, out, write_json
from bot.desk import open_rasa
from bot.startup import Startup
from nlu.evaluation import check as find_problems
from nlu.evaluation import evaluate as run_evaluation
from nlu.keywords import KeywordUnderstander

HELD_OUT = Path(str(files("nlu").joinpath("heldout_blind.jsonl")))


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to `app`."""
    nlu = typer.Typer(help="The understanding of messages.", no_args_is_help=True)
    nlu.command()(train)
    nlu.command()(check)
    nlu.command()(evaluate)
    app.add_typer(nlu, name="nlu")


def train() -> None:
    """Train the Rasa model in its own environment, unless the one there is up to date."""
    configured = settings.load()
    with Startup(err).step("Training Rasa, unless that was done"):
        model = home.train_nlu(configured)
    out.print(f"The model is ready: {model}", markup=False)


def check(as_json: AsJson = False) -> None:
    """Check the training data: examples of every intent in every language, none of them held out for evaluation."""
    problems = find_problems()
    if as_json:
        write_json({"problems": problems})
    else:
        for problem in problems:
            out.print(problem, markup=False)
        out.print("The training data is in order." if not problems else f"{len(problems)} problems.")
    if problems:
        raise typer.Exit(1)


def evaluate(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Held-out messages, JSONL.")] = HELD_OUT,
    keywords: Annotated[bool, typer.Option("--keywords", help="Evaluate the keyword twin instead of Rasa.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print intent accuracy and entity F1, per language and per kind, on messages that were not trained on."""

    async def once() -> dict[str, Any]:
        if keywords:
            return dict(await run_evaluation(KeywordUnderstander(), file))
        async with open_rasa(settings.load(), Startup(err, lines=False)) as understander:
            return dict(await run_evaluation(understander, file))

    figures = asyncio.run(once())
    if as_json:
        write_json(figures)
        return
    table = Table("", "examples", "intent accuracy", "entity F1")
    for name, row in (*sorted(figures["languages"].items()), ("overall", figures["overall"])):
        table.add_row(name, *(_shown(row[column]) for column in ("examples", "intent_accuracy", "entity_f1")))
    out.print(table)
    kinds = Table("kind of entity", "F1")
    for kind, f1 in figures["kinds"].items():
        kinds.add_row(kind, _shown(f1))
    out.print(kinds)


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
