"""What a message of a member of staff means: an act on a ticket, or nothing of the desk's."""

import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.messages import IncomingMessage
from knowledge.models import Message

_COMMAND = re.compile(r"/(link|unlink|desk)\b\s*(.*)", re.DOTALL)
_PRESS = re.compile(r"t:(?P<verb>[a-z]+):(?P<ticket>\d{1,9})(?::(?P<to>\d{1,9}))?")


@dataclass(frozen=True)
class Act:
    """One thing to do: `verb`, on a ticket, with words, or to somebody (`to`, a colleague's or a group's id)."""

    verb: str
    ticket_id: int = 0
    text: str = ""
    to: int = 0


def command_of(incoming: IncomingMessage) -> Act | None:
    """Return the command or the press of staff that a message is, whoever sent it."""
    if incoming.action is not None:
        pressed = _PRESS.fullmatch(incoming.action)
        return Act(pressed["verb"], int(pressed["ticket"]), to=int(pressed["to"] or 0)) if pressed else None
    command = _COMMAND.fullmatch(incoming.text.strip())
    return Act(command[1], text=command[2].strip()) if command else None


def reply_of(session: Session, incoming: IncomingMessage) -> Act | None:
    """Return what a reply to one of the desk's messages to staff does: what that message asked for, else an answer."""
    message = session.get(Message, incoming.reply_to) if incoming.reply_to else None
    if message is None or message.ticket_id is None or not message.kind.startswith("staff_"):
        return None
    return Act(str(message.data.get("act", "answer")), message.ticket_id, incoming.text.strip())
