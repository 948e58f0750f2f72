"""Verbs by which an asker brings a question to people and goes on with it.

Each takes the asker's conversation, which the caller has locked, writes the timeline, and flushes; the caller commits.
What is only read is in `knowledge.tickets.for_asker`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.conversations import files as kept_files
from knowledge.errors import InvalidInput
from knowledge.models import (
    Conversation,
    EventKind,
    Message,
    NoticeKind,
    Question,
    QuestionOutcome,
    Staff,
    Ticket,
    TicketState,
    now,
)
from knowledge.notices.concerned import tell_concerned
from knowledge.notices.writing_notices import notify_concerned, notify_staff, watchers
from knowledge.payloads import Rated
from knowledge.programs.webhooks import call_webhooks
from knowledge.tickets.acting import IN_HAND, lock_own, lock_row, owe_nothing, owe_word, record_event
from knowledge.tickets.routing import route


@dataclass(frozen=True)
class Intake:
    """What the asker told of their question; contacts are dropped without `consent`."""

    country: str | None = None
    sector: str | None = None
    competence: str | None = None
    wanted_by: date | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    consent: bool = False


@dataclass(frozen=True)
class Findings:
    """What the bot had found and made of it; `entries` are (reference, title, score), at most ten are kept."""

    decision: str
    intent: str
    confidence: float
    probability: float
    filters: dict[str, Any] = field(default_factory=dict)
    entries: tuple[tuple[str, str, float], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what is kept with the ticket."""
        rows = [
            {"reference": reference, "title": title, "score": score} for reference, title, score in self.entries[:10]
        ]
        return {
            "decision": self.decision, "intent": self.intent, "confidence": self.confidence,
            "probability": self.probability, "filters": self.filters, "entries": rows,
        }  # fmt: skip


def open_ticket(
    session: Session,
    conversation: Conversation,
    question: str,
    *,
    reason: str,
    language: str,
    intake: Intake | None = None,
    findings: Findings | None = None,
    files: Sequence[int] = (),
) -> Ticket:
    """Hand a question to people; `reason` says why: `asked`, `declined` or `unhelpful`.

    It is due by the working hours of the asker's country, and suggested to the expert whom it suits best.
    """
    intake = intake or Intake()
    moment = now()
    ticket = Ticket(
        conversation_id=conversation.id,
        channel=conversation.channel,
        question=question,
        reason=reason,
        language=language,
        country=intake.country,
        sector=intake.sector,
        competence=intake.competence,
        wanted_by=intake.wanted_by,
        findings=findings.as_json() if findings else None,
        opened_at=moment,
    )
    if intake.consent:
        ticket.contact_name, ticket.contact_email, ticket.contact_phone = intake.name, intake.email, intake.phone
        ticket.contact_consent_at = moment
    session.add(ticket)
    session.flush()
    owe_word(ticket, moment)
    opened = record_event(session, ticket, EventKind.OPENED, text=question, files_sent=files)
    route(session, ticket, moment, opened)
    call_webhooks(session, "ticket.opened", ticket)
    return ticket


def add_asker_message(
    session: Session,
    ticket: Ticket,
    message: Message,
    *,
    files: Sequence[int] = (),
    quiet: bool = False,
    kind: NoticeKind = NoticeKind.MESSAGE,
) -> None:
    """Let what the asker wrote join the ticket; one that was answered or waited for them is the expert's again.

    Its holder is told of it as `kind`, else those whom it concerns while nobody holds it. A `quiet` message (a
    thank-you) changes nothing and nobody is told. A message without words keeps the names of its files.
    """
    ticket = lock_row(session, ticket.id)
    message.ticket_id = ticket.id
    kept_files.attach(session, files, message=message)
    text = message.text or ", ".join(each.name for each in kept_files.described(session, files)) or "…"
    if not quiet and ticket.state in (TicketState.WAITING, TicketState.ANSWERED):
        _back_to_staff(session, ticket)
    elif not quiet and ticket.due_at is None and ticket.state in IN_HAND:
        owe_word(ticket, now())
    event = record_event(session, ticket, EventKind.MESSAGE, text=text, message=message, files_sent=files)
    if quiet:
        return
    if ticket.assignee_id is not None:
        notify_concerned(session, ticket, event, kind)
    else:
        told = tell_concerned(session, ticket, event)
        notify_staff(session, event, NoticeKind.WATCHED, set(watchers(session, ticket.id)) - set(told))


