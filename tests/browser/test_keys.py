"""Every key that the help lists does what it says, in a real browser."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from browser_windows import SignIn
from desk_homes import ServedDesk
from factdesk.desk.keys import KEYS
from factdesk.desk.waiting_claims import WaitingClaim, by_urgency, is_blind
from factdesk.desk.words import DECISIONS
from factdesk.pipeline import check_once

TRIED: set[str] = set()
"""Keys that a test of this file has pressed; the last test compares them with the table."""


def fresh(desk: ServedDesk, **wanted: object) -> list[WaitingClaim]:
    """Claims with a source that nobody has touched and whose rating the page shows."""
    return [
        one
        for one in by_urgency(desk.desk.waiting.all())
        if one.has_source and not is_blind(one.claim_id)
        if not (one.held_by or one.waiting_until or one.seen_by or one.is_flagged)
        if all(getattr(one, name) == value for name, value in wanted.items())
    ]


def open_claim(page: Page, desk: ServedDesk, one: WaitingClaim, rest: str = "") -> None:
    page.goto(f"{desk.url}/claims/{one.claim_id}{rest}")
    settle(page)


def settle(page: Page) -> None:
    """Wait until the page takes a key for a decision; the one that opened it must not decide."""
    page.wait_for_selector("html[data-awake]")


def press(page: Page, key: str) -> None:
    for one in key.split():
        page.keyboard.press(one)
    TRIED.add(key)


def say_why(page: Page, differs: bool = True) -> None:
    """Take the first reason by its number where the machine is overruled; the sentence comes then."""
    if differs:
        expect(page.locator("#status")).to_contain_text("differs from the machine")
        expect(page.locator("#reason")).to_be_focused()
        page.keyboard.press("1")
        expect(page.locator("#reason")).to_have_value("wrong_passage")
    expect(page.locator("#status")).to_contain_text("sentence for readers")
    expect(page.locator("#conclusion")).to_be_focused()


def claim_on(page: Page) -> UUID:
    found = re.search(r"/claims/([0-9a-f-]{36})", page.url)
    assert found, page.url
    return UUID(found[1])


def rating_of(desk: ServedDesk, claim_id: UUID) -> str | None:
    rows = desk.ask("SELECT rating FROM derived.current_decisions WHERE claim_id = ?", [claim_id])
    return rows[0][0] if rows else None


@pytest.mark.parametrize(("key", "rating"), [(str(number), one) for number, one in enumerate(DECISIONS, 1)])
def test_a_number_decides_saves_and_moves_on(
    shared_desk: ServedDesk, sign_in: SignIn, key: str, rating: str
) -> None:
    page, (one, *_) = sign_in(shared_desk).page, fresh(shared_desk)
    open_claim(page, shared_desk, one)
    with page.expect_navigation():
        press(page, key)
        if rating == "refuted" or rating != one.machine_rating:
            say_why(page, differs=rating != one.machine_rating)
            page.keyboard.type("The page says 1 thing.")
            page.keyboard.press("Control+Enter")
    assert claim_on(page) != one.claim_id
    assert rating_of(shared_desk, one.claim_id) == rating


def test_enter_accepts_the_machine_where_it_is_sure_and_never_a_contradiction(
    shared_desk: ServedDesk, sign_in: SignIn
) -> None:
    page = sign_in(shared_desk).page
    floor = shared_desk.desk.home.settings.desk.accept_above
    supported = fresh(shared_desk, machine_rating="supported")
    sure = [one for one in supported if float(one.confidence or 0) >= floor]
    assert sure, "the samples have no sure verdict that is left"
    open_claim(page, shared_desk, sure[0])
    with page.expect_navigation():
        press(page, "Enter")
    assert rating_of(shared_desk, sure[0].claim_id) == "supported"
    for one in fresh(shared_desk, machine_rating="refuted")[:1]:
        open_claim(page, shared_desk, one)
        press(page, "Enter")
        assert page.locator('[data-key="Enter"]').count() == 0
        expect(page.locator("#status")).to_contain_text("Press a key from 1 to 7")
        assert claim_on(page) == one.claim_id


def test_a_wrong_key_is_taken_back_before_anything_is_decided(
    shared_desk: ServedDesk, sign_in: SignIn
) -> None:
    page = sign_in(shared_desk, "Una").page
    one = next(one for one in fresh(shared_desk) if one.machine_rating != "supported")
    open_claim(page, shared_desk, one)
    for away in ("u", "Escape"):
        page.keyboard.press("1")
        expect(page.locator("#reason")).to_be_focused()
        expect(page.locator("#reason")).to_have_attribute("size", "6")  # all of them, with their numbers
        expect(page.locator("#status")).to_contain_text("Esc takes another rating")
        page.keyboard.press(away)
        expect(page.locator("#status")).to_contain_text("Nothing is decided yet")
        expect(page.locator("#reason")).to_have_value("")
        expect(page.locator("button.chosen")).to_have_count(0)
        assert page.locator("#reason").get_attribute("size") is None
    page.keyboard.press("u")
    expect(page.locator("#status")).to_contain_text("nothing here that u could take back")
    page.keyboard.press("r")
    expect(page.locator("#status")).to_contain_text("Nothing was decided before on the same words")
    page.keyboard.press("7")
    expect(page.locator("#reason")).to_be_focused()
    assert (claim_on(page), rating_of(shared_desk, one.claim_id)) == (one.claim_id, None)


def test_a_note_is_written_left_and_saved_with_the_decision(shared_desk: ServedDesk, sign_in: SignIn) -> None:
    page, (one, *_) = sign_in(shared_desk).page, fresh(shared_desk)
    open_claim(page, shared_desk, one)
    press(page, "n")
    expect(page.locator("#note")).to_be_focused()
    page.keyboard.type("rang 3 people, s or f?")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#status")).to_contain_text("Choose a rating first")
    page.keyboard.press("Escape")
    expect(page.locator("#note")).not_to_be_focused()
    page.keyboard.press("7")
    say_why(page)
    page.keyboard.type("It is a joke.")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    row = shared_desk.ask(
        "SELECT note, conclusion, rating, reason FROM derived.current_decisions WHERE claim_id = ?",
        [one.claim_id],
    )
    assert row == [("rang 3 people, s or f?", "It is a joke.", "not_a_claim", "wrong_passage")]


def test_w_puts_off_s_skips_f_asks_an_editor(shared_desk: ServedDesk, sign_in: SignIn) -> None:
    page, (first, second, third, *_) = sign_in(shared_desk).page, fresh(shared_desk)
    open_claim(page, shared_desk, first)
    press(page, "w")
    expect(page.locator("#until")).to_be_focused()
    page.locator("#until").fill(f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    put_off = shared_desk.desk.waiting.find(first.claim_id)
    assert put_off is not None
    assert put_off.rests(datetime.now(UTC))
    for one, key in ((second, "s"), (third, "f")):
        open_claim(page, shared_desk, one)
        with page.expect_navigation():
            press(page, key)
        assert claim_on(page) != one.claim_id
        assert rating_of(shared_desk, one.claim_id) is None
    flagged = shared_desk.desk.waiting.find(third.claim_id)
    assert flagged is not None
    assert flagged.is_flagged


def test_u_takes_the_last_decision_back(shared_desk: ServedDesk, sign_in: SignIn) -> None:
    page, (one, *_) = sign_in(shared_desk).page, fresh(shared_desk, machine_rating="supported")
    open_claim(page, shared_desk, one)
    with page.expect_navigation():
        press(page, "1")
    assert rating_of(shared_desk, one.claim_id) == "supported"
    settle(page)
    with page.expect_navigation():
        press(page, "u")
    assert claim_on(page) == one.claim_id
    assert rating_of(shared_desk, one.claim_id) is None
    settle(page)
    with page.expect_navigation():
        press(page, "1")
    settle(page)
    page.goto(f"{shared_desk.url}/queue")
    settle(page)
    with page.expect_navigation():
        press(page, "u")
    assert claim_on(page) == one.claim_id, "from the queue too, where one is after the last claim"
    assert rating_of(shared_desk, one.claim_id) is None


def test_brackets_go_through_the_passages(shared_desk: ServedDesk, sign_in: SignIn) -> None:
    page = sign_in(shared_desk).page
    several = shared_desk.ask(
        "SELECT w.claim_id FROM derived.waiting_claims AS w "
        "JOIN records.verdicts AS v ON v.id = w.verdict_id "
        "WHERE json_array_length(v.evidence_ids) > 1 LIMIT 1"
    )
    page.goto(f"{shared_desk.url}/claims/{several[0][0]}")
    press(page, "]")
    expect(page.locator("#passage-2")).to_be_focused()
    press(page, "[")
    expect(page.locator("#passage-1")).to_be_focused()


def test_o_opens_the_source_e_the_essay_and_c_copies(shared_desk: ServedDesk, sign_in: SignIn) -> None:
    page, (one, *_) = sign_in(shared_desk).page, fresh(shared_desk, machine_rating="supported")
    open_claim(page, shared_desk, one)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=shared_desk.url)
    press(page, "c")
    expect(page.locator("#status")).to_contain_text("copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    quote = shared_desk.ask("SELECT evidence_quote FROM reports.verdicts WHERE claim_id = ?", [one.claim_id])[
        0
    ][0]
    assert copied.split() == quote.split()
    link = page.locator('[data-key="o"]')
    assert "#:~:text=" in (link.get_attribute("href") or "")
    page.evaluate(
        "document.querySelector('[data-key=\"o\"]').addEventListener('click', (event) => {"
        " event.preventDefault(); document.title = 'opened'; })"
    )
    press(page, "o")
    expect(page).to_have_title("opened")
    press(page, "e")
    page.wait_for_url("**/essays/**")


def test_j_and_k_go_to_the_next_claim_and_back(shared_desk: ServedDesk, sign_in: SignIn) -> None:
    page, (first, second, *_) = sign_in(shared_desk).page, fresh(shared_desk)
    open_claim(page, shared_desk, first)
    with page.expect_navigation():
        press(page, "j")
    assert claim_on(page) != first.claim_id
    with page.expect_navigation():
        press(page, "k")
    assert claim_on(page) == first.claim_id
    for key, place in (("g r", "reports"), ("g o", "ops"), ("g q", "queue")):
        with page.expect_navigation():
            press(page, key)
        page.wait_for_url(f"**/{place}")
    press(page, "j")
    press(page, "j")
    press(page, "k")
    expect(page.locator("[data-row] a").first).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert claim_on(page)
    assert second.claim_id != first.claim_id


def test_search_and_help(shared_desk: ServedDesk, sign_in: SignIn) -> None:
    page, (one, *_) = sign_in(shared_desk).page, fresh(shared_desk)
    press(page, "/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type(str(one.claim_id))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("[data-row]")).to_have_count(1)
    page.locator("main").focus()
    with page.expect_navigation():
        press(page, "?")
    for key in KEYS:
        expect(page.get_by_role("cell", name=key.does, exact=True).first).to_be_visible()


def test_forty_decisions_by_keyboard_hit_forty_claims(served: ServedDesk, sign_in: SignIn) -> None:
    page = sign_in(served).page
    total = len(served.desk.waiting.all())
    wanted = min(40, total - 4)
    page.goto(f"{served.url}/queue?tray=all")
    page.get_by_role("link", name="Start", exact=True).click()
    page.wait_for_url("**/claims/**")
    seen = []
    for _ in range(wanted):
        seen.append(claim_on(page))
        settle(page)
        here, needs = page.url, page.locator('[data-key="6"][data-differs]').count()
        page.keyboard.press("6")
        if needs:
            say_why(page)
            page.keyboard.type("Nobody can know.")
            page.keyboard.press("Control+Enter")
        page.wait_for_url(lambda url, here=here: url != here)
    assert len(set(seen)) == wanted
    decided = served.ask("SELECT count(DISTINCT claim_id), count(*) FROM derived.standing_decisions")
    assert decided == [(wanted, wanted)]


def test_a_key_that_is_held_down_decides_one_claim(shared_desk: ServedDesk, sign_in: SignIn) -> None:
    page, (one, *_) = sign_in(shared_desk).page, fresh(shared_desk, machine_rating="supported")
    before = shared_desk.ask("SELECT count(*) FROM records.review_events WHERE act = 'decide'")[0][0]
    open_claim(page, shared_desk, one)
    with page.expect_navigation():
        page.keyboard.down("1")
        page.keyboard.down("1")
    page.keyboard.down("1")
    page.keyboard.press("1")
    settle(page)
    after = shared_desk.ask("SELECT count(*) FROM records.review_events WHERE act = 'decide'")[0][0]
    assert after == before + 1, "the next claim would have been decided unseen"


def test_single_keys_can_be_switched_off(shared_desk: ServedDesk, sign_in: SignIn) -> None:
    page, (one, *_) = sign_in(shared_desk).page, fresh(shared_desk)
    page.goto(f"{shared_desk.url}/me")
    page.get_by_role("button", name="Switch single keys off").click()
    page.wait_for_url("**/me")
    open_claim(page, shared_desk, one)
    for key in ("1", "7", "s", "u", "?", "Enter"):
        page.keyboard.press(key)
    assert claim_on(page) == one.claim_id
    assert rating_of(shared_desk, one.claim_id) is None
    page.locator("#note").fill("by hand")
    page.locator("#conclusion").fill("Checked by hand.")
    page.locator("#reason").select_option("figurative")
    page.get_by_role("button", name=re.compile("Not a claim")).click()
    page.wait_for_url(lambda url: str(one.claim_id) not in url)
    assert rating_of(shared_desk, one.claim_id) == "not_a_claim"
    page.goto(f"{shared_desk.url}/me")
    page.get_by_role("button", name="Switch single keys on").click()


def test_r_decides_the_same_words_on_the_same_text_as_before(
    shared_desk: ServedDesk, sign_in: SignIn
) -> None:
    folder, essays = shared_desk.desk.home.root / "essays", []
    (folder / "fares.txt").write_text("The tram to Pula costs 3 euros now.\n", encoding="utf-8")
    for number in range(6):
        essays.append(folder / f"tram-{number}.md")
        text = f"This is ride number {number}. The tram to Pula costs 5 euros.\n"
        essays[-1].write_text(f"---\nsources: [fares.txt]\n---\n\n{text}", encoding="utf-8")
    check_once([str(one) for one in essays], shared_desk.desk.home)
    page = sign_in(shared_desk).page
    for _ in range(300):
        trams = [one for one in fresh(shared_desk) if "tram to Pula" in one.claim]
        if len(trams) > 1:
            break
        page.wait_for_timeout(200)
    first, second, *_ = trams
    visitor = shared_desk.visitor("Ann")
    said = {"conclusion": "It costs 3.", "reason": "wrong_unit_or_time"}
    assert visitor.decide(first.claim_id, "not_checkable", **said).status_code == 303
    assert rating_of(shared_desk, first.claim_id) == "not_checkable"  # it is in the database now
    page.goto(f"{shared_desk.url}/claims/{second.claim_id}")
    expect(page.get_by_role("heading", name="The same words, decided before")).to_be_visible()
    page.keyboard.press("r")  # at once: nothing is decided before it can have been seen
    settle(page)
    assert rating_of(shared_desk, second.claim_id) is None
    with page.expect_navigation():
        press(page, "r")
    assert rating_of(shared_desk, second.claim_id) == "not_checkable"
    told = shared_desk.ask(
        "SELECT conclusion, reason, spent_ms > 0 FROM derived.current_decisions WHERE claim_id = ?",
        [second.claim_id],
    )
    assert told == [("It costs 3.", "wrong_unit_or_time", True)]


def test_x_selects_and_b_decides_together(shared_desk: ServedDesk, sign_in: SignIn) -> None:
    page = sign_in(shared_desk).page
    page.goto(f"{shared_desk.url}/queue?tray=all")
    settle(page)
    page.locator("[data-row]:has(input) a").first.focus()
    press(page, "x")
    expect(page.locator("[data-row] input:checked")).to_have_count(1)
    expect(page.locator("#status")).to_contain_text("1 selected")
    with page.expect_navigation():
        press(page, "b")
    page.wait_for_url("**/bulk?**claim=**")
    expect(page.get_by_role("heading", level=1)).to_have_text("Claims that say the same")


def test_every_listed_key_was_tried() -> None:
    assert {key.name for key in KEYS} - TRIED == set()
