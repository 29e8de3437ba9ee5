"""A day's work in a real browser: two people on a claim, going back, links to a place, no scripts, paper."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from browser_windows import SignIn
from desk_homes import ServedDesk
from desk_routes import find_ids
from factdesk.desk.users import add_user
from factdesk.desk.waiting_claims import WaitingClaim, by_urgency, is_blind
from factdesk.model import Role


def fresh(desk: ServedDesk) -> list[WaitingClaim]:
    """Claims with a source that nobody has touched and whose rating the page shows."""
    return [
        one
        for one in by_urgency(desk.desk.waiting.all())
        if one.has_source and not is_blind(one.claim_id)
        if not (one.held_by or one.waiting_until or one.seen_by or one.is_flagged)
    ]


def open_claim(page: Page, desk: ServedDesk, one: WaitingClaim) -> None:
    page.goto(f"{desk.url}/claims/{one.claim_id}")


def decide_by_hand(page: Page, said: str, conclusion: str) -> None:
    page.locator("#conclusion").fill(conclusion)
    if page.locator("#reason").count():
        page.locator("#reason").select_option("other")
    page.get_by_role("button", name=re.compile(said)).click()


def decisions_on(desk: ServedDesk, one: WaitingClaim) -> list[str]:
    rows = desk.ask(
        "SELECT rating FROM derived.claim_events WHERE act = 'decide' AND claim_id = ? ORDER BY position",
        [one.claim_id],
    )
    return [rating for (rating,) in rows]


def test_of_two_people_on_a_claim_the_second_waits(shared_desk: ServedDesk, sign_in: SignIn) -> None:
    add_user(shared_desk.desk.home.warehouse, "Bo", Role.CHECKER, "a long pass phrase")
    ann, bo, (one, *_) = sign_in(shared_desk).page, sign_in(shared_desk, name="Bo").page, fresh(shared_desk)
    open_claim(ann, shared_desk, one)
    open_claim(bo, shared_desk, one)
    expect(bo.locator(".deciding")).to_contain_text("A colleague has the claim open. Ann holds it until")
    assert bo.locator("button[name=rating]").count() == 0
    bo.goto(f"{shared_desk.url}/queue?tray=all&q={one.claim_id}")
    expect(bo.locator("[data-row]")).to_contain_text("Ann has it open")
    ann.get_by_role("button", name="Skip").click()
    ann.wait_for_url(lambda url: str(one.claim_id) not in url)
    open_claim(bo, shared_desk, one)
    expect(bo.locator("button[name=rating]").first).to_be_visible()


def test_a_page_that_is_stale_says_so_and_keeps_every_word(shared_desk: ServedDesk, sign_in: SignIn) -> None:
    first, (one, *_) = sign_in(shared_desk).page, fresh(shared_desk)
    open_claim(first, shared_desk, one)
    second = first.context.new_page()
    open_claim(second, shared_desk, one)
    decide_by_hand(second, "Cannot be checked", "Nobody was there.")
    second.wait_for_url(lambda url: str(one.claim_id) not in url)
    first.locator("#note").fill("I rang <b>them</b>")
    decide_by_hand(first, "Contradicted", "The page says five.")
    expect(first.get_by_role("alert")).to_contain_text("You decided this at")
    expect(first.locator("#note")).to_have_value("I rang <b>them</b>")
    expect(first.locator("#conclusion")).to_have_value("The page says five.")
    assert decisions_on(shared_desk, one) == ["not_checkable"]


def test_going_back_after_a_decision_decides_nothing_twice(shared_desk: ServedDesk, sign_in: SignIn) -> None:
    page, (one, *_) = sign_in(shared_desk).page, fresh(shared_desk)
    open_claim(page, shared_desk, one)
    decide_by_hand(page, "Cannot be checked", "Nobody was there.")
    page.wait_for_url(lambda url: str(one.claim_id) not in url)
    after = page.url
    page.go_back()
    page.wait_for_url(f"**/claims/{one.claim_id}*")
    expect(page.locator(".verdict")).to_contain_text("Ann decided")  # no-store: the page is asked for anew
    page.go_forward()
    page.wait_for_url(after)
    assert decisions_on(shared_desk, one) == ["not_checkable"]


def test_a_link_leads_to_its_place_even_through_the_door(shared_desk: ServedDesk, sign_in: SignIn) -> None:
    window, ids = sign_in(shared_desk), find_ids(shared_desk)
    page = window.page
    claim, essay = ids.of["claim_id"][0], ids.of["essay_id"][0]
    for place, target in (
        (f"/claims/{claim}#source-title", "#source-title"),
        (f"/essays/{essay}#claim-2", "#claim-2"),
    ):
        page.goto(shared_desk.url + place)
        expect(page.locator(target)).to_be_in_viewport()
    page.goto(f"{shared_desk.url}/queue?kind=price&order=value&tray=all")
    expect(page.locator("summary", has_text="Kind")).to_be_visible()
    assert page.locator("[data-row]").count() == sum(
        one.kind == "price" for one in shared_desk.desk.waiting.all()
    )
    page.context.clear_cookies()
    page.goto(f"{shared_desk.url}/claims/{claim}?order=value")
    expect(page).to_have_url(re.compile(r"/signin\?then="))


def test_every_act_works_without_scripts(shared_desk: ServedDesk, sign_in: SignIn) -> None:
    page, waiting = sign_in(shared_desk, scripts=False).page, iter(fresh(shared_desk))
    one = next(waiting)
    open_claim(page, shared_desk, one)
    page.locator("#note").fill("kept by hand")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.locator(".history li", has_text="kept by hand")).to_have_count(1)
    page.get_by_role("button", name="Ask an editor").click()
    page.wait_for_url(lambda url: str(one.claim_id) not in url)
    found = shared_desk.desk.waiting.find(one.claim_id)
    assert found is not None
    assert found.is_flagged
    one = next(waiting)
    open_claim(page, shared_desk, one)
    page.locator("#until").fill(f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%d}")
    page.get_by_role("button", name="Put off").click()
    page.wait_for_url(lambda url: str(one.claim_id) not in url)
    one = next(waiting)
    open_claim(page, shared_desk, one)
    page.locator("#to").select_option(label="Ann")
    page.get_by_role("button", name="Give", exact=True).click()
    page.wait_for_url(f"**/claims/{one.claim_id}*")
    page.goto(f"{shared_desk.url}/queue?mine=1&tray=all")
    expect(page.locator("[data-row]")).to_have_count(1)
    page.goto(f"{shared_desk.url}/queue")
    page.locator("#q").fill(str(one.claim_id))
    page.locator("#q").press("Enter")
    expect(page.locator("[data-row]")).to_have_count(1)


def test_a_claim_is_decided_on_a_telephone(shared_desk: ServedDesk, sign_in: SignIn) -> None:
    page, (one, *_) = sign_in(shared_desk, width=390).page, fresh(shared_desk)
    open_claim(page, shared_desk, one)
    expect(page.locator("mark.claim").first).to_be_in_viewport()
    top = page.locator("button[name=rating]").first.bounding_box()
    assert top is not None
    assert top["y"] < 2 * 844, "more than two screens until one can decide"
    assert top["height"] >= 40, "too small for a thumb"
    decide_by_hand(page, "Cannot be checked", "Nobody was there.")
    page.wait_for_url(lambda url: str(one.claim_id) not in url)
    assert decisions_on(shared_desk, one) == ["not_checkable"]


def test_on_paper_there_is_the_text_and_no_button(shared_desk: ServedDesk, sign_in: SignIn) -> None:
    page, ids = sign_in(shared_desk).page, find_ids(shared_desk)
    essay = ids.of["essay_id"][0]
    for place in (
        f"/essays/{essay}",
        f"/essays/{essay}/sheet",
        f"/claims/{ids.of['claim_id'][0]}",
        "/reports/queue",
    ):
        page.goto(shared_desk.url + place)
        page.emulate_media(media="print", color_scheme="light")
        for away in ("button", "input:not([type=hidden])", "nav", ".status"):
            assert page.locator(f"{away}:visible").count() == 0, f"{away} is printed on {place}"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        clipped = "one => one.scrollHeight > one.clientHeight + 1 && getComputedStyle(one).overflowY"
        for column in page.locator(".desk > section").all():
            assert column.evaluate(clipped) in (False, "visible"), f"a column of {place} is cut off on paper"
        page.emulate_media(media="screen")


def test_a_report_is_narrowed_and_its_file_has_the_same_rows(
    shared_desk: ServedDesk, sign_in: SignIn
) -> None:
    page = sign_in(shared_desk).page
    page.goto(f"{shared_desk.url}/reports/queue")
    page.get_by_label("Kind").select_option("price")
    page.get_by_role("button", name="Narrow").click()
    page.wait_for_url("**kind=price*")
    with page.expect_download() as waiting:
        page.get_by_role("link", name=".csv").click()
    rows = list(csv.DictReader(io.StringIO(waiting.value.path().read_text("utf-8"))))
    assert rows
    assert {row["kind"] for row in rows} == {"price"}
    shown = [table.locator("tr").count() for table in page.locator("main tbody").all()]
    assert min(len(rows), 12) in shown, shown
    page.goto(f"{shared_desk.url}/sql")
    page.locator("textarea[name=sql]").fill(
        "SELECT kind, count(*) AS n FROM reports.claims GROUP BY 1 ORDER BY 1"
    )
    page.get_by_role("button", name="Run").click()
    expect(page.locator("main svg")).to_be_visible()
    expect(page.locator("table.answer tbody tr")).to_have_count(page.locator("main svg .fd-bar").count())
