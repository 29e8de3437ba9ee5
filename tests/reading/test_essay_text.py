"""Bad essays have an outcome, never an exception; spans always lie in the text."""

import random
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factdesk.model import EssayOutcome, from_json, to_json
from factdesk.reading.essay_text import FORMS, EssayText, read_essay_text

GERMAN = "Der Preis für die Flüge ist am Mittwoch nach Angaben der Seiten auf das Doppelte gestiegen. " * 5
FORM_NAMES = sorted(set(FORMS.values()))


@pytest.mark.parametrize(
    ("content", "form", "outcome"),
    [
        (b"", "plain", EssayOutcome.EMPTY),
        (b" \r\n\t ", "markdown", EssayOutcome.EMPTY),
        (b"\xef\xbb\xbf", "html", EssayOutcome.EMPTY),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "markdown", EssayOutcome.BINARY),
        (b"%PDF-1.7 rest", "plain", EssayOutcome.UNDECODABLE),
        (b"PK\x03\x04 an office file", "html", EssayOutcome.UNDECODABLE),
        (b"words \0 words", "plain", EssayOutcome.BINARY),
        (random.Random(1).randbytes(5_000), "markdown", EssayOutcome.BINARY),
        (bytes(range(128, 256)) * 20, "plain", EssayOutcome.UNDECODABLE),
        (b"\xff\xfea", "plain", EssayOutcome.UNDECODABLE),
        (b"<html><body><img src=a.png><script>x()</script></body></html>", "html", EssayOutcome.NO_TEXT),
        (b"---\ntitle: only\n---\n", "markdown", EssayOutcome.NO_TEXT),
        (b"[a]: http://example.org\n", "markdown", EssayOutcome.NO_TEXT),
        (GERMAN.encode("cp1252"), "plain", EssayOutcome.LANGUAGE_UNSUPPORTED),
        (f"<p>{GERMAN}</p>".encode(), "html", EssayOutcome.LANGUAGE_UNSUPPORTED),
        (b"Tiny.", "plain", EssayOutcome.READ),
        (b"No such form is read as plain text.", "docx", EssayOutcome.READ),
    ],
)
def test_bad_essays_have_an_outcome(content: bytes, form: str, outcome: EssayOutcome) -> None:
    essay = read_essay_text(content, form)
    assert essay.outcome is outcome
    assert (essay.text == "") is (outcome not in (EssayOutcome.READ, EssayOutcome.LANGUAGE_UNSUPPORTED))


MARKS = [
    b"<a href='http://a.example'>", b"</a>", b"<p>", b"<table><tr><td>", b"</table>", b"<li>", b"<sup>",
    b"[^1]", b"[^1]: http://b.example\n", b"[x](http://c.example)", b"\n\n", b"- ", b"# ", b"`", b"*", b"[1]",
    b"| a |\n|---|\n", b"---\n", b"title: x\n", b"sources: [http://d.example]\n", b"References\n", b"\xff",
    b"\xc3\xa9", b"&#55296;", b"&amp;", b"<![CDATA[", b"<!--", b"<script>", b"words and words ",
    b"http://e.example/(f)", b"<div hidden>", b"<base href='http://['>",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(MARKS) | st.binary(max_size=6), max_size=40), st.sampled_from(FORM_NAMES))
def test_any_bytes_are_read_and_every_span_lies_in_the_text(pieces: list[bytes], form: str) -> None:
    essay = read_essay_text(b"".join(pieces), form, url="http://example.org/")
    assert essay.text.encode("utf-8") is not None
    for link in essay.links:
        assert link.url
        assert link.span is None or 0 <= link.span.start < link.span.end <= len(essay.text)
        if link.form == "bare" and link.span is not None:
            assert link.span.cut(essay.text).removeprefix("http://") in link.url
    assert from_json(EssayText, to_json(essay)) == essay


@pytest.mark.parametrize("form", FORM_NAMES)
@pytest.mark.parametrize(
    "bomb",
    [
        b"<div>" * 20_000 + b"words",
        b"<table><tr><td>" * 5_000 + b"words",
        b"<article>" * 5_000 + b"words",
        b"<a " * 100_000,
        b"<!--" * 100_000,
        b"<p " + b" ".join(b"a%d=1" % number for number in range(50_000)) + b">words</p>",
        b"> " * 20_000 + b"words",
        b"[" * 20_000,
        b"`" * 100_000,
        b"---\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\nwords",
        b"---\n" + b"[" * 50_000 + b"\n---\nwords",
        b"http://a.example/" + b")" * 100_000,
        b"[1] " * 20_000 + b"\n\n[1]: http://a.example\n",
    ],
    ids=lambda bomb: bomb[:12].decode(),
)
def test_bombs_are_read_in_seconds(bomb: bytes, form: str) -> None:
    begun = time.process_time()
    assert read_essay_text(bomb, form).outcome in EssayOutcome
    assert time.process_time() - begun < 8


def test_reading_plain_text_loads_no_parser() -> None:
    program = (
        "import sys; from factdesk.reading.essay_text import read_essay_text;"
        "read_essay_text(b'Words.', 'plain');"
        "parsers = {'bs4', 'trafilatura', 'markdown_it', 'lxml', 'pypdf', 'httpx', 'factdesk.reading.docx'};"
        "print(sorted(parsers & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
