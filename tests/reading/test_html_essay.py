"""HTML essays: the article's blocks, with the links in those blocks."""

from datetime import date

import pytest

from factdesk.reading.essay_text import EssayText, read_essay_text


def read(html: str, url: str | None = None) -> EssayText:
    return read_essay_text(html.encode(), "html", url=url)


def links_of(essay: EssayText) -> list[tuple[str, str, str | None]]:
    return [(link.form, link.url, link.span.cut(essay.text) if link.span else None) for link in essay.links]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Some <b>bold</b>ly put <i>words</i>.</p><p>Next</p>", "Some boldly put words.\n\nNext"),
        ("<p>one<span> two </span>three</p>", "one two three"),
        ("<p>white \n\t space</p>", "white space"),
        ("<h1>Head</h1>text<div>block</div>tail", "Head\n\ntext\n\nblock\n\ntail"),
        ("<p>a<br>b<br/>c</p>", "a\nb\nc"),
        ("<ul><li>one<li>two</ul>", "one\n\ntwo"),
        ("<dl><dt>term<dd>meaning</dl>", "term\n\nmeaning"),
        (
            "<table><tr><th>City</th><th>Price</th></tr><tr><td><p>Baku</p></td><td>5</td></tr></table>",
            "City | Price\nBaku | 5",
        ),
        (
            "<table><tr><td><h1>Layout</h1><p>text</p></td><td>side</td></tr></table>",
            "Layout\n\ntext\n\nside",
        ),
        ("<pre>x = 1\n  y = 2</pre>", "x = 1\ny = 2"),
        ("<p>km<sup>2</sup>, 19<sup>th</sup>, CO<sub>2</sub></p>", "km², 19th, CO2"),
        ("<p>he said <q>no</q>.</p>", "he said “no”."),
        ("<p>a<!-- gone -->b<script>c</script><style>d</style></p>", "ab"),
        ("<p hidden>gone</p><p style='display: none'>gone</p><p>kept</p>", "kept"),
        ("<p>300&nbsp;000 &lt; 5 &#8364;</p>", "300\u00a0000 < 5 €"),
        ("<p>so&shy;ft</p>", "soft"),
        ("<figure><img alt=x><figcaption>A queue</figcaption></figure>", "A queue"),
        ("<nav>menu</nav><p>body</p><aside>more</aside><footer>legal</footer>", "body"),
        ("<header>Site</header><main><nav>menu</nav><p>main</p></main><p>after</p>", "main"),
        ("<main><p>teaser</p><article><p>essay</p></article></main>", "essay"),
        ("<article> </article><main><p>main</p></main>", "main"),
        (
            "<article>a long enough essay of words</article><article>teaser</article>",
            "a long enough essay of words",
        ),
        ("<article>one</article><article>two</article><article>six</article>", "one\n\ntwo\n\nsix"),
        ("just words, no tags", "just words, no tags"),
        ("<p>unclosed <b>tags <p>everywhere", "unclosed tags\n\neverywhere"),
    ],
)
def test_the_text_is_the_articles_blocks(html: str, text: str) -> None:
    assert read(html).text == text


@pytest.mark.parametrize(
    ("html", "links"),
    [
        (
            "<p><a href='http://a.example'>two <b>words</b> </a>on</p>",
            [("inline", "http://a.example", "two words")],
        ),
        ("<p>http://a.example/x.</p>", [("bare", "http://a.example/x", "http://a.example/x")]),
        (
            "<p><a href='http://a.example'>http://a.example</a></p>",
            [("inline", "http://a.example", "http://a.example")],
        ),
        ("<p><a href='/b'>up</a></p>", [("inline", "http://example.org/b", "up")]),
        ("<p><a href='//c.example/b'>other</a></p>", [("inline", "http://c.example/b", "other")]),
        (
            "<base href='http://b.example/d/'><p><a href='e'>x</a></p>",
            [("inline", "http://b.example/d/e", "x")],
        ),
        ("<p><a href='javascript:void(0)'>run</a></p>", [("inline", "javascript:void(0)", "run")]),
        ("<p><a href='file:///etc/passwd'>file</a></p>", [("inline", "file:///etc/passwd", "file")]),
        ("<p><a href='mailto:a@b.example'>m</a><a href='#x'>here</a><a name=y>z</a><a href=''>e</a></p>", []),
        ("<nav><a href='http://n.example'>n</a></nav><p>text</p>", []),
        ("<p>Seen <a href='http://a.example'><img src=x></a></p>", [("inline", "http://a.example", "Seen")]),
        (
            "<p>41%<sup><a href='http://a.example'>1</a></sup> said</p>",
            [("reference", "http://a.example", "41%")],
        ),
        ("<p>41% <a href='http://a.example'>[1]</a> said</p>", [("reference", "http://a.example", "41%")]),
        ("<p>rose to <a href='http://a.example'>41</a>%</p>", [("inline", "http://a.example", "41")]),
        (
            "<p>Gone<sup><a href='#n1'>1</a></sup> now</p><ol><li id=n1>By <a href='http://a.example'>A</a>"
            " <a href='#r1'>↩</a></ol>",
            [("footnote", "http://a.example", "Gone"), ("inline", "http://a.example", "A")],
        ),
        (
            "<p>Gone [1].</p><h2>References</h2><ol><li>Ann, http://a.example</ol>",
            [("reference", "http://a.example", "[1]"), ("reference", "http://a.example", "http://a.example")],
        ),
    ],
)
def test_every_link_has_its_words(html: str, links: list[tuple[str, str, str | None]]) -> None:
    assert links_of(read(html, url="http://example.org/a/essay.html")) == links


def test_a_note_mark_never_joins_a_figure() -> None:
    html = "<p>paid 300,000<sup><a href='#n'>2</a></sup> roubles</p><p id=n>Note</p>"
    assert read(html).text == "paid 300,000 roubles\n\nNote"


def test_the_page_tells_of_itself() -> None:
    essay = read(
        "<title>Site: Seats</title><meta property='og:title' content='Seats'>"
        "<meta name=author content='By Ann Bee'>"
        "<meta property='article:published_time' content='2022-09-22T10:00:00Z'>"
        "<link rel=canonical href='https://example.org/seats'><p>Text with <a href='more'>more</a>.</p>"
    )
    assert (essay.title, essay.author, essay.published_on) == ("Seats", "Ann Bee", date(2022, 9, 22))
    assert essay.canonical_url == "https://example.org/seats"
    assert [link.url for link in essay.links] == ["https://example.org/more"]
