"""Telegram: the library and its Bot API stay within this package."""

from bot.channels.telegram.channel import DEFAULT_API_URL, TelegramChannel

__all__ = ["DEFAULT_API_URL", "TelegramChannel"]
