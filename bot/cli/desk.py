"""Commands that talk with the desk: serve, ask, chat, search."""

import asyncio
import getpass
import readline
import socket
import sys
from functools import partial
from typing import Annotated

import typer

from bot import settings
from bot.channels.console import ConsoleChat, show, talk
from bot.cli.output import AsJson, err, out, write_json
from bot.desk import open_desk
from bot.messages import OutgoingMessage
from bot.startup import Startup
from index.model import Filters
from knowledge import clock
from knowledge.entries.store import get_entries
from knowledge.languages import parse_tag
from knowledge.models import Kind

_PROMPT = "> "


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to `app`."""
    app.command()(serve)
    app.command()(ask)
    app.command()(chat)
    app.command()(search)


def serve() -> None:
    """Start the whole desk: web chat, console, Rasa, and Telegram when a token is set. Ctrl-C stops it."""
    # The web server and the channels take seconds to load, for which no other command waits.
    from bot.main import run

    run(settings.load(), err)


def _language(value: str | None) -> str | None:
    if value is None:
        return None
    tag = parse_tag(value)
    if tag is None:
        raise typer.BadParameter(f"{value} is not one of the desk's languages")
    return tag


Language = Annotated[
    str | None, typer.Option(callback=_language, help="The language of your app, such as bg or sr-Latn.")
]


def ask(
    question: Annotated[str, typer.Argument(help="The question, in any of the desk's languages.")],
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Ask one question and print the answer."""

    async def once() -> None:
        async with open_desk(settings.load(), Startup(err, lines=False)) as desk:
            chat = ConsoleChat(desk.database, desk.conversation, language)
            try:
                replies = await chat.say(question)
            finally:
                await chat.forget()
        if as_json:
            write_json([reply.model_dump(mode="json") for reply in replies])
        else:
            for reply in replies:
                show(out, reply)

    asyncio.run(once())


def chat(language: Language = None) -> None:
    """Talk with the desk in the terminal; #1 presses the first button, an empty line or Ctrl-D ends.

    An expert's answer appears as soon as it is there, also while you write, and else at the next start: the
    conversation goes on where you left it. /tickets lists your questions, /new begins anew, /delete forgets it all.
    """

    async def conversation() -> None:
        async with open_desk(settings.load(), Startup(err, lines=False)) as desk:
            address = f"{getpass.getuser()}@{socket.gethostname()}"
            console_chat = ConsoleChat(desk.database, desk.conversation, language, address)
            out.print(
                "Write a question; #1 presses the first button; an empty line ends. Experts' answers appear here, "
                "now or at the next start.",
                style="dim",
            )
            await talk(console_chat, _read_line, partial(show, out), _interrupt)

    asyncio.run(conversation())


def _read_line() -> str:
    try:
        return input(_PROMPT).strip()
    except EOFError:
        return ""


def _interrupt(reply: OutgoingMessage) -> None:
    """Show what came while a line is written, and then the line as far as it is written."""
    at_terminal = out.is_terminal and sys.stdin.isatty()
    if at_terminal:
        sys.stdout.write("\r\x1b[K")
    show(out, reply)
    if at_terminal:
        sys.stdout.write(_PROMPT + readline.get_line_buffer())
        sys.stdout.flush()


def search(
    question: Annotated[str, typer.Argument(help="Words or a question.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many entries to show.")] = 10,
    kind: Annotated[list[Kind] | None, typer.Option(help="Only entries of this kind; may be repeated.")] = None,
    country: Annotated[list[str] | None, typer.Option(help="Only this ISO country code; may be repeated.")] = None,
    sector: Annotated[list[str] | None, typer.Option(help="Only this sector's code; may be repeated.")] = None,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Print the entries that the desk finds, with their scores."""

    async def once() -> None:
        filters = Filters(
            kinds=tuple(kind or ()),
            countries=tuple(code.upper() for code in country or ()),
            sectors=tuple(sector or ()),
        )
        async with open_desk(settings.load(), Startup(err, lines=False)) as desk:
            result = await desk.search.search(question, filters, language=language, today=clock.today(), limit=limit)
            with desk.database.reading() as session:
                entries = get_entries(session, [hit.entry_id for hit in result.hits])
        rows = [
            {
                "reference": hit.reference,
                "title": entries[hit.entry_id].title,
                "kind": entries[hit.entry_id].kind,
                "language": entries[hit.entry_id].language,
                "url": entries[hit.entry_id].url,
                "score": round(hit.score, 4),
                "dense": round(hit.dense, 4),
                "lexical": round(hit.lexical, 4),
            }
            for hit in result.hits
        ]
        if as_json:
            write_json({"probability": result.probability, "candidates": result.candidates, "hits": rows})
            return
        out.print(
            f"probability that the first answers: {result.probability:.2f}; {result.candidates} entries looked at"
        )
        for number, row in enumerate(rows, 1):
            out.print(f"{number:3}. {row['score']:7.3f}  {row['title']}  [{row['reference']}]", markup=False)

    asyncio.run(once())
