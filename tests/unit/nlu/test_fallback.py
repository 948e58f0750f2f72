import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from nlu.fallback import WithFallback
from nlu.keywords import KeywordUnderstander
from nlu.rasa.client import RasaUnderstander
from nlu.understanding import Intent
from tests.support.rasa_stand_in import answering, nobody

pytestmark = pytest.mark.anyio

PARSE: dict[str, Any] = {
    "intent": {"name": "find_partner", "confidence": 0.8},
    "entities": [{"entity": "country", "start": 11, "end": 17, "value": "x"}],
    "intent_ranking": [{"name": "find_partner", "confidence": 0.8}],
}

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def rasa(answer: Answer, timeout_s: float = 2.0) -> AsyncIterator[RasaUnderstander]:
    async with answering(answer) as url:
        understander = RasaUnderstander(url, timeout_s)
        yield understander
        await understander.close()


def always(**response: Any) -> Answer:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response(**response) if "data" in response else web.Response(**response)

    return answer


async def test_rasas_findings_become_canonical_entities_of_the_message() -> None:
    sent: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        sent.append(await request.json())
        return web.json_response(PARSE)

    async with rasa(answer) as understander:
        understood = await understander.understand("Партнери  у Србији", "sr")

    assert sent == [{"text": "partneri u srbiii"}]
    assert understood.intent is Intent.FIND_PARTNER
    assert [(str(entity.kind), entity.value, entity.text) for entity in understood.entities] == [
        ("country", "RS", "Србији")
    ]
    assert understood.by == "rasa"


async def test_a_message_is_cut_before_it_is_sent() -> None:
    lengths: list[int] = []

    async def answer(request: web.Request) -> web.Response:
        lengths.append(len(await request.read()))
        return web.json_response({**PARSE, "entities": []})

    async with rasa(answer) as understander:
        await understander.understand("a " * 100_000, "en")

    assert lengths[0] < 2_100


async def test_messages_share_a_connection_and_cookies_are_not_kept() -> None:
    callers: set[tuple[str, int]] = set()
    cookies: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        assert request.transport
        callers.add(request.transport.get_extra_info("peername"))
        cookies.extend(request.cookies)
        response = web.json_response({**PARSE, "entities": []})
        response.set_cookie("session", "of somebody")
        return response

    async with rasa(answer) as understander:
        for _ in range(3):
            await understander.understand("zdravo", "hr")

    assert len(callers) == 1
    assert cookies == []


async def test_an_unsure_rasa_means_a_question() -> None:
    unsure = {**PARSE, "entities": [], "intent": {"name": "nlu_fallback", "confidence": 0.3}}

    async with rasa(always(data=unsure)) as understander:
        understood = await understander.understand("hm", "en")

    assert understood.intent is Intent.ASK


WRONG_ANSWERS: list[dict[str, Any]] = [
    {"status": 500},
    {"data": {**PARSE, "entities": []}, "status": 302, "headers": {"Location": "/model/parse"}},
    {"text": "no json"},
    {"body": b"\xff\xfe\xfd", "content_type": "application/json"},
    {"data": []},
    {"data": {"intent": None}},
    {"data": {**PARSE, "entities": [{"entity": "planet", "start": 0, "end": 1}]}},
    {"data": {**PARSE, "entities": [{"entity": "country", "start": 900, "end": 910}]}},
]


@pytest.mark.parametrize("response", WRONG_ANSWERS)
async def test_whatever_the_server_answers_the_twin_stands_in(response: dict[str, Any]) -> None:
    async with rasa(always(**response)) as understander:
        with pytest.raises(ValueError):  # noqa: PT011 - what of the answer is wrong makes no difference
            await understander.understand("hvala lepo", "sr-Latn")
        understood = await WithFallback(understander, KeywordUnderstander()).understand("hvala lepo", "sr-Latn")

    assert (understood.by, understood.intent) == ("keywords", Intent.THANKS)


async def test_a_dead_server_is_left_alone_for_a_while() -> None:
    asked: list[float] = []
    now = 100.0

    async def answer(request: web.Request) -> web.Response:
        asked.append(now)
        assert request.transport
        request.transport.abort()
        return web.Response()

    async with rasa(answer) as primary:
        understander = WithFallback(primary, KeywordUnderstander(), rest_s=5.0, clock=lambda: now)
        for second in range(8):
            now = 100.0 + second
            assert (await understander.understand("zdravo", "hr")).by == "keywords"

    assert asked == [100.0, 105.0]


async def test_where_nobody_listens_the_twin_stands_in() -> None:
    with nobody() as url:
        primary = RasaUnderstander(url)
        with pytest.raises(aiohttp.ClientError):
            await primary.understand("hvala", "hr")
        understander = WithFallback(primary, KeywordUnderstander())
        assert (await understander.understand("hvala", "hr")).by == "keywords"
        await understander.close()


async def test_a_slow_server_costs_its_time_out_once() -> None:
    async def answer(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.json_response(PARSE)

    async with rasa(answer, timeout_s=0.2) as primary:
        understander = WithFallback(primary, KeywordUnderstander())
        started = time.monotonic()
        assert (await understander.understand("zdravo", "hr")).by == "keywords"
        assert 0.1 < time.monotonic() - started < 2.0

        started = time.monotonic()
        await understander.understand("zdravo", "hr")
        assert time.monotonic() - started < 0.1


async def test_after_closing_the_twin_stands_in() -> None:
    async with rasa(always(data={**PARSE, "entities": []})) as primary:
        understander = WithFallback(primary, KeywordUnderstander())
        assert (await understander.understand("hvala", "hr")).by == "rasa"
        await understander.close()
        assert (await understander.understand("hvala", "hr")).by == "keywords"
