"""Live updates: what happens on tickets, as server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from admin_api.http.access import TicketReader
from admin_api.http.deps import Deps, Wiring
from admin_api.http.errors import problems
from admin_api.schemas.base import MAX_ID
from admin_api.schemas.tickets import LiveOut
from knowledge.tickets.event_feed import Follower

LOOK_EVERY_S = 1.0
STAYS_S = 300.0
"""How long one stream lasts; the browser comes again, with the last event's id, and shows its session anew."""

BEAT_EVERY = 15


router = APIRouter(tags=["tickets"])


@router.get("/live", summary="Follow what happens", responses=problems(401, 422), response_class=StreamingResponse)
async def live(
    request: Request,
    caller: TicketReader,
    deps: Wiring,
    after: Annotated[int | None, Query(ge=0, le=MAX_ID, description="An event's id; else from now on.")] = None,
    ticket: Annotated[int | None, Query(ge=1, le=MAX_ID, description="Only of this one.")] = None,
    last_event_id: Annotated[str, Header(max_length=20)] = "",
) -> StreamingResponse:
    """Stream `{"ticket", "kind", "event"}` for everything that happens; words are read with the ticket itself.

    Each event comes once, in the order of the ids. Without `after` a line with an id and nothing else says from
    where on. A stream ends after some minutes: come again with the last id as `Last-Event-ID`, and miss nothing.
    """
    since = min(int(last_event_id), MAX_ID) if last_event_id.isdecimal() else after
    follower = Follower(since, ticket_id=ticket)
    lines = await run_in_threadpool(_look, deps, follower)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    stream = _stream(deps, request, follower, lines)
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def _stream(deps: Deps, request: Request, follower: Follower, lines: list[str]) -> AsyncIterator[str]:
    yield "retry: 3000\n\n"
    for turn in range(int(STAYS_S / LOOK_EVERY_S)):
        if deps.stopping() or await request.is_disconnected():
            return
        for line in lines if turn == 0 else await run_in_threadpool(_look, deps, follower):
            yield line
        if turn % BEAT_EVERY == BEAT_EVERY - 1:
            yield ": alive\n\n"
        await asyncio.sleep(LOOK_EVERY_S)


def _look(deps: Deps, follower: Follower) -> list[str]:
    unknown = follower.told is None
    with deps.database.reading() as session:
        lines = [
            f"id: {event.id}\ndata: "
            f"{json.dumps(LiveOut(event=event.id, ticket=event.ticket_id, kind=event.kind).model_dump())}\n\n"
            for event in follower.look(session)
        ]
    return [f"id: {follower.told}\n\n"] if unknown and follower.told is not None else lines
