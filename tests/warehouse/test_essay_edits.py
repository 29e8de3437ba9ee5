"""What an edit of an essay does to its claims and their decisions, each from small hand-made records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from factdesk.model import (
    Claim,
    EssayOutcome,
    Origin,
    Pair,
    Rating,
    Record,
)
from factdesk.warehouse.keeper import FoldReport
from ferry_essay import CLAIM, ESSAY, SEEN, VERSION, found
from small_records import (
    Review,
    judge,
    make_claim,
    make_mention,
    make_reading,
    make_version,
)

Store = Callable[..., FoldReport]
Ask = Callable[..., list[tuple[Any, ...]]]

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
