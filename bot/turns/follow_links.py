"""Where a ticket can be followed besides the chat in which it was asked: links that carry a one-time code."""

from collections.abc import Callable


class FollowLinks:
    """The desk's other doors: the web page at `public_url`, and the bot whose name `telegram_name` tells once known."""

    def __init__(self, public_url: str | None = None, telegram_name: Callable[[], str | None] = lambda: None) -> None:
        self.public_url = public_url
        self.telegram_name = telegram_name

    def links(self, channel: str, code: str) -> tuple[str, ...]:
        """Return the links by which somebody who is on `channel` follows a ticket elsewhere, the best one first."""
        name = self.telegram_name() if channel != "telegram" else None
        telegram = (f"https://t.me/{name}?start=f-{code}",) if name else ()
        web = (f"{self.public_url}/?follow={code}",) if self.public_url else ()
        return telegram + web
