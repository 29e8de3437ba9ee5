from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from factdesk.config import FlowSettings, Home, open_home
from factdesk.model import (
    Basis,
    Citation,
    Claim,
    Distance,
    Fetch,
    Pair,
    Record,
    Source,
    SourceOutcome,
    Verdict,
    text_sha256,
)
from factdesk.pipeline.due_sources import (
    RETRIED_OUTCOMES,
    RecheckPlan,
    find_due,
    plan_json,
    plan_lines,
    plan_recheck,
    plan_summary,
)
from factdesk.pipeline.recheck_policy import RecheckPolicy
from factdesk.pipeline.stale_claims import claims_to_rejudge
from factdesk.sources.archive import Archive
from factdesk.sources.gather import Gathered
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.known import open_known
from factdesk.warehouse.spool import write_batches
from factdesk.web.url_keys import url_key
from small_records import (
    NOON,
    Review,
    judge,
    make_claim,
    make_essay,
    make_fetch,
    make_mention,
    make_reading,
    make_snapshot,
    make_version,
)

HOUR = 60
ESSAY = make_essay()
VERSION = make_version(ESSAY, "first text")


def link(url: str) -> Source:
    return Source(url, url_key(url))


A, B, C, D = (link(f"http://{name}.example/page") for name in "abcd")


def claims_citing(*sources: Source) -> tuple[list[Claim], list[Record]]:
    """One claim a source, each judged by what the source said at noon."""
    claims = [make_claim(ESSAY, f"the ferry costs £{number}") for number in range(len(sources))]
    records: list[Record] = [ESSAY, VERSION, *claims]
    for claim, source in zip(claims, sources, strict=True):
        seen = judge(claim, text="page")
        verdict = replace(
            seen.verdict,
            inputs=(replace(seen.verdict.inputs[0], source_id=source.id),),
            deciding_source_id=None,
        )
        records += [source, make_mention(claim, VERSION, source=source), verdict]
        records.append(replace(seen.judgement, verdict_id=verdict.id))
    return claims, [*records, make_reading(ESSAY, VERSION, claims)]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path)


def write(home: Home, *batches: Sequence[Record]) -> None:
    for records in batches:
        write_batches(records, home.warehouse, 16_000_000)


def publish(home: Home, *batches: Sequence[Record]) -> None:
    write(home, *batches)
    assert fold_and_publish(home.warehouse).rejected == 0


def due(
    home: Home, hours: float | None = 2.0, at_hour: float = 10.0, limit: int | None = None
) -> list[tuple[str, str]]:
    """Return host and reason of what is due so many hours after noon."""
    with open_known(home.warehouse) as known:
        found = find_due(home, known, NOON + timedelta(hours=at_hour), hours, limit)
    return [(one.source.url.split("/")[2][0], one.why.value) for one in found]


def fetched(source: Source, hour: int, text: str = "page") -> Fetch:
    return make_fetch(source, text, minute=hour * HOUR)


def failed(source: Source, hour: float, outcome: SourceOutcome) -> Fetch:
    fetch = make_fetch(source, "page", minute=int(hour * HOUR))
    return replace(fetch, outcome=outcome, status=None, text_sha256=None)


def test_the_longest_unfetched_come_first_and_only_so_many(home: Home) -> None:
    _, records = claims_citing(A, B, C, D)
    publish(home, records, [fetched(A, 7), fetched(B, 3), fetched(B, 1), fetched(C, 9)])
    assert due(home) == [("d", "never_fetched"), ("b", "old"), ("a", "old")]
    assert due(home, limit=2) == [("d", "never_fetched"), ("b", "old")]
    assert due(home, hours=7.0) == [("d", "never_fetched"), ("b", "old")]
    assert due(home, hours=7.1) == [("d", "never_fetched")]
    assert due(home, hours=0.0) == [("d", "never_fetched"), ("b", "old"), ("a", "old"), ("c", "old")]
    assert due(home, hours=1e300) == [("d", "never_fetched")]


def test_what_can_never_be_asked_is_never_due(home: Home) -> None:
    never = [
        link("javascript:alert(1)"),
        link("file:///etc/passwd"),
        link("http://user@a.example/"),
        link("ftp://a.example/x"),
        Source("timetable.txt", "sha256:" + "0" * 64),
        Source("lost.txt", "file:lost.txt"),
    ]
    _, records = claims_citing(*never, A)
    publish(home, records)
    assert due(home) == [("a", "never_fetched")]


