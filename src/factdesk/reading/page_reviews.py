"""Fact checks that a page publishes in its JSON-LD (https://schema.org/ClaimReview)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

from factdesk.model import PublishedReview
from factdesk.reading.decode import storable
from factdesk.reading.json_ld import JsonLd, Node

MAX_REVIEWS = 50
"""A page that lists more is an archive of reviews and not a review."""

_MAX_CHARACTERS = 1_000


def read_reviews(json_ld: JsonLd, url: str | None) -> tuple[PublishedReview, ...]:
    """Return a page's reviews in their order, each once; one that does not say of which claim is left out."""
    nodes = (node for node in json_ld.nodes if "claimreview" in node.types)
    read = [review for node in nodes if (review := _read_review(node, json_ld, url)) is not None]
    return tuple(dict.fromkeys(read))[:MAX_REVIEWS]


def _read_review(node: Node, json_ld: JsonLd, url: str | None) -> PublishedReview | None:
    claim = _fold(node.fields.get("claimReviewed"))
    if claim is None:
        return None
    reviewers = [name for name in map(_fold, json_ld.names(node.fields.get("author"))) if name]
    return PublishedReview(
        claim=claim,
        rating=_rating(node.fields.get("reviewRating")),
        reviewer=", ".join(reviewers) or None,
        url=_address(node.words("url"), url),
    )


def _rating(stated: Any) -> str | None:
    """Return the rating in words, else as "2/5"; without its best value a number means nothing."""
    rating = stated[0] if isinstance(stated, list) and stated else stated
    if not isinstance(rating, dict):
        return _fold(rating)
    words = _fold(rating.get("alternateName")) or _fold(rating.get("name"))
    value, best = _number(rating.get("ratingValue")), _number(rating.get("bestRating"))
    return words or (f"{value}/{best}" if value and best else None)


def _number(stated: Any) -> str | None:
    if isinstance(stated, (int, float)) and not isinstance(stated, bool):
        return f"{stated:g}"
    return _fold(stated)


def _address(written: str | None, url: str | None) -> str | None:
    try:
        absolute = storable(urljoin(url or "", (written or "").strip())) if written else ""
        parts = urlsplit(absolute)
    except ValueError:
        return None
    return absolute[:2_000] if parts.scheme in ("http", "https") and parts.hostname else None


def _fold(stated: Any) -> str | None:
    if not isinstance(stated, str):
        return None
    return storable(" ".join(stated.split())[:_MAX_CHARACTERS]) or None
