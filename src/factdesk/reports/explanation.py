"""One verdict in full, for a terminal: the claim, every passage with its deciding words marked, each facet.

With colours the words are underlined; without them (no terminal, NO_COLOR) they stand in brackets with the
sign of their outcome, ``[=14 euros]`` or ``[≠16 euros]``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from factdesk.model import FacetOutcome, time_text
from factdesk.reports.terminal import SHORT_ID_LENGTH, one_line, visible
from factdesk.reports.words import rating_mark, rating_style, said_of

_SIGNS = {
    FacetOutcome.MATCH: ("=", "green"),
    FacetOutcome.WEAKER: ("~", "yellow"),
    FacetOutcome.CONFLICT: ("≠", "red"),
    FacetOutcome.ABSENT: ("–", "yellow"),
    FacetOutcome.INCOMPARABLE: ("?", "yellow"),
}
"""Sign and colour of each facet outcome."""

_OUTCOME_WORDS = {
    FacetOutcome.WEAKER: "the source says less",
    FacetOutcome.ABSENT: "not shown",
    FacetOutcome.INCOMPARABLE: "the source speaks of another",
}

_LABEL_CELLS = 10
_NARROWEST = 44
"""In fewer cells than this the labels stand on lines of their own."""


def print_explanation(console: Console, row: Mapping[str, Any], claim_sentence: str) -> None:
    """Print one judged claim in full.

    ``row`` has the columns of `factdesk.reports.rows.verdict_row`; the terminal may be of any width.
    """
    for line in _Explained(console, row, claim_sentence).lines():
        console.print(line, soft_wrap=True)


class _Explained:
    """One verdict, ready to be drawn as wide as the console."""

    def __init__(self, console: Console, row: Mapping[str, Any], claim_sentence: str) -> None:
        self._console = console
        self._row = row
        self._sentence = claim_sentence
        self._is_coloured = console.color_system is not None and not console.no_color
        self._is_narrow = console.width < _NARROWEST

    def lines(self) -> Iterator[Text]:
        """Yield the lines of the whole explanation, an empty one last."""
        rating = self._row["machine_rating"]
        yield from self._wrapped(Text(f"{rating_mark(rating)} {said_of(self._row)}", rating_style(rating)), 0)
        yield from self._wrapped(Text(" · ".join(self._head()), "dim"), 2)
        for label, words in self._parts():
            yield from self._labelled(label, words)
        yield Text()

    def _head(self) -> Iterator[str]:
        yield str(self._row["kind"] or "no kind reads it")
        yield f"confidence {Decimal(self._row['confidence']):.2f}"
        if self._row.get("locator"):
            yield visible(self._row["locator"])
        if self._row.get("claim_id"):
            yield str(self._row["claim_id"])[:SHORT_ID_LENGTH]
        if self._row.get("pair"):
            yield visible(str(self._row["pair"]))

    def _parts(self) -> Iterator[tuple[str, Text]]:
        row = self._row
        yield "claim", self._claim()
        passages = row.get("passages") or ()
        for number, passage in enumerate(passages, start=1):
            yield _role(passage, row), self._quoted(passage)
            place = passage.get("source_url")
            if place and not any(one.get("source_url") == place for one in passages[number : number + 1]):
                yield "", Text(visible(place), "dim")
        if not passages:
            yield "source", Text("no passage of any source bears on it", "dim")
        label = "compared"
        for facet in _told_apart(row["facets"], passages):
            yield label, _facet_words(facet, max((len(one["quote"]) for one in passages), default=0))
            label = ""
        yield from self._said()

    def _said(self) -> Iterator[tuple[str, Text]]:
        row = self._row
        if row["missing"]:
            yield "missing", Text(visible(", ".join(row["missing"])), "bold yellow")
        unbacked = [
            words for words in row.get("unsupported") or () if not any(one in words for one in row["missing"])
        ]
        if unbacked:
            yield "unbacked", Text(visible(", ".join(unbacked)), "yellow")
        for number, reason in enumerate(row["reasons"]):
            yield "" if number else "why", Text(visible(reason))
        for number, note in enumerate(row.get("notes") or ()):
            yield "" if number else "note", Text(visible(note), "cyan")
        if row.get("as_of") is not None:
            yield "as of", Text(time_text(row["as_of"])[:10], "dim")

    def _claim(self) -> Text:
        """Return the sentence with the claim underlined and the words that nothing backs set off."""
        sentence, quote = one_line(self._sentence), one_line(self._row["claim"])
        start = sentence.find(quote)
        words = Text(sentence)
        if start < 0:
            return words
        if len(quote) < len(sentence.strip(" .!?")):
            words.stylize("underline", start, start + len(quote))
        for one in self._row.get("unsupported_spans") or ():
            words.stylize("yellow underline", start + one["start"], start + one["end"])
        return words

    def _quoted(self, passage: Mapping[str, Any]) -> Text:
        quote = one_line(passage["quote"])
        marks = sorted(_marks(passage, len(quote)))
        words, at = Text("“"), 0
        for start, end, outcome in marks:
            if start < at:
                continue
            words.append(quote[at:start])
            words.append_text(self._set_off(quote[start:end], outcome))
            at = end
        return words.append(f"{quote[at:]}”")

    def _set_off(self, words: str, outcome: FacetOutcome) -> Text:
        sign, colour = _SIGNS[outcome]
        return Text(words, f"{colour} underline") if self._is_coloured else Text(f"[{sign}{words}]")

    def _labelled(self, label: str, words: Text) -> Iterator[Text]:
        margin = 2 if self._is_narrow else _LABEL_CELLS
        if self._is_narrow and label:
            yield Text(label, "dim")
        for number, line in enumerate(self._wrapped(words, 0, less=margin)):
            shown = label if number == 0 and not self._is_narrow else ""
            yield Text.assemble((shown + " " * (margin - cell_len(shown)), "dim"), line)

    def _wrapped(self, words: Text, margin: int, less: int = 0) -> Iterator[Text]:
        width = max(self._console.width - margin - less, 12)
        for line in words.wrap(self._console, width):
            line.rstrip()
            yield Text(" " * margin).append_text(line)


def _role(passage: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Say in a word what a passage is to the claim, where passages disagree."""
    outcomes = {one["outcome"] for one in passage["facets"]}
    if row["machine_rating"] != "conflicting":
        return "source"
    if FacetOutcome.CONFLICT in outcomes:
        return "against"
    return "for" if outcomes or "passages_disagree" in row["reason_codes"] else "source"


