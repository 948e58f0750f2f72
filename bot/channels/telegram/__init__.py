"""Telegram: the library and its Bot API stay within this package."""

import os

from bot.channels.telegram.channel import DEFAULT_API_URL, POLLING, TelegramChannel

__all__ = ["DEFAULT_API_URL", "POLLING", "TelegramChannel"]

# The library warns at every duration that it is not allowed to give as a timedelta.
os.environ.setdefault("PTB_TIMEDELTA", "true")
