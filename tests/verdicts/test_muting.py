"""Muted rules: what they would have settled is a person's, and the method has another name."""

from __future__ import annotations

import pytest

from factdesk.errors import ConfigError
from factdesk.model import Basis, Rating
from factdesk.verdicts.judge import Judged, judge_claim
from factdesk.verdicts.method import method_id
from factdesk.verdicts.muting import RULE_MUTED, check_muted, mutable_rules
from factdesk.verdicts.pair_answers import judge_pair
from factdesk.verdicts.rules import RULES
from verdicts.test_judge_claim import SAID, SENTENCE, claim_of, source

DENIED = "A single ticket from Split to Hvar costs 19 euros."


def judge(*texts: str, muted: tuple[str, ...] = (), basis: Basis = Basis.CITED) -> Judged:
    sources = [source(number, text=text, basis=basis) for number, text in enumerate(texts, start=1)]
    return judge_claim(*claim_of(SENTENCE), sources, published_on=None, muted=muted)


@pytest.mark.parametrize(
    ("text", "code", "rating"),
    [(SAID, "all_facets_match", Rating.SUPPORTED), (DENIED, "typed_conflict", Rating.REFUTED)],
)
def test_a_muted_rule_settles_nothing_and_its_passage_is_shown(text: str, code: str, rating: Rating) -> None:
    plain, muted = judge(text), judge(text, muted=(code,))
    assert (plain.verdict.rating, plain.verdict.reasons[0].code) == (rating, code)
    assert muted.verdict.rating is Rating.NOT_ENOUGH_EVIDENCE
    (reason,) = muted.verdict.reasons
    assert reason.code == RULE_MUTED
    assert f"The rule {code} is muted" in reason.sentence
    assert plain.verdict.reasons[0].sentence in reason.sentence
    assert [one.quote for one in muted.evidence] == [one.quote for one in plain.evidence]
    assert muted.verdict.deciding_evidence_id == muted.evidence[0].id


def test_the_same_inputs_under_other_muting_are_another_verdict_and_other_evidence() -> None:
    plain, muted = judge(SAID), judge(SAID, muted=("typed_conflict",))
    assert plain.verdict.inputs == muted.verdict.inputs
    assert plain.verdict.rating is muted.verdict.rating
    assert plain.verdict.id != muted.verdict.id
    assert {one.id for one in plain.evidence}.isdisjoint(one.id for one in muted.evidence)


def test_no_other_rule_speaks_in_the_place_of_a_muted_one() -> None:
    """The second source backs the claim; who mutes the rule of disagreement does not ask for support."""
    both = judge(DENIED, SAID)
    assert both.verdict.rating is Rating.CONFLICTING
    muted = judge(DENIED, SAID, muted=("passages_disagree",))
    assert muted.verdict.rating is Rating.NOT_ENOUGH_EVIDENCE


def test_what_a_partial_rule_missed_is_not_told_when_it_is_muted() -> None:
    claim = "Tickets to Lyon, Nantes and Brest were sold out."
    text = "Tickets to Lyon and to Nantes were sold out on Friday, the railway said."
    plain = judge_pair(claim, text)
    assert (plain["rating"], plain["missing"]) == ("partially_supported", ["Brest"])
    code = plain["reasons"][0]["code"]
    muted = judge_pair(claim, text, muted=(code,))
    assert (muted["rating"], muted["missing"]) == ("not_enough_evidence", [])
    assert muted["reasons"][0]["code"] == RULE_MUTED


def test_a_clause_that_no_claim_covers_can_be_muted_too() -> None:
    claim = f"The harbour master resigned over the scandal, and {SENTENCE[0].lower()}{SENTENCE[1:]}"
    text = SAID
    plain = judge_pair(claim, text)
    assert plain["reasons"][0]["code"] == "clause_missing"
    muted = judge_pair(claim, text, muted=("clause_missing",))
    assert (muted["rating"], muted["reasons"][0]["code"]) == ("not_enough_evidence", RULE_MUTED)


def test_the_method_is_named_by_what_is_muted_in_any_order() -> None:
    assert method_id() == method_id(())
    assert method_id(("verbatim", "typed_conflict")) == method_id(("typed_conflict", "verbatim", "verbatim"))
    assert len({method_id(), method_id(("verbatim",)), method_id(("typed_conflict",))}) == 3


def test_every_rule_that_settles_something_can_be_muted_and_no_other() -> None:
    settling = {one.code for one in RULES if one.rating is not Rating.NOT_ENOUGH_EVIDENCE}
    assert set(mutable_rules()) == settling | {"clause_missing", "source_corrected_later", "converted"}
    assert check_muted(mutable_rules()) == set(mutable_rules())
    with pytest.raises(ConfigError, match="'not_shown', which is the code of no rule that settles") as caught:
        check_muted(["verbatim", "not_shown"])
    assert all(code in str(caught.value) for code in mutable_rules())


def test_what_a_correction_tells_can_be_muted_too() -> None:
    claim = "A ferry ticket from Split to Hvar costs 14 euros."
    source = f"We originally wrote that {claim[0].lower()}{claim[1:]} The right fare is 16 euros."
    assert judge_pair(claim, source)["rating"] == "conflicting"
    answer = judge_pair(claim, source, muted=["source_corrected_later"])
    assert answer["rating"] == "not_enough_evidence"
    assert [one["code"] for one in answer["reasons"]] == ["rule_muted"]
