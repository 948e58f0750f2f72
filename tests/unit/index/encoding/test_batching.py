import asyncio
import threading
from collections.abc import Sequence

import numpy as np
import pytest

from index.encoding.batching import AsyncEncoder
from index.encoding.encoder import HashingEncoder
from index.model import Vectors
from tests.support.waiting import WITHIN_S, until

pytestmark = pytest.mark.anyio


class HeldEncoder(HashingEncoder):
    """Encodes nothing before it `may`, and remembers how many texts came at once."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[int] = []
        self.may = threading.Event()

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(len(texts))
        assert self.may.wait(WITHIN_S)
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
    held = HeldEncoder()
    encoder = AsyncEncoder(held, largest_batch=8)
    asking = [asyncio.create_task(encoder.encode(str(number))) for number in range(20)]
    await until(lambda: held.batches)
    held.may.set()
    await asyncio.gather(*asking)
    encoder.close()
    assert held.batches == [8, 8, 4]


async def test_the_event_loop_keeps_turning_meanwhile() -> None:
    held = HeldEncoder()
    encoder = AsyncEncoder(held)
    task = asyncio.create_task(encoder.encode("x"))
    # The encoder stands still until the loop, which would stand still with it, lets it go on.
    await until(lambda: held.batches)
    held.may.set()
    assert (await task).shape == (256,)
    encoder.close()


async def test_a_failure_reaches_every_asker_and_the_next_one_is_tried_again() -> None:
    encoder = AsyncEncoder(BrokenEncoder())
    outcomes = await asyncio.gather(*(encoder.encode("x") for _ in range(3)), return_exceptions=True)
    assert [str(outcome) for outcome in outcomes] == ["no model"] * 3
    with pytest.raises(RuntimeError, match="no model"):
        await encoder.encode("y")
    encoder.close()


async def test_an_asker_who_left_holds_up_nobody() -> None:
    held = HeldEncoder()
    encoder = AsyncEncoder(held)
    gone = asyncio.create_task(encoder.encode("gone"))
    stays = asyncio.create_task(encoder.encode("stays"))
    await until(lambda: held.batches)
    gone.cancel()
    held.may.set()
    assert (await stays).shape == (256,)
    encoder.close()


async def test_the_last_questions_are_remembered_and_the_one_asked_longest_ago_is_forgotten() -> None:
    held = HeldEncoder()
    held.may.set()
    encoder = AsyncEncoder(held, remembered=2)
    for text in ("grants", "fairs", "grants", "loans", "grants"):
        await encoder.encode(text)
    assert len(held.batches) == 3
    await encoder.encode("fairs")
    encoder.close()
    assert len(held.batches) == 4
