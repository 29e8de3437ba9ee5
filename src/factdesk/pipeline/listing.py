"""Before the first stage: places that may be feeds are opened, and their entries stand for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from factdesk.claims.method import find_method_id
from factdesk.config import Home, Settings
from factdesk.essays.attempts import EssayStage, Journal
from factdesk.essays.contents import EssayContent
from factdesk.essays.feeds import Listing, OpenedFeed, list_entries, open_feed
from factdesk.essays.inputs import EssayInput
from factdesk.model import EssayOutcome
from factdesk.pipeline.gathering import Gatherer
from factdesk.pipeline.walls import Fault, within_wall
from factdesk.web.workers import ReadingPool


def list_batch(
    essays: Sequence[EssayInput], home: Home, gatherer: Gatherer, *, is_named: bool = False
) -> Listing:
    """Open every place that may be a feed and put its entries in its place, the newest first.

    An address that is none is kept with what it gave; a feed that cannot be read stays as one essay with that
    outcome. One that broke runs before is left for the selection to set aside, unless ``is_named``: what a
    person names is opened. Raises ArchiveError when the journal cannot be written.
    """
    journal = Journal(home.warehouse)
    settings = home.settings.model_copy(update={"web": gatherer.fetcher.settings})

    def open_one(essay: EssayInput) -> OpenedFeed:
        attempt = journal.look(essay, find_method_id(), settings.essays.max_bytes)
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
        if opened.feed is not None:
            journal.settle(replace(attempt, tries=0))
        return opened

    return list_entries(essays, open_one)


def _broken(fault: Fault) -> EssayContent:
    # Its try is counted; the reading that follows only tells it.
    return EssayContent(outcome=EssayOutcome.PARSER_KILLED, detail=fault.detail, reader_began=False)


def list_files(essays: Sequence[EssayInput], pool: ReadingPool, settings: Settings) -> Listing:
    """Open the feeds among files alone; no network is asked and nothing is written."""

    def open_one(essay: EssayInput) -> OpenedFeed:
        return OpenedFeed((essay,)) if essay.url is not None else open_feed(essay, pool, settings)

    return list_entries(essays, open_one)
