import asyncio
from time import monotonic
from typing import Any

import pytest
from telegram.error import RetryAfter

from bot.channels.telegram.pacing import TelegramPace

pytestmark = pytest.mark.anyio


class Line:
    """Makes calls through a pace and notes when each went out, and to whom."""

    def __init__(self, pace: TelegramPace) -> None:
        self.gone: list[tuple[int, float]] = []
        self._pace = pace

    async def call(self, chat: int, endpoint: str = "sendMessage") -> None:
        await self._pace.process_request(self._note, (chat,), {}, endpoint, {"chat_id": chat}, None)

    async def _note(self, chat: int) -> Any:
        self.gone.append((chat, monotonic()))
        return True

    def moments(self, chat: int) -> list[float]:
        return [moment for to, moment in self.gone if to == chat]


async def test_a_chat_gets_a_burst_and_then_its_rate_while_others_pass() -> None:
    line = Line(TelegramPace(overall=1000, per_chat=10, burst=3))
    began = monotonic()
    await asyncio.gather(*(line.call(1) for _ in range(6)), *(line.call(chat) for chat in range(2, 20)))
    waits = [moment - began for moment in line.moments(1)]
    assert max(waits[:3]) < 0.25
    assert all(wait >= 0.1 * number - 0.01 for number, wait in enumerate(waits[3:], 1))
    assert max(moment - began for chat, moment in line.gone if chat != 1) < 0.25


async def test_all_chats_together_keep_the_overall_rate_in_any_stretch_of_time() -> None:
    line = Line(TelegramPace(overall=100, per_chat=10, burst=3))
    await asyncio.gather(*(line.call(chat) for chat in range(80)))
    moments = [moment for _, moment in line.gone]
    assert moments[-1] - moments[0] >= 0.75
    assert [chat for chat, _ in line.gone] == list(range(80))


async def test_what_does_not_show_in_a_chat_passes_at_once() -> None:
    line = Line(TelegramPace(overall=1, per_chat=1, burst=1))
    began = monotonic()
    for _ in range(50):
        await line.call(1, "sendChatAction")
    assert monotonic() - began < 0.5


async def test_too_long_a_wait_is_refused_as_telegram_would() -> None:
    line = Line(TelegramPace(overall=1000, per_chat=0.01, burst=1))
    await line.call(1)
    with pytest.raises(RetryAfter, match="Retry in"):
        await line.call(1)
    await line.call(2)


async def test_idle_chats_are_forgotten() -> None:
    line = Line(TelegramPace(overall=100_000, per_chat=1000, burst=1))
    for chat in range(3_000):
        await line.call(chat)
    assert len(line._pace._chats) <= 1_001


async def test_processes_share_the_bots_pace() -> None:
    pace = TelegramPace(overall=40, per_chat=1000)
    pace.share(4)
    line = Line(pace)
    began = monotonic()
    await asyncio.gather(*(line.call(chat) for chat in range(6)))
    assert 0.45 < max(moment for _, moment in line.gone) - began < 2
