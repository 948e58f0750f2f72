"""The admin API on an application: each works with the parts that it was given, and many read at once."""

import asyncio
from pathlib import Path

import httpx
import pytest

from knowledge.database import Database
from knowledge.models import Role
from tests.support.admin_desk import AdminDesk, admin_desk, ask, hire

pytestmark = pytest.mark.anyio


@pytest.fixture
def other(sqlite_database: Database, tmp_path: Path) -> AdminDesk:
    database = Database(f"sqlite:///{tmp_path / 'other.db'}")
    database.upgrade()
    return admin_desk(database, stopping=lambda: False)


async def test_two_applications_of_one_process_keep_apart(sqlite_database: Database, other: AdminDesk) -> None:
    desk = admin_desk(sqlite_database, stopping=lambda: False)
    ask(desk.database, "How do I export wine?", language="en")
    asked = {}
    for each in (desk, other):
        email, password = hire(each.database, Role.EXPERT)
        async with client_of(each) as client:
            await client.post("/api/login", json={"email": email, "password": password})
            asked[each is desk] = (await client.get("/api/tickets")).json()["total"]
    assert asked == {True: 1, False: 0}


async def test_more_read_at_once_than_there_are_threads_and_connections(sqlite_database: Database) -> None:
    desk = admin_desk(sqlite_database)
    email, password = hire(desk.database, Role.EXPERT)
    async with client_of(desk) as client:
        await client.post("/api/login", json={"email": email, "password": password})
        async with asyncio.timeout(60):
            said = await asyncio.gather(*(client.get("/api/tickets") for _ in range(120)))
    assert {each.status_code for each in said} == {200}


def client_of(desk: AdminDesk) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(desk.app), base_url="http://desk")
