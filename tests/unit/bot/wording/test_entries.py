"""Entries in every language: each kind has its facts, a call its status by its dates."""

from datetime import date
from typing import Any

import pytest

from bot.wording.entries import card, facts, kind_label
from bot.wording.texts import texts
from knowledge.database import Database
from knowledge.entries.draft import parse_draft
from knowledge.entries.store import get_entry, save_entry
from knowledge.languages import TAGS
from knowledge.models import Entry, EntryState, Kind

FACTS: dict[Kind, dict[str, Any]] = {
    Kind.BEST_PRACTICE: {"problem": "Few.", "solution": "A route.", "result": "More.", "lesson": "Together."},
    Kind.FUNDING_CALL: {
        "opens": "2026-01-01", "deadlines": ["2026-06-01", "2026-12-01"], "budget": 2_500_000, "cofinancing_rate": 70,
        "applicants": ["sme"], "eligible_countries": ["BG", "EU"], "programme": "eic", "call_identifier": "EIC-1",
    },
    Kind.ORGANISATION: {"organisation_type": "cluster", "city": "Niš", "offers": "Help.", "seeks": "Partners."},
    Kind.EXPERT: {"organisation": "A chamber", "competences": ["export"], "speaks": ["sr", "en"]},
    Kind.EVENT: {"starts": "2026-02-18T09:30+00:00", "ends": "2026-02-19", "place": "Art Hotel", "city": "Belgrade"},
    Kind.INFRASTRUCTURE: {"operator": "The ministry", "status": "running"},
    Kind.GUIDE: {"sectors": ["tourism"]},
    Kind.FAQ: {"verified": "2026-11-22"},
}  # fmt: skip


def entry_of(database: Database, kind: Kind, **changes: Any) -> Entry:
    record = {"id": "x", "title": "Title", "kind": kind, "language": "en", "text": "T.", **FACTS[kind], **changes}
    with database.transaction() as session:
        save_entry(session, parse_draft(record)[0], source="test", state=EntryState.PUBLISHED)
    with database.reading() as session:
        return get_entry(session, "x")


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_tells_its_facts_in_every_language(sqlite_database: Database, kind: Kind) -> None:
    entry = entry_of(sqlite_database, kind)
    in_english = facts(entry, "en", date(2026, 5, 1))
    assert in_english
    assert all(line.partition(": ")[2] for line in in_english)
    for tag in TAGS:
        lines = facts(entry, tag, date(2026, 5, 1))
        assert len(lines) == len(in_english)
        assert card(entry, 1, tag, date(2026, 5, 1)).kind == kind_label(kind, tag)


@pytest.mark.parametrize(
    ("today", "code", "deadline"),
    [
        (date(2025, 12, 31), "forthcoming", "1 June 2026"),
        (date(2026, 2, 1), "open", "1 June 2026"),
        (date(2026, 5, 25), "closing_soon", "1 June 2026"),
        (date(2026, 6, 1), "closing_soon", "1 June 2026"),
        (date(2026, 6, 2), "open", "1 December 2026"),
        (date(2026, 12, 2), "closed", ""),
    ],
)
def test_a_calls_card_follows_its_dates(sqlite_database: Database, today: date, code: str, deadline: str) -> None:
    shown = card(entry_of(sqlite_database, Kind.FUNDING_CALL), 1, "en", today)
    assert (shown.status_code, shown.deadline) == (code, deadline)


def test_a_call_without_dates_has_no_status(sqlite_database: Database) -> None:
    shown = card(entry_of(sqlite_database, Kind.FUNDING_CALL, opens=None, deadlines=[]), 1, "bg", date(2026, 5, 1))
    assert (shown.status, shown.status_code, shown.deadline) == ("", "", "")


def test_many_countries_are_cut_short(sqlite_database: Database) -> None:
    entry = entry_of(sqlite_database, Kind.GUIDE, countries=["BG", "RO", "RS", "GR", "AL"])
    assert card(entry, 1, "en", date(2026, 5, 1)).countries.endswith("…")


def test_a_catalogue_says_things_in_its_language() -> None:
    assert texts("bg").gettext("Ask an expert") != "Ask an expert"
    assert texts("en").gettext("Ask an expert") == "Ask an expert"
