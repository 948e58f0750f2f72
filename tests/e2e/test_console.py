"""The console in a real browser: an expert's first day, a curator's entry, and how it looks."""

import pytest
from playwright.sync_api import Browser, Page, expect

from knowledge.conversations.deliveries import mark_sent
from knowledge.database import Database
from knowledge.entries.store import get_entry
from knowledge.models import Delivery, EntryState, Role, SkillKind
from knowledge.staff.profiles import profile_of
from knowledge.tickets.by_staff import get_ticket
from knowledge.tickets.unreached import mark_failed
from tests.support.admin_desk import PASSWORD, ask, hire
from tests.support.browser import SIZES, log_in, picture

pytestmark = pytest.mark.slow


def test_an_expert_changes_the_password_claims_and_answers(page: Page, sqlite_database: Database) -> None:
    email, password = hire(sqlite_database, Role.EXPERT, "Ana Horvat", one_time=True)
    log_in(page, email, "not the one")
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading")).to_have_text("Choose a password of your own")
    page.goto("/admin/tickets")
    page.get_by_label("The password you were given").fill(password)
    page.get_by_label("New password").fill("a sentence of my own")
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_text("Nobody is waiting.")).to_be_visible()

    ticket = ask(sqlite_database)
    page.get_by_role("link", name="Како да пријавим ПДВ?").click()  # it comes by itself
    expect(page.get_by_text("ПДВ се пријављује <b>месечно</b>.")).to_be_visible()
    page.get_by_role("button", name="Claim").click()
    expect(page.get_by_text("held by you")).to_be_visible()
    box = page.get_by_label("Answer in Serbian (Cyrillic)")
    box.fill("Месечно, до 15. у месецу.")
    expect(page.locator("#answer-hint")).to_contain_text("Kept.")
    page.reload()
    expect(box).to_have_value("Месечно, до 15. у месецу.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.locator(".moment.answer .delivery")).to_have_text("waiting")
    expect(box).to_have_value("")
    with sqlite_database.reading() as session:
        event = get_ticket(session, ticket).events[-1]
        owed = session.query(Delivery).filter_by(message_id=event.message_id).one().id
    with sqlite_database.transaction() as session:
        mark_failed(session, owed, "the bot was blocked")
    expect(page.locator(".moment.answer .delivery")).to_have_text("failed: the bot was blocked")
    with sqlite_database.transaction() as session:
        mark_sent(session, [owed], "1")
    expect(page.locator(".moment.answer .delivery")).to_contain_text("delivered")
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_label("A last word").fill("Срећно!")
    page.get_by_role("button", name="Close the ticket").click()
    expect(page.locator(".chip.state-closed")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in to the desk")).to_be_visible()


def test_a_curator_makes_and_publishes_an_entry(page: Page, sqlite_database: Database) -> None:
    email, password = hire(sqlite_database, Role.CURATOR, "Ivan Petrov")
    log_in(page, email, password)
    page.get_by_role("link", name="Entries").click()
    page.get_by_role("link", name="New entry").click()
    page.get_by_label("Kind").select_option("funding_call")
    page.get_by_label("Title").fill("A call for mills")
    page.get_by_label("Text", exact=True).fill("Mills may apply.")
    page.get_by_label("Deadlines").fill("soon")
    page.get_by_label("Reference").fill("call-mills")
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.locator(".field:has(#e-deadlines) .problem")).to_be_visible()
    page.get_by_label("Deadlines").fill("2027-03-31; 2027-09-30")
    page.get_by_text("Sectors").click()
    page.get_by_label("Food").check()
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.locator(".chip.state-draft")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".chip.state-published")).to_be_visible()
    with sqlite_database.reading() as session:
        entry = get_entry(session, "call-mills")
        assert (entry.state, len(entry.deadlines)) == (EntryState.PUBLISHED, 2)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".chip.state-draft")).to_be_visible()
    page.get_by_role("link", name="Import").click()
    rows = b'{"id": "a", "title": "One"}\n{"id": "b"}\n'
    page.get_by_label("File: JSONL").set_input_files({"name": "x.jsonl", "mimeType": "text/plain", "buffer": rows})
    page.get_by_role("button", name="Import").click()
    expect(page.locator("#report-summary")).to_have_text("x.jsonl – refused: 1, held back: 1. Nothing was written.")
    picture(page, "import-desktop")
    page.get_by_label("Refuse the whole file").uncheck()
    page.get_by_role("button", name="Import").click()
    expect(page.locator("#report-summary")).to_have_text("x.jsonl – refused: 1, added: 1.")


