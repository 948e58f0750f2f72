"""Where else a ticket is followed: the links fit the chat and what the desk has."""

import pytest

from bot.dialogue.actions import Redeem
from bot.dialogue.slash_commands import slash
from bot.turns.follow_links import FollowLinks


@pytest.mark.parametrize(
    ("channel", "name", "url", "links"),
    [
        ("web", "PunteBot", "https://desk.example", ["https://t.me/PunteBot?start=f-23456ABCDE",
                                                     "https://desk.example/?follow=23456ABCDE"]),
        ("web", None, "https://desk.example", ["https://desk.example/?follow=23456ABCDE"]),
        ("telegram", "PunteBot", "https://desk.example", ["https://desk.example/?follow=23456ABCDE"]),
        ("telegram", "PunteBot", None, []),
        ("web", None, None, []),
    ],
)  # fmt: skip
def test_links_lead_to_the_other_doors(channel: str, name: str | None, url: str | None, links: list[str]) -> None:
    assert list(FollowLinks(url, lambda: name).links(channel, "23456ABCDE")) == links


def test_what_telegram_makes_of_its_link_redeems_the_code() -> None:
    (link,) = FollowLinks(None, lambda: "PunteBot").links("web", "23456ABCDE")
    assert slash(f"/start {link.partition('?start=')[2]}") == Redeem("23456ABCDE")
