"""Feeds of every form give their entries, the newest first; what is no feed, or hostile, gives none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.reading.feeds import FeedEntry, looks_like_feed, read_feed

RSS_2 = """<?xml version="1.0" encoding="utf-8"?>
<!-- made by hand -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Fares</title><link>https://fares.example/</link>
<item><title>Old &amp;amp; &lt;i&gt;grey&lt;/i&gt;</title><link>/2026/old?utm_source=rss</link>
  <guid isPermaLink="false">a1</guid><pubDate>Mon, 01 Jun 2026 23:30:00 -0500</pubDate>
  <dc:creator>Ana Ruiz</dc:creator><description>A summary&nbsp;only</description></item>
<item><title>New</title><guid>https://fares.example/2026/new</guid>
  <pubDate>Tue, 02 Jun 2026 10:00:00 GMT</pubDate><author>bo@fares.example (Bo Berg)</author>
  <content:encoded><![CDATA[<p>A ticket costs <a href="/t">40 euros</a>.</p>]]></content:encoded></item>
</channel></rss>"""

RSS_091 = """<?xml version="1.0"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">
<rss version="0.91"><channel><link>https://old.example/</link>
<item><title>One</title><link>https://old.example/1</link></item></channel></rss>"""

RSS_1 = """<?xml version="1.0" encoding="utf-16"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://one.example/"><title>x</title></channel>
<item rdf:about="https://one.example/a"><title>Café</title><link>https://one.example/a</link>
  <dc:date>2026-05-01T10:00:00Z</dc:date><dc:creator>Zoë</dc:creator></item></rdf:RDF>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://atom.example/blog/">
<entry><id>tag:atom.example,2026:1</id><title type="html">&lt;b&gt;Bold&lt;/b&gt; fares</title>
  <published>2026-01-01T23:30:00-05:00</published><updated>2026-02-02T00:00:00Z</updated>
  <link rel="alternate" href="first"/><link rel="enclosure" href="a.mp3"/><author><name>Quil</name></author>
  <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>It costs 40 euros.</p></div></content>
</entry>
<entry><id>tag:atom.example,2026:2</id><title>a &lt; b</title><updated>2026-01-03T00:00:00Z</updated>
  <content type="text">Costs &lt; 40 euros.</content></entry></feed>"""

JSON_FEED = """{"version": "https://jsonfeed.org/version/1.1", "home_page_url": "https://json.example/",
 "items": [
  {"id": 7, "url": "/seven", "title": "Seven", "content_text": "It costs 7 euros.",
   "date_published": "2026-01-02T00:00:00Z", "authors": [{"name": "Nia"}, {"name": "Moe"}]},
  {"id": "8", "content_html": "<p>It costs 8 euros.</p>",
   "date_published": "2026-01-03T00:00:00+02:00"}, 9]}"""


def entries(text: str, url: str | None = "https://feeds.example/f/feed", limit: int = 50) -> list[FeedEntry]:
    feed = read_feed(text.encode(), url=url, limit=limit)
    assert feed.fault is None
    return list(feed.entries)


def test_rss_2_gives_links_people_days_and_the_whole_text() -> None:
    new, old = entries(RSS_2)
    assert (new.url, new.title, new.published_on) == (
        "https://fares.example/2026/new",
        "New",
        date(2026, 6, 2),
    )
    assert new.author is not None
    assert "Bo Berg" in new.author
    assert new.text == '<p>A ticket costs <a href="/t">40 euros</a>.</p>'
    assert old.url == "https://feeds.example/2026/old?utm_source=rss"
    assert (old.entry_id, old.title, old.author) == ("a1", "Old & grey", "Ana Ruiz")
    assert (old.published_on, old.text, old.summary) == (date(2026, 6, 1), "", "A summary\xa0only")


def test_relative_links_of_a_file_are_those_of_the_feeds_site() -> None:
    assert [entry.url for entry in entries(RSS_2, url=None)] == [
        "https://fares.example/2026/new",
        "https://fares.example/2026/old?utm_source=rss",
    ]
    homeless = RSS_2.replace("<link>https://fares.example/</link>", "")
    assert [entry.url for entry in entries(homeless, url=None)] == ["https://fares.example/2026/new", None]


def test_rss_of_every_age_is_read() -> None:
    assert [entry.url for entry in entries(RSS_091)] == ["https://old.example/1"]
    feed = read_feed(RSS_1.encode("utf-16"), url=None, limit=5)
    (entry,) = feed.entries
    assert (entry.title, entry.author, entry.published_on) == ("Café", "Zoë", date(2026, 5, 1))


def test_atom_gives_base_content_and_entries_without_a_page() -> None:
    without_page, first = entries(ATOM)
    assert (first.url, first.title, first.author) == ("https://atom.example/blog/first", "Bold fares", "Quil")
    assert (first.published_on, first.changed) == (date(2026, 1, 1), "2026-02-02T00:00:00Z")
    assert "<p>It costs 40 euros.</p>" in first.text
    assert (without_page.url, without_page.entry_id) == (None, "tag:atom.example,2026:2")
    assert (without_page.title, without_page.text, without_page.form) == (
        "a < b",
        "Costs < 40 euros.",
        "plain",
    )


