"""The conversation with real parts: SQL, FAISS, BM25, the policy; the understanding is a script."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from bot.dialogue.policy import Thresholds
from bot.messages import MAX_INCOMING_CHARS, IncomingFile, IncomingMessage, OutgoingMessage
from bot.ports import Handled, Owed, Received
from bot.turns.conversation import AskerConversation
from bot.wording.rendering import files_of, outgoing_of
from index.encoding.encoder import HashingEncoder
from index.live.service import SearchService
from index.model import Vectors
from knowledge.conversations.files import attachments_of, file_content
from knowledge.conversations.messages import find_conversation, messages_after, open_conversation, send_message
from knowledge.database import Database
from knowledge.entries.draft import parse_draft
from knowledge.entries.store import save_entry
from knowledge.models import (
    Author,
    EntryState,
    EventKind,
    Message,
    Question,
    QuestionOutcome,
    Role,
    Staff,
    Subscription,
    Ticket,
    TicketState,
)
from knowledge.staff.accounts import create_staff
from knowledge.tickets.by_staff import answer_ticket, ask_asker, claim_ticket, close_ticket, get_ticket
from nlu.understanding import Entity, EntityKind, Intent, Understanding

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

ENTRIES: list[dict[str, Any]] = [
    {
        "id": "call-hotels", "kind": "funding_call", "language": "en", "title": "Grants for digital hotels",
        "text": "Small hotels get a grant for booking systems. The grant pays half of the costs.",
        "url": "https://example.org/hotels", "countries": ["BG"], "sectors": ["tourism"],
        "opens": "2026-01-01", "deadlines": ["2026-12-31"],
    },
    {
        "id": "call-hotels-old", "kind": "funding_call", "language": "en", "title": "Grants for digital hotels, before",
        "text": "Small hotels got a grant for booking systems.", "url": "https://example.org/old",
        "countries": ["GR"], "sectors": ["tourism"], "opens": "2024-01-01", "deadlines": ["2024-12-31"],
    },
    {
        "id": "call-farms", "kind": "funding_call", "language": "en", "title": "Grants for digital farms",
        "text": "Small farms get a grant for sensors and booking of machines.", "url": "https://example.org/farms",
        "countries": ["BG"], "sectors": ["agriculture"], "opens": "2026-01-01", "deadlines": ["2027-02-01"],
    },
    *(
        {
            "id": f"guide-{n}", "kind": "guide", "language": "en", "title": f"Invoice guide {n}",
            "text": f"Electronic invoices step {n}.", "url": f"https://example.org/{n}", "countries": ["RS"],
        }
        for n in range(6)
    ),
]  # fmt: skip


class Script:
    """An understander whose answers are written down before."""

    def __init__(self, meaning: Callable[[str], Understanding]) -> None:
        self._meaning = meaning
        self.asked: list[str] = []

    async def understand(self, text: str, language: str) -> Understanding:
        self.asked.append(text)
        return self._meaning(text)

    async def close(self) -> None:
        return None


class InEnglish:
    def detect(self, text: str, history: Any = (), chosen: str | None = None) -> str:
        return chosen or "en"


def named(text: str, word: str, kind: EntityKind, value: str) -> Entity:
    start = text.index(word)
    return Entity(kind, value, word, start, start + len(word))


def meaning(text: str) -> Understanding:
    """Understand as much as these tests say."""
    words = {
        "tourism": (EntityKind.SECTOR, "tourism"), "agriculture": (EntityKind.SECTOR, "agriculture"),
        "Bulgaria": (EntityKind.COUNTRY, "BG"), "Greece": (EntityKind.COUNTRY, "GR"),
        "Iceland": (EntityKind.COUNTRY, "IS"), "open ones": (EntityKind.STATUS, "open"),
    }  # fmt: skip
    entities = tuple(named(text, word, *what) for word, what in words.items() if word in text)
    intents = {
        "hello": Intent.GREET, "a person": Intent.PERSON, "delete my data": Intent.DELETE, "my ticket": Intent.TICKET,
        "keep me posted": Intent.SUBSCRIBE, "thanks": Intent.THANKS, "grant": Intent.FIND_CALL,
        "start over": Intent.RESTART,
    }  # fmt: skip
    intent = next((each for word, each in intents.items() if word in text), Intent.ASK)
    return Understanding(intent, 0.95, entities)


class Person:
    """Somebody at a channel; `say` and `press` return what they get."""

    def __init__(self, database: Database, conversation: AskerConversation, address: str = "someone") -> None:
        self.database, self.conversation, self.address = database, conversation, address
        self.last: tuple[int, OutgoingMessage] | None = None
        self.count = 0

    async def say(self, text: str, external_id: str | None = None) -> OutgoingMessage:
        self.count += 1
        return await self.send(IncomingMessage("test", self.address, text, external_id=external_id or f"m{self.count}"))

    async def press(self, action: str) -> OutgoingMessage:
        assert self.last
        labels = [button.action for row in self.last[1].buttons for button in row]
        assert action in labels, f"{action} is not offered: {labels}"
        return await self.forge(action)

    async def forge(self, action: str) -> OutgoingMessage:
        self.count += 1
        on_message = self.last[0] if self.last else None
        return await self.send(
            IncomingMessage("test", self.address, action=action, on_message=on_message, external_id=f"b{self.count}")
        )

    async def send(self, incoming: IncomingMessage) -> OutgoingMessage:
        handled = await self.conversation.handle(incoming)
        (owed,) = handled.owed
        with self.database.reading() as session:
            kept = session.get_one(Message, owed.id, options=[joinedload(Message.delivery)])
            received = session.scalars(select(Message).where(Message.id < owed.id).order_by(Message.id.desc())).first()
            assert received
            files = files_of(session, [received.id]).get(received.id, ())
        assert owed == Owed.of(kept, outgoing_of(kept, "en"))
        assert handled.received == Received.of(received, files)
        self.last = owed.id, owed.outgoing
        return owed.outgoing

    def messages(self) -> list[Message]:
        with self.database.reading() as session:
            conversation = find_conversation(session, "test", self.address)
            return messages_after(session, conversation.id, 0) if conversation else []


@pytest.fixture
def person(database: Database) -> Iterator[Person]:
    with database.transaction() as session:
        for record in ENTRIES:
            save_entry(session, parse_draft(record)[0], source="test", state=EntryState.PUBLISHED)
    search = SearchService(database, HashingEncoder())
    search.build()
    limits = Thresholds(answer=0.05, clarify=0.04)
    conversation = AskerConversation(database, Script(meaning), InEnglish(), search, limits, clock=lambda: NOON)
    yield Person(database, conversation)
    search.close()


def references(reply: OutgoingMessage) -> list[str]:
    return [card.reference for card in reply.cards]


async def test_a_question_is_answered_with_its_source(person: Person) -> None:
    reply = await person.say("grant for booking systems in hotels")
    assert references(reply)[0] == "call-hotels"
    assert "booking systems" in reply.quotes[0].text
    assert reply.quotes[0].url == "https://example.org/hotels"
    assert reply.cards[0].status_code == "open"
    assert reply.cards[0].deadline == "31 December 2026"


async def test_an_entrys_markdown_is_quoted_in_whole_thoughts_without_marks(sqlite_database: Database) -> None:
    record = {
        "id": "guide-odoo", "kind": "guide", "language": "en", "title": "**Odoo** for C# shops",
        "text": "## Start\nShops of *every* size start at once. **Odoo keeps invoices. It is "
        "[free](https://odoo.com).** Nobody pays.\n\n"
        "1. Open the **invoice** menu, then choose a customer\n2. Print it.\n\n" + "Words. " * 400,
        "url": "https://example.org/odoo",
    }  # fmt: skip
    with sqlite_database.transaction() as session:
        save_entry(session, parse_draft(record)[0], source="test", state=EntryState.PUBLISHED)
    search = SearchService(sqlite_database, HashingEncoder())
    search.build()
    limits = Thresholds(answer=0.05, clarify=0.04)
    person = Person(
        sqlite_database,
        AskerConversation(sqlite_database, Script(meaning), InEnglish(), search, limits, clock=lambda: NOON),
    )
    quote = (await person.say("Odoo keeps invoices for free")).quotes[0]
    assert quote.title == "Odoo for C# shops"
    assert quote.text == "Odoo keeps invoices. It is free (https://odoo.com)."
    assert [span.text for span in quote.blocks[0].spans if span.bold] == ["Odoo keeps invoices.", "It is ", "free", "."]
    assert person.last
    item = (await person.say("open the invoice menu and choose a customer")).quotes[0]
    assert "1. Open the invoice menu, then choose a customer" in item.text.splitlines()
    details = await person.press(next(each.action for row in person.last[1].buttons for each in row))
    search.close()
    whole = details.quotes[0]
    assert details.text.startswith("Odoo for C# shops\n")
    assert "The full text is at the source." in details.text
    assert whole.text.startswith("Start\n\nShops of every size start at once. Odoo keeps invoices.")
    assert "\n\n1. Open the invoice menu, then choose a customer\n2. Print it.\n\nWords." in whole.text
    assert whole.text.endswith(" Words. …")
    assert len(whole.text) < 1600


async def test_quotes_are_picked_with_the_vector_of_what_was_asked(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        for record in ENTRIES:
            save_entry(session, parse_draft(record)[0], source="test", state=EntryState.PUBLISHED)
    encoder = HashingEncoder()
    search = SearchService(sqlite_database, encoder)
    search.build()
    asked: list[tuple[str, list[float]]] = []

    def quote(question: str, passage_text: str, *, vector: Vectors | None = None) -> list[str]:
        assert vector is not None
        asked.append((question, vector.tolist()))
        return ["The grant pays half of the costs."]

    limits = Thresholds(answer=0.05, clarify=0.04)
    conversation = AskerConversation(
        sqlite_database, Script(meaning), InEnglish(), search, limits, quote=quote, clock=lambda: NOON
    )
    person = Person(sqlite_database, conversation)
    reply = await person.say("grant for booking systems for tourism")
    assert reply.quotes[0].text == "The grant pays half of the costs."
    await person.say("hello")
    await person.say("only open ones")
    search.close()
    assert len({question for question, _ in asked}) == len(asked) - 1 == 1
    for question, vector in asked:
        assert vector == encoder.encode([question])[0].tolist()


async def test_filters_are_shown_and_taken_off(person: Person) -> None:
    reply = await person.say("grant for booking in Greece")
    assert references(reply) == ["call-hotels-old"]
    assert "Greece" in reply.text
    assert reply.cards[0].status_code == "closed"
    reply = await person.press("drop:countries")
    assert "call-hotels" in references(reply)
    assert reply.replaces is not None


async def test_follow_ups_refine_the_question(person: Person) -> None:
    await person.say("grant for booking for tourism")
    assert references(await person.say("and for agriculture?")) == ["call-farms"]
    reply = await person.say("tourism, only open ones")
    assert references(reply) == ["call-hotels"]
    reply = await person.say("in Greece instead")
    assert references(reply) == []
    assert "nothing within" in reply.text
    assert "Greece" in reply.text
    assert "drop:countries" in [button.action for row in reply.buttons for button in row]


async def test_more_and_the_second_one(person: Person) -> None:
    first = await person.say("electronic invoices")
    assert len(first.cards) == 3
    second = await person.say("more")
    assert [card.number for card in second.cards] == [4, 5, 6]
    assert not set(references(first)) & set(references(second))
    chosen = await person.say("the second one")
    assert chosen.quotes[0].title == second.cards[1].title
    assert chosen.text.startswith(second.cards[1].title)


async def test_after_the_last_page_the_results_can_still_be_chosen(person: Person) -> None:
    first = await person.say("grant for booking for agriculture")
    assert references(first) == ["call-farms"]
    assert "all that I have" in (await person.say("more")).text
    assert (await person.say("the first one")).quotes[0].title == first.cards[0].title


async def test_a_filter_that_matches_nothing_yields_nothing_and_says_so(person: Person) -> None:
    reply = await person.say("grant for fish in Iceland")
    assert not reply.cards
    assert "Iceland" in reply.text


async def open_a_ticket(person: Person, question: str = "qqqq zzzz xxxx") -> OutgoingMessage:
    await person.say(question)
    await person.press("person")
    await person.press("sum:skip")
    return await person.press("sum:ok")


def elena(session: Session) -> Staff:
    found = session.scalar(select(Staff).where(Staff.email == "e@example.org"))
    return found or create_staff(session, "e@example.org", "Elena", Role.EXPERT)[0]


async def opened_by(person: Person, *actions: str) -> OutgoingMessage:
    """Press one button after the other and return the last reply."""
    replies = [await person.press(action) for action in actions]
    return replies[-1]


def ticket_of(person: Person, number: int = 1) -> Ticket:
    with person.database.reading() as session:
        return session.get_one(Ticket, number)


async def test_what_it_does_not_know_goes_to_a_person_and_comes_back(person: Person) -> None:
    reply = await person.say("qqqq zzzz xxxx")
    assert not reply.cards
    assert "your country" in (await person.press("person")).text
    summary = await person.say("Bulgaria, tourism")
    assert "Country: Bulgaria" in summary.text.splitlines()
    assert "Field: Tourism" in summary.text
    opened = await person.press("sum:ok")
    assert "P-1" in opened.text
    assert "qqqq zzzz xxxx" in opened.text
    assert "expect an answer by" in opened.text
    ticket = ticket_of(person)
    assert (ticket.country, ticket.sector, ticket.reason) == ("BG", "tourism", "declined")
    assert ticket.findings
    assert ticket.findings["decision"] == "declined"
    with person.database.transaction() as session:
        answer_ticket(session, 1, elena(session), "It is <b>so</b>.")
    answer = person.messages()[-1]
    assert answer.author is Author.EXPERT
    assert answer.delivery is not None
    shown = outgoing_of(answer, "en").text
    assert "Elena" in shown
    assert "It is <b>so</b>." in shown


async def test_the_summary_is_corrected_confirmed_or_cancelled(person: Person) -> None:
    await person.say("a person")
    await person.say("how do I label honey?")
    await person.press("sum:skip")
    await person.press("sum:fix:question")
    summary = await person.say("how do I label acacia honey?")
    assert "acacia" in summary.text
    await person.press("sum:fix:contact")
    assert "could not read" in (await person.say("somewhere")).text
    assert "ana@example.org" in (await person.say("ana@example.org")).text
    assert "P-1" in (await person.say("yes")).text
    ticket = ticket_of(person)
    assert (ticket.question, ticket.contact_email) == ("how do I label acacia honey?", "ana@example.org")
    assert ticket.contact_consent_at is not None
    await person.forge("person")
    await person.say("and something else for you?")
    await person.press("sum:no")
    with person.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 1


async def test_a_detail_or_an_address_does_not_change_the_language(sqlite_database: Database) -> None:
    class ByLetters:
        def detect(self, text: str, history: Any = (), chosen: str | None = None) -> str:
            return "en" if text.isascii() else "el"

    search = SearchService(sqlite_database, HashingEncoder())
    search.build()
    limits = Thresholds(answer=0.05, clarify=0.04)
    conversation = AskerConversation(sqlite_database, Script(meaning), ByLetters(), search, limits, clock=lambda: NOON)
    person = Person(sqlite_database, conversation)
    asked = await person.say("Πώς βάζω ετικέτα;")
    assert asked.language == "el"
    await person.press("person")
    for words in ("Bulgaria, tourism", "ana@example.org"):
        assert (await person.say(words)).language == "el"
        await person.forge("sum:fix:contact")
    await person.forge("sum:skip")
    await person.press("sum:ok")
    assert (await person.say("ana@example.org https://example.org/form")).language == "el"
    assert (await person.say("thanks a lot")).language == "en"


async def test_asking_for_a_person_twice_opens_one_ticket(person: Person) -> None:
    await open_a_ticket(person)
    await person.forge("sum:ok")
    await person.forge("person")
    with person.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 1


async def test_an_old_button_hands_over_what_was_asked_then(person: Person) -> None:
    await person.say("qqqq zzzz xxxx")
    assert person.last
    old = person.last
    await person.say("electronic invoices")
    person.last = old
    await person.press("person")
    assert "qqqq zzzz xxxx" in (await person.press("sum:skip")).text
    await person.press("sum:ok")
    assert ticket_of(person).findings is None, "what was found for another question is not told as if it were for this"


async def test_a_bad_rating_offers_a_person_and_says_why(person: Person) -> None:
    await person.say("electronic invoices")
    await person.press("down")
    await person.press("person:unhelpful")
    await person.press("sum:skip")
    await person.press("sum:ok")
    assert (ticket_of(person).question, ticket_of(person).reason) == ("electronic invoices", "unhelpful")


async def test_after_two_poor_answers_the_desk_itself_brings_a_person_in_and_takes_a_no(person: Person) -> None:
    await person.say("qqqq zzzz xxxx")
    offer = await person.say("vvvv zzzz xxxx in Bulgaria")
    assert "Question: vvvv zzzz xxxx in Bulgaria" in offer.text.splitlines()
    assert "Country: Bulgaria" in offer.text
    assert "nothing was sent" in (await person.press("sum:no")).text
    assert "shall I pass your question on" in (await person.say("wwww zzzz xxxx")).text
    assert "P-1" in (await opened_by(person, "person", "sum:skip", "sum:ok")).text


async def test_after_two_thumbs_down_the_last_question_may_go_to_a_person_at_once(person: Person) -> None:
    await person.say("electronic invoices")
    assert "Shall an expert look" in (await person.press("down")).text
    await person.say("electronic invoices step 2")
    offer = await person.press("down")
    assert "Question: electronic invoices step 2" in offer.text
    await person.say("yes")
    assert (ticket_of(person).question, ticket_of(person).reason) == ("electronic invoices step 2", "unhelpful")


@pytest.mark.parametrize("claimed", [False, True])
async def test_what_is_about_a_ticket_joins_it_and_the_bot_does_not_talk_over_the_expert(
    person: Person, claimed: bool
) -> None:
    await open_a_ticket(person, "labels for acacia honey qqqq")
    if claimed:
        with person.database.transaction() as session:
            claim_ticket(session, 1, elena(session))
    for text in ("electronic invoices", "the labels for my acacia honey are green"):
        reply = await person.say(text)
        assert not reply.cards
        assert "P-1" in reply.text
    with person.database.reading() as session:
        events = get_ticket(session, 1).events
        assert [event.text for event in events if event.kind is EventKind.MESSAGE] == [
            "electronic invoices", "the labels for my acacia honey are green",
        ]  # fmt: skip
    await person.press("aside")
    assert (await person.say("electronic invoices")).cards


async def test_a_plainly_new_question_is_answered_beside_the_ticket_saying_so(person: Person) -> None:
    await open_a_ticket(person)
    reply = await person.say("how do electronic invoices work?")
    assert reply.cards
    assert reply.text.startswith("P-1 stays with our experts")
    with person.database.reading() as session:
        assert EventKind.MESSAGE not in [event.kind for event in get_ticket(session, 1).events]


async def test_where_neither_is_plain_the_asker_says_which(person: Person) -> None:
    await open_a_ticket(person)
    await person.say("wwww vvvv uuuu tttt ssss?")
    assert "P-1" in (await person.press("about:1")).text
    with person.database.reading() as session:
        events = [event for event in get_ticket(session, 1).events if event.kind is EventKind.MESSAGE]
    assert [event.text for event in events] == ["wwww vvvv uuuu tttt ssss?"]
    await person.say("rrrr pppp oooo nnnn mmmm?")
    declined = await person.press("own")
    assert "do not know" in declined.text


async def test_thanks_disturb_nobody(person: Person) -> None:
    await open_a_ticket(person)
    with person.database.transaction() as session:
        answer_ticket(session, 1, elena(session), "So.")
    assert "welcome" in (await person.say("many thanks")).text
    assert ticket_of(person).state is TicketState.ANSWERED


async def test_what_follows_an_answer_goes_back_to_the_expert(person: Person) -> None:
    await open_a_ticket(person)
    with person.database.transaction() as session:
        answer_ticket(session, 1, elena(session), "Use form seven.")
    assert "P-1" in (await person.say("which form?")).text
    assert ticket_of(person).state is TicketState.CLAIMED


async def test_an_experts_act_during_the_thinking_is_not_crossed(person: Person) -> None:
    await open_a_ticket(person)
    finder = person.conversation._finder
    search = finder.search

    async def meanwhile(*args: Any, **named: Any) -> Any:
        with person.database.transaction() as session:
            close_ticket(session, 1, elena(session))
        finder.search = search  # type: ignore[method-assign]
        return await search(*args, **named)

    finder.search = meanwhile  # type: ignore[method-assign]
    reply = await person.say("how do electronic invoices work?")
    assert reply.cards
    assert "stays with our experts" not in reply.text


async def test_an_answer_that_came_meanwhile_is_joined_not_doubled(person: Person) -> None:
    await open_a_ticket(person)
    understander = person.conversation._understander
    understand = understander.understand

    async def meanwhile(text: str, language: str) -> Understanding:
        with person.database.transaction() as session:
            answer_ticket(session, 1, elena(session), "So.")
        return await understand(text, language)

    understander.understand = meanwhile  # type: ignore[method-assign]
    await person.say("qqqq zzzz xxxx once more please")
    with person.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 1
        assert session.get_one(Ticket, 1).state is TicketState.CLAIMED


async def test_of_two_tickets_the_one_that_is_named_or_replied_to_is_meant(person: Person) -> None:
    await open_a_ticket(person)
    await open_a_ticket_aside(person, "how do wwww vvvv uuuu work?")
    await person.say("P-1: it is green")
    with person.database.transaction() as session:
        ask_asker(session, 1, elena(session), "How many?")
    asked = person.messages()[-1]
    await person.send(IncomingMessage("test", person.address, "two hundred", external_id="r", reply_to=asked.id))
    with person.database.reading() as session:
        events = get_ticket(session, 1).events
        assert [event.text for event in events if event.kind is EventKind.MESSAGE] == [
            "P-1: it is green",
            "two hundred",
        ]
    assert "P-2" in (await person.say("p-2")).text
    assert "You have no ticket P-99" in (await person.say("P-99")).text


async def open_a_ticket_aside(person: Person, question: str) -> OutgoingMessage:
    await person.say(question)
    await person.press("own")
    await person.press("person")
    await person.press("sum:skip")
    return await person.press("sum:ok")


async def test_after_closing_one_rates_comments_and_opens_again(person: Person) -> None:
    await open_a_ticket(person)
    with person.database.transaction() as session:
        close_ticket(session, 1, elena(session), "All done.")
    closing = person.messages()[-1]
    person.last = closing.id, outgoing_of(closing, "en")
    assert "All done." in person.last[1].text
    assert "2 of 5" in (await person.press("rate:1:2")).text
    await person.say("it came too late")
    rated = ticket_of(person)
    assert (rated.rating, rated.rating_comment, rated.state) == (2, "it came too late", TicketState.CLOSED)
    await person.forge("reopen:1")
    assert "open again" in (await person.say("the price is missing")).text
    assert ticket_of(person).state is TicketState.CLAIMED or ticket_of(person).state is TicketState.OPEN


async def test_thanks_after_closing_open_nothing_again(person: Person) -> None:
    await open_a_ticket(person)
    with person.database.transaction() as session:
        close_ticket(session, 1, elena(session))
    await person.say("many thanks")
    assert ticket_of(person).state is TicketState.CLOSED
    await person.say("qqqq zzzz xxxx is what I asked")
    await person.press("about:1")
    assert ticket_of(person).state is not TicketState.CLOSED


async def test_a_thumb_down_on_an_answer_is_about_its_ticket(person: Person) -> None:
    await open_a_ticket(person)
    with person.database.transaction() as session:
        answer_ticket(session, 1, elena(session), "So.")
    answer = person.messages()[-1]
    person.last = answer.id, outgoing_of(answer, "en")
    assert "P-1" in (await person.press("down")).text
    await person.say("how much does the form cost where I live?")
    with person.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 1
        assert session.get_one(Ticket, 1).state is TicketState.CLAIMED


async def test_a_ticket_is_looked_at_withdrawn_and_not_rated_before_its_answer(person: Person) -> None:
    await open_a_ticket(person)
    await person.say("my ticket")
    assert "waiting for an expert" in (await person.press("ticket:1")).text
    assert "not answered yet" in (await person.forge("rate:1:5")).text
    await person.forge("ticket:1")
    await person.press("withdraw:1")
    assert "withdrawn" in (await person.press("withdraw:1:yes")).text
    assert ticket_of(person).state is TicketState.CLOSED


async def test_a_ticket_is_followed_from_another_chat_by_a_code(person: Person) -> None:
    await open_a_ticket(person)
    code = (await person.press("follow:1")).text.splitlines()[-1]
    other = Person(person.database, person.conversation, "elsewhere")
    assert "P-1" in (await other.say(code)).text
    assert "not valid" in (await other.say(code)).text
    assert "P-1" in (await other.say("my ticket")).text
    await other.press("ticket:1")
    assert "does not follow" in (await other.press("unfollow:1")).text
    assert "You have no ticket P-1" in (await other.say("/unfollow P-1")).text
    assert "unfollow:1" not in str((await person.forge("ticket:1")).buttons), "one's own ticket cannot be left"
    assert (
        "You have no ticket P-1" in (await Person(person.database, person.conversation, "x").forge("withdraw:1")).text
    )


async def test_files_join_the_ticket_or_wait_for_their_question(person: Person) -> None:
    async def read() -> bytes:
        return b"price;unit\n1;kg\n"

    sent = IncomingFile("prices.csv", "text/csv", 16, read)
    bad = IncomingFile("x.exe", "application/x-dosexec", 99_000_000, read)
    first = await person.send(IncomingMessage("test", person.address, external_id="f1", files=(sent, bad)))
    assert "x.exe" in first.text
    await person.say("what do these prices mean qqqq?")
    await person.press("sum:skip")
    await person.press("sum:ok")
    joined = await person.send(IncomingMessage("test", person.address, external_id="f2", files=(sent,)))
    assert "P-1" in joined.text
    with person.database.reading() as session:
        events = get_ticket(session, 1).events
        assert [len(attachments_of(session, events=[event.id])) for event in events if event.kind in FILED] == [1, 1]


FILED = (EventKind.OPENED, EventKind.MESSAGE)


async def test_all_that_is_kept_can_be_had_as_a_file(person: Person) -> None:
    await open_a_ticket(person)
    reply = await person.say("/export")
    [file] = reply.files
    with person.database.reading() as session:
        content = file_content(session, file.attachment_id)[1].decode()
    assert "qqqq zzzz xxxx" in content


async def test_what_became_of_each_question_is_counted(person: Person) -> None:
    await person.say("electronic invoices")
    await open_a_ticket(person)
    await person.say("and in Iceland")
    await person.say("thanks")
    with person.database.reading() as session:
        outcomes = [question.outcome for question in session.scalars(select(Question).order_by(Question.id))]
    assert outcomes == [QuestionOutcome.ANSWERED, QuestionOutcome.HANDED]


async def test_a_repeated_message_is_answered_once(person: Person) -> None:
    await person.say("hello", external_id="same")
    again = await person.conversation.handle(IncomingMessage("test", person.address, "hello", external_id="same"))
    assert again == Handled()
    assert len(person.messages()) == 2


async def test_what_a_turn_writes_follows_what_was_there(person: Person) -> None:
    first = await person.conversation.handle(IncomingMessage("test", person.address, "hello"))
    second = await person.conversation.handle(IncomingMessage("test", person.address, "hello"))
    assert (first.follows, second.follows) == (0, first.ids[-1])
    with person.database.transaction() as session:
        place = open_conversation(session, "test", person.address)
        news = send_message(session, place, "News", author=Author.BOT).id
    assert (await person.conversation.handle(IncomingMessage("test", person.address, "hello"))).follows == news


async def test_messages_that_come_at_once_are_answered_one_by_one(person: Person) -> None:
    same = IncomingMessage("test", person.address, "electronic invoices", external_id="same")
    other = IncomingMessage("test", person.address, "electronic invoices", external_id="other")
    answers = await asyncio.gather(*(person.conversation.handle(each) for each in (same, same, other, other, same)))
    assert sorted(len(each.owed) for each in answers) == [0, 0, 0, 1, 1]


async def test_deleting_ones_data_needs_a_yes_and_leaves_nothing(person: Person) -> None:
    await open_a_ticket(person)
    await person.say("delete my data")
    assert len(person.messages()) > 4
    last = person.messages()[-1].id
    await person.press("delete:yes")
    assert [(message.author, message.text) for message in person.messages()] == [
        (Author.ASKER, "Yes, delete everything"), (Author.BOT, "Everything was deleted. Goodbye!"),
    ]  # fmt: skip
    assert all(message.id > last for message in person.messages())
    with person.database.reading() as session:
        ticket = session.get_one(Ticket, 1)
    assert (ticket.state, ticket.conversation_id) == (TicketState.CLOSED, None)
    assert "qqqq" not in ticket.question


async def test_a_subscription_is_kept_once_and_stopped(person: Person) -> None:
    for _ in range(2):
        reply = await person.say("keep me posted about tourism")
    assert "Tourism" in reply.text
    with person.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Subscription)) == 1
    await person.press("unsubscribe")
    with person.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Subscription)) == 0


async def test_news_are_stopped_in_words(person: Person) -> None:
    await person.say("keep me posted about tourism")
    assert "no more news" in (await person.say("stop the news")).text
    with person.database.reading() as session:
        assert session.scalars(select(Subscription)).all() == []


async def test_a_list_offers_to_tell_of_new_entries(person: Person) -> None:
    await person.say("grant for tourism, only open ones")
    await person.press("subscribe")
    with person.database.reading() as session:
        [subscription] = session.scalars(select(Subscription))
    assert subscription.filters == {"kinds": ["funding_call"], "sectors": ["tourism"]}


async def test_a_rating_is_kept(person: Person) -> None:
    await person.say("electronic invoices")
    assert person.last
    rated = person.last[0]
    reply = await person.press("down")
    assert "person:unhelpful" in [button.action for row in reply.buttons for button in row]
    with person.database.reading() as session:
        assert session.get_one(Message, rated).rating == -1


async def test_the_language_is_chosen_by_a_button(person: Person) -> None:
    await person.forge("languages")
    reply = await person.press("language:bg")
    assert reply.language == "bg"
    assert "български" in reply.text
    assert (await person.say("hello")).language == "bg"


@pytest.mark.parametrize(
    "action", ["", "card:999999", "card:x", "drop:text", "drop:", "language:xx", "zzz", "more:", "up"]
)
async def test_a_forged_button_gets_a_reply_and_changes_nothing(person: Person, action: str) -> None:
    assert (await person.forge(action)).text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\x00\x01\x02",
        "?!…",
        "🙂",
        "\u202eevil\u202c",
        "<script>alert(1)</script>",
        "x" * 100_000,
        "\ud800",
        "/nonsense",
    ],
)
async def test_hostile_messages_get_a_clear_reply(person: Person, text: str) -> None:
    reply = await person.say(text)
    assert reply.text
    if len(text) > MAX_INCOMING_CHARS:
        assert "very long" in reply.text
    stored = person.messages()[0].text
    assert len(stored) <= MAX_INCOMING_CHARS
    assert not set(stored) & {"\x00", "\u202e"}
