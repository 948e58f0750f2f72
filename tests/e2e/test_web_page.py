"""The chat page and the widget in a real browser, over a real server."""

import re
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect
from sqlalchemy import func, select

from bot.channels.web.pages import load_words
from knowledge.conversations.messages import send_message
from knowledge.database import Database
from knowledge.languages import TAGS
from knowledge.models import Author, Conversation, Message, Role, Staff
from knowledge.staff.accounts import create_staff
from knowledge.tickets.by_asker import open_ticket
from knowledge.tickets.by_staff import answer_ticket
from tests.support.waiting import wait_until
from tests.support.web_desk import WebDesk, web_desk

WORDS = load_words()
PICTURE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAE0lEQVR4nGNQaDgARAwPEhSACAAmzgWBtbEWSwAAAABJRU5ErkJggg=="
)

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(sqlite_database: Database) -> Iterator[WebDesk]:
    with web_desk(sqlite_database) as running:
        yield running


@contextmanager
def page_of(browser: Browser, width: int = 1200, height: int = 850, quiet: bool = True, **how: Any) -> Iterator[Page]:
    """Open a page in a browser of its own; with `quiet` a word on its console is an error."""
    context = browser.new_context(viewport={"width": width, "height": height}, **{"locale": "en-GB", **how})
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    yield page
    context.close()
    if quiet:
        assert not complaints


def write(page: Page | FrameLocator, text: str) -> None:
    box = page.locator("#text")
    box.fill(text)
    box.press("Enter")


def answers(page: Page | FrameLocator) -> Locator:
    return page.locator(".message.bot")


def look_back(page: Page) -> None:
    """Scroll to the beginning, and stay there for twenty frames: the page may still be on its way to the end."""
    page.wait_for_function("""() => {
        const scroller = document.querySelector("#scroller");
        const stays = scroller.scrollTop === 0 ? Number(scroller.dataset.stays ?? 0) + 1 : 0;
        scroller.dataset.stays = stays;
        if (!stays) scroller.scrollTo({ top: 0, behavior: "instant" });
        return stays > 20;
    }""")


def overflow(page: Page) -> int:
    """Return by how many pixels the page is too wide."""
    width: int = page.evaluate(
        "Math.max(document.documentElement.scrollWidth, document.querySelector('main').scrollWidth) - innerWidth"
    )
    return width


def expert_writes(desk: WebDesk, text: str) -> None:
    with desk.database.transaction() as session:
        conversation = session.scalars(select(Conversation).order_by(Conversation.id.desc())).first()
        assert conversation
        send_message(session, conversation, text, author=Author.EXPERT)


def count_messages(desk: WebDesk) -> int:
    with desk.database.reading() as session:
        return session.scalar(select(func.count(Message.id))) or 0


def new_messages(desk: WebDesk, before: int, count: int) -> list[int]:
    """Return the ids of the messages that came after the first `before`, once there are `count`."""
    with desk.database.reading() as session:
        ids = session.scalars(select(Message.id).order_by(Message.id).offset(before)).all()
    return list(ids) if len(ids) == count else []


def test_an_example_is_asked_and_answered(browser: Browser, desk: WebDesk, tmp_path: Path) -> None:
    with page_of(browser) as page:
        page.goto(desk.url)
        page.screenshot(path=tmp_path / "empty.png")
        page.get_by_role("button", name="Which grants for digitalisation are open now?").click()
        log = page.get_by_role("log", name="Conversation")
        expect(log.get_by_text("Which grants for digitalisation")).to_be_visible()
        expect(page.locator("#welcome")).to_be_hidden()
        cards = log.locator(".card")
        expect(cards).to_have_count(4)
        expect(cards.nth(0).locator(".badge.open")).to_have_text("Open")
        expect(cards.nth(1).locator(".badge.soon")).to_have_text("Closing soon")
        expect(cards.nth(2).locator(".badge.next")).to_have_text("Forthcoming")
        expect(cards.nth(3).locator(".badge.over")).to_have_text("Closed")
        expect(cards.nth(1).locator("h2")).to_have_attribute("lang", "ro")
        link = cards.nth(0).get_by_role("link")
        expect(link).to_have_attribute("href", "https://example.org/12")
        expect(link).to_have_attribute("rel", re.compile("noopener"))
        expect(cards.nth(3).get_by_role("link")).to_have_count(0)
        expect(log.locator("blockquote")).to_have_attribute("lang", "bg")
        expect(log.locator("figcaption")).to_contain_text("as of 1 September 2026")
        page.screenshot(path=tmp_path / "answer.png")


