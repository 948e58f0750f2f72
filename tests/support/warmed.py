"""Imported before a desk is forked: loads what the keyword twin learns at a start, so that forked desks share it."""

import asyncio

from nlu.keywords import KeywordUnderstander

asyncio.run(KeywordUnderstander().understand("Where do I find a grant?", "en"))
