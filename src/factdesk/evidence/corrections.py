"""Reads correction notices: what a text said first and what it says now.

"Correction: an earlier version said 14 euros; the fare is 16 euros." A claim of 14 euros has what the source
said once and took back; one of 16 euros has what it says.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from factdesk.claims.phrases import compile_phrases
from factdesk.model import Span
from factdesk.text.quantities import Quantity, find_quantities
from factdesk.text.sentences import split_paragraphs

CORRECTIONS_TABLE = Path(__file__).resolve().parent / "tables" / "corrections.toml"

_TABLE = tomllib.loads(CORRECTIONS_TABLE.read_text("utf-8"))
_CUES = compile_phrases(_TABLE["cues"], _TABLE)
_FORMS = tuple(compile_phrases([form], _TABLE) for form in _TABLE["forms"])
_LABEL = re.compile(rf"\W*{compile_phrases(_TABLE['labels'], _TABLE).pattern}[^:\n]{{0,40}}:", re.IGNORECASE)
_HINT = re.compile(
    r"correct|corrig|errat|clarif|amend|version|edition|draft|original|initial|previous|earlier|wrongly|mistake"
    r"|erroneous|should|, read | read “|apolog|regret|in error|\bfirst\b|editor|record|update|refile"
    r"|re-send|fix",
    re.IGNORECASE,
)

LONGEST_NOTICE = 1200
"""A longer paragraph is no notice, though it may hold the words of one."""

MOST_NOTICES = 20

STATEMENT_WORDS = 4
"""Old words of so many say what they are about; fewer need the rest of their notice."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One notice: its paragraph, the words of what was said first, and those of what is said now if told."""

    notice: Span
    old: Span
    new: Span | None


@lru_cache(maxsize=64)
def find_corrections(text: str) -> tuple[Correction, ...]:
    """Return the corrections that a text tells of itself, in reading order."""
    if _HINT.search(text) is None:
        return ()
    found: list[Correction] = []
    for paragraph in split_paragraphs(text):
        cue = _CUES.search(paragraph.cut(text))
        if cue is not None and paragraph.end - paragraph.start <= LONGEST_NOTICE:
            found += _read_notice(text, paragraph)
    return tuple(found[:MOST_NOTICES])


def _read_notice(text: str, notice: Span) -> Iterator[Correction]:
    """Yield what a notice tells; of its readings the first whose old words have a figure, else the first."""
    said = notice.cut(text)
    matches = [match for form in _FORMS if (match := form.search(said))]
    figures = [match for match in matches if find_quantities(match["old"])]
    if not matches:
        yield from _read_last_word(text, notice)
    for match in (figures or matches)[:1]:
        old = Span(*match.span("old")).shifted(notice.start)
        new = _new_of(match, said)
        yield Correction(notice, old, new and new.shifted(notice.start))


def _read_last_word(text: str, notice: Span) -> Iterator[Correction]:
    """Yield the correction of a notice that tells one new figure and no old one.

    The old one is the only other figure of its unit in the text, where there is one.
    """
    figures = find_quantities(notice.cut(text))
    if len(figures) != 1 or _LABEL.match(notice.cut(text)) is None:
        return
    new = figures[0].span.shifted(notice.start)
    others = [
        one for one in find_quantities(text) if one.unit == figures[0].unit and not notice.covers(one.span)
    ]
    if len({_figure(one, Span(0, len(text)), text).number for one in others}) == 1:
        old = others[0].span
        if _figure(others[0], Span(0, len(text)), text).number not in new.cut(text):
            yield Correction(notice, old, new)


def _new_of(match: re.Match[str], said: str) -> Span | None:
    """Return where the new words stand: in the form itself, behind it, or before it."""
    for name in ("new", "rest"):
        if match.groupdict().get(name):
            return Span(*match.span(name))
    if said[match.end() :].strip(" .;\n"):
        return Span(match.end(), len(said))
    before = said[: match.start()].rstrip()
    return Span(0, len(before)) if find_quantities(before) else None


