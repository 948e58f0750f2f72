"""A ticket's page in a real browser: two experts at one ticket, by keys, with what was answered before at hand."""

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from knowledge.conversations.messages import find_conversation, open_conversation, receive_message
from knowledge.database import Database
from knowledge.models import QuestionOutcome, Role, SkillKind
from knowledge.staff.accounts import get_staff
from knowledge.staff.groups import save_group
from knowledge.staff.profiles import save_profile
from knowledge.tickets.by_asker import Findings, Intake, add_asker_message, note_question, open_ticket, rate_ticket
from knowledge.tickets.by_staff import answer_ticket
from knowledge.tickets.canned_texts import save_canned
from tests.support.admin_desk import PASSWORD, ask, hire
from tests.support.browser import log_in, picture

pytestmark = pytest.mark.slow


def enter(browser: Browser, url: str, email: str, **options: object) -> Page:
    """Log somebody in, in a browser of their own."""
    page = browser.new_context(base_url=url, **options).new_page()  # type: ignore[arg-type]
    log_in(page, email, PASSWORD)
    page.get_by_role("heading", name="Tickets").wait_for()
    return page


def staffed(database: Database) -> int:
    """Fill a desk with two experts, an answered ticket and one that waits; return that one's id."""
    hire(database, Role.EXPERT, "Ana")
    hire(database, Role.ADMIN, "Mila")
    with database.transaction() as session:
        skills = {SkillKind.COMPETENCE: ["export"], SkillKind.LANGUAGE: ["en"]}
        save_profile(session, 1, skills=skills, organisation="Chamber of Commerce")
        save_group(session, "Customs", [1, 2])
        save_canned(session, get_staff(session, 1), "Greeting", "Thank you for asking.")
    before = ask(database, "How do I export honey to Germany?", address="1", language="en")
    with database.transaction() as session:
        answer_ticket(session, before, get_staff(session, 1), "You need a health certificate.")
        conversation = find_conversation(session, "telegram", "1")
        assert conversation
        rate_ticket(session, conversation, before, 5, "Very clear")
    with database.transaction() as session:
        conversation = open_conversation(session, "web", "2")
        receive_message(session, conversation, "How do I export jam to Germany?", external_id=None)
        note_question(session, conversation, outcome=QuestionOutcome.ANSWERED, probability=0.8)
        note_question(session, conversation, outcome=QuestionOutcome.DECLINED, probability=0.1)
        note_question(session, conversation, outcome=QuestionOutcome.HANDED, probability=0.1)
        found = (("faq-vat", "When must I register for VAT?", 0.31), ("g-2", "Exporting food", 0.22))
        ticket = open_ticket(
            session, conversation, "How do I export jam to Germany?", reason="declined", language="en",
            intake=Intake(country="RS", sector="food", competence="export", name="Petar", email="petar@example.com",
                          consent=True),
            findings=Findings("declined", "ask_guide", 0.91, 0.12, {"countries": ["RS"]}, found),
        )  # fmt: skip
        message = receive_message(session, conversation, "It is plum jam, by the way.", external_id=None)
        add_asker_message(session, ticket, message)
        return ticket.id


def test_two_experts_at_one_ticket(browser: Browser, desk_url: str, sqlite_database: Database) -> None:
    ticket = staffed(sqlite_database)
    ana = enter(browser, desk_url, "ana@desk.example")
    mila = enter(browser, desk_url, "mila@desk.example")
    ana.keyboard.press("j")
    ana.keyboard.press("o")
    expect(ana).to_have_url(f"{desk_url}/admin/tickets/{ticket}")
    expect(ana.get_by_text("Suggested to Ana: knows", exact=False).first).to_be_visible()
    expect(ana.get_by_text("Exporting food")).to_be_visible()
    expect(ana.get_by_text("petar@example.com")).to_be_visible()
    mila.goto(f"/admin/tickets/{ticket}")
    ana.keyboard.press("?")
    expect(ana.get_by_role("dialog", name="Keys")).to_be_visible()
    ana.keyboard.press("Escape")
    ana.keyboard.press("c")
    expect(ana.get_by_text("held by you")).to_be_visible()
    expect(mila.get_by_text("held by Ana")).to_be_visible(timeout=15000)
    ana.keyboard.press("a")
    ana.locator("#write-answer").get_by_label("Ready texts").select_option(label="Greeting")
    ana.get_by_role("button", name="Quote").first.click()
    box = ana.get_by_label("Answer in English")
    expect(box).to_have_value("Thank you for asking.You need a health certificate.\n")
    box.press("x")  # while somebody types, keys are letters
    expect(mila.locator("#others")).to_have_text("Ana is writing …")
    note = {"name": "list.txt", "mimeType": "text/plain", "buffer": b"Papers: two"}
    ana.locator("#write-answer [data-attach]").set_input_files(note)
    expect(ana.locator("#write-answer [data-file]")).to_contain_text("list.txt")
    box.press("Control+Enter")
    expect(ana.locator(".moment.answer")).to_contain_text("health certificate")
    expect(ana.locator(".moment.answer").get_by_role("link", name="list.txt")).to_be_visible()
    expect(mila.locator(".moment.answer")).to_contain_text("health certificate")
    ana.keyboard.press("Escape")
    ana.locator("h1").click()
    ana.keyboard.press("n")
    ana.get_by_label("Note for colleagues").fill("Ask the vet too.")
    ana.get_by_label("Note for colleagues").press("Control+Enter")
    expect(ana.locator(".moment.note")).to_contain_text("Ask the vet too.")
    picture(ana, "story-desktop")
    ana.get_by_text("Join or split").click()
    ana.locator(".marked").first.check()
    expect(ana.locator("[data-marked]")).to_have_text("1")
    ana.get_by_label("Second question").fill("May I sell plum jam online?")
    ana.get_by_role("button", name="Split").click()
    expect(ana.get_by_role("heading", name="May I sell plum jam online?")).to_be_visible()
    expect(ana.get_by_text("It is plum jam, by the way.")).to_be_visible()
    ana.get_by_text("Hand over", exact=True).first.click()
    ana.get_by_label("To", exact=True).select_option(label="Customs")
    ana.get_by_role("button", name="Hand over").click()
    expect(ana.get_by_text("for Customs")).to_be_visible()
    ana.goto(f"/admin/tickets/{ticket}")
    ana.get_by_role("button", name="Close", exact=True).click()
    picture(ana, "closing-desktop")
    ana.get_by_role("button", name="Close, and make it an entry").click()
    expect(ana.get_by_role("heading", name=f"An entry of P-{ticket}")).to_be_visible(timeout=200000)
    ana.get_by_role("button", name="Save as a draft").click()
    expect(ana.locator(".chip.state-draft")).to_be_visible()
    mila.goto("/admin/figures?since=2020-01-01&until=2028-12-31&by=language")
    expect(mila.get_by_text("1 of 2 questions (50%)", exact=False)).to_be_visible()
    picture(mila, "figures-desktop")
    mila.locator("svg a").first.click()
    expect(mila.get_by_text("3 found")).to_be_visible()
    picture(mila, "found-desktop")
    cookies = {cookie["name"]: cookie["value"] for cookie in mila.context.cookies()}
    table = httpx.get(f"{desk_url}/api/tickets.csv?rating=5", cookies=cookies)
    assert "How do I export honey" in table.text
    ana.context.close()
    mila.context.close()
