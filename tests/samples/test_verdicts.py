"""The samples are what a newcomer sees first: their claims have the verdicts that a reader would give."""

from __future__ import annotations

import pytest

from factdesk.config import open_home
from factdesk.pipeline import ClaimJudged, check_once
from factdesk.samples.bundle import copy_essays
from factdesk.samples.site import PressSite

BACKED, IN_PART, AGAINST = "supported", "partially_supported", "refuted"
NOT_SHOWN = "not_enough_evidence"

EXPECTED: dict[str, tuple[str, tuple[str, ...], str]] = {
    "the plane tickets from Belgrade to Lisbon": (IN_PART, ("Reykjavik",), "fetched"),
    "the cheapest one-way ticket from Belgrade": (BACKED, (), "fetched"),
    "bus to Vienna is still": (NOT_SHOWN, (), "fetched"),
    "a sliced white loaf now costs": (BACKED, (), "fetched"),
    "a tonne of milling wheat": (AGAINST, (), "fetched"),
    "A majority of voters, 57%, say": (BACKED, (), "fetched"),
    "More than half of passengers, 54%, told": (BACKED, (), "fetched"),
    "A two-berth cabin on the night ferry": (BACKED, (), "fetched"),
    "Car spaces on the August crossings": (NOT_SHOWN, (), "gone"),
    "The toll for a lorry": (NOT_SHOWN, (), "blocked_by_robots"),
    "Petrol in Accra sold for": (AGAINST, (), "fetched"),
    "Diesel in Lagos sold for": (BACKED, (), "fetched"),
    "the best box costs": (NOT_SHOWN, (), "fetched"),  # its sentence gives two prices: a person looks
    "In a poll of neighbours, 46%": (NOT_SHOWN, (), "needs_javascript"),
    "62% of adults in Ireland": (BACKED, (), "fetched"),
    "a hot meal in a winter kitchen": (BACKED, (), "paywalled"),
    "a one-bedroom flat rents": (AGAINST, (), "fetched"),
    "71% of tenants in Gothenburg": (BACKED, (), "fetched"),
    "Only 12% of tenants": (AGAINST, (), "fetched"),
    "bottled water was sold out": (NOT_SHOWN, (), "no_linked_source"),
    "All three nights of the Paper Lanterns": (NOT_SHOWN, (), "fetched"),
    "Touts outside wanted 240 euros": (NOT_SHOWN, (), "fetched"),
    "The face price of a standing ticket": (BACKED, (), "fetched"),
}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[ClaimJudged, ...]:
    root = tmp_path_factory.mktemp("samples")
    with PressSite() as site:
        copy_essays(root / "essays", site.origin)
        return check_once([str(root / "essays")], open_home(root), allow_hosts=[site.address]).judged


@pytest.mark.parametrize("words", EXPECTED)
def test_a_claim_of_the_samples_has_its_verdict(judged: tuple[ClaimJudged, ...], words: str) -> None:
    (one,) = (each for each in judged if words in " ".join(each.claim.quote.split()))
    verdict = one.judged.verdict
    assert (verdict.rating.value, verdict.missing, verdict.source_outcome) == EXPECTED[words]


def test_what_asserts_nothing_is_no_claim(judged: tuple[ClaimJudged, ...]) -> None:
    quotes = " ".join(each.claim.quote for each in judged)
    for words in ("grandmother", "100,000 dinars", "Would you pay", "eight people in ten", "Antwerp"):
        assert words not in quotes
