"""What the desk says about tickets, in the asker's language, with its buttons."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.dialogue.actions import OnTicket, Plain, Rate, TicketAct, button
from bot.dialogue.decisions import AskWhich
from bot.messages import Button, OutgoingFile, OutgoingMessage
from bot.wording.texts import moment, span, texts
from knowledge.models import Ticket, TicketState
from knowledge.region import country_of
from knowledge.staff.worktime import week_of
from knowledge.tickets.for_asker import Expectation, InHand

_SHOWN = 300
"""How much of a question is repeated to its asker."""

_CODE_PART = 5


def which(decision: AskWhich, tag: str) -> OutgoingMessage:
    """Return the question whether a message is about a ticket of before."""
    _ = texts(tag).gettext
    text = _("Is this about your ticket {number} ({question}), or is it a new question?")
    if decision.closed:
        text = _("Your ticket {number} ({question}) was closed. Shall I open it again, or is it a new question?")
    rows = (
        (
            button(_("About {number}").format(number=decision.number), OnTicket(TicketAct.ABOUT, decision.ticket_id)),
            button(_("New question"), Plain.OWN),
        ),
    )
    return _message(text.format(number=decision.number, question=_short(decision.about)), tag, rows)


def opened(ticket: Ticket, expected: Expectation, tag: str) -> OutgoingMessage:
    """Return that people have the question now, and what can honestly be said of when they answer."""
    _ = texts(tag).gettext
    lines = [
        _("Your question went to our experts as ticket {number}. The answer will arrive here.").format(
            number=ticket.number
        ),
        *_expected(ticket, expected, tag),
        _("Your question: {question}").format(question=_short(ticket.question)),
        _("You can write more details or send files at any time."),
    ]
    rows = ((_tickets(tag), button(_("Follow elsewhere"), OnTicket(TicketAct.FOLLOW, ticket.id))),)
    return _message("\n".join(lines), tag, rows)


def joined(ticket: Ticket, tag: str, *, anew: bool) -> OutgoingMessage:
    """Return that the message was added to a ticket, which was perhaps opened again for it."""
    _ = texts(tag).gettext
    text = _("I added this to your ticket {number}; the expert will read it.")
    if anew:
        text = _("Your ticket {number} is open again; the expert will read this.")
    aside = button(_("Ask the desk something else"), Plain.ASIDE)
    return _message(text.format(number=ticket.number), tag, ((aside,),))


def thanked(tag: str) -> OutgoingMessage:
    """Return thanks for thanks."""
    return _message(texts(tag).gettext("You are welcome. Ask me anything else at any time."), tag)


def tickets(found: Sequence[Ticket], tag: str) -> OutgoingMessage:
    """Return how one's tickets stand, each with a button that shows it."""
    _ = texts(tag).gettext
    if not found:
        return _message(_("You have no tickets."), tag, ((button(_("Ask an expert"), Plain.PERSON),),))
    lines = [f"{ticket.number} · {_state(ticket.state, tag)} · {ticket.question[:120]}" for ticket in found]
    buttons = tuple(button(ticket.number, OnTicket(TicketAct.SHOW, ticket.id)) for ticket in found)
    return _message("\n".join(lines), tag, (buttons,))


