"""Before the first stage: places that may be feeds are opened, and their entries stand for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from factdesk.claims.method import find_method_id
from factdesk.config import Home, Settings
from factdesk.essays.attempts import EssayStage, Journal
from factdesk.essays.contents import EssayContent
from factdesk.essays.feeds import Listing, OpenedFeed, list_entries, open_feed
from factdesk.essays.identity import place_key
from factdesk.essays.inputs import EssayInput
from factdesk.model import FAILED_ESSAY_OUTCOMES, EssayOutcome, identify
from factdesk.pipeline.gathering import Gatherer
from factdesk.pipeline.walls import Fault, within_wall
from factdesk.web.workers import ReadingPool

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known


def list_batch(
    essays: Sequence[EssayInput],
    home: Home,
    known: Known,
    gatherer: Gatherer,
    *,
    is_named: bool = False,
) -> Listing:
    """Open every place that may be a feed and put its entries in its place, the newest first.

    An address that is none is kept with what it gave; a feed that cannot be read stays as one essay with that
    outcome, and once more when it can be read again, so that nobody takes it for dead. One that broke runs
    before is left for the selection to set aside, unless ``is_named``: what a person names is opened. Raises
    ArchiveError when the journal cannot be written.
    """
    journal = Journal(home.warehouse)
    settings = home.settings.model_copy(update={"web": gatherer.fetcher.settings})
    method = find_method_id(settings.claims.kinds)

    def open_one(essay: EssayInput) -> OpenedFeed:
        attempt = journal.look(essay, method, settings.essays.max_bytes)
        if attempt.tries >= settings.flow.poison_after and not is_named:
            return OpenedFeed((essay,))
        opened = within_wall(
            journal,
            attempt,
            EssayStage.READING,
            lambda: open_feed(essay, gatherer.pool, settings, gatherer.fetcher),
        )
        if isinstance(opened, Fault):
            return OpenedFeed((replace(essay, found=_broken(opened)),))
        if opened.feed is None:
            return opened
        journal.settle(replace(attempt, tries=0))
        return replace(opened, essays=(*opened.essays, *_revived(essay, known)))

    return list_entries(essays, open_one)


def _revived(feed: EssayInput, known: Known) -> tuple[EssayInput, ...]:
    """Return the feed as an essay without a text where the warehouse still says that it cannot be read."""
    essay_id = identify("Essay", place_key(feed, None))
    last = known.last_attempt(essay_id) if feed.url is not None else None
    if last is None or last.outcome not in FAILED_ESSAY_OUTCOMES:
        return ()
    detail = "it is a feed and can be read again; its entries are essays of their own"
    return (replace(feed, found=EssayContent(outcome=EssayOutcome.NO_TEXT, detail=detail)),)


def _broken(fault: Fault) -> EssayContent:
    # Its try is counted; the reading that follows only tells it.
    return EssayContent(outcome=EssayOutcome.PARSER_KILLED, detail=fault.detail, reader_began=False)


def list_files(essays: Sequence[EssayInput], pool: ReadingPool, settings: Settings) -> Listing:
    """Open the feeds among files alone; no network is asked and nothing is written."""

    def open_one(essay: EssayInput) -> OpenedFeed:
        return OpenedFeed((essay,)) if essay.url is not None else open_feed(essay, pool, settings)

    return list_entries(essays, open_one)
