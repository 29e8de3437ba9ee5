"""What becomes of a decided claim when its author, an editor or a reader has something to say about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from factdesk.model import Act, Rating, Record
from small_records import Review, judge, make_claim, make_essay, make_mention, make_reading, make_version

Store = Callable[..., Any]
Ask = Callable[..., list[tuple[Any, ...]]]

ESSAY = make_essay()

DISPUTED = (Act.DISPUTED, "editor")
BACK = "take the last act back"


def play(review: Review, *steps: Any) -> None:
    """Make the events of a claim: ``Rating`` or (rating, person) decides, an act or (act, person) acts."""
    for step in steps:
        what, person = step if isinstance(step, tuple) else (step, "ann")
        if isinstance(what, Rating):
            review.decide(what, person)
        elif what is Act.UNDO:
            mine = [one for one in review.made if one.act is Act.DECIDE and one.reviewer == person]
            review.act(Act.UNDO, person, target=str(mine[-1].id))
        elif what is BACK:
            review.act(Act.UNDO, person, target=str(review.made[-1].id))
        else:
            review.act(what, person)


REFUTED, PARTIAL, BACKED = Rating.REFUTED, Rating.PARTIALLY_SUPPORTED, Rating.SUPPORTED
MADE, REFUSED, REQUESTED = Act.CORRECTION_MADE, Act.CORRECTION_REFUSED, Act.CORRECTION_REQUESTED

# Each case: what people do, one after the other; the stage that follows; and how far the correction is (None:
# the claim is not among the corrections).
CASES: dict[str, tuple[tuple[Any, ...], str, str | None]] = {
    "refuted": ((REFUTED,), "decided", "needed"),
    "the author was asked": ((REFUTED, Act.AUTHOR_ASKED), "decided", "needed"),
    "the author replied": ((REFUTED, Act.AUTHOR_ASKED, Act.AUTHOR_REPLIED), "decided", "needed"),
    "the author was asked before anybody decided": ((Act.AUTHOR_ASKED,), "to_review", None),
    "disputed": ((REFUTED, DISPUTED), "disputed", "needed"),
    "disputed, and the first checker insists": ((REFUTED, DISPUTED, REFUTED), "disputed", "needed"),
    "disputed, and the first checker gives in": ((REFUTED, DISPUTED, BACKED), "disputed", None),
    "disputed, taken back by the first checker and decided anew": (
        (REFUTED, DISPUTED, (Act.UNDO, "ann"), REFUTED),
        "disputed",
        "needed",
    ),
    "disputed, and somebody else agrees with the first": (
        (REFUTED, DISPUTED, (REFUTED, "bob")),
        "decided",
        "needed",
    ),
    "disputed, and somebody else disagrees": (
        (REFUTED, DISPUTED, (BACKED, "bob")),
        "second_check",
        None,
    ),
    "disputed, settled, and that taken back": (
        (REFUTED, DISPUTED, (REFUTED, "bob"), (Act.UNDO, "bob")),
        "disputed",
        "needed",
    ),
    "disputed again after it was settled": (
        (REFUTED, DISPUTED, (REFUTED, "bob"), DISPUTED, (REFUTED, "bob")),
        "disputed",
        "needed",
    ),
    "disputed again, and a third person settles it": (
        (REFUTED, DISPUTED, (REFUTED, "bob"), DISPUTED, (REFUTED, "cleo")),
        "decided",
        "needed",
    ),
    "disputed after the first checker had taken the decision back": (
        (BACKED, (Act.UNDO, "ann"), (REFUTED, "bob"), DISPUTED, REFUTED),
        "decided",
        "needed",
    ),
    "our check was corrected after a dispute": (
        (REFUTED, DISPUTED, Act.OUR_CHECK_CORRECTED),
        "decided",
        "needed",
    ),
    "a correction was requested": ((PARTIAL, REQUESTED), "decided", "requested"),
    "a correction was refused": ((PARTIAL, REQUESTED, REFUSED), "decided", "refused"),
    "a correction was requested again": ((PARTIAL, REQUESTED, REFUSED, REQUESTED), "decided", "requested"),
    "a correction was made": ((REFUTED, REQUESTED, MADE), "corrected", "made"),
    "a correction was made after it had been refused": (
        (REFUTED, REQUESTED, REFUSED, MADE),
        "corrected",
        "made",
    ),
    "a correction was made unasked": ((REFUTED, MADE), "corrected", "made"),
    "a correction was made and the claim disputed": ((REFUTED, MADE, DISPUTED), "disputed", "made"),
    "our check was wrong after a correction was requested": (
        (REFUTED, REQUESTED, BACKED, Act.OUR_CHECK_CORRECTED),
        "decided",
        "not_needed",
    ),
    "the decision was taken back after a correction was requested": (
        (REFUTED, REQUESTED, (Act.UNDO, "ann")),
        "to_review",
        "not_needed",
    ),
    "backed": ((BACKED,), "decided", None),
    "disputed by mistake": ((REFUTED, DISPUTED, (BACK, "editor")), "decided", "needed"),
    "disputed, disputed again by mistake, and the first checker insists": (
        (REFUTED, DISPUTED, DISPUTED, (BACK, "editor"), REFUTED),
        "disputed",
        "needed",
    ),
    "disputed by mistake, and the first checker decides anew": (
        (REFUTED, DISPUTED, (BACK, "editor"), PARTIAL),
        "decided",
        "needed",
    ),
    "a correction was requested by mistake": ((REFUTED, REQUESTED, BACK), "decided", "needed"),
    "a correction was noted by mistake": ((REFUTED, REQUESTED, MADE, BACK), "decided", "requested"),
    "a refusal was noted by mistake": ((PARTIAL, REQUESTED, REFUSED, BACK), "decided", "requested"),
    "the author was asked by mistake": ((REFUTED, Act.AUTHOR_ASKED, BACK), "decided", "needed"),
}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, ...]]:
    """All cases in one warehouse: claim -> stage, correction, why it waits, and when the author was asked."""
    from factdesk.warehouse.keeper import fold_and_publish
    from factdesk.warehouse.query import run_query
    from factdesk.warehouse.spool import write_batches

    warehouse = tmp_path_factory.mktemp("disputes")
    claims = {name: make_claim(ESSAY, name) for name in CASES}
    version = make_version(ESSAY, ". ".join(CASES))
    records: list[Record] = [
        ESSAY,
        version,
        *claims.values(),
        make_reading(ESSAY, version, list(claims.values())),
    ]
    for name, claim in claims.items():
        records += [make_mention(claim, version), *judge(claim).records]
        review = Review(claim.id)
        play(review, *CASES[name][0])
        records += review.made
    write_batches(list(dict.fromkeys(records)), warehouse, 16_000_000)
    fold_and_publish(warehouse)
    query = """
        SELECT k.claim, k.stage, c.correction, q.why, c.author_asked_at, c.author_replied_at
        FROM reports.claims AS k
        LEFT JOIN reports.corrections AS c ON c.claim_id = k.claim_id
        LEFT JOIN reports.review_queue AS q ON q.claim_id = k.claim_id
    """
    return {name: tuple(row) for name, *row in run_query(warehouse, query).rows}


@pytest.mark.parametrize("name", CASES)
def test_stage_and_correction_follow_from_what_people_did(
    played: dict[str, tuple[Any, ...]], name: str
) -> None:
    assert played[name][:2] == CASES[name][1:]


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name][1] == "disputed"])
def test_a_disputed_claim_waits_and_says_why(played: dict[str, tuple[Any, ...]], name: str) -> None:
    assert "the decision is disputed" in played[name][2]


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name][1] in ("decided", "corrected")])
def test_a_settled_claim_waits_for_nobody(played: dict[str, tuple[Any, ...]], name: str) -> None:
    assert played[name][2] is None


def test_when_the_author_was_asked_and_replied_stands_beside(played: dict[str, tuple[Any, ...]]) -> None:
    assert played["refuted"][3:] == (None, None)
    asked, replied = played["the author replied"][3:]
    assert asked is not None
    assert replied is not None
    assert replied > asked
    assert played["the author was asked"][3:] == (asked, None)
    assert played["the author was asked by mistake"][3:] == (None, None)
