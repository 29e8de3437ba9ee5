"""Scores the claims found in the hand-labelled passages of ``tests/cases``.

``extraction.jsonl`` are the passages that came with the project's plan. The others were written by people
who had not seen the tables: ``own_extraction.jsonl`` is split like the first, ``own_tuning.jsonl`` is all
there to tune on, and ``fresh_extraction.jsonl`` was measured only when the tables stood.

A found claim is right when its quote overlaps the gold quote by half of the shorter one and its value
is right: of a price the amount, the maximum and the currency, else the ratio or the difference; of a
poll the share, else the points; of a sell-out the state. Findings that a flag set aside do not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from quality.scoring import (
    LEAST_OVERLAP,
    Measure,
    Part,
    Row,
    Scored,
    Tally,
    is_near,
    match_one_to_one,
    part_of,
    parts_measure,
    quote_overlap,
    read_rows,
    share,
)

KINDS = ("price", "poll", "sellout")
PERCENT_TOLERANCE = 0.5
"""A gold 33.33 and a found third are the same share; so are 66 and two thirds, within a point."""
RATIO_TOLERANCE = 0.01


@dataclass
class Passages:
    """Tallies over the passages of one part."""

    tallies: Counter[tuple[str, str]] = field(default_factory=Counter)
    offsets: Counter[bool] = field(default_factory=Counter)
    bounds: Counter[bool] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)


def score_extraction(cases: Path) -> Scored:
    """Find the claims of every passage and compare them with the labels."""
    return _score_passages(read_rows(cases / "extraction.jsonl"), "extraction")


def score_own_extraction(cases: Path) -> Scored:
    """Find the claims of the passages that were written for this project, and compare them."""
    return _score_passages(read_rows(cases / "own_extraction.jsonl"), "own")


def score_own_tuning(cases: Path) -> Scored:
    """Find the claims of the passages that all may be read while tuning, and compare them."""
    return _score_passages(read_rows(cases / "own_tuning.jsonl"), "tuning", part="tune")


def score_fresh_extraction(cases: Path) -> Scored:
    """Find the claims of the passages that nobody reads while tuning, and compare them."""
    return _score_passages(read_rows(cases / "fresh_extraction.jsonl"), "fresh", part="held")


def _score_passages(rows: Iterable[Row], name: str, part: Part | None = None) -> Scored:
    parts: dict[Part, Passages] = {"tune": Passages(), "held": Passages()}
    for row in rows:
        score_passage(row, find_lines(row["text"]), parts[part or part_of(row["id"])])
    measures = [measure for kind in KINDS for measure in _kind_measures(name, kind, parts)]
    measures += [_share_measure(f"{name}.bound", parts, "bounds")]
    measures += [_share_measure(f"{name}.offsets", parts, "offsets")]
    return Scored(tuple(measures), tuple(parts["tune"].errors))


def find_lines(text: str) -> list[Row]:
    """Return what ``factdesk claims --json`` says of a text, without what a flag set aside."""
    from factdesk.claims.find import find_claims
    from factdesk.claims.lines import claim_line

    return [claim_line(finding, text) for finding in find_claims(text) if not finding.is_set_aside]


def score_passage(row: Row, lines: list[Row], into: Passages) -> None:
    """Add the tallies and errors of one passage."""
    text: str = row["text"]
    into.offsets.update(offsets_are_exact(line, text) for line in lines)
    for kind in KINDS:
        golds = [claim for claim in row["claims"] if claim["kind"] == kind]
        founds = [line for line in lines if line["kind"] == kind]
        pairs = match_one_to_one(golds, founds, lambda gold, found: claim_fit(gold, found, text))
        for word, count in (("right", len(pairs)), ("found", len(founds)), ("gold", len(golds))):
            into.tallies[kind, word] += count
        if kind != "sellout":
            into.bounds.update(founds[found]["bound"] in golds[gold]["bounds"] for gold, found in pairs)
        into.errors.extend(_passage_errors(row, golds, founds, pairs))


def claim_fit(gold: Row, found: Row, text: str) -> float:
    """Return the overlap of two claims of one kind, or 0 when quote or value do not fit."""
    overlap = quote_overlap(gold["quote"], text, (found["start"], found["end"]))
    return overlap if overlap >= LEAST_OVERLAP and value_is_right(gold, found) else 0.0


def value_is_right(gold: Row, found: Row) -> bool:
    """Whether a found claim asserts the gold value (or state)."""
    if gold["kind"] == "sellout":
        return found["state"] in gold.get("state_ok", [gold["state"]])
    if gold["kind"] == "poll":
        return _poll_is_right(gold, found)
    return _price_is_right(gold, found)


def _price_is_right(gold: Row, found: Row) -> bool:
    if gold["amount"] is not None:
        return (
            is_near(_number(found, "amount"), gold["amount"])
            and is_near(_highest(found, "amount"), _highest(gold, "amount"))
            and found.get("currency") in gold.get("currency_ok", [gold["currency"]])
        )
    if gold.get("ratio") is not None:
        return is_near(_number(found, "ratio"), gold["ratio"], ratio=RATIO_TOLERANCE)
    return is_near(_number(found, "diff"), gold["diff"])


def _poll_is_right(gold: Row, found: Row) -> bool:
    if gold["percent"] is not None:
        return is_near(_number(found, "percent"), gold["percent"], within=PERCENT_TOLERANCE) and is_near(
            _highest(found, "percent"), _highest(gold, "percent"), within=PERCENT_TOLERANCE
        )
    return is_near(_number(found, "points"), gold["points"])


def _number(row: Row, name: str) -> float | None:
    return None if row.get(name) is None else float(row[name])


def _highest(row: Row, name: str) -> float | None:
    """Return the upper end; a maximum that only repeats the figure is no maximum."""
    highest = _number(row, f"{name}_max")
    return None if highest == _number(row, name) else highest


def offsets_are_exact(line: Row, text: str) -> bool:
    """Whether quote, sentence and parts of a line are what its offsets cut out of the text."""
    spans = [
        (line["quote"], line["start"], line["end"]),
        (line["sentence"], line["sentence_start"], line["sentence_end"]),
        *((part["text"], part["start"], part["end"]) for part in line["parts"]),
    ]
    return all(0 <= start < end and text[start:end] == words for words, start, end in spans)


def _passage_errors(
    row: Row, golds: list[Row], founds: list[Row], pairs: list[tuple[int, int]]
) -> Iterable[str]:
    matched, right = {gold for gold, _ in pairs}, {found for _, found in pairs}
    for number, gold in enumerate(golds):
        if number not in matched:
            yield f"{row['id']} {gold['kind']} missed: {shown_value(gold)} | {gold['quote']}"
    for number, found in enumerate(founds):
        if number not in right:
            yield f"{row['id']} {found['kind']} false: {shown_value(found)} | {found['quote']}"
    for gold_number, found_number in pairs:
        gold, found = golds[gold_number], founds[found_number]
        if "bounds" in gold and found["bound"] not in gold["bounds"]:
            wrong = f"{found['bound']}, not {gold['bounds']}"
            yield f"{row['id']} {gold['kind']} bound: {wrong} | {gold['quote']}"


VALUE_NAMES = (
    "state",
    "amount",
    "amount_max",
    "currency",
    "ratio",
    "diff",
    "percent",
    "percent_max",
    "points",
)


def shown_value(claim: Row) -> str:
    """Return the asserted values of a claim in one short line."""
    return " ".join(f"{name}={claim[name]}" for name in VALUE_NAMES if claim.get(name) is not None)


def _kind_measures(name: str, kind: str, parts: dict[Part, Passages]) -> list[Measure]:
    def tally(names: Iterable[Part]) -> Tally:
        counts: Counter[str] = Counter()
        for part in names:
            counts.update({word: parts[part].tallies[kind, word] for word in ("right", "found", "gold")})
        return Tally(counts["right"], counts["found"], counts["gold"])

    return [
        parts_measure(f"{name}.{kind}.precision", lambda names: (tally(names).precision, tally(names).found)),
        parts_measure(f"{name}.{kind}.recall", lambda names: (tally(names).recall, tally(names).gold)),
    ]


def _share_measure(name: str, parts: dict[Part, Passages], counted: str) -> Measure:
    def figure(names: Iterable[Part]) -> tuple[float | None, int]:
        counts: Counter[bool] = Counter()
        for part in names:
            counts.update(getattr(parts[part], counted))
        return share(counts[True], counts.total()), counts.total()

    return parts_measure(name, figure)
