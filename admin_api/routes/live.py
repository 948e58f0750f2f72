"""Live updates: what happens on tickets, as server-sent events."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
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

COME_AGAIN_MS = 3000

Begun = tuple[Follower, list[ServerSentEvent]]
"""Who follows what happens, and what they had to tell at the first look."""

router = APIRouter(tags=["tickets"])


def begin(
    deps: Wiring,
    after: Annotated[int | None, Query(ge=0, le=MAX_ID, description="An event's id; else from now on.")] = None,
    ticket: Annotated[int | None, Query(ge=1, le=MAX_ID, description="Only of this one.")] = None,
    last_event_id: Annotated[str, Header(max_length=20)] = "",
) -> Begun:
    """Look for the first time while a failure can still be told by the status of the reply."""
    since = min(int(last_event_id), MAX_ID) if last_event_id.isdecimal() else after
    follower = Follower(since, ticket_id=ticket)
    return follower, _look(deps, follower)


@router.get("/live", summary="Follow what happens", responses=problems(401, 422), response_class=EventSourceResponse)
async def live(
    caller: TicketReader, deps: Wiring, begun: Annotated[Begun, Depends(begin)]
) -> AsyncIterator[ServerSentEvent]:
    """Stream `{"ticket", "kind", "event"}` for everything that happens; words are read with the ticket itself.

    Each event comes once, in the order of the ids. Without `after` a line with an id and nothing else says from
    where on. A stream ends after some minutes: come again with the last id as `Last-Event-ID`, and miss nothing.
    """
    follower, events = begun
    yield ServerSentEvent(retry=COME_AGAIN_MS)
    for _ in range(int(STAYS_S / LOOK_EVERY_S)):
        if deps.stopping():
            return
        for event in events:
            yield event
        await asyncio.sleep(LOOK_EVERY_S)
        events = await run_in_threadpool(_look, deps, follower)


def _look(deps: Deps, follower: Follower) -> list[ServerSentEvent]:
    unknown = follower.told is None
    with deps.database.reading() as session:
        events = [
            ServerSentEvent(id=str(event.id), data=LiveOut(event=event.id, ticket=event.ticket_id, kind=event.kind))
            for event in follower.look(session)
        ]
    return [ServerSentEvent(id=str(follower.told))] if unknown and follower.told is not None else events
