"""Staff in a chat: acts on tickets with the same verbs, rights and audit as the console's."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.dialogue.actions import StaffAct
from bot.messages import IncomingMessage, OutgoingMessage
from bot.ports import Conversation, Handled, Menu, Owed, Received
from bot.staff import wording
from bot.staff.acting import StaffActs, say
from bot.staff.acts import ChatAct, OfChat, command_of, held_last, reply_of, typed_of
from bot.staff.notices import StaffWords
from bot.staff.wording import said
from bot.turns import attachments
from bot.turns.attachments import Fetched
from bot.wording import replies
from bot.wording.texts import tag_of_hint
from knowledge.conversations.messages import (
    already_received,
    find_conversation,
    newest_message,
    open_conversation,
    receive_message,
    send_message,
)
from knowledge.database import Database
from knowledge.errors import Conflict, NotFound
from knowledge.models import Author, Message, MessageKind, Staff, Ticket, TicketState, now
from knowledge.models import Conversation as Place
from knowledge.payloads import StaffPrompt, StaffSaid
from knowledge.tickets import chat_links

_RENEWING = frozenset({StaffAct.CLAIM, StaffAct.END, StaffAct.BACK, StaffAct.PASS, StaffAct.GROUP})
"""The acts after which the buttons that were pressed would promise what no longer holds."""


HINT_EVERY = timedelta(hours=1)


async def _no_menu(address: str, tag: str, described: dict[str, str] | None) -> None:
    """Channels without a menu have none to change."""


class _Refused(Exception):
    """An act cannot be carried out as it came; the words say why."""


class StaffConversation:
    """A conversation that acts for staff in their linked chats and leaves everything else to `conversation`.

    An act is one transaction, which never holds the chat's own row; the word about it is another. A message that
    comes twice acts once.
    """

    def __init__(
        self, database: Database, conversation: Conversation, words: StaffWords, menu: Menu = _no_menu
    ) -> None:
        self._database = database
        self._conversation = conversation
        self._words = words
        self._doing = StaffActs(words)
        self._menu = menu
        self._offering: set[asyncio.Task[None]] = set()

    async def handle(self, incoming: IncomingMessage) -> Handled:
        """Act, or let the conversation answer those who are not staff, and staff who ask a question of their own."""
        act = await asyncio.to_thread(self._read, incoming)
        if act is None:
            handled = await self._conversation.handle(incoming)
            hint = await asyncio.to_thread(self._hint, incoming) if handled.owed else None
            return replace(handled, owed=(*handled.owed, hint), follows=None) if hint else handled
        files = await attachments.fetch(incoming.files)
        handled = await asyncio.to_thread(self._perform, incoming, act, files)
        if isinstance(act.verb, OfChat):
            task = asyncio.create_task(self._offer_menu(incoming))
            self._offering.add(task)
            task.add_done_callback(self._offering.discard)
        return handled

    async def _offer_menu(self, incoming: IncomingMessage) -> None:
        staff = await asyncio.to_thread(self._staff_of, incoming)
        tag = (staff.language if staff else None) or tag_of_hint(incoming.language_hint) or "en"
        described = {name: said(tag, text) for name, text in wording.COMMANDS.items()} if staff else None
        await self._menu(incoming.address, tag, described)

    def _staff_of(self, incoming: IncomingMessage) -> Staff | None:
        with self._database.reading() as session:
            return chat_links.staff_at(session, incoming.channel, incoming.address)

    def _read(self, incoming: IncomingMessage) -> ChatAct | None:
        if act := command_of(incoming):
            return act
        if incoming.action is not None or incoming.text.startswith("/"):
            return None
        with self._database.reading() as session:
            if chat_links.staff_at(session, incoming.channel, incoming.address) is None:
                return None
            return reply_of(session, incoming) if incoming.reply_to else typed_of(session, incoming)

    def _hint(self, incoming: IncomingMessage) -> Owed | None:
        """Tell staff who hold a ticket and wrote to the bot, now and then, how they write to the asker instead."""
        if incoming.action is not None or incoming.text.startswith("/"):
            return None
        with self._database.transaction() as session:
            staff = chat_links.staff_at(session, incoming.channel, incoming.address)
            ticket = held_last(session, staff) if staff else None
            if staff is None or ticket is None:
                return None
            place = open_conversation(session, incoming.channel, incoming.address)
            since = now() - HINT_EVERY
            if newest_message(session, incoming.channel, incoming.address, kind=MessageKind.STAFF_HINT, since=since):
                return None
            tag = staff.language or place.language or "en"
            hint = say(said(tag, wording.FOR_THE_ASKER, ticket=ticket.number), tag)
            payload = StaffSaid(kind=MessageKind.STAFF_HINT, said=hint.as_json())
            sent = send_message(session, place, hint.text, author=Author.BOT, payload=payload, ticket_id=ticket.id)
            return Owed.of(sent, hint)

    def _perform(self, incoming: IncomingMessage, act: ChatAct, files: Sequence[Fetched]) -> Handled:
        with self._database.reading() as session:
            place = find_conversation(session, incoming.channel, incoming.address)
            if place and incoming.external_id and already_received(session, place, incoming.external_id):
                return Handled()
            staff = chat_links.staff_at(session, incoming.channel, incoming.address)
            known = (staff.language if staff else None) or (place.language if place else None)
        tag = known or tag_of_hint(incoming.language_hint) or "en"
        try:
            with self._database.transaction() as session:
                reply = self._act(session, incoming, act, files, tag)
        except _Refused as error:
            reply = say(str(error), tag)
        except (Conflict, NotFound) as error:
            with self._database.reading() as session:
                reply = say(self._refusal(session, act, staff, error, tag), tag)
        return self._tell(incoming, act, reply, tag)

    def _act(
        self, session: Session, incoming: IncomingMessage, act: ChatAct, files: Sequence[Fetched], tag: str
    ) -> OutgoingMessage:
        if act.verb is OfChat.LINK:
            staff = chat_links.link_staff(session, act.text, incoming.channel, incoming.address)
            tag = staff.language or tag
            return say(said(tag, wording.LINKED, name=staff.name), tag)
        found = chat_links.staff_at(session, incoming.channel, incoming.address)
        if found is None:
            return say(said(tag, wording.STAFF_ONLY), tag)
        if act.verb is OfChat.UNLINK:
            chat_links.unlink(session, incoming.channel, incoming.address)
            return say(said(tag, wording.UNLINKED), tag)
        if act.verb is OfChat.DESK:
            return self._doing.desk(session, found, tag)
        kept, refused = attachments.keep(session, files)
        if refused:
            raise _Refused(replies.refused(refused, tag))
        key = f"{incoming.channel}:{incoming.address}:{incoming.external_id}"
        return self._doing.on_ticket(session, found, act, key, kept, [each.file.name for each in files], tag)

    def _tell(self, incoming: IncomingMessage, act: ChatAct, reply: OutgoingMessage, tag: str) -> Handled:
        with self._database.transaction() as session:
            place = open_conversation(session, incoming.channel, incoming.address)
            if incoming.external_id and already_received(session, place, incoming.external_id):
                return Handled()
            staff = chat_links.staff_at(session, incoming.channel, incoming.address)
            place.language = (staff.language if staff else None) or place.language or tag
            # The words themselves are the ticket's, and are kept there only.
            received = receive_message(
                session, place, act.verb.value, external_id=incoming.external_id, kind=MessageKind.STAFF_ACT
            )
            prompts = reply.placeholder is not None and act.verb in wording.PROMPTS
            ticket = session.get(Ticket, act.ticket_id) if act.ticket_id else None
            received.ticket_id = ticket.id if ticket else None
            shown = reply.as_json()
            payload = StaffPrompt(said=shown, act=act.verb.value) if prompts else StaffSaid(said=shown)
            sent = send_message(
                session, place, reply.text, author=Author.BOT, payload=payload, ticket_id=received.ticket_id
            )
            renewed = self._renewed(session, place, incoming, act, ticket, staff)
            owed = (Owed.of(sent, reply), *([renewed] if renewed else []))
            return Handled(Received.of(received), owed)

    def _renewed(
        self,
        session: Session,
        place: Place,
        incoming: IncomingMessage,
        act: ChatAct,
        ticket: Ticket | None,
        staff: Staff | None,
    ) -> Owed | None:
        """Owe the pressed message once more with the buttons that hold now; notices are renewed by themselves."""
        pressed = session.get(Message, incoming.on_message) if incoming.on_message else None
        if pressed is None or pressed.conversation_id != place.id or not isinstance(pressed.payload, StaffSaid):
            return None
        shown = OutgoingMessage.model_validate(pressed.payload.said)
        if staff is None or ticket is None or act.verb not in _RENEWING or not shown.buttons:
            return None
        buttons = self._words.buttons_for(ticket, staff, shown.language)
        if buttons == shown.buttons:
            return None
        shown = shown.model_copy(update={"buttons": buttons, "replaces": pressed.id, "files": ()})
        payload = StaffSaid(said=shown.as_json())
        sent = send_message(session, place, pressed.text, author=Author.BOT, payload=payload, ticket_id=ticket.id)
        return Owed.of(sent, shown)

    def _refusal(self, session: Session, act: ChatAct, staff: Staff | None, error: Exception, tag: str) -> str:
        """Return in one line why an act was refused, from how the ticket stands."""
        if act.verb is OfChat.LINK:
            return said(tag, wording.WRONG_CODE)
        ticket = session.get(Ticket, act.ticket_id)
        if ticket is None or isinstance(error, NotFound):
            return said(tag, wording.NO_TICKET)
        if ticket.conversation_id is None:
            return said(tag, wording.FORGOTTEN, ticket=ticket.number)
        if ticket.state is TicketState.CLOSED:
            return said(tag, wording.CLOSED_ALREADY, ticket=ticket.number)
        holder = session.get(Staff, ticket.assignee_id) if ticket.assignee_id else None
        if holder is not None and (staff is None or holder.id != staff.id):
            return said(tag, wording.HELD_BY, name=holder.name, ticket=ticket.number)
        return said(tag, wording.NOT_YOURS, ticket=ticket.number)
