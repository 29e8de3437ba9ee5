"""``factdesk claims``, ``text`` and ``judge``: one text or pair in, words or JSON out; no warehouse."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from factdesk.claims.find import count_set_aside, find_claims
from factdesk.claims.findings import Finding
from factdesk.claims.lines import claim_line
from factdesk.claims.records import links_near
from factdesk.config import Home
from factdesk.errors import EssayError, UsageError
from factdesk.essays.inputs import list_essays
from factdesk.essays.read import read_essay
from factdesk.model import FAILED_ESSAY_OUTCOMES, EssayLink, EssayOutcome, Locator, Note
from factdesk.reading.decode import sniff_media_type
from factdesk.reading.essay_text import EssayText, read_essay_text
from factdesk.reading.locators import find_label
from factdesk.reports.marked_text import print_marked
from factdesk.reports.terminal import json_line, visible
from factdesk.reports.words import code_in_words, summary_line
from factdesk.text.sentences import split_sentences
from factdesk.verdicts.consistency import find_notes, note_line
from factdesk.web.url_keys import url_key
from factdesk.web.workers import ReadingPool, WorkerDeath

EXIT_UNREAD = 3
STANDARD_INPUT = "-"

Say = Callable[[str], None]


class _NothingKnown:
    """Stands for a warehouse where these commands look at none."""

    def essay_at(self, inbox: str, path: str) -> None:
        return None

    def essays_with_text(self, text_sha256: str) -> Sequence[Any]:
        return ()

    def essays_like(self, text: str) -> Sequence[Any]:
        return ()

    def essay_with_key(self, essay_key: str) -> None:
        return None

    def essay_by_address(self, uri: str) -> None:
        return None


@dataclass(frozen=True, slots=True)
class OneText:
    """The canonical text of one essay, its date, and where in the file it stands."""

    text: str
    published_on: date | None
    locators: tuple[Locator, ...]
    links: tuple[EssayLink, ...] = ()


def read_text(place: str, home: Home, say: Say) -> OneText:
    """Return the text of one essay; say why when there is none.

    Raises EssayError when the essay cannot be read at all.
    """
    outcome, detail, one = _read_standard_input(home) if place == STANDARD_INPUT else _read_file(place, home)
    if outcome in FAILED_ESSAY_OUTCOMES:
        reason = detail or code_in_words(outcome.value)
        raise EssayError(f"the essay {place} cannot be read ({code_in_words(outcome.value)}): {reason}")
    if outcome is not EssayOutcome.READ:
        say(f"{place}: {code_in_words(outcome.value)}")
    return one


Answer = tuple[EssayOutcome, str | None, OneText]


def _read_standard_input(home: Home) -> Answer:
    """Read a text here, and what only a parser reads (Word, PDF) in the worker that may be killed."""
    content = sys.stdin.buffer.read()
    if sniff_media_type(content) is None:
        found: EssayText | WorkerDeath = read_essay_text(content, "plain")
    else:
        with ReadingPool(home.settings.reading) as pool:
            found = pool.read_essay_text(content, "plain")
    if isinstance(found, WorkerDeath):
        return EssayOutcome.PARSER_KILLED, found.reason, OneText("", None, ())
    links = tuple(EssayLink(link.url, url_key(link.url), link.span, link.form) for link in found.links)
    return found.outcome, found.detail, OneText(found.text, found.published_on, found.locators, links)


def _read_file(place: str, home: Home) -> Answer:
    if place.lower().startswith(("http://", "https://")):
        raise UsageError(
            f"{place} is an address, and no network is used here; save the page, or use factdesk check"
        )
    if Path(place).is_dir():
        raise UsageError(f"{place} is a folder; name one essay, or use factdesk check for a folder")
    (essay,) = list_essays([place], home)
    with ReadingPool(home.settings.reading) as pool:
        read = read_essay(essay, _NothingKnown(), pool, home.settings)
    links = read.version.links if read.version is not None else ()
    return read.outcome, read.detail, OneText(read.text, read.essay.published_on, read.locators, links)


def print_text(place: str, home: Home, *, say: Say) -> int:
    """Print the canonical text exactly: every character counts in offsets, so nothing is added."""
    one = read_text(place, home, say)
    sys.stdout.buffer.write(one.text.encode("utf-8"))
    return 0


def print_claims(
    place: str,
    home: Home,
    *,
    as_json: bool,
    show_all: bool,
    console: Console,
    say: Say,
    as_list: bool = False,
) -> int:
    """Print one text with its claims marked, the flagged ones too when ``show_all``.

    ``as_json`` prints a line a claim instead, ``as_list`` one claim below the other.
    """
    one = read_text(place, home, say)
    text = one.text
    findings = find_claims(text, published_on=one.published_on, kinds=home.settings.claims.kinds)
    notes = find_notes(findings, text, one.published_on)
    shown = [at for at, finding in enumerate(findings) if show_all or not finding.is_set_aside]
    if not (as_json or as_list):
        print_marked(text, [findings[at] for at in shown], console)
        _print_notes(findings, notes, console)
    for at in shown:
        finding, own = findings[at], notes.get(at, ())
        line = _line_of(finding, one) | {"notes": [note_line(note, finding.quote) for note in own]}
        if as_json:
            print(json_line(line))
        elif as_list:
            _print_finding(finding, line, text, console)
    kept = sum(not finding.is_set_aside for finding in findings)
    summary = summary_line(len(split_sentences(text)), kept, dict(count_set_aside(findings)))
    say(summary) if as_json else console.print(summary)
    return 0


def _print_notes(findings: Sequence[Finding], notes: Mapping[int, Sequence[Note]], console: Console) -> None:
    for place, found in notes.items():
        for note in found:
            quote = Text(visible(f"“{' '.join(findings[place].text.split())}”"), style="dim")
            console.print(Text.assemble(("note  ", "cyan"), visible(note.sentence), " ", quote))
    if notes:
        console.print()


def _line_of(finding: Finding, one: OneText) -> dict[str, Any]:
    near = links_near(finding, one.text, one.links)
    return {
        **claim_line(finding, one.text),
        "locator": find_label(one.locators, finding.quote),
        "links": [{"url": link.url, "distance": distance.value} for link, distance in near],
    }


def _print_finding(finding: Finding, line: dict[str, Any], text: str, console: Console) -> None:
    flags = f"  [{', '.join(line['flags'])}]" if line["flags"] else ""
    head = Text.assemble((f"{finding.kind:<8}", "bold"), _said_values(line), (flags, "yellow"))
    sentence = Text(visible(finding.sentence.cut(text).replace("\n", " ")))
    start = max(0, finding.quote.start - finding.sentence.start)
    sentence.stylize("underline", start, max(start, finding.quote.end - finding.sentence.start))
    console.print(head)
    console.print(Text("        ") + sentence)
    for note in line["notes"]:
        console.print(Text.assemble(("        note  ", "cyan"), visible(note["sentence"])))
    console.print()


_UNSAID = {
    "kind",
    "quote",
    "start",
    "end",
    "sentence",
    "sentence_start",
    "sentence_end",
    "flags",
    "parts",
    "notes",
}


def _said_values(line: dict[str, Any]) -> str:
    told = {
        name: value for name, value in line.items() if name not in _UNSAID and value not in (None, [], "")
    }
    told.pop("checkworthiness", None)
    return "  ".join(f"{name}={_short(value)}" for name, value in told.items())


def _short(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_short(one) for one in value)
    if isinstance(value, dict):
        return " ".join(_short(one) for one in value.values() if one is not None)
    return visible(str(value))
