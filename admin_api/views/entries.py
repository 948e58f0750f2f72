"""Entries and numbers as the staff read them, in the API and the console alike."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from admin_api.schemas.entries import EntryOut, EntryPage, EntrySummary
from admin_api.schemas.overview import Overview
from admin_api.schemas.search import HitOut
from index.model import SearchResult
from knowledge.database import Database
from knowledge.entries.call_status import CallStatus, call_status
from knowledge.entries.columns import draft_of
from knowledge.entries.store import EntryQuery, entry_counts, find_entries, get_entries, get_passages
from knowledge.models import Entry, EntryState, FacetName, Kind, Staff, now
from knowledge.tickets.queries import TicketQuery, count_tickets, ticket_counts


def entry_summary(entry: Entry, today: date) -> EntrySummary:
    """Return an entry as it is listed; facets and cut-offs must be loaded."""
    return EntrySummary(
        reference=entry.reference,
        kind=entry.kind,
        state=entry.state,
        language=entry.language,
        title=entry.title,
        countries=entry.values(FacetName.COUNTRY),
        sectors=entry.values(FacetName.SECTOR),
        url=entry.url,
        status=_status(entry, today),
        updated_at=entry.updated_at,
    )


def entry_query(
    words: str,
    *,
    kinds: Sequence[Kind],
    states: Sequence[EntryState],
    languages: Sequence[str],
    countries: Sequence[str],
    sectors: Sequence[str],
) -> EntryQuery:
    """Return what a list of entries asks for: any value of each filter, all filters that have one."""
    facets = {FacetName.COUNTRY: countries, FacetName.SECTOR: sectors}
    return EntryQuery(
        words=words,
        kinds=kinds,
        states=states,
        languages=languages,
        facets={name: values for name, values in facets.items() if values},
    )


def entry_page(session: Session, query: EntryQuery, today: date, *, limit: int, offset: int) -> EntryPage:
    """Return a page of entries, last changed first."""
    found, total = find_entries(session, query, limit=limit, offset=offset)
    return EntryPage(total=total, entries=[entry_summary(entry, today) for entry in found])


def entry_out(entry: Entry, today: date) -> EntryOut:
    """Return a whole entry; facets and cut-offs must be loaded."""
    return EntryOut(
        entry=draft_of(entry),
        state=entry.state,
        source=entry.source,
        revision=entry.revision,
        status=_status(entry, today),
        created_at=entry.created_at,
        updated_at=entry.updated_at,
    )


def hits_out(database: Database, result: SearchResult) -> list[HitOut]:
    """Return what a search found, with the passages that were found; entries that are gone are left out."""
    with database.reading() as session:
        entries = get_entries(session, [hit.entry_id for hit in result.hits])
        passages = get_passages(session, [hit.passage_id for hit in result.hits])
        return [
            HitOut(
                reference=entry.reference,
                title=entry.title,
                kind=entry.kind,
                language=entry.language,
                url=entry.url,
                score=hit.score,
                passage=passages[hit.passage_id].text if hit.passage_id in passages else "",
            )
            for hit in result.hits
            if (entry := entries.get(hit.entry_id))
        ]


def overview(session: Session, staff: Staff) -> Overview:
    """Return the desk in numbers, as `staff` sees it."""
    states, mine, _ = ticket_counts(session, staff.id, now())
    overdue = count_tickets(session, TicketQuery(overdue=True))
    entries: dict[Kind, dict[EntryState, int]] = {kind: dict.fromkeys(EntryState, 0) for kind in Kind}
    for (kind, state), count in entry_counts(session).items():
        entries[kind][state] = count
    return Overview(tickets=states, mine=mine, overdue=overdue, entries=entries)


def _status(entry: Entry, today: date) -> CallStatus | None:
    if entry.kind is not Kind.FUNDING_CALL:
        return None
    return call_status(entry.opens_on, [deadline.on for deadline in entry.deadlines], today)
