"""Essays, sources, claims and acts that people add in a real browser, with and without scripts."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browser_windows import SignIn
from desk_homes import ServedDesk, copy_desk_home, serve
from factdesk.config import open_home
from factdesk.desk.waiting_claims import is_blind
from local_site import Page, Site

ESSAY = (
    "<html><head><title>A night at sea</title></head><body><article>"
    "<p>A cabin on the night boat costs 85 euros, and we took one.</p>"
    "<p>The night boat carried 212 people and a dog, and nobody slept before dawn.</p>"
    "</article></body></html>"
)
NOTICE = (
    "<html><head><title>A notice</title></head><body><p>The harbour is closed on Mondays.</p></body></html>"
)


class SlowPages(dict[str, Page]):
    """Pages that come when they are released, and not before."""

    def __init__(self, pages: dict[str, Page]) -> None:
        super().__init__(pages)
        self.released = threading.Event()

    def get(self, path: str, default: Any = None) -> Any:
        assert self.released.wait(120)
        return super().get(path, default)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    site = Site(pages=SlowPages({"/essay": Page(ESSAY), "/notice": Page(NOTICE)}))
    yield site
    site.close()


@pytest.fixture(scope="module")
def desk(desk_root: Path, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDesk]:
    home = copy_desk_home(desk_root, tmp_path_factory.mktemp("adding") / "home")
    config = home.root / "config" / "factdesk.toml"
    allowed = config.read_text("utf-8").replace("allow_hosts = [", f'allow_hosts = ["{site.host}", ')
    config.write_text(allowed, "utf-8")
    with serve(open_home(home.root)) as served:
        yield served


def test_an_essay_is_added_and_words_selected_in_it_become_a_claim(
    desk: ServedDesk, site: Site, sign_in: SignIn
) -> None:
    page = sign_in(desk).page
    page.goto(f"{desk.url}/add")
    page.get_by_label("Address of the page").fill(site.url("essay"))
    page.get_by_role("button", name="Check it now").click()
    expect(page.get_by_role("heading", name="Being gathered")).to_be_visible()
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert isinstance(site.pages, SlowPages)
    site.pages.released.set()
    page.wait_for_url("**/essays/**")
    expect(page.get_by_role("status").first).to_contain_text("The essay was checked")
    page.evaluate(
        """() => {
            const walker = document.createTreeWalker(document.querySelector(".essay-text .text"), 4);
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                const at = node.data.indexOf("The night boat carried");
                if (at >= 0) getSelection().setBaseAndExtent(node, at, node, at + 43);
            }
        }"""
    )
    page.get_by_role("link", name="Add the selected words as a claim").click()
    page.wait_for_url("**/mark?words=**")
    expect(page.get_by_label("The words of the claim")).to_have_value(
        "The night boat carried 212 people and a dog"
    )
    page.get_by_label("What it is about").select_option("count")
    page.get_by_role("button", name="Add the claim").click()
    page.wait_for_url("**/claims/**")
    expect(page.get_by_role("status").first).to_contain_text("The claim was added")
    expect(page.locator("mark.claim")).to_have_text("The night boat carried 212 people and a dog")


def test_a_source_and_an_act_are_added_without_scripts(desk: ServedDesk, sign_in: SignIn) -> None:
    page = sign_in(desk, scripts=False).page
    one = next(one for one in desk.desk.waiting.all() if not one.has_source and not is_blind(one.claim_id))
    page.goto(f"{desk.url}/claims/{one.claim_id}")
    page.get_by_text("Add a source", exact=True).click()
    page.get_by_label("or a passage that you paste").fill("Nothing was sold out, the harbour master said.")
    page.get_by_role("button", name="Add it and compare").click()
    expect(page.get_by_role("alert")).to_contain_text("Say where the passage is from")
    expect(page.get_by_label("or a passage that you paste")).to_have_value(re.compile("harbour master"))
    page.get_by_label("Where the passage is from").fill("a letter of 3 May")
    page.get_by_role("button", name="Add it and compare").click()
    page.wait_for_url(re.compile(r"/claims/.*work="))
    expect(page.get_by_role("status").first).to_contain_text("The source was added")
    expect(page.locator(".cards")).to_contain_text("Pasted passage: a letter of 3 May")

    page.get_by_text("Author, dispute, correction", exact=True).click()
    page.get_by_text("Author was asked", exact=True).click()
    page.get_by_label("What was asked").fill("Who told you?")
    page.get_by_role("button", name="Keep: author was asked").click()
    page.wait_for_url(re.compile(r"/claims/[0-9a-f-]+$"))
    page.locator("details.history summary").click()
    expect(page.locator(".history")).to_contain_text("asked the author — Who told you?")
    page.get_by_role("button", name="Take it back").click()
    page.locator("details.history summary").click()
    expect(page.locator(".history")).to_contain_text("took back: asked the author")


def test_a_page_and_what_becomes_of_a_correction_are_added_without_scripts(
    desk: ServedDesk, site: Site, sign_in: SignIn
) -> None:
    assert isinstance(site.pages, SlowPages)
    site.pages.released.set()
    page = sign_in(desk, scripts=False).page
    one = next(
        one
        for one in desk.desk.waiting.all()
        if one.machine_rating == "refuted" and not is_blind(one.claim_id)
    )
    page.goto(f"{desk.url}/claims/{one.claim_id}")
    page.get_by_text("Add a source", exact=True).click()
    page.get_by_label("Address of a page").fill(site.url("notice"))
    page.get_by_role("button", name="Add it and compare").click()
    page.wait_for_url(re.compile(r"/claims/.*work="))  # the page of the work leads here by itself
    expect(page.get_by_role("status").first).to_contain_text("The source was added")
    page.get_by_label("One sentence for readers").fill("The page names another sum.")
    page.get_by_role("button", name="Contradicted").click()
    page.goto(f"{desk.url}/claims/{one.claim_id}")
    page.get_by_text("Author, dispute, correction", exact=True).click()
    page.get_by_text("Essay was corrected", exact=True).click()
    page.get_by_role("button", name="Keep: essay was corrected").click()
    expect(page.get_by_role("alert")).to_contain_text("needs a note or a link")
    page.get_by_text("Correction was asked for", exact=True).click()
    page.get_by_label("Who was asked, and for what").fill("The author, by letter")
    page.get_by_role("button", name="Keep: correction was asked for").click()
    page.get_by_text("Author, dispute, correction", exact=True).click()
    page.get_by_text("Essay was corrected", exact=True).click()
    page.get_by_label("Page of the correction").fill("https://paper.example/corrections/3")
    page.get_by_role("button", name="Keep: essay was corrected").click()
    page.locator("details.history summary").click()
    expect(page.locator(".history")).to_contain_text("asked for a correction — The author, by letter")
    expect(page.locator(".history")).to_contain_text("https://paper.example/corrections/3")
