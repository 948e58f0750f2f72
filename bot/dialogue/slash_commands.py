"""The `/commands` of a chat: the action that each stands for, and how a button is spelled as one. Pure."""

import re

from bot.dialogue.actions import Action, OnDesk, OnTicket, Plain, Redeem, StaffAct, TicketAct

_COMMANDS = {
    "start": Plain.START, "help": Plain.HELP, "language": Plain.LANGUAGES, "lang": Plain.LANGUAGES,
    "ticket": Plain.TICKETS, "tickets": Plain.TICKETS, "person": Plain.PERSON, "delete": Plain.ASK_DELETE,
    "new": Plain.NEW, "subscribe": Plain.SUBSCRIBE, "more": Plain.MORE, "export": Plain.MINE, "mydata": Plain.MINE,
    "follow": Plain.TICKETS, "unfollow": Plain.TICKETS, "skip": Plain.SKIP, "cancel": Plain.CANCEL,
}  # fmt: skip

_CODE = re.compile(r"f-(?=\S{1,30}$)|(?=[2-9A-HJ-NP-Z]{10}$)")
"""What a link that leads here carries: the code to follow a ticket by."""

_NUMBERED = re.compile(r"(reopen|close)_(\d{1,15})", re.ASCII)


def slash(text: str) -> Action | None:
    """Return the asker's action that a `/command` stands for, or None when `text` is not one we know."""
    if not text.startswith("/") or len(text) < 2:
        return None
    name, *rest = text.split()
    name = name.partition("@")[0].removeprefix("/").lower()
    if name == "follow" and rest:
        return Redeem("".join(rest)[:30])
    if name == "unfollow" and (number := "".join(filter(_is_digit, "".join(rest)))[:15]):
        return OnTicket(TicketAct.UNFOLLOW, int(number))
    if name == "start" and rest and (code := _CODE.match(rest[0])):
        return Redeem(rest[0][code.end() :])
    action = unspelled(name) or _COMMANDS.get(name)
    return None if isinstance(action, OnDesk) else action


def spelled(action: Action) -> str | None:
    """Return the command that does what a button does beside words that are awaited, or None when there is none."""
    match action:
        case Plain.SKIP:
            return "skip"
        case Plain.CANCEL:
            return "cancel"
        case OnTicket(act=TicketAct.REOPEN, ticket_id=ticket_id):
            return f"reopen_{ticket_id}"
        case OnDesk(act=StaffAct.END, ticket_id=ticket_id):
            return f"close_{ticket_id}"
    return None


def unspelled(command: str) -> Action | None:
    """Return the action that a ticket's number within a command tells: what `spelled` wrote, without its slash."""
    numbered = _NUMBERED.fullmatch(command)
    if numbered is None:
        return None
    ticket_id = int(numbered[2])
    if numbered[1] == "close":
        return OnDesk(StaffAct.END, ticket_id)
    return OnTicket(TicketAct.REOPEN, ticket_id)


def _is_digit(letter: str) -> bool:
    return letter.isascii() and letter.isdigit()
