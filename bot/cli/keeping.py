"""Commands that keep the desk: import, reindex, user, db."""

import os
import time
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from bot import home, settings
from bot.cli.output import AsJson, out, progress, write_json
from index.encoding.encoder import load as load_encoder
from index.live.service import SearchService
from index.live.vector_cache import forget as forget_vectors
from knowledge.importing import ImportReport, RowOutcome, import_file
from knowledge.models import EntryState, Role
from knowledge.staff.accounts import create_staff
from knowledge.staff.audit import record
from nlu.language import LanguageDetector

REFUSED_SHOWN = 20

Files = Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="Files to read.")]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to `app`."""
    app.command(name="import")(import_files)
    app.command()(reindex)
    user = typer.Typer(help="Staff accounts.", no_args_is_help=True)
    user.command(name="add")(add_user)
    app.add_typer(user, name="user")
    db = typer.Typer(help="The database.", no_args_is_help=True)
    db.command(name="upgrade")(upgrade_database)
    app.add_typer(db, name="db")


def import_files(
    files: Files,
    mapping: Annotated[
        str | None, typer.Option(help="A column mapping: a built-in one's name, or a YAML file.")
    ] = None,
    partial: Annotated[bool, typer.Option("--partial", help="Take the good rows of a file that has bad ones.")] = False,
    draft: Annotated[
        bool, typer.Option("--draft", help="New entries wait for a curator instead of being found.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring entries in from JSONL, CSV or YAML files; a running desk finds them within a second."""
    database = home.open_database(settings.load())
    detector = LanguageDetector()
    reports = []
    for file in files:
        with progress(file.name) as show:
            reports.append(
                import_file(
                    database,
                    file,
                    source=file.name,
                    detect=detector.detect,
                    mapping=mapping,
                    all_or_nothing=not partial,
                    state=EntryState.DRAFT if draft else EntryState.PUBLISHED,
                    progress=show,
                )
            )
        if not as_json:
            _show_report(reports[-1])
    with database.transaction() as session:
        for report in reports:
            record(session, "cli", "import", report.file, {"summary": report.summary(), "written": report.written})
    if as_json:
        write_json([{**asdict(report), "counts": report.counts()} for report in reports])
    if not all(report.written for report in reports):
        raise typer.Exit(1)


def _show_report(report: ImportReport) -> None:
    by = f", by the mapping {report.mapping}" if report.mapping else ""
    out.print(f"{report.file} ({report.format}{by}): {report.summary()} in {report.seconds} s", markup=False)
    for row in islice(report.refused(), REFUSED_SHOWN):
        out.print(f"  line {row.line}: {row.reference} {row.problem}", markup=False)
    refused = report.counts()[RowOutcome.REFUSED]
    if refused > REFUSED_SHOWN:
        out.print(f"  … and {refused - REFUSED_SHOWN} more; --json lists every row")
    for name, count in sorted(report.unknown_fields.items()):
        out.print(f"  unknown field {name} in {count} rows: kept with the entry", markup=False)
    if not report.written:
        out.print("  Nothing was stored: correct the file, or give --partial to take its good rows.", style="yellow")


def reindex(as_json: AsJson = False) -> None:
    """Encode every passage anew and build the index from nothing."""
    configured = settings.load()
    database = home.open_database(configured)
    began = time.monotonic()
    encoder = load_encoder(configured.encoder, threads=os.cpu_count() or 1)
    forget_vectors(database, encoder.name)
    with progress("Encoding") as show:
        SearchService(database, encoder, folder=home.index_folder(configured)).rebuild(show)
    seconds = round(time.monotonic() - began, 1)
    if as_json:
        write_json({"encoder": encoder.name, "seconds": seconds})
    else:
        out.print(f"The index was built anew with {encoder.name} in {seconds} s.", markup=False)


def add_user(
    email: Annotated[str, typer.Argument(help="The e-mail address to log in with.")],
    role: Annotated[Role, typer.Option(help="What the person may do.")] = Role.EXPERT,
    name: Annotated[str, typer.Option(help="The name that askers see.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make an account and print its one-time password."""
    database = home.open_database(settings.load())
    with database.transaction() as session:
        staff, password = create_staff(session, email, name, role)
        record(session, "cli", "staff.create", staff.email, {"role": str(role)})
    if as_json:
        write_json({"email": staff.email, "role": staff.role, "password": password})
    else:
        out.print(f"{staff.email} ({role}) may log in with the one-time password {password}", markup=False)


def upgrade_database() -> None:
    """Bring the database's tables to this version of Punte."""
    configured = settings.load()
    home.upgrade_database(configured)
    out.print("The database is up to date.")
