"""The two documents that the project began from: an essay and a newspaper column that would be its source.

Their text may not be committed, so that what is expected is told by characters of the files: which
stretch must become which claim, and which must not. Each expectation is a measure of 1 (met) or 0.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from quality.extraction import offsets_are_exact
from quality.scoring import LEAST_OVERLAP, Interval, Measure, Row, Scored, overlap

ESSAY = "000_5772ef3df462e333.txt"
COLUMN = "004_ff34c8b088ed6ef5.txt"

ESSAY_TICKETS: Interval = (1017, 1102)
ESSAY_SEARCHES: Interval = (1194, 1332)
COLUMN_NO_TICKET: Interval = (0, 75)
COLUMN_FLIGHTS: Interval = (2211, 2360)
COLUMN_FARES: Interval = (2373, 2578)
COLUMN_POLL: Interval = (4236, 4273)
COLUMN_NO_CLAIMS: tuple[Interval, ...] = ((76, 123), (1794, 1815), (2904, 2927), (3170, 3189), (5594, 5614))
"""One-way tickets twice, a vote, a rigged vote, and feet that vote."""

COMMAND_SECONDS = 120
PROGRAM = "import sys; from factdesk.cli import main; sys.exit(main())"


def score_seeds(folder: Path) -> Scored:
    """Check the essay against the column, and find the column's own claims."""
    seeds = folder / "seeds"
    outcomes = {**essay_outcomes(check_lines(seeds)), **column_outcomes((seeds / COLUMN).read_text("utf-8"))}
    measures = tuple(Measure(f"seeds.{name}", float(met), count=1) for name, met in outcomes.items())
    return Scored(measures, tuple(f"seeds.{name} is not met" for name, met in outcomes.items() if not met))


def check_lines(seeds: Path) -> list[Row]:
    """Return what ``factdesk check ESSAY --source COLUMN --json`` prints."""
    with tempfile.TemporaryDirectory() as warehouse:
        places = [str(seeds / ESSAY), "--source", str(seeds / COLUMN), "--warehouse", warehouse]
        command = [sys.executable, "-c", PROGRAM, "check", *places, "--json"]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False)
    if ended.returncode != 0:
        raise RuntimeError(f"factdesk check ended with {ended.returncode}: {ended.stderr[-500:]}")
    return [json.loads(line) for line in ended.stdout.splitlines()]


def essay_outcomes(lines: list[Row]) -> dict[str, bool]:
    """Return the expectations of the essay and whether they are met."""
    tickets = [line for line in lines if line["kind"] == "sellout" and _is_at(line, ESSAY_TICKETS, "claim_")]
    first = tickets[0] if tickets else {}
    evidence = (first.get("evidence_start") or 0, first.get("evidence_end") or 0)
    missing = [str(one).casefold() for one in first.get("missing", [])]
    return {
        "tickets_found_once": len(tickets) == 1,
        "tickets_partially_supported": first.get("machine_rating") == "partially_supported",
        "tickets_missing_georgia": len(missing) == 1 and "georgia" in missing[0],
        "tickets_evidence": overlap(evidence, COLUMN_FLIGHTS) >= LEAST_OVERLAP,
        "no_claim_from_searches": not any(_is_at(line, ESSAY_SEARCHES, "claim_") for line in lines),
        "no_claim_from_forecasts": len(lines) == len(tickets),
    }


def column_outcomes(text: str) -> dict[str, bool]:
    """Return the expectations of the column and whether they are met."""
    from factdesk.claims.find import find_claims
    from factdesk.claims.lines import claim_line

    lines = [claim_line(finding, text) for finding in find_claims(text)]
    aside = [claim_line(finding, text) for finding in find_claims(text) if finding.is_set_aside]
    kept = [line for line in lines if line not in aside]
    return {
        "column_sellout": any(map(_is_flights, _of(kept, "sellout", COLUMN_FLIGHTS))),
        "column_price": any(map(_is_fares, _of(kept, "price", COLUMN_FARES))),
        "column_poll": any(map(_is_poll, _of(kept, "poll", COLUMN_POLL))),
        "column_no_false_claims": not any(_is_at(line, place) for line in kept for place in COLUMN_NO_CLAIMS),
        "column_nothing_else": len(kept) == 3,
        "column_figurative": any(
            "figurative" in line["flags"] and _is_at(line, COLUMN_NO_TICKET) for line in aside
        ),
        "column_offsets": all(offsets_are_exact(line, text) for line in lines),
    }


def _is_at(line: Row, place: Interval, prefix: str = "") -> bool:
    return overlap((line[f"{prefix}start"], line[f"{prefix}end"]), place) >= LEAST_OVERLAP


def _of(lines: list[Row], kind: str, place: Interval) -> Iterable[Row]:
    return (line for line in lines if line["kind"] == kind and _is_at(line, place))


def _is_flights(line: Row) -> bool:
    entities = " ".join(line["entities"]).casefold()
    named = all(name in entities for name in ("istanbul", "turkey", "yerevan", "armenia"))
    return bool(line["state"] == "sold_out") and named


def _is_fares(line: Row) -> bool:
    also = [(float(one["amount"]), one["currency"]) for one in line["also"]]
    amount = float(line["amount"] or 0), line["currency"], line["bound"]
    fits = amount == (300_000.0, "RUB", "more_than") and (4300.0, "GBP") in also
    return fits and float(line["ratio"] or 0) == 5 and "wage" in (line["ratio_of"] or "")


def _is_poll(line: Row) -> bool:
    is_ten = float(line["percent"] or 0) == 10 and line["bound"] in ("about", "less_than", "at_most")
    return is_ten and "russian" in (line["population"] or "").casefold()
