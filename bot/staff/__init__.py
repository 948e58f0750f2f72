"""The desk inside a chat: what staff are told of, and what they do about it without the console."""

from bot.staff.conversation import StaffConversation
from bot.staff.notices import StaffWords

__all__ = ["StaffConversation", "StaffWords"]
