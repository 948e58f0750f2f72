"""The people behind the desk through the API: reshaping, writing, programs, files, dead letters and live updates."""

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select

from knowledge.conversations.files import MAX_FILE
from knowledge.database import Database
from knowledge.models import Delivery, Message, Role
from knowledge.tickets.chat_links import link_staff
from knowledge.tickets.unreached import mark_failed
from tests.support.admin_desk import AdminDesk, admin_desk, ask, hire

pytestmark = pytest.mark.anyio

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


@pytest.fixture
def desk(database: Database) -> AdminDesk:
    return admin_desk(database)


@pytest.fixture
async def client(desk: AdminDesk) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(desk.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        yield client


async def enter(client: httpx.AsyncClient, desk: AdminDesk, role: Role, name: str = "") -> dict[str, str]:
    """Hire somebody, log in and return the header of their session."""
    email, password = hire(desk.database, role, name)
    said = await client.post("/api/login", json={"email": email, "password": password})
    client.cookies.clear()
    return {"Authorization": f"Bearer {said.json()['token']}"}


async def test_a_ticket_is_handed_joined_split_and_taken_up_again(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    ana = await enter(client, desk, Role.ADMIN, "Ana")
    mila = await enter(client, desk, Role.EXPERT, "Mila")
    first, second = ask(desk.database, address="1"), ask(desk.database, address="2")
    path = f"/api/tickets/{first}"

    async def act(verb: str, body: object = None, header: dict[str, str] = ana) -> httpx.Response:
        return await client.post(f"{path}/{verb}", json=body, headers=header)

    group = await client.post("/api/groups", json={"name": "Tax", "members": [1, 2]}, headers=ana)
    assert (group.status_code, group.json()["members"]) == (201, [1, 2])
    assert (await client.post("/api/groups", json={"name": "X", "members": []}, headers=mila)).status_code == 403
    assert (await act("priority", {"priority": "urgent"})).json()["priority"] == "urgent"
    assert (await act("subject", {"country": "RS", "competence": "accounting_tax"})).json()["country"] == "RS"
    assert (await act("subject", {"country": "Serbia"})).status_code == 422
    due = (await act("due", {"due_at": "2020-01-01T10:00:00+01:00"})).json()
    assert (due["due_at"], due["overdue"]) == ("2020-01-01T09:00:00Z", True)
    assert (await act("due", {"due_at": "2020-01-01T10:00:00"})).status_code == 422
    assert (await act("hand-over", {"to_staff": 2, "why": "customs"})).json()["assignee"]["name"] == "Mila"
    assert (await act("hand-over", {"to_staff": 1})).status_code == 409  # Mila's now
    assert (await act("hand-over", {"to_group": 1}, mila)).json()["group"]["name"] == "Tax"
    assert (await act("hand-over", {}, mila)).status_code == 422
    assert (await act("watch", header=mila)).json()["watched"] is True
    page = (await client.get("/api/tickets?watched=true", headers=mila)).json()
    assert [each["id"] for each in page["tickets"]] == [first]
    assert (await act("unwatch", header=mila)).json()["watched"] is False
    asked = (await act("ask", {"text": "Which country?"}, mila)).json()
    assert (asked["state"], asked["due_at"], asked["timeline"][-1]["kind"]) == ("waiting", None, "asked")
    new = (await act("split", {"question": "And a trade mark?"}, mila)).json()
    assert (new["split_from_id"], new["assignee"]["name"]) == (first, "Mila")
    joined = (await client.post(f"/api/tickets/{second}/merge", json={"into": first}, headers=mila)).json()
    assert joined["id"] == first
    closed = (await client.get(f"/api/tickets/{second}", headers=mila)).json()
    assert (closed["state"], closed["merged_into_id"]) == ("closed", first)
    assert (await act("close", {"text": "Good luck!"}, mila)).json()["timeline"][-1]["text"] == "Good luck!"
    assert (await act("reopen", header=mila)).json()["state"] == "claimed"


async def test_lists_go_on_by_cursor(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    header = await enter(client, desk, Role.EXPERT)
    for number in range(5):
        ask(desk.database, f"Question {number}", address=str(number), language="en" if number else "bg")
    seen: list[int] = []
    cursor = ""
    while True:
        page = (await client.get(f"/api/tickets?limit=2&order=newest{cursor}", headers=header)).json()
        assert page["total"] == 5
        seen += [ticket["id"] for ticket in page["tickets"]]
        if page["cursor"] is None:
            break
        cursor = f"&cursor={page['cursor']}"
    assert seen == [5, 4, 3, 2, 1]
    assert (await client.get("/api/tickets?language=bg", headers=header)).json()["total"] == 1
    assert (await client.get("/api/tickets?q=P-3", headers=header)).json()["tickets"][0]["id"] == 3
    assert (await client.get("/api/tickets?cursor=x&order=newest", headers=header)).status_code == 422


async def test_drafts_ready_texts_and_presence(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    ana = await enter(client, desk, Role.CURATOR, "Ana")
    mila = await enter(client, desk, Role.EXPERT, "Mila")
    path = f"/api/tickets/{ask(desk.database)}"
    assert (await client.put(f"{path}/drafts/answer", json={"text": "Месеч"}, headers=ana)).is_success
    assert (await client.get(f"{path}/drafts", headers=ana)).json() == {"drafts": {"answer": "Месеч"}}
    assert (await client.get(f"{path}/drafts", headers=mila)).json() == {"drafts": {}}
    assert (await client.post(f"{path}/answer", json={"text": "Месечно."}, headers=ana)).is_success
    assert (await client.get(f"{path}/drafts", headers=ana)).json() == {"drafts": {}}
    assert (await client.post(f"{path}/presence", json={"writing": True}, headers=ana)).json() == {"others": []}
    there = (await client.post(f"{path}/presence", json={}, headers=mila)).json()["others"]
    assert there == [{"name": "Ana", "writing": True}]
    text = {"title": "Where to apply", "text": "At the Chamber.", "language": "sr"}
    own = (await client.post("/api/canned", json=text, headers=mila)).json()
    assert (await client.post("/api/canned", json=text | {"for_all": True}, headers=mila)).status_code == 422
    assert (await client.post("/api/canned", json=text | {"for_all": True}, headers=ana)).status_code == 201
    shown = (await client.get("/api/canned?language=sr", headers=mila)).json()
    assert [each["mine"] for each in shown] == [True, False]
    assert (await client.get("/api/canned?language=bg", headers=mila)).json() == []
    assert (await client.delete(f"/api/canned/{own['id']}", headers=ana)).status_code == 404
    assert (await client.delete(f"/api/canned/{own['id']}", headers=mila)).json() == {"done": True}


async def test_profiles_are_their_owners_and_the_admins(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    ana = await enter(client, desk, Role.ADMIN, "Ana")
    mila = await enter(client, desk, Role.EXPERT, "Mila")
    skills = {"skills": {"competence": ["export"], "language": ["mk"]}, "organisation": "Chamber"}
    saved = (await client.put("/api/staff/2/profile", json=skills, headers=mila)).json()
    assert (saved["skills"]["competence"], saved["organisation"], saved["opens"]) == (["export"], "Chamber", "09:00")
    assert (await client.put("/api/staff/1/profile", json=skills, headers=mila)).status_code == 403
    assert (await client.put("/api/staff/2/profile", json={"zone": "Mars/Base"}, headers=ana)).status_code == 422
    assert (await client.put("/api/staff/2/profile", json={"opens": "18:00"}, headers=ana)).status_code == 422
    days = {"first_day": "2027-07-01", "last_day": "2027-07-14"}
    away = (await client.post("/api/staff/2/absences", json=days, headers=mila)).json()
    assert (await client.get("/api/staff/2/profile", headers=ana)).json()["absences"][0]["last_day"] == "2027-07-14"
    assert (await client.delete(f"/api/staff/2/absences/{away['id']}", headers=mila)).is_success
    ticket = ask(desk.database, "Како?", language="mk")
    routing = (await client.get(f"/api/tickets/{ticket}", headers=ana)).json()["routing"]
    assert routing is not None
    assert routing.startswith("Suggested to Mila: answers in Macedonian")


async def test_people_choose_what_their_chats_are_told(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    ana = await enter(client, desk, Role.ADMIN, "Ana")
    mila = await enter(client, desk, Role.EXPERT, "Mila")
    made = (await client.post("/api/me/code", headers=mila)).json()
    code = made["code"]
    assert made["link"] == f"https://t.me/DeskBot?start=s-{code}"
    with desk.database.transaction() as session:
        link_staff(session, code, "telegram", "77")
    path = "/api/staff/2/links/telegram/77"
    chosen = await client.put(path, json={"wants": ["new", "escalated"]}, headers=mila)
    assert (chosen.status_code, chosen.json()["wants"]) == (200, ["escalated", "new"])
    (link,) = (await client.get("/api/staff/2/links", headers=ana)).json()
    assert (link["channel"], link["address"], link["wants"]) == ("telegram", "77", ["escalated", "new"])
    assert (await client.put(path, json={"wants": ["closed"]}, headers=mila)).status_code == 422
    assert (await client.put(path, json={"wants": ["anything"]}, headers=mila)).status_code == 422
    assert (await client.put("/api/staff/2/links/telegram/78", json={"wants": []}, headers=mila)).status_code == 404
    assert (await client.get("/api/staff/1/links", headers=mila)).status_code == 403
    assert (await client.put(path, json={"wants": []}, headers=ana)).json()["wants"] == []


async def test_a_token_may_do_what_its_scopes_say(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    header = await enter(client, desk, Role.EXPERT)
    ticket = ask(desk.database)
    body = {"name": "our CRM", "scopes": ["tickets:read"]}
    made = (await client.post("/api/tokens", json=body, headers=header)).json()
    program = {"Authorization": f"Bearer {made['token']}"}
    assert (await client.get("/api/tickets", headers=program)).json()["total"] == 1
    refused = await client.post(f"/api/tickets/{ticket}/claim", headers=program)
    assert (refused.status_code, "tickets:write" in refused.json()["detail"]) == (403, True)
    for path in ("/api/entries", "/api/staff", "/api/tokens", "/api/webhooks", "/api/overview"):
        assert (await client.get(path, headers=program)).status_code == 403, path
    assert (await client.post("/api/tokens", json=body, headers=program)).status_code == 403
    cookie = {"Cookie": f"punte_staff={made['token']}"}
    assert (await client.get("/admin/tickets", headers=cookie)).status_code == 303
    assert made["token"] not in (await client.get("/api/tokens", headers=header)).text
    assert (await client.delete(f"/api/tokens/{made['about']['id']}", headers=header)).is_success
    assert (await client.get("/api/tickets", headers=program)).status_code == 401


async def test_a_call_repeated_with_its_key_says_the_same(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    header = await enter(client, desk, Role.CURATOR)
    keyed = header | {"Idempotency-Key": "once"}
    ticket = ask(desk.database)
    first = await client.post(f"/api/tickets/{ticket}/note", json={"text": "Called."}, headers=keyed)
    again = await client.post(f"/api/tickets/{ticket}/note", json={"text": "Called."}, headers=keyed)
    assert (again.status_code, again.json()) == (200, first.json())
    notes = [each for each in again.json()["timeline"] if each["kind"] == "note"]
    assert len(notes) == 1
    other = await client.post(f"/api/tickets/{ticket}/claim", headers=keyed)
    assert (other.status_code, other.json()["error"]) == (409, "conflict")
    faq = {"title": "When?", "kind": "faq", "language": "en"}
    made = [await client.post("/api/entries", json=faq, headers=header | {"Idempotency-Key": "e"}) for _ in range(2)]
    assert made[0].json() == made[1].json()


async def test_webhooks(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    header = await enter(client, desk, Role.ADMIN)
    body = {"url": "https://crm.example.org/punte", "events": ["ticket.opened"]}
    made = (await client.post("/api/webhooks", json=body, headers=header)).json()
    assert made["secret"].startswith("whsec_")
    assert "secret" not in (await client.get("/api/webhooks", headers=header)).text
    ask(desk.database)
    path = f"/api/webhooks/{made['webhook']['id']}"
    call = (await client.get(f"{path}/calls", headers=header)).json()[0]
    assert (call["event"], call["state"], "ПДВ" in str(call)) == ("ticket.opened", "pending", False)
    assert (await client.post(f"/api/webhooks/calls/{call['id']}/repeat", headers=header)).is_success
    assert (await client.put(path, json=body | {"active": False}, headers=header)).json()["active"] is False
    assert (await client.put(path, json=body | {"url": "ftp://x"}, headers=header)).status_code == 422
    assert (await client.delete(path, headers=header)).json() == {"done": True}


async def test_what_reached_nobody_is_listed_and_sent_again(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    header = await enter(client, desk, Role.EXPERT)
    ticket = ask(desk.database)
    await client.post(f"/api/tickets/{ticket}/answer", json={"text": "Monthly."}, headers=header)
    with desk.database.reading() as session:
        owed = session.scalars(select(Delivery).join(Message, Message.id == Delivery.message_id)).all()[-1].id
    with desk.database.transaction() as session:
        mark_failed(session, owed, "Forbidden: bot was blocked by the user")
    letters = (await client.get("/api/letters", headers=header)).json()["letters"]
    assert [(each["ticket"], each["text"], each["error"]) for each in letters] == [
        (f"P-{ticket}", "Monthly.", "Forbidden: bot was blocked by the user")
    ]
    assert (await client.post(f"/api/letters/{owed}/resend", headers=header)).is_success
    assert (await client.get("/api/letters", headers=header)).json()["letters"] == []
    assert (await client.post(f"/api/letters/{owed}/resend", headers=header)).status_code == 409


async def test_files_are_shown_safely(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    header = await enter(client, desk, Role.EXPERT)
    ticket = ask(desk.database)

    async def send(name: str, content: bytes) -> httpx.Response:
        return await client.post("/api/files", files={"file": (name, io.BytesIO(content))}, headers=header)

    page = (await send("../a:b.html", b"<script>alert(1)</script>")).json()
    picture = (await send("map.png", PNG)).json()
    assert (page["media_type"], picture["media_type"]) == ("text/plain", "image/png")
    body = {"text": "See these.", "files": [page["id"], picture["id"]]}
    shown = (await client.post(f"/api/tickets/{ticket}/answer", json=body, headers=header)).json()["timeline"][-1]
    assert [file["name"] for file in shown["files"]] == ["a_b.html", "map.png"]
    read = await client.get(f"/api/files/{page['id']}", headers=header)
    assert read.headers["content-disposition"].startswith("attachment; filename*=UTF-8''a_b.html")
    assert (read.headers["x-content-type-options"], "sandbox" in read.headers["content-security-policy"]) == (
        "nosniff",
        True,
    )
    seen = await client.get(f"/api/files/{picture['id']}", headers=header)
    assert (seen.content, seen.headers["content-disposition"][:6]) == (PNG, "inline")
    assert (await client.get(f"/api/files/{picture['id']}")).status_code == 401
    assert (await send("virus.exe", b"MZ\x90\x00" + b"\x00" * 60)).status_code == 422
    assert (await send("empty.txt", b"")).status_code == 422
    large = await send("large.txt", b"0" * (MAX_FILE + 1))
    assert (large.status_code, large.json()["error"]) == (422, "invalid_request")
    assert (await send("endless.txt", b"0" * (2 * MAX_FILE + 1))).status_code == 413


async def test_an_answered_ticket_becomes_an_entry(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    header = await enter(client, desk, Role.EXPERT, "Ana")
    ticket = ask(desk.database, "Hello! How do I report VAT in Serbia?", language="en")
    path = f"/api/tickets/{ticket}"
    assert (await client.get(f"{path}/entry", headers=header)).status_code == 422
    answer = {"text": "Monthly, until the 15th. Questions: tax.office@example.com"}
    await client.post(f"{path}/answer", json=answer, headers=header)
    proposed = (await client.get(f"{path}/entry", headers=header)).json()
    assert proposed["found"] == [{"field": "text", "kind": "email", "text": "tax.office@example.com"}]
    assert "tax.office" not in str(proposed["fields"])
    made = (await client.post(f"{path}/entry", json=proposed["fields"], headers=header)).json()
    assert (made["state"], made["entry"]["id"]) == ("draft", f"ticket-{ticket}")
    refused = await client.post(f"/api/entries/ticket-{ticket}/publish", headers=header)
    assert refused.status_code == 403
    assert (await client.get(path, headers=header)).json()["timeline"][-1]["kind"] == "drafted"


async def test_figures_lead_to_their_tickets(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    header = await enter(client, desk, Role.EXPERT)
    for number, question in enumerate(("=1+1", "a;b", "Как?")):
        ask(desk.database, question, address=str(number), language="bg" if number == 2 else "en")
    said = (await client.get("/api/figures?since=2020-01-01&until=2029-01-01&by=language", headers=header)).json()
    lines = {line["key"]: line["opened"] for line in said["lines"]}
    assert {key: figure["value"] for key, figure in lines.items()} == {"en": 2, "bg": 1}
    assert (await client.get(lines["bg"]["tickets"], headers=header)).json()["total"] == 1
    assert (await client.get("/api/figures?since=2029-01-01&until=2020-01-01", headers=header)).status_code == 422
    table = await client.get("/api/tickets.csv?language=en&order=oldest", headers=header)
    assert table.text.startswith("\ufeffnumber;state;")
    assert [row.split(";")[3] for row in table.text.splitlines()[1:]] == ["'=1+1", '"a']


async def test_what_happens_is_told_as_it_happens(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    header = await enter(client, desk, Role.EXPERT)
    first, second = ask(desk.database, address="1"), ask(desk.database, address="2")
    looks = iter([False, True] * 9)
    app = admin_desk(desk.database, lambda: next(looks)).app
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as listener:
        whole = await listener.get("/api/live?after=0", headers=header)
        assert whole.headers["content-type"].startswith("text/event-stream")
        told = _told(whole.text)
        assert [told[0]["ticket"], told[-1]["ticket"]] == [first, second]
        one = await listener.get(f"/api/live?after=0&ticket={second}", headers=header)
        assert {event["ticket"] for event in _told(one.text)} == {second}
        last = one.text.rpartition("id: ")[2].partition("\n")[0]
        again = await listener.get("/api/live?after=0", headers=header | {"Last-Event-ID": last})
        assert not _told(again.text)
        assert not _told((await listener.get("/api/live", headers=header)).text)
    assert (await client.get("/api/live")).status_code == 401


def _told(stream: str) -> list[dict[str, Any]]:
    return [json.loads(line.removeprefix("data: ")) for line in stream.splitlines() if line.startswith("data: ")]


async def test_every_route_explains_itself(desk: AdminDesk, client: httpx.AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()
    shapes = described["components"]["schemas"]
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (method, path)
            for kind in operation.get("requestBody", {}).get("content", {}).values():
                name = kind["schema"].get("$ref", "").rpartition("/")[2]
                if name and not name.startswith("Body_") and name != "PresenceIn":
                    shape = shapes[name]
                    fields = shape.get("properties", {}).values()
                    assert "examples" in shape or any("examples" in field for field in fields), (method, path, name)
    routes = [route for route in desk.app.routes if isinstance(route, APIRoute) and route.include_in_schema]
    assert len(routes) == len({(route.path, tuple(route.methods)) for route in routes})
