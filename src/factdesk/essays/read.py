"""Reads one essay: its bytes from a file or an address, its text by the reading worker, which essay it is."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from factdesk.config import Settings
from factdesk.essays.identity import KnownEssay, KnownEssays, identify_essay, place_key
from factdesk.essays.inputs import EssayInput
from factdesk.essays.sources import find_front_sources
from factdesk.model import (
    READABLE_OUTCOMES,
    Essay,
    EssayLink,
    EssayOutcome,
    EssayVersion,
    Locator,
    text_sha256,
)
from factdesk.reading.decode import decode_text, sniff_media_type
from factdesk.reading.essay_text import FORMS, EssayText
from factdesk.web.url_keys import url_key

if TYPE_CHECKING:
    from factdesk.web.fetch import Fetcher
    from factdesk.web.workers import ReadingPool

_FORMS_BY_TYPE = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}


@dataclass(frozen=True, slots=True)
class ReadEssay:
    """One attempt to read an essay.

    ``version`` is there only when the outcome is ``read``; without it ``essay`` knows no more than the
    place, so that it must not be stored over an essay that the warehouse has. ``front_sources`` are the
    usable sources of the front matter: http(s) addresses, or real paths of files inside the essay's folder.
    ``reader_began`` is false where no reading worker came to the essay, so that it is not to blame.
    ``locators`` say where in the file its text stands.
    """

    essay: Essay
    version: EssayVersion | None
    text: str
    outcome: EssayOutcome
    detail: str | None
    front_sources: tuple[str, ...] = ()
    reader_began: bool = True
    locators: tuple[Locator, ...] = ()


@dataclass(frozen=True, slots=True)
class EssayContent:
    """The bytes of an essay and the form to read them as, or why there are none."""

    content: bytes = b""
    form: str = "plain"
    url: str | None = None
    outcome: EssayOutcome = EssayOutcome.READ
    detail: str | None = None


def read_essay(
    essay: EssayInput,
    known: KnownEssays,
    pool: ReadingPool,
    settings: Settings,
    fetcher: Fetcher | None = None,
) -> ReadEssay:
    """Read one essay to exactly one outcome. Never raises for what a file or a page holds.

    ``fetcher`` asks for an essay by URL, so that a run leaves its host in peace between two of them.
    """
    if essay.url:
        found = _fetch(essay.url, settings, fetcher)
    else:
        found = open_essay(essay, settings.essays.max_bytes)
    if found.outcome is not EssayOutcome.READ:
        return unread_essay(essay, found.outcome, found.detail, known)
    answer = pool.read_essay_text(found.content, found.form, url=found.url)
    if not isinstance(answer, EssayText):
        dead = unread_essay(essay, EssayOutcome.PARSER_KILLED, answer.reason, known)
        return replace(dead, reader_began=answer.began)
    if answer.outcome not in (EssayOutcome.READ, EssayOutcome.LANGUAGE_UNSUPPORTED):
        return unread_essay(essay, answer.outcome, answer.detail, known)
    return _recognise(essay, answer, known, settings)


def set_repeats_aside(essays: Sequence[ReadEssay]) -> list[ReadEssay]:
    """Mark essays of one batch as ``duplicate`` whose text, or whose id, an earlier one of the batch has."""
    texts: dict[str, str] = {}
    keys: dict[str, str] = {}
    marked = []
    for read in essays:
        if read.version is not None and read.version.text_sha256 in texts:
            read = _duplicate(read, texts[read.version.text_sha256])
        elif read.version is not None and read.essay.essay_key in keys:
            read = _namesake(read, keys[read.essay.essay_key])
        elif read.version is not None:
            texts[read.version.text_sha256] = keys[read.essay.essay_key] = read.essay.uri
        marked.append(read)
    return marked


def _namesake(read: ReadEssay, other: str) -> ReadEssay:
    """Two files that state one id: the first is that essay, the other waits for an id of its own."""
    detail = f"its id is already that of {other}; give one of the two another id"
    essay = replace(read.essay, essay_key=f"repeat:{read.essay.uri}")
    return replace(
        read, essay=essay, version=None, outcome=EssayOutcome.DUPLICATE, detail=detail, front_sources=()
    )


def _recognise(essay: EssayInput, answer: EssayText, known: KnownEssays, settings: Settings) -> ReadEssay:
    sha256 = text_sha256(answer.text)
    identity = identify_essay(
        essay,
        known,
        settings.inbox,
        stated_id=answer.essay_key,
        canonical_url=answer.canonical_url,
        sha256=sha256,
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


def _repeat_of(read: ReadEssay, other: KnownEssay) -> ReadEssay:
    if other.essay_key == read.essay.essay_key and other.path is not None:
        # A second file with the same front matter: the essay stays where it was.
        place = replace(read.essay, inbox=other.inbox, path=other.path, uri=other.path)
        read = replace(read, essay=place)
    return _duplicate(read, other.path or other.essay_key)


def _duplicate(read: ReadEssay, other: str) -> ReadEssay:
    detail = f"the same text is already read as {other}"
    return replace(read, version=None, outcome=EssayOutcome.DUPLICATE, detail=detail, front_sources=())


def unread_essay(
    essay: EssayInput, outcome: EssayOutcome, detail: str | None, known: KnownEssays
) -> ReadEssay:
    """Return an attempt that gave no text; an essay that was read from this place before keeps its key."""
    has_place = essay.url is None and not essay.is_outside
    before = known.essay_at(essay.inbox, essay.relative) if has_place else None
    key = before.essay_key if before is not None else place_key(essay, None)
    return ReadEssay(_essay_record(essay, key, EssayText(outcome)), None, "", outcome, detail)


def _essay_record(essay: EssayInput, key: str, answer: EssayText) -> Essay:
    in_place = essay.url is None and not essay.is_outside
    return Essay(
        essay_key=key,
        uri=essay.url or essay.relative,
        title=answer.title,
        author=answer.author,
        published_on=answer.published_on,
        publish_at=answer.publish_at,
        inbox=None if essay.url is not None else essay.inbox,
        path=essay.relative if in_place else None,
    )


def open_essay(essay: EssayInput, max_bytes: int) -> EssayContent:
    """Return the bytes of an essay's file, or the outcome that says why there are none; never waits."""
    path = essay.path or Path(essay.place)
    try:
        # A pipe or a device would never end; it is looked at before it is opened, and not waited for.
        if not stat.S_ISREG(path.stat().st_mode):
            return EssayContent(outcome=EssayOutcome.UNREADABLE, detail="it is no file; name a file")
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            if os.fstat(file.fileno()).st_size > max_bytes:
                return _too_big(max_bytes)
            content = file.read(max_bytes + 1)
    except (FileNotFoundError, NotADirectoryError):
        return EssayContent(
            outcome=EssayOutcome.MISSING, detail=f"there is no file {essay.place}; mend the path"
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return EssayContent(outcome=EssayOutcome.UNREADABLE, detail=f"{essay.place} cannot be read: {reason}")
    if len(content) > max_bytes:
        return _too_big(max_bytes)
    return EssayContent(content, FORMS.get(path.suffix.lower(), "plain"))


def _too_big(max_bytes: int) -> EssayContent:
    detail = f"it is larger than {max_bytes} bytes; raise essays.max_bytes or split it"
    return EssayContent(outcome=EssayOutcome.TOO_BIG, detail=detail)


def _fetch(url: str, settings: Settings, fetcher: Fetcher | None) -> EssayContent:
    from factdesk.web import fetch  # httpx is loaded only for essays by address

    answer = (fetcher or fetch.Fetcher(settings.web)).fetch(url)
    if answer.outcome not in READABLE_OUTCOMES or answer.content is None:
        detail = ": ".join(part for part in (str(answer.outcome), answer.detail) if part)
        return EssayContent(outcome=EssayOutcome.UNREADABLE, detail=detail)
    address = answer.final_url or url
    form = FORMS.get(_suffix(address), "plain")
    if answer.media_type in _FORMS_BY_TYPE:
        form = _FORMS_BY_TYPE[answer.media_type]
    return EssayContent(_as_utf8(answer.content, answer.charset), form, address)


def _suffix(url: str) -> str:
    try:
        return Path(urlsplit(url).path).suffix.lower()
    except ValueError:
        return ""


def _as_utf8(content: bytes, charset: str | None) -> bytes:
    """Spell out what the server's header says of the charset, so that the worker need not know it."""
    if charset is None or sniff_media_type(content) is not None:
        return content
    decoded = decode_text(content, declared=charset, markup=True)
    return content if decoded is None else b"\xef\xbb\xbf" + decoded.text.encode("utf-8")
