"""What somebody is to decide without knowing stands nowhere at the desk: not on a page, in SQL or a file."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from desk_homes import ServedDesk, Visitor, serve
from desk_pages import text_of
from desk_routes import ADDRESSES
from factdesk.config import open_home
from factdesk.desk.users import add_user
from factdesk.desk.waiting_claims import is_blind
from factdesk.model import Judgement, Rating, Reason, Role
from factdesk.warehouse.reports import REPORTS
from factdesk.warehouse.spool import write_batches
from small_records import NOON, judge, make_claim, make_essay, small_essay

CLAIMS = 40
QUOTES = [f"line {number} to Rab costs £{number + 2}" for number in range(CLAIMS)]
MACHINE, PEOPLE = "marker-of-the-machine", "marker of a colleague"
SURE = "0.4321"
ALL = """
    SELECT schema_name, table_name FROM duckdb_tables()
    UNION SELECT schema_name, view_name FROM duckdb_views()
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDesk]:
    root = tmp_path_factory.mktemp("hidden") / "home"
    (root / "config").mkdir(parents=True)
    (root / "config" / "factdesk.toml").write_text('[review]\nsecond_check = "all"\n', "utf-8")
    home = open_home(root)
    write_batches([*small_essay(quotes=QUOTES), *marked_verdicts()], home.warehouse, 16_000_000)
    add_user(home.warehouse, "Bob", Role.CHECKER, "a long enough word")
    with serve(home) as served:
        yield served


def marked_verdicts() -> Iterator[Any]:
    """Give the blind claims a verdict that can be found wherever it stands."""
    essay = make_essay("harbour")
    for claim in (make_claim(essay, quote) for quote in QUOTES):
        if is_blind(claim.id):
            judged = judge(claim, Rating.CONFLICTING, method="marked")
            verdict = replace(
                judged.verdict,
                confidence=Decimal(SURE),
                reasons=(Reason(MACHINE, f"It is so, says the {MACHINE}."),),
                missing=(MACHINE,),
            )
            yield from (judged.source, judged.snapshot, judged.evidence, verdict)
            yield Judgement(claim.id, NOON.replace(hour=20), verdict.id)


def blind(served: ServedDesk) -> list[UUID]:
    return [one.claim_id for one in served.desk.waiting.all() if is_blind(one.claim_id)]


def words_of(content: bytes) -> str:
    """What a file says; a workbook is unpacked."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return content.decode("utf-8", "replace")


def everything(served: ServedDesk, visitor: Visitor, reports: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every page that is got, reports as page and file, and every row of every table and view by SQL."""
    ids = {
        "claim_id": blind(served),
        "essay_id": [one for (one,) in served.ask("SELECT essay_id FROM standing.essays")],
        "source_id": [one for (one,) in served.ask("SELECT source_id FROM standing.sources")],
        "name": reports,
    }
    for method, path in ADDRESSES:
        parts = re.findall(r"{(\w+)}", path)
        if method != "GET" or not set(parts) <= set(ids):
            continue
        for value in ids[parts[0]] if parts else [""]:
            address = path.format(**{parts[0]: value}) if parts else path
            yield address, words_of(visitor.get(address).content)
    listed = ("/queue?tray=all", "/queue?tray=all&order=value", "/queue?tray=all&q=Rab&rating=blind")
    for address in (*listed, "/search?q=Rab", "/search?q=rab&state=undecided"):
        yield address, visitor.get(address).text
    rows = " UNION ALL ".join(
        f"SELECT '{one}', CAST(t AS VARCHAR) FROM {one} AS t" for one in tables(visitor)
    )
    told = visitor.post("/sql", **{"sql": rows, "as": "csv"})
    assert told.status_code == 200, told.text
    assert told.text.count("records.claims") >= CLAIMS
    yield "all rows of all tables and views", told.text
    yield "a table", visitor.post("/sql", sql="SELECT * FROM reports.review_queue").text


def tables(visitor: Visitor) -> list[str]:
    text = visitor.post("/sql", **{"sql": ALL, "as": "csv"}).text
    found = [line.split(",") for line in text.splitlines()[1:]]
    kept = ("main", "records", "derived", "standing", "keeper")
    return [f'"{schema}"."{table}"' for schema, table in found if schema in kept]