def test_only_claims_that_an_essay_still_makes_count(home: Home) -> None:
    claims, records = claims_citing(A, B, C)
    kept = make_reading(ESSAY, VERSION, claims[:1], minute=5, pairs=[Pair(claims[0].id, claims[1].id)])
    publish(home, records, [kept])
    assert due(home) == [("a", "never_fetched")]


def test_a_text_that_no_verdict_looked_at_is_due_though_it_is_young(home: Home) -> None:
    _, records = claims_citing(A, B, C)
    publish(home, records, [fetched(A, 9, "new"), fetched(B, 9), fetched(C, 3)])
    assert due(home) == [("c", "old"), ("a", "not_judged")]
    # The run that fetched the older text was folded later; what is latest is a matter of time.
    publish(home, [fetched(A, 8)])
    assert due(home) == [("c", "old"), ("a", "not_judged")]


def test_the_archive_knows_of_fetches_that_were_never_stored(home: Home) -> None:
    _, records = claims_citing(A, B)
    publish(home, records, [fetched(A, 3), fetched(B, 1)])
    archive = Archive(home.warehouse / "snapshots")
    archive.put_fetch(fetched(B, 9), make_snapshot(B, "page"), B)
    assert due(home) == [("b", "not_stored"), ("a", "old")]
    archive.put_fetch(fetched(A, 4), make_snapshot(A, "page"), A)
    assert due(home) == [("b", "not_stored"), ("a", "old")]
    write(home, [fetched(B, 9)])
    assert due(home) == [("a", "old")]  # the spool has it now


PASSING = {
    "rate_limited",
    "server_error",
    "timed_out",
    "connection_failed",
    "dns_error",
    "tls_error",
    "truncated",
    "parser_killed",
}


def test_what_passes_is_asked_again_and_what_the_guard_refuses_is_not() -> None:
    assert {one.value for one in RETRIED_OUTCOMES} == PASSING


@pytest.mark.parametrize("outcome", SourceOutcome)
def test_a_source_is_due_an_hour_after_a_passing_fault(home: Home, outcome: SourceOutcome) -> None:
    _, records = claims_citing(A, B)
    publish(home, records, [fetched(A, 1), failed(A, 8, outcome), fetched(B, 8)])
    expected = [("a", "passing_fault")] if outcome.value in PASSING else []
    assert due(home, hours=168.0, at_hour=9.0) == expected


def test_a_passing_fault_gets_its_hour_unless_the_recheck_asks_sooner(home: Home) -> None:
    _, records = claims_citing(A, B)
    publish(home, records, [fetched(A, 0), failed(A, 8, SourceOutcome.DNS_ERROR), fetched(B, 8)])
    assert due(home, hours=168.0, at_hour=8.9) == []
    assert due(home, hours=168.0, at_hour=9.0) == [("a", "passing_fault")]
    assert due(home, hours=0.5, at_hour=8.4) == []
    assert sorted(due(home, hours=0.5, at_hour=8.5)) == [("a", "old"), ("b", "old")]


def test_only_the_last_fetch_says_whether_a_fault_is_passing(home: Home) -> None:
    _, records = claims_citing(A, B)
    fault = SourceOutcome.TIMED_OUT
    publish(home, records, [failed(A, 7, fault), fetched(A, 8), fetched(B, 6), failed(B, 8, fault)])
    assert due(home, hours=168.0) == [("b", "passing_fault")]
    with open_known(home.warehouse) as known:
        plan = plan_recheck(home, known, NOON + timedelta(hours=10), 168.0, 3)
    assert plan_summary(plan)[0] == (
        "sources due: 1 (passing fault at the last fetch 1; fetched again after 168 hours)"
    )
    archive = Archive(home.warehouse / "snapshots")
    archive.put_fetch(fetched(B, 9), make_snapshot(B, "page"), B)
    assert due(home, hours=168.0) == [("b", "not_stored")]
    write(home, [fetched(B, 9)])
    assert due(home, hours=168.0) == []


