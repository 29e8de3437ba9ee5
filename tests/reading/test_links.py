"""Bare addresses, numbered references, and what counts as a link."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.model import Span
from factdesk.reading.links import FoundLink, clean_url, complete_links, find_bare_links


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See http://example.org/a.", ["http://example.org/a"]),
        ("See (http://example.org/a) and", ["http://example.org/a"]),
        (
            "https://example.org/wiki/Rouble_(currency), he said",
            ["https://example.org/wiki/Rouble_(currency)"],
        ),
        ("<http://example.org/a>", ["http://example.org/a"]),
        ("“http://example.org/a”", ["http://example.org/a"]),
        ("http://example.org/a?b=c&d=e#f!", ["http://example.org/a?b=c&d=e#f"]),
        ("http://example.org/[1]", ["http://example.org/[1]"]),
        ("[http://example.org/a]", ["http://example.org/a"]),
        ("HTTP://EXAMPLE.ORG/A", ["HTTP://EXAMPLE.ORG/A"]),
        ("file:///etc/passwd here", ["file:///etc/passwd"]),
        ("ftp://example.org/x", ["ftp://example.org/x"]),
        ("javascript:alert(1)", ["javascript:alert(1)"]),
        ("http://127.0.0.1:8000/a and http://[::1]/b", ["http://127.0.0.1:8000/a", "http://[::1]/b"]),
        ("two http://a.example http://b.example", ["http://a.example", "http://b.example"]),
        # near misses
        ("JavaScript: the good parts", []),
        ("mail me at mailto:a@example.org or a@www.example.org", []),
        ("http:// is no address, nor is https://.", []),
        ("1:1 and 3:2, note: this", []),
        ("www. is no address", []),
    ],
)
def test_bare_addresses(text: str, found: list[str]) -> None:
    links = find_bare_links(text)
    assert [link.url for link in links] == found
    assert [link.span.cut(text) for link in links if link.span] == found


def test_an_address_without_scheme_is_shown_as_written() -> None:
    text = "at www.example.org/a, they say"
    (link,) = find_bare_links(text)
    assert link.span is not None
    assert (link.url, link.span.cut(text)) == ("http://www.example.org/a", "www.example.org/a")


@pytest.mark.parametrize(
    ("written", "base", "url"),
    [
        ("http://example.org/a", None, "http://example.org/a"),
        (" http://example.org/a\n", None, "http://example.org/a"),
        ("java\nscript:alert(1)", None, "javascript:alert(1)"),
        ("file:///etc/passwd", "http://example.org/", "file:///etc/passwd"),
        ("/a", "http://example.org/b/c", "http://example.org/a"),
        ("a", None, "a"),
        ("//example.net/a", "https://example.org/", "https://example.net/a"),
        ("http://[", "http://example.org/", "http://["),
        ("#part", "http://example.org/", None),
        ("mailto:a@example.org", None, None),
        ("MailTo:a@example.org", None, None),
        ("", "http://example.org/", None),
        ("  ", None, None),
    ],
)
def test_what_counts_as_a_link(written: str, base: str | None, url: str | None) -> None:
    assert clean_url(written, base) == url


NUMBERED = """Tickets were sold out [1], and prices rose [2, 3] by a lot [1-2].
Nobody saw [9] coming.

References

[1] A Writer, "Seats", http://one.example/a
[2]: http://two.example/b
continued on http://two.example/c
[3] no address
"""


def test_numbered_marks_point_at_the_list_of_references() -> None:
    links = complete_links(NUMBERED, ())
    marks = [(link.span.cut(NUMBERED), link.url) for link in links if link.span and link.span.end < 140]
    assert marks == [
        ("[1]", "http://one.example/a"),
        ("[2, 3]", "http://two.example/b"),
        ("[2, 3]", "http://two.example/c"),
        ("[1-2]", "http://one.example/a"),
        ("[1-2]", "http://two.example/b"),
        ("[1-2]", "http://two.example/c"),
    ]
    assert {link.form for link in links} == {"reference"}


@pytest.mark.parametrize("heading", ["References", "Sources:", "## Notes", "BIBLIOGRAPHY", "**Works cited**"])
def test_a_numbered_list_below_its_heading_is_a_list_of_references(heading: str) -> None:
    text = f"Seats are gone [2].\n\n{heading}\n1. First, http://one.example\n2) Second, http://two.example\n"
    first = complete_links(text, ())[0]
    assert first.span is not None
    assert (first.span.cut(text), first.url) == ("[2]", "http://two.example")


def test_a_numbered_list_elsewhere_is_no_list_of_references() -> None:
    text = "1. See http://one.example\n2. See http://two.example\n\nA figure in brackets [1] means nothing."
    assert [link.form for link in complete_links(text, ())] == ["bare", "bare"]


def test_an_address_inside_a_marked_link_is_not_found_twice() -> None:
    text = "see http://example.org/a here"
    marked = FoundLink("http://example.org/other", Span(4, 24), "inline")
    assert complete_links(text, [marked]) == (marked,)


@given(
    st.lists(
        st.sampled_from(["[1]", "http://a.example/(b)", "\n", "References\n", "1. ", "[1]: ", " ", "x", ")"])
    )
)
def test_spans_lie_in_the_text_and_cut_what_they_say(pieces: list[str]) -> None:
    text = "".join(pieces)
    for link in complete_links(text, ()):
        assert link.span is not None
        assert 0 <= link.span.start < link.span.end <= len(text)
        if link.form == "bare":
            assert link.span.cut(text) == link.url
