"""The parts of a desk that answer, opened from its settings and closed together."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.dialogue.policy import Thresholds
from bot.home import index_folder, log_to, open_database, train_nlu
from bot.settings import Settings
from bot.startup import Startup
from bot.turns.conversation import AskerConversation
from bot.turns.follow_links import FollowLinks
from index.encoding.encoder import load as load_encoder
from index.encoding.encoder import rough as rough_encoder
from index.live.service import SearchService
from index.ranking.quoting import Quoter
from knowledge.database import Database
from nlu.fallback import WithFallback
from nlu.keywords import KeywordUnderstander
from nlu.language import LanguageDetector
from nlu.rasa.client import RasaUnderstander
from nlu.rasa.server import RasaServer
from nlu.understanding import Understander


@dataclass(frozen=True)
class Desk:
    """The parts of a desk that answer, without any channel."""

    settings: Settings
    database: Database
    search: SearchService
    detector: LanguageDetector
    conversation: AskerConversation
    follow_links: FollowLinks


@asynccontextmanager
async def open_desk(
    settings: Settings, startup: Startup, nlu_url: str | None = None, *, at_once: bool = False
) -> AsyncIterator[Desk]:
    """Open the parts that answer questions; `nlu_url` is a running Rasa, without one the keyword twin understands.

    `at_once` begins with rough vectors where very much waits to be encoded, for a desk that watches its search.
    """
    log_to(settings)
    async with AsyncExitStack() as stack:
        database = await asyncio.to_thread(open_database, settings, startup)
        stack.callback(database.close)
        with startup.step("Loading the encoder"):
            encoder = await asyncio.to_thread(load_encoder, settings.encoder, threads=os.cpu_count() or 1)
        rough = rough_encoder(encoder) if at_once else None
        search = SearchService(database, encoder, rough=rough, folder=index_folder(settings))
        stack.callback(search.close)
        with startup.step("Encoding and indexing the knowledge base") as told:
            await asyncio.to_thread(search.build, told)
        encoder.use_threads(settings.encoder_threads)
        understander = understander_at(nlu_url or settings.nlu_url, settings)
        stack.push_async_callback(understander.close)
        detector = LanguageDetector()
        limits = Thresholds(answer=settings.answer_threshold, clarify=settings.clarify_threshold)
        quote = Quoter(encoder).quote
        links = FollowLinks()
        conversation = AskerConversation(
            database, understander, detector, search, limits, quote=quote, follow_links=links
        )
        yield Desk(settings, database, search, detector, conversation, links)


def understander_at(url: str | None, settings: Settings) -> Understander:
    """Return the Rasa at `url` with the keyword twin behind it, or the twin alone."""
    twin = KeywordUnderstander()
    return WithFallback(RasaUnderstander(url, settings.nlu_timeout), twin) if url else twin


@asynccontextmanager
async def open_rasa(settings: Settings, startup: Startup) -> AsyncIterator[Understander]:
    """Open the desk's Rasa alone, with no twin behind it: the one of PUNTE_NLU_URL, else one started for this."""
    async with AsyncExitStack() as stack:
        url = settings.nlu_url
        if url is None:
            with startup.step("Training Rasa, unless that was done"):
                model = train_nlu(settings)
            with startup.step("Starting Rasa"):
                server = RasaServer(model, settings.nlu_python, settings.home / "logs" / "rasa.log")
                await stack.enter_async_context(server)
                await server.wait_ready()
            url = server.url
        understander = RasaUnderstander(url, 10.0)
        stack.push_async_callback(understander.close)
        yield understander