def reopen_by_asker(
    session: Session, conversation: Conversation, ticket_id: int, message: Message, *, files: Sequence[int] = ()
) -> Ticket:
    """Take a closed ticket up again with what the asker wrote, with who held it last or free for all.

    One that is not closed is joined. Raises `NotFound` for another's ticket.
    """
    ticket = lock_own(session, conversation, ticket_id)
    if ticket.state is TicketState.CLOSED and ticket.merged_into_id is not None:
        return reopen_by_asker(session, conversation, ticket.merged_into_id, message, files=files)
    if ticket.state is not TicketState.CLOSED:
        add_asker_message(session, ticket, message, files=files)
        return ticket
    ticket.closed_at = None
    _back_to_staff(session, ticket)
    record_event(session, ticket, EventKind.REOPENED)
    # Who holds it hears of both at once, with the words.
    add_asker_message(session, ticket, message, files=files, kind=NoticeKind.REOPENED)
    return ticket


def withdraw_ticket(session: Session, conversation: Conversation, ticket_id: int) -> Ticket:
    """End a ticket because the asker wants no answer any more; its holder is told. A closed one stays closed.

    Raises `NotFound` for another's ticket.
    """
    ticket = lock_own(session, conversation, ticket_id)
    if ticket.state is TicketState.CLOSED:
        return ticket
    ticket.state, ticket.closed_at = TicketState.CLOSED, now()
    owe_nothing(ticket)
    event = record_event(session, ticket, EventKind.WITHDRAWN)
    notify_concerned(session, ticket, event, NoticeKind.WITHDRAWN)
    call_webhooks(session, "ticket.closed", ticket)
    return ticket


def rate_ticket(
    session: Session, conversation: Conversation, ticket_id: int, rating: int | None, comment: str | None
) -> Ticket:
    """Keep the asker's verdict on an answered or closed ticket: 1 to 5, a comment, or both; it may be changed.

    What is None stays as it was. Raises `NotFound` for another's ticket, and `InvalidInput`.
    """
    ticket = lock_own(session, conversation, ticket_id)
    if rating is not None and rating not in range(1, 6):
        raise InvalidInput("rating: 1 to 5", {"rating": "1 to 5"})
    if ticket.state not in (TicketState.ANSWERED, TicketState.CLOSED):
        raise InvalidInput(f"ticket {ticket.number} is not answered yet")
    ticket.rating = rating if rating is not None else ticket.rating
    ticket.rating_comment = comment if comment is not None else ticket.rating_comment
    ticket.rated_at = now()
    event = record_event(session, ticket, Rated(rating=ticket.rating), text=comment or "")
    notify_concerned(session, ticket, event, NoticeKind.RATED)
    call_webhooks(session, "ticket.rated", ticket)
    return ticket


def note_question(
    session: Session,
    conversation: Conversation,
    *,
    outcome: QuestionOutcome,
    probability: float = 0.0,
    entry_id: int | None = None,
    ticket_id: int | None = None,
) -> None:
    """Write down, without a word of it, what became of a question: the measure of what the desk answers by itself.

    One that is handed to people is the one noted last, whatever the desk had said to it, so that it counts once.
    """
    if outcome is QuestionOutcome.HANDED and (last := _question_noted_last(session, conversation)):
        last.outcome, last.ticket_id, last.entry_id = outcome, ticket_id, None
        session.flush()
        return
    session.add(
        Question(
            conversation_id=conversation.id,
            channel=conversation.channel,
            language=conversation.language or "en",
            outcome=outcome,
            probability=probability,
            entry_id=entry_id,
            ticket_id=ticket_id,
        )
    )
    session.flush()


def _question_noted_last(session: Session, conversation: Conversation) -> Question | None:
    statement = (
        select(Question)
        .where(Question.conversation_id == conversation.id, Question.outcome != QuestionOutcome.SMALL_TALK)
        .order_by(Question.id.desc())
        .limit(1)
    )
    last = session.scalar(statement)
    return last if last is not None and last.outcome is not QuestionOutcome.HANDED else None


def _back_to_staff(session: Session, ticket: Ticket) -> None:
    holder = session.get(Staff, ticket.assignee_id) if ticket.assignee_id else None
    if holder is not None and holder.active:
        ticket.state = TicketState.CLAIMED
    else:
        ticket.state, ticket.assignee_id = TicketState.OPEN, None
    owe_word(ticket, now())
