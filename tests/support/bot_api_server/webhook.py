"""Brings updates to a bot's webhook: in order within a chat, side by side across chats, again until it says 200."""

import asyncio
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from tests.support.bot_api_server.server import BotApiServer

AGAIN_AFTER_S = 0.2


async def bring_updates(server: "BotApiServer") -> None:
    """Bring the server's pending updates to its webhook, while there is one, until cancelled."""
    async with httpx.AsyncClient(timeout=60) as client, asyncio.TaskGroup() as group:
        under_way: dict[int, asyncio.Task[None]] = {}
        while True:
            under_way = {chat: task for chat, task in under_way.items() if not task.done()}
            for update in list(server.pending) if server.webhook_url else []:
                chat = _chat_id(update)
                if chat not in under_way:
                    under_way[chat] = group.create_task(_bring(server, client, update))
            await server.wait_for_news(0.05 if under_way else 60)


async def _bring(server: "BotApiServer", client: httpx.AsyncClient, update: dict[str, Any]) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": server.webhook_secret} if server.webhook_secret else {}
    try:
        response = await client.post(server.webhook_url, json=update, headers=headers)
        status = response.status_code
    except httpx.HTTPError:
        status = 0
    with server.changed:
        server.webhook_answers.append((update["update_id"], status))
        if status == 200 and update in server.pending:
            server.pending.remove(update)
        server.changed.notify_all()
    assert server.news
    if status == 200:
        server.news.set()
    else:
        await asyncio.sleep(AGAIN_AFTER_S)


def _chat_id(update: dict[str, Any]) -> int:
    content = next(value for name, value in update.items() if name != "update_id")
    chat: dict[str, Any] = content["chat"] if "chat" in content else content["message"]["chat"]
    return int(chat["id"])
