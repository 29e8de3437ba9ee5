"""What a poll claim carries besides its value: whose share, of what base, who asked, what, and how sure."""

from decimal import Decimal

import pytest

from factdesk.claims.find import find_claims
from factdesk.claims.findings import Finding
from factdesk.model import FacetName, Flag


def polls(text: str) -> list[Finding]:
    return [one for one in find_claims(text) if one.kind == "poll" and not one.is_set_aside]


def said(finding: Finding, name: FacetName) -> str | None:
    facet = finding.facet(name)
    return facet.text if facet else None


def percents(text: str) -> list[Decimal]:
    return [value.low for one in polls(text) if (value := one.value("percent")) and value.low is not None]


@pytest.mark.parametrize(
    ("text", "populations"),
    [
        ("62% of the uninsured say they worry, against 31% of adults.", ["the uninsured", "adults"]),
        ("Among women, 54% approve; among men, 41%.", ["women", "men"]),
        ("Sixty-one per cent of teachers backed the deal; the rest, 39 per cent, did not.", ["teachers"] * 2),
        ("Support for the bypass among villagers fell from 60 per cent to 41.", ["villagers"]),
        ("By three to one, members rejected the offer.", ["members"]),
        ("Of those who voted, 71 per cent were against.", ["those who voted"]),
    ],
)
def test_a_share_keeps_its_base(text: str, populations: list[str]) -> None:
    assert [said(one, FacetName.POPULATION) for one in polls(text)] == populations


def test_a_share_of_a_share_keeps_it_as_its_base_and_the_base_is_no_claim_again() -> None:
    text = "The survey found 12% of farmers undecided. One in five of the 12% said they would not vote."
    assert percents(text) == [12, 20]
    assert said(polls(text)[1], FacetName.POPULATION) == "the 12%"


def test_a_bare_share_takes_the_only_people_named_before() -> None:
    (finding,) = polls("We asked 1,200 drivers about night work. A third said they did it.")
    assert said(finding, FacetName.POPULATION) == "drivers"
    assert Flag.UNCERTAIN not in finding.flags


def test_two_groups_that_fit_make_it_uncertain() -> None:
    (finding,) = polls("Nurses and teachers were asked about pay. A further 12% said they would strike.")
    assert Flag.UNCERTAIN in finding.flags


@pytest.mark.parametrize(
    ("text", "pollster"),
    [
        ("A YouGov poll found that 54 per cent back the ban.", "YouGov"),
        ("In a survey by the Addis Chamber, 54 per cent backed the ban.", "the Addis Chamber"),
        ("Two thirds of Catalans told Meridian Opinion that they would vote.", "Meridian Opinion"),
        ("According to the union, seven in ten rejected the offer.", "the union"),
    ],
)
def test_who_asked_is_told(text: str, pollster: str) -> None:
    assert said(polls(text)[0], FacetName.ATTRIBUTION) == pollster


def test_the_question_and_the_option_that_an_answer_names() -> None:
    text = (
        "Asked if the country takes in too many, about the right number or too few migrants, "
        "46% chose the first, 31% the second and 12% the last."
    )
    found = polls(text)
    assert [said(one, FacetName.ANSWER) for one in found][1:] == [
        "about the right number",
        "too few migrants",
    ]
    assert all((said(one, FacetName.ITEM) or "").startswith("if the country") for one in found)


def test_the_size_of_a_sample_and_the_margin_of_error_are_facets_and_no_claims() -> None:
    text = "A poll of 1,204 adults found that 54 per cent back it; the margin of error is 3 points."
    (finding,) = polls(text)
    norms = {facet.norm for facet in finding.facets_named(FacetName.SCOPE)}
    assert {"sample 1204", "error 3"} <= norms


def test_two_sides_are_two_claims_and_the_first_has_the_lead() -> None:
    first, second = polls("Voters rejected the proposal by 56% to 44%.")
    assert [value.low for value in (first.values[0], second.values[0])] == [56, 44]
    lead = first.value("points")
    assert lead is not None
    assert lead.low == 12


def test_a_ratio_says_against_whom() -> None:
    (finding,) = polls("By three to one, members rejected the offer.")
    ratio = finding.value("ratio")
    assert ratio is not None
    assert ratio.low == 3
    assert ratio.of == "the other side"


def test_a_name_of_a_list_each_has_its_own_claim() -> None:
    found = polls("Ruiz, Stone and Lee each have the backing of 29 per cent of the members polled.")
    assert [said(one, FacetName.ANSWER) for one in found] == ["Ruiz", "Stone", "Lee"]


def test_a_month_is_no_verb() -> None:
    (finding,) = polls("Support for the bypass fell from 60 per cent to 41 in May.")
    assert (said(finding, FacetName.ANSWER) or "").startswith("Support for the bypass")


@pytest.mark.parametrize("sign", ["%", " per cent", " percent"])
def test_a_sample_does_not_turn_a_share_into_a_count(sign: str) -> None:
    assert percents(f"A poll of 1,200 adults found that 54{sign} back the ban.") == [54]


@pytest.mark.parametrize("text", ["1-" * 4000, "of the 12% " * 600, "52-48, " * 1500, "one in ten in " * 600])
def test_long_runs_end_soon(text: str) -> None:
    assert isinstance(find_claims(text), list)


def test_the_second_figure_of_a_pair_is_quoted_with_its_sentence() -> None:
    text = "The poll had 52-48 support for the ban."
    first, second = polls(text)
    assert first.text == second.text == text
    assert second.facet(FacetName.ANSWER) is None


@pytest.mark.parametrize(
    "later",
    [
        "In a later survey by Ipsos, 43% said no.",
        "Meanwhile, 43% of sailors said no, according to Ipsos.",
        "In May another poll was taken. It found 43% in favour.",
    ],
)
def test_a_later_poll_has_a_question_and_people_of_its_own(later: str) -> None:
    text = f"A YouGov poll asked voters whether the ferry should be free. 61% said yes.\n\n{later}"
    first, second = polls(text)
    assert said(first, FacetName.ITEM) == "whether the ferry should be free"
    assert said(first, FacetName.POPULATION) == "voters"
    assert said(second, FacetName.ITEM) is None
    assert said(second, FacetName.POPULATION) in (None, "sailors")


def test_the_same_poll_keeps_its_question_over_a_paragraph() -> None:
    text = "A YouGov poll asked voters whether the ferry should be free.\n\nIn the poll, 61% said yes."
    (found,) = polls(text)
    assert said(found, FacetName.ITEM) == "whether the ferry should be free"
