"""A Bot API server on loopback, for running the real Telegram library against; see `BotApiServer`."""

from tests.bot_api_server.people import Chat, SentFile, SentMessage
from tests.bot_api_server.server import BotApiServer, Call
from tests.bot_api_server.specification import Specification

__all__ = ["BotApiServer", "Call", "Chat", "SentFile", "SentMessage", "Specification"]
