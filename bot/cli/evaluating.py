"""The command that measures: evaluate."""

import asyncio
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from bot import settings
from bot.cli.output import AsJson, err, out, progress, write_json
from bot.desk import open_desk
from bot.startup import Startup
from index.encoding.encoder import load as load_encoder
from index.measuring.evaluation import GoldenQuestion, read_questions
from index.measuring.evaluation import evaluate as ask_golden
from index.measuring.kinds import Sample, kind, measure
from index.measuring.names import WAYS
from index.measuring.names import figures as ask_names
from knowledge import clock
from knowledge.database import Database
from knowledge.entries.store import EntryQuery, find_entries
from knowledge.models import EntryState, Kind

Samples = Annotated[
    list[Path] | None,
    typer.Argument(
        exists=True,
        readable=True,
        help="Golden questions (.jsonl: id, lang, question, relevant_ids) for the whole desk; for the encoder, folders "
        "of sentences in languages (as SIB-200 or Tatoeba), rated sentences (.tsv, as STS), questions with marked "
        "answers (NAME.LANGUAGE.json, as XQuAD), questions with passages (.tsv.gz).",
    ),
]
Encoder = Annotated[
    str | None, typer.Option("--encoder", help="The encoder to measure: a folder or a name; by default the desk's.")
]
Names = Annotated[bool, typer.Option("--names", help="Ask for every organisation and expert by name, misspelt too.")]
_ROW = "languages"
_ASKED_BY_NAME = 1000


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to `app`."""
    app.command()(evaluate)


def evaluate(samples: Samples = None, encoder: Encoder = None, names: Names = False, as_json: AsJson = False) -> None:
    """Print how good the search, its probability, the encoder and the quotes are, on samples told by their form."""
    samples = samples or []
    if not samples and not names:
        raise typer.BadParameter("name a sample, or --names")
    golden = [path for path in samples if kind(path) is Sample.GOLDEN]
    others = [path for path in samples if path not in golden]
    questions = [question for path in golden for question in read_questions(path)]
    configured = settings.load()
    if encoder is not None:
        configured = configured.model_copy(update={"encoder": encoder})
    report: dict[str, Any] = {"encoder": configured.encoder}
    if others:
        report |= _measured(others, configured.encoder)
    if questions or names:
        report |= asyncio.run(_asked(questions, names, configured))
    if as_json:
        write_json(report)
    else:
        _show(report)


def _measured(paths: Sequence[Path], encoder: str) -> dict[str, Any]:
    """Return figures by kind of sample and by path."""
    model = load_encoder(encoder, threads=os.cpu_count() or 1)
    report: dict[str, Any] = {"encoder": model.name}
    with progress("Encoding") as told:
        for measurement in measure(paths, model, told):
            report.setdefault(measurement.sample, {})[measurement.name] = measurement.figures
    return report


async def _asked(questions: Sequence[GoldenQuestion], names: bool, configured: settings.Settings) -> dict[str, Any]:
    report: dict[str, Any] = {}
    async with open_desk(configured, Startup(err, lines=False)) as desk:
        if questions:
            report |= await asyncio.to_thread(
                ask_golden, desk.search, questions, configured.answer_threshold, today=clock.today()
            )
        if names:
            report["names"] = await asyncio.to_thread(ask_names, desk.search, _names(desk.database), clock.today())
    return report


def _names(database: Database) -> list[tuple[str, str]]:
    """Return reference and name of the published organisations and experts, at most a thousand."""
    query = EntryQuery(kinds=(Kind.ORGANISATION, Kind.EXPERT), states=(EntryState.PUBLISHED,))
    with database.reading() as session:
        return [(entry.reference, entry.title) for entry in find_entries(session, query, limit=_ASKED_BY_NAME)[0]]


def _show(report: dict[str, Any]) -> None:
    for sample, columns in (
        (Sample.ALIGNED, ("sentences", "to_english", "from_english")),
        (Sample.TATOEBA, ("sentences", "to_english", "from_english")),
        (Sample.READING, ("questions", "passages", "encoder", "search", "sentence", "quote")),
        (Sample.PAIRS, ("questions", "words", "encoder", "quoted")),
    ):
        for name, figures in report.get(sample, {}).items():
            rows = [*figures[_ROW].items(), ("mean", figures["mean"])] if _ROW in figures else figures.items()
            _show_table(name, columns, rows)
    for name, figures in report.get(Sample.RATED, {}).items():
        _show_table(name, ("correlation",), [(pair, {"correlation": value}) for pair, value in figures.items()])
    if "names" in report:
        _show_table("names", tuple(WAYS), [(f"{report['names']['names']} organisations and experts", report["names"])])
    if "overall" in report:
        _show_golden(report)


def _show_golden(report: dict[str, Any]) -> None:
    columns = ("questions", "hit@1", "hit@5", "hit@10", "mrr", "answered", "declined")
    _show_table("golden questions", columns, [*report["languages"].items(), ("overall", report["overall"])])
    trust = report["probability"]
    _show_table(
        "by probability",
        ("questions", "probability", "right"),
        [(f"from {row['from']}", row) for row in trust["reliability"]],
    )
    _show_table(
        "by threshold",
        ("answered", "right_answered", "wrong", "declined"),
        [(str(row["threshold"]), row) for row in report["thresholds"]],
    )
    out.print(
        f"An answerable question is more probable than another with {_cell(trust['auroc'])}; probabilities are "
        f"{_cell(trust['calibration_error'])} from the truth; of questions whose first entry is right, "
        f"{_cell(trust['at_threshold']['right_answered'])} are answered at {report['threshold']}."
    )
    latency = report["latency_ms"]
    out.print(f"A question takes p50 {latency['p50']} ms, p95 {latency['p95']} ms, p99 {latency['p99']} ms.")
    for warning in report["warnings"]:
        err.print(f"punte: {warning}", markup=False)


def _show_table(title: str, columns: Sequence[str], rows: Iterable[tuple[str, dict[str, Any]]]) -> None:
    table = Table("", *columns, title=title, title_justify="left")
    for name, row in rows:
        table.add_row(name, *(_cell(row.get(column)) for column in columns))
    out.print(table)


def _cell(value: float | None) -> str:
    return "-" if value is None else str(value) if isinstance(value, int) else f"{value:.3f}"
