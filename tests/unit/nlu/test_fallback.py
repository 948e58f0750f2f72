import time
from collections.abc import Callable

import httpx
import pytest

from nlu.client import RasaUnderstander
from nlu.fallback import WithFallback
from nlu.keywords import KeywordUnderstander
from nlu.understanding import Intent

pytestmark = pytest.mark.anyio

PARSE = {
    "intent": {"name": "find_partner", "confidence": 0.8},
    "entities": [{"entity": "country", "start": 12, "end": 18, "value": "x"}],
    "intent_ranking": [{"name": "find_partner", "confidence": 0.8}],
}


def rasa(answer: Callable[[httpx.Request], httpx.Response]) -> RasaUnderstander:
    return RasaUnderstander("http://rasa", 0.2, transport=httpx.MockTransport(answer))


async def test_rasas_findings_become_canonical_entities_of_the_message() -> None:
    sent: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        return httpx.Response(200, json=PARSE)

    understood = await rasa(answer).understand("Партнери  у Србији", "sr")

    assert sent == [b'{"text":"partneri u srbiii"}']
    assert understood.intent is Intent.FIND_PARTNER
    assert understood.by == "rasa"


async def test_a_message_is_cut_before_it_is_sent() -> None:
    lengths: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        lengths.append(len(request.content))
        return httpx.Response(200, json={**PARSE, "entities": []})

    await rasa(answer).understand("a " * 100_000, "en")

    assert lengths[0] < 2_100


async def test_an_unsure_rasa_means_a_question() -> None:
    unsure = {**PARSE, "entities": [], "intent": {"name": "nlu_fallback", "confidence": 0.3}}

    understood = await rasa(lambda _: httpx.Response(200, json=unsure)).understand("hm", "en")

    assert understood.intent is Intent.ASK


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(500),
        httpx.Response(200, text="no json"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"intent": None}),
        httpx.Response(200, json={**PARSE, "entities": [{"entity": "planet", "start": 0, "end": 1}]}),
        httpx.Response(200, json={**PARSE, "entities": [{"entity": "country", "start": 900, "end": 910}]}),
    ],
)
async def test_whatever_the_server_answers_the_twin_stands_in(response: httpx.Response) -> None:
    understander = WithFallback(rasa(lambda _: response), KeywordUnderstander())

    understood = await understander.understand("hvala lepo", "sr-Latn")

    assert (understood.by, understood.intent) == ("keywords", Intent.THANKS)


async def test_a_dead_server_is_left_alone_for_a_while() -> None:
    asked: list[float] = []
    now = 100.0

    def answer(_: httpx.Request) -> httpx.Response:
        asked.append(now)
        raise httpx.ConnectError("nobody there")

    understander = WithFallback(rasa(answer), KeywordUnderstander(), rest_s=5.0, clock=lambda: now)
    for second in range(8):
        now = 100.0 + second
        await understander.understand("zdravo", "hr")

    assert asked == [100.0, 105.0]


async def test_a_slow_server_costs_its_time_out_once() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow", request=request)

    understander = WithFallback(rasa(answer), KeywordUnderstander())
    await understander.understand("zdravo", "hr")

    started = time.monotonic()
    await understander.understand("zdravo", "hr")
    assert time.monotonic() - started < 0.1
