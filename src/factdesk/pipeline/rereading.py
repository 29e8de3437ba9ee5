"""The archived bytes of sources read again: whether the same text comes out of them as came out then."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING
from uuid import UUID

from factdesk.config import Home
from factdesk.errors import WarehouseError
from factdesk.model import Fetch, Source, text_sha256
from factdesk.pipeline.past_verdicts import read_inputs
from factdesk.pipeline.records import Progress, silent
from factdesk.pipeline.stale_claims import OUTCOMES
from factdesk.reading.page_text import PageText
from factdesk.sources.archive import Archive
from factdesk.sources.erasures import erased_texts
from factdesk.sources.given_files import MEDIA_TYPES
from factdesk.sources.suggestions import ESSAY_EXTRACTOR
from factdesk.web.answers import find_header, read_content_type
from factdesk.web.decoders import DecodedTooBigError, UndecodableError, decode
from factdesk.web.workers import ReadingPool, WorkerDeath

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known
    from factdesk.warehouse.past import JudgedClaim

EXTRACTOR = "extractor"


@dataclass(frozen=True, slots=True)
class ReadAnew:
    """A text that comes out otherwise when the bytes are read again. Lengths in characters.

    ``claims`` rest on the text as it was. ``reader_was`` and ``reader_now`` name the readers: where they are
    not the same, it is no drift that they take another text.
    """

    url: str
    text_was: str
    text_now: str
    length_was: int
    length_now: int
    reader_was: str
    reader_now: str
    claims: int

    @property
    def is_drift(self) -> bool:
        """Whether one and the same reader reads otherwise than before."""
        return self.reader_was == self.reader_now


@dataclass(frozen=True, slots=True)
class RereadFault:
    """A source whose bytes could not be read again, and one sentence why."""

    source_id: UUID
    text_sha256: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reread:
    """What reading again found. ``without_bytes`` are texts that were no page: essays taken as sources, and
    those whose bytes were erased for good."""

    texts: int
    same: int
    without_bytes: int
    differing: tuple[ReadAnew, ...]
    faults: tuple[RereadFault, ...]

    @property
    def is_green(self) -> bool:
        """Whether all bytes could be read and no reader reads otherwise than it did."""
        return not self.faults and not any(one.is_drift for one in self.differing)


def reread(
    home: Home, known: Known, *, progress: Progress = silent, pool: ReadingPool | None = None
) -> Reread:
    """Read the archived bytes of every text again that a current verdict saw. Nothing is fetched or written.

    A ``pool`` that is given stays open. Raises WarehouseError when the published copy cannot be read.
    """
    from factdesk.warehouse.loading import load_rows, read_stored
    from factdesk.warehouse.past import find_brought, list_judged_claims

    claims = _claims_by_text(list_judged_claims(known))
    brought = find_brought(known, claims)
    fetches = load_rows(known, Fetch, brought.values())
    sources = load_rows(known, Source, {source_id for source_id, _ in brought})
    differing: list[ReadAnew] = []
    faults: list[RereadFault] = []
    essays = 0
    gone = erased_texts(home.warehouse / "snapshots")
    with nullcontext(pool) if pool is not None else ReadingPool(home.settings.reading) as open_pool:
        bench = _Bench(Archive(home.warehouse / "snapshots"), open_pool, home)
        for done, ((source_id, text), fetch_id) in enumerate(brought.items()):
            progress("reading", done, len(brought))
            try:
                source = read_stored(Source, sources, source_id)
                fetch = read_stored(Fetch, fetches, fetch_id)
                if dict(fetch.tools).get(EXTRACTOR) == ESSAY_EXTRACTOR or fetch.blob_sha256 in gone:
                    essays += 1
                    continue
                found = bench.read(source, fetch, claims[source_id, text])
            except WarehouseError as error:
                faults.append(RereadFault(source_id, text, str(error)))
                continue
            if found is not None:
                differing.append(found)
    progress("reading", len(brought), len(brought))
    same = len(brought) - essays - len(differing) - len(faults)
    without_bytes = len(claims) - len(brought) + essays
    return Reread(len(claims), same, without_bytes, tuple(differing), tuple(faults))


def _claims_by_text(claims: Sequence[JudgedClaim]) -> dict[tuple[UUID, str], int]:
    found: dict[tuple[UUID, str], int] = {}
    for claim in claims:
        for one in read_inputs(claim):
            if one.seen not in OUTCOMES:
                key = (one.source_id, one.seen)
                found[key] = found.get(key, 0) + 1
    return found


class _Bench:
    """What reading needs: the bytes and the workers."""

    def __init__(self, archive: Archive, pool: ReadingPool, home: Home) -> None:
        self._archive = archive
        self._pool = pool
        self._max_bytes = home.settings.web.max_decoded_bytes

    def read(self, source: Source, fetch: Fetch, claims: int) -> ReadAnew | None:
        """Return what is not the same, or None. Raises WarehouseError when the bytes cannot be read."""
        page = self._page(source, fetch)
        now = text_sha256(page.text)
        if now == fetch.text_sha256 or fetch.text_sha256 is None:
            return None
        return ReadAnew(
            source.url,
            fetch.text_sha256,
            now,
            len(self._archive.get_text(fetch.text_sha256)),
            len(page.text),
            dict(fetch.tools).get(EXTRACTOR, "unknown"),
            page.extractor,
            claims,
        )

    def _page(self, source: Source, fetch: Fetch) -> PageText:
        media_type, charset = read_content_type(fetch.headers)
        if fetch.status is None:  # a file that a person gave
            media_type = MEDIA_TYPES.get(PurePath(source.url).suffix.lower())
        page = self._pool.read_page(
            self._content(source, fetch),
            media_type=media_type,
            charset=charset,
            url=fetch.final_url,
            status=fetch.status,
        )
        if isinstance(page, WorkerDeath):
            raise WarehouseError(f"reading the bytes of {source.url} again failed: {page.reason}")
        return page

    def _content(self, source: Source, fetch: Fetch) -> bytes:
        """Return the bytes as they were unpacked then; caps may have been others."""
        wire = self._archive.get(fetch.blob_sha256 or "")
        cap = int(dict(fetch.options or ()).get("max_decoded_bytes", self._max_bytes))
        try:
            content = decode(wire, find_header(fetch.headers, "content-encoding") or "", cap).content
        except (UndecodableError, DecodedTooBigError) as error:
            raise WarehouseError(f"the bytes of {source.url} cannot be unpacked again: {error}") from error
        if fetch.decoded_sha256 not in (None, hashlib.sha256(content).hexdigest()):
            raise WarehouseError(f"the bytes of {source.url} unpack to something else than they did")
        return content
