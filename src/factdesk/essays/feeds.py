"""Puts the entries of feeds in their place: which essays a feed holds, and what became of a dead feed."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from factdesk.config import Settings
from factdesk.essays.contents import EssayContent, fetch_content, open_essay
from factdesk.essays.inputs import CHECK_INBOX, FEED_SUFFIXES, EssayInput
from factdesk.model import EssayOutcome, canonical_json
from factdesk.reading.feeds import FeedEntry, FeedText, looks_like_feed
from factdesk.web.url_keys import clean_text, url_key

if TYPE_CHECKING:
    from factdesk.web.fetch import Fetcher
    from factdesk.web.workers import ReadingPool

KEPT_BYTES = 50_000_000
"""Pages that were fetched to see whether they are feeds are kept until they are read, up to so many bytes
together; the others are asked for again."""

_EVERYWHERE = re.compile(r"(?:tag|urn|https?|at|doi|info):\S", re.IGNORECASE)
"""Begins an id that no other feed gives to another entry; "post:12" does not."""

_FEED_FILES = FEED_SUFFIXES | {".json"}


@dataclass(frozen=True, slots=True)
class OpenedFeed:
    """What a place that may be a feed turned out to be: itself, or the essays of the feed's entries.

    ``left_off`` counts older entries that are not read. ``feed`` is its address or file.
    """

    essays: tuple[EssayInput, ...]
    feed: str | None = None
    left_off: int = 0

    @property
    def note(self) -> str | None:
        """One sentence about entries that are left, if any are."""
        if not self.left_off:
            return None
        number = sum(essay.entry is not None for essay in self.essays)
        newest = "newest entry is read" if number == 1 else f"newest {number} entries are read"
        older = "1 older entry" if self.left_off == 1 else f"{self.left_off} older entries"
        return f"the feed {self.feed}: the {newest}, {older} left; raise essays.entries_per_feed to read more"


def may_be_feed(essay: EssayInput) -> bool:
    """Whether a place must be opened to know which essays it holds."""
    if essay.entry is not None or essay.found is not None:
        return False
    return essay.url is not None or (
        essay.path is not None and essay.path.suffix.lower() in _FEED_FILES and not essay.path.is_dir()
    )


def open_feed(
    essay: EssayInput, pool: ReadingPool, settings: Settings, fetcher: Fetcher | None = None
) -> OpenedFeed:
    """Open a place that `may_be_feed` to exactly one outcome; never raises for what it holds."""
    if essay.url is not None:
        found = fetch_content(essay.url, settings, fetcher)
    else:
        found = open_essay(essay, settings.essays.max_bytes)
    if found.outcome is not EssayOutcome.READ:
        return OpenedFeed((replace(essay, found=found) if essay.url is not None else essay,))
    if not looks_like_feed(found.content):
        return OpenedFeed((_no_feed(essay, found),))
    answer = pool.read_feed(found.content, url=found.url, limit=settings.essays.entries_per_feed)
    if not isinstance(answer, FeedText):
        dead = EssayContent(
            outcome=EssayOutcome.PARSER_KILLED, detail=answer.reason, reader_began=answer.began
        )
        return OpenedFeed((replace(essay, found=dead),))
    if answer.fault is not None or not answer.entries:
        return OpenedFeed((replace(essay, found=_without_entries(answer)),))
    place = found.url or essay.relative
    return OpenedFeed(tuple(_inputs_of(answer.entries, essay)), place, answer.left_off)


def _no_feed(essay: EssayInput, found: EssayContent) -> EssayInput:
    """A page is an essay itself, unless the settings say that its address is a feed."""
    if essay.is_feed:
        detail = "it is no feed (RSS, Atom or JSON Feed); mend its address in [feeds]"
        found = EssayContent(outcome=EssayOutcome.UNREADABLE, detail=detail)
    return replace(essay, found=found) if essay.url is not None else essay


def _without_entries(answer: FeedText) -> EssayContent:
    if answer.fault is not None:
        return EssayContent(outcome=EssayOutcome.UNREADABLE, detail=answer.fault)
    return EssayContent(outcome=EssayOutcome.EMPTY, detail="the feed has no entries")


def _inputs_of(entries: Iterable[FeedEntry], feed: EssayInput) -> Iterator[EssayInput]:
    place = _name_feed(feed)
    for entry in entries:
        if entry.url is not None:
            url = clean_text(entry.url)
            yield EssayInput(url, None, url, CHECK_INBOX, "", feed.root, entry=entry)
        else:
            name = _name_entry(entry, place)
            yield EssayInput(name, None, None, CHECK_INBOX, name, feed.root, entry=entry)


def _name_feed(feed: EssayInput) -> str:
    """Name a feed, apart from every other and the same in each run: two inboxes may have a ``feed.xml``.

    An address is taken as it was asked for, since redirects lead elsewhere from one day to the next. A file
    outside the project is told apart by a path that only the hash knows.
    """
    if feed.url is not None:
        return feed.url
    if not feed.is_outside:
        return f"{feed.inbox}/{feed.relative}"
    folder = os.path.abspath(Path(feed.place).parent)  # noqa: PTH100 (keeps symlinks)
    return f"{hashlib.sha256(os.fsencode(folder)).hexdigest()[:8]}/{feed.relative}"


def _name_entry(entry: FeedEntry, place: str) -> str:
    """Name an entry without an address: by its id, which is unique only in its feed unless it is a URI."""
    if _EVERYWHERE.match(entry.entry_id):
        return entry.entry_id
    said = canonical_json([entry.title, entry.text or entry.summary])
    return f"{place}#{entry.entry_id or hashlib.sha256(said.encode('utf-8')).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Listing:
    """Essays, feeds replaced by their entries; how many older entries were left, and a note on each feed."""

    essays: tuple[EssayInput, ...]
    left_off: int = 0
    notes: tuple[str, ...] = ()


def list_entries(
    essays: Sequence[EssayInput],
    open_one: Callable[[EssayInput], OpenedFeed],
    kept_bytes: int = KEPT_BYTES,
) -> Listing:
    """Put the entries of feeds in the feeds' place, each essay once, and say what was left.

    ``open_one`` opens a place that `may_be_feed`. The same page under ``http`` and ``https``, or with a mark
    of where its reader came from, is one essay: the first that names it.
    """
    listed: dict[object, EssayInput] = {}
    notes: list[str] = []
    left_off = 0
    for essay in essays:
        opened = open_one(essay) if may_be_feed(essay) else OpenedFeed((essay,))
        left_off += opened.left_off
        notes += [opened.note] if opened.note else []
        for one in opened.essays:
            kept_bytes -= len(one.found.content) if one.found is not None else 0
            is_too_much = kept_bytes < 0 and one.found is not None and one.found.content
            listed.setdefault(_sameness(one), replace(one, found=None) if is_too_much else one)
    return Listing(tuple(listed.values()), left_off, tuple(notes))


def _sameness(essay: EssayInput) -> object:
    if essay.url is not None:
        return url_key(essay.url).removeprefix("https:").removeprefix("http:")
    if essay.entry is not None:
        return ("entry", essay.relative)
    return essay.path
