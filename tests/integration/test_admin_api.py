"""The admin API over both databases: who may do what, wrong input everywhere, and nothing done twice."""

import io
import json
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select, update

from knowledge.conversations.deliveries import mark_sent
from knowledge.conversations.messages import find_conversation
from knowledge.database import Database
from knowledge.errors import Conflict, InvalidEntry, InvalidInput
from knowledge.models import AuditRecord, Author, Delivery, Message, Role, StaffSession, now
from knowledge.privacy.erasure import forget_conversation
from knowledge.staff.accounts import get_staff
from knowledge.tickets.by_staff import claim_ticket, get_ticket
from knowledge.tickets.unreached import mark_failed
from tests.support.admin_desk import PASSWORD, AdminDesk, admin_desk, ask, hire

pytestmark = pytest.mark.anyio

KINDS = {"js": "javascript", "css": "text/css; charset=utf-8", "svg": "image/svg+xml"}

FAQ = {
    "id": "faq-vat",
    "kind": "faq",
    "title": "When must I register for VAT?",
    "text": "Above eight million dinars.",
    "countries": ["RS"],
    "sectors": ["finance"],
}


@pytest.fixture
def desk(database: Database) -> AdminDesk:
    return admin_desk(database)


@pytest.fixture
async def client(desk: AdminDesk) -> AsyncIterator[httpx.AsyncClient]:
    async with open_client(desk) as client:
        yield client


def open_client(desk: AdminDesk) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(desk.app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://desk")


async def token_of(client: httpx.AsyncClient, desk: AdminDesk, role: Role, name: str = "") -> dict[str, str]:
    """Hire somebody, log in and return the header of their session; the client keeps no cookie."""
    email, password = hire(desk.database, role, name)
    said = await client.post("/api/login", json={"email": email, "password": password})
    client.cookies.clear()
    return {"Authorization": f"Bearer {said.json()['token']}"}


def actions(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(AuditRecord.action).order_by(AuditRecord.id)))


