"""Commands for what goes out and who comes in: letters, token."""

from datetime import timedelta
from typing import Annotated, Any

import typer

from bot import home, settings
from bot.cli.output import AsJson, out, write_json
from knowledge.errors import InvalidInput
from knowledge.models import Delivery, now
from knowledge.programs import api_tokens
from knowledge.staff.accounts import list_staff
from knowledge.staff.audit import record
from knowledge.tickets import unreached

WORDS_SHOWN = 60


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to `app`."""
    dead = typer.Typer(help="Messages that reached nobody.", no_args_is_help=True)
    dead.command(name="list")(list_letters)
    dead.command(name="resend")(resend_letters)
    app.add_typer(dead, name="letters")
    token = typer.Typer(help="Tokens for programs.", no_args_is_help=True)
    token.command(name="add")(add_token)
    app.add_typer(token, name="token")


def list_letters(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many to show, the newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Print the messages that reached nobody: whom they were for, and why they did not arrive."""
    database = home.upgrade_database(settings.load())
    with database.reading() as session:
        found, _ = unreached.dead_letters(session, limit=limit)
        rows = [_row(delivery) for delivery in found]
    if as_json:
        write_json(rows)
        return
    if not rows:
        out.print("Every message has arrived or is on its way.")
    for row in rows:
        out.print(f"{row['id']:6}  {row['channel']} {row['address']}  {row['error']}", markup=False)
        out.print(f"        {row['text'][:WORDS_SHOWN]}", markup=False, style="dim")


def resend_letters(
    ids: Annotated[list[int] | None, typer.Argument(help="The numbers that `punte letters list` shows.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Send all of them again.")] = False,
) -> None:
    """Send messages again that reached nobody; the running desk takes them up at once."""
    if bool(ids) == everything:
        raise typer.BadParameter("name some messages, or give --all")
    database = home.upgrade_database(settings.load())
    with database.transaction() as session:
        chosen = ids or [delivery.id for delivery in unreached.dead_letters(session, limit=10_000)[0]]
        for delivery_id in chosen:
            unreached.resend(session, delivery_id)
            record(session, "cli", "letters.resend", str(delivery_id))
    out.print(f"{len(chosen)} messages are sent again.")


def add_token(
    email: Annotated[str, typer.Argument(help="The account under whose name the program acts.")],
    scope: Annotated[list[api_tokens.Scope], typer.Option(help="What it may do; may be repeated.")],
    name: Annotated[str, typer.Option(help="What the token is for.")] = "command line",
    days: Annotated[int | None, typer.Option(min=1, help="How long it holds; by default until it is revoked.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a token for a program and print it; it is shown this once."""
    database = home.upgrade_database(settings.load())
    with database.transaction() as session:
        staff = next((each for each in list_staff(session) if each.active and each.email == email.lower()), None)
        if staff is None:
            raise InvalidInput(f"{email} has no account; make one with `punte user add`")
        expires_at = now() + timedelta(days=days) if days else None
        made, token = api_tokens.make_token(session, staff, name, scope, expires_at)
        record(session, "cli", "token.create", staff.email, {"name": name, "scopes": [str(each) for each in scope]})
    if as_json:
        write_json({"id": made.id, "email": staff.email, "name": name, "scopes": scope, "token": token})
    else:
        out.print(token, markup=False)


def _row(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "channel": delivery.channel,
        "address": delivery.address,
        "text": " ".join(delivery.message.text.split()),
        "error": delivery.error or "",
        "attempts": delivery.attempts,
        "permanent": delivery.permanent,
        "failed_at": delivery.failed_at,
    }
