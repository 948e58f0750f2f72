"""The staff's door in a chat: acts on tickets with the same verbs, rights and trail as the console's."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sqlalchemy.orm import Session

from bot.messages import Button, IncomingMessage, OutgoingFile, OutgoingMessage
from bot.staff import wording
from bot.staff.acts import Act, command_of, reply_of
from bot.staff.notices import StaffWords
from bot.staff.wording import said
from bot.texts import tag_of_hint
from knowledge import codes, reshaping, tickets
from knowledge.conversations import (
    already_received,
    find_conversation,
    open_conversation,
    receive_message,
    send_message,
)
from knowledge.database import Database
from knowledge.errors import Conflict, InvalidEntry, NotFound
from knowledge.files import keep_file
from knowledge.listing import TicketQuery, find_tickets
from knowledge.models import Author, Group, Staff, Ticket, TicketState
from knowledge.notices import active_staff
from knowledge.profiles import list_groups
from knowledge.timeline import timeline

log = logging.getLogger(__name__)

COLLEAGUES_SHOWN = 8
LISTED = 10
MOMENTS_SHOWN = 12


class Conversation(Protocol):
    """What answers those who are not staff, and staff who ask a question of their own."""

    async def handle(self, incoming: IncomingMessage) -> list[int]: ...


class StaffDoor:
    """A conversation that acts for staff in their linked chats and leaves everything else to `conversation`.

    An act is one transaction, which never holds the chat's own row; the word about it is another. A message that
    comes twice acts once.
    """

    def __init__(self, database: Database, conversation: Conversation, words: StaffWords) -> None:
        self._database = database
        self._conversation = conversation
        self._words = words

    async def handle(self, incoming: IncomingMessage) -> list[int]:
        """Act, or let the conversation answer; return the ids of the messages now owed."""
        act = await asyncio.to_thread(self._read, incoming)
        if act is None:
            return await self._conversation.handle(incoming)
        files = [(file.name, await file.read()) for file in incoming.files]
        return await asyncio.to_thread(self._perform, incoming, act, files)

    def _read(self, incoming: IncomingMessage) -> Act | None:
        if act := command_of(incoming):
            return act
        if incoming.reply_to is None:
            return None
        with self._database.reading() as session:
            if codes.staff_at(session, incoming.channel, incoming.address) is None:
                return None
            return reply_of(session, incoming)

    def _perform(self, incoming: IncomingMessage, act: Act, files: Sequence[tuple[str, bytes]]) -> list[int]:
        with self._database.reading() as session:
            place = find_conversation(session, incoming.channel, incoming.address)
            if place and incoming.external_id and already_received(session, place, incoming.external_id):
                return []
            staff = codes.staff_at(session, incoming.channel, incoming.address)
            known = (staff.language if staff else None) or (place.language if place else None)
        tag = known or tag_of_hint(incoming.language_hint) or "en"
        try:
            with self._database.transaction() as session:
                reply = self._act(session, incoming, act, files, tag)
        except (Conflict, NotFound, InvalidEntry) as error:
            with self._database.reading() as session:
                reply = _say(self._refusal(session, act, staff, error, tag), tag)
        return self._tell(incoming, act, reply, tag)

    def _tell(self, incoming: IncomingMessage, act: Act, reply: OutgoingMessage, tag: str) -> list[int]:
        with self._database.transaction() as session:
            place = open_conversation(session, incoming.channel, incoming.address)
            if incoming.external_id and already_received(session, place, incoming.external_id):
                return []
            staff = codes.staff_at(session, incoming.channel, incoming.address)
            place.language = (staff.language if staff else None) or place.language or tag
            # The words themselves are the ticket's, and are kept there only.
            received = receive_message(session, place, act.verb, external_id=incoming.external_id, kind="staff_act")
            asks = act.verb in ("note", "ask") and not act.text
            kind = "staff_prompt" if asks else "staff_reply"
            ticket = session.get(Ticket, act.ticket_id) if act.ticket_id else None
            received.ticket_id = ticket.id if ticket else None
            data: dict[str, Any] = {"said": reply.model_dump(mode="json")} | ({"act": act.verb} if asks else {})
            sent = send_message(
                session, place, reply.text, author=Author.BOT, kind=kind, data=data, ticket_id=received.ticket_id
            )
            return [sent.id]

    def _act(
        self, session: Session, incoming: IncomingMessage, act: Act, files: Sequence[tuple[str, bytes]], tag: str
    ) -> OutgoingMessage:
        if act.verb == "link":
            return _link(session, incoming, act.text, tag)
        staff = codes.staff_at(session, incoming.channel, incoming.address)
        if staff is None:
            return _say(said(tag, wording.STAFF_ONLY), tag)
        if act.verb == "unlink":
            codes.unlink(session, incoming.channel, incoming.address)
            return _say(said(tag, wording.UNLINKED), tag)
        if act.verb == "desk":
            return self._desk(session, staff, tag)
        key = f"{incoming.channel}:{incoming.address}:{incoming.external_id}"
        return self._on_ticket(session, staff, act, key, files, tag)

    def _on_ticket(
        self, session: Session, staff: Staff, act: Act, key: str, files: Sequence[tuple[str, bytes]], tag: str
    ) -> OutgoingMessage:
        kept = [keep_file(session, name, content).id for name, content in files]
        number = act.ticket_id
        write: dict[str, tuple[Callable[..., Ticket], str, str]] = {
            "answer": (tickets.answer_ticket, wording.ANSWERED, ""),
            "note": (tickets.add_note, wording.NOTED, wording.PROMPT_NOTE),
            "ask": (tickets.ask_asker, wording.ASKED, wording.PROMPT_ASK),
        }
        if act.verb in write:
            verb, done, prompt = write[act.verb]
            if not act.text and not kept:
                ticket = tickets.get_ticket(session, number)
                return _say(said(tag, prompt or wording.NO_WORDS, ticket=ticket.number), tag)
            ticket = verb(session, number, staff, act.text or ", ".join(name for name, _ in files), key=key, files=kept)
            return self._done(ticket, said(tag, done, ticket=ticket.number), tag)
        match act.verb:
            case "claim":
                ticket = tickets.claim_ticket(session, number, staff)
                return self._done(ticket, said(tag, wording.CLAIMED, ticket=ticket.number), tag)
            case "close":
                ticket = tickets.close_ticket(session, number, staff)
                return self._done(ticket, said(tag, wording.CLOSED, ticket=ticket.number), tag)
            case "back":
                ticket = tickets.release_ticket(session, number, staff)
                return self._done(ticket, said(tag, wording.RELEASED, ticket=ticket.number), tag)
            case "pass" if act.to:
                return _handed(session, reshaping.hand_over(session, number, staff, to_staff=act.to), tag)
            case "group":
                return _handed(session, reshaping.hand_over(session, number, staff, to_group=act.to), tag)
            case "pass":
                return _whom(session, staff, tickets.get_ticket(session, number), tag)
            case "more":
                return self._story(session, tickets.get_ticket(session, number), tag)
        raise NotFound(act.verb)

    def _done(self, ticket: Ticket, text: str, tag: str) -> OutgoingMessage:
        return OutgoingMessage(text=text, language=tag, buttons=self._words.buttons(ticket.id, str(ticket.state), tag))

    def _desk(self, session: Session, staff: Staff, tag: str) -> OutgoingMessage:
        mine = TicketQuery(states=(TicketState.CLAIMED, TicketState.WAITING), assignee_id=staff.id)
        free = TicketQuery(states=(TicketState.OPEN,))
        found = [ticket for query in (mine, free) for ticket in find_tickets(session, query, limit=LISTED)[0]]
        if not found:
            return _say(said(tag, wording.NOTHING), tag)
        # No words of askers: a list is no message of one ticket, so their deletion would not find it.
        lines = [
            wording.facts(ticket.number, ticket.language, ticket.priority, ticket.due_at, staff.zone, tag)
            for ticket in found
        ]
        rows = tuple((Button(label=ticket.number, action=f"t:more:{ticket.id}"),) for ticket in found)
        return OutgoingMessage(text="\n".join([said(tag, wording.WAITING), *lines]), language=tag, buttons=rows)

    def _story(self, session: Session, ticket: Ticket, tag: str) -> OutgoingMessage:
        """Return a ticket's last moments, and the files that came with them."""
        moments = [each for each in timeline(session, ticket.id) if each.text or each.files][-MOMENTS_SHOWN:]
        lines = [f"{_MARKS[each.voice]} {each.by + ': ' if each.by else ''}{each.text}" for each in moments]
        files = tuple(
            OutgoingFile(attachment_id=file.id, name=file.name, media_type=file.media_type, size=file.size)
            for each in moments
            for file in each.files
        )
        return OutgoingMessage(
            text="\n\n".join([f"{ticket.number} · {ticket.question}", *lines]),
            language=tag,
            files=files,
            buttons=self._words.buttons(ticket.id, str(ticket.state), tag),
        )

    def _refusal(self, session: Session, act: Act, staff: Staff | None, error: Exception, tag: str) -> str:
        """Return in one line why an act was refused, from how the ticket stands."""
        if act.verb == "link":
            return said(tag, wording.WRONG_CODE)
        if isinstance(error, InvalidEntry):
            return said(tag, wording.REFUSED, reason=str(error))
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


