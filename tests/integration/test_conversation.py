"""The conversation with real parts: SQL, FAISS, BM25, the policy; the understanding is a script."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.conversation import Conversation, clean
from bot.messages import MAX_INCOMING_CHARS, IncomingMessage, OutgoingMessage
from bot.policy import Thresholds
from bot.rendering import outgoing_of
from index.encoder import HashingEncoder
from index.library import Search
from index.model import Vectors
from knowledge.conversations import find_conversation, messages_after
from knowledge.database import Database
from knowledge.drafts import parse_draft
from knowledge.entries import save_entry
from knowledge.models import Author, EntryState, Message, Role, Subscription, Ticket, TicketState
from knowledge.staff import create_staff
from knowledge.tickets import answer_ticket, claim_ticket
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
        "keep me posted": Intent.SUBSCRIBE, "grant": Intent.FIND_CALL, "start over": Intent.RESTART,
    }  # fmt: skip
    intent = next((each for word, each in intents.items() if word in text), Intent.ASK)
    return Understanding(intent, 0.95, entities)


class Person:
    """Somebody at a channel; `say` and `press` return what they get."""

    def __init__(self, database: Database, conversation: Conversation, address: str = "someone") -> None:
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
        ids = await self.conversation.handle(incoming)
        assert len(ids) == 1
        with self.database.reading() as session:
            self.last = ids[0], outgoing_of(session.get_one(Message, ids[0]), "en")
        return self.last[1]

    def messages(self) -> list[Message]:
        with self.database.reading() as session:
            conversation = find_conversation(session, "test", self.address)
            return messages_after(session, conversation.id, 0) if conversation else []


@pytest.fixture
def person(database: Database) -> Iterator[Person]:
    with database.transaction() as session:
        for record in ENTRIES:
            save_entry(session, parse_draft(record)[0], source="test", state=EntryState.PUBLISHED)
    search = Search(database, HashingEncoder())
    search.build()
    limits = Thresholds(answer=0.05, clarify=0.04)
    conversation = Conversation(database, Script(meaning), InEnglish(), search, limits, clock=lambda: NOON)
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


async def test_quotes_are_picked_with_the_vector_of_what_was_asked(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        for record in ENTRIES:
            save_entry(session, parse_draft(record)[0], source="test", state=EntryState.PUBLISHED)
    encoder = HashingEncoder()
    search = Search(sqlite_database, encoder)
    search.build()
    asked: list[tuple[str, list[float]]] = []

    def quote(question: str, passage_text: str, *, vector: Vectors | None = None) -> list[str]:
        assert vector is not None
        asked.append((question, vector.tolist()))
        return ["The grant pays half of the costs."]

    limits = Thresholds(answer=0.05, clarify=0.04)
    conversation = Conversation(
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


async def test_what_it_does_not_know_goes_to_a_person_and_comes_back(person: Person) -> None:
    reply = await person.say("qqqq zzzz xxxx")
    assert not reply.cards
    opened = await person.press("person")
    assert "P-1" in opened.text
    assert "qqqq zzzz xxxx" in opened.text
    with person.database.transaction() as session:
        expert, _ = create_staff(session, "e@example.org", "Elena", Role.EXPERT)
        answer_ticket(session, 1, expert, "It is <b>so</b>.")
    answer = person.messages()[-1]
    assert answer.author is Author.EXPERT
    assert answer.delivery is not None
    shown = outgoing_of(answer, "en").text
    assert "Elena" in shown
    assert "It is <b>so</b>." in shown


async def test_asking_for_a_person_twice_opens_one_ticket(person: Person) -> None:
    await person.say("qqqq zzzz xxxx")
    await person.press("person")
    await person.forge("person")
    with person.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 1


async def test_a_person_without_a_question_is_asked_for_one(person: Person) -> None:
    await person.say("a person")
    reply = await person.say("how do I label honey?")
    assert "how do I label honey?" in reply.text
    with person.database.reading() as session:
        assert session.get_one(Ticket, 1).question == "how do I label honey?"


async def test_the_bot_does_not_talk_over_the_expert(person: Person) -> None:
    await person.say("qqqq zzzz xxxx")
    await person.press("person")
    with person.database.transaction() as session:
        expert, _ = create_staff(session, "e@example.org", "Elena", Role.EXPERT)
        claim_ticket(session, 1, expert)
    reply = await person.say("electronic invoices")
    assert not reply.cards
    assert "P-1" in reply.text
    await person.press("aside")
    assert (await person.say("electronic invoices")).cards


async def test_a_repeated_message_is_answered_once(person: Person) -> None:
    await person.say("hello", external_id="same")
    again = await person.conversation.handle(IncomingMessage("test", person.address, "hello", external_id="same"))
    assert again == []
    assert len(person.messages()) == 2


async def test_messages_that_come_at_once_are_answered_one_by_one(person: Person) -> None:
    same = IncomingMessage("test", person.address, "electronic invoices", external_id="same")
    other = IncomingMessage("test", person.address, "electronic invoices", external_id="other")
    answers = await asyncio.gather(*(person.conversation.handle(each) for each in (same, same, other, other, same)))
    assert sorted(len(each) for each in answers) == [0, 0, 0, 1, 1]


async def test_deleting_ones_data_needs_a_yes_and_leaves_nothing(person: Person) -> None:
    await person.say("qqqq zzzz xxxx")
    await person.press("person")
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
    assert "person" in [button.action for row in reply.buttons for button in row]
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


def test_cleaning_keeps_words_and_lines() -> None:
    assert clean("Здраво\r\nсвете\t!") == "Здраво\nсвете\t!"
