"""Stages and claim status, each derived from small hand-made records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from factdesk.model import (
    Act,
    Basis,
    ChangeKind,
    Claim,
    EssayOutcome,
    Origin,
    Pair,
    Rating,
    Record,
    Span,
    VerdictInput,
)
from factdesk.sources.changes import FoldedText
from factdesk.warehouse.keeper import FoldReport, fold_and_publish
from factdesk.warehouse.query import run_query
from factdesk.warehouse.spool import write_batches
from small_records import (
    NOON,
    Review,
    judge,
    make_change,
    make_claim,
    make_essay,
    make_mention,
    make_reading,
    make_source,
    make_version,
)

Store = Callable[..., FoldReport]
Ask = Callable[..., list[tuple[Any, ...]]]

ESSAY = make_essay()
VERSION = make_version(ESSAY, "the ferry costs £5")
CLAIM = make_claim(ESSAY, "the ferry costs £5")
SEEN = judge(CLAIM)


def found(claim: Claim = CLAIM) -> list[Record]:
    return [ESSAY, VERSION, claim, make_mention(claim, VERSION), make_reading(ESSAY, VERSION, [claim])]


def minutes_ago(minutes: float) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes)


def both_decide(review: Review, first: Rating, second: Rating) -> None:
    review.decide(first, "ann")
    review.decide(second, "bob")


def undo(review: Review, reviewer: str = "ann") -> None:
    review.act(Act.UNDO, reviewer, target=str(review.previous))


STAGES: dict[str, tuple[Callable[[Review], Any], str]] = {
    "nobody has looked": (lambda r: None, "to_review"),
    "a lease that lives": (lambda r: r.act(Act.LEASE, at=minutes_ago(9)), "first_check"),
    "a lease holds ten minutes": (lambda r: r.act(Act.LEASE, at=minutes_ago(10.1)), "to_review"),
    "a lease with its own end": (
        lambda r: r.act(Act.LEASE, at=minutes_ago(30), until=minutes_ago(-5)),
        "first_check",
    ),
    "a lease given back": (
        lambda r: (
            r.act(Act.LEASE, at=minutes_ago(2)),
            r.act(Act.LEASE, at=minutes_ago(1), until=minutes_ago(1)),
        ),
        "to_review",
    ),
    "an assignment": (lambda r: r.act(Act.ASSIGN, target="bob", at=minutes_ago(900)), "first_check"),
    "an assignment taken back": (
        lambda r: (r.act(Act.ASSIGN, target="bob"), r.act(Act.ASSIGN, target=None)),
        "to_review",
    ),
    "a note alone": (lambda r: r.act(Act.NOTE, note="hm"), "to_review"),
    "decided": (lambda r: r.decide(), "decided"),
    "decided beside a live lease": (lambda r: (r.decide(), r.act(Act.LEASE, at=minutes_ago(1))), "decided"),
    "undone": (lambda r: (r.decide(), undo(r)), "to_review"),
    "undone, the decision before holds": (
        lambda r: (r.decide(Rating.REFUTED), r.decide(Rating.SUPPORTED), undo(r)),
        "decided",
    ),
    "two agree": (lambda r: both_decide(r, Rating.REFUTED, Rating.REFUTED), "decided"),
    "two disagree": (lambda r: both_decide(r, Rating.SUPPORTED, Rating.REFUTED), "second_check"),
    "one of two who disagree comes round": (
        lambda r: (both_decide(r, Rating.SUPPORTED, Rating.REFUTED), r.decide(Rating.REFUTED, "ann")),
        "decided",
    ),
    "a third settles it": (
        lambda r: (both_decide(r, Rating.SUPPORTED, Rating.REFUTED), r.decide(Rating.REFUTED, "cleo")),
        "decided",
    ),
    "a second check is asked for": (
        lambda r: (r.decide(), r.act(Act.FLAG, target="second_check")),
        "second_check",
    ),
    "a second check was asked for and made": (
        lambda r: (r.decide(), r.act(Act.FLAG, target="second_check"), r.decide(reviewer="bob")),
        "decided",
    ),
    "a decision that came too late": (
        lambda r: (r.decide(), r.decide(reviewer="bob", previous_event=None)),
        "second_check",
    ),
    "a late decision confirmed": (
        lambda r: (r.decide(), r.decide(reviewer="bob", previous_event=None), r.decide(reviewer="bob")),
        "decided",
    ),
    "disputed": (lambda r: (r.decide(), r.act(Act.DISPUTED)), "disputed"),
    "disputed and decided again": (
        lambda r: (r.decide(), r.act(Act.DISPUTED), r.decide(reviewer="bob")),
        "decided",
    ),
    "a correction asked for": (
        lambda r: (r.decide(Rating.REFUTED), r.act(Act.CORRECTION_REQUESTED)),
        "decided",
    ),
    "corrected": (lambda r: (r.decide(Rating.REFUTED), r.act(Act.CORRECTION_MADE)), "corrected"),
    "a correction refused": (
        lambda r: (r.decide(Rating.REFUTED), r.act(Act.CORRECTION_REFUSED)),
        "decided",
    ),
}


def store_all(warehouse: Path, batches: Iterable[Sequence[Record]]) -> None:
    for records in batches:
        write_batches(records, warehouse, 16_000_000)
    fold_and_publish(warehouse)


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str]]:
    """All cases of `STAGES` in one warehouse, each on a claim of its own."""
    warehouse = tmp_path_factory.mktemp("stages")
    claims = {name: make_claim(ESSAY, name) for name in STAGES}
    events: list[Record] = []
    for name, (act, _) in STAGES.items():
        review = Review(claims[name].id)
        act(review)
        events += review.made
    reading = make_reading(ESSAY, VERSION, list(claims.values()))
    mentions = [make_mention(claim, VERSION) for claim in claims.values()]
    store_all(warehouse, [[ESSAY, VERSION, *claims.values(), *mentions, reading], events])
    rows = run_query(warehouse, "SELECT claim, stage, claim_status FROM reports.verdicts").rows
    return {name: (stage, status) for name, stage, status in rows}


@pytest.mark.parametrize("name", STAGES)
def test_the_stage_follows_from_the_events(staged: dict[str, tuple[str, str]], name: str) -> None:
    assert staged[name] == (STAGES[name][1], "current")


@pytest.mark.parametrize(
    ("policy", "rating", "expected"),
    [
        ("never", Rating.REFUTED, "decided"),
        ("refuted_and_partial", Rating.REFUTED, "second_check"),
        ("refuted_and_partial", Rating.PARTIALLY_SUPPORTED, "second_check"),
        ("refuted_and_partial", Rating.SUPPORTED, "decided"),
        ("all", Rating.SUPPORTED, "second_check"),
    ],
)
def test_the_policy_asks_for_second_checks(
    store: Store, ask: Ask, policy: str, rating: Rating, expected: str
) -> None:
    review = Review(CLAIM.id)
    store([*found(), *SEEN.records], [review.decide(rating)], second_check=policy)
    assert ask("SELECT stage FROM reports.verdicts") == [(expected,)]
    store([review.decide(rating, "bob")], second_check=policy)
    assert ask("SELECT stage FROM reports.verdicts") == [("decided",)]


FIRST = "The fare is five pounds."
NEXT = "The fare is six pounds now."
LAST = "The fare is seven pounds, and rising."
TYPESET = "The  fare is “five” pounds."
REREAD = "Home | Fares. The fare is five pounds."
REFUTED = Rating.REFUTED
OTHER_METHOD = {"method": "method-2", "rating": REFUTED, "words": "other"}
"""What another method makes of the first text."""

# Each case: how the claim is judged after a person decided on FIRST, and the stage that follows. A
# ``baseline`` is a verdict that never was the current one.
REOPENING: dict[str, tuple[list[dict[str, Any]], str]] = {
    "nothing changed": ([{}], "decided"),
    "the same words in a longer text": ([{"text": NEXT}], "decided"),
    "the deciding words moved": ([{"text": NEXT, "start": 40}], "decided"),
    "the deciding words are typeset otherwise": ([{"text": NEXT, "words": "Five\u00a0 POUNDS"}], "decided"),
    "the deciding words changed, the rating did not": ([{"text": NEXT, "words": "six pounds"}], "reopened"),
    "the rating changed with the source": ([{"text": NEXT, "rating": REFUTED}], "reopened"),
    "it changed, and elsewhere again": (
        [{"text": NEXT, "rating": REFUTED}, {"text": LAST, "rating": REFUTED}],
        "reopened",
    ),
    "it changed and went back": ([{"text": NEXT, "rating": REFUTED}, {}], "decided"),
    "it changed and its rating went back elsewhere": (
        [{"text": NEXT, "rating": REFUTED}, {"text": LAST}],
        "decided",
    ),
    "a new method alone": ([OTHER_METHOD], "decided"),
    "a new method, then a change elsewhere": ([OTHER_METHOD, {**OTHER_METHOD, "text": NEXT}], "decided"),
    "a new method and a change elsewhere at once": (
        [{**OTHER_METHOD, "baseline": True}, {**OTHER_METHOD, "text": NEXT}],
        "decided",
    ),
    "a new method and new deciding words at once": (
        [{**OTHER_METHOD, "baseline": True}, {**OTHER_METHOD, "text": NEXT, "words": "six pounds"}],
        "reopened",
    ),
    "a new method and another text, and nobody can tell them apart": (
        [{**OTHER_METHOD, "text": NEXT}],
        "reopened",
    ),
    "typesetting alone changed, whatever it does": (
        [{"text": TYPESET, "rating": REFUTED, "words": "“five” pounds"}],
        "decided",
    ),
    "a newer reader takes another text from the page": (
        [{"text": REREAD, "rating": REFUTED, "words": "Home | Fares"}],
        "decided",
    ),
    "a newer reader, then a change elsewhere": (
        [
            {"text": REREAD, "rating": REFUTED, "words": "Home | Fares"},
            {"text": LAST, "rating": REFUTED, "words": "Home | Fares"},
        ],
        "decided",
    ),
    "a newer reader, then other deciding words": (
        [{"text": REREAD, "words": "Home | Fares"}, {"text": LAST, "words": "seven pounds"}],
        "reopened",
    ),
}
SAME_PAGES = [
    make_change(make_source(), FIRST, TYPESET, ChangeKind.TRIVIAL),
    make_change(make_source(), FIRST, REREAD, ChangeKind.EXTRACTOR, minute=6),
    make_change(make_source(), REREAD, NEXT, ChangeKind.TEXT, minute=7),
]


def judge_again(claim: Claim, number: int, how: dict[str, Any]) -> list[Record]:
    """Return what judging a claim once more stores."""
    changed = {name: value for name, value in how.items() if name not in ("start", "baseline")}
    made = judge(claim, minute=9 + number, **{"text": FIRST, **changed})
    if "start" in how:
        span = Span(how["start"], how["start"] + 11)
        made.evidence = replace(made.evidence, span=span)
        verdict = replace(made.verdict, deciding_evidence_id=made.evidence.id, evidence_ids=())
        made.verdict = verdict
    records = made.records
    return records[:-1] if "baseline" in how else records


@pytest.fixture(scope="module")
def reopened(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """All cases of `REOPENING`: judged, decided, then judged again."""
    warehouse = tmp_path_factory.mktemp("reopening")
    claims = {name: make_claim(ESSAY, name) for name in REOPENING}
    first = {name: judge(claim, text=FIRST) for name, claim in claims.items()}
    found_all = [ESSAY, VERSION, *claims.values(), make_reading(ESSAY, VERSION, list(claims.values()))]
    decisions = [Review(one.verdict.claim_id).decide(verdict_id=one.verdict.id) for one in first.values()]
    again = [
        record
        for name, (judgements, _) in REOPENING.items()
        for number, how in enumerate(judgements)
        for record in judge_again(claims[name], number, how)
    ]
    store_all(
        warehouse,
        [
            [*found_all, *dict.fromkeys(record for one in first.values() for record in one.records)],
            decisions,
            list(dict.fromkeys([*again, *SAME_PAGES])),
        ],
    )
    return dict(run_query(warehouse, "SELECT claim, stage FROM reports.claims").rows)


@pytest.mark.parametrize("name", REOPENING)
def test_only_a_changed_source_reopens_a_decision(reopened: dict[str, str], name: str) -> None:
    assert reopened[name] == REOPENING[name][1]


def test_a_source_that_never_had_a_text_and_fails_otherwise_reopens_nothing(store: Store, ask: Ask) -> None:
    seen = judge(CLAIM, Rating.NOT_ENOUGH_EVIDENCE)
    verdicts = [
        replace(
            seen.verdict,
            inputs=(VerdictInput(seen.source.id, outcome),),
            deciding_evidence_id=None,
            evidence_ids=(),
            source_outcome=outcome,
        )
        for outcome in ("timed_out", "gone")
    ]
    judgements = [
        replace(seen.judgement, judged_at=NOON + timedelta(minutes=number), verdict_id=one.id)
        for number, one in enumerate(verdicts)
    ]
    decision = Review(CLAIM.id).decide(Rating.NOT_CHECKABLE, verdict_id=verdicts[0].id)
    store([*found(), seen.source, verdicts[0], judgements[0]], [decision], [verdicts[1], judgements[1]])
    assert ask("SELECT stage, source_outcome FROM reports.verdicts") == [("decided", "gone")]


SAME_WORDS = [
    ("“It’s 5–6 euros…”", '"it\'s  5-6 euros..."'),
    ("£ 5 a  day", "£5 a day"),
    ("Caf\u00e9 (new)", "Cafe\u0301 ( new )"),
    ("ﬁne co\u00adoperation", "Fine cooperation"),
    ("sold out — again", "sold out—again"),
]
OTHER_WORDS = [
    ("£5 a day", "€5 a day"),
    ("£5 a day", "£50 a day"),
    ("300,000 roubles", "300.000 roubles"),
    ("sold out", "not sold out"),
]


@pytest.mark.parametrize(("now", "stage"), [(FIRST, "decided"), (LAST, "reopened")], ids=["kept", "changed"])
def test_a_suggestion_that_comes_later_reopens_nothing(store: Store, ask: Ask, now: str, stage: str) -> None:
    """``now`` is what the text that the person saw says when another one is suggested beside it."""
    seen, later = judge(CLAIM, text=FIRST), judge(CLAIM, text=now, words="it is five pounds", minute=9)
    evidence = replace(later.evidence, basis=Basis.SUGGESTED)
    other = VerdictInput(make_source("http://other.example/fares").id, "gone")
    verdict = replace(
        later.verdict,
        inputs=(*later.verdict.inputs, other),
        rating=Rating.PARTIALLY_SUPPORTED,
        evidence_ids=(evidence.id,),
        deciding_evidence_id=evidence.id,
    )
    store([*found(), *seen.records, Review(CLAIM.id).decide(verdict_id=seen.verdict.id)])
    store([later.snapshot, evidence, verdict, replace(later.judgement, verdict_id=verdict.id)])
    assert ask("SELECT stage FROM reports.claims") == [(stage,)]


def test_views_and_comparisons_fold_words_alike(store: Store, ask: Ask) -> None:
    """A person decided on the first words; the page says the second ones now."""
    pairs = {f"{one} | {other}": (one, other) for one, other in (*SAME_WORDS, *OTHER_WORDS)}
    claims = {name: make_claim(ESSAY, name) for name in pairs}
    seen = {name: judge(claims[name], words=one) for name, (one, _) in pairs.items()}
    now = {name: judge(claims[name], words=two, text=NEXT, minute=4) for name, (_, two) in pairs.items()}
    decisions = [Review(one.verdict.claim_id).decide(verdict_id=one.verdict.id) for one in seen.values()]
    judged = dict.fromkeys(record for one in (*seen.values(), *now.values()) for record in one.records)
    reading = make_reading(ESSAY, VERSION, list(claims.values()))
    store([ESSAY, VERSION, *claims.values(), reading, *judged], decisions)
    stages = dict(ask("SELECT claim, stage FROM reports.claims"))
    for name, (one, other) in pairs.items():
        is_same = (one, other) in SAME_WORDS
        assert stages[name] == ("decided" if is_same else "reopened")
        assert (FoldedText(one).keys == FoldedText(other).keys) is is_same, name


def test_a_source_that_comes_back_comes_back_to_its_verdict(store: Store, ask: Ask) -> None:
    other = judge(CLAIM, Rating.REFUTED, text=NEXT, minute=2)
    store([*found(), *SEEN.records], other.records, [judge(CLAIM, minute=3).judgement])
    assert ask("SELECT machine_rating, verdict_id FROM reports.verdicts") == [("supported", SEEN.verdict.id)]
    history = ask("SELECT machine_rating, is_current FROM reports.verdict_history ORDER BY judged_at")
    assert history == [("supported", False), ("refuted", False), ("supported", True)]


# --- what an edit of the essay does

OLD = CLAIM
NEW = make_claim(ESSAY, "the ferry costs £6")
LATER = make_version(ESSAY, "the ferry costs £6")


def later(pairs: list[Pair], *, same_text: bool = False, claims: tuple[Claim, ...] = (NEW,)) -> list[Record]:
    version = VERSION if same_text else LATER
    mentions = [make_mention(claim, version) for claim in claims]
    return [version, *claims, *mentions, make_reading(ESSAY, version, claims, minute=60, pairs=pairs)]


def test_a_claim_that_left_the_essay_is_withdrawn_with_its_decision(store: Store, ask: Ask) -> None:
    store([*found(), *SEEN.records], [Review(OLD.id).decide()], later([], claims=()))
    rows = ask("SELECT claim_status, stage, editor_rating FROM reports.verdicts")
    assert rows == [("withdrawn", "withdrawn", "supported")]
    assert ask("SELECT count(*) FROM reports.review_queue") == [(0,)]


def test_changed_words_are_queued_beside_the_old_decision(store: Store, ask: Ask) -> None:
    decision = Review(OLD.id).decide(Rating.REFUTED, conclusion="It costs six.")
    store([*found(), *SEEN.records], [decision], later([Pair(NEW.id, OLD.id)]))
    assert ask("SELECT claim_status, stage, replaced_by FROM reports.claims WHERE claim_id = ?", OLD.id) == [
        ("replaced", "withdrawn", NEW.id)
    ]
    queued = ask("SELECT claim, stage, old_claim, old_rating, old_conclusion, why FROM reports.review_queue")
    assert queued == [
        (
            NEW.quote,
            "to_review",
            OLD.quote,
            "refuted",
            "It costs six.",
            "worth checking: 0.50 of 1 · value 1.00 · its words changed",
        )
    ]


def test_a_better_finder_carries_the_decision_and_queues_nothing(store: Store, ask: Ask) -> None:
    decision = Review(OLD.id).decide(Rating.REFUTED, conclusion="It costs six.")
    store([*found(), *SEEN.records], [decision], later([Pair(NEW.id, OLD.id)], same_text=True))
    rows = ask("SELECT claim_status, stage, editor_rating FROM reports.verdicts WHERE claim_id = ?", NEW.id)
    assert rows == [("current", "decided", "refuted")]
    assert ask("SELECT count(*) FROM reports.review_queue") == [(0,)]
    assert ask("SELECT made_on_claim_id FROM reports.decisions WHERE claim_id = ?", NEW.id) == [(OLD.id,)]


def test_a_claim_that_comes_back_has_its_decision_again(store: Store, ask: Ask) -> None:
    back = make_reading(ESSAY, VERSION, [OLD], minute=90, pairs=[Pair(OLD.id, NEW.id)])
    store([*found(), *SEEN.records], [Review(OLD.id).decide()], later([Pair(NEW.id, OLD.id)]), [back])
    rows = ask("SELECT claim, claim_status, stage FROM reports.claims ORDER BY claim")
    assert rows == [(OLD.quote, "current", "decided"), (NEW.quote, "replaced", "withdrawn")]


def test_an_essay_that_cannot_be_read_withdraws_nothing(store: Store, ask: Ask) -> None:
    missing = make_reading(ESSAY, None, [], minute=60, outcome=EssayOutcome.MISSING)
    store([*found(), *SEEN.records], [missing])
    assert ask("SELECT claim_status, stage FROM reports.claims") == [("current", "to_review")]
    assert ask("SELECT outcome, claims FROM reports.essays") == [("missing", 1)]


def test_a_claim_that_a_person_added_stays_current(store: Store, ask: Ask) -> None:
    own = make_claim(ESSAY, "nobody swims there", Origin.PERSON)
    store([*found(), *SEEN.records, own])
    assert ask("SELECT claim_status, stage FROM reports.claims WHERE claim_id = ?", own.id) == [
        ("current", "to_review")
    ]


def test_a_claim_of_a_person_is_as_current_as_its_words(store: Store, ask: Ask) -> None:
    own = make_claim(ESSAY, "nobody swims there", Origin.PERSON)
    status = "SELECT claim_status FROM reports.claims WHERE claim_id = ?"
    unaware = make_reading(ESSAY, VERSION, [OLD], minute=50)
    store([*found(), *SEEN.records, own, make_mention(own, VERSION)], [unaware])
    assert ask(status, own.id) == [("current",)], "a reading that began before knows nothing of it"
    store([LATER, make_reading(ESSAY, LATER, [OLD], minute=60)])
    assert ask(status, own.id) == [("withdrawn",)]
    place = "SELECT claim_start IS NOT NULL FROM reports.claims WHERE claim_id = ?"
    assert ask(place, own.id) == [(True,)], "where it stood is still told"
    store([make_mention(own, LATER), make_reading(ESSAY, LATER, [OLD, own], minute=70)])
    assert ask(status, own.id) == [("current",)]


def test_a_corrected_figure_of_thirty_queues_exactly_one_claim(store: Store, ask: Ask) -> None:
    claims = [make_claim(ESSAY, f"route {number} costs £{number}") for number in range(30)]
    records: list[Record] = [ESSAY, VERSION, *claims, make_reading(ESSAY, VERSION, claims)]
    for claim in claims:
        records += [make_mention(claim, VERSION), *judge(claim).records]
    decisions = [Review(claim.id).decide(verdict_id=judge(claim).verdict.id) for claim in claims]
    changed = make_claim(ESSAY, "route 7 costs £8")
    after = [changed if claim is claims[7] else claim for claim in claims]
    reading = make_reading(ESSAY, LATER, after, minute=60, pairs=[Pair(changed.id, claims[7].id)])
    store(
        list(dict.fromkeys(records)),
        decisions,
        [LATER, changed, *(make_mention(claim, LATER) for claim in after), reading, *judge(changed).records],
    )
    assert ask("SELECT claim, old_rating FROM reports.review_queue") == [(changed.quote, "supported")]
    assert ask("SELECT count(*) FROM reports.claims WHERE stage = 'decided'") == [(29,)]
