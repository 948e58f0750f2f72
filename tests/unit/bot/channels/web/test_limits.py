"""How much and how fast a client may send, and what of it is kept."""

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.channels.web.errors import SlowDown
from bot.channels.web.pace import Bucket, Pace
from bot.channels.web.schemas import ClientId


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def test_a_burst_then_a_rate() -> None:
    clock = Clock()
    bucket = Bucket(5, 20, clock)
    for _ in range(20):
        bucket.take()
    with pytest.raises(SlowDown) as refusal:
        bucket.take()
    assert refusal.value.retry_after == pytest.approx(0.2)
    clock.time += 0.2
    bucket.take()
    with pytest.raises(SlowDown):
        bucket.take()


def test_a_rest_fills_the_bucket_to_its_brim_only() -> None:
    clock = Clock()
    bucket = Bucket(5, 3, clock)
    clock.time += 3600
    for _ in range(3):
        bucket.take()
    with pytest.raises(SlowDown):
        bucket.take()


def test_each_address_has_its_own_pace_and_old_ones_are_forgotten() -> None:
    pace = Pace(1, 1, most=2, clock=Clock())
    pace.take("a")
    pace.take("b")
    with pytest.raises(SlowDown):
        pace.take("a")
    pace.take("c")  # forgets b, which was used longest ago
    with pytest.raises(SlowDown):
        pace.take("a")
    pace.take("b")


@pytest.mark.parametrize("name", ["", "a b", "a" * 81, "é", "a\n", "<x>"])
def test_a_strange_client_id_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(ClientId).validate_python(name)