def view(ticket: Ticket, hand: InHand | None, tag: str, *, followed: bool) -> OutgoingMessage:
    """Return one ticket: how it stands, who has it, what was said last, and what can be done with it.

    One that is only `followed` here can be left.
    """
    _ = texts(tag).gettext
    lines = [f"{ticket.number} · {_state(ticket.state, tag)}", _("Your question: {question}").format(
        question=_short(ticket.question)
    )]  # fmt: skip
    if hand is not None and hand.holder:
        lines.append(_("In the hands of: {name}").format(name=hand.holder))
    if hand is not None and hand.last_words != ticket.question:
        lines.append(_("Said last: {words}").format(words=_short(hand.last_words)))
    if ticket.due_at is not None:
        lines.append(_("You can expect an answer by {when}.").format(when=_local(ticket.due_at, ticket, tag)))
    rows: list[tuple[Button, ...]] = [(button(_("Follow elsewhere"), OnTicket(TicketAct.FOLLOW, ticket.id)),)]
    if followed:
        rows[0] += (button(_("Stop following"), OnTicket(TicketAct.UNFOLLOW, ticket.id)),)
    if ticket.state is TicketState.CLOSED:
        rows.append((_reopen(ticket.id, tag),))
    else:
        rows.append((button(_("Withdraw question"), OnTicket(TicketAct.WITHDRAW, ticket.id)),))
    if ticket.state in (TicketState.CLOSED, TicketState.ANSWERED):
        rows.insert(0, stars(ticket.id))
        lines.append(_("How much did it help you, from 1 (not at all) to 5 (very much)?"))
    return _message("\n".join(lines), tag, tuple(rows))


def stands(ticket: Ticket, tag: str) -> str:
    """Return in a line how a ticket stands, and until when an answer is due."""
    parts = [_state(ticket.state, tag)]
    if ticket.due_at is not None:
        text = texts(tag).gettext("You can expect an answer by {when}.")
        parts.append(text.format(when=_local(ticket.due_at, ticket, tag)))
    return " · ".join(parts)


def really_withdraw(ticket: Ticket, tag: str) -> OutgoingMessage:
    """Return the question whether a ticket shall be withdrawn."""
    _ = texts(tag).gettext
    yes = button(_("Yes, withdraw it"), OnTicket(TicketAct.WITHDRAW, ticket.id, sure=True))
    no = button(_("No, leave it open"), OnTicket(TicketAct.SHOW, ticket.id))
    text = _("Shall I withdraw ticket {number}? Nobody will answer it then.").format(number=ticket.number)
    return _message(text, tag, ((yes, no),))


def withdrawn(ticket: Ticket, tag: str) -> OutgoingMessage:
    """Return that a ticket was withdrawn."""
    text = texts(tag).gettext("Ticket {number} is withdrawn.").format(number=ticket.number)
    return _message(text, tag, ((_reopen(ticket.id, tag),),))


def what_is_open(ticket: Ticket, tag: str) -> OutgoingMessage:
    """Return the request for what an answer has left open."""
    text = texts(tag).gettext("What is still open? Write it here, and the experts of ticket {number} will read it.")
    return _message(text.format(number=ticket.number), tag, field=_write(tag))


def rated(ticket: Ticket, tag: str) -> OutgoingMessage:
    """Return thanks for a rating, and the request for a comment."""
    _ = texts(tag).gettext
    text = _("Thank you: {rating} of 5 for ticket {number}. If you like, say in one message why.")
    rows = ((_reopen(ticket.id, tag),),) if (ticket.rating or 5) < 3 else ()
    return _message(text.format(rating=ticket.rating, number=ticket.number), tag, rows, _write(tag))


def commented(tag: str) -> OutgoingMessage:
    """Return thanks for a comment."""
    return _message(texts(tag).gettext("Thank you for your feedback."), tag)


def not_answered_yet(tag: str) -> OutgoingMessage:
    """Return that a rating comes too early."""
    return _message(texts(tag).gettext("This ticket is not answered yet."), tag, ((_tickets(tag),),))


def unknown(number: str, tag: str) -> OutgoingMessage:
    """Return that somebody has no such ticket."""
    return _message(texts(tag).gettext("You have no ticket {number}.").format(number=number), tag, ((_tickets(tag),),))