def test_typing_is_shown_at_once(browser: Browser, desk: WebDesk) -> None:
    with page_of(browser) as page:
        page.goto(desk.url)
        write(page, "slow please")
        expect(page.get_by_text("The desk is writing…")).to_be_visible()
        desk.conversation.go_on.set()
        expect(answers(page)).to_have_count(1)
        expect(page.locator("#typing")).to_be_hidden()
        expect(page.locator("[data-pending]")).to_have_count(0)


def test_by_keyboard_alone(browser: Browser, desk: WebDesk) -> None:
    with page_of(browser) as page:
        page.goto(desk.url)
        expect(page.locator("#text")).to_be_focused()
        for _ in range(20):
            page.keyboard.press("Shift+Tab")
            if page.evaluate("document.activeElement.classList.contains('skip')"):
                break
        page.keyboard.press("Enter")
        expect(page.locator("#text")).to_be_focused()
        page.keyboard.type("echo one")
        page.keyboard.press("Shift+Enter")
        page.keyboard.type("two")
        page.keyboard.press("Enter")
        expect(answers(page).locator("p.said")).to_have_text("one\ntwo", use_inner_text=True)
        page.keyboard.type("hello")
        page.keyboard.press("Enter")
        expect(answers(page)).to_have_count(2)
        for _ in range(20):
            page.keyboard.press("Shift+Tab")
            if page.evaluate("document.activeElement.dataset.action === 'rate:1'"):
                break
        page.keyboard.press("Enter")
        expect(answers(page).last).to_contain_text("Noted: rate:1")
        expect(answers(page)).to_have_count(2)
        assert page.evaluate("document.activeElement.closest('.message') !== null")
        page.locator("#new").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(answers(page)).to_have_count(2)


def test_a_picture_is_sent_shown_and_still_there_after_a_reload(
    browser: Browser, desk: WebDesk, tmp_path: Path
) -> None:
    with page_of(browser) as page:
        page.goto(desk.url)
        page.set_input_files("#file", {"name": "shelf.png", "mimeType": "image/png", "buffer": PICTURE})
        sent = page.locator(".message.asker")
        expect(sent.locator("img[alt='shelf.png']")).to_be_visible()
        expect(sent.get_by_role("button", name="shelf.png")).to_be_visible()
        assert overflow(page) <= 0
        page.screenshot(path=tmp_path / "file.png")
        page.reload()
        expect(page.locator(".message.asker img")).to_have_js_property("naturalWidth", 2)
        with page.expect_download() as download:
            page.get_by_role("button", name="shelf.png").click()
        assert download.value.suggested_filename == "shelf.png"
        page.set_input_files("#file", {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""})
        expect(page.locator("#toast")).to_contain_text("could not be sent")


def test_markup_stays_text(browser: Browser, desk: WebDesk) -> None:
    evil = (
        "<img src=x onerror=alert(1)><script>alert(2)</script> javascript:alert(3) \u202eabc https://a.example/?q=<b>."
    )
    with page_of(browser) as page:
        page.goto(desk.url)
        write(page, f"echo {evil}")
        expect(answers(page).locator("p.said")).to_contain_text("<img src=x onerror=alert(1)><script>alert(2)</script>")
        assert page.locator("#log img, #log script").count() == 0
        hrefs = answers(page).get_by_role("link").evaluate_all("links => links.map(link => link.href)")
        assert hrefs == ["https://a.example/?q="]


