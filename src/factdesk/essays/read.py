"""Reads one essay: its bytes from a file, an address or a feed, its text by the reading worker, and which
essay it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from factdesk.config import Settings
from factdesk.essays.contents import EssayContent, entry_content, fetch_content, open_essay
from factdesk.essays.identity import (
    KnownEssay,
    KnownEssays,
    KnownTexts,
    fold_sha256,
    identify_essay,
    known_entry,
    place_key,
)
from factdesk.essays.inputs import FEED_SUFFIXES, EssayInput
from factdesk.essays.sources import find_front_sources
from factdesk.model import (
    Essay,
    EssayLink,
    EssayOutcome,
    EssayVersion,
    Locator,
    text_sha256,
)
from factdesk.reading.essay_text import EssayText
from factdesk.reading.feeds import FeedEntry, looks_like_feed
from factdesk.web.url_keys import url_key

if TYPE_CHECKING:
    from factdesk.web.fetch import Fetcher
    from factdesk.web.trips import MayFetch
    from factdesk.web.workers import ReadingPool


@dataclass(frozen=True, slots=True)
class ReadEssay:
    """One attempt to read an essay.

    ``version`` is there only when the outcome is ``read``; without it ``essay`` knows no more than the
    place, so that it must not be stored over an essay that the warehouse has. ``front_sources`` are the
    usable sources of the front matter: http(s) addresses, or real paths of files inside the essay's folder.
    ``reader_began`` is false where no reading worker came to the essay, so that it is not to blame.
    ``locators`` say where in the file its text stands. ``is_stopgap``: a feed's own text stands for a
    page that was out of reach for now, which is asked for again.
    """

    essay: Essay
    version: EssayVersion | None
    text: str
    outcome: EssayOutcome
    detail: str | None
    front_sources: tuple[str, ...] = ()
    reader_began: bool = True
    locators: tuple[Locator, ...] = ()
    is_stopgap: bool = False


def read_essay(
    essay: EssayInput,
    known: KnownTexts,
    pool: ReadingPool,
    settings: Settings,
    fetcher: Fetcher | None = None,
    may_fetch: MayFetch | None = None,
) -> ReadEssay:
    """Read one essay to exactly one outcome. Never raises for what a file or a page holds.

    ``fetcher`` asks for an essay by URL, so that a run leaves its host in peace between two of them.
    ``may_fetch`` asks robots.txt about the pages that a feed names; a page that a person names is read.
    """
    entry = essay.entry
    if entry is None:
        return _read_found(essay, _find_content(essay, settings, fetcher), known, pool, settings)
    if essay.url is None:
        text = entry.text or entry.summary
        return _read_found(essay, entry_content(entry, text), known, pool, settings)
    page = _refuse_xml(essay, essay.found or fetch_content(essay.url, settings, fetcher, may_fetch))
    read = _read_found(essay, page, known, pool, settings)
    if read.outcome in _SETTLED or not entry.text:
        return read
    told = _read_found(essay, entry_content(entry, entry.text), known, pool, settings)
    if page.is_passing and _would_change(told, known):
        return read
    why = ": ".join(part for part in (str(read.outcome), read.detail) if part)
    detail = f"its page gave no text ({why}), so the feed's own text of it was read"
    detail = "; ".join(part for part in (detail, told.detail) if part)
    return replace(told, detail=detail, is_stopgap=page.is_passing)


_SETTLED = (EssayOutcome.READ, EssayOutcome.DUPLICATE, EssayOutcome.LANGUAGE_UNSUPPORTED)


def _would_change(told: ReadEssay, known: KnownTexts) -> bool:
    """Whether an essay has another text already: what its feed says must not replace it for now."""
    before = known.essay_with_key(told.essay.essay_key)
    if before is None or before.text_sha256 is None:
        return False
    return told.version is None or told.version.text_sha256 != before.text_sha256


def _find_content(essay: EssayInput, settings: Settings, fetcher: Fetcher | None) -> EssayContent:
    if essay.found is not None:
        found = essay.found
    elif essay.url is not None:
        found = fetch_content(essay.url, settings, fetcher)
    else:
        found = open_essay(essay, settings.essays.max_bytes)
    return _refuse_xml(essay, found)


def _refuse_xml(essay: EssayInput, found: EssayContent) -> EssayContent:
    """Return the content, unless it is a feed, which is many essays, or XML without a text to read."""
    if found.outcome is EssayOutcome.READ and looks_like_feed(found.content):
        detail = "it is a feed of many essays; factdesk check reads its entries"
        return EssayContent(outcome=EssayOutcome.UNREADABLE, detail=detail)
    if found.outcome is EssayOutcome.READ and _is_other_xml(essay, found):
        detail = "it is XML, but no feed (RSS or Atom); save the essay as text, Markdown or HTML"
        return EssayContent(outcome=EssayOutcome.UNREADABLE, detail=detail)
    return found


def _is_other_xml(essay: EssayInput, found: EssayContent) -> bool:
    if found.form != "plain":
        return False
    if essay.path is not None:
        return essay.path.suffix.lower() in FEED_SUFFIXES and found.content.strip() != b""
    return found.content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml")


def _read_found(
    essay: EssayInput, found: EssayContent, known: KnownTexts, pool: ReadingPool, settings: Settings
) -> ReadEssay:
    if found.outcome is not EssayOutcome.READ:
        unread = unread_essay(essay, found.outcome, found.detail, known)
        return replace(unread, reader_began=found.reader_began)
    answer = pool.read_essay_text(found.content, found.form, url=found.url)
    if not isinstance(answer, EssayText):
        dead = unread_essay(essay, EssayOutcome.PARSER_KILLED, answer.reason, known)
        return replace(dead, reader_began=answer.began)
    if essay.entry is not None:
        answer = _with_entry(answer, essay.entry, found)
    if answer.outcome not in (EssayOutcome.READ, EssayOutcome.LANGUAGE_UNSUPPORTED):
        return unread_essay(essay, answer.outcome, answer.detail, known)
    return _recognise(essay, answer, known, settings)


def set_repeats_aside(essays: Sequence[ReadEssay]) -> list[ReadEssay]:
    """Mark essays of one batch as ``duplicate`` whose text, or whose id, an earlier one of the batch has.

    Two texts are the same when a reader sees the same words; see `factdesk.essays.identity.fold_sha256`.
    """
    texts: dict[str, str] = {}
    keys: dict[str, str] = {}
    marked = []
    for read in essays:
        if read.version is None:
            marked.append(read)
            continue
        fold = fold_sha256(read.text)
        if fold in texts:
            read = _duplicate(_apart(read) if read.essay.essay_key in keys else read, texts[fold])
        elif read.essay.essay_key in keys:
            read = _namesake(read, keys[read.essay.essay_key])
        else:
            texts[fold] = keys[read.essay.essay_key] = read.essay.uri
        marked.append(read)
    return marked


def _namesake(read: ReadEssay, other: str) -> ReadEssay:
    """Two files that state one id: the first is that essay, the other waits for an id of its own."""
    detail = f"its id is already that of {other}; give one of the two another id"
    return replace(
        _apart(read), version=None, outcome=EssayOutcome.DUPLICATE, detail=detail, front_sources=()
    )


def _apart(read: ReadEssay) -> ReadEssay:
    """Return a second file of an essay under a key of its own, so that the essay stays where it is."""
    essay = read.essay
    place = essay.uri if essay.path is None else f"{essay.inbox}/{essay.path}"
    return replace(read, essay=replace(essay, essay_key=f"repeat:{place}"))


def _recognise(essay: EssayInput, answer: EssayText, known: KnownTexts, settings: Settings) -> ReadEssay:
    sha256 = text_sha256(answer.text)
    identity = identify_essay(
        essay,
        known,
        settings.inbox,
        stated_id=answer.essay_key,
        canonical_url=answer.canonical_url,
        sha256=sha256,
        text=answer.text,
    )
    record = _essay_record(essay, identity.essay_key, answer)
    folder = essay.path.parent if essay.path is not None else None
    sources, refused = find_front_sources(answer.sources, folder)
    detail = "; ".join(part for part in (answer.detail, *refused) if part) or None
    read = ReadEssay(record, None, answer.text, answer.outcome, detail, sources, locators=answer.locators)
    if answer.outcome is not EssayOutcome.READ:
        return read
    if identity.repeats is not None:
        return _repeat_of(read, identity.repeats)
    if identity.namesake_of is not None:
        return _namesake(read, identity.namesake_of.path or identity.namesake_of.essay_key)
    links = tuple(EssayLink(link.url, url_key(link.url), link.span, link.form) for link in answer.links)
    return replace(read, version=EssayVersion(record.id, sha256, len(answer.text), links, answer.language))


def _with_entry(answer: EssayText, entry: FeedEntry, found: EssayContent) -> EssayText:
    """Complete what a page says of itself by what its feed says; a text of the feed's own says nothing.

    A page that a feed names states no id of this project.
    """
    said = answer if found.is_page else EssayText(answer.outcome)
    return replace(
        answer,
        essay_key=None,
        canonical_url=_own_address(said.canonical_url, entry, found),
        title=said.title or entry.title,
        author=said.author or entry.author,
        published_on=said.published_on or entry.published_on,
    )


def _own_address(canonical: str | None, entry: FeedEntry, found: EssayContent) -> str | None:
    """Return where a page says that it belongs, if it may say so.

    A front page is no essay's address, whatever a careless template says: every page of such a site would be
    one essay. And no site speaks for another one: its page would take the place of that one's essay.
    """
    if canonical is None or urlsplit(url_key(canonical)).path == "/":
        return None
    sites = {_site(url) for url in (entry.url, found.url) if url is not None}
    return canonical if _site(canonical) in sites else None


def _site(url: str) -> str:
    return urlsplit(url_key(url)).netloc.removeprefix("www.")


def _repeat_of(read: ReadEssay, other: KnownEssay) -> ReadEssay:
    if other.essay_key == read.essay.essay_key:  # a second file with the same front matter
        read = _apart(read)
    return _duplicate(read, other.path or other.essay_key)


def _duplicate(read: ReadEssay, other: str) -> ReadEssay:
    detail = f"the same text is already read as {other}"
    return replace(read, version=None, outcome=EssayOutcome.DUPLICATE, detail=detail, front_sources=())


def unread_essay(
    essay: EssayInput, outcome: EssayOutcome, detail: str | None, known: KnownEssays
) -> ReadEssay:
    """Return an attempt that gave no text; an essay that was read from this place before keeps its key."""
    before = _known_before(essay, known)
    key = before.essay_key if before is not None else place_key(essay, None)
    about = EssayText(outcome)
    if essay.entry is not None:
        about = _with_entry(about, essay.entry, EssayContent())
    return ReadEssay(_essay_record(essay, key, about), None, "", outcome, detail)


def _known_before(essay: EssayInput, known: KnownEssays) -> KnownEssay | None:
    if essay.entry is not None:
        return known_entry(essay, known)
    return known.essay_at(essay.inbox, essay.relative) if essay.has_place else None


def _essay_record(essay: EssayInput, key: str, answer: EssayText) -> Essay:
    return Essay(
        essay_key=key,
        uri=essay.url or essay.relative,
        title=answer.title,
        author=answer.author,
        published_on=answer.published_on,
        publish_at=answer.publish_at,
        inbox=None if essay.path is None else essay.inbox,
        path=essay.relative if essay.has_place else None,
    )
