"""What tests in a real browser share: the browser, the sizes it is looked at in, and the way in."""

import os
import shutil
from pathlib import Path

from playwright.sync_api import Page, expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SIZES = {"desktop": (1280, 860), "phone": (390, 844)}

expect.set_options(timeout=15_000)  # a busy machine draws slowly


def log_in(page: Page, email: str, password: str) -> None:
    """Go to the console and give an address and a password; wrong ones stay at the log-in."""
    page.goto("/admin")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def picture(page: Page, name: str) -> None:
    """Keep a screenshot where PUNTE_SCREENSHOTS says, for people to look at."""
    if folder := os.environ.get("PUNTE_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
