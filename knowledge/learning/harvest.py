"""From a ticket to a draft entry: the question rewritten, the answer, facets, an expiry, and no personal data.

`draft_from_ticket` only proposes; `save_harvest` writes the draft that a curator reviews and publishes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.entries.draft import parse_draft
from knowledge.entries.store import save_entry
from knowledge.errors import InvalidEntry
from knowledge.learning.personal_data import Found, find_personal, without_personal
from knowledge.learning.rewriting import dates_in, plain_text, rewritten_question
from knowledge.models import Entry, EntryState, EventKind, Kind, Staff, Ticket, TicketEvent
from knowledge.payloads import Drafted
from knowledge.staff.audit import record
from knowledge.tickets.acting import record_event
from knowledge.tickets.by_staff import get_ticket

HOLDS_FOR = timedelta(days=365)
"""How long an answer is taken to hold that names no day itself."""


@dataclass(frozen=True)
class Harvest:
    """A proposed entry: `fields` for `parse_draft`, and the personal data that was found and removed, by field.

    `fields` hold `title`, `text`, `language`, `kind`, `countries`, `sectors`, `competences`, `organisation`, `url` and
    `expires`.
    """

    fields: dict[str, Any]
    found: dict[str, list[Found]]


def draft_from_ticket(
    session: Session, ticket_id: int, today: date, *, extras: Mapping[str, Sequence[str]] | None = None
) -> Harvest:
    """Return the entry that a ticket would make; writes nothing. Its first call in a process takes some seconds.

    `extras` add to the facets (`countries`, `sectors`, `competences`) what was understood of the question. Raises
    `NotFound`, and `InvalidEntry` for a ticket that nobody answered.
    """
    ticket = get_ticket(session, ticket_id)
    answers = [event for event in ticket.events if event.kind is EventKind.ANSWER]
    if not answers or ticket.conversation_id is None:
        raise InvalidEntry(f"ticket {ticket.number} has no answer to be made into an entry")
    expert = session.get(Staff, answers[-1].staff_id)
    known = [name for name in (ticket.contact_name, ticket.contact_email, ticket.contact_phone) if name]
    words = {
        "title": rewritten_question(_asked(ticket.question, ticket.events)),
        "text": "\n\n".join(filter(None, (plain_text(event.text) for event in answers))),
    }
    found = {name: find_personal(text, ticket.language, ticket.country, known) for name, text in words.items()}
    fields: dict[str, Any] = {
        "id": f"ticket-{ticket.id}",
        "kind": str(Kind.FAQ),
        "language": ticket.language,
        **{name: without_personal(text, found[name]) for name, text in words.items()},
        **_facets(ticket, extras or {}),
        "organisation": expert.organisation if expert else None,
        "url": expert.organisation_url if expert else None,
        "verified": today.isoformat(),
        "expires": _expiry(words["text"], today).isoformat(),
    }
    return Harvest(fields, found)


def save_harvest(session: Session, ticket_id: int, staff: Staff, fields: Mapping[str, Any]) -> Entry:
    """Write the draft entry of a ticket, which keeps the ticket's number; raises `NotFound` and `InvalidEntry`.

    The draft of an earlier time is written over; a published entry keeps its state.
    """
    ticket = get_ticket(session, ticket_id)
    draft, _ = parse_draft({**fields, "id": f"ticket-{ticket.id}"})
    entry, outcome = save_entry(session, draft, source=f"ticket {ticket.number}", state=EntryState.DRAFT)
    entry.ticket_id = ticket.id
    record_event(session, ticket, Drafted(kind=EventKind.DRAFTED, reference=entry.reference), staff=staff)
    record(session, staff.email, "draft from ticket", f"entry {entry.reference}", {"outcome": str(outcome)})
    session.flush()
    return entry


def entries_of_ticket(session: Session, ticket_id: int) -> list[Entry]:
    """Return the entries that were made of a ticket."""
    return list(session.scalars(select(Entry).where(Entry.ticket_id == ticket_id).order_by(Entry.id)))


def _asked(question: str, events: Sequence[TicketEvent]) -> list[str]:
    return [question, *(event.text for event in events if event.kind is EventKind.MESSAGE and event.message_id)]


def _facets(ticket: Ticket, extras: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    own = {"countries": ticket.country, "sectors": ticket.sector, "competences": ticket.competence}
    return {
        name: list(dict.fromkeys([*([value] if value else []), *extras.get(name, ())])) for name, value in own.items()
    }


def _expiry(answer: str, today: date) -> date:
    """Return the last day that an answer names and that is to come, else a year from now."""
    return max((day for day in dates_in(answer) if day > today), default=today + HOLDS_FOR)
