"""What is loaded at the start, so that the first asker does not wait for it."""

import asyncio

from nlu.keywords import KeywordUnderstander
from nlu.language import LanguageDetector


async def warm_up(detector: LanguageDetector) -> None:
    """Load what the first question needs."""
    question = "Where do I find a grant?"
    await asyncio.to_thread(detector.detect, question)
    await KeywordUnderstander().understand(question, "en")
