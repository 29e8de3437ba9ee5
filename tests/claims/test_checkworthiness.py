"""What makes a sentence, and a claim in it, more or less worth checking."""

import tomllib
from decimal import Decimal

import pytest

from factdesk.claims import KINDS
from factdesk.claims.checkworthiness import (
    FINDING_FEATURES,
    SENTENCE_FEATURES,
    WEIGHTS,
    finding_features,
    score_findings,
    score_sentence,
    sentence_features,
)
from factdesk.claims.find import find_claims
from factdesk.resources import bundled

PLAIN = "The council cut 40 jobs at the hospital in March."


def test_the_file_has_a_weight_for_every_feature_and_no_other() -> None:
    with bundled(*WEIGHTS).open("rb") as file:
        weights = tomllib.load(file, parse_float=Decimal)
    assert set(weights) == {"sentence", "finding"}
    assert set(weights["sentence"]) == {"base", *SENTENCE_FEATURES}
    assert set(weights["finding"]) == {"base", *FINDING_FEATURES}
    assert {kind.NAME for kind in KINDS if kind.NAME in FINDING_FEATURES} == {"sellout", "price", "poll"}
    for table in weights.values():
        assert all(weight == round(weight, 3) for weight in table.values())


@pytest.mark.parametrize(
    ("sentence", "has", "lacks"),
    [
        (PLAIN, {"figure", "time", "money_and_work", "health_school_energy", "deed"}, {"question", "name"}),
        (
            "“Why,” asked Ms Li of the WHO, “do I think so?”",
            {"question", "name", "opinion"},
            set(),
        ),
        ("We’re sorry, you should’ve left.", {"first_person", "about_others", "advice"}, {"figure"}),
        ("Perhaps twice as much.", {"hedge", "comparison", "few_words"}, {"past"}),
        (
            "It fell to about 12 per cent, the lowest ever.",
            {"figure", "bound", "superlative", "absolute"},
            set(),
        ),
        ("", {"few_words"}, {"name"}),
    ],
)
def test_the_features_are_what_a_reader_sees(sentence: str, has: set[str], lacks: set[str]) -> None:
    features = sentence_features(sentence)
    assert set(features) <= set(SENTENCE_FEATURES)
    assert has <= set(features)
    assert not lacks & set(features)


@pytest.mark.parametrize(
    ("more", "less"),
    [
        (PLAIN, "I think we should all help the hospital."),
        (PLAIN, "Will the council cut jobs at the hospital?"),
        ("He voted against the war in 2003.", "Thank you, and good evening to all of you."),
        ("Unemployment has doubled since 2010.", "My favourite soup is this one."),
    ],
)
def test_what_a_source_can_settle_is_worth_more(more: str, less: str) -> None:
    assert score_sentence(more) > score_sentence(less)


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ("Trains to Leeds, York and Hull were sold out.", "The trains were sold out."),
        ("A flat in Leeds cost £640 in May.", "A flat cost more than £640."),
        ("A flat in Leeds cost £640.", "Reportedly, a flat in Leeds cost £640."),
        ("In a survey, 62% of nurses said they had lost money.", "A pie at the fair cost £5."),
    ],
)
def test_a_claim_that_names_more_is_worth_more(more: str, less: str) -> None:
    (first,), (second,) = find_claims(more), find_claims(less)
    assert first.checkworthiness > second.checkworthiness


def test_a_finding_has_its_sentences_score_and_its_own() -> None:
    text = f"A taxi cost £45. {PLAIN} A taxi to the hospital in Leeds cost £45 in March."
    bare, full = (finding for finding in find_claims(text) if finding.kind == "price")
    assert {"price", "exact_value"} <= set(finding_features(bare)) < set(finding_features(full))
    assert full.checkworthiness > bare.checkworthiness
    assert list(score_findings([bare, full], text)) == [bare, full]


def test_scores_stay_within_zero_and_one_with_four_places() -> None:
    worst = score_sentence("Ok, please, should I thank my sir?")
    best = score_sentence(" ".join(["Said twice nearly never most war tax law police 2 %"] * 9))
    assert Decimal(0) <= worst < best <= Decimal(1)
    assert worst.as_tuple().exponent == best.as_tuple().exponent == -4
