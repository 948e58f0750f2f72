import asyncio
import time
from collections.abc import Sequence

import numpy as np
import pytest

from index.encoding.batching import AsyncEncoder
from index.encoding.encoder import HashingEncoder
from index.model import Vectors

pytestmark = pytest.mark.anyio


class SlowEncoder(HashingEncoder):
    """Takes its time, and remembers how many texts came at once."""

    def __init__(self, takes_s: float = 0.02) -> None:
        super().__init__()
        self.batches: list[int] = []
        self._takes_s = takes_s

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(len(texts))
        time.sleep(self._takes_s)
        return super().encode(texts)


class BrokenEncoder(HashingEncoder):
    def encode(self, texts: Sequence[str]) -> Vectors:
        raise RuntimeError("no model")


async def test_each_asker_gets_the_vector_of_their_own_text() -> None:
    encoder = AsyncEncoder(HashingEncoder())
    texts = [f"question {number}" for number in range(50)]
    vectors = await asyncio.gather(*(encoder.encode(text) for text in texts))
    encoder.close()
    assert np.array_equal(np.stack(vectors), HashingEncoder().encode(texts))


async def test_what_waits_goes_together_and_never_too_much() -> None:
    slow = SlowEncoder()
    encoder = AsyncEncoder(slow, largest_batch=8)
    await asyncio.gather(*(encoder.encode(str(number)) for number in range(20)))
    encoder.close()
    assert slow.batches == [8, 8, 4]


async def test_the_event_loop_keeps_turning_meanwhile() -> None:
    encoder = AsyncEncoder(SlowEncoder(takes_s=0.3))
    task = asyncio.create_task(encoder.encode("x"))
    turns = 0
    while not task.done():
        await asyncio.sleep(0.001)
        turns += 1
    encoder.close()
    assert turns > 3


async def test_a_failure_reaches_every_asker_and_the_next_one_is_tried_again() -> None:
    encoder = AsyncEncoder(BrokenEncoder())
    outcomes = await asyncio.gather(*(encoder.encode("x") for _ in range(3)), return_exceptions=True)
    assert [str(outcome) for outcome in outcomes] == ["no model"] * 3
    with pytest.raises(RuntimeError, match="no model"):
        await encoder.encode("y")
    encoder.close()


async def test_an_asker_who_left_holds_up_nobody() -> None:
    encoder = AsyncEncoder(SlowEncoder())
    gone = asyncio.create_task(encoder.encode("gone"))
    stays = asyncio.create_task(encoder.encode("stays"))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await stays).shape == (256,)
    encoder.close()


async def test_the_last_questions_are_remembered_and_the_one_asked_longest_ago_is_forgotten() -> None:
    slow = SlowEncoder(takes_s=0)
    encoder = AsyncEncoder(slow, remembered=2)
    for text in ("grants", "fairs", "grants", "loans", "grants"):
        await encoder.encode(text)
    assert len(slow.batches) == 3
    await encoder.encode("fairs")
    encoder.close()
    assert len(slow.batches) == 4
