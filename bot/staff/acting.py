"""What staff do with tickets from a chat, and what they are told of it."""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from bot.dialogue.actions import OnDesk, StaffAct, button
from bot.messages import OutgoingFile, OutgoingMessage
from bot.staff import wording
from bot.staff.acts import ChatAct, OfChat
from bot.staff.notices import StaffWords
from bot.staff.wording import said
from knowledge.errors import NotFound
from knowledge.models import EventKind, Group, Staff, Ticket, TicketState
from knowledge.notices.writing_notices import active_staff
from knowledge.staff.groups import list_groups
from knowledge.tickets import by_staff, handover
from knowledge.tickets.queries import TicketQuery, find_tickets
from knowledge.tickets.timeline import CHAT, timeline

COLLEAGUES_SHOWN = 8
LISTED = 10
MOMENTS_SHOWN = 12
IN_A_ROW = 4

FOUND_SHOWN = 3

_TOLD_ALREADY = (EventKind.OPENED, CHAT)
"""The moments that a story leaves out: the question, which heads it, and the bot's own questions and answers."""

_MARKS = {"asker": "👤", "bot": "🤖", "expert": "🎓", "note": "📝", "system": "·"}


def say(text: str, tag: str, placeholder: str | None = None) -> OutgoingMessage:
    """Return plain words; with a `placeholder` an answer in words is awaited."""
    return OutgoingMessage(text=text, language=tag, placeholder=placeholder)


class StaffActs:
    """Carries out acts within the caller's transaction, and says what came of them."""

    def __init__(self, words: StaffWords) -> None:
        self._words = words

    def on_ticket(
        self,
        session: Session,
        staff: Staff,
        act: ChatAct,
        key: str,
        files: Sequence[int],
        names: Sequence[str],
        tag: str,
    ) -> OutgoingMessage:
        """Do what `act` says on its ticket; raises what the verbs raise."""
        number = act.ticket_id
        write: dict[StaffAct | OfChat, tuple[Callable[..., Ticket], str]] = {
            StaffAct.ANSWER: (by_staff.answer_ticket, wording.ANSWERED),
            StaffAct.NOTE: (by_staff.add_note, wording.NOTED),
            StaffAct.ASK: (by_staff.ask_asker, wording.ASKED),
        }
        if act.verb in wording.PROMPTS and not act.text and not files:
            return self._prompt(by_staff.get_ticket(session, number), act.verb, tag)
        if act.verb in write:
            if not act.text and not files:
                return say(said(tag, wording.NO_WORDS), tag)
            verb, done = write[act.verb]
            ticket = verb(session, number, staff, act.text or ", ".join(names), key=key, files=files)
            return self._done(ticket, staff, said(tag, done, ticket=ticket.number), tag)
        match act.verb:
            case StaffAct.CLAIM:
                ticket = by_staff.claim_ticket(session, number, staff)
                text = f"{said(tag, wording.CLAIMED, ticket=ticket.number)} {said(tag, wording.REPLY)}"
                return say(text, tag, said(tag, wording.YOUR_ANSWER))
            case StaffAct.CLOSE | StaffAct.END:
                ticket = by_staff.close_ticket(session, number, staff, act.text)
                return self._done(ticket, staff, said(tag, wording.CLOSED, ticket=ticket.number), tag)
            case StaffAct.BACK:
                ticket = by_staff.release_ticket(session, number, staff)
                return self._done(ticket, staff, said(tag, wording.RELEASED, ticket=ticket.number), tag)
            case StaffAct.PASS if act.to:
                return _handed(session, handover.hand_over(session, number, staff, to_staff=act.to), tag)
            case StaffAct.GROUP:
                return _handed(session, handover.hand_over(session, number, staff, to_group=act.to), tag)
            case StaffAct.PASS:
                return _whom(session, staff, by_staff.get_ticket(session, number), tag)
            case StaffAct.MORE:
                return self._story(session, staff, by_staff.get_ticket(session, number), tag)
        raise NotFound(act.verb)

    def desk(self, session: Session, staff: Staff, tag: str) -> OutgoingMessage:
        """Return what one holds and what is free, each with a button that shows it."""
        mine = TicketQuery(states=(TicketState.CLAIMED, TicketState.WAITING), assignee_id=staff.id)
        free = TicketQuery(states=(TicketState.OPEN,))
        parts: list[str] = []
        shown: list[Ticket] = []
        for head, query in ((wording.YOURS, mine), (wording.FREE, free)):
            found = find_tickets(session, query, limit=LISTED)[0]
            # No words of askers: a list is no message of one ticket, so their deletion would not find it.
            lines = [_line(each, staff, tag) for each in found]
            parts += ["\n".join([said(tag, head), *lines])] if found else []
            shown += found
        if not shown:
            return say(said(tag, wording.NOTHING), tag)
        buttons = [button(ticket.number, OnDesk(StaffAct.MORE, ticket.id)) for ticket in shown]
        rows = tuple(tuple(buttons[start : start + IN_A_ROW]) for start in range(0, len(buttons), IN_A_ROW))
        return OutgoingMessage(text="\n\n".join(parts), language=tag, buttons=rows)

    def _prompt(self, ticket: Ticket, verb: StaffAct | OfChat, tag: str) -> OutgoingMessage:
        text, placeholder = wording.PROMPTS[verb]
        words = say(said(tag, text, ticket=ticket.number), tag, said(tag, placeholder))
        if verb is not StaffAct.CLOSE:
            return words
        without = button(said(tag, wording.WITHOUT_WORD), OnDesk(StaffAct.END, ticket.id))
        return words.model_copy(update={"buttons": ((without,),)})

    def _done(self, ticket: Ticket, staff: Staff, text: str, tag: str) -> OutgoingMessage:
        return OutgoingMessage(text=text, language=tag, buttons=self._words.buttons_for(ticket, staff, tag))

    def _story(self, session: Session, staff: Staff, ticket: Ticket, tag: str) -> OutgoingMessage:
        """Return a ticket's last moments, and the files that came with them."""
        story = [each for each in timeline(session, ticket.id) if each.kind not in _TOLD_ALREADY]
        moments = [each for each in story if each.text or each.files][-MOMENTS_SHOWN:]
        lines = [f"{_MARKS[each.voice]} {each.by + ': ' if each.by else ''}{each.text}" for each in moments]
        files = tuple(OutgoingFile.of(file) for each in moments for file in each.files)
        found = [each["title"] for each in (ticket.findings or {}).get("entries", ())[:FOUND_SHOWN]]
        head = [_line(ticket, staff, tag), ticket.question]
        head += [f"🤖 {said(tag, wording.FOUND, titles='; '.join(found))}"] if found else []
        text = "\n\n".join([*head, *lines])
        return self._done(ticket, staff, text, tag).model_copy(update={"files": files})


