"""Links of a canonical text: bare addresses, numbered references, and what counts as a link at all."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from urllib.parse import urljoin

from factdesk.model import Span
from factdesk.reading.decode import storable

MAX_LINKS = 5_000
"""More links than any essay has; the rest of a link farm is left out."""


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link of an essay: its address and the characters of the canonical text that carry it.

    ``form`` is inline, bare, reference, footnote or front_matter. ``span`` marks the link's visible words
    or the bare address; where a link is shown only by a note mark that the text leaves out, the word that
    the mark hangs on; None where a link has no place in the text.
    """

    url: str
    span: Span | None
    form: str


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One numbered entry of a list of references: its label and its stretch of the text."""

    label: str
    span: Span


_BARE = re.compile(
    r"""
    (?<![\w@/.])
    (?: [a-z][a-z0-9+.-]{1,20}:// | www\.(?=[^\s.]) | javascript:(?=\S) )
    [^\s<>"“”‘’«»`{}|\\^。，、；]+
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TRAILING = ".,;:!?'*_~"
_CLOSERS = {")": "(", "]": "["}
_CONTROLS = re.compile(r"[\x00-\x20\x7f]+")
_LINE_BREAKS = re.compile(r"[\t\n\r]")

NOTES_HEADING = re.compile(
    r"""
    ^ [ \t#*_=]* (?: references | sources | notes | footnotes | endnotes | bibliography | works[ ]cited
               | links | citations | further[ ]reading ) [ \t*_:=]* $
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
_BRACKET_ENTRY = re.compile(r"^[ \t]*\[\^?(?P<label>\w{1,20})\]:?(?=[ \t\n])", re.MULTILINE)
_NUMBER_ENTRY = re.compile(r"^[ \t]*(?P<label>\d{1,3})[.)](?=[ \t])", re.MULTILINE)
_ENTRY_END = re.compile(r"\n[ \t]*\n")
_MARK = re.compile(r"\[\^?(?P<labels>\w{1,20}(?:[ ]?[,;–-][ ]?\d{1,3}){0,9})\]")
_RANGE = re.compile(r"(\d{1,3})[ ]?[–-][ ]?(\d{1,3})")


def clean_url(written: str, base: str | None = None) -> str | None:
    """Return the address of a link as written, absolute where ``base`` is known, or None for no link.

    ``mailto:`` and ``#...`` are not links; everything else is, ``file:`` and ``javascript:`` too.
    """
    url = storable(_LINE_BREAKS.sub("", written)).strip(" \x00\x0b\x0c\x1f")
    if not url or url.startswith("#") or url[:7].lower() == "mailto:":
        return None
    if base is None:
        return url
    try:
        return urljoin(base, url)
    except ValueError:  # "http://[" and other addresses that no parser reads
        return url


def find_bare_links(text: str) -> list[FoundLink]:
    """Find addresses that stand in the text as they are, without the punctuation that follows them."""
    links = []
    for found in _BARE.finditer(text):
        written = _trim(found[0])
        if _CONTROLS.search(written) or written.endswith("//"):
            continue
        url = f"http://{written}" if written[:4].lower() == "www." else written
        links.append(FoundLink(url, Span(found.start(), found.start() + len(written)), "bare"))
    return links


def _trim(written: str) -> str:
    """Cut closing punctuation and brackets that were opened before the address."""
    surplus = {closer: written.count(closer) - written.count(opener) for closer, opener in _CLOSERS.items()}
    end = len(written)
    while end:
        last = written[end - 1]
        if last in _CLOSERS and surplus[last] > 0:
            surplus[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return written[:end]


def complete_links(
    text: str, marked: Sequence[FoundLink], entries: Sequence[ListEntry] = (), skip: Span | None = None
) -> tuple[FoundLink, ...]:
    """Return ``marked`` with the text's bare addresses and numbered references, in reading order.

    ``entries`` are numbered list items whose numbers the text leaves out; ``skip`` is a stretch (front
    matter) where addresses are not links of the text.
    """
    free = _FreeText([link.span for link in marked if link.span is not None] + ([skip] if skip else []))
    bare = [link for link in find_bare_links(text) if link.span is not None and free.holds(link.span)]
    found = _references([*marked, *bare], text, entries, skip)
    ordered = sorted(found, key=lambda link: link.span.start if link.span else len(text))
    return tuple(dict.fromkeys(ordered))[:MAX_LINKS]


class _FreeText:
    """The text outside the given spans; one question costs log n, however the spans nest."""

    def __init__(self, taken: Sequence[Span]) -> None:
        ordered = sorted(taken, key=lambda span: span.start)
        self._starts = [span.start for span in ordered]
        self._furthest = list(accumulate((span.end for span in ordered), max))

    def holds(self, span: Span) -> bool:
        before = bisect_right(self._starts, span.start)
        if before and self._furthest[before - 1] > span.start:
            return False
        return before == len(self._starts) or self._starts[before] >= span.end


def _references(
    links: list[FoundLink], text: str, entries: Sequence[ListEntry], skip: Span | None
) -> list[FoundLink]:
    listed = _find_entries(text, entries, skip)
    if not listed:
        return links
    links = sorted(links, key=lambda link: link.span.start if link.span else -1)
    urls: dict[str, list[str]] = {}
    known: list[FoundLink] = []
    starts = [entry.span.start for entry in listed]
    for link in links:
        entry = _entry_at(link.span, listed, starts)
        if entry is not None:
            urls.setdefault(entry.label, []).append(link.url)
            link = FoundLink(link.url, link.span, "reference" if link.form == "bare" else link.form)
        known.append(link)
    return known + list(_marks(text, urls, listed, starts))


def _entry_at(span: Span | None, listed: Sequence[ListEntry], starts: Sequence[int]) -> ListEntry | None:
    if span is None:
        return None
    at = bisect_right(starts, span.start) - 1
    return listed[at] if at >= 0 and listed[at].span.covers(span) else None


def _find_entries(text: str, entries: Sequence[ListEntry], skip: Span | None) -> list[ListEntry]:
    """Find reference entries: ``[1]: ...`` anywhere, ``1. ...`` and list items below such a heading."""
    section = next(iter(NOTES_HEADING.finditer(text)), None)
    below = section.end() if section else len(text)
    heads = [(found.start(), found["label"]) for found in _BRACKET_ENTRY.finditer(text)]
    heads += [(found.start(), found["label"]) for found in _NUMBER_ENTRY.finditer(text, below)]
    heads = sorted(head for head in heads if skip is None or head[0] >= skip.end)
    listed = [entry for entry in entries if entry.span.start >= below]
    for (start, label), end in zip(heads, [*(start for start, _ in heads[1:]), len(text)], strict=False):
        blank = _ENTRY_END.search(text, start, end)
        listed.append(ListEntry(label.lower(), Span(start, blank.start() if blank else end)))
    return sorted(listed, key=lambda entry: entry.span.start)


def _marks(
    text: str, urls: dict[str, list[str]], listed: Sequence[ListEntry], starts: Sequence[int]
) -> Iterable[FoundLink]:
    """Find the marks ``[1]``, ``[1, 2]`` and ``[1-3]`` that point at listed entries."""
    heads = set(starts)
    for found in _MARK.finditer(text):
        line_start = text.rfind("\n", 0, found.start()) + 1
        if line_start in heads and not text[line_start : found.start()].strip():
            continue  # the entry's own label
        for label in _labels(found["labels"]):
            for url in urls.get(label, ())[:10]:
                yield FoundLink(url, Span(found.start(), found.end()), "reference")


def _labels(written: str) -> list[str]:
    labels: list[str] = []
    for piece in re.split(r"[,;]", written):
        run = _RANGE.fullmatch(piece.strip())
        if run and 0 <= int(run[2]) - int(run[1]) <= 20:
            labels += [str(number) for number in range(int(run[1]), int(run[2]) + 1)]
        else:
            labels.append(piece.strip().lower())
    return labels
