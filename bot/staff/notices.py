"""Puts what staff are told of into words and buttons, in their language."""

from collections.abc import Callable

from bot.dialogue.actions import OnDesk, StaffAct, button
from bot.messages import Button, OutgoingFile, OutgoingMessage
from bot.staff import wording
from bot.staff.wording import said
from knowledge.models import Message, NoticeKind, Staff, Ticket, TicketState
from knowledge.payloads import StaffNotice, StaffPrompt, StaffSaid
from knowledge.tickets.acting import IN_HAND

_ANSWERABLE = frozenset({
    NoticeKind.NEW, NoticeKind.HANDED, NoticeKind.MESSAGE, NoticeKind.REOPENED, NoticeKind.REMINDED,
    NoticeKind.ESCALATED, NoticeKind.UNREACHABLE,
})  # fmt: skip


class StaffWords:
    """Renders messages to staff, and leaves all others to `render`; `public_url` is where the console is reached."""

    def __init__(self, render: Callable[[Message, str], OutgoingMessage], public_url: str | None = None) -> None:
        self._render = render
        self._public_url = public_url

    def outgoing_of(self, message: Message, language: str) -> OutgoingMessage:
        """Return what `message` says, in `language`."""
        match message.payload:
            case StaffSaid(said=shown) | StaffPrompt(said=shown):
                return OutgoingMessage.model_validate(shown)
            case StaffNotice() as told:
                return self._notice(told, message.text, language)
        return self._render(message, language)

    def _notice(self, told: StaffNotice, text: str, language: str) -> OutgoingMessage:
        standing = _standing(told.state, held=bool(told.holder), mine=told.mine)
        return OutgoingMessage(
            text="\n\n".join(_paragraphs(told, text, language)),
            language=language,
            buttons=self.buttons(told.ticket_id, standing, language),
            files=() if told.was else tuple(OutgoingFile.of(each) for each in told.files),
            replaces=told.replaces,
        )

    def buttons_for(self, ticket: Ticket, staff: Staff, tag: str) -> tuple[tuple[Button, ...], ...]:
        """Return what `staff` can do with a ticket now."""
        mine = ticket.assignee_id == staff.id
        held = ticket.state in (TicketState.CLAIMED, TicketState.WAITING) and not mine
        return self.buttons(ticket.id, _standing(ticket.state, held=held, mine=mine), tag)

    def buttons(self, ticket_id: int, standing: str, tag: str) -> tuple[tuple[Button, ...], ...]:
        """Return what can be done with a ticket that stands so; see `_standing`."""
        rows = {
            "held": [[(wording.NOTE, StaffAct.NOTE)]],
            "open": [
                [(wording.CLAIM, StaffAct.CLAIM), (wording.PASS_ON, StaffAct.PASS)],
                [(wording.NOTE, StaffAct.NOTE)],
            ],
            "answered by me": [[(wording.CLOSE, StaffAct.CLOSE), (wording.NOTE, StaffAct.NOTE)]],
            "answered": [
                [(wording.CLAIM, StaffAct.CLAIM), (wording.CLOSE, StaffAct.CLOSE)],
                [(wording.NOTE, StaffAct.NOTE)],
            ],
            "closed": [[(wording.NOTE, StaffAct.NOTE)]],
        }.get(
            standing,
            [
                [(wording.ASK, StaffAct.ASK), (wording.PASS_ON, StaffAct.PASS)],
                [(wording.NOTE, StaffAct.NOTE), (wording.CLOSE, StaffAct.CLOSE)],
            ],
        )
        rows[-1].append((wording.MORE, StaffAct.MORE))
        shown = [tuple(button(said(tag, label), OnDesk(act, ticket_id)) for label, act in row) for row in rows]
        if self._public_url:
            page = f"{self._public_url}/admin/tickets/{ticket_id}"
            shown.append((button(said(tag, wording.OPEN), OnDesk(StaffAct.OPEN, ticket_id), url=page),))
        return tuple(shown)


def _standing(state: TicketState, *, held: bool, mine: bool) -> str:
    """Return how a ticket stands for its reader: its state, but `held` by a colleague, or `answered by me`."""
    if held:
        return "held"
    return "answered by me" if state is TicketState.ANSWERED and mine else str(state)


def _paragraphs(told: StaffNotice, text: str, tag: str) -> list[str]:
    kind = told.was or told.kind.notice
    assert kind is not None
    rating = "" if told.rating is None else told.rating
    head = said(tag, wording.HEADS[kind], ticket=told.ticket, rating=rating)
    about = wording.subject(told.country, told.sector, told.competence, tag)
    facts = wording.facts("", told.language, told.priority, told.due_at, told.zone, tag, about)
    parts = [f"{head}\n{facts}", told.question]
    if text and text != told.question:
        parts.append(text)
    if kind is NoticeKind.UNREACHABLE:
        parts.append(wording.why_not(told.error or "", tag))
        parts.append(said(tag, wording.ELSEWHERE_TOO) if told.elsewhere else "")
    if kind is NoticeKind.NEW:
        parts.append(wording.reasons(told.routing, tag))
    if told.holder:
        parts.append(said(tag, wording.HELD_BY, name=told.holder, ticket=told.ticket))
    elif told.was:
        parts.append(said(tag, wording.STANDS[told.state], ticket=told.ticket))
    if kind in _ANSWERABLE and told.state in IN_HAND and not told.holder:
        parts.append(said(tag, wording.REPLY))
    return [part for part in parts if part]
