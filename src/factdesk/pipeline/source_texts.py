"""Sources as verdicts see them, and as the archive remembers them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from factdesk.model import Basis, Essay, SourceOutcome
from factdesk.sources.archive import Archive
from factdesk.sources.echoes import find_repeats
from factdesk.sources.gather import Gathered
from factdesk.sources.known import recall
from factdesk.sources.suggestions import is_essay_file, is_essay_itself
from factdesk.verdicts.judge import SourceText
from factdesk.web.url_keys import url_key


class FetchHistory(Protocol):
    """What is known of the fetches of sources: now, or when a verdict was reached."""

    def first_fetched(self, source_id: UUID, text_sha256: str, /) -> datetime | None:
        """Return when this text of a source was first fetched, or None."""

    def read_as(self, source_id: UUID, text_sha256: str, /) -> SourceOutcome | None:
        """Return the outcome of the last fetch that brought this text, or None."""


def source_text(one: Gathered, known: FetchHistory) -> SourceText:
    """Return a gathered source as a verdict sees it.

    A page that was only confirmed is what it was when it was read: behind a paywall, for instance.
    """
    snapshot, outcome = one.snapshot, one.fetch.outcome
    sha256 = snapshot.text_sha256 if snapshot else None
    if sha256 and outcome is SourceOutcome.NOT_MODIFIED:
        outcome = known.read_as(one.source.id, sha256) or outcome
    first = known.first_fetched(one.source.id, sha256) if sha256 else None
    return SourceText(
        source_id=one.source.id,
        outcome=outcome.value,
        text=one.text,
        text_sha256=sha256,
        snapshot_id=snapshot.id if snapshot else None,
        title=snapshot.title if snapshot else None,
        published_on=snapshot.published_on if snapshot else None,
        blocks=snapshot.blocks if snapshot else (),
        basis=Basis.CITED,
        first_fetched_at=(first or one.fetch.fetched_at) if sha256 else None,
        url=one.source.url,
    )


def mark_own_essay(
    texts: Mapping[UUID, SourceText], essay: Essay, essay_text: str, source_ids: Iterable[UUID]
) -> dict[UUID, SourceText]:
    """Return the texts with those of ``source_ids`` marked that are the essay itself: its own address, or a
    text that has all of its words. A file is not known by its name, which others have as well.

    Of the others it is marked what only repeats the essay.
    """
    own_key = url_key(essay.uri) if essay.uri.startswith(("http://", "https://")) else None
    marked = {
        one: _marked(texts[one], own_key, essay, essay_text)
        for one in source_ids
        if one in texts and texts[one].is_readable
    }
    return {**texts, **marked}


def _marked(source: SourceText, own_key: str | None, essay: Essay, essay_text: str) -> SourceText:
    if _is_own(source, own_key, essay_text):
        return replace(source, is_own_essay=True)
    return mark_repeats(source, essay, essay_text)


def mark_repeats(source: SourceText, essay: Essay, essay_text: str) -> SourceText:
    """Return a source with what only repeats the essay marked."""
    repeats = find_repeats(source.text or "", source.published_on, essay, essay_text, source.url)
    return replace(source, repeats=repeats) if repeats else source


def _is_own(source: SourceText, own_key: str | None, essay_text: str) -> bool:
    return url_key(source.url or "") == own_key or has_own_words(
        source.url or "", source.text or "", essay_text
    )


def has_own_words(name: str, text: str, essay_text: str) -> bool:
    """Whether a source is the essay by its words; ``name`` is its address, or a given file's name."""
    is_page = name.lower().startswith(("http://", "https://"))
    return is_essay_itself(text, essay_text) if is_page else is_essay_file(text, essay_text)


def recall_gathered(archive: Archive, source_id: UUID) -> Gathered | None:
    """Return a source as the archive has it, or None when it was never gathered."""
    kept = recall(archive, source_id)
    return None if kept is None else Gathered(kept.source, kept.fetch, kept.snapshot, kept.text, reused=True)
