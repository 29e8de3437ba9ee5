"""A recheck in one line and one page: each kind of change by its name, no failure called a deletion."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from factdesk.model import ChangeKind, PassageChange, PassageFate, SourceOutcome, Span
from factdesk.ops.recheck_summary import RecheckStory
from factdesk.pipeline import StoreReport
from factdesk.pipeline.changed_sources import ChangeFault, ChangesNoted
from factdesk.pipeline.rejudging import ClaimFault, Rejudged
from factdesk.sources.gather import Gathered
from factdesk.warehouse.keeper import FoldReport
from small_records import make_change, make_fetch, make_source

SOURCE = make_source()
ID = UUID(int=1)


def gathered(outcome: SourceOutcome) -> Gathered:
    return Gathered(SOURCE, replace(make_fetch(SOURCE, "a"), outcome=outcome), None, None, reused=False)


def changed(kind: ChangeKind, *fates: PassageFate) -> ChangesNoted:
    passages = [
        PassageChange(ID, ID, fate, None if fate is PassageFate.DIED else Span(0, 1)) for fate in fates
    ]
    return ChangesNoted((make_change(SOURCE, "a", "b", kind, passages=passages),))


def story(
    *outcomes: SourceOutcome,
    noted: ChangesNoted | None = None,
    rejudged: Rejudged | None = None,
    reopened: int | None = 0,
) -> RecheckStory:
    found = tuple(gathered(one) for one in outcomes)
    return RecheckStory(found, noted or ChangesNoted(), rejudged or Rejudged(), reopened)


def test_nothing_new_is_a_short_line() -> None:
    assert story(SourceOutcome.NOT_MODIFIED).line() == "1 source rechecked, 0 claims with a new verdict."


def test_only_what_its_server_calls_gone_is_gone() -> None:
    outcomes = (
        SourceOutcome.GONE,
        SourceOutcome.TIMED_OUT,
        SourceOutcome.DNS_ERROR,
        SourceOutcome.SOFT_404,
        SourceOutcome.TRUNCATED,
    )
    assert story(*outcomes).line() == (
        "5 sources rechecked, 1 gone, 2 not reached, 0 claims with a new verdict."
    )


def test_each_kind_of_change_has_its_own_words() -> None:
    died, moved = PassageFate.DIED, PassageFate.MOVED
    lines = [
        story(noted=changed(kind, died, moved, moved)).line()
        for kind in (ChangeKind.TEXT, ChangeKind.TRIVIAL, ChangeKind.EXTRACTOR)
    ]
    passages = "1 passage no longer there, 2 passages moved, "
    assert [line.removeprefix("0 sources rechecked, 1 ") for line in lines] == [
        f"changed, {passages}0 claims with a new verdict.",
        f"changed in typesetting alone, {passages}0 claims with a new verdict.",
        "only read otherwise by a newer reader, 0 claims with a new verdict.",
    ]


def test_reopened_claims_and_faults_are_told() -> None:
    faults = Rejudged(faults=(ClaimFault(ID, "the archive lacks it"),))
    noted = ChangesNoted(faults=(ChangeFault(SOURCE.id, "the archive lacks the blob"),))
    told = story(noted=noted, rejudged=faults, reopened=3)
    assert told.line() == "0 sources rechecked, 0 claims with a new verdict, 3 reopened, 2 faults."
    assert "known with the next published copy" in story(reopened=None).line()
    page = told.markdown({"fault": 2}, StoreReport((), FoldReport(0, 0, 0, published=True, lock_holder=None)))
    assert f"| claim | `{ID}` | fault | the archive lacks it |" in page
    assert f"| source | `{SOURCE.id}` | not compared | the archive lacks the blob |" in page
