"""What is loaded before somebody waits for it: at the start for the first question, later for the first closing."""

import asyncio
from collections.abc import Callable
from threading import Thread

from knowledge.personal import get_ready
from nlu.keywords import KeywordUnderstander
from nlu.language import LanguageDetector

LATER_S = 30.0
"""How long after the start the rest is loaded: those who were waiting for the desk come first."""


async def warm_up(detector: LanguageDetector) -> None:
    """Load what the first question needs."""
    question = "Where do I find a grant?"
    await asyncio.to_thread(detector.detect, question)
    await KeywordUnderstander().understand(question, "en")


async def load_later(load: Callable[[], None] = get_ready, after_s: float = LATER_S) -> None:
    """Load what the first closing needs, once the desk has been ready for a while; a desk that stops waits for none."""
    await asyncio.sleep(after_s)
    Thread(target=load, daemon=True).start()
