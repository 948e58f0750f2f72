"""What is loaded later is loaded beside the desk's work, and does not hold up its end."""

import asyncio
from threading import Event, Thread, current_thread

from bot.warming import load_later
from knowledge.personal import find_personal, get_ready


def test_it_is_loaded_in_a_thread_that_a_desk_that_stops_does_not_wait_for() -> None:
    loaded, where = Event(), list[Thread]()

    def load() -> None:
        where.append(current_thread())
        loaded.set()

    asyncio.run(load_later(load, 0))
    assert loaded.wait(10)
    assert where[0].daemon


def test_what_is_ready_finds_at_once_what_it_is_for() -> None:
    get_ready()
    assert [found.kind for found in find_personal("write to ivo@wine.mk", "mk")] == ["email"]
