"""Texts that try to be more than text, from an essay to every page and file: nothing runs, nothing leaks."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser_windows import SignIn
from desk_homes import ServedDesk, Visitor, serve
from desk_routes import ADDRESSES, Ids
from factdesk.warehouse.reports import REPORTS
from hostile_home import FORMULA, HOLDS, RUNS, TURNS, make_hostile_home
from workbooks import read_workbook

NAME = '<img src=x onerror="document.title=1">'
"""Somebody who signs in."""

SHOWN = """() => {
  const page = document.documentElement.cloneNode(true);
  page.querySelectorAll("input, textarea").forEach((field) => field.remove());
  return page.outerHTML;
}"""
"""The page without what one types, which stays as it is."""

NO_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def hostile(desk_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDesk]:
    """A desk with the hostile essay, of which one claim is decided, one noted and one query saved."""
    with serve(make_hostile_home(desk_root, tmp_path_factory.mktemp("hostile") / "home")) as desk:
        mallory = desk.visitor(NAME)
        first, second, *_ = claims_of(desk)
        said = f"{FORMULA} {RUNS} {TURNS}"
        assert mallory.decide(first, "refuted", conclusion=said, note=said).status_code == 303
        mallory.post(f"/claims/{second}/note", note=said)
        mallory.post("/sql/save", name=RUNS, sql=f"SELECT '{TURNS}' -- {RUNS.replace(chr(39), '')}")
        yield desk


def claims_of(desk: ServedDesk) -> list[str]:
    rows = desk.ask(
        "SELECT claim_id FROM reports.verdicts WHERE contains(claim, ?) ORDER BY claim_start", [HOLDS]
    )
    assert len(rows) == 4, "a price, a child's, a sell-out and a poll"
    return [str(claim_id) for (claim_id,) in rows]


def addresses(desk: ServedDesk) -> list[str]:
    """Every page, and those with a part for all that is hostile."""
    claims = claims_of(desk)
    essays = desk.ask(
        "SELECT DISTINCT essay_id FROM reports.verdicts WHERE claim_id IN (SELECT unnest(?::UUID[]))",
        [claims],
    )
    sources = desk.ask(
        "SELECT DISTINCT source_id FROM reports.claim_sources WHERE claim_id IN (SELECT unnest(?::UUID[])) "
        "AND source_id IS NOT NULL",
        [claims],
    )
    ids = Ids(
        {
            "claim_id": claims,
            "essay_id": [str(one) for (one,) in essays],
            "source_id": [str(one) for (one,) in sources],
            "name": list(REPORTS),
        }
    )
    found = [
        f"/queue?tray=all&q={HOLDS}",
        "/queue?q=%3Cscript%3E%E2%80%AE",
        "/claims/%3Cscript%3E",
        "/%3Cimg%3E",
    ]
    for method, path in ADDRESSES:
        parts = [part for name, part in ids.of.items() if f"{{{name}}}" in path] or [[""]]
        if method == "GET" and not path.startswith(("/enter", "/healthz", "/readyz", "/metrics")):
            found += [ids.fill(path, number) for number in range(len(parts[0]))]
    return found


def test_nothing_runs_leaks_or_breaks_a_page(hostile: ServedDesk, sign_in: SignIn) -> None:
    window = sign_in(hostile, name=NAME)
    page = window.page
    page.on("dialog", lambda dialog: window.faults.append(dialog.message))
    for address in addresses(hostile):
        page.set_viewport_size({"width": 1366, "height": 768})
        answer = page.goto(hostile.url + address)
        assert answer is not None
        assert answer.status < 500
        if "html" not in (answer.header_value("content-type") or ""):
            continue
        assert page.title() not in ("owned", "1"), address
        for inside in ("script", "img", "iframe", "link", "style", "meta", "[style]"):
            assert page.locator(f"main {inside}").count() == 0, address
        assert page.locator("[onerror], [onload], a[href^='javascript:' i], a[href^='data:' i]").count() == 0
        text = page.evaluate(SHOWN)
        assert not {"\u202e", "\u2066"} & set(text), address
        assert "costs 4 euros49" not in text, "a template ran in a text"
        assert len(text) < 100_000, f"{address} has {len(text)} characters"
        for width in (1366, 390):
            page.set_viewport_size({"width": width, "height": 768})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{address} is {wide} wide at {width}"
    assert [one for one in window.asked if not one.startswith((hostile.url, "data:"))] == []


def test_hostile_words_are_read_as_they_were_written(hostile: ServedDesk, sign_in: SignIn) -> None:
    page = sign_in(hostile, name="Ann").page
    page.goto(f"{hostile.url}/claims/{claims_of(hostile)[0]}")
    expect(page.locator("body")).to_contain_text("<script>document.title='owned'</script>")
    expect(page.locator("body")).to_contain_text("{{7*7}}")
    expect(page.locator(".history")).to_contain_text(FORMULA)


def files_of(visitor: Visitor, name: str) -> Iterator[tuple[str, str]]:
    """Every cell of a report's files, with the form it came in."""
    for row in csv.reader(io.StringIO(visitor.get(f"/reports/{name}.csv").text)):
        yield from (("csv", cell) for cell in row)
    for sheet in read_workbook(visitor.get(f"/reports/{name}.xlsx").content).values():
        assert sheet.formulas == 0, name
        assert [link for link in sheet.links if not link.startswith(("http://", "https://"))] == [], name
    for line in visitor.get(f"/reports/{name}.json").text.splitlines():
        yield from (("json", str(cell)) for cell in json.loads(line).values())


def test_no_file_holds_a_formula(hostile: ServedDesk) -> None:
    visitor = hostile.visitor("Ann")
    held = set()
    for name in ("corrections", "queue", "sources_changed", "unsourced", "overruled_rules"):
        for form, cell in files_of(visitor, name):
            if form == "csv" and cell.startswith(NO_FORMULA):
                assert float(cell.rstrip("%")) <= 0, f"{name}: {cell[:80]}"
            held |= {form} if FORMULA in cell else set()
    assert held == {"csv", "json"}, "no file has the hostile words, so that nothing was tried"
    sql = "SELECT claim, author, conclusion FROM reports.verdicts ORDER BY author = '' DESC"
    answer = visitor.post("/sql", **{"sql": sql, "as": "csv"})
    cells = [cell for row in csv.reader(io.StringIO(answer.text)) for cell in row]
    assert any(FORMULA in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(NO_FORMULA)]
