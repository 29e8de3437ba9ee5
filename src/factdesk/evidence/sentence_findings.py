"""What a kind finds in a sentence of a source, and which of its figures the source takes back."""

from __future__ import annotations

import re
from dataclasses import dataclass

from factdesk.claims import kind_named
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.findings import Finding
from factdesk.model import Flag, Span

_TAKEN_BACK = frozenset({Flag.NEGATED, Flag.QUESTION})
"""Flags of a finding whose figure the source does not give. A forecast or an offer is still what it says."""

_SUPPOSING = re.compile(
    r"\b(?:if|unless|suppose|supposing|imagine|had (?:it|they|he|she) been)\b", re.IGNORECASE
)
_TAKING_BACK = re.compile(
    r"\?|n['’]t|\b(?:no|not|nobody|nor|none|nothing|neither|never|few|hardly|little|scant|days"
    r"|false|falsely|untrue|wrong|wrongly|incorrect|myth|lie|nonsense|rubbish|debunked|baseless|unfounded|hoax"
    r"|den(?:y|ying|ies|ied)|reject(?:s|ed)|dismissed|disputes?|disputed|contrary)\b",
    re.IGNORECASE,
)
"""Every phrase by which a price or a share of people is denied or asked for has one of these words."""

_WITH_THOSE_WORDS = frozenset({"price", "poll"})


@dataclass(frozen=True, slots=True)
class SentenceFindings:
    """The findings of one kind in one sentence, without those set aside, which assert nothing.

    ``denied`` are the figures that the source denies, asks for or supposes. ``is_silent`` where the kind
    finds nothing at all, not even what it sets aside.
    """

    findings: tuple[Finding, ...]
    denied: tuple[Span, ...]
    is_silent: bool


def read_sentence(kind: str, context: SentenceContext) -> SentenceFindings:
    """Return what one kind finds in one sentence."""
    found = kind_named(kind).find(context)
    return SentenceFindings(
        findings=tuple(one for one in found if not one.is_set_aside),
        denied=tuple(
            value.span
            for one in found
            if _is_taken_back(one, context.text)
            for value in one.values
            if value.span
        ),
        is_silent=not found,
    )


def may_deny(kind: str, said: str) -> bool:
    """Whether a sentence has a word without which no figure of a kind is denied, asked for or supposed.

    It costs a small part of what the finder costs, which most sentences need not be shown then.
    """
    if kind not in _WITH_THOSE_WORDS:
        return True
    return _TAKING_BACK.search(said) is not None or is_supposing(said)


def is_supposing(said: str) -> bool:
    """Whether a sentence only supposes what it says."""
    return _SUPPOSING.search(said) is not None


def _is_taken_back(finding: Finding, text: str) -> bool:
    """Whether the source denies, asks for or supposes what it says here."""
    if not _TAKEN_BACK.isdisjoint(finding.flags):
        return True
    return Flag.HYPOTHETICAL in finding.flags and is_supposing(finding.sentence.cut(text))
