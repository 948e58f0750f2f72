"""The one place where the desk is wired: real parts from the settings, started together and stopped together."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from rich.console import Console

from admin_api.app import install
from admin_api.http.deps import Deps
from bot.channels.channel import Channel, DeskParts
from bot.channels.registry import CHANNELS, Builder, open_channels
from bot.delivery import subscriptions
from bot.delivery.outbox import Outbox
from bot.delivery.wakeups import WakeAfterWriting, Wakeups, WakingConversation
from bot.delivery.webhooks import WebhookCaller
from bot.delivery.workers import Workers, process_name
from bot.desk import Desk, open_desk
from bot.home import desk_key, log_to, train_nlu
from bot.ports import Menu
from bot.serving import Server, listen
from bot.settings import Settings
from bot.staff import StaffConversation, StaffWords
from bot.startup import Startup
from bot.warming import warm_up
from bot.wording.rendering import outgoing_of
from knowledge.clock import today
from knowledge.database import Database
from knowledge.errors import PunteError
from knowledge.retrying import repeat
from knowledge.staff.accounts import first_admin_password
from nlu.errors import EnvironmentMissing, NluError
from nlu.rasa.server import RasaServer

NEWS_EVERY_S = 5.0


def run(settings: Settings, console: Console) -> None:
    """Serve until Ctrl-C or a termination signal."""
    with listen(settings.host, settings.port) as listening:
        startup = Startup(console)
        log_to(settings)
        model = _model_for(settings, startup)
        asyncio.run(_serve(settings, listening, model, startup))


async def _serve(settings: Settings, listening: socket.socket, model: Path | None, startup: Startup) -> None:
    console = startup.console
    async with AsyncExitStack() as stack:
        stack.callback(console.print, "Punte has stopped.")
        nlu_url = settings.nlu_url
        if model is not None:
            rasa = RasaServer(model, settings.nlu_python, settings.home / "logs" / "rasa.log")
            await stack.enter_async_context(rasa)
            nlu_url = rasa.url
        desk = await stack.enter_async_context(open_desk(settings, startup, nlu_url, at_once=True))
        with startup.step("Learning to tell languages apart"):
            await warm_up(desk.detector)
        application = create_application(desk, stopping=lambda: server.should_exit)
        server = Server(uvicorn.Config(application, log_config=None, access_log=False, ws_max_size=2**20))
        server.config.timeout_graceful_shutdown = 3
        server.announce = lambda: _announce(desk, model, startup)
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, server.stop)
        await server.serve(sockets=[listening])
        console.print("Stopping ...")


def create_application(
    desk: Desk, builders: Iterable[Builder] = CHANNELS, *, stopping: Callable[[], bool] = lambda: False
) -> FastAPI:
    """Return the web application; what runs beside it starts and stops with its lifespan.

    `stopping` says whether the server was told to stop.
    """
    settings, database, wakeups, name = desk.settings, desk.database, Wakeups(), process_name()
    words = StaffWords(outgoing_of, settings.public_url)

    def with_staff(menu: Menu) -> WakingConversation:
        return WakingConversation(StaffConversation(database, desk.conversation, words, menu), wakeups)

    async def deliver(message_ids: list[int]) -> None:
        await outbox.deliver(message_ids)

    async def hold(duty: str, for_s: float) -> bool:
        return await asyncio.to_thread(workers.hold, duty, for_s)

    def share_pace(processes: int) -> None:
        for each in channels:
            each.share_pace(processes)

    waking = WakingConversation(desk.conversation, wakeups)
    parts = DeskParts(database, waking, with_staff, outgoing_of, deliver, wakeups.listen, hold, desk_key(settings))
    channels = open_channels(settings, parts, builders)
    mail = next((each.name for each in channels if each.traits.mail), None)
    senders = {each.name: each.sender for each in channels if each.sender}
    outbox = Outbox(database, senders, words.outgoing_of, holder=name, gave_up=wakeups.wake, mail_channel=mail)
    wakeups.listen(outbox.notify)
    workers = Workers(
        database,
        name,
        wakeups,
        staff_channels=[each.name for each in channels if each.traits.tells_staff],
        mail_channel=mail,
        unread_for={each.name: each.traits.unread_for for each in channels if each.traits.unread_for},
        shared=share_pace,
    )
    webhooks = WebhookCaller(database, name)
    for channel in channels:
        desk.follow_links.add(channel.follow_link)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            await running.enter_async_context(workers)
            news = repeat(partial(_news, database, outbox), NEWS_EVERY_S, "Subscribers cannot be told")
            for work in (desk.search.watch(), outbox.run(), webhooks.run(), news):
                task = asyncio.create_task(work)
                running.push_async_callback(_end, task)
            for channel in channels:
                await running.enter_async_context(channel.lifespan())
            yield

    application = FastAPI(title="Punte", description="A business support desk that talks.", lifespan=lifespan)
    application.add_middleware(WakeAfterWriting, wakeups=wakeups)
    install(application, _admin_deps(desk, channels, stopping))
    for channel in channels:
        application.router.routes.extend(channel.routes())
    return application


def _admin_deps(desk: Desk, channels: Sequence[Channel], stopping: Callable[[], bool]) -> Deps:
    return Deps(
        database=desk.database,
        search=desk.search,
        detect=desk.detector.detect,
        checks=_checks(desk),
        encode=desk.search.encode_sync,
        stopping=stopping,
        staff_link=lambda code: next((link for each in channels if (link := each.staff_link(code))), None),
    )


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


def _model_for(settings: Settings, startup: Startup) -> Path | None:
    """Return the model for the desk's own Rasa; None when another Rasa is set or none can be had."""
    if settings.nlu_url:
        return None
    try:
        with startup.step("Training Rasa, unless that was done"):
            return train_nlu(settings)
    except EnvironmentMissing:
        startup.console.print("Rasa's environment is missing, so the keyword twin understands; `make setup` builds it.")
    except NluError as error:
        startup.console.print(f"Rasa is left out, and the keyword twin understands: {error}", markup=False)
    return None


def _announce(desk: Desk, model: Path | None, startup: Startup) -> None:
    settings = desk.settings
    with desk.database.transaction() as session:
        password = first_admin_password(session, settings.admin_email)
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    base = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    rasa = settings.nlu_url or ("our own, starting" if model else "none, the keyword twin understands")
    lines = [
        f"Punte is ready after {startup.seconds:.0f} s.",
        f"  Chat      {base}/",
        f"  Console   {base}/admin",
        f"  API       {base}/docs",
        f"  Telegram  {'on' if settings.telegram_token else 'off; set PUNTE_TELEGRAM_TOKEN to answer there'}",
        f"  Rasa      {rasa}",
        f"  Home      {settings.home}",
    ]
    if password:
        lines.append(f"  Log in as {settings.admin_email} with the one-time password {password}")
    startup.console.print("\n".join([*lines, "Ctrl-C stops it."]), markup=False)
