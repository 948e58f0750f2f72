"""Where else a ticket is followed: every channel is asked for its link, those that were added first come first."""

from bot.turns.follow_links import FollowLinks


def test_links_lead_to_the_doors_that_there_are_for_a_reader() -> None:
    links = FollowLinks(lambda code, seen_on: f"chat:{code}" if seen_on != "chat" else None)
    links.add(lambda code, seen_on: None)
    links.add(lambda code, seen_on: f"page:{code}")
    assert links.links("page", "23456ABCDE") == ("chat:23456ABCDE", "page:23456ABCDE")
    assert links.links("chat", "23456ABCDE") == ("page:23456ABCDE",)
    assert FollowLinks().links("page", "23456ABCDE") == ()