def test_an_entrys_markdown_is_drawn_and_nothing_of_it_runs(browser: Browser, desk: WebDesk) -> None:
    words = """entry **Odoo _free_** and `a<b>`, [портал](https://a.example/x_y), https://b.example/_c_
<img src=x onerror=alert(1)> [x](javascript:alert(2)) [Ana](mailto:ana@a.example)

2. Ask
   - *inner*
3. Write
- end"""
    with page_of(browser) as page:
        page.goto(desk.url)
        write(page, words)
        quote = answers(page).locator("blockquote")
        expect(quote.locator("p strong")).to_have_text(["Odoo ", "free"])
        expect(quote.locator("strong em")).to_have_text("free")
        expect(quote.locator("code")).to_have_text("a<b>")
        links = quote.get_by_role("link").evaluate_all("links => links.map(link => [link.href, link.rel])")
        rel = "noopener noreferrer nofollow"
        addresses = ["https://a.example/x_y", "https://b.example/_c_", "mailto:ana@a.example"]
        assert links == [[address, rel] for address in addresses]
        expect(quote).to_contain_text("<img src=x onerror=alert(1)> x Ana")
        assert quote.locator("img, script").count() == 0
        assert quote.locator("> ol > li").evaluate_all("items => items.map(item => item.value)") == [2, 3]
        expect(quote.locator("> ol > li > ul > li > em")).to_have_text("inner")
        expect(quote.locator("> ul > li")).to_have_text("end")


@pytest.mark.parametrize("width", [320, 360])
def test_a_phone_in_the_dark(browser: Browser, desk: WebDesk, tmp_path: Path, width: int) -> None:
    with page_of(browser, width, 740, color_scheme="dark", has_touch=True, is_mobile=True) as page:
        for tag in TAGS:
            page.goto(f"{desk.url}/?lang={tag}")
            expect(page.locator("html")).to_have_attribute("lang", tag)
            expect(page.locator("#examples button")).to_have_count(3)
            assert overflow(page) <= 0, tag
            page.screenshot(path=tmp_path / f"{tag}.png")
        write(page, "hello " + "w" * 200)
        expect(page.locator(".card")).to_have_count(4)
        assert overflow(page) <= 0
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == "rgb(20, 24, 31)"
        page.screenshot(path=tmp_path / "answer.png")
        page.locator("#theme").click()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(246, 247, 249)"
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_a_chosen_language_is_told_to_the_desk_and_kept(browser: Browser, desk: WebDesk) -> None:
    with page_of(browser) as page:
        page.goto(desk.url)
        write(page, "hello")
        expect(answers(page)).to_have_count(1)
        page.get_by_label("Language").select_option("el")
        expect(page.locator("html")).to_have_attribute("lang", "el")
        expect(page.locator("#text")).to_have_attribute("placeholder", WORDS["el"]["placeholder"])
        expect(answers(page)).to_have_count(2)
        expect(answers(page).last).to_contain_text("Noted: language:el")
        expect(page.locator(".who").last).to_have_text(WORDS["el"]["desk"])
        page.reload()
        expect(answers(page)).to_have_count(2)
        expect(page.locator("html")).to_have_attribute("lang", "el")
    assert desk.conversation.received[-1].action == "language:el"


def test_an_expert_in_another_process_is_heard(browser: Browser, desk: WebDesk, tmp_path: Path) -> None:
    with page_of(browser) as page:
        page.goto(desk.url)
        write(page, "silent")
        expect(page.locator(".message.asker")).to_have_count(1)
        expect(page.locator("#typing")).to_be_hidden()
        expert_writes(desk, "An expert has read your question.\n\nSee https://example.org/help.")
        expect(page.locator(".message.expert")).to_contain_text("An expert has read your question.")
        expect(page.locator(".message.expert .who")).to_have_text("Expert")
        page.screenshot(path=tmp_path / "expert.png")


