"""Which columns of a wide report stand together in one field of a page, so that it fits on screen and paper.

The first column of a field is read without its name, the others with it.
"""

from __future__ import annotations

from factdesk.warehouse.reports import Column, Report

Layout = tuple[tuple[str, tuple[Column, ...]], ...]
"""Headings, each with the columns under it."""

_WIDE: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "corrections": (
        ("correction", ("correction", "stage", "requested_at", "made_at", "refused_at")),
        ("claim", ("claim", "editor_rating", "conclusion")),
        ("source", ("evidence_quote", "source_url")),
        ("essay", ("essay_title", "author", "essay_uri", "publication", "published_on")),
        ("decided", ("decided_at", "kind", "claim_id")),
    ),
    "sources_changed": (
        ("source", ("source_url", "source_outcome", "fetched_at", "fetches")),
        ("what happened", ("what_happened", "event", "happened_at")),
        ("words and passages", ("words_added", "words_removed", "passages_died", "passages_moved")),
        ("claims", ("claims", "claims_reopened")),
        ("essays", ("essays",)),
    ),
    "queue": (
        ("rank", ("rank",)),
        ("claim", ("claim", "kind", "missing", "old_rating", "claim_id")),
        ("machine, not confirmed", ("machine_rating", "confidence")),
        ("source", ("evidence_quote", "source_url", "source_outcome")),
        ("essay", ("essay_title", "author", "essay_uri")),
        ("waits", ("why", "stage", "waiting_since", "days_waiting", "held_by")),
    ),
    "unsourced": (
        ("claim", ("claim", "kind", "stage", "claim_id")),
        ("check-worthiness", ("checkworthiness",)),
        ("essay", ("essay_title", "author", "essay_uri")),
        ("source", ("source",)),
        ("compared with", ("compared_with", "suggested", "suggested_rating")),
    ),
    "method_disagreements": (
        ("claim", ("claim", "kind", "claim_id")),
        ("person", ("editor_rating", "decided_at")),
        ("machine", ("machine_rating_now", "machine_rating_seen", "is_new", "confidence", "checked_at")),
        ("why", ("reasons", "evidence_quote", "source_url")),
        ("essay", ("essay_title", "author", "essay_uri")),
        ("method", ("method_now", "method_seen")),
    ),
}


def is_wide(report: Report) -> bool:
    """Whether several columns of the report stand together in one field."""
    return report.name in _WIDE


def lay_out(report: Report) -> Layout:
    """Return the fields of a report's table; a narrow report has one a column."""
    wide = _WIDE.get(report.name)
    if wide is None:
        return tuple((column.name.replace("_", " "), (column,)) for column in report.columns)
    known = {column.name: column for column in report.columns}
    return tuple((heading, tuple(known[name] for name in names)) for heading, names in wide)
