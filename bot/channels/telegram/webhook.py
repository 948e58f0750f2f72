"""The route by which Telegram brings updates, for the desk's own web application."""

import asyncio
import hmac
import json
import logging
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot, Update

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
MAX_BODY_BYTES = 1_000_000
KEEP_WITHIN_S = 25.0


def webhook_route(
    path: str,
    secret: str,
    bot: Bot,
    receive: Callable[[Update], asyncio.Future[bool]],
    *,
    within_s: float = KEEP_WITHIN_S,
) -> Route:
    """Return the route at `path`: 200 once an update is kept, 503 if not `within_s`, so that Telegram brings it again.

    Without the secret in its header a request gets 403, before its body is read; an unreadable body gets 400.
    """

    async def bring(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), secret.encode()):
            return Response(status_code=403)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                return Response(status_code=413)
        try:
            update = Update.de_json(json.loads(body), bot)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            log.warning("The Telegram webhook was brought something that is no update.")
            return Response(status_code=400)
        done, _ = await asyncio.wait([receive(update)], timeout=within_s)
        kept = any(not each.cancelled() and each.result() for each in done)
        return Response(status_code=200 if kept else 503)

    return Route(path, bring, methods=["POST"])