def test_a_restarted_server_is_found_again_and_nothing_is_lost(browser: Browser, desk: WebDesk, tmp_path: Path) -> None:
    with page_of(browser, quiet=False) as page:
        page.goto(desk.url)
        write(page, "echo before")
        expect(answers(page)).to_have_count(1)
        desk.stop()
        expect(page.locator("#banner")).to_have_text(WORDS["en"]["reconnecting"])
        expert_writes(desk, "Written while the server was down")
        write(page, "echo during")
        expect(page.locator(".message.asker.waiting")).to_be_visible()
        page.screenshot(path=tmp_path / "lost.png")
        desk.start()
        expect(answers(page)).to_have_count(2, timeout=20_000)
        expect(page.locator(".message.expert")).to_have_count(1)
        expect(page.locator(".message.asker")).to_have_count(2)
        expect(page.locator("[data-pending]")).to_have_count(0)
        expect(page.locator("#banner")).to_be_empty()
    assert count_messages(desk) == 5


def test_unsent_messages_outlive_the_page(browser: Browser, desk: WebDesk) -> None:
    with page_of(browser, quiet=False) as page:
        page.goto(desk.url)
        expect(page.locator("#examples button")).to_have_count(3)
        page.context.set_offline(True)
        expect(page.locator("#banner")).to_have_text(WORDS["en"]["offline"])
        write(page, "echo later")
        page.locator("#text").fill("a draft")
        expect(page.locator(".waiting")).to_have_count(1)
        page.context.set_offline(False)
        page.reload()
        expect(answers(page)).to_contain_text("later")
        expect(page.locator(".message.asker")).to_have_count(1)
        expect(page.locator("#text")).to_have_value("a draft")


def test_without_websockets_long_polling_carries_on(browser: Browser, desk: WebDesk) -> None:
    with page_of(browser, quiet=False) as page:
        page.route_web_socket(re.compile("/socket$"), lambda socket: socket.close())
        page.goto(desk.url)
        write(page, "echo over http")
        expect(answers(page)).to_contain_text("over http")
        expert_writes(desk, "Pushed all the same")
        expect(page.locator(".message.expert")).to_contain_text("Pushed all the same")
        write(page, "hello")
        expect(page.locator(".card")).to_have_count(4)
        page.locator("[data-action='rate:1']").click()
        expect(answers(page).last).to_contain_text("Noted: rate:1")
    assert count_messages(desk) == 7


def test_a_message_that_was_not_taken_can_be_sent_again(browser: Browser, desk: WebDesk, tmp_path: Path) -> None:
    with page_of(browser) as page:
        page.goto(desk.url)
        write(page, "fail")
        expect(page.get_by_text("Not sent")).to_be_visible()
        page.screenshot(path=tmp_path / "refused.png")
        page.reload()
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_text("Not sent")).to_be_visible()
        page.get_by_role("button", name="Cancel").first.click()
        expect(page.locator(".message")).to_have_count(0)
        page.reload()
        expect(page.locator("#examples button")).to_have_count(3)
        expect(page.locator(".message")).to_have_count(0)
    first, second = desk.conversation.received
    assert first.external_id == second.external_id


def test_a_session_that_is_no_longer_good_is_replaced(browser: Browser, desk: WebDesk) -> None:
    # The browser notes on the console what is refused, if it asks for tickets before it has a new session.
    with page_of(browser, quiet=False) as page:
        page.goto(desk.url)
        page.evaluate("localStorage.setItem('punte.token', JSON.stringify('forged'))")
        page.reload()
        expect(page.locator("#toast")).to_have_text(WORDS["en"]["error_session"])
        write(page, "echo here again")
        expect(answers(page)).to_contain_text("here again")


def begin_anew(page: Page) -> None:
    page.get_by_role("button", name="New conversation").click()
    page.get_by_role("button", name="Start anew").click()
    expect(page.locator("#welcome")).to_be_visible()


def ticket_in(desk: WebDesk, question: str) -> int:
    """Bring a question of the newest conversation to people; return the ticket's id."""
    with desk.database.transaction() as session:
        conversation = session.scalars(select(Conversation).order_by(Conversation.id.desc())).first()
        assert conversation
        return open_ticket(session, conversation, question, reason="asked", language="en").id


