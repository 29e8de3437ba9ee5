"""All pages that are read: no fault whatever the address says, small, no other host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk_homes import ServedDesk, copy_desk_home, serve
from factdesk.warehouse.reports import REPORTS

HOSTILE = (
    "%00",
    "%ED%A0%80",
    "%FF",
    "../../etc/passwd",
    "'; DROP TABLE records.claims; --",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "9" * 400,
    "-1",
    "NaN",
    "%E2%80%AE",
    "",
)
PARAMETERS = ("part", "before", "after", "saved", "since", "author", "kind", "nonesuch")


@pytest.fixture(scope="module")
def served(desk_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDesk]:
    with serve(copy_desk_home(desk_root, tmp_path_factory.mktemp("read") / "home")) as desk:
        yield desk


@pytest.fixture(scope="module")
def addresses(served: ServedDesk) -> list[str]:
    ((essay,),) = served.ask("SELECT essay_id FROM reports.essays ORDER BY claims DESC, essay_id LIMIT 1")
    ((source,),) = served.ask(
        "SELECT source_id FROM reports.claim_sources WHERE source_id IS NOT NULL GROUP BY 1 "
        "ORDER BY count(*) DESC, source_id LIMIT 1"
    )
    own = [f"/essays/{essay}", f"/essays/{essay}/sheet", f"/sources/{source}", "/sql", "/reports", "/ops"]
    return [*own, *(f"/reports/{name}" for name in REPORTS)]


def test_no_address_makes_a_fault(served: ServedDesk, addresses: list[str]) -> None:
    visitor = served.visitor()
    for address in (*addresses[:5], "/reports/corrections", "/reports/corrections.csv"):
        for value in HOSTILE:
            query = "&".join(f"{name}={value}" for name in PARAMETERS)
            answer = visitor.get(f"{address}?{query}")
            assert answer.status_code in (200, 400, 404), (address, value, answer.status_code)
            assert "<script>alert" not in answer.text
    for path in ("/essays/{}", "/sources/{}", "/reports/{}", "/essays/{}/sheet"):
        for value in HOSTILE:
            assert visitor.get(path.format(value)).status_code in (200, 303, 307, 400, 404), (path, value)


def test_forms_with_strange_fields_make_no_fault(served: ServedDesk) -> None:
    visitor = served.visitor()
    for value in ("\x00", "\ud7ff", "\u202e", "x" * 90_000, "SELECT '\x00'", "SELECT 1\x00; SELECT 2"):
        for path in ("/sql", "/sql/save", "/sql/remove"):
            answer = visitor.post(path, sql=value, name=value[:50], saved=value)
            assert answer.status_code in (200, 303, 400), (path, value[:20], answer.status_code)


def test_pages_are_small_and_ask_no_other_host(served: ServedDesk, addresses: list[str]) -> None:
    visitor = served.visitor()
    for address in addresses:
        page = visitor.get(address)
        assert len(page.content) <= 60_000, (address, len(page.content))
        loaded = re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="([^"]*)"', page.text)
        assert all(one.startswith("/") and not one.startswith("//") for one in loaded), address
