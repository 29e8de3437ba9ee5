"""Prices in one currency against sources in another: by the rates of the day, or not at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from factdesk.claims.find import find_claims
from factdesk.claims.records import make_claims, make_mentions
from factdesk.model import Basis, EssayVersion, Rating, text_sha256
from factdesk.verdicts.judge import SourceText, judge_claim
from factdesk.verdicts.pair_answers import judge_pair

SPRING = date(2021, 5, 12)
SEAT = (
    "Travellers queued at the counters in Moscow. An economy seat from Moscow to Yerevan cost 449,000 roubles"
    " by Friday evening. The airport was calm."
)
PUB = "The Anchor has put its prices up again. A pint of lager is now £6.40 there, and a bowl of soup £7."
TRAM = "The city of Gdańsk raised its fares. A monthly tram pass in Gdańsk now costs 117 zlotys."


def answer(claim: str, source: str, on: date | None) -> tuple[str, list[str], dict[str, Any]]:
    found = judge_pair(claim, source, source_published=on)
    return found["rating"], [one["code"] for one in found["reasons"]], found


@pytest.mark.parametrize(
    ("claim", "source", "on"),
    [
        ("An economy seat from Moscow to Yerevan cost £4,300.", SEAT, SPRING),
        ("An economy seat from Moscow to Yerevan cost about $6,000.", SEAT, SPRING),
        ("An economy seat from Moscow to Yerevan cost more than £4,000.", SEAT, SPRING),
        ("An economy seat from Moscow to Yerevan cost less than £5,000.", SEAT, SPRING),
        ("A pint of lager at the Anchor costs about $8.", PUB, date(2024, 3, 6)),
        ("A monthly tram pass in Gdańsk costs €26.", TRAM, date(2023, 6, 14)),
    ],
)
def test_a_price_in_another_currency_is_backed_by_the_rate_of_the_day(
    claim: str, source: str, on: date
) -> None:
    rating, codes, found = answer(claim, source, on)
    assert rating == Rating.SUPPORTED
    assert codes[-1] == "converted"
    assert f"{on.year} (European Central Bank)" in found["reasons"][-1]["sentence"]
    assert found["evidence"]


@pytest.mark.parametrize(
    ("claim", "source", "on"),
    [
        ("An economy seat from Moscow to Yerevan cost £4,300.", SEAT, date(2022, 9, 22)),
        ("An economy seat from Moscow to Yerevan cost £4,300.", SEAT, None),
        ("A monthly tram pass in Gdańsk costs 90 lari.", TRAM, date(2023, 6, 14)),
    ],
)
def test_without_a_rate_nothing_is_compared_and_the_verdict_says_so(
    claim: str, source: str, on: date | None
) -> None:
    rating, codes, found = answer(claim, source, on)
    assert rating == Rating.NOT_ENOUGH_EVIDENCE
    assert codes[-1] == "no_rate"
    assert "were not compared" in found["reasons"][-1]["sentence"]


@pytest.mark.parametrize(
    ("claim", "source", "on"),
    [
        ("An economy seat from Moscow to Yerevan cost £2,300.", SEAT, SPRING),
        ("An economy seat from Moscow to Yerevan cost £43,000.", SEAT, SPRING),
        ("An economy seat from Moscow to Yerevan cost more than £5,000.", SEAT, SPRING),
        ("An economy seat from Moscow to Astana cost £4,300.", SEAT, SPRING),
        ("A business seat from Moscow to Yerevan cost £4,300.", SEAT, SPRING),
        ("In 2009 an economy seat from Moscow to Yerevan cost £4,300.", SEAT, SPRING),
        (
            "An economy seat from Moscow to Yerevan cost £4,300.",
            SEAT.replace("by Friday evening", "in 2009"),
            SPRING,
        ),
        (
            "An economy seat from Moscow to Yerevan cost £4,300.",
            SEAT.replace("by Friday evening", "ten years ago"),
            SPRING,
        ),
        ("A plate of chips at the Anchor costs about $8.", PUB, date(2024, 3, 6)),
        ("A yearly tram pass in Gdańsk costs €26.", TRAM, date(2023, 6, 14)),
    ],
)
def test_a_conversion_backs_no_other_thing_time_or_amount(claim: str, source: str, on: date) -> None:
    rating, codes, _ = answer(claim, source, on)
    assert rating != Rating.SUPPORTED
    assert "converted" not in codes


@pytest.mark.parametrize("factor", ["0.1", "0.5", "0.8", "0.9", "1", "1.1", "1.25", "2", "10"])
def test_a_conversion_alone_never_contradicts(factor: str) -> None:
    pounds = round(Decimal(4300) * Decimal(factor))
    rating, codes, _ = answer(f"An economy seat from Moscow to Yerevan cost £{pounds:,}.", SEAT, SPRING)
    assert rating in (Rating.SUPPORTED, Rating.NOT_ENOUGH_EVIDENCE)
    assert (rating == Rating.SUPPORTED) == (factor == "1")
    assert ("converted" in codes) == (factor == "1")


def test_a_source_that_gives_the_claims_own_currency_is_not_converted() -> None:
    both = SEAT.replace("449,000 roubles", "449,000 roubles, or £4,900 at the desk,")
    rating, codes, _ = answer("An economy seat from Moscow to Yerevan cost £4,300.", both, SPRING)
    assert rating != Rating.SUPPORTED
    assert "converted" not in codes


def source(number: int, text: str, on: date | None) -> SourceText:
    return SourceText(
        source_id=UUID(int=number),
        outcome="fetched",
        text=text,
        text_sha256=text_sha256(text),
        snapshot_id=UUID(int=1000 + number),
        title=None,
        published_on=on,
        blocks=(),
        basis=Basis.CITED,
        first_fetched_at=None,
        url=f"http://press.example/{number}",
    )


def test_of_several_sources_the_one_whose_day_has_a_rate_decides() -> None:
    sentence = "An economy seat from Moscow to Yerevan cost £4,300."
    essay = UUID(int=1)
    findings = find_claims(sentence)
    (claim,) = make_claims(findings, sentence, essay)
    version = EssayVersion(essay, text_sha256(sentence), len(sentence), (), "en")
    (mention,) = make_mentions((claim,), findings, sentence, version, ())
    sources = [
        source(1, "Travellers slept in the halls of the airport.", SPRING),
        source(2, SEAT, date(2023, 2, 1)),
        source(3, SEAT + " Buses were full.", SPRING),
    ]
    judged = judge_claim(claim, mention, sources, published_on=SPRING)
    verdict = judged.verdict
    assert (verdict.rating, verdict.deciding_source_id) == (Rating.SUPPORTED, UUID(int=3))
    assert "converted" in {one.code for one in verdict.reasons}
    (deciding,) = (one for one in judged.evidence if one.id == verdict.deciding_evidence_id)
    assert "449,000 roubles" in deciding.quote
    alone = judge_claim(claim, mention, sources[:2], published_on=SPRING).verdict
    assert alone.rating == Rating.NOT_ENOUGH_EVIDENCE
    assert "no_rate" in {one.code for one in alone.reasons}


def test_an_editor_may_mute_conversions() -> None:
    claim = "An economy seat from Moscow to Yerevan cost £4,300."
    found = judge_pair(claim, SEAT, source_published=SPRING, muted=["converted"])
    assert found["rating"] == Rating.NOT_ENOUGH_EVIDENCE
    (muted,) = (one for one in found["reasons"] if one["code"] == "rule_muted")
    assert "The rule converted is muted" in muted["sentence"]
    assert "12 May 2021" in muted["sentence"]