def _marks(passage: Mapping[str, Any], length: int) -> Iterator[tuple[int, int, FacetOutcome]]:
    """Yield where the deciding words stand in a quote. What the whole of it shows marks nothing."""
    for one in passage["facets"]:
        outcome = FacetOutcome(one["outcome"])
        if one["start"] is None or outcome not in (
            FacetOutcome.MATCH,
            FacetOutcome.WEAKER,
            FacetOutcome.CONFLICT,
        ):
            continue
        start, end = one["start"] - passage["start"], one["end"] - passage["start"]
        if 0 <= start < end <= length and 2 * (end - start) <= length:
            yield start, end, outcome


def _told_apart(
    facets: Sequence[Mapping[str, Any]], passages: Iterable[Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    """Yield the facets of the verdict, then what other passages say otherwise, each once."""
    told: set[tuple[str, str, str]] = set()
    others = (
        one for passage in passages for one in passage["facets"] if one["outcome"] == FacetOutcome.CONFLICT
    )
    for one in (*facets, *others):
        key = (one["facet"], one["claimed"], one["outcome"])
        if key not in told:
            told.add(key)
            yield one


def _facet_words(facet: Mapping[str, Any], longest: int) -> Text:
    """Say one facet; the source's own words where they are others and fewer than half of a passage."""
    outcome = FacetOutcome(facet["outcome"])
    sign, colour = _SIGNS[outcome]
    words = Text.assemble((f"{sign} ", colour), (f"{facet['facet']}: ", "dim"), one_line(facet["claimed"]))
    said = _OUTCOME_WORDS.get(outcome, "")
    found = one_line(facet["found"])
    is_told = facet["claimed"].lower().startswith(found.lower()) or 2 * len(found) > longest
    if found and not is_told:
        said = f"{said} ({found})" if said else f"the source: {found}"
    return words.append(f" — {said}") if said else words
