"""The pictures of the README, made by the desk itself: a question on a phone, and its ticket before an expert.

They are made at every run and looked at for what they must show. PUNTE_TEST_RENEW_PICTURES=1 also puts them where the
README shows them from; look at them before they are committed.
"""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

import knowledge
from tests.e2e.conftest import PASSWORD, DeskProcess, Expert

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ROOT = Path(__file__).parents[2]
STARTER = Path(knowledge.__file__).parent / "starter"
CHAT = ROOT / "bot/channels/web/screenshot.png"
TICKET = ROOT / "admin_api/console/screenshot.png"
LARGEST_BYTES = 150_000
WAIT_MS = 30_000

ASKED = "Какво може да получи малка фирма от граничния район със Сърбия?"
FOUND = "Interreg ИПП България – Сърбия: какво може малката фирма от граничния район"
UNKNOWN = "Какви документи искат германските магазини за български мед?"
EXPERT = "elena@desk.example"

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no chromium; apt-get install chromium")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    """A desk that knows what the starter base has about Bulgaria, in Bulgarian and English."""
    folder = tmp_path_factory.mktemp("pictures")
    entries = [
        entry
        for file in sorted(STARTER.glob("*.yaml"))
        for entry in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
        if entry["language"] in ("bg", "en") and "BG" in entry.get("countries", ())
    ]
    (folder / "bulgaria.yaml").write_text(yaml.safe_dump(entries, allow_unicode=True), encoding="utf-8")
    desk = DeskProcess(folder / "desk", PUNTE_ENCODER="")
    desk.punte("import", str(folder / "bulgaria.yaml"))
    desk.start()
    one_time = desk.password()
    Expert(desk, one_time).change_password(one_time, PASSWORD)
    yield desk
    desk.close()


def say(page: Page, text: str) -> Locator:
    """Write to the desk; return its reply."""
    said = page.locator(".message.bot")
    before = said.count()
    page.locator("#text").fill(text)
    page.locator("#text").press("Enter")
    expect(said).to_have_count(before + 1, timeout=WAIT_MS)
    return said.last


def press(page: Page, action: str) -> None:
    """Press a button of the last reply, and wait for the reply to that."""
    last = page.locator(".message.bot").last
    last.locator(f"[data-action='{action}']").click()
    expect(page.locator(".message.bot").last.locator(f"[data-action='{action}']")).to_have_count(0, timeout=WAIT_MS)


def keep(picture: Path, place: Path, size: tuple[int, int]) -> None:
    """Look at a picture: its size in pixels, its bytes, and that it is drawn all over; renew the README's if wished."""
    with Image.open(picture) as image:
        assert image.size == size
        assert len(image.convert("RGB").getcolors(2**20) or ()) > 100, "there is next to nothing on it"
        image.convert("RGB").quantize(64, dither=Image.Dither.NONE).save(picture, optimize=True)
    assert picture.stat().st_size < LARGEST_BYTES
    if os.environ.get("PUNTE_TEST_RENEW_PICTURES"):
        shutil.copyfile(picture, place)
    with Image.open(place) as image:
        assert image.size == size, f"{place} is not of this test: run it with PUNTE_TEST_RENEW_PICTURES=1"


def hire(desk: DeskProcess, browser: Browser, name: str, email: str) -> Page:
    """Make an expert, who logs in for the first time and chooses a password; return their console."""
    made = desk.punte("user", "add", email, "--name", name)
    one_time = re.search(r"password:? (\S+)", made.stdout)
    assert one_time, made.stdout
    context = browser.new_context(
        base_url=desk.url, viewport={"width": 1280, "height": 900}, locale="en-GB", timezone_id="Europe/Sofia",
        color_scheme="light",
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto("/admin")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(one_time[1])
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("The password you were given").fill(one_time[1])
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Change it").click()
    page.get_by_role("heading", name="Tickets").wait_for()
    return page


def phone(browser: Browser, desk: DeskProcess) -> Page:
    """Open the chat on a phone, as somebody who was not here before."""
    context = browser.new_context(
        viewport={"width": 430, "height": 932}, device_scale_factor=2, locale="bg-BG", timezone_id="Europe/Sofia",
        color_scheme="light",
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(desk.url)
    return page


def test_a_question_on_a_phone(browser: Browser, desk: DeskProcess, tmp_path: Path) -> None:
    page = phone(browser, desk)
    answer = say(page, ASKED)
    expect(answer.locator(".card h2").first).to_contain_text(FOUND)
    expect(answer.locator("blockquote")).to_be_visible()
    page.locator(".message.asker").scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / "chat.png")
    keep(tmp_path / "chat.png", CHAT, (860, 1864))


def test_a_ticket_before_an_expert(browser: Browser, desk: DeskProcess, tmp_path: Path) -> None:
    asker = phone(browser, desk)
    say(asker, UNKNOWN)
    press(asker, "person")
    expect(say(asker, "Храни и напитки, до 15 януари")).to_contain_text(UNKNOWN)
    press(asker, "sum:ok")
    expert = hire(desk, browser, "Елена Петрова", EXPERT)
    expert.get_by_role("link", name=UNKNOWN).click()
    expert.get_by_role("button", name="Claim").click()
    expect(expert.get_by_text("held by you")).to_be_visible()
    expect(expert.get_by_text("Wanted by")).to_be_visible()
    expect(expert.get_by_text("What the desk had found")).to_be_visible()
    expect(expert.locator("#toast")).to_be_empty(timeout=WAIT_MS)
    expert.screenshot(path=tmp_path / "ticket.png")
    keep(tmp_path / "ticket.png", TICKET, (1280, 900))
