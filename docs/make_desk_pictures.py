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
from factdesk.config import Home
from factdesk.desk.waiting_claims import by_urgency
from factdesk.model import Rating
from factdesk.pipeline import check_once

FOLDER = Path(__file__).resolve().parent
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
WIDE, NARROW = ViewportSize(width=1366, height=768), ViewportSize(width=390, height=844)


def main() -> None:
    """Draw the queue, a claim by day, by night and on a telephone, and the pages that lead on from there."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made"
        make_desk_home(made)
        home = copy_desk_home(made, Path(folder) / "home", '[publisher]\ncontact = "desk@paper.example"')
        check_columns(home)
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
            open_alike(page, desk)
            draw(page, "desk-alike")
            disagree(desk)
            page.goto(f"{desk.url}/disagreements")
            draw(page, "desk-disagreements")
            open_sheet(page, desk)
            draw(page, "desk-sheet")
            page.goto(f"{desk.url}/search?q=landlord")
            draw(page, "desk-search")
            browser.close()


TARIFF = "The board is up. A day ticket for the harbour ferry costs 12 euros this spring.\n"
COLUMNS = {
    "Out to the islands": "We left before seven, with bread and two apples.",
    "Letter from the pier": "The gulls know the timetable better than I do.",
    "What a Sunday costs": "My daughter keeps the accounts of our outings.",
    "Slow travel": "There is no faster way, and nobody misses one.",
    "Rain on the quay": "We waited an hour under the roof of the fish hall.",
}
"""Made-up columns that say the same of one tariff: title, and how each begins."""


def check_columns(home: Home) -> None:
    """Check essays whose claims can be decided together."""
    folder = home.root / "essays"
    (folder / "tariff.txt").write_text(TARIFF, encoding="utf-8")
    essays = []
    for number, (title, begin) in enumerate(COLUMNS.items()):
        essays.append(folder / f"column-{number}.md")
        head = f"---\ntitle: {title}\nauthor: Ilse Brandt\nsources: [tariff.txt]\n---\n\n"
        text = f"{begin} A day ticket for the harbour ferry costs 12 euros.\n"
        essays[-1].write_text(head + text, encoding="utf-8")
    check_once([str(one) for one in essays], home)


def open_alike(page: Page, desk: ServedDesk) -> None:
    """Open the largest group of claims that say the same."""
    page.goto(f"{desk.url}/bulk")
    page.locator("[data-row] a").first.click()
    page.wait_for_selector(".alike")


def disagree(desk: ServedDesk) -> None:
    """Let two others decide two claims differently."""
    cleo, dan = desk.visitor("Cleo Marsh"), desk.visitor("Dan Ode")
    there = [one for one in by_urgency(desk.desk.waiting.all()) if one.has_source and not one.is_blind]
    supported = [one for one in there if one.machine_rating == Rating.SUPPORTED][-1]
    refuted = [one for one in there if one.machine_rating == Rating.REFUTED][-1]
    cleo.decide(supported.claim_id, Rating.SUPPORTED, conclusion="The page says so.", reason="")
    said = {"conclusion": "The page gives the price of one night only.", "reason": "wrong_subject"}
    dan.decide(supported.claim_id, Rating.PARTIALLY_SUPPORTED, **said)
    cleo.decide(refuted.claim_id, Rating.REFUTED, conclusion="The page says £192.", reason="")
    said = {"conclusion": "Another report of that week has £228.", "reason": "source_wrong"}
    dan.decide(refuted.claim_id, Rating.CONFLICTING, **said)


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
