"""A channel that shows how little one is: people post their words, and what they are told waits to be looked at."""

from tests.support.echo_channel.builder import build_echo
from tests.support.echo_channel.channel import EchoChannel

__all__ = ["EchoChannel", "build_echo"]
