"""When a decision is asked for again, after the claim was judged anew, each from small hand-made records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from factdesk.model import (
    Basis,
    ChangeKind,
    Claim,
    Rating,
    Record,
    Span,
    VerdictInput,
)
from factdesk.sources.changes import FoldedText
from factdesk.warehouse.keeper import FoldReport
from factdesk.warehouse.query import run_query
from ferry_essay import CLAIM, ESSAY, SEEN, VERSION, found, store_all
from small_records import (
    NOON,
    Review,
    judge,
    make_change,
    make_claim,
    make_reading,
    make_source,
)

Store = Callable[..., FoldReport]
Ask = Callable[..., list[tuple[Any, ...]]]

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