def leaks(served: ServedDesk, visitor: Visitor, reports: Sequence[str], *markers: str) -> list[str]:
    seen = list(everything(served, visitor, reports))
    assert len(seen) > 15 + len(reports), "too little was looked at"
    return [place for place, text in seen if any(marker in text for marker in markers)]


def test_what_the_machine_says_of_blind_claims_stands_nowhere(served: ServedDesk) -> None:
    served.desk.publish()
    ann, claims = served.visitor("Ann"), blind(served)
    assert len(claims) >= 2
    assert (
        leaks(
            served,
            ann,
            ["queue", "agreement.xlsx", *(f"{one}.csv" for one in REPORTS)],
            MACHINE,
            SURE,
            "43 %",
        )
        == []
    )
    counted = ann.post(
        "/sql",
        **{"sql": "SELECT machine_rating, count(*) FROM reports.verdicts GROUP BY 1 ORDER BY 1", "as": "csv"},
    )
    assert counted.text.splitlines()[1:] == [f"supported,{CLAIMS - len(claims)}", f",{len(claims)}"]
    page = text_of(ann.get("/sql").text)
    assert f"Left out for you: what the machine says of {len(claims)} claims to be decided blind." in page
    assert "Left out for you" in text_of(ann.get("/reports/queue").text)
    whole = "SELECT * FROM (SELECT 1 FROM reports.review_queue)"
    assert len(ann.post("/sql", **{"sql": whole, "as": "csv"}).text.splitlines()) == CLAIMS + 1


def test_it_is_there_for_who_has_decided_and_for_who_decides_nothing(served: ServedDesk) -> None:
    add_user(served.desk.home.warehouse, "Olga", Role.OPERATOR, "a long enough word")
    served.desk.publish()
    asked = {"sql": f"SELECT count(*) FROM records.verdicts WHERE confidence = {SURE}", "as": "csv"}
    claims = blind(served)
    assert served.visitor("Olga").post("/sql", **asked).text.split() == ["count_star()", str(len(claims))]
    ann = served.visitor("Ann")  # who holds them
    assert ann.post("/sql", **asked).text.split() == ["count_star()", "0"]
    assert ann.decide(claims[0], "not_checkable").status_code == 303
    served.desk.publish()
    assert ann.post("/sql", **asked).text.split() == ["count_star()", "1"]


def test_the_first_decision_is_hidden_from_who_may_be_the_second(served: ServedDesk) -> None:
    cleo, bob = served.visitor("Cleo"), served.visitor("Bob")
    shown = [one.claim_id for one in served.desk.waiting.all() if not is_blind(one.claim_id)]
    decided = cleo.decide(shown[0], "refuted", conclusion=f"A {PEOPLE}.", note=PEOPLE, reason="wrong_subject")
    assert decided.status_code == 303
    served.desk.publish()
    assert f"/claims/{shown[0]}" in bob.get("/queue?tray=all&stage=second_check").text
    assert (
        leaks(served, bob, ["agreement", "checkers.csv", "corrections.xlsx"], PEOPLE, "wrong_subject") == []
    )
    assert "the decision on 2 claims that you may check again" in text_of(bob.get("/sql").text)
    asked = {
        "sql": "SELECT conclusion, editor_rating FROM reports.decisions WHERE reason = 'wrong_subject'",
        "as": "csv",
    }
    assert bob.post("/sql", **asked).text.split() == ["conclusion,editor_rating"]
    assert f"A {PEOPLE}.,refuted" in cleo.post("/sql", **asked).text


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM query_table((SELECT database_name || '.records.verdicts' FROM duckdb_databases() "
        "WHERE starts_with(database_name, 'copy_')))",
        "FROM query('FROM ' || (SELECT max(database_name) FROM duckdb_databases()) || '.records.verdicts')",
        "FROM copy.records.verdicts",
        "FROM read_blob('reports.duckdb')",
    ],
)
def test_no_query_reaches_round_what_is_hidden(served: ServedDesk, sql: str, tmp_path: Path) -> None:
    answer = served.visitor("Ann").post("/sql", **{"sql": sql, "as": "csv"})
    assert answer.status_code == 400
    assert MACHINE not in answer.text
