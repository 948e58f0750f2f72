"""The console in every language in a real browser: chosen at the log-in, kept in the profile, fitting a phone."""

import pytest
from playwright.sync_api import Browser, Page, expect

from knowledge.database import Database
from knowledge.languages import TAGS
from knowledge.models import Role
from knowledge.staff.profiles import save_profile
from tests.e2e.test_console_ticket import staffed
from tests.support.admin_desk import PASSWORD, hire
from tests.support.browser import SIZES, picture

pytestmark = pytest.mark.slow

PAGES = ("tickets?tab=claimed", "tickets?state=open&weekday=7&hour=13", "figures?by=language", "letters", "entries",
         "entries/new", "import", "staff", "groups", "programs", "webhooks", "review", "me", "password",
         "tickets/999")  # fmt: skip


def test_a_language_is_chosen_at_the_log_in_and_then_in_the_profile(page: Page, sqlite_database: Database) -> None:
    hire(sqlite_database, Role.EXPERT, "Ana")
    page.goto("/admin/login")
    page.get_by_label("Language").select_option(label="Български")
    page.get_by_role("button", name="Choose").press("Enter")
    expect(page.get_by_role("heading")).to_have_text("Вход в бюрото")
    page.get_by_label("Имейл адрес").fill("ana@desk.example")
    page.get_by_label("Парола").fill("wrong")
    page.get_by_role("button", name="Вход").click()
    expect(page.get_by_role("alert")).to_have_text("Имейл адресът или паролата е грешна.")
    page.get_by_label("Парола").fill(PASSWORD)
    page.get_by_role("button", name="Вход").click()
    expect(page.get_by_text("Никой не чака.")).to_be_visible()
    page.get_by_role("link", name="Ana").click()
    page.get_by_label("Език на конзолата").select_option(label="English")
    page.get_by_role("button", name="Запиши", exact=True).click()
    expect(page.get_by_role("heading", name="Ready texts")).to_be_visible()
    page.get_by_role("button", name="Give me a code").click()
    expect(page.get_by_role("status").filter(has_text="/link")).to_be_visible()


@pytest.mark.long
def test_pages_fit_a_phone_in_every_language(browser: Browser, desk_url: str, sqlite_database: Database) -> None:
    ticket = staffed(sqlite_database)
    width, height = SIZES["phone"]
    context = browser.new_context(base_url=desk_url, viewport={"width": width, "height": height})
    page = context.new_page()
    page.request.post("/api/login", data={"email": "mila@desk.example", "password": PASSWORD})
    page.request.post(f"/api/tickets/{ticket}/claim", headers={"X-Punte": "test"})
    for tag in TAGS:
        with sqlite_database.transaction() as session:
            save_profile(session, 2, language=tag)
        for path in (*PAGES, f"tickets/{ticket}"):
            page.goto(f"/admin/{path}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert (page.locator("html").get_attribute("lang"), wide) == (tag, width), f"{path} in {tag}"
        expect(page.get_by_role("heading", level=2).nth(4)).to_be_visible()  # what was answered before has come
        picture(page, f"ticket-phone-{tag}")
    context.close()
