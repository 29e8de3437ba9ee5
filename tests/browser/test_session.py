"""Signing in and out in a browser: a session that ends loses nothing, and people are looked after."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browser_windows import SignIn
from desk_homes import ServedDesk
from factdesk.desk.sessions import Sessions
from factdesk.desk.users import add_user, read_users
from factdesk.desk.waiting_claims import by_urgency, is_blind
from factdesk.model import Role

NOTE, CONCLUSION = "Rang the press office twice.", "The page has it the other way round."


def test_a_session_that_ends_keeps_the_note_and_the_decision(
    shared_desk: ServedDesk, sign_in: SignIn
) -> None:
    page = sign_in(shared_desk).page
    one = next(
        one
        for one in by_urgency(shared_desk.desk.waiting.all())
        if one.has_source and not is_blind(one.claim_id)
    )
    told = "SELECT rating, conclusion, note FROM derived.current_decisions WHERE claim_id = ?"
    page.goto(f"{shared_desk.url}/claims/{one.claim_id}")
    page.wait_for_selector("html[data-awake]")
    page.fill("#note", NOTE)
    page.select_option("[name=reason]", "other")
    page.fill("#conclusion", CONCLUSION)

    Sessions(shared_desk.desk.home.warehouse).revoke_all("Ann")
    page.click("button[name=rating][value=not_checkable]")
    expect(page.locator("h1")).to_have_text("Your session is over")
    expect(page.locator("#note")).to_have_value(NOTE)
    expect(page.locator("#conclusion")).to_have_value(CONCLUSION)
    assert shared_desk.ask(told, [one.claim_id]) == []

    with page.expect_navigation():
        page.click("main form button")
    expect(page.locator("h1")).to_have_text("Your session is over")
    expect(page.locator("#note")).to_have_value(NOTE)

    other_tab = page.context.new_page()
    other_tab.goto(shared_desk.link("Ann"))
    other_tab.close()
    with page.expect_navigation():
        page.click("main form button")
    expect(page.locator("h1")).not_to_have_text("Your session is over")
    assert shared_desk.ask(told, [one.claim_id]) == [("not_checkable", CONCLUSION, NOTE)]


@pytest.mark.parametrize("width", [1366, 390])
def test_people_are_looked_after_in_a_page_without_faults(
    shared_desk: ServedDesk, sign_in: SignIn, width: int
) -> None:
    warehouse = shared_desk.desk.home.warehouse
    name = f"Zoë van der Berg-Lundqvist {width}"
    for who, role in ((name, Role.EDITOR), (f"Bo {width}", Role.CHECKER)):
        add_user(warehouse, who, role, None)
    page = sign_in(shared_desk, width=width).page
    page.goto(f"{shared_desk.url}/admin/users")
    for one in page.locator("summary").all():
        one.click()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert Axe().run(page).response["violations"] == [], f"{width}, {scheme}"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label(f"Role of {name}", exact=True).select_option("operator")
    page.get_by_label(f"Give {name} this role", exact=True).click()
    expect(page.locator("main [role=status]")).to_have_text("The role holds from the next page on.")
    page.locator("summary", has_text="Remove").last.click()
    page.get_by_label(f"Remove {name}", exact=True).click()
    expect(page.locator("main [role=status]")).to_contain_text("Removed; open sessions have ended")
    assert name not in read_users(warehouse)
