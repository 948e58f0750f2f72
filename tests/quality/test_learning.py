"""Every good answer is asked for only once: from a question that nobody could answer to the bot's own answer, also for
those who ask in another language. All parts are real, the starter base and the shipped encoder among them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.dialogue.policy import Thresholds
from bot.messages import IncomingMessage, OutgoingMessage
from bot.turns.conversation import AskerConversation
from index.live.service import SearchService
from index.model import Encoder
from index.ranking.calibration import THRESHOLD
from index.ranking.quoting import Quoter
from knowledge.database import Database
from knowledge.entries.store import set_state
from knowledge.learning.harvest import draft_from_ticket, save_harvest
from knowledge.models import EntryState, Role, now
from knowledge.reporting.figures import desk_figures
from knowledge.staff.accounts import create_staff
from knowledge.staff.profiles import save_profile
from knowledge.tickets.by_staff import answer_ticket, close_ticket
from nlu.keywords import KeywordUnderstander
from nlu.language import LanguageDetector
from tests.quality.floors import starter_desk

pytestmark = [pytest.mark.slow, pytest.mark.anyio]

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = date(2026, 11, 23)
QUESTION = "How do I get approval to sell sea salt from my own salt pans as food?"
ANSWER = (
    "Dear Jana,\n\nSea salt from salt pans is food: register the salt works with the food safety inspectorate "
    "before the first sale, and hand in a laboratory analysis of the salt. Call me at +386 40 123 456.\n\nKind regards"
)
AGAIN = {
    "en": "What must I do before I sell sea salt from salt pans?",
    "sl": "Kako pridobim dovoljenje za prodajo morske soli iz solin?",
    "hr": "Kako registrirati solanu za prodaju morske soli?",
    "bg": "Как да получа разрешение да продавам морска сол от солници?",
}
OUTRIGHT = ("en", "sl")
"""Who gets the answer with its source at once; the others are shown it first and asked whether that is it."""


class Talk:
    """A desk that people write to, each at an address of their own."""

    def __init__(self, database: Database, search: SearchService, quoter: Quoter) -> None:
        self.database, self.search = database, search
        self._conversation = AskerConversation(
            database, KeywordUnderstander(), LanguageDetector(), search,
            Thresholds(answer=THRESHOLD, clarify=THRESHOLD / 2),
            quote=quoter.quote, clock=lambda: NOON,
        )  # fmt: skip

    async def say(self, who: str, text: str = "", action: str | None = None) -> OutgoingMessage:
        """Return the reply to a message, or to a pressed button."""
        handled = await self._conversation.handle(IncomingMessage("test", who, text, action=action))
        (owed,) = handled.owed
        return owed.outgoing


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, shipped: Encoder) -> Iterator[Talk]:
    folder = tmp_path_factory.mktemp("learning")
    with starter_desk(folder, shipped) as search:
        database = Database(f"sqlite:///{folder / 'desk.db'}")
        yield Talk(database, search, Quoter(shipped))
        database.close()


async def test_every_good_answer_is_asked_for_only_once(desk: Talk) -> None:
    declined = await desk.say("jana", QUESTION)
    assert "person" in [button.action for row in declined.buttons for button in row], declined.text
    await desk.say("jana", action="person")
    await desk.say("jana", action="sum:skip")
    assert "P-1" in (await desk.say("jana", action="sum:ok")).text

    with desk.database.transaction() as session:
        staff, _ = create_staff(session, "eva@chamber.example", "Eva", Role.EXPERT, "correct horse battery")
        save_profile(session, staff.id, organisation="Chamber of Piran", organisation_url="https://chamber.example")
        answer_ticket(session, 1, staff, ANSWER)
        close_ticket(session, 1, staff)
        harvest = draft_from_ticket(session, 1, TODAY)
        assert [found.kind for found in harvest.found["text"]] == ["phone"]
        entry = save_harvest(session, 1, staff, harvest.fields)
        assert "123 456" not in entry.passages[0].text
        reference = entry.reference
    desk.search.refresh()
    assert reference not in desk.search.references()

    with desk.database.transaction() as session:
        set_state(session, reference, EntryState.PUBLISHED)
    desk.search.refresh()
    for language, question in AGAIN.items():
        answer = await desk.say(f"asker-{language}", question)
        assert answer.cards, (language, answer.text)
        assert answer.cards[0].reference == reference, (language, [card.title for card in answer.cards])
        if language in OUTRIGHT:
            (quote,) = answer.quotes
            assert "food safety inspectorate" in quote.text
            assert (quote.by, quote.url) == ("Chamber of Piran", "https://chamber.example")

    with desk.database.reading() as session:
        day = now().date()
        (week,) = [each for each in desk_figures(session, day - timedelta(days=1), day).weeks if each.asked]
        assert week.handed == 1
        assert week.avoided >= len(OUTRIGHT)