def test_an_empty_warehouse_has_nothing_due(home: Home) -> None:
    assert due(home) == []


def test_waiting_readings_are_heeded(home: Home) -> None:
    claims, records = claims_citing(A, B)
    publish(home, records)
    write(home, [make_reading(ESSAY, VERSION, claims[1:], minute=5)])
    assert due(home) == [("b", "never_fetched")]
    other = make_version(ESSAY, "second text")
    write(home, [other, make_reading(ESSAY, other, claims, minute=6)])
    assert due(home) == []
    fold_and_publish(home.warehouse)
    assert due(home) == []  # no mention in that version came with it


def stale(home: Home, *sources: Source, text: str = "page") -> list[tuple[UUID, tuple[UUID, ...]]]:
    gathered = [
        Gathered(one, fetched(one, 10, text), make_snapshot(one, text), text, reused=False) for one in sources
    ]
    with open_known(home.warehouse) as known:
        return sorted((one.claim_id, one.changed) for one in claims_to_rejudge(gathered, known))


def test_claims_are_stale_when_their_source_has_another_text(home: Home) -> None:
    claims, records = claims_citing(A, B)
    publish(home, records)
    assert stale(home, A, B) == []
    assert stale(home, A, text="new") == [(claims[0].id, (A.id,))]
    assert stale(home, C, text="new") == []


def test_a_claim_that_cites_two_sources_is_stale_once(home: Home) -> None:
    (claim,), records = claims_citing(A)
    mention = make_mention(claim, VERSION)
    both = tuple(Citation(one.id, Distance.SENTENCE, Basis.CITED) for one in (A, B, A))
    publish(home, records, [B, replace(mention, citations=both)])
    assert stale(home, A, B) == [(claim.id, (B.id,))]
    assert stale(home, A) == []
    assert [changed for _, changed in stale(home, A, B, text="new")] == [tuple(sorted((A.id, B.id)))]


def test_a_claim_whose_judgement_waits_has_to_be_looked_at(home: Home) -> None:
    """The headers in the spool do not say what its verdict looked at."""
    claims, records = claims_citing(A, B)
    publish(home, records, [fetched(A, 9, "new"), fetched(B, 9)])
    again = judge(claims[0], text="new", minute=30)
    write(home, [again.verdict, again.judgement])
    assert stale(home, A, B) == [(claims[0].id, ())]
    assert due(home) == []


AT_NOON = "last fetched 2026-03-01 12:00 UTC"


def test_what_hangs_on_a_source_says_when_it_is_due(home: Home) -> None:
    """A has a decided claim of an old essay, B one that waits, C six that wait, D is calm."""
    old = make_essay("old", published_on=(NOON - timedelta(days=100)).date())
    settled = make_claim(old, "the ferry cost £9")
    seen = judge(settled, text="page")
    verdict = replace(
        seen.verdict, inputs=(replace(seen.verdict.inputs[0], source_id=A.id),), deciding_source_id=None
    )
    judgement = replace(seen.judgement, verdict_id=verdict.id)
    version = make_version(old, "an old text")
    mention = make_mention(settled, version, source=A)
    decided = Review(settled.id).decide(verdict_id=verdict.id)
    _, records = claims_citing(B, *[C] * 6, D)
    first = [old, version, settled, mention, make_reading(old, version, [settled]), A, verdict, judgement]
    publish(home, [*first, *dict.fromkeys(records)], [decided])
    publish(home, [fetched(A, 0), fetched(B, 0), fetched(C, 0), *(fetched(D, -hour) for hour in range(9))])
    assert due(home, None, 84.0) == [("c", "old")]
    assert due(home, None, 168.0) == [("c", "old"), ("b", "old")]
    assert due(home, None, 336.0) == [("c", "old"), ("b", "old"), ("a", "old")]
    assert due(home, None, 672.0) == [("c", "old"), ("b", "old"), ("a", "old"), ("d", "old")]
    with open_known(home.warehouse) as known:
        plan = plan_recheck(home, known, NOON + timedelta(hours=400), None, 2)
    assert plan_lines(plan)[4:] == [
        f"  http://c.example/page: {AT_NOON}, due after 84 hours: 6 claims, 6 undecided",
        f"  http://b.example/page: {AT_NOON}, due after 168 hours: 1 claim, 1 undecided",
    ]
    assert plan_json(plan)["sources"][0] == {
        "url": "http://c.example/page",
        "why": "old",
        "because": "6 claims, 6 undecided",
        "after_hours": 84.0,
        "fetched_at": "2026-03-01T12:00:00+00:00",
    }


