"""The web channel: a chat page, an embeddable widget, and the HTTP and WebSocket protocol under both."""

from bot.channels.web.pace import Limits
from bot.channels.web.router import create_router

__all__ = ["Limits", "create_router"]
