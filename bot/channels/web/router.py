"""The web channel as one router: pages, HTTP and WebSocket, with the life of its mailbox."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import anyio
from fastapi import APIRouter, WebSocket

from bot.channels.web.desk import WebDesk
from bot.channels.web.http import STATUS, ChatRoute, add_http
from bot.channels.web.mailbox import Mailbox
from bot.channels.web.pace import Limits
from bot.channels.web.pages import add_pages
from bot.channels.web.schemas import ErrorBody
from bot.channels.web.sockets import serve_socket
from bot.channels.web.tickets import add_tickets
from bot.channels.web.tokens import SessionTokens
from bot.channels.web.uploads import add_files
from bot.ports import Conversation, Render
from knowledge.database import Database
from knowledge.models import now


def create_router(
    conversation: Conversation,
    database: Database,
    render: Render,
    *,
    secret: bytes,
    limits: Limits | None = None,
    clock: Callable[[], datetime] = now,
    listen: Callable[[Callable[[], None]], Callable[[], None]] | None = None,
) -> APIRouter:
    """Return the web channel's router; include it in an application, whose lifespan then carries the mailbox's.

    `secret` is the desk's key (32 bytes or more, kept between restarts): whoever has it can make session tokens.
    `listen` takes what is to be called, in the event loop, when something was written, and returns what ends that.
    """
    limits = limits or Limits()
    mailbox = Mailbox(database, render, limits)
    desk = WebDesk(conversation, mailbox, SessionTokens(secret), limits, clock)

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(mailbox.run)
            stop = listen(mailbox.wake) if listen else None
            try:
                yield
            finally:
                if stop:
                    stop()
                tasks.cancel_scope.cancel()
                with anyio.CancelScope(shield=True):
                    await mailbox.settle()

    router = APIRouter(lifespan=lifespan)
    chat = APIRouter(
        prefix="/api/chat",
        tags=["chat"],
        route_class=ChatRoute,
        responses={status: {"model": ErrorBody} for status in sorted(set(STATUS.values()))},
    )

    @chat.websocket("/socket")
    async def socket(socket: WebSocket) -> None:
        await serve_socket(socket, desk)

    add_files(chat, desk, database)
    add_tickets(chat, desk, database)
    add_http(chat, desk)
    router.include_router(chat)
    add_pages(router)
    return router
