"""The sources of a claim that its essay does not link: those that people attached, and those that are found.

Where nothing that is linked or given for a claim could be read, it is compared with texts that come near it:
the other essays of the run and of the warehouse, and what the warehouse has archived for other claims.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from factdesk.config import Home
from factdesk.errors import WarehouseError
from factdesk.model import Basis, Claim, Distance, Essay, Mention, Pair, Source
from factdesk.pipeline.records import EssayRead, Progress, silent
from factdesk.pipeline.source_texts import FetchHistory, mark_repeats, recall_gathered, source_text
from factdesk.sources.archive import Archive
from factdesk.sources.echoes import echoes_essay
from factdesk.sources.gather import Gathered, SourceRequest
from factdesk.sources.suggestions import (
    ESSAY_EXTRACTOR,
    MOST_LOOKED_AT,
    MOST_SUGGESTED,
    Shingles,
    Wanted,
    comes_near,
    essay_as_source,
    is_witness,
    shingle,
    wanted_words,
)
from factdesk.verdicts.judge import SourceText

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known
    from factdesk.warehouse.search_index import FoundText, OwnedText

TEXTS_KEPT = 64
"""Candidates whose text and runs of words are kept for the next claims of a batch."""


@dataclass(frozen=True, slots=True)
class Further:
    """A source besides the linked ones: what is to be stored of it, and how the claim is compared with it."""

    gathered: Gathered
    text: SourceText


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    shingles: Shingles


def _words_of(one: Gathered) -> str:
    """Return a hash of a source's words: a copy of a text on another host tells nothing new."""
    assert one.snapshot is not None
    return one.snapshot.words_sha256 or one.snapshot.text_sha256


def as_given(gathered: Gathered, known: FetchHistory) -> Further:
    """Return a source that a person gave to a claim."""
    text = source_text(gathered, known)
    return Further(gathered, replace(text, basis=Basis.GIVEN, distance=Distance.GIVEN))


def attached_requests(
    known: Known, claim_ids: Collection[UUID], pairs: Iterable[Pair]
) -> tuple[SourceRequest, ...]:
    """Return the pages attached to claims, which are gathered as if the essay linked them.

    Files are not read again: the archive has what was given. ``pairs`` are those of the reading at hand.
    """
    from factdesk.warehouse.attached import attached_sources
    from factdesk.warehouse.loading import load_records

    earlier = {one.new_claim_id: one.old_claim_id for one in pairs}
    attached = attached_sources(known, claim_ids, earlier)
    ids = list(dict.fromkeys(source_id for sources in attached.values() for source_id in sources))
    pages = load_records(known, Source, ids) if ids else {}
    return tuple(
        SourceRequest(pages[one].url)
        for one in ids
        if one in pages and pages[one].url_key.startswith(("http://", "https://"))
    )