def answered(desk: WebDesk, ticket_id: int, text: str) -> None:
    with desk.database.transaction() as session:
        staff = session.scalars(select(Staff)).first() or create_staff(session, "e@d.test", "Elena", Role.EXPERT)[0]
        answer_ticket(session, ticket_id, staff, text)


def test_a_new_conversation_starts_empty_and_can_be_gone_back_from(browser: Browser, desk: WebDesk) -> None:
    with page_of(browser) as page:
        page.goto(desk.url)
        write(page, "echo before")
        expect(answers(page)).to_have_count(1)
        begin_anew(page)
        expect(page.locator(".message")).to_have_count(0)
        write(page, "echo fresh")
        expect(answers(page)).to_have_count(1)
        page.reload()
        expect(page.locator(".message")).to_have_count(2)
        page.get_by_role("button", name="Show earlier messages").click()
        expect(answers(page).first).to_contain_text("before")
        expect(answers(page).last).to_contain_text("fresh")
    assert [each.action for each in desk.conversation.received] == [None, "new", None]
    assert len({each.address for each in desk.conversation.received}) == 1


def test_answers_to_questions_of_before_are_found_by_phone_and_keyboard(
    browser: Browser, desk: WebDesk, tmp_path: Path
) -> None:
    with page_of(browser, 360, 640) as page:
        page.goto(desk.url)
        mine = page.locator("#mine")
        mine.click()
        expect(page.locator("#tickets")).to_contain_text("You have asked no expert yet")
        page.keyboard.press("Escape")
        write(page, "echo before")
        expect(answers(page)).to_have_count(1)
        first, second = ticket_in(desk, "How do I label honey?"), ticket_in(desk, "And jam?")
        begin_anew(page)
        expect(page.locator("#earlier")).to_be_visible()
        page.goto("about:blank")
        answered(desk, first, "With its origin.")
        page.goto(desk.url)
        expect(page.locator(".message.expert")).to_be_visible()
        expect(page.locator("#badge")).to_be_hidden()
        for n in range(8):
            write(page, f"echo {n}")
            expect(answers(page)).to_have_count(n + 1)
        look_back(page)
        answered(desk, second, "With its fruit.")
        expect(page.locator("#badge")).to_have_text("1")
        assert page.title().startswith("(1) ")
        assert overflow(page) <= 0
        before = count_messages(desk)
        begin_anew(page)
        pressed, _ = wait_until(lambda: new_messages(desk, before, 2))
        page.wait_for_function("pressed => JSON.parse(localStorage.getItem('punte.since')) >= pressed", arg=pressed)
        page.reload()
        expect(page.locator("#badge")).to_have_text("1")
        expect(page.locator(".message")).to_have_count(0)

        mine.focus()
        page.keyboard.press("Enter")
        rows = page.locator("#tickets li")
        expect(rows).to_have_count(2)
        expect(rows.first).to_contain_text("answered New")
        page.screenshot(path=tmp_path / "questions.png")
        rows.first.get_by_role("button", name="Show the answer").press("Enter")
        expect(page.locator("#panel")).to_be_hidden()
        told = page.locator(".message.expert").last
        expect(told).to_contain_text("With its fruit.")
        expect(told).to_be_in_viewport()
        expect(told).to_be_focused()
        expect(page.locator("#badge")).to_be_hidden()
        page.reload()
        expect(page.locator(".message.expert")).to_have_count(2)
        mine.click()
        page.locator("#tickets").get_by_role("button", name="Details and actions").first.click()
        expect(answers(page).last).to_contain_text(f"Noted: ticket:{second}")


def test_an_address_is_shown_as_a_picture_for_a_phone(browser: Browser, desk: WebDesk, tmp_path: Path) -> None:
    with page_of(browser) as page:
        page.goto(desk.url)
        write(page, "qr https://t.me/bot?start=f-23456ABCDE")
        picture = page.locator(".qr img")
        expect(picture).to_be_visible()
        assert picture.evaluate("each => each.decode().then(() => each.naturalWidth)") > 100
        page.screenshot(path=tmp_path / "qr.png")


