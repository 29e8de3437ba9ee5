"""Makes the pictures of the desk in reviewing.md, from a desk over the sample essays.

Run it with ``make docs``; it needs Debian's chromium and the tools for tests (``make setup-dev``).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from desk_homes import ServedDesk, copy_desk_home, make_desk_home, serve

FOLDER = Path(__file__).resolve().parent
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
WIDE, NARROW = ViewportSize(width=1366, height=768), ViewportSize(width=390, height=844)


def main() -> None:
    """Draw the queue, a claim by day, by night and on a telephone, what people add, and an author's sheet."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made"
        make_desk_home(made)
        home = copy_desk_home(made, Path(folder) / "home", '[publisher]\ncontact = "desk@paper.example"')
        with serve(home) as desk, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=OPTIONS)
            page = browser.new_page(viewport=WIDE)
            page.goto(desk.link("Ann"))
            draw(page, "desk-queue")
            open_claim(page, desk)
            draw(page, "desk-claim")
            page.emulate_media(color_scheme="dark")
            draw(page, "desk-claim-dark")
            page.set_viewport_size(NARROW)
            page.emulate_media(color_scheme="light")
            page.reload()
            draw(page, "desk-claim-narrow")
            page.set_viewport_size(WIDE)
            page.goto(f"{desk.url}/add")
            draw(page, "desk-add")
            open_sheet(page, desk)
            draw(page, "desk-sheet")
            browser.close()


def open_claim(page: Page, desk: ServedDesk) -> None:
    """Open a claim that its source contradicts."""
    page.goto(f"{desk.url}/queue?rating=refuted")
    page.locator("[data-row] a").first.click()
    page.wait_for_selector("html[data-awake]")


def open_sheet(page: Page, desk: ServedDesk) -> None:
    """Decide a claim that its source contradicts and open the sheet of its essay."""
    open_claim(page, desk)
    essay = page.locator("#essay-title a").get_attribute("href")
    page.keyboard.press("3")
    page.keyboard.type("The page names another sum.")
    claim = page.url
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != claim and "/decide" not in url)
    page.goto(f"{desk.url}{essay}/sheet")


def draw(page: Page, name: str) -> None:
    """Write one picture beside the pages."""
    page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()
