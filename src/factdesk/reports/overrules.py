"""Cases for the tests, made of decisions in which people overruled the machine.

A wrong rating becomes a pair of claim and source text, in the form of ``tests/cases/pairs.jsonl`` and
``articles.jsonl``; a claim that a person called not a claim becomes a passage, as in ``extraction.jsonl``.
A decision does not say everything that a case should: ``open`` names what a person has yet to fill in.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from factdesk.claims.find import find_claims
from factdesk.claims.lines import read_values
from factdesk.claims.records import finding_of
from factdesk.config import DEFAULT_KINDS
from factdesk.errors import WarehouseError
from factdesk.model import NO_LINKED_SOURCE, Claim, Mention, Rating, Stage, fold_space
from factdesk.sources.archive_files import is_sha256
from factdesk.verdicts.pair_answers import judge_pair
from factdesk.verdicts.reading import SourceReader
from factdesk.warehouse.known import open_known
from factdesk.warehouse.loading import load_records
from factdesk.warehouse.query import run_query

Row = dict[str, Any]

SETTLED_STAGES = (Stage.DECIDED.value, Stage.CORRECTED.value, Stage.WITHDRAWN.value)
"""Stages in which people agree; a withdrawn claim is as good a case as another."""

WRONG_PASSAGE = "wrong passage"
"""The reason of an overrule after which the passage that the machine showed is no evidence."""

_OVERRULED = """
    SELECT
        c.claim_id, c.stage, c.kind, c.claim, c.sentence, c.sentence_start, c.version_id, c.essay_id,
        d.rating, d.conclusion, d.reason, seen.inputs, seen.deciding_source_id, seen.source_outcome,
        w.quote AS evidence_quote, e.published_on AS claim_published,
        (
            SELECT count(*) FROM reports.claims AS o
            WHERE o.version_id = c.version_id AND o.sentence_start = c.sentence_start
        ) AS claims_in_sentence
    FROM derived.current_decisions AS d
    JOIN reports.claims AS c ON c.claim_id = d.claim_id
    JOIN derived.verdicts AS seen ON seen.id = d.verdict_id
    LEFT JOIN derived.evidence AS w ON w.id = seen.deciding_evidence_id
    LEFT JOIN derived.essays AS e ON e.id = c.essay_id
    WHERE d.rating <> seen.rating AND d.claim_id = d.made_on_claim_id
    ORDER BY d.position
"""
_SNAPSHOT = """
    SELECT title, published_on FROM derived.snapshots WHERE source_id = $1 AND text_sha256 = $2
    ORDER BY fold_sequence DESC LIMIT 1
"""
_SENTENCE = """
    SELECT c.claim_id, m.id AS mention_id, d.rating
    FROM reports.claims AS c
    JOIN derived.mentions AS m ON m.claim_id = c.claim_id AND m.version_id = c.version_id
    LEFT JOIN derived.current_decisions AS d ON d.claim_id = c.claim_id
    WHERE c.version_id = $1 AND c.sentence_start = $2
    ORDER BY m.quote_start, c.claim_id
