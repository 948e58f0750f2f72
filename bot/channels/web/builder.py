"""Makes the web channel of a desk's settings."""

from datetime import timedelta

from bot.channels.channel import DeskParts
from bot.channels.web.channel import WebChannel
from bot.channels.web.router import create_router
from bot.settings import Settings


def build_web(settings: Settings, parts: DeskParts) -> WebChannel:
    """Return the channel."""
    router = create_router(parts.conversation, parts.database, parts.render, secret=parts.key, listen=parts.listen)
    # Without a mail server there is nowhere else for an answer to go.
    unread_for = timedelta(minutes=settings.web_fallback_minutes) if settings.smtp_url else None
    return WebChannel(router, settings.public_url, unread_for)
