"""ClaimReview: what is exported, how ratings are called, and that each review fits the schema."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from decided_homes import DecidedHome
from factdesk.config import PublisherSettings, open_home
from factdesk.errors import ConfigError, FactdeskError, UsageError, WarehouseError
from factdesk.model import Act, Rating
from factdesk.reports.claim_reviews import (
    check_review,
    claim_review,
    make_claim_reviews,
    review_json,
)
from factdesk.reports.house_scale import HouseScale, read_house_scale

DESK = PublisherSettings(
    name="The Harbour Desk",
    url="https://desk.example",
    claim_url="https://desk.example/checks/{claim_id}#check",
)
NOBODY = PublisherSettings()
ROW: dict[str, Any] = {
    "claim_id": "712ceed2-db1b-a1ea-8736-67b12d4b2b45",
    "claim": "A berth\ncosts  9 euros",
    "editor_rating": "refuted",
    "conclusion": "It costs 12.",
    "decided_at": datetime(2026, 5, 4, 23, 30, tzinfo=UTC),
    "essay_uri": "https://column.example/berths",
    "essay_title": "Berths",
    "author": "M. Perić",
    "published_on": date(2026, 5, 1),
    "language": "en",
    "source_url": "https://harbour.example/tariff?a=1&b=2",
    "source_title": "Tariff",
}


@pytest.fixture
def scale(checked: Path) -> HouseScale:
    return read_house_scale(open_home(checked))


def test_a_review_says_what_was_decided_by_whom_and_on_which_source(scale: HouseScale) -> None:
    review = claim_review(ROW, DESK, scale)
    check_review(review)
    address = "https://desk.example/checks/712ceed2-db1b-a1ea-8736-67b12d4b2b45#check"
    assert review == {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "@id": address,
        "url": address,
        "identifier": ROW["claim_id"],
        "datePublished": "2026-05-04",
        "inLanguage": "en",
        "author": {"@type": "Organization", "name": "The Harbour Desk", "url": "https://desk.example"},
        "claimReviewed": "A berth costs 9 euros",
        "reviewBody": "It costs 12.",
        "itemReviewed": {
            "@type": "Claim",
            "author": {"@type": "Person", "name": "M. Perić"},
            "datePublished": "2026-05-01",
            "appearance": {
                "@type": "CreativeWork",
                "headline": "Berths",
                "url": "https://column.example/berths",
            },
        },
        "reviewRating": {
            "@type": "Rating",
            "alternateName": "Contradicted by its source",
            "ratingValue": 1,
            "bestRating": 5,
            "worstRating": 1,
        },
        "citation": [{"@type": "CreativeWork", "url": ROW["source_url"], "name": "Tariff"}],
    }


@pytest.mark.parametrize(
    "address",
    [
        "harbour.md",
        "file:///etc/hostname",
        "javascript:alert(1)",
        "http://[bad",
        "https://a.example/a b",
        None,
    ],
)
def test_only_addresses_that_a_stranger_can_open_are_given(scale: HouseScale, address: str | None) -> None:
    row = {**ROW, "essay_uri": address, "source_url": address, "essay_title": "", "author": " "}
    review = claim_review(row, NOBODY, scale)
    check_review(review)
    assert review["itemReviewed"] == {"@type": "Claim", "datePublished": "2026-05-01"}
    assert {"citation", "author", "url", "@id"}.isdisjoint(review)


def test_hostile_words_cannot_leave_a_script_element(scale: HouseScale) -> None:
    row = {**ROW, "claim": "</script><script>alert(1)</script> & \x00\x1b[2J\u2028 “€9”", "conclusion": None}
    review = claim_review(row, DESK, scale)
    check_review(review)
    text = review_json(review)
    assert set("<>&\u2028\x00\x1b").isdisjoint(text)
    assert json.loads(text) == review
    assert review["claimReviewed"] == "</script><script>alert(1)</script> & [2J “€9”"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"claimReviewed": " "}, "claimReviewed"),
        ({"reviewRating": {"@type": "Rating", "ratingValue": 1}}, "reviewRating"),
        ({"reviewRating": {"@type": "Rating", "alternateName": "x", "ratingValue": 1}}, "reviewRating"),
        ({"url": "harbour.md"}, "url"),
        ({"datePublished": "4 May"}, "datePublished"),
        ({"rating": "refuted"}, "the review"),
    ],
)
def test_a_review_that_does_not_fit_the_schema_is_refused(
    scale: HouseScale, change: dict[str, Any], place: str
) -> None:
    with pytest.raises(FactdeskError, match=f"does not fit its schema at {place} "):
        check_review({**claim_review(ROW, DESK, scale), **change})


def test_only_what_people_have_settled_is_exported(home: DecidedHome, scale: HouseScale) -> None:
    home.decide("tickets", Rating.PARTIALLY_SUPPORTED)
    home.decide("flight", Rating.NOT_A_CLAIM)
    home.decide("poll", Rating.SUPPORTED)
    home.decide("poll", Rating.REFUTED, "Bob")
    home.decide("quarter", Rating.REFUTED)
    home.act("quarter", Act.DISPUTED)
    home.settle()
    made = make_claim_reviews(home.warehouse, DESK, scale)
    assert list(made.reviews) == [str(home.claim("tickets"))]
    assert made.left_out == {"rated not_a_claim": 1, "second_check": 1, "disputed": 1}
    home.act("tickets", Act.CORRECTION_MADE)
    home.settle()
    assert list(make_claim_reviews(home.warehouse, DESK, scale).reviews) == [str(home.claim("tickets"))]
    home.undo("tickets")
    home.settle()
    assert make_claim_reviews(home.warehouse, DESK, scale).reviews == {}


def test_reviews_of_one_essay_alone(home: DecidedHome, scale: HouseScale) -> None:
    home.decide("tickets", Rating.PARTIALLY_SUPPORTED)
    home.settle()
    made = make_claim_reviews(home.warehouse, DESK, scale, ["harbour-letter.md"])
    assert len(made.reviews) == 1
    for unknown in ("harbour", "", "%"):
        with pytest.raises(UsageError, match="no essay has the address, key or id"):
            make_claim_reviews(home.warehouse, DESK, scale, [unknown])


def test_nothing_published_is_said(tmp_path: Path, scale: HouseScale) -> None:
    with pytest.raises(WarehouseError, match="nothing is published"):
        make_claim_reviews(tmp_path, DESK, scale)


# --- the house scale

OWN = """
worst = 0
best = 10
[ratings.refuted]
text = "Wrong"
number = 0
[ratings.not_checkable]
text = "Anyone's guess"
"""


def read_own_scale(root: Path, text: str) -> HouseScale:
    (root / "config").mkdir()
    (root / "config" / "house_scale.toml").write_text(text, encoding="utf-8")
    return read_house_scale(open_home(root))


def test_a_house_has_its_own_words_and_numbers(tmp_path: Path) -> None:
    scale = read_own_scale(tmp_path, OWN)
    rating = claim_review(ROW, NOBODY, scale)["reviewRating"]
    assert (rating["alternateName"], rating["ratingValue"], rating["bestRating"]) == ("Wrong", 0, 10)
    guess = claim_review({**ROW, "editor_rating": "not_checkable"}, NOBODY, scale)["reviewRating"]
    assert guess == {"@type": "Rating", "alternateName": "Anyone's guess"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("worst = 1", "the key 'best' is missing"),
        ("worst = 5\nbest = 5\n[ratings]", "'best'.*more than worst"),
        ("worst = 1\nbest = 5\n[ratings.wrong]\ntext = 'x'", "'ratings.wrong'"),
        ("worst = 1\nbest = 5\n[ratings.refuted]\ntext = ' '", "'ratings.refuted.text'"),
        (
            "worst = 1\nbest = 5\n[ratings.refuted]\ntext = 'x'\nnumber = 6",
            "refuted .6. must lie from 1 to 5",
        ),
        ("worst = 1\nbest = 5\n[ratings.refuted]\ntext = 'x'\nnumber = 1.5", "'ratings.refuted.number'"),
        ("worst = 1\nbest = 5\n[ratings.refuted]\ntext = 'x'\nnum = 1", "'ratings.refuted.num'.* unknown"),
        ("worst = ", "not valid TOML"),
    ],
)
def test_a_bad_scale_is_named(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told) as raised:
        read_own_scale(tmp_path, text)
    assert "house_scale.toml" in str(raised.value)


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ('claim_url = "https://desk.example/checks"', "must hold {claim_id}"),
        ('claim_url = "ftp://desk.example/{claim_id}"', "begins with https"),
        ('url = "desk.example"', "begins with https"),
        ('url = "https://desk.example/a b"', "a space"),
        ('name = "two\\nlines"', "'publisher.name'"),
    ],
)
def test_a_bad_publisher_is_named(tmp_path: Path, setting: str, told: str) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "factdesk.toml").write_text(f"[publisher]\n{setting}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=told):
        open_home(tmp_path)
