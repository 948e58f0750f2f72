"""Tickets and what is done with them, for programs."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Literal, TypedDict, Unpack

from admin_api.client.calls import Calls
from admin_api.schemas.base import Done
from admin_api.schemas.entries import EntryOut, HarvestOut
from admin_api.schemas.tickets import SimilarOut, TicketDetail, TicketOut, TicketPage
from admin_api.schemas.unreached import LetterOut, LetterPage
from admin_api.schemas.writing import CannedIn, CannedOut, DraftsOut, HereOut, PresentOut, SavedOut

Writing = Literal["answer", "ask", "note"]


class TicketFilter(TypedDict, total=False):
    """Which tickets to list: any value of each list, all fields at once. `unset` stands for those without."""

    state: Collection[str]
    priority: Collection[str]
    language: Collection[str]
    country: Collection[str]
    competence: Collection[str]
    channel: Collection[str]
    rating: Collection[int]
    assignee: int
    group: int
    watcher: int
    unassigned: bool
    overdue: bool
    escalated: bool
    unreachable: bool
    answered: bool
    q: str
    opened_from: date
    opened_until: date
    closed_from: date
    closed_until: date
    weekday: int
    hour: int
    order: Literal["due", "oldest", "newest"]


class ListFilter(TicketFilter, total=False):
    """Which tickets to list, by what they are to the caller too."""

    mine: bool
    watched: bool


class Tickets:
    """The desk's tickets. What changes one returns it as it is then; `key` is the act's idempotency key."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def all(self, **query: Unpack[ListFilter]) -> Iterator[TicketOut]:
        """Yield all tickets of a query, what is due soonest first, a page at a time."""
        cursor: str | None = None
        while True:
            page = self.page(cursor, limit=200, **query)
            yield from page.tickets
            cursor = page.cursor
            if cursor is None:
                return

    def page(self, cursor: str | None = None, *, limit: int = 50, **query: Unpack[ListFilter]) -> TicketPage:
        """Return one page, with how many tickets there are in all and the next page's cursor."""
        return self._calls.get("/api/tickets", TicketPage, {**query, "cursor": cursor, "limit": limit})

    def csv(self, **query: Unpack[TicketFilter]) -> str:
        """Return the tickets of a query as a table with semicolons."""
        return self._calls.send("GET", "/api/tickets.csv", query=query).content.decode("utf-8-sig")

    def get(self, ticket_id: int) -> TicketDetail:
        """Return a ticket with its whole story."""
        return self._calls.get(f"/api/tickets/{ticket_id}", TicketDetail)

    def similar(self, ticket_id: int, limit: int = 5) -> list[SimilarOut]:
        """Return answered tickets that asked much the same."""
        return self._calls.get(f"/api/tickets/{ticket_id}/similar", list[SimilarOut], {"limit": limit})

    def claim(self, ticket_id: int, *, key: str | None = None) -> TicketDetail:
        """Take a ticket."""
        return self._act(ticket_id, "claim", None, key)

    def release(self, ticket_id: int, *, key: str | None = None) -> TicketDetail:
        """Put a ticket back."""
        return self._act(ticket_id, "release", None, key)

    def answer(self, ticket_id: int, text: str, *, files: Collection[int] = (), key: str | None = None) -> TicketDetail:
        """Answer the asker; `files` are the ids of files that were sent before."""
        return self._act(ticket_id, "answer", {"text": text, "files": [*files]}, key)

    def ask(self, ticket_id: int, text: str, *, files: Collection[int] = (), key: str | None = None) -> TicketDetail:
        """Ask the asker for details."""
        return self._act(ticket_id, "ask", {"text": text, "files": [*files]}, key)

    def note(self, ticket_id: int, text: str, *, files: Collection[int] = (), key: str | None = None) -> TicketDetail:
        """Write a note for staff only."""
        return self._act(ticket_id, "note", {"text": text, "files": [*files]}, key)

    def close(self, ticket_id: int, text: str = "", *, key: str | None = None) -> TicketDetail:
        """Close a ticket, with a last word for the asker or none."""
        return self._act(ticket_id, "close", {"text": text}, key)

    def reopen(self, ticket_id: int, *, key: str | None = None) -> TicketDetail:
        """Take up a closed ticket again."""
        return self._act(ticket_id, "reopen", None, key)

    def hand_over(
        self,
        ticket_id: int,
        *,
        to_staff: int | None = None,
        to_group: int | None = None,
        why: str = "",
        key: str | None = None,
    ) -> TicketDetail:
        """Give a ticket to a colleague or a group."""
        return self._act(ticket_id, "hand-over", {"to_staff": to_staff, "to_group": to_group, "why": why}, key)

    def prioritise(self, ticket_id: int, priority: str, *, key: str | None = None) -> TicketDetail:
        """Say how much a ticket presses: `low`, `normal`, `high` or `urgent`."""
        return self._act(ticket_id, "priority", {"priority": priority}, key)

    def set_due(self, ticket_id: int, due_at: datetime, *, key: str | None = None) -> TicketDetail:
        """Say when the next word is due, a moment with its zone."""
        return self._act(ticket_id, "due", {"due_at": due_at}, key)

    def set_subject(
        self,
        ticket_id: int,
        *,
        country: str | None,
        sector: str | None,
        competence: str | None,
        key: str | None = None,
    ) -> TicketDetail:
        """Say what a ticket is about; None is for what is not known."""
        body = {"country": country, "sector": sector, "competence": competence}
        return self._act(ticket_id, "subject", body, key)

    def watch(self, ticket_id: int, *, key: str | None = None) -> TicketDetail:
        """Be told of all that happens on a ticket."""
        return self._act(ticket_id, "watch", None, key)

    def unwatch(self, ticket_id: int, *, key: str | None = None) -> TicketDetail:
        """No longer be told of a ticket."""
        return self._act(ticket_id, "unwatch", None, key)

    def merge(self, ticket_id: int, into: int, *, key: str | None = None) -> TicketDetail:
        """Join a ticket with another one, which goes on and is returned."""
        return self._act(ticket_id, "merge", {"into": into}, key)

    def split(
        self, ticket_id: int, question: str, *, events: Collection[int] = (), key: str | None = None
    ) -> TicketDetail:
        """Make a second question a ticket of its own, with these events, and return that one."""
        return self._act(ticket_id, "split", {"question": question, "events": [*events]}, key)

    def drafts(self, ticket_id: int) -> DraftsOut:
        """Return what the caller was writing on a ticket."""
        return self._calls.get(f"/api/tickets/{ticket_id}/drafts", DraftsOut)

    def save_draft(self, ticket_id: int, kind: Writing, text: str) -> SavedOut:
        """Keep what is being written."""
        return self._calls.again("PUT", f"/api/tickets/{ticket_id}/drafts/{kind}", SavedOut, {"text": text})

    def be_present(self, ticket_id: int, *, writing: bool = False) -> list[PresentOut]:
        """Say that the caller has a ticket before them, for 15 seconds, and return who else has."""
        path = f"/api/tickets/{ticket_id}/presence"
        return self._calls.again("POST", path, HereOut, {"writing": writing}).others

    def propose_entry(self, ticket_id: int) -> HarvestOut:
        """Return the entry that a ticket would make, without personal data."""
        return self._calls.get(f"/api/tickets/{ticket_id}/entry", HarvestOut)

    def make_entry(self, ticket_id: int, fields: Mapping[str, Any], *, key: str | None = None) -> EntryOut:
        """Make a draft entry of a ticket, for a curator to publish."""
        return self._calls.act("POST", f"/api/tickets/{ticket_id}/entry", EntryOut, dict(fields), key=key)

    def _act(self, ticket_id: int, act: str, body: object, key: str | None) -> TicketDetail:
        return self._calls.act("POST", f"/api/tickets/{ticket_id}/{act}", TicketDetail, body, key=key)


