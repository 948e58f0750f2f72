"""Makes the Telegram channel of a desk's settings."""

from functools import partial

from bot.channels.channel import DeskParts
from bot.channels.telegram.channel import POLLING, TelegramChannel
from bot.lookups import SentFiles, message_named
from bot.settings import Settings

POLLING_HELD_S = 10.0
"""How long the right to poll Telegram outlives a process that died with it."""


def build_telegram(settings: Settings, parts: DeskParts) -> TelegramChannel | None:
    """Return the channel, None without a token."""
    if settings.telegram_token is None:
        return None

    async def offer_desk(address: str, tag: str, described: dict[str, str] | None) -> None:
        await channel.offer_desk(address, tag, described)

    secret = settings.telegram_webhook_secret
    channel = TelegramChannel(
        settings.telegram_token.get_secret_value(),
        parts.with_staff(offer_desk),
        parts.deliver,
        api_url=settings.telegram_api_url,
        webhook_url=settings.telegram_webhook_url,
        webhook_secret=secret.get_secret_value() if secret else None,
        my_turn=partial(parts.hold, POLLING, POLLING_HELD_S),
        find_message=partial(message_named, parts.database, TelegramChannel.name),
        files=SentFiles(parts.database),
    )
    return channel
