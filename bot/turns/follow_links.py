"""Where a ticket can be followed besides the chat in which it was asked: links that carry a one-time code."""

from collections.abc import Callable

FollowLink = Callable[[str, str], str | None]
"""Gives a channel's link for a code and the channel on which it is read, None where it has none for that."""


class FollowLinks:
    """The desk's doors as links; those that are added first are shown first."""

    def __init__(self, *doors: FollowLink) -> None:
        self._doors = list(doors)

    def add(self, door: FollowLink) -> None:
        """Offer the links of one more channel."""
        self._doors.append(door)

    def links(self, channel: str, code: str) -> tuple[str, ...]:
        """Return the links by which somebody who is on `channel` follows a ticket elsewhere, the best one first."""
        return tuple(link for door in self._doors if (link := door(code, channel)) is not None)
