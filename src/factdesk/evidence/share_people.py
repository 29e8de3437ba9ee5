"""Says of whom a share is: named with the figure, carried from the sentences before it, or asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from factdesk.claims.alike import Terms, read_terms
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import load_phrases
from factdesk.claims.poll_standing import Known, People, read_people
from factdesk.claims.surroundings import topic_of
from factdesk.model import Span, Value
from factdesk.text.places import Place, place_norm

_TABLE = load_phrases("poll_sides")
_SAMPLE = re.compile(rf"\b(?:{'|'.join(str(_TABLE['sample']).split())})(?!\w)", re.IGNORECASE)
_NOT_THINGS = frozenset(str(_TABLE["not_things"]).split())
_NUMBER_WORDS = frozenset(str(_TABLE["number_words"]).split())
_OPENERS = re.compile(rf"(?:[\s,;:“\"]|\b(?:{'|'.join(str(_TABLE['openers']).split())})\b)*", re.IGNORECASE)
_AMONG = re.compile(
    r"\b(?:among(?:st)?|(?:poll|survey|study)\s+of(?:\s+(?:some\s+)?\d[\d,]*)?)\s+(?:the\s+)?", re.IGNORECASE
)
_POINTING = re.compile(rf"\b(?:{'|'.join(str(_TABLE['pointing_back']).split())})\b", re.IGNORECASE)
_PASSIVE = re.compile(r"\bby\s+(?:only\s+|just\s+|some\s+|about\s+|nearly\s+|almost\s+)?\Z", re.IGNORECASE)
_OPENING = 60
"""Code points at the start of a sentence, or behind a figure, in which its people are looked for."""

OWN, CARRIED, SAMPLE = "own", "carried", "sample"
LOOK_BACK = 8
"""Sentences before a figure whose people may be meant."""


def read_known(text: str, title: str, contexts: Sequence[SentenceContext]) -> tuple[Known, People | None]:
    """Return what a source says of itself and its sample, and the people asked where they are one group."""
    samples = [one.sentence for one in contexts if _tells_sample(one.sentence.cut(text))]
    said = (
        read_terms(title)
        .joined(_home(text, contexts[0].document.places if contexts else ()))
        .joined(topic_of(text))
    )
    for one in samples:
        said = said.joined(read_terms(one.cut(text)))
    asked = [found for one in samples if (found := _asked_people(text, one))]
    is_one = len({one.span.cut(text).lower() for one in asked}) == 1
    ages = frozenset(group for one in asked for group in one.groups if group[0] == "years")
    return Known(said, ages if is_one else frozenset()), asked[0] if is_one else None


def _tells_sample(said: str) -> bool:
    """Whether a sentence tells whom a poll asked, or how many."""
    return _SAMPLE.search(said) is not None and bool(_ASKED_SO_MANY.search(said) or _ASKED.search(said))


_ASKED_SO_MANY = re.compile(r"\b\d[\d,.]{2,}(?=\W)")
_ASKED = re.compile(r"\b(?:asked|polled|surveyed|questioned|interviewed|spoke\s+to)\s+", re.IGNORECASE)


def _asked_people(text: str, sentence: Span) -> People | None:
    """Return the people that a sentence says were asked: behind how many, else behind "polled"."""
    for pattern in (_ASKED_SO_MANY, _ASKED):
        if (match := pattern.search(text, sentence.start, sentence.end)) is not None:
            found = read_people(text, match.end(), min(sentence.end, match.end() + _OPENING))
            if found is not None:
                return found
    return None


_DATELINE = re.compile(r"(?:^|\n)\W*([A-Z]{3,}(?:[ -][A-Z]{2,})*)\b[^\n]{0,40}?\s[-–—]\s")


def _home(text: str, places: Sequence[Place]) -> Terms:
    """Return the places that all of a text is about: of its datelines, said twice, or the only ones."""
    counts = Counter(place_norm(one.name) for one in places)
    names = {one.name for one in places if counts[place_norm(one.name)] > 1 or len(counts) == 1}
    names |= {match.group(1).capitalize() for match in _DATELINE.finditer(text)}
    return read_terms(" ; ".join(f"in {name}" for name in sorted(names)))


def lead_people(text: str, sentence: Span, lead: int) -> People | None:
    """Return the people of "Of the 4,200 parents who replied, ..." or "Pupils are not: ..."."""
    found = read_people(text, sentence.start, lead) if lead > sentence.start else None
    return found if found is not None and _opens(text[sentence.start : found.span.start]) else None


def refers_only(people: People) -> bool:
    """Whether people are only referred to ("them", "those polled")."""
    return people.head is None and not people.groups and not people.narrowed and not people.nation


def points_back(people: People, text: str) -> bool:
    """Whether people are those of an earlier sentence ("of them", "of respondents"), not just anybody.

    "58 per cent of residents" below a sentence on dockers is no share of the dockers.
    """
    return _POINTING.search(people.span.cut(text)) is not None


def own_people(text: str, segment: Span, row: Sequence[Value]) -> People | None:
    """Return the people of a figure: behind it, among whom it is, or who do what it counts."""
    spans = [one.span for one in row if one.span]
    for span in spans:
        found = _at_figure(text, span, segment)
        if found is not None:
            return found
    among = _AMONG.search(text, segment.start, segment.end)
    if among is not None and (found := read_people(text, among.end(), segment.end)) is not None:
        return found
    figure = spans[0].start
    if len(row) == 1 and _PASSIVE.search(text[segment.start : figure]):
        return None
    before = read_people(text, segment.start, figure)
    return before if before is not None and _opens(text[segment.start : before.span.start]) else None


_TURN = re.compile(r"[;–—]\s|,\s(?:while|whereas|but)\s")


def turned_people(text: str, low: int, high: int) -> People | None:
    """Return the people to whom a sentence turns between two figures: "...; parents are less sure: 58%"."""
    turns = list(_TURN.finditer(text, low, high))
    found = read_people(text, turns[-1].end(), high) if turns else None
    if found is None or refers_only(found):
        return None
    return found if _opens(text[turns[-1].end() : found.span.start]) else None


def _at_figure(text: str, span: Span, segment: Span) -> People | None:
    """Return the people inside a figure ("one voter in eight") or right behind it."""
    inside = read_people(text, span.start, span.end, is_counted=True)
    if inside is not None:
        return inside
    is_one = _ONE.match(span.cut(text)) is not None
    behind = read_people(text, span.end, min(segment.end, span.end + _OPENING), is_counted=is_one)
    if behind is None or not _is_close(text[span.end : behind.span.start]):
        return None
    named = read_people(text, segment.start, span.start) if refers_only(behind) else None
    return named if named is not None and not refers_only(named) and not is_one else behind


def _opens(before: str) -> bool:
    """Whether a clause begins with the people of it; "of the 4,200 parents" too."""
    return (
        _OPENERS.fullmatch(before) is not None or re.search(rf"{_AMONG.pattern}\Z", before, re.I) is not None
    )


_ONE = re.compile(r"(?:only\s+|just\s+)?one\b", re.IGNORECASE)
_CLOSE = re.compile(
    r"[\s,]*(?:(?:slim\s+|narrow\s+|clear\s+)?(?:majority|minority)\s+)?(?:of\s+)?"
    r"(?:the\s+|all\s+|its\s+|their\s+|his\s+|her\s+|those\s+|these\s+)*(?:of\s+)?",
    re.IGNORECASE,
)
_OF_SOME = re.compile(r"\s+of\s+[\w’',\s]{0,30}")


def _is_close(gap: str) -> bool:
    return _CLOSE.fullmatch(gap) is not None or _OF_SOME.fullmatch(gap) is not None


_THINGS_IN = re.compile(r"\b(?:in|out\s+of)\b", re.IGNORECASE)
_OF_WHAT = re.compile(
    r"\s+of\s+(?:the\s+|its\s+|their\s+|all\s+|our\s+)?(?P<what>[a-z][\w’'-]*)(?:\s+(?P<next>[a-z]+))?"
)


def is_of_things(text: str, value: Value) -> bool:
    """Whether a share is of things: "nine schools in ten", "80 per cent of the seats"."""
    assert value.span is not None
    said = value.span.cut(text)
    words = re.findall(r"[a-z]{4,}", said.lower())
    if _THINGS_IN.search(said):
        inside = [one for one in words if one not in _NUMBER_WORDS]
        return bool(inside)
    what = _OF_WHAT.match(text, value.span.end)
    return (
        what is not None
        and what["what"] not in _NOT_THINGS
        and read_people(text, what.start("what"), what.end()) is None
    )


def carried_people(
    text: str,
    contexts: Sequence[SentenceContext],
    number: int,
    of_sample: People | None,
    told: Mapping[int, People],
) -> People | None:
    """Return the people last spoken of in the paragraph, else those of the sample."""
    here = contexts[number]
    for other in reversed(contexts[max(0, number - LOOK_BACK) : number]):
        if other.paragraph != here.paragraph:
            break
        found = told.get(other.index) or _people_of_sentence(text, other.sentence)
        if found is not None and not refers_only(found):
            is_sample = found.origin == SAMPLE or (of_sample is not None and found.span == of_sample.span)
            return replace(found, origin=SAMPLE if is_sample else CARRIED)
    return replace(of_sample, origin=SAMPLE) if of_sample else None


_DONE_TO = re.compile(r"\s+(?:is|are|was|were)\s+\w+ed\s+by\b")
_FIGURE_OF = re.compile(r"(?:per\s?cent|percent|%|\bin\s+\w+|\d)\s+(?:of\s+(?:the\s+|its\s+)?)?(?=[A-Za-z])")
_AT_START = 12
_AT_FIGURE = 3


def _people_of_sentence(text: str, sentence: Span) -> People | None:
    """Return the people that a sentence is about: at its start, behind a figure, or asked."""
    opening = read_people(text, sentence.start, min(sentence.end, sentence.start + _OPENING))
    is_first = opening is not None and opening.span.start - sentence.start <= _AT_START
    if opening is not None and is_first and not _DONE_TO.match(text, opening.span.end):
        return opening
    if (figure := _FIGURE_OF.search(text, sentence.start, sentence.end)) is not None:
        found = read_people(text, figure.end(), sentence.end)
        if found is not None and found.span.start - figure.end() <= _AT_FIGURE:
            return found
    is_sample = _SAMPLE.search(text, sentence.start, sentence.end) is not None
    return read_people(text, sentence.start, sentence.end) if is_sample else None