_MARKS = {"asker": "👤", "bot": "🤖", "expert": "🎓", "note": "📝", "system": "·"}


def _say(text: str, tag: str) -> OutgoingMessage:
    return OutgoingMessage(text=text, language=tag)


def _link(session: Session, incoming: IncomingMessage, code: str, tag: str) -> OutgoingMessage:
    staff = codes.link_staff(session, code, incoming.channel, incoming.address)
    tag = staff.language or tag
    return _say(said(tag, wording.LINKED, name=staff.name), tag)


def _handed(session: Session, ticket: Ticket, tag: str) -> OutgoingMessage:
    taker = session.get(Staff, ticket.assignee_id) if ticket.assignee_id else session.get(Group, ticket.group_id)
    return _say(said(tag, wording.HANDED, ticket=ticket.number, name=taker.name if taker else ""), tag)


def _whom(session: Session, staff: Staff, ticket: Ticket, tag: str) -> OutgoingMessage:
    """Return the question who shall take a ticket: colleagues, groups, or whoever wants it."""
    colleagues = [session.get_one(Staff, each) for each in active_staff(session) if each != staff.id]
    rows = [
        (Button(label=each.name, action=f"t:pass:{ticket.id}:{each.id}"),) for each in colleagues[:COLLEAGUES_SHOWN]
    ]
    rows += [
        (Button(label=group.name, action=f"t:group:{ticket.id}:{group.id}"),)
        for group, members in list_groups(session)
        if members and group.active
    ]
    if ticket.assignee_id == staff.id:
        rows.append((Button(label=said(tag, wording.PUT_BACK), action=f"t:back:{ticket.id}"),))
    return OutgoingMessage(text=said(tag, wording.TO_WHOM, ticket=ticket.number), language=tag, buttons=tuple(rows))
