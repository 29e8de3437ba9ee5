"""Looks a whole essay through for figures that do not agree, and makes notes on its claims of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from factdesk.claims.findings import Finding
from factdesk.model import Note, Span
from factdesk.text.quantities import find_quantities
from factdesk.text.sentences import split_sentences
from factdesk.verdicts.consistency.answers import find_past_all
from factdesk.verdicts.consistency.moves import find_moves
from factdesk.verdicts.consistency.multiples import find_multiples
from factdesk.verdicts.consistency.repeated import find_repeated
from factdesk.verdicts.consistency.restated import find_restated
from factdesk.verdicts.consistency.sayings import Fault, Saying
from factdesk.verdicts.consistency.shares import find_shares
from factdesk.verdicts.consistency.totals import find_totals

MOST_NOTES = 3
"""Notes on one claim; a claim with more is one that a person reads anyway."""


def find_notes(
    findings: Sequence[Finding], text: str, published_on: date | None = None
) -> Mapping[int, tuple[Note, ...]]:
    """Return the notes on findings by their place in ``findings``; those without are left out.

    ``findings`` are those of ``text``, with its offsets; those that a flag sets aside get no note and say
    nothing. ``published_on`` is the essay's date: without it amounts in two currencies are compared with each
    other only. Spans of a note are relative to the quote of its finding, and inside it.
    """
    kept = [place for place, finding in enumerate(findings) if not finding.is_set_aside]
    told = [findings[place] for place in kept]
    if not told:
        return {}
    notes: dict[int, list[Note]] = defaultdict(list)
    for place, fault in _find_faults(told, text, published_on):
        note = _note(fault, told[place])
        if note not in notes[kept[place]] and len(notes[kept[place]]) < MOST_NOTES:
            notes[kept[place]].append(note)
    return {place: tuple(found) for place, found in sorted(notes.items())}


def note_line(note: Note, quote: Span) -> dict[str, Any]:
    """Return a note as JSON; its spans are offsets into the text that ``quote`` is an offset into."""
    spans = [span.shifted(quote.start) for span in note.spans]
    return {
        "code": note.code,
        "sentence": note.sentence,
        "spans": [{"start": span.start, "end": span.end} for span in spans],
    }


def _find_faults(
    findings: Sequence[Finding], text: str, published_on: date | None
) -> Iterator[tuple[int, Fault]]:
    yield from _faults_of_sentences(findings, text)
    yield from find_past_all(findings, text)
    yield from find_restated(findings, text, published_on)
    if any(value.role == "ratio" and value.of for finding in findings for value in finding.values):
        yield from find_multiples(findings, text, split_sentences(text))
    yield from find_repeated(findings, text)


def _faults_of_sentences(findings: Sequence[Finding], text: str) -> Iterator[tuple[int, Fault]]:
    sentences: dict[Span, list[int]] = defaultdict(list)
    for place, finding in enumerate(findings):
        sentences[finding.sentence].append(place)
    for sentence, places in sentences.items():
        said = sentence.cut(text)
        saying = Saying(said, tuple(find_quantities(said)))
        if len(saying.figures) + _has_majority(said) < 2:
            continue
        for fault in (*find_moves(saying), *find_shares(saying), *find_totals(saying)):
            moved = replace(fault, spans=tuple(span.shifted(sentence.start) for span in fault.spans))
            yield _owner(moved, findings, places), moved


def _has_majority(sentence: str) -> bool:
    return "majority" in sentence.lower()


def _owner(fault: Fault, findings: Sequence[Finding], places: Sequence[int]) -> int:
    """Return the finding that the last of the deciding words belong to, else one that holds any of them."""

    def closeness(place: int) -> tuple[int, int, int]:
        finding = findings[place]
        values = [value.span for value in finding.values if value.span is not None]
        owned = [at for at, span in enumerate(fault.spans) if any(span.overlaps(one) for one in values)]
        held = sum(finding.quote.overlaps(span) for span in fault.spans)
        return (max(owned, default=-1), len(owned), held)

    return max(places, key=closeness)


def _note(fault: Fault, finding: Finding) -> Note:
    quote = finding.quote
    spans = (
        Span(max(span.start, quote.start), min(span.end, quote.end)).shifted(-quote.start)
        for span in fault.spans
        if span.overlaps(quote)
    )
    return Note(fault.code, fault.sentence, tuple(dict.fromkeys(spans)))