async def test_log_in_gives_a_token_and_a_strict_cookie(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    email, password = hire(desk.database, Role.EXPERT, "Ana")
    said = await client.post("/api/login", json={"email": email.upper(), "password": password})
    assert said.status_code == 200
    assert said.json()["me"]["role"] == "expert"
    cookie = said.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    me = await client.get("/api/me")
    assert (me.json()["email"], me.json()["must_change_password"]) == (email, False)
    assert actions(desk.database) == ["login"]


async def test_a_one_time_password_must_be_changed(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    email, password = hire(desk.database, Role.EXPERT, one_time=True)
    said = await client.post("/api/login", json={"email": email, "password": password})
    assert said.json()["me"]["must_change_password"] is True
    old = {"Authorization": f"Bearer {said.json()['token']}"}
    client.cookies.clear()
    short = await client.post("/api/me/password", json={"old": password, "new": "short"}, headers=old)
    assert (short.status_code, list(short.json()["fields"])) == (422, ["password"])
    changed = await client.post("/api/me/password", json={"old": password, "new": "a sentence of mine"}, headers=old)
    assert changed.json()["me"]["must_change_password"] is False
    client.cookies.clear()
    assert (await client.get("/api/me", headers=old)).status_code == 401
    new = {"Authorization": f"Bearer {changed.json()['token']}"}
    assert (await client.get("/api/me", headers=new)).status_code == 200


async def test_guessing_is_slowed_down(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    email, password = hire(desk.database, Role.EXPERT)
    other, _ = hire(desk.database, Role.ADMIN)
    for _ in range(5):
        wrong = await client.post("/api/login", json={"email": email, "password": "a wrong one"})
        assert (wrong.status_code, wrong.json()["error"]) == (401, "login_refused")
    stopped = await client.post("/api/login", json={"email": email, "password": password})
    assert (stopped.status_code, stopped.json()["error"]) == (429, "too_many_attempts")
    assert 0 < int(stopped.headers["retry-after"]) <= 900
    assert (await client.post("/api/login", json={"email": other, "password": PASSWORD})).status_code == 200


async def test_forged_expired_and_ended_sessions_are_refused(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    header = await token_of(client, desk, Role.EXPERT)
    for forged in ("Bearer x", "Bearer " + "a" * 43, "Bearer " + "a" * 9000, "Basic YTpi", "Bearer \u00e9"):
        said = await client.get("/api/me", headers={"Authorization": forged.encode("latin-1")})
        assert (said.status_code, said.json()["error"]) == (401, "login_needed"), forged
    with desk.database.transaction() as session:
        session.execute(update(StaffSession).values(expires_at=now() - timedelta(seconds=1)))
    assert (await client.get("/api/me", headers=header)).status_code == 401
    again = await token_of(client, desk, Role.CURATOR)
    assert (await client.post("/api/logout", headers=again)).status_code == 204
    assert (await client.get("/api/me", headers=again)).status_code == 401


async def test_with_the_cookie_only_our_own_pages_may_act(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    email, password = hire(desk.database, Role.EXPERT)
    ticket = ask(desk.database)
    await client.post("/api/login", json={"email": email, "password": password})
    claim = f"/api/tickets/{ticket}/claim"
    for headers in ({}, {"Origin": "http://evil.example"}, {"Origin": "null"}):
        said = await client.post(claim, headers=headers)
        assert (said.status_code, said.json()["error"]) == (403, "foreign_request")
    assert (await client.post(claim, headers={"Origin": "http://desk"})).status_code == 200
    assert (await client.post(claim, headers={"X-Punte": "console"})).status_code == 200


ROUTES = [
    ("GET", "/api/tickets", Role.EXPERT),
    ("GET", "/api/tickets/1", Role.EXPERT),
    ("POST", "/api/tickets/1/claim", Role.EXPERT),
    ("POST", "/api/tickets/1/release", Role.EXPERT),
    ("POST", "/api/tickets/1/answer", Role.EXPERT),
    ("POST", "/api/tickets/1/note", Role.EXPERT),
    ("POST", "/api/tickets/1/close", Role.EXPERT),
    ("GET", "/api/search?q=vat", Role.EXPERT),
    ("GET", "/api/overview", Role.EXPERT),
    ("GET", "/api/entries", Role.EXPERT),
    ("GET", "/api/entries/x", Role.EXPERT),
    ("POST", "/api/entries", Role.CURATOR),
    ("PUT", "/api/entries/x", Role.CURATOR),
    ("POST", "/api/entries/x/publish", Role.CURATOR),
    ("POST", "/api/entries/x/withdraw", Role.CURATOR),
    ("POST", "/api/entries/x/draft", Role.CURATOR),
    ("POST", "/api/import", Role.CURATOR),
    ("GET", "/api/import/mappings", Role.CURATOR),
    ("GET", "/api/staff", Role.ADMIN),
    ("POST", "/api/staff", Role.ADMIN),
    ("POST", "/api/staff/999/deactivate", Role.ADMIN),
    ("POST", "/api/staff/999/activate", Role.ADMIN),
    ("POST", "/api/staff/999/password", Role.ADMIN),
]


async def test_every_route_asks_for_its_role(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    header = {role: await token_of(client, desk, role) for role in Role}
    for method, path, needed in ROUTES:
        assert (await client.request(method, path)).status_code == 401, path
        for role in Role:
            said = await client.request(method, path, headers=header[role])
            assert said.status_code < 500, path
            if role.covers(needed):
                assert '"not_allowed"' not in said.text, (role, path)
            else:
                assert (said.status_code, said.json()["error"]) == (403, "not_allowed"), (role, path)


WRONG = [
    ("POST", "/api/login", {}),
    ("POST", "/api/login", {"email": "a", "password": ""}),
    ("POST", "/api/login", {"email": 7, "password": "x"}),
    ("POST", "/api/login", {"email": "x" * 300, "password": "x"}),
    ("POST", "/api/me/password", {"old": "x"}),
    ("GET", "/api/tickets?state=lost", None),
    ("GET", "/api/tickets?limit=0", None),
    ("GET", "/api/tickets?limit=201", None),
    ("GET", "/api/tickets?offset=-1", None),
    ("GET", "/api/tickets?offset=99999999999999999999", None),
    ("GET", "/api/tickets/abc", None),
    ("GET", "/api/tickets/0", None),
    ("GET", "/api/tickets/99999999999999999999", None),
    ("POST", "/api/tickets/99999999999999999999/claim", None),
    ("POST", "/api/tickets/1/answer", {"text": " \n\t "}),
    ("POST", "/api/tickets/1/answer", {"text": "\u0000\u0007"}),
    ("POST", "/api/tickets/1/answer", {"text": "x" * 8001}),
    ("POST", "/api/tickets/1/answer", {"text": ["x"]}),
    ("POST", "/api/tickets/1/answer", {}),
    ("POST", "/api/tickets/1/note", {"text": ""}),
    ("GET", "/api/entries?kind=poem", None),
    ("GET", "/api/entries?q=" + "x" * 201, None),
    ("POST", "/api/entries", {}),
    ("POST", "/api/entries", {"title": "x", "kind": "poem"}),
    ("POST", "/api/entries", {"title": "x", "language": "tlh"}),
    ("POST", "/api/entries", {"title": "x", "countries": ["Atlantis"]}),
    ("POST", "/api/entries", {"title": "x", "url": "javascript:alert(1)"}),
    ("POST", "/api/entries", {"title": "x", "deadlines": ["soon"]}),
    ("POST", "/api/entries", {"title": "x", "budget": -1}),
    ("POST", "/api/entries", {"title": "x", "state": "lost"}),
    ("POST", "/api/entries", {"title": "x" * 501}),
    ("POST", "/api/entries", {"title": ["x"], "text": {"a": 1}}),
    ("PUT", "/api/entries/faq-vat", {"id": "another", "title": "x"}),
    ("POST", "/api/staff", {"email": "nobody", "role": "expert"}),
    ("POST", "/api/staff", {"email": "a@b.example", "role": "king"}),
    ("POST", "/api/staff/x/deactivate", None),
    ("GET", "/api/search", None),
    ("GET", "/api/search?q=", None),
    ("GET", "/api/search?q=x&language=tlh", None),
    ("GET", "/api/search?q=x&limit=51", None),
]


async def test_wrong_input_is_refused_by_name(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    header = await token_of(client, desk, Role.ADMIN)
    ask(desk.database)
    await client.post("/api/entries", json=FAQ, headers=header)
    for method, path, body in WRONG:
        said = await client.request(method, path, json=body, headers=header)
        assert said.status_code == 422, (path, body, said.text)
        assert said.json()["error"] in (InvalidInput.code, InvalidEntry.code), path
        assert said.json()["detail"], path
    for broken in (b"{", b"\xff\xfe", b"[]", b'"x"', b"null"):
        said = await client.post("/api/login", content=broken, headers={"Content-Type": "application/json"})
        assert said.status_code in (400, 422), broken
        assert said.json()["message"]
    missing = ("/api/tickets/999", "/api/entries/none", "/api/nothing", "/api/entries/a%00b")
    for path in missing:
        said = await client.get(path, headers=header)
        assert (said.status_code, said.json()["error"]) == (404, "not_found"), path
    nul = {"email": "a\u0000b@c.example", "password": "\u0000x\ud800"}
    assert (await client.post("/api/login", content=json.dumps(nul), headers=header)).status_code in (401, 422)


async def test_a_ticket_from_claim_to_delivery(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    header = await token_of(client, desk, Role.EXPERT, "Ana")
    ticket = ask(desk.database)
    page = (await client.get("/api/tickets?state=open", headers=header)).json()
    assert (page["total"], page["tickets"][0]["channel"], page["tickets"][0]["language"]) == (1, "telegram", "sr")
    await client.post(f"/api/tickets/{ticket}/claim", headers=header)
    assert (await client.get("/api/tickets?mine=true", headers=header)).json()["total"] == 1
    await client.post(f"/api/tickets/{ticket}/note", json={"text": "Asked the tax office."}, headers=header)
    said = await client.post(f"/api/tickets/{ticket}/answer", json={"text": "Месечно,\r\nдо 15.\u0007"}, headers=header)
    seen = said.json()
    assert seen["state"] == "answered"
    kinds = ["chat", "chat", "opened", "claimed", "note", "answer"]
    assert [moment["kind"] for moment in seen["timeline"] if moment["kind"] != "routed"] == kinds
    answer = seen["timeline"][-1]
    assert (answer["by"], answer["text"], answer["delivery"]["state"]) == ("Ana", "Месечно,\nдо 15.", "pending")
    assert seen["timeline"][1]["quotes"] == ["Порези: ПДВ се пријављује <b>месечно</b>."]
    with desk.database.transaction() as session:
        owed = session.scalars(
            select(Delivery).join(Message, Message.id == Delivery.message_id).where(Message.author == Author.EXPERT)
        ).one()
        mark_failed(session, owed.id, "Forbidden: bot was blocked by the user")
    seen = (await client.get(f"/api/tickets/{ticket}", headers=header)).json()
    assert seen["timeline"][-1]["delivery"]["error"] == "Forbidden: bot was blocked by the user"
    with desk.database.transaction() as session:
        mark_sent(session, [owed.id], "77")
    seen = (await client.get(f"/api/tickets/{ticket}", headers=header)).json()
    assert seen["timeline"][-1]["delivery"]["state"] == "sent"
    assert (await client.post(f"/api/tickets/{ticket}/close", headers=header)).json()["state"] == "closed"
    assert (await client.post(f"/api/tickets/{ticket}/claim", headers=header)).status_code == 409
    assert actions(desk.database)[1:] == ["claim ticket", "note ticket", "answer ticket", "close ticket"]


async def test_an_answer_retried_with_its_key_is_given_once(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    header = await token_of(client, desk, Role.EXPERT) | {"Idempotency-Key": "k-1"}
    ticket = ask(desk.database)
    path = f"/api/tickets/{ticket}/answer"
    for _ in range(3):
        assert (await client.post(path, json={"text": "Monthly."}, headers=header)).status_code == 200
    other = await client.post(path, json={"text": "Yearly."}, headers=header)
    assert (other.status_code, other.json()["error"]) == (409, "conflict")
    assert (await client.post(path, json={"text": "Monthly."}, headers=header | {"Idempotency-Key": "k-2"})).is_success
    with desk.database.reading() as session:
        count = select(func.count()).select_from(Message).where(Message.author == Author.EXPERT)
        assert session.scalar(count) == 2


async def test_only_one_of_two_experts_gets_a_ticket(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    ana = await token_of(client, desk, Role.EXPERT, "Ana")
    ivan = await token_of(client, desk, Role.EXPERT, "Ivan")
    ticket = ask(desk.database)

    def claim(staff_id: int) -> bool:
        try:
            with desk.database.transaction() as session:
                claim_ticket(session, ticket, get_staff(session, staff_id))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(claim, [1, 2] * 8))
    assert won.count(True) == 8  # the holder may claim again; the other one never
    with desk.database.reading() as session:
        holder = get_ticket(session, ticket).assignee_id
    loser = ivan if holder == 1 else ana
    for act, body in (("claim", None), ("release", None), ("answer", {"text": "x"}), ("close", None)):
        said = await client.post(f"/api/tickets/{ticket}/{act}", json=body, headers=loser)
        assert (said.status_code, said.json()["error"]) == (409, "conflict"), act
    holder_header = ana if holder == 1 else ivan
    assert (await client.post(f"/api/tickets/{ticket}/release", headers=holder_header)).json()["assignee"] is None
    assert (await client.post(f"/api/tickets/{ticket}/claim", headers=loser)).status_code == 200


async def test_nobody_is_answered_whose_data_was_deleted(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    header = await token_of(client, desk, Role.EXPERT)
    ticket = ask(desk.database)
    with desk.database.transaction() as session:
        found = find_conversation(session, "telegram", "42")
        assert found
        forget_conversation(session, found)
    seen = (await client.get(f"/api/tickets/{ticket}", headers=header)).json()
    assert (seen["channel"], seen["state"]) == (None, "closed")
    assert "ПДВ" not in str(seen)
    assert (await client.post(f"/api/tickets/{ticket}/answer", json={"text": "x"}, headers=header)).status_code == 409


async def test_an_entry_from_draft_to_withdrawn(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    header = await token_of(client, desk, Role.CURATOR)
    made = await client.post("/api/entries", json=FAQ, headers=header)
    assert (made.status_code, made.json()["state"], made.json()["entry"]["language"]) == (201, "draft", "en")
    assert (await client.post("/api/entries", json=FAQ, headers=header)).status_code == 409
    path = "/api/entries/faq-vat"
    assert (await client.post(f"{path}/publish", headers=header)).json()["state"] == "published"
    revision = (await client.get(path, headers=header)).json()["revision"]
    changed = await client.put(path, json=FAQ | {"text": "Ten.", "revision": revision}, headers=header)
    assert (changed.json()["entry"]["text"], changed.json()["state"]) == ("Ten.", "published")
    late = await client.put(path, json=FAQ | {"text": "Nine.", "revision": revision}, headers=header)
    assert late.status_code == 409
    for query, total in (("q=vat", 1), ("q=v_t", 0), ("country=RS&sector=finance", 1), ("country=BG", 0),
                         ("state=draft", 0), ("kind=faq&language=en", 1), ("q=%00", 1)):  # fmt: skip
        assert (await client.get(f"/api/entries?{query}", headers=header)).json()["total"] == total, query
    assert (await client.post(f"{path}/withdraw", headers=header)).json()["state"] == "withdrawn"
    assert (await client.post(f"{path}/draft", headers=header)).json()["state"] == "draft"
    assert (await client.delete(path, headers=header)).status_code == 405
    named = {"title": "Как да регистрирам фирма?", "kind": "guide"}
    unnamed = (await client.post("/api/entries", json=named, headers=header)).json()["entry"]
    assert (unnamed["language"], unnamed["id"][:11]) == ("bg", "guide-kak-d")
    slashed = await client.post("/api/entries", json={"id": "bl:a/b/publish", "title": "A path"}, headers=header)
    assert slashed.status_code == 201
    assert (await client.get("/api/entries/bl:a/b/publish", headers=header)).json()["entry"]["title"] == "A path"


async def test_importing_through_the_door(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    header = await token_of(client, desk, Role.CURATOR)

    async def send(content: bytes, name: str, **options: str) -> httpx.Response:
        files = {"file": (name, io.BytesIO(content))}
        return await client.post("/api/import", files=files, data=options, headers=header)

    good = json.dumps(FAQ).encode() + b"\n" + json.dumps(FAQ | {"id": "faq-2"}).encode()
    first = (await send(good, "faq.jsonl")).json()
    assert (first["written"], first["counts"]["added"]) == (True, 2)
    assert (await send(good, "faq.jsonl")).json()["counts"]["unchanged"] == 2
    bad = good.replace(b"faq-2", b"faq-3") + b"\n{broken\n"
    refused = (await send(bad, "faq.jsonl")).json()
    assert (refused["written"], refused["rows"][2]["line"], refused["rows"][2]["outcome"]) == (False, 3, "refused")
    assert refused["rows"][1]["outcome"] == "held_back"
    lenient = (await send(bad, "faq.jsonl", all_or_nothing="false")).json()
    assert (lenient["written"], lenient["counts"]["added"]) == (True, 1)
    for content, name in (
        (b"", "a.jsonl"),
        (b"\x00\x01\x02" * 9, "a.csv"),
        (b"PK\x03\x04xx", "a.csv"),
        (b"x", "a.yaml"),
    ):
        said = await send(content, name)
        assert (said.status_code, said.json()["error"]) == (422, "unreadable_file"), name
    assert (await send(good, "a.jsonl", mapping="/etc/passwd.yaml")).status_code == 422
    assert (await send(good, "a.jsonl", state="lost")).status_code == 422
    assert "companies_region" in (await client.get("/api/import/mappings", headers=header)).json()


async def test_accounts(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    header = await token_of(client, desk, Role.ADMIN)
    person = {"email": "Ivan@desk.example", "name": "Ivan", "role": "expert"}
    made = (await client.post("/api/staff", json=person, headers=header)).json()
    again = await client.post("/api/staff", json=person, headers=header)
    assert again.status_code == 409
    login = {"email": "ivan@desk.example", "password": made["password"]}
    session = (await client.post("/api/login", json=login)).json()
    client.cookies.clear()
    ivan = {"Authorization": f"Bearer {session['token']}"}
    path = f"/api/staff/{made['staff']['id']}"
    assert (await client.post(f"{path}/deactivate", headers=header)).json()["active"] is False
    assert (await client.get("/api/me", headers=ivan)).status_code == 401
    assert (await client.post("/api/login", json=login)).status_code == 401
    assert (await client.post(f"{path}/activate", headers=header)).json()["active"] is True
    fresh = (await client.post(f"{path}/password", headers=header)).json()["password"]
    assert (await client.post("/api/login", json=login | {"password": fresh})).status_code == 200
    client.cookies.clear()
    me = (await client.get("/api/me", headers=header)).json()["id"]
    assert (await client.post(f"/api/staff/{me}/deactivate", headers=header)).status_code == 409
    listed = (await client.get("/api/staff", headers=header)).json()
    assert {row["email"] for row in listed} == {"admin@desk.example", "ivan@desk.example"}
    assert "password_hash" not in str(listed)


async def test_search_and_overview(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    header = await token_of(client, desk, Role.CURATOR)
    await client.post("/api/entries", json=FAQ | {"state": "published"}, headers=header)
    ask(desk.database)
    said = (await client.get("/api/search?q=VAT&kind=faq&country=RS", headers=header)).json()
    assert (said["probability"], said["hits"][0]["reference"], said["language"]) == (0.7, "faq-vat", "en")
    assert said["hits"][0]["passage"] == "Above eight million dinars."
    assert desk.search.asked[0][1].countries == ("RS",)
    numbers = (await client.get("/api/overview", headers=header)).json()
    assert (numbers["tickets"]["open"], numbers["entries"]["faq"]["published"], numbers["overdue"]) == (1, 1, 0)
    desk.search.broken = True
    broken = await client.get("/api/search?q=VAT", headers=header)
    assert (broken.status_code, broken.json()["error"]) == (503, "search_unavailable")


async def test_health(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    assert (await client.get("/healthz")).json() == {"status": "alive"}
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["parts"]) == (200, {"database": "ok", "index": "ok", "nlu": "ok"})
    desk.health["index"] = "not built yet"
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["ready"], ready.json()["parts"]["index"]) == (503, False, "not built yet")


async def test_openapi_tells_summaries_and_examples(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]
    for path, methods in paths.items():
        for method, operation in methods.items():
            assert operation["summary"], (method, path)
    assert not any(path.startswith("/admin") for path in paths)


async def test_pages_send_strangers_to_the_log_in_and_escape_what_people_wrote(
    client: httpx.AsyncClient, desk: AdminDesk
) -> None:
    for path in (
        "tickets",
        "entries",
        "import",
        "staff",
        "tickets/1/parts",
        "tickets/1/alike",
        "figures",
        "letters",
        "me",
    ):
        said = await client.get(f"/admin/{path}")
        assert (said.status_code, said.headers["location"]) == (303, "/admin/login")
    email, password = hire(desk.database, Role.CURATOR)
    ticket = ask(desk.database, "<script>alert(1)</script>")
    own = {"X-Punte": "console"}
    await client.post("/api/login", json={"email": email, "password": password})
    await client.post("/api/entries", json=FAQ | {"title": "<img src=x onerror=alert(1)>"}, headers=own)
    here = f"tickets/{ticket}"
    for path in ("tickets", here, f"{here}/parts", f"{here}/alike", "letters", "figures", "entries", "me"):
        page = await client.get(f"/admin/{path}")
        assert page.status_code == 200, path
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "<b>месечно" not in page.text
        assert "script-src 'self'" in page.headers["content-security-policy"]
    await client.post(f"/api/tickets/{ticket}/answer", json={"text": "Up to <b>15</b>."}, headers=own)
    assert f"/admin/tickets/{ticket}/entry" in (await client.get(f"/admin/tickets/{ticket}")).text
    form = (await client.get(f"/admin/tickets/{ticket}/entry")).text
    assert "Up to &lt;b&gt;15&lt;/b&gt;." in form
    assert '<option value="sr" selected>' in form
    assert (await client.get("/admin/staff")).status_code == 403
    for path in (
        "/admin/tickets/999",
        "/admin/entries/edit?ref=none",
        "/admin/static/../pages.py",
        "/admin/tickets?tab=x",
    ):
        assert (await client.get(path)).status_code == 404, path
    for path in ("/admin/tickets?cursor=x", "/admin/tickets?state=x", "/admin/tickets/x"):
        assert (await client.get(path)).status_code == 422, path
    for name in ("console.js", "live.js", "say.js", "ticket.js", "keys.js", "desk.css", "console.css", "icon.svg"):
        file = await client.get(f"/admin/static/{name}")
        assert KINDS[name.partition(".")[2]] in file.headers["content-type"]
        assert file.headers["cache-control"] == "max-age=300"
        assert "default-src 'none'" in file.headers["content-security-policy"]
        had = await client.get(f"/admin/static/{name}", headers={"If-None-Match": file.headers["etag"]})
        assert (file.status_code, had.status_code) == (200, 304)