def as_corrected(text: str, corrections: Sequence[Correction]) -> tuple[Span, ...]:
    """Return what to leave out of a text so that only its last word stands.

    That is the old figures of each notice, or the old words where they have no figure; and the old figure
    everywhere, where the new one stands nowhere else: then the text itself was never mended.
    """
    gone: list[Span] = []
    for one in corrections:
        figures = [quantity.span.shifted(one.old.start) for quantity in find_quantities(one.old.cut(text))]
        gone += figures or [one.old]
        old, new = _pair(text, one)
        if old is not None and new is not None and not list(_elsewhere(text, one, new)):
            gone += _elsewhere(text, one, old)
    return tuple(gone)


def as_first_said(text: str, corrections: Sequence[Correction]) -> tuple[str, ...]:
    """Return how a text may have stood before its corrections, in both ways in which notices tell it.

    Once without what the notices give as new, for "an earlier version said that a ticket costs 14 euros";
    once with the old figure in the place of the new one, for "the fare is 16 euros, not 14". Offsets into
    them are of no use.
    """
    ways = (_without_new(text, corrections), _with_old_for_new(text, corrections))
    return tuple(dict.fromkeys(_edited(text, edits) for edits in ways))


def _without_new(text: str, corrections: Sequence[Correction]) -> dict[Span, str]:
    edits: dict[Span, str] = {}
    for one in corrections:
        old, new = _pair(text, one)
        if len(one.old.cut(text).split()) >= STATEMENT_WORDS:
            edits[Span(one.notice.start, one.old.start)] = ""
            edits[Span(one.old.end, one.notice.end)] = "."
        elif one.new is not None:
            edits[new.span if new else one.new] = " "
        if old is not None and new is not None:
            edits |= dict.fromkeys(_elsewhere(text, one, new), old.number)
    return edits


def _with_old_for_new(text: str, corrections: Sequence[Correction]) -> dict[Span, str]:
    edits: dict[Span, str] = {}
    for one in corrections:
        old, new = _pair(text, one)
        if old is not None and new is not None:
            edits[new.span] = old.words
            edits[one.old] = " "
            edits |= dict.fromkeys(_elsewhere(text, one, new), old.number)
    return edits


def _edited(text: str, edits: Mapping[Span, str]) -> str:
    """Return a text with stretches replaced; of two that overlap the later one is kept."""
    for span in sorted(edits, key=lambda one: -one.start):
        text = text[: span.start] + edits[span] + text[span.end :]
    return text


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure as a notice writes it: its number, its words, and where they stand in the text."""

    number: str
    words: str
    span: Span


def _pair(text: str, one: Correction) -> tuple[_Figure | None, _Figure | None]:
    """Return the figures that a notice sets against each other: the first of the same unit on each side.

    Where it does not tell the new one, that is the only figure of the unit elsewhere, if there is one.
    """
    olds = find_quantities(one.old.cut(text))
    if one.new is not None:
        for old in olds:
            for new in find_quantities(one.new.cut(text)):
                if old.unit == new.unit or "count" in (old.unit, new.unit):
                    return _figure(old, one.old, text), _figure(new, one.new, text)
    if len(olds) != 1:
        return None, None
    whole = Span(0, len(text))
    others = [
        _figure(quantity, whole, text)
        for quantity in find_quantities(text)
        if quantity.unit == olds[0].unit and not one.notice.overlaps(quantity.span)
    ]
    is_single = len({other.number for other in others}) == 1
    return (_figure(olds[0], one.old, text), others[0]) if is_single else (None, None)


_NUMBER = re.compile(r"\d[\d.,]*\d|\d")


def _figure(quantity: Quantity, within: Span, text: str) -> _Figure:
    span = quantity.span.shifted(within.start)
    words = span.cut(text)
    number = _NUMBER.search(words)
    return _Figure(number.group() if number else words, words, span)


def _elsewhere(text: str, one: Correction, figure: _Figure) -> Iterator[Span]:
    """Yield where a figure stands in the text outside the notice."""
    for match in re.finditer(rf"(?<![\w.,])(?<!\d[.,]){re.escape(figure.number)}(?!\w)(?![.,]\d)", text):
        span = Span(*match.span())
        if not one.notice.overlaps(span):
            yield span
