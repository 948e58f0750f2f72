"""A desk that an earlier version filled goes on under this one: everything is found, shown, sent and worked with."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from shutil import copy
from typing import Any

import httpx
import pytest
from alembic import command
from sqlalchemy import MetaData, func, inspect, select, text, update

from bot.delivery.outbox import Outbox
from bot.staff import StaffWords
from bot.wording.rendering import outgoing_of
from knowledge.conversations.messages import find_conversation
from knowledge.database import Database
from knowledge.models import Delivery, DeliveryState
from knowledge.privacy.erasure import forget_conversation
from tests.conftest import made_database
from tests.support.admin_desk import admin_desk
from tests.support.background import in_background
from tests.support.desk_of_before import KNOWN, ROWS, TABLES, fill
from tests.support.recording_sender import RecordingSender
from tests.support.waiting import until

pytestmark = pytest.mark.anyio

SECRETS = KNOWN["secrets"]
BEFORE = Counter(name for name, _ in ROWS)


@pytest.fixture(scope="module")
def upgraded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("before") / "desk.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="module")
def upgraded_template(postgres: str) -> Iterator[str]:
    with made_database(postgres) as url:
        upgrade(url)
        yield url


def upgrade(url: str) -> None:
    """Fill an empty database as before, and bring it to the tables of today."""
    database = Database(url)
    fill(database)
    database.upgrade()
    database.check()
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A copy of the desk of before, with the tables of today."""
    if request.param == "sqlite":
        copied: AbstractContextManager[str] = nullcontext(
            f"sqlite:///{copy(request.getfixturevalue('upgraded_file'), tmp_path / 'desk.db')}"
        )
    else:
        copied = made_database(*map(request.getfixturevalue, ("postgres", "upgraded_template")))
    with copied as url:
        database = Database(url)
        yield database
        database.close()


