"""A text in the terminal with its claims marked in place and what each asserts beside them.

With colours a claim is underlined in the colour of its kind; without them a row of signs stands below its
words. Offsets count code points of the text, columns count cells of the terminal, in which a letter of
Chinese takes two and a combining accent none.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from factdesk.claims.findings import Finding
from factdesk.model import Span
from factdesk.reports.claim_words import claim_tag
from factdesk.reports.terminal import visible
from factdesk.reports.words import count_words
from factdesk.text.sentences import split_paragraphs, split_sentences

KIND_LOOKS = {"sellout": ("magenta", "^"), "price": ("cyan", "~"), "poll": ("green", "=")}
"""Colour of each kind, and the sign that stands below its words where there are no colours."""
OTHER_LOOK = ("yellow", "-")

_ASIDE_STYLE, _ASIDE_SIGN = "dim", "."
_FINDING, _SENTENCE = "finding ", "sentence "

_MARGIN = 6
"""Cells left of the text; the number of the first sentence that begins on a line stands there."""
_NARROWEST = 20
_FAR_SENTENCES = 4
"""So many sentences of a paragraph without a claim are left out and counted instead."""
_BREAK = re.compile(r"[ ]*[\t\n\r\v\f\x85\u2028\u2029]\s*")


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Sentences that follow each other in one paragraph, all to be shown, or all to be counted only."""

    sentences: Sequence[Span]
    first_number: int
    is_shown: bool


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a finding stands on one line, in cells, and whether it ends there."""

    start: int
    end: int
    finding: Finding
    is_last: bool


def print_marked(text: str, findings: Iterable[Finding], console: Console) -> None:
    """Print a text with its findings marked: a legend, then the paragraphs; what has no finding is counted.

    Colours and underlines need a terminal and are left away where NO_COLOR is set.
    """
    view = _View(text, findings, console)
    for line in view.lines():
        console.print(line, soft_wrap=True)


class _View:
    """One text with its findings, ready to be drawn as wide as the console."""

    def __init__(self, text: str, findings: Iterable[Finding], console: Console) -> None:
        self._text = text
        self._findings = sorted(findings, key=lambda one: (one.quote.start, -one.quote.end))
        self._starts = [one.quote.start for one in self._findings]
        self._console = console
        self._is_coloured = console.color_system is not None and not console.no_color
        self._width = max(console.width - _MARGIN, _NARROWEST)

    def lines(self) -> Iterator[Text]:
        """Yield the lines of the whole view."""
        if self._findings:
            for line in self._legend().wrap(self._console, self._width):
                yield _margin("").append_text(line)
            yield Text()
        counted = 0
        for stretch in self._stretches():
            if not stretch.is_shown:
                counted += len(stretch.sentences)
                continue
            yield from self._counted_lines(counted)
            counted = 0
            yield from self._shown_lines(stretch)
            yield Text()
        yield from self._counted_lines(counted)

    def _legend(self) -> Text:
        kinds = dict.fromkeys(one.kind for one in self._findings if not one.is_set_aside)
        signs = [(kind, *_looks(kind)) for kind in kinds]
        if any(one.is_set_aside for one in self._findings):
            signs.append(("set aside", _ASIDE_SIGN, _ASIDE_STYLE))
        words = [
            self._styled(name, style) if self._is_coloured else Text(f"{sign * 3} {name}")
            for name, sign, style in signs
        ]
        return Text("   ").join(words)

    def _counted_lines(self, sentences: int) -> Iterator[Text]:
        if sentences:
            yield _margin("").append_text(
                self._styled(f"… {count_words(sentences, 'sentence')} …", _ASIDE_STYLE)
            )
            yield Text()

    def _styled(self, words: str, style: str) -> Text:
        return Text(words, style=style if self._is_coloured else "", end="")

    def _stretches(self) -> Iterator[_Stretch]:
        """Yield the sentences in reading order, cut at paragraphs and where showing turns into counting."""
        starts = [paragraph.start for paragraph in split_paragraphs(self._text)]
        numbered = enumerate(split_sentences(self._text), start=1)
        for _, group in groupby(numbered, key=lambda one: bisect_right(starts, one[1].start)):
            paragraph = list(group)
            shown = _shown_places([bool(self._within(sentence)) for _, sentence in paragraph])
            for is_shown, places in groupby(range(len(paragraph)), key=shown.__getitem__):
                run = [paragraph[at] for at in places]
                yield _Stretch([sentence for _, sentence in run], run[0][0], is_shown)

    def _within(self, span: Span) -> list[Finding]:
        """Return the findings whose quote begins in a span."""
        return self._findings[bisect_left(self._starts, span.start) : bisect_left(self._starts, span.end)]

    def _shown_lines(self, stretch: _Stretch) -> Iterator[Text]:
        whole = Span(stretch.sentences[0].start, stretch.sentences[-1].end)
        findings = self._within(whole)
        lines = _named_words(self._text, whole, stretch, findings).wrap(self._console, self._width)
        last = {name: number for number, line in enumerate(lines) for name, *_ in _names(line, _FINDING)}
        for number, line in enumerate(lines):
            sentence = next((str(name) for name, *_ in _names(line, _SENTENCE)), "")
            places = [(findings[name], start, end) for name, start, end in _names(line, _FINDING)]
            yield _margin(sentence).append_text(self._painted(line, places))
            marks = [
                _Mark(
                    cell_len(line.plain[:start]),
                    cell_len(line.plain[:end]),
                    findings[name],
                    last[name] == number,
                )
                for name, start, end in _names(line, _FINDING)
            ]
            for row in self._rows(marks):
                yield _margin("").append_text(row)

    def _painted(self, line: Text, places: Iterable[tuple[Finding, int, int]]) -> Text:
        painted = Text(line.plain.rstrip())
        for finding, start, end in places:
            if self._is_coloured:
                painted.stylize(_style(finding), start, end)
        return painted

    def _rows(self, marks: Iterable[_Mark]) -> list[Text]:
        """Return the rows below a line: signs where there are no colours, and what ended claims assert."""
        rows: list[Text] = []
        for mark in marks:
            tag = claim_tag(mark.finding) if mark.is_last else ""
            if self._is_coloured:
                below = f"└ {tag}" if tag else ""
            else:
                signs = _sign(mark.finding) * max(1, mark.end - mark.start)
                beside = f"{signs} {tag}".rstrip()
                fits = mark.start + cell_len(beside) <= self._width
                _place(rows, mark.start, Text(beside if fits else signs))
                below = "" if fits else tag
            pieces = Text(below).wrap(self._console, self._width) if below else ()
            for piece in pieces:
                start = max(0, min(mark.start, self._width - cell_len(piece.plain)))
                said = self._styled(piece.plain.rstrip(), _style(mark.finding, underline=""))
                if len(pieces) == 1:
                    _place(rows, start, said)
                else:  # a row of its own for each piece, so that nothing comes between them
                    rows.append(Text(" " * start).append_text(said).append(" " * self._width))
        for row in rows:
            row.rstrip()
        return rows


def _margin(words: str) -> Text:
    return Text(f"{words:>{_MARGIN - 2}}  ")


def _looks(kind: str) -> tuple[str, str]:
    """Return the sign and the style of a kind."""
    colour, sign = KIND_LOOKS.get(kind, OTHER_LOOK)
    return sign, f"underline {colour}"


def _style(finding: Finding, underline: str = "underline ") -> str:
    colour, _ = KIND_LOOKS.get(finding.kind, OTHER_LOOK)
    return f"{underline}{_ASIDE_STYLE if finding.is_set_aside else colour}"


def _sign(finding: Finding) -> str:
    return _ASIDE_SIGN if finding.is_set_aside else KIND_LOOKS.get(finding.kind, OTHER_LOOK)[1]


def _shown_places(marked: Sequence[bool]) -> list[bool]:
    """Return which sentences of a paragraph are shown: the marked ones and short runs between them."""
    shown: list[bool] = []
    for is_marked, run in groupby(marked):
        length = len(list(run))
        shown += [is_marked or (length < _FAR_SENTENCES and length < len(marked))] * length
    return shown


def _named_words(text: str, whole: Span, stretch: _Stretch, findings: Sequence[Finding]) -> Text:
    """Return the shown words, safe for a terminal, with spans that name sentences and findings by number."""
    quotes = [Span(one.quote.start, min(one.quote.end, whole.end)) for one in findings]
    cuts = sorted({whole.start, whole.end, *(one.start for one in stretch.sentences)}.union(*_ends(quotes)))
    pieces = [visible(_BREAK.sub(" ", text[start:end])) for start, end in pairwise(cuts)]
    places = dict(zip(cuts, accumulate(map(len, pieces), initial=0), strict=True))
    words = Text("".join(pieces))
    for number, sentence in enumerate(stretch.sentences, start=stretch.first_number):
        words.stylize(f"{_SENTENCE}{number}", places[sentence.start], places[sentence.start] + 1)
    for number, quote in enumerate(quotes):
        words.stylize(f"{_FINDING}{number}", places[quote.start], places[quote.end])
    return words


def _ends(spans: Iterable[Span]) -> list[set[int]]:
    return [{span.start, span.end} for span in spans]


def _names(line: Text, sort: str) -> list[tuple[int, int, int]]:
    """Return number, start and end of the named spans of one sort on a line, in reading order."""
    return sorted(
        (
            (int(str(span.style).removeprefix(sort)), span.start, min(span.end, len(line.plain.rstrip())))
            for span in line.spans
            if str(span.style).startswith(sort)
        ),
        key=lambda one: one[1:],
    )


def _place(rows: list[Text], start: int, piece: Text) -> None:
    """Put a piece at a column of the first row that is free from there on."""
    for row in rows:
        if cell_len(row.plain) < start or not row.plain:
            break
    else:
        row = Text()
        rows.append(row)
    row.append(" " * (start - cell_len(row.plain)))
    row.append_text(piece)
