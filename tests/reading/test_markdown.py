"""Markdown essays: the text is prose, and every link keeps the words that carry it."""

import pytest

from factdesk.reading.essay_text import EssayText, read_essay_text

BASE = "http://example.org/essays/one.md"


def read(text: str, url: str | None = None) -> EssayText:
    return read_essay_text(text.encode(), "markdown", url=url)


def links_of(essay: EssayText) -> list[tuple[str, str, str | None]]:
    return [(link.form, link.url, link.span.cut(essay.text) if link.span else None) for link in essay.links]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("# Seats *gone*\n\nBy **noon**, `all` of them.", "Seats gone\n\nBy noon, all of them."),
        ("One\nparagraph\n\nand another", "One paragraph\n\nand another"),
        ("hard  \nbreak", "hard\nbreak"),
        ("- one\n- two\n  more\n\n  deeper", "one\n\ntwo more\n\ndeeper"),
        ("1. first\n2. second", "first\n\nsecond"),
        ("> quoted\n> words", "quoted words"),
        ("Title\n=====\n\nText", "Title\n\nText"),
        ("a | b\n--|--\n1 | 2", "a | b\n1 | 2"),
        ("```\nx = 1\ny = 2\n```", "x = 1\ny = 2"),
        ("5 &lt; 6 &amp; caf&eacute; \\*plain\\*", "5 < 6 & café *plain*"),
        ("A <b>bold</b> word<br>next", "A bold word\nnext"),
        ("<div><p>An HTML block</p>\n<script>no()</script></div>\n\nafter", "An HTML block\n\nafter"),
        ("![a chart](chart.png) beside words", "beside words"),
        ("soft\u00adhyphen and zero\u200bwidth", "softhyphen and zerowidth"),
        (
            "300,000 roubles[^1] a seat\n\n[^1]: The agency said so.",
            "300,000 roubles a seat\n\nThe agency said so.",
        ),
        ("Gone [1].\n\n[1]: http://example.org/a", "Gone."),
        ("---\n\nAfter a rule", "After a rule"),
    ],
)
def test_the_text_is_prose(source: str, text: str) -> None:
    assert read(source).text == text


@pytest.mark.parametrize(
    ("source", "links"),
    [
        ("A [price *list*](http://a.example 't').", [("inline", "http://a.example", "price list")]),
        ("A [price list][p].\n\n[p]: http://a.example", [("reference", "http://a.example", "price list")]),
        (
            "A [price list].\n\n[price list]: http://a.example",
            [("reference", "http://a.example", "price list")],
        ),
        ("<http://a.example> here", [("bare", "http://a.example", "http://a.example")]),
        ("See http://a.example/x_y_z.", [("bare", "http://a.example/x_y_z", "http://a.example/x_y_z")]),
        ("`http://a.example` in code", [("bare", "http://a.example", "http://a.example")]),
        ("[http://a.example](http://b.example)", [("inline", "http://b.example", "http://a.example")]),
        ("All gone[1][1], they say.\n\n[1]: http://a.example", [("reference", "http://a.example", "gone")]),
        ("All gone [1], they say.\n\n[1]: http://a.example", [("reference", "http://a.example", "gone")]),
        ("Unused.\n\n[x]: http://a.example", [("reference", "http://a.example", None)]),
        (
            "Gone[^n] now.\n\n[^n]: See http://a.example.",
            [("footnote", "http://a.example", "Gone"), ("bare", "http://a.example", "http://a.example")],
        ),
        (
            "Gone^[by [noon](http://a.example)] now.",
            [("footnote", "http://a.example", "Gone"), ("footnote", "http://a.example", "noon")],
        ),
        (
            "Gone [2].\n\n## References\n\n1. One http://a.example\n2. [Two](http://b.example)",
            [
                ("reference", "http://b.example", "[2]"),
                ("reference", "http://a.example", "http://a.example"),
                ("inline", "http://b.example", "Two"),
            ],
        ),
        ('An <a href="http://a.example">HTML link</a>.', [("inline", "http://a.example", "HTML link")]),
        (
            '<p>An <a href="http://a.example">HTML link</a>.</p>',
            [("inline", "http://a.example", "HTML link")],
        ),
        ("| a |\n|---|\n| [cell](http://a.example) |", [("inline", "http://a.example", "cell")]),
        ("[js](javascript:alert(1))", [("inline", "javascript:alert(1)", "js")]),
        ("[file](file:///etc/passwd)", [("inline", "file:///etc/passwd", "file")]),
        ("[up](../two.md)", [("inline", "http://example.org/two.md", "up")]),
        ("[mail](mailto:a@example.org) [here](#part)", []),
        ("Seen [![logo](logo.png)](http://a.example) there", [("inline", "http://a.example", "Seen")]),
        (
            "---\nsources:\n- http://a.example\n- x.txt\n---\nText",
            [("front_matter", "http://a.example", None)],
        ),
    ],
)
def test_every_link_has_its_words(source: str, links: list[tuple[str, str, str | None]]) -> None:
    assert links_of(read(source, url=BASE)) == links


def test_the_title_is_the_front_matters_else_the_first_heading() -> None:
    assert read("---\ntitle: Given\n---\n# Heading\n").title == "Given"
    assert read("Intro\n\n# A *first* heading\n\n# Second\n").title == "A first heading"
    assert read("## Only a second level\n").title is None


def test_bad_front_matter_is_told_and_the_essay_read() -> None:
    essay = read("---\ntitle: [a\n---\nThe body.")
    assert essay.text == "The body."
    assert essay.detail is not None
    assert essay.detail.startswith("the front matter is not valid YAML (line 3:")
