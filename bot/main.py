"""The one place where the desk is wired: real parts from the settings, started together and stopped together."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr
from rich.console import Console
from rich.progress import Progress

from admin_api.app import install
from admin_api.http.deps import Deps
from bot.channels import web
from bot.channels.email import EmailSender, NoEmail
from bot.channels.telegram import POLLING, TelegramChannel
from bot.delivery import subscriptions
from bot.delivery.outbox import Outbox, Sender
from bot.delivery.wakeups import WakeAfterWriting, Wakeups, WakingConversation
from bot.delivery.webhooks import WebhookCaller
from bot.delivery.workers import Workers, process_name
from bot.dialogue.policy import Thresholds
from bot.home import desk_key, index_folder, log_to, open_database, train_nlu
from bot.lookups import SentFiles, content, message_named
from bot.serving import Server, listen
from bot.settings import Settings
from bot.staff import StaffConversation, StaffWords
from bot.turns.conversation import Conversation
from bot.turns.follow_links import FollowLinks
from bot.warming import warm_up
from bot.wording.rendering import outgoing_of
from index.encoding.encoder import load as load_encoder
from index.encoding.encoder import rough as rough_encoder
from index.live.service import SearchService
from index.model import Progress as Told
from index.ranking.quoting import Quoter
from knowledge.clock import today
from knowledge.database import Database
from knowledge.errors import PunteError
from knowledge.retrying import repeat
from knowledge.staff.accounts import first_admin_password
from nlu.errors import EnvironmentMissing, NluError
from nlu.fallback import WithFallback
from nlu.keywords import KeywordUnderstander
from nlu.language import LanguageDetector
from nlu.rasa.client import RasaUnderstander
from nlu.rasa.server import RasaServer
from nlu.understanding import Understander

NEWS_EVERY_S = 5.0
POLLING_HELD_S = 10.0
"""How long the right to poll Telegram outlives a process that died with it."""


@dataclass(frozen=True)
class Desk:
    """The parts of a desk that answer, without any channel."""

    settings: Settings
    database: Database
    search: SearchService
    detector: LanguageDetector
    conversation: Conversation
    follow_links: FollowLinks


def run(settings: Settings, console: Console) -> None:
    """Serve until Ctrl-C or a termination signal."""
    with listen(settings.host, settings.port) as listening:
        model = _model_for(settings, console)
        asyncio.run(_serve(settings, listening, model, console))


async def _serve(settings: Settings, listening: socket.socket, model: Path | None, console: Console) -> None:
    began = time.monotonic()
    async with AsyncExitStack() as stack:
        stack.callback(console.print, "Punte has stopped.")
        nlu_url = settings.nlu_url
        if model is not None:
            rasa = RasaServer(model, settings.nlu_python, settings.home / "logs" / "rasa.log")
            await stack.enter_async_context(rasa)
            nlu_url = rasa.url
        desk = await stack.enter_async_context(open_desk(settings, console, nlu_url, at_once=True))
        application = _application(desk, lambda: server.should_exit)
        server = Server(uvicorn.Config(application, log_config=None, access_log=False, ws_max_size=2**20))
        server.config.timeout_graceful_shutdown = 3
        server.announce = lambda: _announce(desk, model, began, console)
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, server.stop)
        await server.serve(sockets=[listening])
        console.print("Stopping ...")


@asynccontextmanager
async def open_desk(
    settings: Settings, console: Console, nlu_url: str | None = None, *, at_once: bool = False
) -> AsyncIterator[Desk]:
    """Open the parts that answer questions; `nlu_url` is a running Rasa, without one the keyword twin understands.

    `at_once` begins with rough vectors where very much waits to be encoded, for a desk that watches its search.
    """
    log_to(settings)
    async with AsyncExitStack() as stack:
        database = await asyncio.to_thread(open_database, settings, console)
        stack.callback(database.close)
        with console.status("Loading the encoder ..."):
            encoder = await asyncio.to_thread(load_encoder, settings.encoder, threads=os.cpu_count() or 1)
        rough = rough_encoder(encoder) if at_once else None
        search = SearchService(database, encoder, rough=rough, folder=index_folder(settings))
        stack.callback(search.close)
        with _progress(console, "Indexing") as told:
            await asyncio.to_thread(search.build, told)
        encoder.use_threads(settings.encoder_threads)
        understander = understander_at(nlu_url or settings.nlu_url, settings)
        stack.push_async_callback(understander.close)
        detector = LanguageDetector()
        await warm_up(detector)
        limits = Thresholds(answer=settings.answer_threshold, clarify=settings.clarify_threshold)
        quote = Quoter(encoder).quote
        links = FollowLinks(settings.public_url)
        conversation = Conversation(database, understander, detector, search, limits, quote=quote, follow_links=links)
        yield Desk(settings, database, search, detector, conversation, links)


def understander_at(url: str | None, settings: Settings) -> Understander:
    """Return the Rasa at `url` with the keyword twin behind it, or the twin alone."""
    twin = KeywordUnderstander()
    return WithFallback(RasaUnderstander(url, settings.nlu_timeout), twin) if url else twin


@asynccontextmanager
async def open_rasa(settings: Settings, console: Console) -> AsyncIterator[Understander]:
    """Open the desk's Rasa alone, with no twin behind it: the one of PUNTE_NLU_URL, else one started for this."""
    async with AsyncExitStack() as stack:
        url = settings.nlu_url
        if url is None:
            with console.status("Starting Rasa ..."):
                server = RasaServer(train_nlu(settings), settings.nlu_python, settings.home / "logs" / "rasa.log")
                await stack.enter_async_context(server)
                await server.wait_ready()
            url = server.url
        understander = RasaUnderstander(url, 10.0)
        stack.push_async_callback(understander.close)
        yield understander