@pytest.fixture
async def client(upgraded: Database) -> AsyncIterator[httpx.AsyncClient]:
    """The admin of before, logged in with the password of before."""
    transport = httpx.ASGITransport(admin_desk(upgraded).app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        login = {"email": "mila@desk.example", "password": SECRETS["password"]}
        (await client.post("/api/login", json=login)).raise_for_status()
        client.headers["X-Punte"] = "test"
        yield client


def rows(database: Database) -> Counter[str]:
    """Return how many rows each table of before has."""
    tables = MetaData()
    with database.engine.connect() as connection:
        tables.reflect(connection, only=TABLES)
        count = select(func.count())
        return Counter({name: connection.scalar(count.select_from(tables.tables[name])) or 0 for name in TABLES})


def waiting(database: Database) -> int:
    """Return how many messages are still to be sent."""
    with database.reading() as session:
        return session.query(Delivery).filter_by(state=DeliveryState.PENDING).count()


async def read(client: httpx.AsyncClient, path: str) -> Any:
    answered = await client.get(path)
    assert answered.status_code == 200, f"{path}: {answered.text}"
    return answered.json()


def test_no_row_is_lost(upgraded: Database) -> None:
    assert rows(upgraded) == BEFORE


async def test_tickets_are_listed_with_all_that_happened_on_them(client: httpx.AsyncClient) -> None:
    listed = []
    for state in ("open", "claimed", "waiting", "answered", "closed"):
        listed += (await read(client, f"/api/tickets?state={state}"))["tickets"]
    assert len({ticket["id"] for ticket in listed}) == BEFORE["tickets"]
    kinds: Counter[str] = Counter()
    for ticket in listed:
        kinds.update(item["kind"] for item in (await read(client, f"/api/tickets/{ticket['id']}"))["timeline"])
    happened = Counter(row["kind"] for name, row in ROWS if name == "ticket_events")
    assert {kind: kinds[kind] for kind in happened} == happened


async def test_entries_people_programs_and_what_did_not_arrive_are_listed(client: httpx.AsyncClient) -> None:
    entries = (await read(client, "/api/entries?limit=50"))["entries"]
    assert len(entries) == BEFORE["entries"]
    for entry in entries:
        await read(client, f"/api/entries/{entry['reference']}")
    assert len(await read(client, "/api/staff")) == BEFORE["staff"]
    assert [group["name"] for group in await read(client, "/api/groups")] == ["Customs"]
    assert len(await read(client, "/api/webhooks/1/calls")) == BEFORE["webhook_calls"]
    assert "blocked by the user" in str(await read(client, "/api/letters"))


async def test_pages_are_shown(client: httpx.AsyncClient) -> None:
    for page in ("tickets", "tickets/1", "letters", "figures", "entries", "staff", "groups", "review", "me"):
        shown = await client.get(f"/admin/{page}")
        assert shown.status_code == 200, page


async def test_passwords_and_tokens_of_before_open_the_desk(client: httpx.AsyncClient) -> None:
    client.cookies.clear()
    assert (await client.get("/api/tickets")).status_code == 401
    by_token = {"Authorization": f"Bearer {SECRETS['token']}"}
    assert (await client.get("/api/tickets", headers=by_token)).status_code == 200
    first = {"email": "new@desk.example", "password": SECRETS["new"]}
    assert (await client.post("/api/login", json=first)).json()["me"]["must_change_password"] is True
    wrong = {"email": "mila@desk.example", "password": "another"}
    assert (await client.post("/api/login", json=wrong)).status_code == 401


async def test_every_message_of_before_can_be_sent(upgraded: Database) -> None:
    with upgraded.transaction() as session:
        again = {"state": DeliveryState.PENDING, "fallback_id": None, "error": None, "permanent": False}
        session.execute(update(Delivery).values(again))
    recorder = RecordingSender()
    channels = dict.fromkeys(("telegram", "web", "email"), recorder)
    words = StaffWords(outgoing_of, "https://desk.example.org")
    async with in_background(Outbox(upgraded, channels, words.outgoing_of, poll_s=0.02).run()):
        await until(lambda: not waiting(upgraded))
    with upgraded.reading() as session:
        assert set(session.scalars(select(Delivery.error))) == {None}
    assert len(recorder.messages) == BEFORE["deliveries"]
    asker = [said for address, said in recorder.messages if address == "asker-0"]
    (answer,) = [said for said in asker if "Потребан је сертификат." in said.text]
    assert [file.name for file in answer.files] == ["образац.pdf"]
    (reply,) = [said for said in asker if said.quotes]
    assert (reply.cards[0].reference, reply.buttons[0][0].action) == ("funding_call-1", "up")
    (closed,) = [said for said in asker if "Срећно!" in said.text]
    assert "rate:1:5" in [button.action for row in closed.buttons for button in row]
    notices = [said for address, said in recorder.messages if address == "701"]
    assert any("Как да изнеса вино?" in said.text and said.buttons for said in notices)


async def test_work_goes_on_and_an_asker_of_before_can_be_forgotten(
    client: httpx.AsyncClient, upgraded: Database
) -> None:
    (ticket,) = (await read(client, "/api/tickets?state=waiting"))["tickets"]
    noted = await client.post(f"/api/tickets/{ticket['id']}/note", json={"text": "Under the new version."})
    assert noted.raise_for_status().json()["timeline"][-1]["text"] == "Under the new version."
    with upgraded.transaction() as session:
        asker = find_conversation(session, "telegram", "asker-0")
        assert asker
        forget_conversation(session, asker)
    assert rows(upgraded)["messages"] < BEFORE["messages"]


def test_the_way_down_and_up_again(upgraded: Database) -> None:
    command.downgrade(upgraded._alembic(), "0001")
    upgraded.upgrade()
    upgraded.check()
    after = rows(upgraded)
    for table in ("conversations", "staff", "entries", "passages", "tickets", "deliveries", "messages"):
        assert after[table] == BEFORE[table], table
    command.downgrade(upgraded._alembic(), "base")
    assert set(inspect(upgraded.engine).get_table_names()) <= {"alembic_version"}
    upgraded.engine.dispose()
    upgraded.upgrade()
    upgraded.check()
    with upgraded.engine.connect() as connection:
        assert connection.scalar(text("select count(*) from tickets")) == 0