def test_a_link_with_a_code_redeems_it_and_leaves_no_trace(browser: Browser, desk: WebDesk) -> None:
    with page_of(browser) as page:
        page.goto(f"{desk.url}/?follow=23456ABCDE")
        expect(answers(page)).to_contain_text("Noted: redeem:23456ABCDE")
        assert page.evaluate("location.search") == ""


@contextmanager
def site_of(folder: Path) -> Iterator[str]:
    """Serve a folder as a site of another origin."""
    handler = partial(QuietHandler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site(desk: WebDesk, tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "favicon.ico").write_bytes(b"")
    (folder / "index.html").write_text(
        "<!doctype html><html lang='en'><meta name='viewport' content='width=device-width'><title>A chamber</title>"
        "<style>button { background: red !important }</style><h1>A chamber</h1><a href='#x'>A link</a>"
        f"<script src='{desk.url}/widget.js' data-language='bg' async></script>"
    )
    with site_of(folder) as address:
        yield address


def test_the_widget_on_another_site(browser: Browser, desk: WebDesk, site: str, tmp_path: Path) -> None:
    with page_of(browser) as page:
        page.goto(site)
        button = page.get_by_role("button", name="Отвори чата")
        expect(button).to_have_css("background-color", "rgb(29, 79, 145)")
        button.focus()
        page.keyboard.press("Enter")
        frame = page.frame_locator("#punte-widget iframe")
        expect(frame.locator("#text")).to_be_focused()
        page.keyboard.type("echo от прозореца")
        page.keyboard.press("Enter")
        expect(answers(frame)).to_contain_text("от прозореца")
        page.screenshot(path=tmp_path / "widget.png")
        page.keyboard.press("Escape")
        expect(page.locator("#punte-widget iframe")).to_be_hidden()
        expect(button).to_be_focused()
        expert_writes(desk, "Отговор")
        expect(page.get_by_role("button", name="Отвори чата (Нови съобщения)")).to_be_visible()
        page.get_by_role("button", name="Отвори чата").click()
        expect(frame.locator(".message.expert")).to_contain_text("Отговор")
        frame.get_by_role("button", name="Затвори чата").click()
        expect(page.locator("#punte-widget iframe")).to_be_hidden()


@pytest.mark.parametrize("strict", [True, False])
def test_the_widget_remembers_its_conversation(browser: Browser, desk: WebDesk, site: str, strict: bool) -> None:
    # Strict browsers, and these windows of Playwright, deny storage to frames of other sites; others allow it.
    with page_of(browser) as page:
        if not strict:
            page.goto(desk.url)
            page.evaluate("localStorage.setItem('punte.draft', JSON.stringify('a draft'))")
            site = f"{desk.url}/widget-demo"
        page.goto(site)
        button = page.locator("#punte-widget button")
        frame = page.frame_locator("#punte-widget iframe")
        button.click()
        expect(frame.locator("#examples button")).to_have_count(3)
        expect(frame.locator("#text")).to_have_value("" if strict else "a draft")
        write(frame, "echo помни")
        expect(answers(frame)).to_contain_text("помни")
        frame.locator("#text").fill("чернова")
        page.reload()
        button.click()
        expect(answers(frame)).to_contain_text("помни")
        expect(frame.locator("#text")).to_have_value("чернова")


def test_the_widget_fills_a_phone(browser: Browser, site: str, tmp_path: Path) -> None:
    with page_of(browser, 360, 740, has_touch=True, is_mobile=True) as page:
        page.goto(site)
        page.get_by_role("button", name="Отвори чата").click()
        frame = page.frame_locator("#punte-widget iframe")
        expect(frame.locator("#examples button")).to_have_count(3)
        place = page.locator("#punte-widget iframe").bounding_box()
        assert place
        assert (place["x"], place["y"]) == (0, 0)
        assert place["width"] == page.evaluate("innerWidth")
        page.screenshot(path=tmp_path / "widget.png")
