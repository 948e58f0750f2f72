"""The one list of channels.

To add a channel, make a folder here with a `Channel` (`bot.channels.channel`) and a builder, which takes what it needs
from the settings and the desk's parts and returns the channel, or None while the settings leave it off; and add the
builder to `CHANNELS`. Its settings, if it has any, are fields of `bot.settings.Settings`. What every channel keeps is
in tests/contracts/test_channels.py, where it gets a line, too.
"""

from collections.abc import Callable, Iterable

from bot.channels.channel import Channel, DeskParts
from bot.channels.email.builder import build_email
from bot.channels.telegram.builder import build_telegram
from bot.channels.web.builder import build_web
from bot.settings import Settings

Builder = Callable[[Settings, DeskParts], Channel | None]

CHANNELS: tuple[Builder, ...] = (build_telegram, build_web, build_email)
"""The channels in the order in which staff are told there, and askers are shown links there."""


def open_channels(settings: Settings, parts: DeskParts, builders: Iterable[Builder] = CHANNELS) -> tuple[Channel, ...]:
    """Return the channels that the settings turn on."""
    return tuple(channel for build in builders if (channel := build(settings, parts)) is not None)
