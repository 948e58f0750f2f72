"""E-mail: what the desk owes is sent over SMTP; the library for it stays within this package."""

from bot.channels.email.sender import EmailSender, NoEmail

__all__ = ["EmailSender", "NoEmail"]
