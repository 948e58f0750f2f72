"""Commands that keep the desk: import, reindex, evaluate, user, db."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot import main, settings
from bot.cli.output import AsJson, err, out, progress, write_json
from index.evaluation import evaluate as run_evaluation
from index.evaluation import read_questions
from knowledge.importing import import_file
from knowledge.models import EntryState, Role
from knowledge.staff import create_staff, record

Files = Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="Files to read.")]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to `app`."""
    app.command(name="import")(import_files)
    app.command()(reindex)
    app.command()(evaluate)
    user = typer.Typer(help="Staff accounts.", no_args_is_help=True)
    user.command(name="add")(add_user)
    app.add_typer(user, name="user")
    db = typer.Typer(help="The database.", no_args_is_help=True)
    db.command(name="upgrade")(upgrade_database)
    app.add_typer(db, name="db")


def reindex(as_json: AsJson = False) -> None:
    """Encode every passage anew and build the index from nothing."""
    configured = settings.load()
    database = main.open_database(configured)
    with progress("Encoding") as show:
        passages, seconds = main.reindex(configured, database, show)
    if as_json:
        write_json({"passages": passages, "seconds": round(seconds, 2)})
    else:
        out.print(f"{passages} passages indexed in {seconds:.1f} s.")


def add_user(
    email: Annotated[str, typer.Argument(help="The e-mail address to log in with.")],
    role: Annotated[Role, typer.Option(help="What the person may do.")] = Role.EXPERT,
    name: Annotated[str, typer.Option(help="The name that askers see.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make an account and print its one-time password."""
    database = main.open_database(settings.load())
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
    main.upgrade_database(configured)
    out.print("The database is up to date.")
