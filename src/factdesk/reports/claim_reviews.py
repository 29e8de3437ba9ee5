"""ClaimReview JSON-LD: the checks that people have confirmed, as search engines and archives read them.

The rating is a person's; the machine's is never exported. What waits for a second check, is disputed,
reopened or withdrawn is left out and counted, and so is a rating that the house scale does not have.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from factdesk.config import PublisherSettings
from factdesk.errors import FactdeskError, UsageError
from factdesk.model import Stage, fold_space
from factdesk.reports.house_scale import HouseScale
from factdesk.setting_values import CLAIM_ID_PLACE
from factdesk.warehouse.query import run_query

Review = dict[str, Any]

PUBLISHED_STAGES = (Stage.DECIDED.value, Stage.CORRECTED.value)
"""Stages in which a decision holds and may leave the house."""

SCHEMA = Path(__file__).parent / "schemas" / "claim_review.schema.json"

_CONTROLS = dict.fromkeys((*range(9), *range(14, 32), *range(127, 160)))

_DECIDED = """
    SELECT
        v.claim_id, v.stage, v.claim, v.editor_rating, v.conclusion, v.decided_at, v.essay_uri, v.essay_title,
        v.author, e.published_on, e.language, s.source_url, s.title AS source_title
    FROM reports.verdicts AS v
    LEFT JOIN reports.essays AS e ON e.essay_id = v.essay_id
    LEFT JOIN derived.verdicts AS seen ON seen.id = v.decision_verdict_id
    LEFT JOIN reports.sources AS s ON s.source_id = seen.deciding_source_id
    WHERE v.editor_rating IS NOT NULL AND ($1 IS NULL OR list_contains($1, CAST(v.essay_id AS VARCHAR)))
    ORDER BY v.decided_at, v.claim_id
"""

_ESSAYS = """
    SELECT CAST(essay_id AS VARCHAR) FROM reports.essays
    WHERE essay_uri = $1 OR essay_key = $1
        OR (length($1) >= 8 AND starts_with(CAST(essay_id AS VARCHAR), lower($1)))
"""


@dataclass(frozen=True, slots=True)
class ClaimReviews:
    """The reviews by claim id, in the order of their decisions, and what was left out: why -> how many."""

    reviews: dict[str, Review]
    left_out: Counter[str] = field(default_factory=Counter)


def make_claim_reviews(
    warehouse: Path, publisher: PublisherSettings, scale: HouseScale, essays: Iterable[str] = ()
) -> ClaimReviews:
    """Return the reviews of all decided claims, or of those in the named essays (address, key or id).

    Raises UsageError for an essay that is not known, WarehouseError when nothing is published yet, and
    FactdeskError when a review does not fit the schema.
    """
    ids = [found for essay in essays for found in find_essays(warehouse, essay)]
    rows = run_query(warehouse, _DECIDED, [ids or None]).as_dicts()
    made = ClaimReviews({})
    for row in rows:
        why = _why_left_out(row, scale)
        if why is not None:
            made.left_out[why] += 1
            continue
        review = claim_review(row, publisher, scale)
        check_review(review)
        made.reviews[review["identifier"]] = review
    return made


def find_essays(warehouse: Path, named: str) -> list[str]:
    """Return the ids of the essays with this address, key or beginning of an id (8 digits or more)."""
    found = [str(row[0]) for row in run_query(warehouse, _ESSAYS, [named]).rows]
    if not found:
        raise UsageError(
            f"no essay has the address, key or id {named!r}; "
            'see factdesk sql "SELECT essay_id, essay_uri FROM reports.essays"'
        )
    return found


def _why_left_out(row: Mapping[str, Any], scale: HouseScale) -> str | None:
    if row["stage"] not in PUBLISHED_STAGES:
        return str(row["stage"])
    return None if row["editor_rating"] in scale.ratings else f"rated {row['editor_rating']}"


def claim_review(row: Mapping[str, Any], publisher: PublisherSettings, scale: HouseScale) -> Review:
    """Return the review of one decided claim (a row of the query above). Empty properties are left out."""
    claim_id = str(row["claim_id"])
    address = publisher.claim_url.replace(CLAIM_ID_PLACE, claim_id)
    return _without_empty(
        {
            "@context": "https://schema.org",
            "@type": "ClaimReview",
            "@id": address,
            "url": address,
            "identifier": claim_id,
            "datePublished": row["decided_at"].date().isoformat(),
            "inLanguage": row["language"],
            "author": _author("Organization", publisher.name, publisher.url),
            "claimReviewed": _words(row["claim"]),
            "reviewBody": _words(row["conclusion"]),
            "itemReviewed": _claim(row),
            "reviewRating": _rating(row["editor_rating"], scale),
            "citation": _citations(row),
        }
    )


def _claim(row: Mapping[str, Any]) -> Review:
    work = _without_empty(
        {
            "@type": "CreativeWork",
            "headline": _words(row["essay_title"]),
            "url": _web_address(row["essay_uri"]),
        }
    )
    return _without_empty(
        {
            "@type": "Claim",
            "author": _author("Person", _words(row["author"]), None),
            "datePublished": row["published_on"].isoformat() if row["published_on"] else None,
            "appearance": work if len(work) > 1 else None,
        }
    )


def _rating(rating: str, scale: HouseScale) -> Review:
    called = next(entry for known, entry in scale.ratings.items() if known.value == rating)
    said: Review = {"@type": "Rating", "alternateName": called.text}
    if called.number is None:
        return said
    return {**said, "ratingValue": called.number, "bestRating": scale.best, "worstRating": scale.worst}


def _citations(row: Mapping[str, Any]) -> list[Review] | None:
    """Return the source that decided the verdict which the person saw."""
    address = _web_address(row["source_url"])
    if address is None:
        return None
    name = _words(row["source_title"])
    return [_without_empty({"@type": "CreativeWork", "url": address, "name": name})]


def _author(kind: str, name: str | None, url: str | None) -> Review | None:
    return _without_empty({"@type": kind, "name": name, "url": url}) if name else None


def _web_address(address: str | None) -> str | None:
    """Return an address that a stranger can open; a file of ours has none."""
    if not address or not address.isprintable() or " " in address:
        return None
    try:
        parts = urlsplit(address)
        return address if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def _words(text: str | None) -> str | None:
    """Return a text on one line without control characters, None for an empty one."""
    return fold_space((text or "").translate(_CONTROLS)) or None


def _without_empty(review: Review) -> Review:
    return {name: value for name, value in review.items() if value not in (None, "")}


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def check_review(review: Review) -> None:
    """Raise FactdeskError unless a review fits the schema."""
    fault = next(iter(_validator().iter_errors(review)), None)
    if fault is not None:
        place = "/".join(str(part) for part in fault.absolute_path) or "the review"
        raise FactdeskError(
            f"the review of claim {review.get('identifier')} does not fit its schema at {place} "
            f"({fault.message[:200]}); report this as a fault of Factdesk"
        )


def review_json(review: Review | list[Review], *, indent: int | None = None) -> str:
    """Return reviews as JSON that may stand in a script element of a page: without ``<``, ``>``, ``&``."""
    text = json.dumps(review, ensure_ascii=False, indent=indent)
    return text.translate({ord(one): f"\\u{ord(one):04x}" for one in "<>&\u2028\u2029"})
