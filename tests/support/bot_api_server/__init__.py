"""A Bot API server on loopback, for running the real Telegram library against; see `BotApiServer`."""

from tests.support.bot_api_server.limits import Limits
from tests.support.bot_api_server.methods import Refused
from tests.support.bot_api_server.people import Chat, SentFile, SentMessage
from tests.support.bot_api_server.server import BotApiServer, Call, Failure
from tests.support.bot_api_server.specification import Specification

__all__ = ["BotApiServer", "Call", "Chat", "Failure", "Limits", "Refused", "SentFile", "SentMessage", "Specification"]