class Texts:
    """Ready texts."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def all(self, *, language: str | None = None, competence: str | None = None) -> list[CannedOut]:
        """Return the texts that the caller may use."""
        return self._calls.get("/api/canned", list[CannedOut], {"language": language, "competence": competence})

    def add(self, text: CannedIn, *, key: str | None = None) -> CannedOut:
        """Write a ready text."""
        return self._calls.act("POST", "/api/canned", CannedOut, text, key=key)

    def save(self, text_id: int, text: CannedIn, *, key: str | None = None) -> CannedOut:
        """Put another text in the place of one."""
        return self._calls.act("PUT", f"/api/canned/{text_id}", CannedOut, text, key=key)

    def delete(self, text_id: int, *, key: str | None = None) -> None:
        """Delete a ready text."""
        self._calls.act("DELETE", f"/api/canned/{text_id}", Done, key=key)


class Letters:
    """Messages that reached nobody."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def all(self) -> Iterator[LetterOut]:
        """Yield all dead letters, newest first, a page at a time."""
        cursor: str | None = None
        while True:
            page = self._calls.get("/api/letters", LetterPage, {"cursor": cursor, "limit": 200})
            yield from page.letters
            cursor = page.cursor
            if cursor is None:
                return

    def resend(self, letter_id: int, *, key: str | None = None) -> None:
        """Send a dead letter again."""
        self._calls.act("POST", f"/api/letters/{letter_id}/resend", Done, key=key)