"""

CLAIM_FIELDS: Mapping[str, tuple[str, ...]] = {
    "sellout": ("state", "item", "entities"),
    "price": ("amount", "amount_max", "currency", "item", "ratio", "ratio_of", "diff", "also"),
    "poll": ("percent", "percent_max", "answer", "population", "points", "from_percent", "ratio", "ratio_of"),
}
"""The fields of a claim in a passage, by kind, as the cases have them; of other kinds all are taken."""

ALWAYS_SAID = frozenset({"state", "item", "entities", "amount", "amount_max", "percent", "percent_max"})


class Texts(Protocol):
    """What gives archived texts by their sha256."""

    def get_text(self, sha256: str) -> str:
        """Return a text. Raises WarehouseError when it is missing or damaged."""


@dataclass(slots=True)
class Cases:
    """The cases by the file that they belong to, and what made none: why -> how many."""

    articles: dict[str, Row] = field(default_factory=dict)
    pairs: list[Row] = field(default_factory=list)
    extraction: list[Row] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


class _NoCaseError(Exception):
    """An overrule of which no case can be made; the message says why."""


def make_cases(warehouse: Path, texts: Texts, progress: Any = None) -> Cases:
    """Return the cases of all overrules that stand. Each is judged anew, to say whether it is still missed.

    Raises WarehouseError when nothing is published yet.
    """
    rows = run_query(warehouse, _OVERRULED).as_dicts()
    made, reader = Cases(), SourceReader()
    for number, row in enumerate(rows, start=1):
        try:
            _add_case(made, row, warehouse, texts, reader)
        except _NoCaseError as why:
            made.left_out[str(why)] += 1
        if progress is not None:
            progress("cases", number, len(rows))
    return made


def _add_case(made: Cases, row: Row, warehouse: Path, texts: Texts, reader: SourceReader) -> None:
    if row["stage"] not in SETTLED_STAGES:
        raise _NoCaseError(row["stage"])
    if row["rating"] == Rating.NOT_CHECKABLE:
        raise _NoCaseError("rated not_checkable")
    if row["rating"] == Rating.NOT_A_CLAIM:
        made.extraction.append(_passage(row, warehouse))
        return
    article = _article(row, warehouse, texts)
    made.articles[article["article"]] = article
    made.pairs.append(_pair(row, article, reader))


# --- a wrong rating


def _article(row: Row, warehouse: Path, texts: Texts) -> Row:
    source_id, sha256 = _seen_text(row)
    found = run_query(warehouse, _SNAPSHOT, [source_id, sha256]).rows
    title, published = found[0] if found else (None, None)
    try:
        text = texts.get_text(sha256)
    except WarehouseError as error:
        raise _NoCaseError("text lost from the archive") from error
    return {
        "article": f"overruled-{sha256[:12]}",
        "title": title,
        "published": published.isoformat() if published else None,
        "source": text,
    }


def _seen_text(row: Row) -> tuple[str, str]:
    """Return the source and text that decided, or the only one that the verdict saw."""
    seen = [(one["source_id"], one["seen"]) for one in json.loads(row["inputs"]) if is_sha256(one["seen"])]
    if not seen:
        raise _NoCaseError("no text" if row["source_outcome"] != NO_LINKED_SOURCE else "no source")
    deciding = [one for one in seen if one[0] == str(row["deciding_source_id"])]
    if len(deciding or seen) > 1:
        raise _NoCaseError("several texts")
    return (deciding or seen)[0]


def _pair(row: Row, article: Row, reader: SourceReader) -> Row:
    alone = row["claims_in_sentence"] == 1 and row["sentence"]
    quote = row["evidence_quote"]
    shows = row["rating"] != Rating.NOT_ENOUGH_EVIDENCE and not _is_wrong_passage(row["reason"])
    evidence = [quote] if shows and quote and quote in article["source"] else []
    pair: Row = {
        "id": f"overruled-{row['claim_id'].hex[:12]}",
        "article": article["article"],
        "kind": row["kind"],
        "claim": fold_space(row["sentence"] if alone else row["claim"]),
        "verdict": row["rating"],
        "evidence": evidence,
        "missing": [],
        "why": _why(row),
    }
    if row["claim_published"]:
        pair["claim_published"] = row["claim_published"].isoformat()
    is_open = [
        *(["evidence"] if not evidence and row["rating"] != Rating.NOT_ENOUGH_EVIDENCE else []),
        *(["missing"] if row["rating"] == Rating.PARTIALLY_SUPPORTED else []),
    ]
    now = judge_case(pair, article, reader)
    return {
        **pair,
        **({"open": is_open} if is_open else {}),
        **({"known_miss": f"the machine says {now}"} if now != row["rating"] else {}),
    }


def _is_wrong_passage(reason: str | None) -> bool:
    return (reason or "").replace("_", " ").strip().casefold() == WRONG_PASSAGE


def judge_case(
    pair: Mapping[str, Any], article: Mapping[str, Any], reader: SourceReader | None = None
) -> str:
    """Return the rating that the present method gives a pair of the cases."""
    answer = judge_pair(
        pair["claim"],
        article["source"],
        kind=pair["kind"],
        source_title=article["title"],
        source_published=_day(article["published"]),
        claim_published=_day(pair.get("claim_published")),
        reader=reader,
    )
    return str(answer["rating"])


def judgeable(pair: Mapping[str, Any], article: Mapping[str, Any]) -> Row:
    """Return a pair with its source in it, as ``factdesk judge`` reads a line."""
    known = {
        "source": article["source"],
        "source_title": article["title"],
        "source_published": article["published"],
    }
    said = {name: value for name, value in known.items() if value is not None}
    return {name: value for name, value in pair.items() if name != "article"} | said


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _why(row: Row) -> str:
    return ": ".join(part for part in (row["reason"], row["conclusion"]) if part)


# --- what is no claim


def _passage(row: Row, warehouse: Path) -> Row:
    """Return the sentence with the claims that people let stand in it; the misread one is none of them."""
    claims = []
    for rating, claim, mention in _claims_in_sentence(row, warehouse):
        if rating is None:
            raise _NoCaseError("another claim of its sentence is not decided")
        if rating != Rating.NOT_A_CLAIM:
            claims.append(_labelled(claim, mention))
    sentence = row["sentence"]
    passage: Row = {
        "id": f"overruled-{row['claim_id'].hex[:12]}",
        "text": sentence,
        "claims": claims,
        "note": _why(row),
    }
    found = finds_still(passage, row["claim"], row["kind"])
    return {**passage, **({"known_miss": f"still found: {row['claim']}"} if found else {})}


def _claims_in_sentence(row: Row, warehouse: Path) -> Iterator[tuple[str | None, Claim, Mention]]:
    rows = run_query(warehouse, _SENTENCE, [row["version_id"], row["sentence_start"]]).as_dicts()
    with open_known(warehouse) as known:
        claims: dict[UUID, Claim] = load_records(known, Claim, [one["claim_id"] for one in rows])
        mentions: dict[UUID, Mention] = load_records(known, Mention, [one["mention_id"] for one in rows])
    for one in rows:
        yield one["rating"], claims[one["claim_id"]], mentions[one["mention_id"]]


def _labelled(claim: Claim, mention: Mention) -> Row:
    """Return a claim as a passage of the cases has it."""
    values = read_values(finding_of(claim, mention))
    names = CLAIM_FIELDS.get(claim.kind, tuple(values))
    said = {name: values[name] for name in names if name in ALWAYS_SAID or values.get(name) not in (None, [])}
    bounds = {"bounds": [values["bound"]]} if values.get("bound") else {}
    return {"kind": claim.kind, "quote": claim.quote, **said, **bounds}


def finds_still(passage: Mapping[str, Any], quote: str, kind: str) -> bool:
    """Whether the present finder still finds a claim of this kind in these words of a passage."""
    start = passage["text"].find(quote)
    end = start + len(quote)
    return any(
        one.kind == kind and not one.is_set_aside and one.quote.start < end and start < one.quote.end
        for one in find_claims(passage["text"], kinds={*DEFAULT_KINDS, kind})
    )