def _application(desk: Desk, stopping: Callable[[], bool]) -> FastAPI:
    """Return the web application; what runs beside it starts and stops with its lifespan.

    `stopping` says whether the server was told to stop.
    """
    settings, database, wakeups = desk.settings, desk.database, Wakeups()
    conversation = WakingConversation(desk.conversation, wakeups)
    senders: dict[str, Sender] = {"email": _email(settings, database)}
    name, words = process_name(), StaffWords(outgoing_of, settings.public_url)
    outbox = Outbox(database, senders, words.outgoing_of, holder=name, gave_up=wakeups.wake)
    wakeups.listen(outbox.notify)
    telegram: TelegramChannel | None = None

    async def offer_desk(address: str, tag: str, described: dict[str, str] | None) -> None:
        if telegram is not None:
            await telegram.offer_desk(address, tag, described)

    if settings.telegram_token:
        telegram = TelegramChannel(
            settings.telegram_token.get_secret_value(),
            WakingConversation(StaffConversation(database, desk.conversation, words, offer_desk), wakeups),
            outbox.deliver,
            api_url=settings.telegram_api_url,
            webhook_url=settings.telegram_webhook_url,
            webhook_secret=_shown(settings.telegram_webhook_secret),
            my_turn=lambda: asyncio.to_thread(workers.hold, POLLING, POLLING_HELD_S),
            find_message=partial(message_named, database, "telegram"),
            files=SentFiles(database),
        )
        senders["telegram"] = telegram
        desk.follow_links.telegram_name = lambda: telegram.username
    webhooks = WebhookCaller(database, name)
    workers = Workers(
        database,
        name,
        wakeups,
        staff_channels=[*(["telegram"] if telegram else []), *(["email"] if settings.smtp_url else [])],
        fall_back_after=timedelta(minutes=settings.web_fallback_minutes) if settings.smtp_url else None,
        shared=telegram.share_pace if telegram else lambda alive: None,
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            await running.enter_async_context(workers)
            news = repeat(partial(_news, database, outbox), NEWS_EVERY_S, "Subscribers cannot be told")
            for work in (desk.search.watch(), outbox.run(), webhooks.run(), news):
                task = asyncio.create_task(work)
                running.push_async_callback(_end, task)
            if telegram:
                await running.enter_async_context(telegram)
            yield

    application = FastAPI(title="Punte", description="A business support desk that talks.", lifespan=lifespan)
    application.add_middleware(WakeAfterWriting, wakeups=wakeups)
    install(
        application,
        Deps(
            database=database,
            search=desk.search,
            detect=desk.detector.detect,
            checks=_checks(desk),
            encode=desk.search.encode_sync,
            stopping=stopping,
            telegram_name=lambda: desk.follow_links.telegram_name(),
        ),
    )
    application.include_router(
        web.create_router(conversation, database, outgoing_of, secret=desk_key(settings), listen=wakeups.listen)
    )
    if telegram:
        application.router.routes.extend(telegram.routes())
    return application


def _email(settings: Settings, database: Database) -> Sender:
    if settings.smtp_url is None:
        return NoEmail()
    return EmailSender(settings.smtp_url.get_secret_value(), settings.mail_from, partial(content, database))


def _shown(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def _checks(desk: Desk) -> dict[str, Callable[[], Awaitable[str | None]]]:
    """Return what readiness is asked of: each check gives None, or what is wrong."""

    async def database() -> str | None:
        try:
            await asyncio.to_thread(desk.database.check)
        except PunteError as error:
            return str(error)
        return None

    async def index() -> str | None:
        return None if desk.search.ready else "The index is still being built."

    return {"database": database, "index": index}


async def _news(database: Database, outbox: Outbox) -> None:
    if await asyncio.to_thread(subscriptions.write_news, database, today):
        outbox.notify()


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


def _model_for(settings: Settings, console: Console) -> Path | None:
    """Return the model for the desk's own Rasa; None when another Rasa is set or none can be had."""
    if settings.nlu_url:
        return None
    try:
        with console.status("Preparing the Rasa model; the first time this takes a minute or two ..."):
            return train_nlu(settings)
    except EnvironmentMissing:
        console.print("Rasa's environment is missing, so the keyword twin understands; `make setup` builds it.")
    except NluError as error:
        console.print(f"Rasa is left out, and the keyword twin understands: {error}", markup=False)
    return None


def _announce(desk: Desk, model: Path | None, began: float, console: Console) -> None:
    settings = desk.settings
    with desk.database.transaction() as session:
        password = first_admin_password(session, settings.admin_email)
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    base = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    rasa = settings.nlu_url or ("our own, starting" if model else "none, the keyword twin understands")
    lines = [
        f"Punte is ready after {time.monotonic() - began:.0f} s.",
        f"  Chat      {base}/",
        f"  Console   {base}/admin",
        f"  API       {base}/docs",
        f"  Telegram  {'on' if settings.telegram_token else 'off; set PUNTE_TELEGRAM_TOKEN to answer there'}",
        f"  Rasa      {rasa}",
        f"  Home      {settings.home}",
    ]
    if password:
        lines.append(f"  Log in as {settings.admin_email} with the one-time password {password}")
    console.print("\n".join([*lines, "Ctrl-C stops it."]), markup=False)


@contextmanager
def _progress(console: Console, label: str) -> Iterator[Told]:
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
