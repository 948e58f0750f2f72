"""The command line: `punte`."""

import sys

import typer
from rich.console import Console

from bot.cli import access, desk, evaluating, keeping, understanding
from bot.settings import unknown_settings
from knowledge.errors import PunteError
from nlu.errors import NluError

app = typer.Typer(
    help="Punte, a business support desk that talks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
desk.add_commands(app)
keeping.add_commands(app)
evaluating.add_commands(app)
understanding.add_commands(app)
access.add_commands(app)


def main() -> None:
    """Run one command; an error that the desk knows is one line, and the exit status 1."""
    errors = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    if strangers := unknown_settings():
        errors.print(f"punte: {', '.join(strangers)}: no such setting; see bot/README.md for their names.")
    try:
        app()
    except (PunteError, NluError) as error:
        errors.print(f"punte: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
