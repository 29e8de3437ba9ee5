"""Selecting claims and deciding them together, by keyboard and without scripts, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browser_windows import SignIn
from desk_homes import ServedDesk
from factdesk.desk.waiting_claims import is_blind
from factdesk.pipeline import check_once

ESSAYS = 6


@pytest.fixture(scope="module")
def alike_desk(shared_desk: ServedDesk) -> ServedDesk:
    """The shared desk with essays that say the same on the same page."""
    folder = shared_desk.desk.home.root / "essays"
    (folder / "board.txt").write_text("A pot of tea in Ljubljana costs 3 euros this week.\n", "utf-8")
    essays: list[Path] = []
    for number in range(ESSAYS):
        essays.append(folder / f"tea-{number}.md")
        front = f"---\ntitle: Tea {number}\nsources: [board.txt]\n---\n\n"
        essays[-1].write_text(
            f"{front}This is cup number {number}. A pot of tea in Ljubljana costs 3 euros.\n", "utf-8"
        )
    check_once([str(one) for one in essays], shared_desk.desk.home)
    return shared_desk


def test_claims_are_selected_decided_together_and_taken_back_by_keyboard(
    alike_desk: ServedDesk, sign_in: SignIn
) -> None:
    page = sign_in(alike_desk).page
    page.goto(f"{alike_desk.url}/queue?tray=all&q=ljubljana")
    for _ in range(300):
        if page.locator("[data-row]").count() == ESSAYS:
            break
        page.wait_for_timeout(200)
        page.reload()
    tea = [one for one in alike_desk.desk.waiting.all() if "Ljubljana" in one.claim]
    free = [one for one in tea if not is_blind(one.claim_id)]
    assert len(free) >= 3, "too many of them are drawn blind"
    page.wait_for_selector("html[data-awake]")
    selected = 0
    while selected < 2:
        page.keyboard.press("j")
        page.keyboard.press("x")
        selected = page.locator("[data-row] input:checked").count()
    page.keyboard.press("x")
    expect(page.locator("[data-row] input:checked")).to_have_count(1)
    page.keyboard.press("x")
    expect(page.locator("#status")).to_contain_text("2 selected")
    with page.expect_navigation():
        page.keyboard.press("b")
    expect(page.locator("input[name=member]")).to_have_count(len(free))
    expect(page.locator("input[name=member]:checked")).to_have_count(2)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    page.get_by_label("Type the number to confirm").fill("2")
    page.get_by_role("button", name="Backed by its source").click()
    expect(page.locator("main")).to_contain_text("You decided 2 claims")
    assert alike_desk.ask("SELECT count(*) FROM derived.current_decisions WHERE target IS NOT NULL") == [(2,)]
    page.wait_for_selector("html[data-awake]")
    with page.expect_navigation():
        page.keyboard.press("u")
    assert alike_desk.ask("SELECT count(*) FROM derived.current_decisions WHERE target IS NOT NULL") == [(0,)]


def test_it_works_without_scripts_and_on_a_telephone(alike_desk: ServedDesk, sign_in: SignIn) -> None:
    page = sign_in(alike_desk, name="Bo", width=390, scripts=False).page
    page.goto(f"{alike_desk.url}/bulk")
    page.get_by_role("link", name="A pot of tea in Ljubljana costs 3 euros").click()
    expect(page.get_by_label("Type the number to confirm")).to_be_visible()
    number = page.locator("input[name=member]").count()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("input[name=member]").first.uncheck()
    page.get_by_label("Type the number to confirm").fill(str(number))
    page.get_by_role("button", name="Backed by its source").click()
    expect(page.get_by_role("alert")).to_contain_text("claims are ticked: type")
    page.locator("input[name=member]").first.uncheck()
    page.get_by_label("Type the number to confirm").fill(str(number - 1))
    page.get_by_role("button", name="Backed by its source").click()
    expect(page.locator("main")).to_contain_text(f"You decided {number - 1} claim")
    page.get_by_role("button", name="Take all back").click()
    expect(page.locator("input[name=member]")).to_have_count(number)
