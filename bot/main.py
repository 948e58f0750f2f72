"""The one place where the desk is wired: real parts from the settings, started together and stopped together."""

import asyncio
import logging
import secrets
import signal
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from importlib.resources import files
from logging.handlers import RotatingFileHandler
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from rich.console import Console

import admin_api
from bot import subscriptions
from bot.channels.telegram import TelegramChannel
from bot.channels.web import create_router as create_chat_router
from bot.conversation import Conversation
from bot.outbox import Outbox
from bot.policy import Thresholds
from bot.rendering import outgoing_of
from bot.settings import Settings
from index.encoder import load as load_encoder
from index.library import Search
from knowledge.database import Database
from knowledge.errors import PunteError
from knowledge.importing import import_file
from knowledge.models import EntryState, Role
from knowledge.staff import first_admin_password
from nlu.client import RasaUnderstander
from nlu.fallback import WithFallback
from nlu.keywords import KeywordUnderstander
from nlu.language import LanguageDetector
from nlu.server import RasaServer

log = logging.getLogger("punte")

NEWS_EVERY_S = 5.0


class PortTaken(PunteError):
    """The port is taken; stop what listens there or set PUNTE_PORT to another one."""


@dataclass(frozen=True)
class Desk:
    """The parts of a desk that runs without any channel yet."""

    settings: Settings
    database: Database
    search: Search
    detector: LanguageDetector
    conversation: Conversation
    understander: WithFallback


def today() -> date:
    """Return the day in UTC."""
    return datetime.now(UTC).date()


def run(settings: Settings, console: Console) -> None:
    """Serve until Ctrl-C or a termination signal."""
    asyncio.run(serve(settings, console))


async def serve(settings: Settings, console: Console) -> None:
    """Start every part of the desk, say where to open it, and stop everything at the end."""
    began = time.monotonic()
    with _bound_socket(settings) as listening:
        async with AsyncExitStack() as stack:
            desk = await stack.enter_async_context(open_desk(settings, console))
            application, channels = await _assemble(desk, stack)
            server = _Server(uvicorn.Config(application, log_config=None, access_log=False, timeout_graceful_shutdown=3))
            for each in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(each, server.stop)
            server.ready = partial(_announce, settings, console, began, channels, desk.database)
            await server.serve(sockets=[listening])
            console.print("Stopping ...")
    console.print("Punte has stopped.")


def _announce(
    settings: Settings, console: Console, began: float, telegram: TelegramChannel | None, database: Database
) -> None:
    with database.transaction() as session:
        password = first_admin_password(session, settings.admin_email)
    base = f"http://{'127.0.0.1' if settings.host in ('0.0.0.0', '::') else settings.host}:{settings.port}"
    lines = [
        f"Punte is ready after {time.monotonic() - began:.0f} s.",
        f"  Chat      {base}/",
        f"  Console   {base}/admin",
        f"  API       {base}/docs",
        f"  Telegram  {'starting' if telegram else 'off; set PUNTE_TELEGRAM_TOKEN to answer there'}",
        f"  Home      {settings.home}",
    ]
    if password:
        lines.append(f"  Log in as {settings.admin_email} with the one-time password {password}")
    lines.append("Ctrl-C stops it.")
    console.print("\n".join(lines), markup=False)


@asynccontextmanager
async def open_desk(settings: Settings, console: Console) -> AsyncIterator[Desk]:
    """Open the parts that answer questions, without any channel; what they started stops at the end."""
    _log_to(settings)
    async with AsyncExitStack() as stack:
        database = await asyncio.to_thread(open_database, settings, console)
        stack.callback(database.close)
        with console.status("Loading the encoder ..."):
            encoder = await asyncio.to_thread(load_encoder, settings.encoder, threads=settings.encoder_threads)
        search = Search(database, encoder)
        stack.callback(search.close)
        await asyncio.to_thread(build_index, search, console)
        detector = LanguageDetector()
        understander = WithFallback(RasaUnderstander(settings.nlu_url, settings.nlu_timeout), KeywordUnderstander())
        stack.push_async_callback(understander.close)
        limits = Thresholds(answer=settings.answer_threshold, clarify=settings.clarify_threshold)
        conversation = Conversation(database, understander, detector, search, limits)
        yield Desk(settings, database, search, detector, conversation, understander)
