"""Which bytes are kept, seen from outside: a real server whose pages change, and the files in the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from factdesk.config import Settings
from factdesk.model import SourceOutcome as Outcome
from factdesk.model import text_sha256
from factdesk.reading.page_limits import MAX_TEXT_CHARACTERS
from factdesk.sources.archive import Archive
from factdesk.sources.gather import Gathered, SourceRequest, gather
from factdesk.sources.verification import verify_archive
from factdesk.web.workers import ReadingPool
from sources.archive_records import blobs, fetch_files, spoil
from web.hostile import HTML, PAGE, PNG, Guest, HostileServer, hostile_server

ASIDE = b"<nav><a href='/news'>News of %s</a></nav>"
CONSENT = b"<html><head></head><body><p>We use cookies. Accept all cookies to continue.</p></body></html>"


class Site:
    """One page, and the bytes that it sends now; each visit gets a token of its own when ``with_token``."""

    def __init__(
        self, server: HostileServer, archive: Archive, pool: ReadingPool, settings: Settings
    ) -> None:
        self.server, self.archive, self.pool, self.settings = server, archive, pool, settings
        self.answer: Callable[[Guest], None] = lambda guest: None
        self.at = datetime(2026, 5, 1, 12, tzinfo=UTC)
        server.pages["/page"] = lambda guest: self.answer(guest)

    def sends(self, body: bytes, *lines: str, status: str = "200 OK") -> None:
        self.answer = lambda guest: guest.answer(status, body, *(lines or (HTML,)))

    def now(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at

    def fetch(self) -> Gathered:
        """Fetch a day later; check that all that the record names is in the archive, and whole."""
        one = self.fetch_unchecked()
        assert verify_archive(self.archive.folder, (), lambda *_: None).faults == []
        return one

    def fetch_unchecked(self) -> Gathered:
        self.at += timedelta(days=1)
        request = SourceRequest(self.server.url("/page"))
        (one,) = gather(
            [request],
            self.archive,
            self.pool,
            self.settings,
            allow_hosts=[self.server.host],
            now=self.now,
        )
        assert not one.reused
        return one

    def kept(self) -> set[Path]:
        return set(blobs(self.archive))


@pytest.fixture
def site(archive: Archive, pool: ReadingPool, settings: Settings) -> Iterator[Site]:
    with hostile_server() as server:
        yield Site(server, archive, pool, settings)


def with_token(page: bytes, number: int) -> bytes:
    return page.replace(b"</head>", b"<script>var token = 'x%d';</script></head>" % number)


def with_aside(page: bytes, words: bytes) -> bytes:
    return page.replace(b"<body>", b"<body>" + ASIDE % words)


def test_thirty_fetches_of_the_same_words_keep_the_bytes_once(site: Site) -> None:
    site.answer = lambda guest: guest.answer("200 OK", with_token(PAGE, guest.visit), HTML)
    first = site.fetch()
    kept = site.kept()
    later = [site.fetch() for _ in range(30)]
    assert site.kept() == kept
    assert len(fetch_files(site.archive)) == 31
    assert {one.snapshot for one in later} == {first.snapshot}
    assert {one.fetch.outcome for one in later} == {Outcome.FETCHED}
    assert {one.fetch.blob_sha256 for one in later} == {first.fetch.wire_sha256}
    for name in ("wire_sha256", "decoded_sha256"):
        assert len({getattr(one.fetch, name) for one in (first, *later)}) == 31
    for one in later:
        assert (one.fetch.text_sha256, one.fetch.full_text_sha256) == (
            first.fetch.text_sha256,
            first.fetch.full_text_sha256,
        )
        assert one.fetch.wire_bytes == one.fetch.decoded_bytes


def test_bytes_are_kept_again_when_either_text_differs(site: Site) -> None:
    site.sends(with_aside(PAGE, b"ferries"))
    first = site.fetch()
    site.sends(with_aside(PAGE, b"trams"))
    aside = site.fetch()
    assert aside.fetch.text_sha256 == first.fetch.text_sha256
    assert aside.fetch.full_text_sha256 != first.fetch.full_text_sha256
    assert aside.fetch.blob_sha256 == aside.fetch.wire_sha256 != first.fetch.wire_sha256
    assert aside.snapshot == first.snapshot
    assert b"trams" in site.archive.get(aside.fetch.blob_sha256 or "")
    assert "trams" in site.archive.get_text(aside.fetch.full_text_sha256 or "")
    site.sends(with_token(with_aside(PAGE.replace(b"an hour", b"a minute"), b"trams"), 1))
    main = site.fetch()
    assert main.fetch.text_sha256 == text_sha256(main.text or "") != aside.fetch.text_sha256
    assert main.fetch.blob_sha256 == main.fetch.wire_sha256
    site.sends(with_token(with_aside(PAGE.replace(b"an hour", b"a minute"), b"trams"), 2))
    assert site.fetch().fetch.blob_sha256 == main.fetch.blob_sha256


def test_a_304_names_the_bytes_that_it_confirms_and_both_texts(site: Site) -> None:
    def conditional(guest: Guest) -> None:
        if guest.headers.get("if-none-match") == '"v1"':
            guest.answer("304 Not Modified", b"")
        else:
            guest.answer("200 OK", PAGE, HTML, 'ETag: "v1"')

    site.answer = conditional
    first = site.fetch()
    kept = site.kept()
    second, third = site.fetch(), site.fetch()
    assert (second.fetch.outcome, third.fetch.outcome) == (Outcome.NOT_MODIFIED,) * 2
    for one in (second, third):
        assert one.fetch.blob_sha256 == first.fetch.wire_sha256
        assert one.fetch.full_text_sha256 == first.fetch.full_text_sha256
        assert one.fetch.wire_sha256 is None
    assert site.kept() == kept


def test_nothing_is_confirmed_that_is_no_longer_there(site: Site) -> None:
    site.sends(PAGE, HTML, 'ETag: "v1"')
    first = site.fetch()
    (blob,) = (path for path in site.kept() if path.name == first.fetch.blob_sha256)
    spoil(blob, b"damaged")
    asked: list[str | None] = []

    def answer(guest: Guest) -> None:
        asked.append(guest.headers.get("if-none-match"))
        guest.answer("200 OK", PAGE, HTML, 'ETag: "v1"')

    site.answer = answer
    second = site.fetch()
    assert asked == [None]
    assert second.fetch.blob_sha256 == first.fetch.blob_sha256
    assert site.archive.get(first.fetch.blob_sha256 or "") == PAGE


def test_a_text_that_was_lost_is_known_again_when_it_is_put_back(site: Site) -> None:
    site.sends(PAGE)
    first = site.fetch()
    (path,) = (one for one in site.kept() if one.name == first.fetch.text_sha256)
    away = path.rename(site.archive.folder / "away")
    site.sends(b"", status="500 Internal Server Error")
    lost = site.fetch_unchecked()
    assert (lost.fetch.outcome, lost.snapshot, lost.text) == (Outcome.SERVER_ERROR, None, None)
    away.rename(path)
    assert (site.fetch().snapshot, site.fetch().text) == (first.snapshot, first.text)


def test_a_page_of_which_a_beginning_came_is_asked_for_whole(site: Site) -> None:
    asked: list[str | None] = []

    def answer(guest: Guest) -> None:
        asked.append(guest.headers.get("if-none-match"))
        length = len(PAGE) + (100 if len(asked) == 1 else 0)
        guest.answer("200 OK", PAGE, HTML, 'ETag: "v1"', length=length)

    site.answer = answer
    assert [site.fetch().fetch.outcome for _ in range(2)] == [Outcome.TRUNCATED, Outcome.FETCHED]
    assert asked == [None, None]


def test_a_page_that_is_longer_than_what_is_read_is_confirmed_as_it_is(site: Site) -> None:
    long = b"A ticket to Hvar costs 14 euros. " * (MAX_TEXT_CHARACTERS // 30)

    def answer(guest: Guest) -> None:
        if guest.headers.get("if-none-match") == '"v1"':
            guest.answer("304 Not Modified", b"")
        else:
            guest.answer("200 OK", long, "Content-Type: text/plain", 'ETag: "v1"')

    site.answer = answer
    assert [site.fetch().fetch.outcome for _ in range(2)] == [Outcome.TRUNCATED, Outcome.NOT_MODIFIED]


def test_what_has_no_words_is_kept_when_its_outcome_is_new(site: Site) -> None:
    site.sends(PNG)
    picture = site.fetch()
    assert (picture.fetch.outcome, picture.fetch.text_sha256) == (Outcome.UNSUPPORTED_TYPE, None)
    assert picture.fetch.blob_sha256 == picture.fetch.wire_sha256
    kept = site.kept()
    assert site.fetch().fetch.blob_sha256 == picture.fetch.blob_sha256
    site.sends(PNG + b"other")
    other = site.fetch()
    assert (other.fetch.blob_sha256, other.fetch.wire_bytes) == (None, len(PNG) + 5)
    assert site.kept() == kept
    site.sends(b"<html><body></body></html>")
    empty = site.fetch()
    assert empty.fetch.outcome is Outcome.EMPTY_TEXT
    assert empty.fetch.blob_sha256 == empty.fetch.wire_sha256


def test_a_wall_before_the_page_is_kept_once_and_the_page_not_again(site: Site) -> None:
    site.sends(with_token(PAGE, 1))
    page = site.fetch()
    walls = []
    for number in (2, 3):
        site.sends(with_token(CONSENT, number))
        walls.append(site.fetch())
        site.sends(with_token(PAGE, number))
        assert site.fetch().fetch.blob_sha256 == page.fetch.blob_sha256
    assert Outcome.FETCHED not in {wall.fetch.outcome for wall in walls}
    assert [(wall.fetch.text_sha256, wall.text) for wall in walls] == [(None, page.text)] * 2
    assert {wall.fetch.blob_sha256 for wall in walls} == {walls[0].fetch.wire_sha256}
    assert walls[1].fetch.wire_sha256 != walls[0].fetch.wire_sha256


def test_an_answer_without_bytes_names_none(site: Site) -> None:
    site.sends(PAGE)
    site.fetch()
    kept = site.kept()
    site.sends(b"gone", status="410 Gone")
    gone = site.fetch()
    assert (gone.fetch.outcome, gone.fetch.blob_sha256, gone.fetch.wire_sha256) == (Outcome.GONE, None, None)
    assert site.kept() == kept
