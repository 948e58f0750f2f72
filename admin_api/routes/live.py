"""Live updates: what happens on tickets, as server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from admin_api.access import Access, Caller
from admin_api.deps import Deps
from admin_api.errors import problems
from admin_api.schemas.base import MAX_ID
from knowledge.listing import changes_after, newest_event
from knowledge.models import Role
from knowledge.tokens import Scope

LOOK_EVERY_S = 1.0
STAYS_S = 300.0
"""How long one stream lasts; the browser comes again, with the last event's id, and shows its session anew."""

BEAT_EVERY = 15


def live_routes(deps: Deps, access: Access) -> APIRouter:
    """Return the route of live updates."""
    router = APIRouter(tags=["tickets"])
    reads = access.may(Role.EXPERT, Scope.TICKETS_READ)

    @router.get("/live", summary="Follow what happens", responses=problems(401, 422), response_class=StreamingResponse)
    async def live(
        request: Request,
        caller: Annotated[Caller, Depends(reads)],
        after: Annotated[int | None, Query(ge=0, le=MAX_ID, description="An event's id; else from now on.")] = None,
        ticket: Annotated[int | None, Query(ge=1, le=MAX_ID, description="Only of this one.")] = None,
        last_event_id: Annotated[str, Header(max_length=20)] = "",
    ) -> StreamingResponse:
        """Stream `{"ticket", "kind", "event"}` for everything that happens; words are read with the ticket itself."""
        since = int(last_event_id) if last_event_id.isdecimal() else after
        if since is None:
            since = await run_in_threadpool(_newest, deps)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(_stream(deps, request, since, ticket), media_type="text/event-stream", headers=headers)

    return router


async def _stream(deps: Deps, request: Request, since: int, ticket: int | None) -> AsyncIterator[str]:
    yield "retry: 3000\n\n"
    for turn in range(int(STAYS_S / LOOK_EVERY_S)):
        if deps.stopping() or await request.is_disconnected():
            return
        for number, line in await run_in_threadpool(_lines, deps, since, ticket):
            since = number
            yield line
        if turn % BEAT_EVERY == BEAT_EVERY - 1:
            yield ": alive\n\n"
        await asyncio.sleep(LOOK_EVERY_S)


def _newest(deps: Deps) -> int:
    with deps.database.reading() as session:
        return newest_event(session)


def _lines(deps: Deps, since: int, ticket: int | None) -> list[tuple[int, str]]:
    with deps.database.reading() as session:
        events = changes_after(session, since, ticket_id=ticket)
        return [
            (
                event.id,
                f"id: {event.id}\ndata: "
                f"{json.dumps({'event': event.id, 'ticket': event.ticket_id, 'kind': event.kind})}\n\n",
            )
            for event in events
        ]
