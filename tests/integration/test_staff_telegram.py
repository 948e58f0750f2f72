"""The desk inside Telegram: an expert works a ticket from their own chat, against the Bot API server."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.channels.telegram import TelegramChannel
from bot.delivery.outbox import Outbox
from bot.delivery.wakeups import Wakeups, WakingConversation
from bot.delivery.workers import Workers
from bot.lookups import SentFiles
from bot.messages import IncomingMessage, OutgoingMessage
from bot.staff import StaffConversation, StaffWords
from bot.wording.rendering import outgoing_of
from knowledge.conversations.deliveries import message_of
from knowledge.conversations.files import keep_file
from knowledge.conversations.messages import open_conversation, receive_message
from knowledge.database import Database
from knowledge.models import (
    Author,
    Delivery,
    DeliveryState,
    EventKind,
    Message,
    Role,
    Staff,
    Ticket,
    TicketEvent,
    TicketState,
)
from knowledge.retrying import Backoff
from knowledge.staff.accounts import create_staff
from knowledge.tickets.by_asker import add_asker_message, open_ticket
from knowledge.tickets.by_staff import claim_ticket
from knowledge.tickets.chat_links import staff_code
from tests.support.background import in_background
from tests.support.bot_api_server import BotApiServer, Chat, SentMessage
from tests.support.scripted_conversation import ScriptedConversation
from tests.support.waiting import WITHIN_S, until

pytestmark = pytest.mark.anyio

PASSWORD = "correct horse battery"


@pytest.fixture
def server() -> Iterator[BotApiServer]:
    with BotApiServer() as server:
        yield server
    assert server.violations == []


def say(incoming: IncomingMessage) -> list[OutgoingMessage]:
    return [OutgoingMessage(text=f"bot: {incoming.text}", language="en")]


class Desk:
    """A desk with Telegram, whose bot says what it hears, and the people around it."""

    def __init__(self, server: BotApiServer, database: Database) -> None:
        self.server, self.database, self.wakeups = server, database, Wakeups()
        self.words = StaffWords(outgoing_of, "https://desk.example.org")
        self.conversation = ScriptedConversation(database, say)
        self.channel = TelegramChannel(
            server.token,
            WakingConversation(StaffConversation(database, self.conversation, self.words, self.offer), self.wakeups),
            lambda ids: self.outbox.deliver(ids),
            api_url=server.url,
            languages=("en",),
            backoff=Backoff(0.05, 60),
            find_message=self.find,
            files=SentFiles(database),
        )
        self.outbox = Outbox(
            database, {"telegram": self.channel}, self.words.outgoing_of, poll_s=0.05, backoff=Backoff(0.05, 60)
        )
        self.workers = Workers(database, "me", self.wakeups, staff_channels=["telegram"], tell_every_s=0.05)

    async def find(self, address: str, name: str) -> int | None:
        with self.database.reading() as session:
            message = message_of(session, "telegram", address, name)
            return message.id if message else None

    async def offer(self, address: str, tag: str, described: dict[str, str] | None) -> None:
        await self.channel.offer_desk(address, tag, described)

    def hire(self, name: str, language: str = "en") -> str:
        """Make an expert and return the code that links a chat to them."""
        with self.database.transaction() as session:
            staff, _ = create_staff(session, f"{name.lower()}@desk.test", name, Role.EXPERT, PASSWORD)
            staff.language = language
            return staff_code(session, staff)

    def staff(self, name: str) -> Staff:
        with self.database.reading() as session:
            return session.query(Staff).filter_by(name=name).one()

    def ask(self, asker: Chat, question: str = "How do I export honey?") -> int:
        with self.database.transaction() as session:
            conversation = open_conversation(session, "telegram", str(asker.id))
            return open_ticket(session, conversation, question, reason="asked", language="bg").id

    def ticket(self, ticket_id: int) -> Ticket:
        with self.database.reading() as session:
            return session.get_one(Ticket, ticket_id)

    def owed(self) -> int:
        with self.database.reading() as session:
            return session.query(Delivery).filter_by(state=DeliveryState.PENDING).count()

    def acts(self) -> list[tuple[EventKind, str]]:
        with self.database.reading() as session:
            events = session.query(TicketEvent).order_by(TicketEvent.id)
            return [(event.kind, event.text) for event in events if event.staff_id]


@asynccontextmanager
async def running(server: BotApiServer, database: Database) -> AsyncIterator[Desk]:
    desk = Desk(server, database)
    async with in_background(desk.outbox.run()), desk.workers, desk.channel:
        await asyncio.wait_for(desk.channel.ready(), WITHIN_S)
        yield desk


async def linked(desk: Desk, name: str, language: str = "en") -> Chat:
    chat = desk.server.chat(first_name=name)
    hello = await chat.ask(f"/link {desk.hire(name, language)}")
    assert name in hello.text
    return chat


async def told(chat: Chat) -> SentMessage:
    return await chat.reply(10)


async def test_a_ticket_is_worked_without_the_console(server: BotApiServer, database: Database) -> None:
    async with running(server, database) as desk:
        expert, asker = await linked(desk, "Mira"), server.chat()
        ticket_id = desk.ask(asker)
        notice = await told(expert)
        assert notice.text.startswith("New question P-")
        assert "How do I export honey?" in notice.text
        assert notice.buttons == [["Claim", "Pass on"], ["Note", "Show all"], ["Open"]]

        expert.press(notice, f"t:claim:{ticket_id}")
        claimed = await told(expert)
        assert claimed.text == f"P-{ticket_id} is yours. Reply to this message to answer."
        assert claimed.prompt == "Your answer"
        await expert.until(lambda: notice.buttons[0] == ["Ask for details", "Pass on"])
        expert.press(notice, f"t:note:{ticket_id}")
        prompt = await told(expert)
        assert prompt.prompt == "Your note"
        expert.answer(prompt, "Ask the ministry first.")
        assert "note" in (await told(expert)).text
        expert.press(notice, f"t:ask:{ticket_id}")
        expert.answer(await told(expert), "To which country?")
        assert "question" in (await told(expert)).text
        assert "To which country?" in (await told(asker)).text
        expert.answer(claimed, "You need a certificate.")
        done = await told(expert)
        assert done.text == f"Your answer to P-{ticket_id} is on its way."
        assert done.buttons[0] == ["Close", "Note", "Show all"]
        assert "You need a certificate." in (await told(asker)).text
        expert.press(done, f"t:close:{ticket_id}")
        last_word = await told(expert)
        assert last_word.prompt == "A last word"
        assert f"/close_{ticket_id}" in last_word.text
        expert.answer(last_word, "Good luck!")
        assert (await told(expert)).text == f"P-{ticket_id} is closed."
        assert "Good luck!" in (await told(asker)).text
        assert desk.ticket(ticket_id).state is TicketState.CLOSED
        assert [text for _, text in desk.acts() if text] == [
            "Ask the ministry first.", "To which country?", "You need a certificate.", "Good luck!",
        ]  # fmt: skip
        assert desk.conversation.asked == []


async def test_what_was_asked_for_may_be_typed_without_a_reply(server: BotApiServer, sqlite_database: Database) -> None:
    async with running(server, sqlite_database) as desk:
        expert, asker = await linked(desk, "Mira"), server.chat()
        ticket_id = desk.ask(asker)
        notice = await told(expert)
        expert.press(notice, f"t:note:{ticket_id}")
        await told(expert)
        assert "is kept" in (await expert.ask("Ask the ministry first.")).text
        assert (await expert.ask("What is VAT?")).text == "bot: What is VAT?"
        expert.press_data(f"1:t:close:{ticket_id}")
        await told(expert)
        assert (await expert.ask(f"/close_{ticket_id}")).text == f"P-{ticket_id} is closed."
        assert desk.acts() == [(EventKind.NOTE, "Ask the ministry first."), (EventKind.CLOSED, "")]


async def test_who_holds_a_ticket_and_writes_to_the_bot_hears_how_to_write_to_the_asker(
    server: BotApiServer, sqlite_database: Database
) -> None:
    async with running(server, sqlite_database) as desk:
        expert, asker = await linked(desk, "Mira"), server.chat()
        ticket_id = desk.ask(asker)
        expert.press(await told(expert), f"t:claim:{ticket_id}")
        await told(expert)
        await expert.ask("You need a certificate.")
        hint = await told(expert)
        assert hint.text == f"If this was for the asker of P-{ticket_id}, reply to this message with it."
        expert.answer(hint, "You need a certificate.")
        assert "You need a certificate." in (await told(asker)).text
        with sqlite_database.transaction() as session:
            session.get_one(Ticket, ticket_id).state = TicketState.CLAIMED
        for question in ("And what is VAT?", "And in Greece?"):
            expert.send(question)
        await expert.until(lambda: "bot: And in Greece?" in [message.text for message in expert.messages], 10)
        assert sum("If this was for the asker" in message.text for message in expert.messages) == 1


async def test_notices_show_how_their_ticket_stands_wherever_it_was_claimed(
    server: BotApiServer, database: Database
) -> None:
    async with running(server, database) as desk:
        mira, boris, asker = await linked(desk, "Mira"), await linked(desk, "Boris", "bg"), server.chat()
        ticket_id = desk.ask(asker)
        mine, theirs = await told(mira), await told(boris)
        with database.transaction() as session:
            claim_ticket(session, ticket_id, desk.staff("Mira"))
        await boris.until(lambda: f"P-{ticket_id} е при Mira." in theirs.text)
        assert theirs.buttons == [["Бележка", "Покажи всичко"], ["Отвори"]]
        assert "отговорите" not in theirs.text
        await mira.until(lambda: f"P-{ticket_id} is yours." in mine.text)
        mira.press(mine, f"t:pass:{ticket_id}")
        whom = await told(mira)
        mira.press(whom, "Put back")
        await boris.until(lambda: theirs.buttons[0][0] == "Поемам")
        await mira.until(lambda: whom.buttons[0] == ["Claim", "Pass on"])
        assert (len(mira.messages), len(boris.messages)) == (4, 2)


async def test_of_two_who_claim_at_once_one_is_told_who_was_faster(server: BotApiServer, database: Database) -> None:
    async with running(server, database) as desk:
        mira, boris, asker = await linked(desk, "Mira"), await linked(desk, "Boris"), server.chat()
        ticket_id = desk.ask(asker)
        for chat in (mira, boris):
            notice = await told(chat)
            chat.press(notice, f"t:claim:{ticket_id}")
        said = sorted([(await told(mira)).text, (await told(boris)).text], key=len)
        holder = desk.ticket(ticket_id).assignee_id
        name = "Mira" if holder == desk.staff("Mira").id else "Boris"
        assert said == [f"{name} holds P-{ticket_id}.", f"P-{ticket_id} is yours. Reply to this message to answer."]
        assert [kind for kind, _ in desk.acts()] == [EventKind.CLAIMED]


async def test_the_menu_of_a_linked_chat_has_the_desk_s_commands(
    server: BotApiServer, sqlite_database: Database
) -> None:
    async with running(server, sqlite_database) as desk:
        expert = server.chat()
        await expert.ask(f"/start s-{desk.hire('Mira', 'sr')}")
        await server.until(lambda: expert.commands)
        assert list(expert.commands)[:3] == ["desk", "unlink", "help"]
        assert expert.commands["desk"] == "Шта чека стручњаке"
        await expert.ask("/unlink")
        await server.until(lambda: not expert.commands)


async def test_a_question_of_an_expert_s_own_goes_to_the_bot(server: BotApiServer, sqlite_database: Database) -> None:
    async with running(server, sqlite_database) as desk:
        expert = await linked(desk, "Mira")
        said = await expert.ask("What is VAT?")
        assert said.text == "bot: What is VAT?"
        expert.answer(said, "And in Greece?")
        assert (await told(expert)).text == "bot: And in Greece?"


async def test_the_same_update_acts_once(server: BotApiServer, sqlite_database: Database) -> None:
    async with running(server, sqlite_database) as desk:
        expert, asker = await linked(desk, "Mira"), server.chat()
        desk.ask(asker)
        update = expert.answer(await told(expert), "Yes.")
        server.bring_again(update, new_id=True)
        await told(expert)
        server.bring_again(update, new_id=True)
        await server.until(lambda: not server.pending)
        await until(lambda: not desk.owed())
        assert [kind for kind, _ in desk.acts()].count(EventKind.ANSWER) == 1
        assert sum("Yes." in message.text for message in asker.messages) == 1


async def test_refusals_are_one_line_in_the_expert_s_language(server: BotApiServer, sqlite_database: Database) -> None:
    async with running(server, sqlite_database) as desk:
        mira, asker = await linked(desk, "Mira", "bg"), server.chat()
        desk.hire("Boris")
        ticket_id = desk.ask(asker)
        notice = await told(mira)
        assert notice.text.startswith("Нов въпрос")
        with sqlite_database.transaction() as session:
            claim_ticket(session, ticket_id, desk.staff("Boris"))
        mira.press(notice, f"t:claim:{ticket_id}")
        assert (await told(mira)).text == f"P-{ticket_id} е при Boris."
        mira.answer(notice, "Да.")
        assert (await told(mira)).text == f"P-{ticket_id} е при Boris."
        mira.press_data(f"1:t:claim:{ticket_id + 9}")
        assert (await told(mira)).text == "Няма такъв въпрос."
        assert [kind for kind, _ in desk.acts()] == [EventKind.CLAIMED]


async def test_only_staff_may_act(server: BotApiServer, sqlite_database: Database) -> None:
    async with running(server, sqlite_database) as desk:
        stranger = server.chat()
        ticket_id = desk.ask(stranger)
        stranger.press_data(f"1:t:close:{ticket_id}")
        assert "/link" in (await told(stranger)).text
        assert "wrong" in (await stranger.ask("/link ABCDE23456")).text
        expert = await linked(desk, "Mira")
        assert f"P-{ticket_id}" in (await expert.ask("/desk")).text
        await expert.ask("/unlink")
        expert.press_data(f"1:t:claim:{ticket_id}")
        assert "/link" in (await told(expert)).text
        assert desk.ticket(ticket_id).state is TicketState.OPEN


async def test_a_ticket_is_passed_on_and_put_back(server: BotApiServer, sqlite_database: Database) -> None:
    async with running(server, sqlite_database) as desk:
        mira, boris, asker = await linked(desk, "Mira"), await linked(desk, "Boris"), server.chat()
        ticket_id = desk.ask(asker)
        notice = await told(mira)
        await told(boris)
        mira.press(notice, f"t:pass:{ticket_id}")
        whom = await told(mira)
        assert whom.buttons == [["Boris"]]
        mira.press(whom, "Boris")
        assert (await told(mira)).text == f"P-{ticket_id} was handed to Boris."
        handed = await told(boris)
        assert "handed to you" in handed.text
        boris.press(handed, f"t:pass:{ticket_id}")
        boris.press(await told(boris), "Put back")
        assert (await told(boris)).text == f"P-{ticket_id} is free for others."
        assert desk.ticket(ticket_id).state is TicketState.OPEN


async def test_files_travel_between_asker_and_expert(server: BotApiServer, sqlite_database: Database) -> None:
    async with running(server, sqlite_database) as desk:
        expert, asker = await linked(desk, "Mira"), server.chat()
        ticket_id = desk.ask(asker)
        notice = await told(expert)
        expert.press(notice, f"t:claim:{ticket_id}")
        await told(expert)
        with sqlite_database.transaction() as session:
            place = open_conversation(session, "telegram", str(asker.id))
            file = keep_file(session, "label.txt", b"Lipov med")
            message = receive_message(session, place, "Our label", external_id="m")
            add_asker_message(session, session.get_one(Ticket, ticket_id), message, files=[file.id])
        wrote = await told(expert)
        assert "Our label" in wrote.text
        await expert.until(lambda: expert.messages[-1].file)
        expert.press(wrote, f"t:more:{ticket_id}")
        await expert.until(lambda: sum(1 for each in expert.messages if each.file) == 2)
        assert "How do I export honey?" in expert.messages[-2].text
        assert [each.file.content for each in expert.messages if each.file] == [b"Lipov med", b"Lipov med"]
        assert len({each.file_id for each in expert.messages if each.file}) == 1
        expert.send_document(
            "form.pdf",
            b"%PDF-1.4 form",
            "application/pdf",
            caption="Fill this in.",
            reply_to_message=server.described(expert, notice.message_id),
        )
        await asker.until(lambda: any(each.file for each in asker.messages), 10)
        assert [each.file.name for each in asker.messages if each.file] == ["form.pdf"]
        expert.send_document(
            "virus.exe", b"MZ\x90\x00\x03", "x", reply_to_message=server.described(expert, notice.message_id)
        )
        await expert.until(lambda: "I could not take virus.exe" in expert.messages[-1].text)


async def test_what_experts_write_is_kept_with_the_ticket_only(server: BotApiServer, sqlite_database: Database) -> None:
    async with running(server, sqlite_database) as desk:
        expert, asker = await linked(desk, "Mira"), server.chat()
        ticket_id = desk.ask(asker)
        expert.answer(await told(expert), "A long secret.")
        await told(expert)

        def words() -> list[tuple[Any, ...]]:
            with sqlite_database.reading() as session:
                messages = session.query(Message).filter(Message.text.contains("secret"))
                return [(message.author, message.ticket_id) for message in messages]

        assert words() == [(Author.EXPERT, ticket_id)]
