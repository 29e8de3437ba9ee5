"""Writes a finding as the JSON line of ``factdesk claims --json``."""

from __future__ import annotations

from factdesk.claims import kind_named
from factdesk.claims.findings import Finding
from factdesk.claims.line_values import Line, facet_values, json_number


def claim_line(finding: Finding, text: str) -> Line:
    """Return the line of one finding; offsets count code points of ``text``, numbers are JSON numbers."""
    line: Line = {
        "kind": finding.kind,
        "quote": finding.quote.cut(text),
        "start": finding.quote.start,
        "end": finding.quote.end,
        "sentence": finding.sentence.cut(text),
        "sentence_start": finding.sentence.start,
        "sentence_end": finding.sentence.end,
        "flags": [flag.value for flag in finding.flags],
        "parts": [
            {"text": part.text, "start": part.span.start, "end": part.span.end} for part in finding.parts
        ],
        "checkworthiness": json_number(finding.checkworthiness),
    }
    return line | read_values(finding)


def read_values(finding: Finding) -> Line:
    """Return how a finding was read: the values of its kind and what binds them."""
    return kind_named(finding.kind).line_values(finding) | facet_values(finding)