def test_a_json_feed_is_a_feed() -> None:
    eight, seven = entries(JSON_FEED)
    assert (seven.url, seven.entry_id, seven.author) == ("https://feeds.example/seven", "7", "Nia, Moe")
    assert (seven.text, seven.form, seven.published_on) == ("It costs 7 euros.", "plain", date(2026, 1, 2))
    assert (eight.url, eight.text, eight.form) == (None, "<p>It costs 8 euros.</p>", "html")


def test_a_guid_that_is_no_address_is_not_taken_for_a_page() -> None:
    items = "<item><guid>1</guid></item><item><guid>a2</guid><link>/2</link></item>"
    read = read_feed(
        f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), url="https://x.example/feed", limit=9
    )
    assert [(one.url, one.entry_id) for one in read.entries] == [(None, "1"), ("https://x.example/2", "a2")]


def test_json_that_is_nested_without_end_is_broken() -> None:
    deep = '{"version": "https://jsonfeed.org/version/1.1", "items": ' + "[" * 100_000
    assert read_feed(deep.encode(), url=None, limit=9).fault == "its JSON is broken"


def test_the_newest_entries_are_kept_and_the_others_counted() -> None:
    days = [3, 1, None, 7, None, 5]
    dated = "".join(
        f"<item><title>{number}</title>"
        + (f"<pubDate>Mon, {day:02d} Jun 2026 10:00:00 GMT</pubDate>" if day else "")
        + "</item>"
        for number, day in enumerate(days)
    )
    feed = read_feed(f"<rss version='2.0'><channel>{dated}</channel></rss>".encode(), url=None, limit=4)
    # What has no date stands with the entry before it.
    assert [entry.title for entry in feed.entries] == ["3", "4", "5", "0"]
    assert feed.left_off == 2
    undated = "".join(f"<item><title>{number}</title></item>" for number in range(3))
    feed = read_feed(f"<rss version='2.0'><channel>{undated}</channel></rss>".encode(), url=None, limit=2)
    assert [entry.title for entry in feed.entries] == ["0", "1"]


def test_a_broken_feed_gives_what_can_be_read() -> None:
    cut = RSS_2[: RSS_2.index("<content:encoded>") + 60]
    assert {entry.title for entry in entries(cut)} == {"Old & grey", "New"}


@pytest.mark.parametrize(
    "subset",
    [
        '<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">',
        '<!ENTITY secret SYSTEM "file:///etc/hostname">',
        '<!ENTITY % outside SYSTEM "http://127.0.0.1:9/x.dtd"> %outside;',
    ],
)
def test_entities_are_refused_and_never_expanded(subset: str) -> None:
    for start in ("", '<?xml version="1.0"?>', '<?xml version="1.0"?>\n<!-- x -->\n'):
        text = (
            f"{start}<!DOCTYPE rss [{subset}]><rss version='2.0'><channel><item><title>&lol2;&secret;</title>"
        )
        for content in (text.encode(), text.encode("utf-16")):
            assert looks_like_feed(content)
            feed = read_feed(content, url=None, limit=5)
            assert feed.fault == "the feed declares entities of its own, which are never expanded"
            assert feed.entries == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body><rss>",
        b"<!doctype html><html>",
        b"<?xml version='1.0'?><note><rss/></note>",
        b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><x/></rdf:RDF>",
        b"<feedback/>",
        b"%PDF-1.4 <rss>",
        b'{"version": "1.0", "items": []}',
        b"<!--" * 4_000,
        b"<!-- -->" * 1_024 + b"<rss>",
        b"Words about <rss> and <feed>.",
        b"\xff\xfe<\x00",
    ],
)
def test_what_is_no_feed_is_none(content: bytes) -> None:
    assert not looks_like_feed(content)
    assert read_feed(content, url=None, limit=5).fault is not None


ROOTS = [
    "<rss version='2.0'><channel><item>",
    "<feed><entry>",
    '{"version":"https://jsonfeed.org/version/1",',
]
PARTS = [
    *("<item>", "</item>", "<entry>", "<link href='//[x'/>", "<link>http://[</link>", "<title>&#0;&bad;"),
    *("<![CDATA[", "]]>", "<pubDate>Mon, 99 Foo 0000</pubDate>", "<updated>9999-99-99</updated>", "\x00"),
    *('"items":[', '{"url":3,"title":[],"date_published":{}}', "]", "}"),
]


@given(st.sampled_from(ROOTS), st.lists(st.sampled_from(PARTS) | st.text(max_size=20), max_size=12))
def test_whatever_follows_the_root_gives_entries_or_a_fault(root: str, parts: list[str]) -> None:
    content = (root + "".join(parts)).encode("utf-8", "replace")
    feed = read_feed(content, url="https://x.example/f", limit=3)
    assert len(feed.entries) <= 3
    for entry in feed.entries:
        assert entry.url is None or entry.url.startswith(("http://", "https://"))


@given(
    st.sampled_from([b"", b"<rss>", b"\xff\xfe", b"<?xml encoding='big5'?><feed>"]), st.binary(max_size=300)
)
def test_any_bytes_give_entries_or_a_fault(start: bytes, rest: bytes) -> None:
    feed = read_feed(start + rest, url=None, limit=2)
    assert feed.fault is None or not feed.entries
    if not looks_like_feed(start + rest):
        assert feed.entries == ()
