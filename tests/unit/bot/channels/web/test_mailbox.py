"""What a turn brings is shown without reading it again; what else there is to read is read."""

from datetime import UTC, datetime

import pytest

from bot.channels.web.mailbox import Listener, Mailbox
from bot.channels.web.tokens import WebSession
from bot.messages import OutgoingMessage
from bot.ports import Handled, Owed, Received
from bot.wording.rendering import outgoing_of
from knowledge.database import Database
from knowledge.models import Author

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANA = WebSession("ana", "en", NOON)


def turn(*, follows: int | None, number: int = 8) -> Handled:
    said = Owed(number + 1, 70 + number, Author.BOT, OutgoingMessage(text="Yes.", language="en"), NOON)
    return Handled(Received(number, "Is it?", "m-1", NOON), (said,), follows)


@pytest.fixture
def mailbox(sqlite_database: Database) -> Mailbox:
    """A mailbox whose database has nothing, so that all it shows was brought."""
    return Mailbox(sqlite_database, outgoing_of)


async def brought(mailbox: Mailbox, after: int, *turns: Handled) -> tuple[Listener, list[int], list[int]]:
    """Bring turns to somebody who has read up to `after`; return what they get of the first page, and what it owes."""
    with mailbox.listening("ana", after) as listener:
        for each in turns:
            mailbox.bring("ana", each)
        page = await mailbox.next_page(ANA, listener)
    return listener, [message.id for message in page.content.messages], page.owed


async def test_who_has_read_all_before_a_turn_gets_it_without_a_read(mailbox: Mailbox) -> None:
    assert (await brought(mailbox, 5, turn(follows=5)))[1:] == ([8, 9], [78])
    assert (await brought(mailbox, 0, turn(follows=0)))[1:] == ([8, 9], [78])


async def test_a_turn_of_before_is_passed_over(mailbox: Mailbox) -> None:
    listener, ids, _ = await brought(mailbox, 9, turn(follows=5), turn(follows=9, number=12))
    assert (ids, listener.brought) == ([12, 13], [])


@pytest.mark.parametrize(
    ("after", "handled"),
    [(4, turn(follows=5)), (9, turn(follows=5)), (5, turn(follows=None)), (5, Handled()), (2**53, turn(follows=5))],
)
async def test_whatever_else_there_may_be_is_read(mailbox: Mailbox, after: int, handled: Handled) -> None:
    assert mailbox.page_of(handled, "ana", after) is None
    assert (await brought(mailbox, after, handled))[1:] == ([], [])
