"""What a message of a member of staff means: an act on a ticket, or nothing of the desk's."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from bot.dialogue.actions import Action, OnDesk, StaffAct, parse
from bot.dialogue.slash_commands import unspelled
from bot.messages import IncomingMessage
from knowledge.conversations.messages import newest_message
from knowledge.models import Author, Message, MessageKind, Staff, Ticket, TicketState, now
from knowledge.payloads import StaffPrompt
from knowledge.tickets.queries import TicketQuery, find_tickets

PROMPTED = timedelta(minutes=10)
"""How long words that reply to nothing are taken for what was asked for last."""

_COMMAND = re.compile(r"/(link|unlink|desk)\b\s*(.*)", re.DOTALL)
_START = re.compile(r"/start\s+s-(\S{1,30})")


class OfChat(StrEnum):
    """What staff do with their chat rather than a ticket."""

    LINK = "link"
    UNLINK = "unlink"
    DESK = "desk"


@dataclass(frozen=True)
class ChatAct:
    """One thing to do: `verb`, on a ticket, with words, or to somebody (`to`, a colleague's or a group's id)."""

    verb: StaffAct | OfChat
    ticket_id: int = 0
    text: str = ""
    to: int = 0


def command_of(incoming: IncomingMessage) -> ChatAct | None:
    """Return the command or the press of staff that a message is, whoever sent it."""
    if incoming.action is not None:
        return _pressed(parse(incoming.action))
    text = incoming.text.strip()
    if started := _START.fullmatch(text):
        return ChatAct(OfChat.LINK, text=started[1])
    if command := _COMMAND.fullmatch(text):
        return ChatAct(OfChat(command[1]), text=command[2].strip())
    return _pressed(unspelled(text[1:])) if text.startswith("/") else None


def _pressed(action: Action | None) -> ChatAct | None:
    return ChatAct(action.act, action.ticket_id, to=action.to) if isinstance(action, OnDesk) else None


def reply_of(session: Session, incoming: IncomingMessage) -> ChatAct | None:
    """Return what a reply to one of the desk's messages to staff does: what that message asked for, else an answer."""
    message = session.get(Message, incoming.reply_to) if incoming.reply_to else None
    if message is None or message.ticket_id is None or not message.kind.is_for_staff:
        return None
    asked = message.payload
    verb = StaffAct(asked.act) if isinstance(asked, StaffPrompt) else StaffAct.ANSWER
    return ChatAct(verb, message.ticket_id, incoming.text.strip())


def typed_of(session: Session, incoming: IncomingMessage) -> ChatAct | None:
    """Return what words that reply to nothing do: what was asked for just before, if nothing was done since."""
    since = now() - PROMPTED
    prompt = newest_message(session, incoming.channel, incoming.address, kind=MessageKind.STAFF_PROMPT, since=since)
    asked = prompt.payload if prompt else None
    if prompt is None or prompt.ticket_id is None or not isinstance(asked, StaffPrompt):
        return None
    if newest_message(session, incoming.channel, incoming.address, author=Author.ASKER, after=prompt.id) is not None:
        return None
    return ChatAct(StaffAct(asked.act), prompt.ticket_id, incoming.text.strip())


def held_last(session: Session, staff: Staff) -> Ticket | None:
    """Return the ticket that `staff` has in hand and that was touched last."""
    held, _ = find_tickets(session, TicketQuery(states=(TicketState.CLAIMED,), assignee_id=staff.id))
    return max(held, key=lambda ticket: ticket.updated_at, default=None)