class OtherSources:
    """What else there is for the claims of a batch; a context manager that closes the search at its end.

    ``reads`` and ``gathered`` are those of the whole run, so that a claim finds the other essays of the run
    and what they link, stored or not.
    """

    def __init__(
        self,
        home: Home,
        known: Known,
        reads: Iterable[EssayRead] = (),
        gathered: Iterable[Gathered] = (),
        progress: Progress = silent,
    ) -> None:
        from factdesk.warehouse.search import TextSearch

        self._known = known
        self._archive = Archive(home.warehouse / "snapshots")
        self._essays = {
            one.read.essay.id: (one.read.essay, one.read.version)
            for one in reads
            if one.read.version is not None
        }
        self._gathered = {one.source.id: one for one in gathered}
        self._search = TextSearch(
            home.warehouse,
            known,
            self._archive,
            self._run_texts,
            lambda done, total: progress("indexing", done, total),
        )
        self._candidates: OrderedDict[str, _Candidate] = OrderedDict()
        self._essay_shingles: tuple[str, Shingles] = ("", frozenset())

    def __enter__(self) -> OtherSources:
        return self

    def __exit__(self, *_: object) -> None:
        self._search.close()

    def attached(
        self, claim_ids: Collection[UUID], earlier: Mapping[UUID, UUID] | None = None
    ) -> dict[UUID, list[Further]]:
        """Return claim -> what people attached to it or to an earlier wording; see `attached_sources`."""
        from factdesk.warehouse.attached import attached_sources

        found = attached_sources(self._known, claim_ids, earlier)
        return {
            claim_id: [as_given(one, self._known) for one in self._recall(source_ids)]
            for claim_id, source_ids in found.items()
        }

    def _recall(self, source_ids: Iterable[UUID]) -> Iterator[Gathered]:
        for source_id in source_ids:
            one = self._gathered.get(source_id) or recall_gathered(self._archive, source_id)
            if one is not None:
                yield one

    def suggest(self, claim: Claim, mention: Mention, essay: Essay, essay_text: str) -> list[Further]:
        """Return the texts that come near a claim and are no echo of its essay, the nearest first.

        Call it for claims none of whose own sources could be read. Raises WarehouseError when the index
        cannot be written.
        """
        wanted = wanted_words(claim, mention.sentence)
        if wanted is None:
            return []
        linked = {one.source_id for one in mention.citations} | self._linked(essay.id)
        chosen: dict[UUID, Further] = {}
        texts_chosen: set[str] = set()
        for found in self._search.find(wanted.stems, MOST_LOOKED_AT):
            one = self._look_at(found, wanted, essay, essay_text, mention.sentence)
            if one is not None and one.source.id not in linked and _words_of(one) not in texts_chosen:
                texts_chosen.add(_words_of(one))
                seen = replace(source_text(one, self._known), basis=Basis.SUGGESTED)
                text = mark_repeats(seen, essay, essay_text)
                chosen.setdefault(one.source.id, Further(one, text))
            if len(chosen) == MOST_SUGGESTED:
                break
        return list(chosen.values())

    def _linked(self, essay_id: UUID) -> set[UUID]:
        """What the essay links elsewhere is no suggestion."""
        version = self._essays[essay_id][1] if essay_id in self._essays else None
        return {Source(link.url, link.url_key).id for link in version.links} if version else set()

    def _look_at(
        self, found: FoundText, wanted: Wanted, essay: Essay, essay_text: str, sentence: str
    ) -> Gathered | None:
        if any(one.form == "essay" and one.owner == str(essay.id) for one in found.owners):
            return None
        candidate = self._candidate(found.sha256)
        if candidate is None or not comes_near(wanted, candidate.text):
            return None
        one = self._as_source(found, candidate.text)
        if one is None or one.snapshot is None or one.snapshot.text_sha256 != found.sha256:
            return None
        own = self._shingles_of(essay_text)
        on: date | None = one.snapshot.published_on
        if not is_witness(candidate.shingles, own, sentence, on, essay.published_on):
            return None
        is_older = on is not None and essay.published_on is not None and on < essay.published_on
        return one if is_older or not echoes_essay(candidate.text, essay_text, sentence) else None

    def _candidate(self, sha256: str) -> _Candidate | None:
        if sha256 not in self._candidates:
            try:
                text = self._archive.get_text(sha256)
            except WarehouseError:  # lost or damaged since it was indexed: it cannot be compared
                return None
            self._candidates[sha256] = _Candidate(text, shingle(text))
            if len(self._candidates) > TEXTS_KEPT:
                self._candidates.popitem(last=False)
        self._candidates.move_to_end(sha256)
        return self._candidates[sha256]

    def _shingles_of(self, essay_text: str) -> Shingles:
        if self._essay_shingles[0] != essay_text:
            self._essay_shingles = (essay_text, shingle(essay_text))
        return self._essay_shingles[1]

    def _as_source(self, found: FoundText, text: str) -> Gathered | None:
        """Return a found text as a source; a page goes before an essay that has the same text."""
        pages = [one for one in found.owners if one.form == "source"]
        for one in self._recall(UUID(owner.owner) for owner in pages):
            if one.text is not None:
                return one
        essays = (self._essay(UUID(one.owner)) for one in found.owners if one.form == "essay")
        essay = next((one for one in essays if one is not None), None)
        return None if essay is None else self._essay_gathered(essay, text)

    def _essay(self, essay_id: UUID) -> Essay | None:
        from factdesk.warehouse.loading import load_records

        if essay_id in self._essays:
            return self._essays[essay_id][0]
        return load_records(self._known, Essay, [essay_id]).get(essay_id)

    def _essay_gathered(self, essay: Essay, text: str) -> Gathered:
        source, fetch, snapshot = essay_as_source(essay, text, datetime.now(UTC))
        known = recall_gathered(self._archive, source.id)
        if known is not None and known.text is not None:
            return known
        self._archive.put_fetch(fetch, snapshot, source)
        return Gathered(source, fetch, snapshot, text, reused=False)

    def _run_texts(self) -> Sequence[OwnedText]:
        from factdesk.warehouse.search_index import OwnedText, Owner

        essays = [
            OwnedText(Owner("essay", str(essay_id)), version.text_sha256)
            for essay_id, (_, version) in self._essays.items()
        ]
        pages = [
            OwnedText(Owner("source", str(source_id)), one.snapshot.text_sha256)
            for source_id, one in self._gathered.items()
            if one.snapshot is not None and one.snapshot.extractor != ESSAY_EXTRACTOR
        ]
        return [*essays, *pages]
