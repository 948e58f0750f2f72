"""The room's paper names only what there is: its paths, its routes and the names that a new route is written with."""

import re
from pathlib import Path

import pytest

import admin_api.app
from admin_api.console import frame
from admin_api.http import access, deps, idempotent
from knowledge.choices import Scope
from knowledge.database import Database
from knowledge.programs.webhooks import EVENTS
from tests.support.admin_desk import admin_desk

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "admin_api" / "README.md").read_text(encoding="utf-8")
FILES = sorted(
    set(re.findall(r"`((?:admin_api|tests|bot|knowledge)/[\w/.]*)`", TEXT)) - {"admin_api/console/x_pages.py"}
)
ROUTES = sorted(set(re.findall(r"`((?:GET|POST) /api/[\w/.]+)`", TEXT)))
NAMES = ("Member", "TicketReader", "EntryWriter", "Reading", "Wiring", "TicketAct", "ROUTES", "PAGES", "PageRoute",
         "Expert", "Curator", "Admin")  # fmt: skip


@pytest.mark.parametrize("file", FILES)
def test_files_are_there(file: str) -> None:
    assert (ROOT / file).exists()


def test_routes_are_there(sqlite_database: Database) -> None:
    paths = admin_desk(sqlite_database).app.openapi()["paths"]
    there = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert len(ROUTES) > 5
    assert set(ROUTES) <= there


@pytest.mark.parametrize("name", NAMES)
def test_names_are_there(name: str) -> None:
    assert f"`{name}`" in TEXT or f": {name}" in TEXT or f"={name}" in TEXT
    assert any(hasattr(module, name) for module in (admin_api.app, frame, access, deps, idempotent))


def test_scopes_and_events_are_all_named() -> None:
    assert [each for each in (*Scope, *EVENTS) if f"`{each}`" not in TEXT] == []