def test_a_server_that_fails_again_and_again_gets_more_peace(home: Home) -> None:
    _, records = claims_citing(A)
    faults = [failed(A, hour, SourceOutcome.TIMED_OUT) for hour in (1, 2, 4)]
    publish(home, records, [fetched(A, 0), *faults])
    assert due(home, None, at_hour=7.9) == []
    assert due(home, None, at_hour=8.0) == [("a", "passing_fault")]


def test_a_server_that_asked_for_patience_is_left_alone(home: Home) -> None:
    _, records = claims_citing(A, B)
    limited = failed(A, 8, SourceOutcome.RATE_LIMITED)
    patient = replace(limited, not_before=NOON + timedelta(hours=30))
    publish(home, records, [fetched(A, 1), patient, fetched(B, 8)])
    Archive(home.warehouse / "snapshots").put_fetch(patient, make_snapshot(A, "page"), A)
    assert due(home, hours=5.0, at_hour=29.9) == [("b", "old")]
    assert due(home, hours=5.0, at_hour=30.0) == [("a", "old"), ("b", "old")]


def test_a_decided_claim_is_judged_on_the_old_page_too_where_the_method_is_new(home: Home) -> None:
    """The records are judged by another method than ours."""
    claims, records = claims_citing(A, B)
    verdicts = [one.id for one in records if isinstance(one, Verdict)]
    publish(home, records, [Review(claims[0].id).decide(verdict_id=verdicts[0])])
    gathered = [
        Gathered(one, fetched(one, 10, "new"), make_snapshot(one, "new"), "new", reused=False)
        for one in (A, B)
    ]
    page, new = text_sha256("page"), text_sha256("new")
    with open_known(home.warehouse) as known:
        found = {one.claim_id: one.as_before for one in claims_to_rejudge(gathered, known)}
        same = {one.as_before for one in claims_to_rejudge(gathered, known, [(A.id, page, new)])}
    assert found == {claims[0].id: ((A.id, page),), claims[1].id: ()}
    assert same == {()}


def test_a_plan_says_what_would_be_done_and_does_nothing(home: Home) -> None:
    _, records = claims_citing(A, B, C, D)
    publish(home, records, [fetched(A, 7), fetched(B, 3), fetched(C, 9, "new")])
    before = sorted((path, path.stat().st_mtime_ns) for path in home.root.rglob("*"))
    with open_known(home.warehouse) as known:
        plan = plan_recheck(home, known, NOON + timedelta(hours=10), 2.0, 3)
        nothing = plan_recheck(home, known, NOON, 1e9, 3)
    assert (len(plan.due), plan.left) == (3, 1)
    assert plan.counts() == {"never_fetched": 1, "old": 2}
    assert plan.hosts() == {"d.example": 1, "b.example": 1, "a.example": 1}
    assert plan_lines(plan) == [
        "sources due: 3 (never fetched 1, old 2; fetched again after 2 hours)",
        "  left for later runs by the limit: 1",
        "  the oldest was last fetched 2026-03-01 15:00 UTC",
        "  by host: d.example 1, b.example 1, a.example 1",
        "  http://d.example/page: never fetched (as asked)",
        "  http://b.example/page: last fetched 2026-03-01 15:00 UTC, due after 2 hours: as asked",
        "  http://a.example/page: last fetched 2026-03-01 19:00 UTC, due after 2 hours: as asked",
    ]
    assert plan_summary(plan) == plan_lines(plan)[:4]
    assert plan_lines(RecheckPlan((), 0, RecheckPolicy.of(FlowSettings()))) == [
        "no source is due: each is fetched again after 168 hours, "
        "sooner or later by the claims that hang on it"
    ]
    assert [one.why for one in nothing.due] == ["never_fetched", "not_judged"]
    assert sorted((path, path.stat().st_mtime_ns) for path in home.root.rglob("*")) == before
