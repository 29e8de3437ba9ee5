"""What a price carries beside its amount: the item, what it is per, its flags, relations and restatements."""

import pytest

from factdesk.claims.find import find_claims
from factdesk.claims.findings import Finding
from factdesk.claims.lines import claim_line
from factdesk.model import FacetName, Flag
from factdesk.verdicts.reading import read_claim_text


def prices(text: str) -> list[Finding]:
    return [one for one in find_claims(text) if one.kind == "price"]


def scopes(finding: Finding) -> set[str]:
    return {facet.norm for facet in finding.facets_named(FacetName.SCOPE)}


@pytest.mark.parametrize(
    ("text", "norm"),
    [
        ("The room costs £90 a night.", "per_day"),
        ("The studio costs £700 a month.", "per_month"),
        ("The plumber charges £45 an hour.", "per_hour"),
        ("A return costs £14.", "return"),
        ("The fare is £4 off-peak.", "off_peak"),
        ("Dinner is £30 a head.", "per_head"),
        ("The average fare was £12.", "average"),
        ("Adults pay £12.", "adult"),
        ("Petrol costs $4 a gallon.", "per_gallon"),
        ("Apples cost £3 per kg.", "per_kilo"),
        ("The hall rents at £40 a square metre.", "per_square_metre"),
    ],
)
def test_what_is_bound_to_a_price_is_a_facet(text: str, norm: str) -> None:
    (found,) = prices(text)
    assert norm in scopes(found)


@pytest.mark.parametrize(
    ("text", "item", "is_uncertain"),
    [
        ("I liked the boots. They go for £50.", "boots", False),
        ("There were boots and a hat in the window. They go for £50.", None, True),
        ("The club shop wants £90 for a shirt.", "shirt", False),
        ("She paid for a £640 ticket.", "ticket", False),
    ],
)
def test_a_pronoun_stands_for_the_one_thing_that_fits(
    text: str, item: str | None, *, is_uncertain: bool
) -> None:
    (found,) = prices(text)
    facet = found.facet(FacetName.ITEM)
    assert (facet.text if facet else None) == item
    assert (Flag.UNCERTAIN in found.flags) is is_uncertain


def test_a_change_gives_both_prices_and_the_later_quote_holds_the_whole() -> None:
    before, after = prices("The charge was raised from £14 to £16.50 on 1 April.")
    assert (before.values[0].low, after.values[0].low) == (14, pytest.approx(16.5))
    assert after.text.startswith("The charge was raised from £14 to £16.50")


def test_a_price_with_its_rise_is_one_claim() -> None:
    (found,) = prices("A season ticket climbed £184 to £4,182.")
    line = claim_line(found, found.text)
    assert (line["amount"], line["diff"]) == (4182, 184)


def test_restated_money_is_also() -> None:
    (found,) = prices("Each bottle is priced at US$180 (about €167).")
    assert [(value.role, value.unit) for value in found.values] == [("amount", "USD"), ("also", "EUR")]


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("The upgrade is to cost $1.3bn.", Flag.FORECAST),
        ("If the fare were £2, I would walk.", Flag.HYPOTHETICAL),
        ("Would you pay £90 for socks?", Flag.QUESTION),
        ("Nobody here has ever paid £12 for a sandwich.", Flag.NEGATED),
        ("Never pay £20 for a taxi.", Flag.ADVICE),
    ],
)
def test_what_is_not_asserted_is_set_aside(text: str, flag: Flag) -> None:
    (found,) = prices(text)
    assert flag in found.flags
    assert found.is_set_aside


@pytest.mark.parametrize(
    "text",
    ["Grab one for £12.74.", "If you want the big one, it is £9.", "The fare will be £3.20 from 1 May."],
)
def test_an_offer_and_a_set_tariff_are_claims(text: str) -> None:
    (found,) = prices(text)
    assert not found.is_set_aside


def test_pay_is_read_only_where_it_is_given_to_be_judged() -> None:
    text = "A cleaner earns 9 dollars an hour."
    assert prices(text) == []
    (found,) = read_claim_text(text, None, None)
    assert found.value("amount") is not None


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("A pint tops £7.", "more_than"),
        ("Not one of the houses fetched less than £400,000.", "at_least"),
        ("The pass stands at $215 plus fees.", "exact"),
        ("Lager is up to £6.80 at the Swan.", "exact"),
    ],
)
def test_the_clause_decides_the_bound(text: str, bound: str) -> None:
    (found,) = prices(text)
    assert found.values[0].bound.value == bound


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("Rents tripled in ten years.", None),
        ("Rents doubled last year.", None),
        ("Rents rose five times over two decades.", None),
        ("The fare is twice last year's.", "last year's"),
        ("The fare is three times the price of a bus ticket.", "the price of a bus ticket"),
    ],
)
def test_a_multiple_is_of_what_it_names_and_of_no_time(text: str, of: str | None) -> None:
    (found,) = prices(text)
    assert claim_line(found, text)["ratio_of"] == of
