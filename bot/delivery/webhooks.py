"""Calls the programs that want to know of tickets: signed as Standard Webhooks says, again until they answer.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
from sqlalchemy.orm import Session

from bot.delivery.clocks import Clock
from knowledge.coordination.leases import LONGEST_PAUSE
from knowledge.database import Database
from knowledge.models import WebhookCall
from knowledge.programs.webhooks import call_done, call_failed, lease_calls, sign
from knowledge.retrying import Backoff, repeat

log = logging.getLogger(__name__)

TIMEOUT_S = 10.0
LEASE = timedelta(seconds=60)
GIVE_UP_AFTER = timedelta(days=3)
REFUSALS = 3
"""How often a program may say that it does not want a call (4xx) before it is believed."""

BACKOFF = Backoff(first_s=5.0, longest_s=LONGEST_PAUSE[WebhookCall].total_seconds(), jitter=0.5)
"""When a call that was not taken is made again."""

_PASSING = frozenset({408, 425, 429})


@dataclass(frozen=True)
class _Call:
    call_id: int
    name: str
    url: str
    secret: str
    body: bytes
    attempts: int
    since: datetime


class WebhookCaller:
    """Makes the calls that are due; `run` is the worker, to be cancelled at the desk's end.

    A redirection is no answer: whoever moves must say so here. `holder` is this process's name.
    """

    def __init__(
        self,
        database: Database,
        holder: str,
        *,
        every_s: float = 1.0,
        backoff: Backoff = BACKOFF,
        parallel: int = 10,
        clock: Clock | None = None,
    ) -> None:
        self._database = database
        self._holder = holder
        self._every_s = every_s
        self._backoff = backoff
        self._parallel = parallel
        self._clock = clock or Clock()

    async def run(self) -> None:
        """Make whatever calls are due, until cancelled."""
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as client:
            await repeat(partial(self._round, client), self._every_s, "Webhooks cannot be called")

    async def _round(self, client: aiohttp.ClientSession) -> bool:
        """Make the calls that are due now; return whether there may be more."""
        calls = await asyncio.to_thread(self._take)
        await asyncio.gather(*(self._make(client, call) for call in calls))
        return bool(calls)

    def _take(self) -> list[_Call]:
        steady, moment = self._clock.steady, self._clock()
        with self._database.transaction() as session:
            taken = lease_calls(session, moment, moment + LEASE, self._holder, limit=self._parallel, steady=steady)
            return [
                _Call(
                    call.id,
                    f"msg_{call.id}",
                    webhook.url,
                    webhook.secret,
                    json.dumps(call.payload, ensure_ascii=False, separators=(",", ":")).encode(),
                    call.attempts,
                    call.created_at,
                )
                for call, webhook in taken
            ]

    async def _make(self, client: aiohttp.ClientSession, call: _Call) -> None:
        moment, status = self._clock(), None
        headers = {
            "content-type": "application/json",
            "user-agent": "Punte",
            "webhook-id": call.name,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": sign(call.secret, call.name, moment, call.body),
        }
        error = ""
        try:
            async with client.post(call.url, data=call.body, headers=headers, allow_redirects=False) as response:
                status = response.status
                error = f"answered {status}"
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as problem:
            error = f"{type(problem).__name__}: {problem}"
        outcome: Callable[[Session], Any]
        if status is not None and 200 <= status < 300:
            outcome = partial(call_done, call_id=call.call_id, status=status)
        else:
            due_at = self._again(call, status)
            log.info("Call %s of %s did not go through, attempt %d: %s", call.name, call.url, call.attempts, error)
            outcome = partial(call_failed, call_id=call.call_id, error=error, status=status, due_at=due_at)
        await asyncio.to_thread(self._note, outcome)

    def _again(self, call: _Call, status: int | None) -> datetime | None:
        """Return when a call is made again, or None when it is given up."""
        moment = self._clock()
        refused = status is not None and 300 <= status < 500 and status not in _PASSING
        if (refused and call.attempts >= REFUSALS) or moment - call.since > GIVE_UP_AFTER:
            return None
        return moment + timedelta(seconds=self._backoff.pause(call.attempts))

    def _note(self, outcome: Callable[[Session], Any]) -> None:
        with self._database.transaction() as session:
            outcome(session)
