"""What scripts rely on: field names, types, and nothing but JSON on stdout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from program import Run

ESSAY = """---
title: Notes from the ferry queue
author: M. Perić
---

The ferry office says that tickets to Hvar, Vis and Korčula were sold out on Friday.

A single ticket to Hvar costs more than 14 euros (£12).

In a survey of islanders, 62% of residents said that they would rather have a bridge.

Next year the fare may rise to 20 euros.
"""
SOURCE = """The office put up its notice at noon.

Tickets to Hvar and Vis were sold out on Friday, the office said.

A single ticket to Hvar costs 15 euros.
"""

VERDICT_FIELDS = {
    *("claim_id", "verdict_id", "claim_status", "stage", "essay_uri", "essay_title", "author", "kind"),
    *("claim", "claim_start", "claim_end", "machine_rating", "confidence", "reasons", "missing"),
    *("source_id", "source_url", "source_outcome", "evidence_quote", "evidence_start", "evidence_end"),
    *("editor_rating", "conclusion", "reviewer", "decided_at", "decision_verdict_id", "checked_at"),
    *("method", "facets", "locator", "evidence_locator", "reason_codes"),
    *("notes", "note_codes", "unsupported", "unsupported_spans"),
}
ADDED_FIELDS = {"flags", "read_as", "links", "passages", "as_of"}
"""What only `check --json` has besides the columns of the view."""
CLAIM_FIELDS = {
    *("kind", "quote", "start", "end", "sentence", "sentence_start", "sentence_end", "flags", "parts"),
    *("checkworthiness", "locator", "links", "attribution", "time", "scope", "sold_by", "notes"),
}
FIELDS_BY_KIND = {
    "price": {
        *("amount", "amount_max", "currency", "bound", "also", "ratio", "ratio_max", "ratio_of"),
        *("diff", "diff_max", "item"),
    },
    "poll": {
        *("percent", "percent_max", "points", "points_max", "from_percent", "ratio", "ratio_max", "ratio_of"),
        *("bound", "answer", "population", "pollster", "question", "sample", "margin_of_error"),
    },
    "sellout": {"state", "item", "entities"},
}


@pytest.fixture
def essay(home: Path) -> str:
    (home / "ferry.md").write_text(ESSAY, encoding="utf-8")
    (home / "notice.txt").write_text(SOURCE, encoding="utf-8")
    return "ferry.md"


def test_check_prints_one_verdict_a_line(factdesk: Run, essay: str) -> None:
    ended = factdesk("check", essay, "--source", "notice.txt", "--json")
    assert ended.code == 0, ended.err
    rows = ended.rows
    assert {row["kind"] for row in rows} == {"sellout", "price", "poll"}
    for row in rows:
        assert set(row) >= VERDICT_FIELDS | ADDED_FIELDS
        assert set(row["read_as"]) > FIELDS_BY_KIND[row["kind"]]
        assert [(link["distance"], link["basis"]) for link in row["links"]] == [("given", "given")]
        assert isinstance(row["confidence"], float)
    (sellout,) = (row for row in rows if row["kind"] == "sellout")
    assert sellout["machine_rating"] == "partially_supported"
    assert sellout["missing"] == ["Korčula"]
    assert "sentences read, 3 claims, 1 set aside (forecast 1)" in ended.err


def test_rows_of_check_are_those_of_the_view(factdesk: Run, essay: str) -> None:
    printed = factdesk("check", essay, "--source", "notice.txt", "--json").rows
    columns = sorted(VERDICT_FIELDS - {"checked_at", "facets"})
    asked = factdesk("sql", f"SELECT {', '.join(columns)} FROM reports.verdicts", "--json").rows
    by_id = {row["claim_id"]: row for row in asked}
    assert len(by_id) == len(printed) == 3
    for row in printed:
        assert {name: row[name] for name in columns} == by_id[row["claim_id"]]


def test_claims_print_the_fields_of_their_kind(factdesk: Run, essay: str) -> None:
    text = factdesk("text", essay).out
    ended = factdesk("claims", essay, "--json")
    assert ended.code == 0
    for row in ended.rows:
        assert set(row) == CLAIM_FIELDS | FIELDS_BY_KIND[row["kind"]]
        assert text[row["start"] : row["end"]] == row["quote"]
        assert text[row["sentence_start"] : row["sentence_end"]] == row["sentence"]
        for part in row["parts"]:
            assert text[part["start"] : part["end"]] == part["text"]
    (price,) = (row for row in ended.rows if row["kind"] == "price")
    assert (price["amount"], price["currency"], price["bound"]) == (14, "EUR", "more_than")
    assert price["also"] == [{"amount": 12, "currency": "GBP"}]


def test_what_binds_a_claim_and_its_links_are_told(factdesk: Run, home: Path) -> None:
    poll = "A YouGov poll of 1,200 adults asked whether the ferry should be free: 61% said yes"
    (home / "asked.md").write_text(
        f"{poll} ([poll](https://a.example/p)), with a margin of error of 3 points.\n\n"
        "Petrol costs $4 a gallon, according to the union. See [the table](https://b.example/t).\n",
        encoding="utf-8",
    )
    asked, price = factdesk("claims", "asked.md", "--json").rows
    assert (asked["pollster"], asked["question"]) == ("YouGov", "whether the ferry should be free")
    assert (asked["sample"], asked["margin_of_error"]) == (1200, 3)
    assert asked["links"] == [{"url": "https://a.example/p", "distance": "sentence"}]
    assert (price["attribution"], price["sold_by"]) == ("the union", "gallon")
    assert price["links"] == [{"url": "https://b.example/t", "distance": "paragraph"}]
    assert "sold_by=gallon" in " ".join(factdesk("claims", "asked.md", "--list").out.split())


def test_claims_and_text_take_no_address(factdesk: Run) -> None:
    for command in ("claims", "text"):
        refused = factdesk(command, "http://127.0.0.1:9/essay")
        assert refused.code == 2
        assert "save the page, or use factdesk check" in refused.error_line()


def test_claims_are_marked_in_the_text_or_listed(factdesk: Run, essay: str) -> None:
    marked = factdesk("claims", essay)
    assert marked.code == 0
    assert "\x1b" not in marked.out
    lines = marked.out.splitlines()
    at = next(number for number, line in enumerate(lines) if "A single ticket to Hvar" in line)
    (price,) = (row for row in factdesk("claims", essay, "--json").rows if row["kind"] == "price")
    assert lines[at + 1].split()[0] == "~" * len(price["quote"])
    assert "€14 more than, = £12" in lines[at + 1]
    assert "20 euros" not in marked.out
    assert "set aside (forecast): €20" in " ".join(factdesk("claims", essay, "--all").out.split())
    listed = factdesk("claims", essay, "--list").out
    assert "price   amount=14  currency=EUR  bound=more_than" in listed
    for printed in (marked.out, listed):
        assert printed.splitlines()[-1] == "4 sentences read, 3 claims, 1 set aside (forecast 1)"


def test_judge_answers_in_the_shape_of_the_contract(factdesk: Run) -> None:
    pair = {
        "id": 7,
        "claim": "Tickets to Hvar and Korčula were sold out.",
        "source": SOURCE,
        "claim_published": "2026-05-01",
    }
    ended = factdesk("judge", "-", stdin=json.dumps(pair).encode())
    assert ended.code == 0, ended.err
    (answer,) = ended.rows
    assert set(answer) == {
        *("id", "kind", "rating", "confidence", "support", "reasons", "missing", "facets", "evidence"),
        *("notes", "unsupported"),
    }
    assert (answer["id"], answer["kind"], answer["rating"]) == (7, "sellout", "partially_supported")
    assert answer["missing"] == ["Korčula"]
    assert isinstance(answer["confidence"], float)
    assert isinstance(answer["support"], float)
    assert {frozenset(one) for one in answer["reasons"]} == {frozenset({"code", "sentence"})}
    for one in answer["facets"]:
        assert set(one) == {"facet", "claimed", "found", "outcome", "start", "end"}
    for one in answer["evidence"]:
        assert SOURCE[one["start"] : one["end"]] == one["quote"]


def test_judge_names_a_line_with_half_a_character_and_judges_the_next(factdesk: Run) -> None:
    half = '{"id": 1, "claim": "A ticket costs €4.", "source": "A \\ud800 ticket costs €4."}'
    whole = '{"id": 2, "claim": "A ticket costs €4.", "source": "A ticket costs €4 \\ud83d\\ude00."}'
    ended = factdesk("judge", "-", stdin=f"{half}\n{whole}\n".encode())

    assert ended.code == 3, ended.err
    assert "half of a character (\\ud800)" in ended.rows[0]["error"]
    assert ended.rows[1]["rating"] == "supported"


def test_judge_explains_in_words_and_says_what_is_wrong_with_a_line(factdesk: Run) -> None:
    pair = {"id": 7, "claim": "Tickets to Hvar and Korčula were sold out.", "source": SOURCE}
    lines = f"{json.dumps(pair)}\nnot json\n".encode()
    ended = factdesk("judge", "-", "--explain", stdin=lines)
    assert ended.code == 3
    assert "line 2 is not a pair" in ended.err
    assert "◐ backed in part by the source given" in ended.out
    assert "[=sold out]" in ended.out
    assert "– entity: Korčula — not shown" in ended.out


def test_check_explains_every_passage_and_facet(factdesk: Run, essay: str, home: Path) -> None:
    (home / "other.txt").write_text("A single ticket to Hvar costs 9 euros.\n", encoding="utf-8")
    ended = factdesk("check", essay, "--source", "notice.txt", "--source", "other.txt", "--explain")
    assert ended.code == 0, ended.err
    assert "⇄ the sources given say both" in ended.out
    assert "[≠9 euros]" in ended.out
    assert "[=15 euros]" in ended.out
    assert "other.txt" in ended.out
    short = factdesk("check", essay, "--source", "notice.txt", "--source", "other.txt").out
    assert "“A single ticket to Hvar costs 9 euros.”" in short
    assert "against" in short


def test_a_kind_that_does_not_exist_stops_what_looks_for_claims(
    factdesk: Run, home: Path, essay: str
) -> None:
    config = home / "config" / "factdesk.toml"
    config.write_text(config.read_text() + '[claims]\nkinds = ["price", "rumour"]\n')

    for command in (("claims", essay), ("check", essay), ("judge", "-")):
        refused = factdesk(*command)
        assert refused.code == 2
        assert "'claims.kinds'" in refused.error_line()
        assert "'rumour'" in refused.error_line()
        assert "sellout, price, poll" in refused.error_line()


def test_a_link_of_the_paragraph_is_used_where_the_sentences_own_is_dead(
    factdesk: Run, home: Path, site: str
) -> None:
    fare = f"A single ticket from Split to Hvar costs 14 euros, [they say](http://{site}/gone)."
    night = f"The office has [a table](http://{site}/fares) of fares."
    (home / "links.md").write_text(f"{fare} {night}\n\nSee [here](http://{site}/far).\n", encoding="utf-8")
    (row,) = factdesk("check", "links.md", "--allow-host", site, "--json").rows
    assert (row["machine_rating"], row["basis"], row["source_outcome"]) == (
        "supported",
        "cited",
        "fetched",
    )
    assert row["source_url"] == f"http://{site}/fares"
    assert "one linked in its paragraph was used" in " ".join(row["reasons"])
    columns = "source_url, source_outcome, distance, basis"
    query = f"SELECT {columns} FROM reports.claim_sources ORDER BY source_url DESC"
    asked = factdesk("sql", query, "--json").rows
    assert [tuple(one.values()) for one in asked] == [
        (f"http://{site}/gone", "gone", "sentence", "cited"),
        (f"http://{site}/fares", "fetched", "paragraph", "cited"),
    ]
    assert "paragraph_source" in row["reason_codes"]
    told = factdesk("queue").out
    assert "the machine's rating is hidden until you decide" in told, "this claim is drawn blind by its id"
    assert "backed by" not in told


def test_a_decision_is_acknowledged_and_undone(factdesk: Run, essay: str) -> None:
    rows = factdesk("check", essay, "--source", "notice.txt", "--json").rows
    prefix = rows[0]["claim_id"][:8]
    refused = factdesk("decide", prefix, "refuted")
    assert refused.code == 2
    assert "--conclusion" in refused.error_line()
    said = ("--conclusion", "The office denies it.")
    refused = factdesk("decide", prefix, "refuted", *said)
    assert (refused.code, "add --reason with one of wrong_passage" in refused.error_line()) == (2, True)
    refused = factdesk("decide", prefix, "refuted", *said, "--reason", "no idea")
    assert (refused.code, "'no idea' is no reason" in refused.error_line()) == (2, True)
    done = factdesk("decide", prefix, "refuted", *said, "--reason", "Wrong passage", "--json")
    assert (done.code, done.rows[0]["rating"]) == (0, "refuted")
    stages = "SELECT stage, editor_rating FROM reports.verdicts WHERE claim_id = '{}'"
    asked = factdesk("sql", stages.format(rows[0]["claim_id"]), "--json").rows
    assert asked == [{"stage": "decided", "editor_rating": "refuted"}]
    assert factdesk("decide", prefix, "--undo").code == 0
    asked = factdesk("sql", stages.format(rows[0]["claim_id"]), "--json").rows
    assert asked == [{"stage": "to_review", "editor_rating": None}]
    assert factdesk("decide", prefix, "maybe").code == 2
    assert factdesk("decide", "zzz", "supported").code == 2


def test_the_queue_is_ordered_by_how_much_a_claim_is_worth_checking(factdesk: Run, essay: str) -> None:
    factdesk("check", essay)  # no source: every claim is as unsure as the other
    worths = [row["checkworthiness"] for row in factdesk("claims", essay, "--json").rows]
    rows = factdesk("queue", "--json").rows
    assert [row["checkworthiness"] for row in rows] == sorted(worths, reverse=True)
    assert len(set(worths)) == 3
    first = factdesk("queue", "--limit", "1").out
    assert f"worth checking: {max(worths):.2f}" in " ".join(first.split())


def test_a_queue_of_less_than_no_claims_is_refused_in_a_sentence(factdesk: Run) -> None:
    ended = factdesk("queue", "--limit", "-3")

    assert ended.code == 2
    assert "--limit -3 is no number of claims" in ended.err


def test_the_queue_and_the_reports_are_json_too(factdesk: Run, essay: str) -> None:
    factdesk("check", essay, "--source", "notice.txt")
    assert len(factdesk("queue", "--json").rows) == 3
    assert len(factdesk("report", "queue", "--format", "json").rows) == 3
    assert factdesk("report", "queue", "-o", "queue.csv", "--format", "csv").code == 0