def follow(code: str, ticket: Ticket, links: Sequence[str], tag: str) -> OutgoingMessage:
    """Return how a ticket is followed in another chat: by a link, where there is one, or by the code."""
    _ = texts(tag).gettext
    spoken = f"/follow {code[:_CODE_PART]}-{code[_CODE_PART:]}"
    lines = [_("To follow {number} in another chat of yours, write this to me there within 30 minutes:"), spoken]
    if links:
        lines = [_("To follow {number} elsewhere too, open this there within 30 minutes; it works once:"), *links]
        lines.append(_("Or write this to me there: {command}"))
    text = "\n".join(lines).format(number=ticket.number, command=spoken)
    return _message(text, tag).model_copy(update={"qr": links[0] if links else None})


def followed(ticket: Ticket, tag: str) -> OutgoingMessage:
    """Return that this chat hears of a ticket from now on."""
    text = texts(tag).gettext("This chat follows ticket {number} now: answers arrive here too.")
    return _message(text.format(number=ticket.number), tag, ((_tickets(tag),),))


def unfollowed(ticket: Ticket, tag: str) -> OutgoingMessage:
    """Return that this chat hears of a ticket no longer."""
    text = texts(tag).gettext("This chat does not follow ticket {number} any more.")
    return _message(text.format(number=ticket.number), tag)


def code_refused(tag: str) -> OutgoingMessage:
    """Return that a code is wrong, used or too old."""
    return _message(texts(tag).gettext("This code is not valid any more. Please ask for a new one."), tag)


def export(sent: OutgoingFile, tag: str) -> OutgoingMessage:
    """Return all that the desk keeps of somebody."""
    _ = texts(tag).gettext
    delete = button(_("Delete everything"), Plain.ASK_DELETE)
    text = _("This is all that I keep about you.")
    return OutgoingMessage(text=text, language=tag, files=(sent,), buttons=((delete,),))


def _expected(ticket: Ticket, expected: Expectation, tag: str) -> list[str]:
    _ = texts(tag).gettext
    lines = []
    if expected.holiday:
        lines.append(_("Today is a holiday: {holiday}.").format(holiday=expected.holiday))
    if expected.closed_until:
        lines.append(_("Experts work again from {when}.").format(when=_local(expected.closed_until, ticket, tag)))
    if expected.waiting_before:
        lines.append(_("Questions before yours: {count}.").format(count=expected.waiting_before))
    if expected.usual and expected.usual > timedelta():
        lines.append(_("A first answer usually takes {time}.").format(time=span(expected.usual, tag)))
    if expected.due_at:
        lines.append(_("You can expect an answer by {when}.").format(when=_local(expected.due_at, ticket, tag)))
    return lines


def _local(value: datetime, ticket: Ticket, tag: str) -> str:
    """Return a moment by the clock of the asker's country."""
    return moment(value.astimezone(ZoneInfo(week_of(country_of(ticket.country, ticket.language)).zone)), tag)


def _state(state: TicketState, tag: str) -> str:
    _ = texts(tag).gettext
    return {
        TicketState.OPEN: _("waiting for an expert"),
        TicketState.CLAIMED: _("an expert is working on it"),
        TicketState.WAITING: _("waiting for your reply"),
        TicketState.ANSWERED: _("answered"),
        TicketState.CLOSED: _("settled"),
    }[state]


def _reopen(ticket_id: int, tag: str) -> Button:
    return button(texts(tag).gettext("Open it again"), OnTicket(TicketAct.REOPEN, ticket_id))


def _tickets(tag: str) -> Button:
    return button(texts(tag).gettext("My tickets"), Plain.TICKETS)


def stars(ticket_id: int) -> tuple[Button, ...]:
    """Return the buttons that say how much an answer helped."""
    return tuple(button(f"{n} ★", Rate(ticket_id, n)) for n in Rate.STARS)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN].rsplit(" ", 1)[0] + " …"


def _write(tag: str) -> str:
    return texts(tag).gettext("Write here")


def _message(
    text: str, tag: str, rows: tuple[tuple[Button, ...], ...] = (), field: str | None = None
) -> OutgoingMessage:
    return OutgoingMessage(text=text, language=tag, buttons=rows, placeholder=field)
