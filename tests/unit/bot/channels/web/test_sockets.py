"""A socket's end leaves nothing behind, whenever the page leaves."""

import gc
import json
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.websockets import WebSocket

from bot.channels.web.desk import WebDesk
from bot.channels.web.mailbox import Mailbox
from bot.channels.web.pace import Limits
from bot.channels.web.sockets import serve_socket
from bot.channels.web.tokens import SessionTokens
from bot.wording.rendering import outgoing_of
from knowledge.database import Database
from tests.support.scripted_conversation import ScriptedConversation

pytestmark = pytest.mark.anyio


def leaving_page(frames: Iterator[dict[str, Any]]) -> WebSocket:
    """A page that says these frames and has left when the desk answers."""

    async def receive() -> dict[str, Any]:
        return next(frames)

    async def send(event: Any) -> None:
        if event["type"] != "websocket.accept":
            raise OSError("the page has left")

    return WebSocket({"type": "websocket", "headers": [], "path": "/"}, receive, send)


async def test_a_page_that_leaves_while_it_is_greeted_leaves_nothing_open(sqlite_database: Database) -> None:
    limits = Limits()
    conversation = ScriptedConversation(sqlite_database, lambda _: [])
    desk = WebDesk(conversation, Mailbox(sqlite_database, outgoing_of, limits), SessionTokens(b"k" * 32), limits)
    hello = {"type": "hello", "token": desk.open_session("en").token, "after": 0}
    said = [{"type": "websocket.connect"}, {"type": "websocket.receive", "text": json.dumps(hello)}]
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        await serve_socket(leaving_page(iter(said)), desk)
        gc.collect()
    assert [str(each.message) for each in warned if each.category is ResourceWarning] == []
