"""The console's pages of people, programs and review through HTTP: who may open them, what they show, and no more."""

import html
from collections.abc import AsyncIterator

import httpx
import pytest

from knowledge.database import Database
from knowledge.entries.draft import EntryDraft
from knowledge.entries.store import save_entry
from knowledge.models import EntryState, Kind, Role
from knowledge.programs.webhooks import call_failed, list_calls, save_webhook
from knowledge.staff.accounts import get_staff
from knowledge.tickets.chat_links import link_staff, links_of, staff_code
from tests.support.admin_desk import PASSWORD, AdminDesk, admin_desk, ask, hire

pytestmark = pytest.mark.anyio

OWN = {"X-Punte": "console"}


@pytest.fixture
def desk(sqlite_database: Database) -> AdminDesk:
    return admin_desk(sqlite_database)


@pytest.fixture
async def client(desk: AdminDesk) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(desk.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        yield client


async def enter(client: httpx.AsyncClient, desk: AdminDesk, role: Role, name: str) -> None:
    """Hire somebody and log them in with the console's cookie."""
    email, _ = hire(desk.database, role, name)
    client.cookies.clear()
    await client.post("/api/login", json={"email": email, "password": PASSWORD}, headers=OWN)


async def text_of(client: httpx.AsyncClient, path: str) -> str:
    said = await client.get(path)
    assert said.status_code == 200, (path, said.text)
    return html.unescape(said.text)


def faq(desk: AdminDesk, reference: str, **fields: object) -> None:
    named = {"title": f"About {reference}", **fields}
    draft = EntryDraft(id=reference, kind=Kind.FAQ, language="en", **named)  # type: ignore[arg-type]
    with desk.database.transaction() as session:
        save_entry(session, draft, source="calls.csv", state=EntryState.DRAFT)


async def harvested(client: httpx.AsyncClient, desk: AdminDesk, answer: str = "Get a licence.") -> int:
    """Let an asker ask, whoever is logged in answer, and make a draft entry of it; return the ticket's id."""
    ticket = ask(desk.database, "How do I export wine?", language="en")
    await client.post(f"/api/tickets/{ticket}/answer", json={"text": answer}, headers=OWN)
    proposed = (await client.get(f"/api/tickets/{ticket}/entry")).json()["fields"]
    made = await client.post(f"/api/tickets/{ticket}/entry", json=proposed, headers=OWN)
    assert made.is_success, made.text
    return ticket


PAGES = {
    "/admin/programs": Role.EXPERT,
    "/admin/review": Role.CURATOR,
    "/admin/review?tab=returned": Role.CURATOR,
    "/admin/review/draft?ref=a": Role.CURATOR,
    "/admin/review/personal?ref=a": Role.CURATOR,
    "/admin/staff/1": Role.ADMIN,
    "/admin/groups": Role.ADMIN,
    "/admin/webhooks": Role.ADMIN,
    "/admin/webhooks/calls": Role.ADMIN,
}


async def test_each_page_is_for_the_role_that_the_api_demands(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    faq(desk, "a")
    for path in PAGES:
        said = await client.get(path)
        assert (said.status_code, said.headers["location"]) == (303, "/admin/login"), path
    for role in Role:
        await enter(client, desk, role, f"{role}son")
        first = await text_of(client, "/admin/tickets")
        for path, needed in PAGES.items():
            may = role.covers(needed)
            said = await client.get(path)
            assert said.status_code == (200 if may else 403), (role, path)
            assert "script-src 'self'" in said.headers["content-security-policy"]
            assert may or "Your role does not allow this" in said.text
        for place, needed in (("review", Role.CURATOR), ("staff", Role.ADMIN), ("programs", Role.EXPERT)):
            assert (f'href="/admin/{place}"' in first) == role.covers(needed), (role, place)


async def test_what_does_not_exist_has_a_clear_page(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    await enter(client, desk, Role.ADMIN, "Ana")
    for path, status in (
        ("/admin/staff/999", 404),
        ("/admin/staff/x", 422),
        ("/admin/review/draft?ref=none", 404),
        ("/admin/review/draft", 422),
        ("/admin/review/personal?ref=none", 404),
        ("/admin/review?page=0", 422),
    ):
        said = await client.get(path)
        assert (said.status_code, "That is not possible" in said.text) == (status, True), path


async def test_an_admin_sees_what_somebody_knows_holds_and_is_linked_to(
    client: httpx.AsyncClient, desk: AdminDesk
) -> None:
    await enter(client, desk, Role.EXPERT, "Mila <b>Ilić</b>")
    ticket = ask(desk.database)
    await client.post(f"/api/tickets/{ticket}/claim", headers=OWN)
    with desk.database.transaction() as session:
        link_staff(session, staff_code(session, get_staff(session, 1)), "telegram", "77")
    await enter(client, desk, Role.ADMIN, "Ana")
    assert (await client.post("/api/groups", json={"name": "Tax", "members": [1]}, headers=OWN)).status_code == 201
    profile = {
        "organisation": "Chamber", "skills": {"competence": ["export"]}, "workdays": "123", "zone": "Europe/Sofia"
    }  # fmt: skip
    assert (await client.put("/api/staff/1/profile", json=profile, headers=OWN)).is_success
    raw = (await client.get("/admin/staff/1")).text
    assert "<b>Ilić</b>" not in raw
    page = html.unescape(raw)
    for words in (
        'value="Chamber"',
        'name="skills.competence" value="export" checked',
        'name="workdays" value="3" checked',
        "<option selected>Europe/Sofia",
        "1 ticket in hand",
        "/admin/tickets?state=claimed&state=waiting&assignee=1",
        "/admin/groups#group-1",
        "The ticket in hand becomes free for others.",
        "Telegram linked on",
    ):
        assert words in page, words
    assert 'name="workdays" value="4" checked' not in page
    assert 'href="/admin/staff/1"' in await text_of(client, "/admin/staff")
    own = await text_of(client, "/admin/staff/2")
    assert "/api/staff/2/deactivate" not in own
    link = "/api/staff/1/links/telegram/77"
    assert (await client.delete(link.replace("1", "2", 1), headers=OWN)).status_code == 404
    assert (await client.delete(link, headers=OWN)).json() == {"done": True}
    assert (await client.delete(link, headers=OWN)).status_code == 404
    with desk.database.reading() as session:
        assert links_of(session, 1) == []


async def test_accounts_are_renamed_and_promoted_but_an_admin_stays(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    await enter(client, desk, Role.EXPERT, "Mila")
    assert (await client.put("/api/staff/1", json={"name": "M", "role": "admin"}, headers=OWN)).status_code == 403
    link = await client.delete("/api/staff/2/links/telegram/7", headers=OWN)
    assert link.status_code == 403
    await enter(client, desk, Role.ADMIN, "Ana")
    changed = await client.put("/api/staff/1", json={"name": "Mila Ilić", "role": "curator"}, headers=OWN)
    assert (changed.json()["name"], changed.json()["role"]) == ("Mila Ilić", "curator")
    refused = await client.put("/api/staff/1", json={"name": " ", "role": "curator"}, headers=OWN)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["name"])
    last = await client.put("/api/staff/2", json={"name": "Ana", "role": "expert"}, headers=OWN)
    assert (last.status_code, "last admin" in last.json()["detail"]) == (409, True)
    assert (await client.put("/api/staff/9", json={"name": "X", "role": "expert"}, headers=OWN)).status_code == 404


async def test_groups_say_what_becomes_of_their_tickets(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    await enter(client, desk, Role.ADMIN, "Ana")
    assert "A group is a team that shares a subject" in await text_of(client, "/admin/groups")
    made = await client.post("/api/groups", json={"name": "Tax", "members": ["1"], "active": "true"}, headers=OWN)
    assert (made.status_code, made.json()["members"]) == (201, [1])
    taken = await client.post("/api/groups", json={"name": "Tax", "members": []}, headers=OWN)
    assert (taken.status_code, taken.json()["error"]) == (409, "taken")
    nameless = await client.put("/api/groups/1", json={"name": "", "members": [1]}, headers=OWN)
    assert (nameless.status_code, "name" in nameless.json()["fields"]) == (422, True)
    assert (await client.put("/api/groups/1", json={"name": "Tax", "members": [9]}, headers=OWN)).status_code == 404
    assert "No ticket waits for it." in await text_of(client, "/admin/groups")
    ticket = ask(desk.database)
    await client.post(f"/api/tickets/{ticket}/hand-over", json={"to_group": 1}, headers=OWN)
    page = await text_of(client, "/admin/groups")
    assert "The ticket that waits for it will wait for everybody." in page
    assert "/admin/tickets?state=open&group=1" in page
    assert (await client.delete("/api/groups/1", headers=OWN)).json() == {"done": True}
    assert (await client.delete("/api/groups/1", headers=OWN)).status_code == 404
    assert "took the ticket from the group Tax" in await text_of(client, f"/admin/tickets/{ticket}")


async def test_a_group_keeps_whoever_is_locked_out_meanwhile(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    await enter(client, desk, Role.EXPERT, "Mila")
    await enter(client, desk, Role.ADMIN, "Ana")
    await client.post("/api/groups", json={"name": "Tax", "members": [1, 2]}, headers=OWN)
    await client.post("/api/staff/1/deactivate", headers=OWN)
    saved = await client.put("/api/groups/1", json={"name": "Taxes", "members": [2]}, headers=OWN)
    assert saved.json()["members"] == [2]
    await client.post("/api/staff/1/activate", headers=OWN)
    assert (await client.get("/api/groups")).json()[0]["members"] == [1, 2]


async def test_tokens_are_shown_with_what_they_may_do(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    await enter(client, desk, Role.EXPERT, "Mila")
    page = await text_of(client, "/admin/programs")
    assert "You have no tokens." in page
    assert 'value="tickets:read"' in page
    assert 'value="webhooks:write"' not in page
    assert 'href="/admin/webhooks"' not in page
    for body, field in (
        ({"name": "", "scopes": ["tickets:read"]}, "name"),
        ({"name": "CRM", "scopes": []}, "scopes"),
        ({"name": "CRM", "scopes": ["tickets:read"], "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
    ):
        refused = await client.post("/api/tokens", json=body, headers=OWN)
        assert (refused.status_code, field in refused.json()["fields"]) == (422, True), body
    made = await client.post("/api/tokens", json={"name": "<i>CRM</i>", "scopes": ["tickets:read"]}, headers=OWN)
    shown = (await client.get("/admin/programs")).text
    assert made.json()["token"] not in shown
    assert "<i>CRM" not in shown
    assert "not used yet" in shown
    assert "without an end" in shown
    program = {"Authorization": f"Bearer {made.json()['token']}"}
    assert (await client.get("/api/tickets", headers=program)).is_success
    used = (await client.get("/api/tokens")).json()[0]["last_used_at"]
    assert used is not None
    assert (await client.get("/api/tickets", headers=program)).is_success
    assert (await client.get("/api/tokens")).json()[0]["last_used_at"] == used
    assert "last used:" in await text_of(client, "/admin/programs")
    await client.delete("/api/tokens/1", headers=OWN)
    assert "Ended tokens" in await text_of(client, "/admin/programs")
    await enter(client, desk, Role.ADMIN, "Ana")
    page = await text_of(client, "/admin/programs")
    assert 'value="webhooks:write"' in page
    assert 'href="/admin/webhooks"' in page
    assert (await client.delete("/api/tokens/1", headers=OWN)).status_code == 404


async def test_webhooks_are_shown_with_what_came_of_their_calls(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    await enter(client, desk, Role.ADMIN, "Ana")
    assert "The desk calls no program." in await text_of(client, "/admin/webhooks")
    for url in ("", "ftp://crm.example.org", "https://user:word@crm.example.org/", "not an address"):
        refused = await client.post("/api/webhooks", json={"url": url}, headers=OWN)
        assert (refused.status_code, "url" in refused.json()["fields"]) == (422, True), url
    made = await client.post("/api/webhooks", json={"url": "https://crm.example.org/hook", "events": []}, headers=OWN)
    tested = (await client.post("/api/webhooks/1/test", headers=OWN)).json()
    assert (tested["event"], tested["state"], tested["payload"]["data"]) == ("webhook.test", "pending", {})
    ask(desk.database)
    with desk.database.transaction() as session:
        call_failed(session, tested["id"], "answered 500", status=500, due_at=None)
    page = await text_of(client, "/admin/webhooks")
    for words in (
        "all that happens to tickets", "given up", "<code>500</code>", "failing",
        "/api/webhooks/calls/1/repeat", ">P-1</a>", 'name="events" value="[]" data-json',
    ):  # fmt: skip
        assert words in page, words
    assert made.json()["secret"] not in page
    parts = (await client.get("/admin/webhooks/calls")).text
    assert 'data-part="head-1"' in parts
    assert 'data-part="calls-1"' in parts
    assert "<form class" not in parts
    assert (await client.post("/api/webhooks/calls/1/repeat", headers=OWN)).json()["state"] == "pending"
    off = {"url": "https://crm.example.org/hook", "events": [], "active": "false"}
    assert (await client.put("/api/webhooks/1", json=off, headers=OWN)).json()["active"] is False
    page = await text_of(client, "/admin/webhooks")
    assert "switched off" in page
    assert "/api/webhooks/1/test" not in page
    assert (await client.post("/api/webhooks/1/test", headers=OWN)).status_code == 409
    assert (await client.post("/api/webhooks/9/test", headers=OWN)).status_code == 404
    with desk.database.transaction() as session:
        save_webhook(session, "https://crm.example.org/'", ["ticket.rated"])
        assert list_calls(session, 2) == []
    raw = (await client.get("/admin/webhooks")).text
    assert "It has not been called yet." in raw
    assert "crm.example.org/'" not in raw


async def test_the_queue_shows_the_oldest_draft_first_with_its_ticket(
    client: httpx.AsyncClient, desk: AdminDesk
) -> None:
    await enter(client, desk, Role.CURATOR, "Ivan")
    assert "Nothing waits for review." in await text_of(client, "/admin/review")
    ticket = await harvested(client, desk, "Get a licence. Mail ana@wine.mk or call. <b>Now</b>.")
    faq(desk, "vat", text="Ask pera@firma.rs.", countries=["RS"], competences=["export"])
    queue = await text_of(client, "/admin/review")
    assert queue.index("from P-1") < queue.index("from calls.csv")
    assert '<span class="count">2</span>' in queue
    assert "Serbia" in queue
    raw = (await client.get(f"/admin/review/draft?ref=ticket-{ticket}")).text
    assert "<b>Now</b>" not in raw
    page = html.unescape(raw)
    for words in (
        "What was said on P-1", "How do I export wine?", "Mail ana@wine.mk", "Mail [email]", "Ivan",
        f"/api/entries/ticket-{ticket}/publish?revision=", 'rel="next"', "ref=vat",
    ):  # fmt: skip
        assert words in page, words
    personal = await text_of(client, f"/admin/review/personal?ref=ticket-{ticket}")
    assert "None is found in the draft." in personal
    assert "<s>ana@wine.mk</s> → <code>[email]</code>" in personal
    imported = await text_of(client, "/admin/review/draft?ref=vat")
    assert "Where it comes from" in imported
    assert "/return" not in imported
    assert f'href="/admin/review/draft?ref=ticket-{ticket}" rel="prev"' in imported
    assert "<strong>pera@firma.rs</strong>" in await text_of(client, "/admin/review/personal?ref=vat")


async def test_a_draft_is_shown_as_askers_would_read_it(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    await enter(client, desk, Role.CURATOR, "Ivan")
    text = "**Ask _Ana_**, [site](https://a.eu/?a=1&b) [x](javascript:alert(1)) <script>\n\n2. `Send`\n3. Wait\n- End"
    faq(desk, "rich", title="What is *VAT*?", text=text)
    page = (await client.get("/admin/review/draft?ref=rich")).text
    assert "What is VAT?</h1>" in page
    assert '<p><strong>Ask </strong><strong><em>Ana</em></strong>, <a href="https://a.eu/?a=1&amp;b" target' in page
    assert "x &lt;script&gt;</p>" in page
    assert ('<ol><li value="2"><code>Send</code></li><li value="3">Wait</li></ol><ul><li>End</li></ul></dd>') in page


async def test_a_draft_is_published_only_as_it_was_read(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    await enter(client, desk, Role.CURATOR, "Ivan")
    faq(desk, "a")
    assert 'href="/admin/review/draft?ref=a"' in await text_of(client, "/admin/entries/edit?ref=a")
    revision = (await client.get("/api/entries/a")).json()["revision"]
    faq(desk, "a", text="Other words.")
    stale = await client.post(f"/api/entries/a/publish?revision={revision}", headers=OWN)
    assert (stale.status_code, stale.json()["error"]) == (409, "conflict")
    assert (await client.get("/api/entries/a")).json()["state"] == "draft"
    revision = (await client.get("/api/entries/a")).json()["revision"]
    assert (await client.post(f"/api/entries/a/publish?revision={revision}", headers=OWN)).is_success
    gone = await client.get("/admin/review/draft?ref=a")
    assert (gone.status_code, gone.headers["location"]) == (303, "/admin/entries/edit?ref=a")


async def test_a_draft_sent_back_comes_again_as_its_expert_left_it(client: httpx.AsyncClient, desk: AdminDesk) -> None:
    await enter(client, desk, Role.EXPERT, "Mila")
    ticket = await harvested(client, desk)
    path = f"/api/entries/ticket-{ticket}/return"
    assert (await client.post(path, json={"text": "Which form?"}, headers=OWN)).status_code == 403
    await enter(client, desk, Role.CURATOR, "Ivan")
    assert (await client.post(path, json={"text": "  "}, headers=OWN)).status_code == 422
    assert (await client.post("/api/entries/none/return", json={"text": "x"}, headers=OWN)).status_code == 404
    assert (await client.post(path, json={"text": "Which form?"}, headers=OWN)).is_success
    assert "Nothing waits for review." in await text_of(client, "/admin/review")
    assert "How do I export wine?" in await text_of(client, "/admin/review?tab=returned")
    assert "with its expert" in await text_of(client, f"/admin/review/draft?ref=ticket-{ticket}")
    story = await text_of(client, f"/admin/tickets/{ticket}")
    assert "sent the draft entry back" in story
    assert "Which form?" in story
    assert "A curator sent this draft back" in await text_of(client, f"/admin/tickets/{ticket}/entry")
    kept = {"title": "How is wine exported?", "kind": "faq", "language": "en", "text": "Form 7."}
    await client.post(f"/api/tickets/{ticket}/entry", json=kept, headers=OWN)
    assert "How is wine exported?" in await text_of(client, "/admin/review")
    form = await text_of(client, f"/admin/tickets/{ticket}/entry")
    assert "A curator sent this draft back" not in form
    assert 'value="How is wine exported?"' in form
