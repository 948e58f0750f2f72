"""The console's pages of people, programs and review in a real browser: by mouse, by keys, and with wrong input."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from knowledge.database import Database
from knowledge.entries.draft import EntryDraft
from knowledge.entries.store import get_entry, save_entry
from knowledge.learning.harvest import draft_from_ticket, save_harvest
from knowledge.models import EntryState, Kind, Role, SkillKind
from knowledge.programs.api_tokens import token_holder
from knowledge.programs.webhooks import call_done, call_failed, list_calls, list_webhooks
from knowledge.staff.accounts import get_staff
from knowledge.staff.groups import list_groups
from knowledge.staff.profiles import profile_of
from knowledge.tickets.by_staff import answer_ticket, get_ticket
from knowledge.tickets.chat_links import link_staff, links_of, staff_code
from tests.support.admin_desk import PASSWORD, TODAY, ask, hire
from tests.support.browser import SIZES, log_in, picture

pytestmark = pytest.mark.slow


@pytest.fixture
def questions(page: Page) -> list[str]:
    """What the page asked before it acted; each is agreed to."""
    asked: list[str] = []

    def agree(dialog: object) -> None:
        asked.append(dialog.message)  # type: ignore[attr-defined]
        dialog.accept()  # type: ignore[attr-defined]

    page.on("dialog", agree)
    return asked


def enter(page: Page, email: str) -> None:
    log_in(page, email, PASSWORD)
    page.get_by_role("heading", name="Tickets").wait_for()


def shown(page: Page, heading: str) -> None:
    """Wait until the page of this heading is there and its keys work."""
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    page.wait_for_load_state()


def drafted(database: Database, question: str, address: str) -> str:
    """Let the first account answer a question and make a draft entry of it; return its reference."""
    ticket = ask(database, question, address=address, language="en")
    with database.transaction() as session:
        staff = get_staff(session, 1)
        answer_ticket(session, ticket, staff, "Get a licence. Mail ana@wine.mk.")
        return save_harvest(session, ticket, staff, draft_from_ticket(session, ticket, TODAY).fields).reference


def test_an_admin_keeps_a_colleagues_account(page: Page, sqlite_database: Database, questions: list[str]) -> None:
    hire(sqlite_database, Role.EXPERT, "Mila")
    hire(sqlite_database, Role.ADMIN, "Ana")
    ticket = ask(sqlite_database)
    with sqlite_database.transaction() as session:
        answer_ticket(session, ticket, get_staff(session, 1), "Monthly.")
    enter(page, "ana@desk.example")
    page.get_by_role("link", name="Staff").click()
    page.get_by_role("link", name="Mila").click()
    page.get_by_label("Sat", exact=True).check()
    page.get_by_label("Time zone").select_option("Europe/Sofia")
    page.get_by_text("Countries known well").click()
    page.get_by_label("Moldova").check()
    page.locator("form", has=page.get_by_label("Time zone")).get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    with sqlite_database.reading() as session:
        profile = profile_of(session, 1)
        assert (profile.staff.workdays, profile.staff.zone) == ("123456", "Europe/Sofia")
        assert profile.skills[SkillKind.COUNTRY] == ["MD"]
    page.get_by_label("Work ends").fill("08:00")
    page.locator("form", has=page.get_by_label("Time zone")).get_by_role("button", name="Save").click()
    expect(page.locator(".field:has(#p-opens) .problem, .field:has(#p-closes) .problem").first).to_be_visible()
    page.get_by_label("Name").fill("Mila Ilić")
    page.get_by_label("Role").select_option("curator")
    page.locator("form", has=page.get_by_label("Role")).get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Mila Ilić")).to_be_visible()
    page.get_by_role("button", name="New password").click()
    expect(page.locator("#secret-of")).to_have_text("mila@desk.example")
    first = page.locator("#secret-word").inner_text()
    page.reload()
    expect(page.locator("#secret")).to_be_hidden()
    assert first not in page.content()
    page.get_by_role("button", name="Lock out").click()
    expect(page.get_by_role("button", name="Let in again")).to_be_visible()
    assert questions == ["Make a new one-time password for Mila Ilić?", "Lock out: Mila Ilić?"]
    page.get_by_role("button", name="Let in again").click()
    expect(page.get_by_text("first log-in to come")).to_be_visible()


def test_an_admin_makes_renames_and_deletes_groups(page: Page, sqlite_database: Database, questions: list[str]) -> None:
    hire(sqlite_database, Role.ADMIN, "Ana")
    enter(page, "ana@desk.example")
    page.get_by_role("link", name="Staff").click()
    page.get_by_role("link", name="Groups").click()
    expect(page.get_by_text("There are no groups yet.")).to_be_visible()
    made = page.locator("section", has=page.get_by_role("heading", name="Make a group"))
    made.get_by_label("Name").fill("   ")
    made.get_by_role("button", name="Make the group").click()
    expect(made.locator(".field:has(#g-name-new) .problem")).to_be_visible()
    made.get_by_label("Name").fill("Tax")
    made.get_by_label("Ana").check()
    made.get_by_role("button", name="Make the group").click()
    expect(page.get_by_role("heading", name="Tax")).to_be_visible()
    made.get_by_label("Name").fill("Tax")
    made.get_by_role("button", name="Make the group").click()
    expect(made.locator(".problem[data-whole]")).to_contain_text("taken already")
    expect(made.get_by_label("Name")).to_have_value("Tax")
    group = page.locator("#group-1")
    group.get_by_text("Change").click()
    group.get_by_label("Name").fill("Taxes")
    group.get_by_label("Hand-over").select_option("false")
    group.get_by_role("button", name="Save").click()
    expect(group.get_by_role("heading", name="Taxes")).to_contain_text("no new tickets")
    group.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("There are no groups yet.")).to_be_visible()
    assert questions == ["Delete the group Taxes? No ticket waits for it."]
    with sqlite_database.reading() as session:
        assert list_groups(session) == []


def test_a_token_is_shown_once_copied_and_ended(page: Page, sqlite_database: Database, questions: list[str]) -> None:
    hire(sqlite_database, Role.EXPERT, "Mila")
    enter(page, "mila@desk.example")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("link", name="Programs").click()
    page.get_by_label("Name of the program").fill("our CRM")
    page.get_by_role("button", name="Make the token").click()
    expect(page.locator(".field:has([name=scopes]) .problem")).to_be_visible()
    page.get_by_label("Read tickets").check()
    page.get_by_role("button", name="Make the token").click()
    expect(page.locator("#secret-of")).to_have_text("our CRM")
    token = page.locator("#secret-word").inner_text()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == token
    with sqlite_database.reading() as session:
        holder = token_holder(session, token)
        assert holder is not None
        assert [str(scope) for scope in holder[1]] == ["tickets:read"]
    page.get_by_role("link", name="I have kept it").click()
    expect(page.locator(".rows")).to_contain_text("our CRM")
    assert token not in page.content()
    page.get_by_role("button", name="End it").click()
    expect(page.get_by_text("You have no tokens.")).to_be_visible()
    assert questions[0].startswith("End the token our CRM?")
    with sqlite_database.reading() as session:
        assert token_holder(session, token) is None


def test_a_webhook_is_made_tried_switched_off_and_deleted(
    page: Page, sqlite_database: Database, questions: list[str]
) -> None:
    hire(sqlite_database, Role.ADMIN, "Ana")
    enter(page, "ana@desk.example")
    page.goto("/admin/webhooks")
    made = page.locator("section", has=page.get_by_role("heading", name="Make a webhook"))
    made.get_by_label("Address").fill("ftp://crm.example.org")
    made.get_by_role("button", name="Make the webhook").click()
    expect(made.locator(".field:has(#w-url-new) .problem")).to_be_visible()
    made.get_by_label("Address").fill("https://crm.example.org/hook")
    made.get_by_label("a ticket was rated").or_(made.get_by_label("an answer was rated")).check()
    made.get_by_role("button", name="Make the webhook").click()
    expect(page.locator("#secret-word")).to_contain_text("whsec_")
    page.get_by_role("link", name="I have kept it").click()
    expect(page.get_by_text("It has not been called yet.")).to_be_visible()
    page.get_by_role("button", name="Send a test").click()
    calls = page.locator("[data-part=calls-1]")
    expect(calls).to_contain_text("waiting")
    with sqlite_database.transaction() as session:
        call_failed(session, list_calls(session, 1)[0].id, "answered 410", status=410, due_at=None)
    expect(calls).to_contain_text("410")  # it comes by itself
    expect(calls).to_contain_text("given up")
    page.get_by_role("button", name="Send again").click()
    expect(calls).to_contain_text("waiting")
    with sqlite_database.transaction() as session:
        call_done(session, list_calls(session, 1)[0].id, 204)
    expect(calls).to_contain_text("arrived")
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_role("button", name="Switch on")).to_be_visible()
    with sqlite_database.reading() as session:
        (webhook,) = list_webhooks(session)
        assert (webhook.active, webhook.events) == (False, ["ticket.rated"])
    page.get_by_text("Change", exact=True).click()
    page.locator("#w-url-1").fill("https://crm.example.org/other")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="https://crm.example.org/other")).to_be_visible()
    expect(page.get_by_role("button", name="Switch on")).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("The desk calls no program.")).to_be_visible()
    assert questions[-1].startswith("Delete this webhook?")


def test_a_curator_goes_through_the_queue_by_keys(page: Page, sqlite_database: Database) -> None:
    hire(sqlite_database, Role.CURATOR, "Ivan")
    first, second, third = (
        drafted(sqlite_database, f"How do I export {what}?", what) for what in ("wine", "tea", "oil")
    )
    with sqlite_database.transaction() as session:
        faq = EntryDraft(
            id="faq-vat", kind=Kind.FAQ, language="en", title="When is VAT due?", text="Ask pera@firma.rs."
        )
        save_entry(session, faq, source="faqs.csv", state=EntryState.DRAFT)

    def state_of(reference: str) -> EntryState:
        with sqlite_database.reading() as session:
            return get_entry(session, reference).state

    enter(page, "ivan@desk.example")
    expect(page.get_by_role("link", name="Review 4")).to_be_visible()
    page.get_by_role("link", name="Review").click()
    shown(page, "Review")
    page.keyboard.press("j")
    page.keyboard.press("o")
    shown(page, "How do I export wine?")
    expect(page.get_by_text("ana@wine.mk", exact=True)).to_be_visible()  # what was taken out, found late
    page.keyboard.press("j")
    shown(page, "How do I export tea?")
    page.keyboard.press("k")
    shown(page, "How do I export wine?")
    page.keyboard.press("p")
    shown(page, "How do I export tea?")
    assert state_of(first) is EntryState.PUBLISHED
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    assert state_of(first) is EntryState.DRAFT
    page.get_by_role("button", name="Send back").click()
    page.get_by_label("What is to be mended?").fill("Which form is it?")
    page.keyboard.press("Control+Enter")
    shown(page, "How do I export oil?")
    with sqlite_database.reading() as session:
        assert get_ticket(session, 2).events[-1].text == "Which form is it?"
    page.get_by_role("button", name="Reject").click()
    shown(page, "When is VAT due?")
    assert (state_of(second), state_of(third)) == (EntryState.DRAFT, EntryState.WITHDRAWN)
    expect(page.get_by_text("pera@firma.rs", exact=True)).to_be_visible()
    page.keyboard.press("e")
    page.get_by_label("Text", exact=True).fill("On the 15th.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.get_by_role("link", name="See it in the review").click()
    page.wait_for_url("**/admin/review/draft**")
    shown(page, "When is VAT due?")
    page.keyboard.press("p")
    expect(page.get_by_role("link", name="How do I export wine?")).to_be_visible()  # the last one leads to the list
    page.get_by_role("link", name="Sent back").click()
    expect(page.get_by_role("link", name="How do I export tea?")).to_be_visible()


def test_a_draft_that_was_changed_meanwhile_is_not_published_unread(page: Page, sqlite_database: Database) -> None:
    hire(sqlite_database, Role.CURATOR, "Ivan")
    reference = drafted(sqlite_database, "How do I export wine?", "wine")
    enter(page, "ivan@desk.example")
    page.goto(f"/admin/review/draft?ref={reference}")
    with sqlite_database.transaction() as session:
        faq = EntryDraft(id=reference, kind=Kind.FAQ, language="en", title="How is wine exported?")
        save_entry(session, faq, source="x", state=EntryState.DRAFT)
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#toast")).to_contain_text("was changed meanwhile")
    expect(page.get_by_role("heading", name="How do I export wine?")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Nothing waits for review.")).to_be_visible()


@pytest.mark.parametrize(("size", "language"), [("desktop", "en"), ("desktop", "el"), ("phone", "en"), ("phone", "uk")])
def test_pages_fit_their_screen(
    browser: Browser, desk_url: str, sqlite_database: Database, size: str, language: str
) -> None:
    hire(sqlite_database, Role.ADMIN, "Ana Horvat")
    reference = drafted(sqlite_database, "How do I export wine?" + "Verylong" * 20, "wine")
    width, height = SIZES[size]
    context = browser.new_context(base_url=desk_url, viewport={"width": width, "height": height}, locale=language)
    page, own = context.new_page(), {"X-Punte": "test"}
    page.request.post("/api/login", data={"email": "ana@desk.example", "password": PASSWORD}, headers=own)
    page.request.post("/api/groups", data={"name": "Export" * 20, "members": [1]}, headers=own)
    page.request.post("/api/tokens", data={"name": "CRM" * 20, "scopes": ["tickets:read"]}, headers=own)
    page.request.post("/api/webhooks", data={"url": f"https://crm.example.org/{'hook' * 30}"}, headers=own)
    page.request.post("/api/webhooks/1/test", headers=own)
    for name, path in (
        ("person", "/admin/staff/1"),
        ("groups", "/admin/groups"),
        ("programs", "/admin/programs"),
        ("webhooks", "/admin/webhooks"),
        ("review", "/admin/review"),
        ("draft", f"/admin/review/draft?ref={reference}"),
    ):
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is {wide} wide"
        picture(page, f"{name}-{size}-{language}")
    context.close()


def test_experts_link_a_chat_and_choose_what_is_told_there(page: Page, sqlite_database: Database) -> None:
    hire(sqlite_database, Role.EXPERT, "Mila")
    with sqlite_database.transaction() as session:
        link_staff(session, staff_code(session, get_staff(session, 1)), "telegram", "77")
    enter(page, "mila@desk.example")
    page.get_by_role("link", name="Mila").click()
    page.get_by_role("button", name="Give me a code").click()
    link = page.get_by_role("link", name="Open Telegram and link the chat")
    expect(link).to_have_attribute("href", re.compile(r"https://t\.me/DeskBot\?start=s-\w+"))
    page.get_by_text("What is told there").click()
    page.get_by_label("A new question").uncheck()
    page.get_by_label("There is news on a ticket that I watch").uncheck()
    page.locator("form", has=page.get_by_label("A new question")).get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    with sqlite_database.reading() as session:
        wants = links_of(session, 1)[0].wants
    assert len(wants) == 8
    assert not {"new", "watched"} & set(wants)