def _line(ticket: Ticket, staff: Staff, tag: str) -> str:
    about = wording.subject(ticket.country, ticket.sector, ticket.competence, tag)
    return wording.facts(ticket.number, ticket.language, ticket.priority, ticket.due_at, staff.zone, tag, about)


def _handed(session: Session, ticket: Ticket, tag: str) -> OutgoingMessage:
    taker = session.get(Staff, ticket.assignee_id) if ticket.assignee_id else session.get(Group, ticket.group_id)
    return say(said(tag, wording.HANDED, ticket=ticket.number, name=taker.name if taker else ""), tag)


def _whom(session: Session, staff: Staff, ticket: Ticket, tag: str) -> OutgoingMessage:
    """Return the question who shall take a ticket: colleagues, groups, or whoever wants it."""
    colleagues = [session.get_one(Staff, each) for each in active_staff(session) if each != staff.id]
    rows = [(button(each.name, OnDesk(StaffAct.PASS, ticket.id, each.id)),) for each in colleagues[:COLLEAGUES_SHOWN]]
    rows += [
        (button(group.name, OnDesk(StaffAct.GROUP, ticket.id, group.id)),)
        for group, members in list_groups(session)
        if members and group.active
    ]
    if ticket.assignee_id == staff.id:
        rows.append((button(said(tag, wording.PUT_BACK), OnDesk(StaffAct.BACK, ticket.id)),))
    return OutgoingMessage(text=said(tag, wording.TO_WHOM, ticket=ticket.number), language=tag, buttons=tuple(rows))