def test_an_expert_says_what_they_know(page: Page, sqlite_database: Database) -> None:
    email, password = hire(sqlite_database, Role.EXPERT, "Ana Horvat")
    log_in(page, email, password)
    page.get_by_role("link", name="Ana Horvat").click()
    page.get_by_label("Organisation").fill("Chamber of Commerce")
    page.get_by_text("Languages of the answers").click()
    page.get_by_label("Bulgarian").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Bulgarian")).to_be_checked()
    page.get_by_label("Organisation").fill("")
    with page.expect_event("load"):
        page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Organisation")).to_have_value("")
    page.get_by_label("Title").fill("Greeting")
    page.get_by_label("Text", exact=True).fill("Thank you for asking.")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Thank you for asking.")).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("There are none yet.")).to_be_visible()
    page.get_by_role("button", name="Give me a code").click()
    expect(page.get_by_role("status").filter(has_text="/link")).to_be_visible()
    with sqlite_database.reading() as session:
        assert profile_of(session, 1).skills[SkillKind.LANGUAGE] == ["bg"]


def test_an_admin_makes_an_account_and_locks_it_out(page: Page, sqlite_database: Database) -> None:
    hire(sqlite_database, Role.ADMIN)
    log_in(page, "admin@desk.example", PASSWORD)
    page.get_by_role("link", name="Staff").click()
    page.get_by_label("E-mail address").fill("mila@desk.example")
    page.get_by_label("Name").fill("Mila")
    page.get_by_role("button", name="Make it").click()
    expect(page.locator("#secret-of")).to_have_text("mila@desk.example")
    page.reload()
    page.get_by_role("button", name="Lock out").click()
    expect(page.get_by_text("locked out", exact=True)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("locked out", exact=True)).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_pages_fit_their_screen(
    browser: Browser, desk_url: str, sqlite_database: Database, size: str, scheme: str
) -> None:
    hire(sqlite_database, Role.ADMIN, "Ana Horvat")
    for number in range(4):
        ticket = ask(
            sqlite_database,
            f"Како да пријавим ПДВ {number}?" + " И још нешто дугачко." * 6 * number,
            address=str(number),
        )
    width, height = SIZES[size]
    scheme_of: dict[str, object] = {"color_scheme": scheme}
    context = browser.new_context(base_url=desk_url, viewport={"width": width, "height": height}, **scheme_of)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/admin/login")
    picture(page, f"login-{size}-{scheme}")
    log_in(page, "ana@desk.example", PASSWORD)
    page.get_by_role("heading", name="Tickets").wait_for()
    headers = {"X-Punte": "test"}
    entry = {"kind": "funding_call", "id": "call-x", "title": "A call for mills and bakeries of the Danube region",
             "text": "Mills may apply.", "countries": ["RS", "RO"], "sectors": ["food"], "deadlines": ["2027-03-31"],
             "url": "https://example.org/call", "state": "published"}  # fmt: skip
    page.request.post("/api/entries", data=entry, headers=headers)
    page.request.post(f"/api/tickets/{ticket}/answer", data={"text": "Месечно, до 15. у месецу."}, headers=headers)
    page.request.post(f"/api/tickets/{ticket}/note", data={"text": "Called the tax office."}, headers=headers)
    for name, path in (
        ("tickets", "/admin/tickets"),
        ("empty", "/admin/tickets?tab=closed"),
        ("overview", "/admin/figures"),
        ("undelivered", "/admin/letters"),
        ("me", "/admin/me"),
        ("harvest", f"/admin/tickets/{ticket}/entry"),
        ("ticket", f"/admin/tickets/{ticket}"),
        ("entries", "/admin/entries"),
        ("entry", "/admin/entries/edit?ref=call-x"),
        ("import", "/admin/import"),
        ("staff", "/admin/staff"),
        ("error", "/admin/tickets/999"),
    ):
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is {wide} wide"
        picture(page, f"{name}-{size}-{scheme}")
    context.close()
