"""What a place that may be a feed turns out to be, from a real server and in a real reading worker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from factdesk.config import Home, ReadingSettings, Settings
from factdesk.essays.feeds import Listing, list_entries, may_be_feed, open_feed
from factdesk.essays.inputs import EssayInput, list_essays, list_feeds
from factdesk.essays.read import read_essay
from factdesk.model import EssayOutcome
from factdesk.web.url_keys import url_key
from factdesk.web.workers import ReadingPool
from feed_pages import entry, essay_page, rss
from local_site import Page, Site


class NothingKnown:
    def essay_at(self, inbox: str, path: str) -> None:
        return None

    def essays_with_text(self, text_sha256: str) -> tuple[()]:
        return ()

    def essays_like(self, text: str) -> tuple[()]:
        return ()

    def essay_by_address(self, uri: str) -> None:
        return None

    def essay_with_key(self, essay_key: str) -> None:
        return None


@pytest.fixture
def site() -> Iterator[Site]:
    served = Site(pages={})
    yield served
    served.close()


@pytest.fixture
def settings(home: Home, site: Site) -> Settings:
    quick = home.settings.web.model_copy(update={"tries": 1, "seconds_between_requests": 0.0})
    return home.settings.model_copy(update={"web": quick}).allowing([site.host])


def listed(places: list[str], home: Home, pool: ReadingPool, settings: Settings) -> Listing:
    return list_entries(list_essays(places, home), lambda one: open_feed(one, pool, settings))


def only(places: list[str], home: Home, pool: ReadingPool, settings: Settings) -> EssayInput:
    (essay,) = listed(places, home, pool, settings).essays
    return essay


def test_a_feed_by_address_is_its_entries_and_says_how_many_are_left(
    site: Site, home: Home, pool: ReadingPool, settings: Settings
) -> None:
    site.pages["/feed"] = Page(rss(*(entry(f"/{day}", day=day) for day in range(1, 6))), "text/plain")
    few = settings.model_copy(update={"essays": settings.essays.model_copy(update={"entries_per_feed": 2})})
    found = listed([site.url("feed")], home, pool, few)
    assert [essay.url for essay in found.essays] == [site.url("5"), site.url("4")]
    assert found.left_off == 3
    (note,) = found.notes
    assert site.url("feed") in note
    assert "3 older entries left" in note
    assert site.asked == ["/feed"]


def test_a_page_is_itself_and_is_asked_for_once(
    site: Site, home: Home, pool: ReadingPool, settings: Settings
) -> None:
    site.pages["/page"] = essay_page("A return ticket to Lisbon costs 40 euros.")
    essay = only([site.url("page")], home, pool, settings)
    read = read_essay(essay, NothingKnown(), pool, settings)
    assert (read.outcome, read.essay.uri) == (EssayOutcome.READ, site.url("page"))
    assert site.asked == ["/page"]


def test_the_same_page_named_in_two_ways_is_one_essay(
    site: Site, home: Home, pool: ReadingPool, settings: Settings
) -> None:
    https = site.url("a").replace("http:", "https:")
    links = ["/a?utm_source=rss", "/a", https, "/a#top", "/b"]
    site.pages["/feed"] = Page(rss(*(entry(link) for link in links)))
    found = listed([site.url("feed"), site.url("b?utm_campaign=x")], home, pool, settings)
    assert [essay.url for essay in found.essays] == [site.url("a?utm_source=rss"), site.url("b")]


def test_an_entry_without_a_page_is_known_by_its_id_or_its_words(
    site: Site, home: Home, pool: ReadingPool, settings: Settings
) -> None:
    words = [
        entry(None, "tag:x,1", "Words one."),
        entry(None, "7", "Words two."),
        entry(None, "", "Words three."),
    ]
    site.pages["/feed"] = Page(rss(*words))
    essays = listed([site.url("feed")], home, pool, settings).essays
    reads = [read_essay(essay, NothingKnown(), pool, settings) for essay in essays]
    assert [read.text for read in reads] == ["Words one.", "Words two.", "Words three."]
    keys = [read.essay.essay_key for read in reads]
    assert keys[:2] == ["entry:tag:x,1", f"entry:{site.url('feed')}#7"]
    assert keys[2].startswith(f"entry:{site.url('feed')}#")
    assert {read.essay.path for read in reads} == {None}
    assert {read.essay.inbox for read in reads} == {None}


def test_a_page_says_what_it_is_and_its_feed_says_the_rest(
    site: Site, home: Home, pool: ReadingPool, settings: Settings
) -> None:
    site.pages["/feed"] = Page(rss(entry("/a?utm_source=rss", day=3, title="Feed title", author="Ana")))
    site.pages["/a?utm_source=rss"] = essay_page("Words.", head="<link rel=canonical href='/true?b=1&a=2'>")
    read = read_essay(only([site.url("feed")], home, pool, settings), NothingKnown(), pool, settings)
    about = read.essay
    assert (about.title, about.author, str(about.published_on)) == ("Feed title", "Ana", "2026-06-03")
    assert about.essay_key == f"url:{site.url('true?a=2&b=1')}"


def test_a_page_that_calls_the_front_page_its_own_is_known_by_its_address(
    site: Site, home: Home, pool: ReadingPool, settings: Settings
) -> None:
    site.pages["/feed"] = Page(rss(entry("/a")))
    site.pages["/a"] = essay_page("Words.", head="<link rel=canonical href='/'><title>Own title</title>")
    read = read_essay(only([site.url("feed")], home, pool, settings), NothingKnown(), pool, settings)
    assert (read.essay.essay_key, read.essay.title) == (f"url:{site.url('a')}", "Own title")


UNREAD_PAGES = {
    "gone": Page("gone", status=410),
    "forbidden": Page("no", status=403),
    "script": Page("<html><script>x</script></html>"),
    "picture": Page(b"\x89PNG\r\n\x1a\n"),
}


@pytest.mark.parametrize("page", UNREAD_PAGES.values(), ids=UNREAD_PAGES)
def test_where_the_page_gives_no_text_the_feeds_own_is_read(
    page: Page, site: Site, home: Home, pool: ReadingPool, settings: Settings
) -> None:
    site.pages["/a"] = page
    whole = entry(
        "/a", words="<p>It costs <a href='b'>40 euros</a>.</p><link rel=canonical href='/other'>", title="T"
    )
    site.pages["/feed"] = Page(rss(whole))
    read = read_essay(only([site.url("feed")], home, pool, settings), NothingKnown(), pool, settings)
    assert (read.outcome, read.text) == (EssayOutcome.READ, "It costs 40 euros.")
    assert (read.essay.essay_key, read.essay.title) == (f"url:{site.url('a')}", "T")
    assert read.version is not None
    assert [link.url for link in read.version.links] == [site.url("b")]
    assert read.detail is not None
    assert "so the feed's own text of it was read" in read.detail


def test_a_summary_never_stands_for_a_page(
    site: Site, home: Home, pool: ReadingPool, settings: Settings
) -> None:
    site.pages["/feed"] = Page(rss(entry("/a", summary="It costs 40 euros.")))
    read = read_essay(only([site.url("feed")], home, pool, settings), NothingKnown(), pool, settings)
    assert (read.outcome, read.detail) == (EssayOutcome.UNREADABLE, "gone")


def test_a_feed_names_no_page_that_the_guard_refuses(
    site: Site, home: Home, pool: ReadingPool, settings: Settings
) -> None:
    site.pages["/feed"] = Page(
        rss(entry("http://169.254.169.254/latest"), entry("file:///etc/hostname", words="W."))
    )
    inner, file = listed([site.url("feed")], home, pool, settings).essays
    read = read_essay(inner, NothingKnown(), pool, settings)
    assert read.outcome is EssayOutcome.UNREADABLE
    assert "blocked_by_guard" in (read.detail or "")
    assert file.url is None
    assert read_essay(file, NothingKnown(), pool, settings).text == "W."


JSON = '{"version": "https://jsonfeed.org/version/1", "items": '
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><rss><channel><item>&b;'
)


@pytest.mark.parametrize(
    ("body", "outcome", "words"),
    [
        (rss(), EssayOutcome.EMPTY, "the feed has no entries"),
        (BOMB, EssayOutcome.UNREADABLE, "declares entities"),
        (JSON + "[", EssayOutcome.UNREADABLE, "its JSON is broken"),
        (JSON + "[" * 100_000, EssayOutcome.UNREADABLE, "its JSON is broken"),
        (rss("<item " + "a='b' " * 20_000 + "/>"), EssayOutcome.PARSER_KILLED, "full of attributes"),
        ("<?xml version='1.0'?><note>Words.</note>", EssayOutcome.UNREADABLE, "it is XML, but no feed"),
    ],
)  # fmt: skip
def test_a_hostile_feed_has_one_named_outcome(
    body: str,
    outcome: EssayOutcome,
    words: str,
    site: Site,
    home: Home,
    pool: ReadingPool,
    settings: Settings,
) -> None:
    site.pages["/feed"] = Page(body, "application/xml")
    path = home.root / "feed.xml"
    path.write_text(body)
    roomy = settings.model_copy(
        update={"essays": settings.essays.model_copy(update={"max_bytes": 1_000_000})}
    )
    for place in (site.url("feed"), str(path)):
        read = read_essay(only([place], home, pool, roomy), NothingKnown(), pool, roomy)
        assert (read.outcome, words in (read.detail or "")) == (outcome, True)
        assert read.essay.uri == (place if place.startswith("http") else "feed.xml")


def test_a_huge_feed_ends_within_its_limits(home: Home, site: Site, settings: Settings) -> None:
    site.pages["/feed"] = Page(rss(*("<item><title>x</title></item>" for _ in range(120_000))))
    with ReadingPool(ReadingSettings(workers=1, wall_seconds=2.0)) as short:
        read = read_essay(only([site.url("feed")], home, short, settings), NothingKnown(), short, settings)
    assert read.outcome is EssayOutcome.PARSER_KILLED
    assert read.detail == "reading took longer than 2 seconds"


def test_a_dead_feed_is_one_outcome(site: Site, home: Home, pool: ReadingPool, settings: Settings) -> None:
    essay = only([site.url("nothing")], home, pool, settings)
    read = read_essay(essay, NothingKnown(), pool, settings)
    assert (read.outcome, read.detail, read.essay.uri) == (
        EssayOutcome.UNREADABLE,
        "gone",
        site.url("nothing"),
    )
    assert site.asked == ["/nothing"]


def test_an_address_of_the_settings_must_be_a_feed(
    site: Site, home: Home, pool: ReadingPool, settings: Settings
) -> None:
    site.pages["/page"] = essay_page("Words.")
    named = replace(home, settings=settings.model_copy(update={"feeds": {"blog": site.url("page")}}))
    (feed,) = list_feeds(named)
    (essay,) = list_entries([feed], lambda one: open_feed(one, pool, settings)).essays
    read = read_essay(essay, NothingKnown(), pool, settings)
    assert read.outcome is EssayOutcome.UNREADABLE
    assert read.detail == "it is no feed (RSS, Atom or JSON Feed); mend its address in [feeds]"


def test_a_feed_file_is_its_entries_and_another_file_itself(
    site: Site, home: Home, pool: ReadingPool, settings: Settings
) -> None:
    feed = home.root / "essays" / "week.atom"
    feed.write_text(rss(entry("/a"), entry(None, "9", "Words nine."), link=site.url("")))
    other = home.root / "essays" / "notes.json"
    other.write_text('{"a": "Words."}')
    first, second, third = listed([str(feed), str(other)], home, pool, settings).essays
    assert (first.url, third.path) == (site.url("a"), other)
    assert read_essay(second, NothingKnown(), pool, settings).essay.essay_key == "entry:all/week.atom#9"
    assert read_essay(third, NothingKnown(), pool, settings).text == '{"a": "Words."}'


def test_a_page_does_not_speak_for_another_site(
    site: Site, home: Home, pool: ReadingPool, settings: Settings
) -> None:
    head = '<link rel="canonical" href="https://other.example/essay">'
    site.pages["/page"] = essay_page("A ticket costs 40 euros.", head=head)
    site.pages["/feed"] = Page(rss(entry("/page")))
    essay = only([site.url("feed")], home, pool, settings)
    read = read_essay(essay, NothingKnown(), pool, settings)
    assert read.essay.essay_key == f"url:{url_key(site.url('page'))}"


@pytest.mark.parametrize("entry_id", ["1", "post:1"])
def test_feeds_of_one_name_in_two_folders_keep_their_entries_apart(
    entry_id: str, home: Home, pool: ReadingPool, settings: Settings, tmp_path: Path
) -> None:
    text = f"<guid isPermaLink='false'>{entry_id}</guid><description>{{}} costs 40 euros.</description>"
    folders = [home.inboxes["desk"], home.root / "other", tmp_path / "one", tmp_path / "two"]
    for folder, thing in zip(folders, ("Bread", "Milk", "Rice", "Tea"), strict=True):
        folder.mkdir(exist_ok=True, parents=True)
        (folder / "feed.xml").write_text(rss(f"<item>{text.format(thing)}</item>"))
    essays = listed([str(folder) for folder in folders], home, pool, settings).essays
    reads = [read_essay(essay, NothingKnown(), pool, settings) for essay in essays]
    assert [read.text.split()[0] for read in reads] == ["Bread", "Milk", "Rice", "Tea"]
    assert len({read.essay.id for read in reads}) == 4
    assert not any(str(tmp_path) in read.essay.essay_key for read in reads)


def test_an_entry_keeps_its_name_when_its_feed_is_led_elsewhere(
    site: Site, home: Home, pool: ReadingPool, settings: Settings
) -> None:
    served = Page(rss("<item><guid isPermaLink='false'>7</guid><description>Words.</description></item>"))
    for copy in ("a", "b"):
        site.pages[f"/cdn/{copy}"] = served
        site.pages["/feed"] = Page("", status=302, location=site.url(f"cdn/{copy}"))
        essay = only([site.url("feed")], home, pool, settings)
        assert essay.relative == f"{site.url('feed')}#7"


def test_a_feed_that_was_not_opened_is_no_essay(home: Home, pool: ReadingPool) -> None:
    feed = home.root / "week.xml"
    feed.write_text(rss(entry("/a")))
    (essay,) = list_essays([str(feed)], home)
    assert may_be_feed(essay)
    read = read_essay(essay, NothingKnown(), pool, home.settings)
    assert read.outcome is EssayOutcome.UNREADABLE
    assert read.detail == "it is a feed of many essays; factdesk check reads its entries"


def test_pages_beyond_the_memory_for_them_are_asked_for_again(
    site: Site, home: Home, pool: ReadingPool, settings: Settings
) -> None:
    site.pages.update({f"/{name}": essay_page(f"Words of {name}.") for name in "abc"})
    places = [site.url(name) for name in "abc"]
    found = list_entries(
        list_essays(places, home), lambda one: open_feed(one, pool, settings), kept_bytes=120
    )
    assert [essay.found is not None for essay in found.essays] == [True, False, False]
    reads = [read_essay(essay, NothingKnown(), pool, settings) for essay in found.essays]
    assert [read.text for read in reads] == [f"Words of {name}." for name in "abc"]
    assert site.asked == ["/a", "/b", "/c", "/b", "/c"]


def test_a_page_that_is_a_feed_itself_is_told(
    site: Site, home: Home, pool: ReadingPool, settings: Settings
) -> None:
    site.pages["/feed"] = Page(rss(entry("/other-feed")))
    site.pages["/other-feed"] = Page(rss(entry("/a")), "application/rss+xml")
    read = read_essay(only([site.url("feed")], home, pool, settings), NothingKnown(), pool, settings)
    assert read.outcome is EssayOutcome.UNREADABLE
    assert read.detail == "it is a feed of many essays; factdesk check reads its entries"
