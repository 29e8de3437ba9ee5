"""The words that people read on screens and in terminals. One table for all of them.

A rating is always said relative to its source.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from factdesk.model import NO_LINKED_SOURCE, Basis, Rating

NAMED_NOT_LINKED = "named_not_linked"
"""The reason of a claim whose writer says who said so and links nothing."""

RATING_MARKS: dict[str, str] = {
    Rating.SUPPORTED: "●",
    Rating.PARTIALLY_SUPPORTED: "◐",
    Rating.REFUTED: "✕",
    Rating.CONFLICTING: "⇄",
    Rating.NOT_ENOUGH_EVIDENCE: "○",
    Rating.NOT_CHECKABLE: "–",
    Rating.NOT_A_CLAIM: "–",
}

RATING_STYLES: dict[str, str] = {
    Rating.SUPPORTED: "green",
    Rating.PARTIALLY_SUPPORTED: "yellow",
    Rating.REFUTED: "bold red",
    Rating.CONFLICTING: "magenta",
    Rating.NOT_ENOUGH_EVIDENCE: "bright_black",
}

_RATING_WORDS: dict[str, str] = {
    Rating.SUPPORTED: "backed by {source}",
    Rating.PARTIALLY_SUPPORTED: "backed in part by {source}",
    Rating.REFUTED: "contradicted by {source}",
    Rating.CONFLICTING: "{sources} both",
    Rating.NOT_ENOUGH_EVIDENCE: "not shown by {source}",
    Rating.NOT_CHECKABLE: "cannot be checked",
    Rating.NOT_A_CLAIM: "not a claim",
}

_SOURCE_WORDS: dict[str, tuple[str, str]] = {
    Basis.CITED: ("its cited source", "its cited sources"),
    Basis.GIVEN: ("the source given", "the sources given"),
    Basis.SUGGESTED: ("its suggested source", "its suggested sources"),
}
"""One source and several, by how the claim came to them."""


def rating_mark(rating: str | None) -> str:
    """Return the sign of a rating; a claim that was never compared has a dot."""
    return RATING_MARKS.get(rating or "", "·")


def rating_style(rating: str | None) -> str:
    """Return the terminal style of a rating."""
    return RATING_STYLES.get(rating or "", "")


_CODE_WORDS = {
    "suggested_conflict": "not settled: a suggested source says otherwise",
    "suggested_disagree": "not settled: its suggested sources say both",
    "rule_muted": "not settled: the rule that speaks here is muted",
    "source_corrected_later": "its source has corrected this",
}
"""What is said instead of a rating where this reason stands."""


def rating_words(
    rating: str | None,
    basis: str = Basis.CITED,
    source_outcome: str | None = None,
    codes: Collection[str] = (),
    sources: int | None = None,
) -> str:
    """Say a rating relative to its source ("backed in part by its cited source").

    ``codes`` are those of its reasons; ``sources`` is how many sources the shown passages stand in, if known.
    """
    if rating is None:
        return "not compared yet"
    if rating == Rating.NOT_ENOUGH_EVIDENCE and source_outcome == NO_LINKED_SOURCE:
        return "named, not linked" if NAMED_NOT_LINKED in codes else "no source is linked"
    for code, words in _CODE_WORDS.items():
        if code in codes:
            return words
    one, several = _SOURCE_WORDS[basis]
    both = f"{one} says" if sources == 1 else f"{several} say"
    return _RATING_WORDS[rating].format(source=one, sources=both)


def rating_in_short(rating: str) -> str:
    """Say a rating where many stand side by side ("backed in part"), still relative to its source."""
    return _SHORT_WORDS[rating]


def code_in_words(code: str) -> str:
    """Say the name of an outcome, a stage, a rating or an act in words ("blocked by robots")."""
    return code.replace("_", " ")


CODE_COLUMNS = frozenset({"source_outcome", "stage"})
"""Columns of reports that hold such names."""

_SHORT_WORDS: dict[str, str] = {
    Rating.SUPPORTED: "backed",
    Rating.PARTIALLY_SUPPORTED: "backed in part",
    Rating.REFUTED: "contradicted",
    Rating.CONFLICTING: "sources say both",
    Rating.NOT_ENOUGH_EVIDENCE: "not shown",
    Rating.NOT_CHECKABLE: "cannot be checked",
    Rating.NOT_A_CLAIM: "not a claim",
}


def said_of(row: Mapping[str, Any]) -> str:
    """Say the rating of one row of `factdesk.reports.rows.verdict_row` relative to its source."""
    sources = {one["source_id"] for one in row.get("passages") or ()}
    return rating_words(
        row["machine_rating"],
        row.get("basis") or Basis.CITED,
        row["source_outcome"],
        row["reason_codes"],
        len(sources) or None,
    )


SUMMARY = "{sentences} read, {claims}, {aside} set aside{detail}"


def count_words(number: int, word: str, plural: str | None = None) -> str:
    """Say a count with its noun ("1 claim", "12 claims", "2 batches"); ``plural`` is for other plurals."""
    many = plural or word + ("es" if word.endswith("ch") else "s")
    return f"{number:,} {word}" if number == 1 else f"{number:,} {many}"


def summary_line(sentences: int, claims: int, set_aside: dict[str, int]) -> str:
    """Return the line that ends every check."""
    total = sum(set_aside.values())
    detail = ", ".join(f"{flag} {count}" for flag, count in sorted(set_aside.items()))
    return SUMMARY.format(
        sentences=count_words(sentences, "sentence"),
        claims=count_words(claims, "claim"),
        aside=f"{total:,}",
        detail=f" ({detail})" if detail else "",
    )


def waiting_line(batches: int, holder: str | None) -> str:
    """Say that batches wait for the keeper, and that this is no loss."""
    return (
        f"batches waiting in the spool: {batches}, because {holder or 'another process'} keeps the"
        " warehouse; they are folded by it, or when it is free, and nothing is lost"
    )
