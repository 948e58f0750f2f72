"""Makes the echo channel of a desk's parts."""

from bot.channels.channel import DeskParts
from bot.settings import Settings
from tests.support.echo_channel.channel import EchoChannel


def build_echo(settings: Settings, parts: DeskParts) -> EchoChannel:
    """Return the channel."""
    return EchoChannel(parts.conversation, parts.deliver)
