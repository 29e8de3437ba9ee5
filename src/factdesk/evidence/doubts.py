"""Finds what a text holds but does not assert: denied, told as false, joked, invented, said by readers.

"Tickets cost 14 euros, it was rumoured, but this was false" has the words of a claim and backs nothing. The
words that tell stand in ``tables/doubts.toml``; each says which stretch beside it is in doubt.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from factdesk.evidence.disguises import find_disguises
from factdesk.evidence.doubt_words import (
    LEAD_INS,
    MACHINES,
    MACHINES_HINT,
    SECTIONS,
    SENTENCE_HINT,
    TAKEN_BACK,
    TAKEN_BACK_WHOLE,
    TITLES,
    WHOLE,
    WHOLE_HINT,
    after_cues,
    before_cues,
    label_at,
    lone_label,
    truth_after,
)
from factdesk.model import Span
from factdesk.text.sentences import split_paragraphs, split_sentences


@dataclass(frozen=True, slots=True)
class Doubt:
    """A stretch of a text that the text does not assert, and the code that says why.

    Where ``is_negation``, the finders of a state read the denial themselves ("denied that it was sold out").
    """

    span: Span
    code: str
    is_negation: bool = False


@lru_cache(maxsize=64)
def find_doubts(text: str, title: str = "") -> tuple[Doubt, ...]:
    """Return the stretches that a text does not assert, in reading order; they may overlap."""
    page = _Page.of(text)
    found = [*_whole(page, title), *_sections(page), *_paragraphs(page), *_sentences(page)]
    found += [Doubt(span, code) for span, code in find_disguises(text, page.sentences)]
    return tuple(sorted(found, key=lambda one: (one.span.start, one.span.end, one.code)))


@dataclass(frozen=True, slots=True)
class _Page:
    """A text with its paragraphs, lines and sentences."""

    text: str
    paragraphs: Sequence[Span]
    lines: Sequence[Span]
    sentences: Sequence[Span]

    @classmethod
    def of(cls, text: str) -> _Page:
        lines = [Span(*one.span()) for one in re.finditer(r"[^\n]*[^\s][^\n]*", text)]
        return cls(text, split_paragraphs(text), lines, split_sentences(text))

    def line_after(self, span: Span) -> Span | None:
        """Return the line below the one in which a stretch ends."""
        return next((one for one in self.lines[self._line_at(span.end) + 1 :]), None)

    def line_of(self, offset: int) -> Span:
        return self.lines[max(self._line_at(offset), 0)]

    def _line_at(self, offset: int) -> int:
        return bisect_right(self.lines, max(offset - 1, 0), key=lambda one: one.start) - 1


SATIRE_LINES = 3
"""So many lines from the top or the bottom a page says of itself that it is satire."""


def _whole(page: _Page, title: str) -> Iterator[Doubt]:
    """Yield the whole text where it says of itself that it is satire, invented or a sample."""
    everything = Span(0, len(page.text))
    hinted = [one for one in page.sentences if WHOLE_HINT.search(page.text, one.start, one.end)]
    for code, pattern in WHOLE.items():
        if any(pattern.search(page.text, one.start, one.end) for one in hinted):
            yield Doubt(everything, code)
    for code, pattern in TITLES.items():
        if pattern.match(title):
            yield Doubt(everything, code)
    edges = {*page.lines[:SATIRE_LINES], *page.lines[-SATIRE_LINES + 1 :]}
    for line in edges:
        alone = lone_label(line.cut(page.text))
        if alone in ("satire", "fiction"):
            yield Doubt(everything, alone)
    if page.lines and (found := label_at(page.lines[0].cut(page.text), 0)) and found[1] == "satire":
        yield Doubt(everything, found[1])


def _sections(page: _Page) -> Iterator[Doubt]:
    """Yield what stands below a heading such as "Comments (12)"; a list of myths ends at the next heading."""
    for number, line in enumerate(page.lines):
        said = line.cut(page.text).strip(" \t#*_–—-:")
        if not said or len(said) > LONGEST_HEADING:
            continue
        for code, pattern in SECTIONS.items():
            if pattern.fullmatch(said):
                yield Doubt(Span(line.end, _section_end(page, number, code)), code)


LONGEST_HEADING = 140


def _section_end(page: _Page, number: int, code: str) -> int:
    if code == "comment_section":
        return len(page.text)
    later = page.lines[number + 1 :]
    for at, line in enumerate(later):
        if at and _looks_like_heading(line.cut(page.text)):
            return line.start
    return len(page.text)


def _looks_like_heading(line: str) -> bool:
    said = line.strip()
    return len(said.split()) <= 8 and said[-1].isalnum() and not re.match(r"[-*•–\d]", said)


_MARKS_OF_COMMENTS = re.compile(
    r"\W*(?:\d+\s*)?(?:(?:likes?|upvotes?|points?|reply|report|share|flag|permalink|quote)\b[\s·|•,-]*(?:\d+\w?\s*)?){2,}.{0,20}",
    re.IGNORECASE,
)


def _paragraphs(page: _Page) -> Iterator[Doubt]:
    """Yield paragraphs that speak to machines, and comments told by the buttons below them."""
    for sentence in page.sentences:
        said = sentence.cut(page.text)
        if MACHINES_HINT.search(said) and MACHINES.search(said):
            at = bisect_right(page.paragraphs, sentence.start, key=lambda one: one.start) - 1
            yield Doubt(page.paragraphs[max(at, 0)], "addressed_to_machines")
    for number, line in enumerate(page.lines):
        if number and _MARKS_OF_COMMENTS.fullmatch(line.cut(page.text)):
            yield Doubt(page.lines[number - 1], "comment_section")


def _sentences(page: _Page) -> Iterator[Doubt]:
    for number, sentence in enumerate(page.sentences):
        said = sentence.cut(page.text)
        is_hinted = SENTENCE_HINT.search(said) is not None
        yield from _labelled(page, number)
        if is_hinted or ":" in said or len(said) <= SHORT:
            yield from _led_in(page, number)
        if number and (is_hinted or len(said) <= SHORT):
            yield from _took_back(page, number)
        if not is_hinted:
            continue
        for span, code, is_negation in (*after_cues(said), *before_cues(said)):
            yield Doubt(span.shifted(sentence.start), code, is_negation)


SHORT = 60
"""A sentence of so many characters may take another back by its form alone ("They did not.")."""


def _next_sentence(page: _Page, number: int) -> Span | None:
    return page.sentences[number + 1] if number + 1 < len(page.sentences) else None


def _labelled(page: _Page, number: int) -> Iterator[Doubt]:
    """Yield what a label takes back: the rest of its sentence, or the line below where it stands alone."""
    sentence = page.sentences[number]
    line = page.line_of(sentence.start)
    if line.start >= sentence.start - 4 and (code := lone_label(line.cut(page.text))):
        below = page.line_after(line)
        if below is not None:
            yield Doubt(below, code)
        return
    found = label_at(sentence.cut(page.text), 0)
    if found is not None:
        start, code = found
        rest = Span(sentence.start + start, sentence.end)
        rest = Span(rest.start, rest.start + truth_after(rest.cut(page.text)))
        yield Doubt(_quoted_whole(page, rest), code)


def _quoted_whole(page: _Page, span: Span) -> Span:
    """Return a stretch, up to the end of the quotation where it opens one."""
    opened = re.match(r"\s*[“\"]", span.cut(page.text))
    if opened is None:
        return span
    closed = re.compile(r"[”\"]").search(page.text, span.start + opened.end())
    return Span(span.start, max(span.end, closed.end())) if closed else span


def _led_in(page: _Page, number: int) -> Iterator[Doubt]:
    """Yield what a sentence announces as false: behind its colon, or the sentence or line after it."""
    sentence = page.sentences[number]
    said = sentence.cut(page.text)
    for pattern, code in LEAD_INS:
        match = pattern.match(said.lstrip(" \t*-•"))
        if match is None:
            continue
        at = said.find(":", 0)
        rest = said[at + 1 :].strip(" \n\t") if at >= 0 else ""
        if rest:
            yield Doubt(_quoted_whole(page, Span(sentence.start + at + 1, sentence.end)), code)
        elif at >= 0 or _IS_POINTING.match(said) or (code == "supposed" and match.end() >= len(said) - 2):
            follows = _next_sentence(page, number)
            if follows is not None:
                is_below = "\n" in page.text[sentence.end : follows.start] or at >= 0
                yield Doubt(_line_or(page, follows, is_below), code)
        return


_IS_POINTING = re.compile(
    r"(?:the following|what follows|here|below|these|do not|don['’]t|never|beware)", re.IGNORECASE
)


def _line_or(page: _Page, sentence: Span, is_whole_line: bool) -> Span:
    return Span(sentence.start, page.line_of(sentence.start + 1).end) if is_whole_line else sentence


def _took_back(page: _Page, number: int) -> Iterator[Doubt]:
    """Yield the sentence before one that takes it back ("That is not true.")."""
    sentence, earlier = page.sentences[number], page.sentences[number - 1]
    said = sentence.cut(page.text).strip(" \t\n“”\"'‘’()[]*-–—.!?…")
    if TAKEN_BACK.match(said) or TAKEN_BACK_WHOLE.fullmatch(said):
        yield Doubt(earlier, "denied_near")


def blank(text: str, spans: Iterable[Span]) -> str:
    """Return a text with stretches blanked out; every other character stays where it is.

    The full stop at the end of a stretch stays too, else two sentences would become one.
    """
    pieces, at = [], 0
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        start, end = max(span.start, at), max(span.end, at)
        gone = text[start:end]
        kept = len(gone.rstrip(_STOPS))
        pieces += [text[at:start], _NO_NEWLINE.sub(" ", gone[:kept]), gone[kept:]]
        at = end
    return "".join(pieces) + text[at:]


_NO_NEWLINE = re.compile(r"[^\n]")
_STOPS = ".!?… \n"
