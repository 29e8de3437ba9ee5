"""What a page says of itself: title, author, day, address, language and the reviews that it publishes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from factdesk.model import PublishedReview
from factdesk.reading.page_text import PageText, read_page

STORY = (
    "<p>Seats on every direct flight from the capital to the coast were gone by noon, the sites showed.</p>"
    "<p>A fare that cost 40,000 a week ago was on offer for more than 300,000, a seller said.</p>"
)
URL = "https://daily.example/news/seats"
TODAY = datetime.now(UTC).date()
DAY = date(2022, 9, 22)


def read(head: str = "", body: str = f"<article>{STORY}</article>", url: str | None = URL) -> PageText:
    content = f"<!doctype html><html><head><title>The Daily</title>{head}</head><body>{body}</body></html>"
    return read_page(content.encode(), media_type="text/html", charset=None, url=url)


def ld(*things: Any) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(one)}</script>' for one in things)


ARTICLE = {"@type": "NewsArticle", "headline": "Seats gone", "datePublished": "2022-09-22T08:00:00+03:00"}


@pytest.mark.parametrize(
    ("author", "said"),
    [
        ("Ann Bee", "Ann Bee"),
        ({"@type": "Person", "name": "Ann  Bee"}, "Ann Bee"),
        ([{"name": "Ann Bee"}, "Cay Dee", {"name": "Ann Bee"}], "Ann Bee, Cay Dee"),
        ({"name": ["Ann Bee"]}, "Ann Bee"),
        ({"@id": "#ann"}, "Ann Bee"),
        ("https://daily.example/people/ann", None),
        ([], None),
        ({"@id": "#nobody"}, None),
        (5, None),
    ],
)
def test_an_author_is_a_string_an_object_a_reference_or_a_list(author: Any, said: str | None) -> None:
    graph = {"@graph": [{**ARTICLE, "author": author}, {"@type": "Person", "@id": "#ann", "name": "Ann Bee"}]}
    page = read(ld(graph))
    assert (page.title, page.author, page.published_on, page.published_rule) == (
        "Seats gone",
        said,
        DAY,
        "json_ld",
    )


@pytest.mark.parametrize(
    "kind",
    ["Article", "NewsArticle", "ReportageNewsArticle", "BlogPosting", "LiveBlogPosting", "ScholarlyArticle",
     "https://schema.org/OpinionNewsArticle", ["WebPage", "Report"], "schema:TechArticle"],
)  # fmt: skip
def test_every_kind_of_article_speaks_for_its_page(kind: Any) -> None:
    assert read(ld({**ARTICLE, "@type": kind})).published_on == DAY


def test_what_a_page_only_mentions_does_not_speak_for_it() -> None:
    comment = {"@type": "Comment", "datePublished": "2021-01-01", "author": "A reader"}
    film = {"@type": "VideoObject", "datePublished": "2020-01-01", "name": "A film"}
    page = read(ld({**ARTICLE, "comment": [comment], "video": film}, comment))
    assert (page.published_on, page.author) == (DAY, None)
    assert read(ld(comment, film)).published_on is None


def test_of_many_articles_the_one_with_the_pages_address_speaks() -> None:
    teasers = [{**ARTICLE, "url": f"https://daily.example/{n}", "datePublished": "2020-02-02"} for n in "abc"]
    own = {**ARTICLE, "headline": "Own", "mainEntityOfPage": {"@id": f"{URL}/#article"}}
    page = read(ld({"@type": "ItemList", "itemListElement": teasers}, own))
    assert (page.title, page.published_on) == ("Own", DAY)


@pytest.mark.parametrize(
    ("head", "body", "url", "day", "rule"),
    [
        ("<meta itemprop=datePublished content=2022-09-22>", "", URL, DAY, "meta"),
        ("", "<span itemprop=datePublished content='2022-09-22T10:00'>Thursday</span>", URL, DAY, "time"),
        ("", "<time datetime=2022-09-22 pubdate>Thu</time><time datetime=2021-01-01>", URL, DAY, "time"),
        ("", "<time datetime=2022-09-22></time><time datetime=2021-01-01></time>", URL, None, None),
        ("", "", "https://daily.example/2022/09/22/seats", DAY, "url"),
        ("", "<p>First published: Thursday 22 September 2022, 10.15</p>", URL, DAY, "guess"),
        ("", "<p>22 September 2022</p>", URL, DAY, "guess"),
        ("", "<p>By Ann Bee | Posted on Sept. 22, 2022</p>", URL, DAY, "guess"),
        ("", "<p>Updated 22.09.2022</p>", URL, DAY, "guess"),
        ("", "<p>10 May 2020</p><p>Published 22 September 2022</p>", URL, DAY, "guess"),
        # Days of events, of the law and of the year's end are not the page's.
        ("", "<p>The bridge was opened on 22 September 1922 by the mayor, and again on 3 May 2001, after "
             "a fire that had burnt for three days, as the plate on its northern end says to this day.</p>",
         URL, None, None),
        ("", "<p>Copyright 1 January 1995</p><p>© 2004-2022</p>", URL, None, None),
        ("", "<p>Born 4 May 1990</p>", URL, None, None),
        ("", f"<p>Published {TODAY + timedelta(days=2)}</p>", URL, None, None),
        ("", "<p>Published 31 February 2022</p>", URL, None, None),
        ("<meta name=date content=1995>", "", URL, None, None),
        (ld({**ARTICLE, "datePublished": str(TODAY + timedelta(days=9))}), "", URL, None, None),
        (ld({**ARTICLE, "datePublished": "0001-01-01"}), "<p>Posted: 22 Sep 2022</p>", URL, DAY, "guess"),
    ],
)  # fmt: skip
def test_the_day_and_the_rule_that_found_it(
    head: str, body: str, url: str, day: date | None, rule: str | None
) -> None:
    page = read(head, f"<article>{STORY}</article>{body}", url)
    assert (page.published_on, page.published_rule) == (day, rule)


@pytest.mark.parametrize(
    ("rating", "said"),
    [
        ({"alternateName": "Mostly  false", "ratingValue": 2, "bestRating": 5}, "Mostly false"),
        ({"ratingValue": 2, "bestRating": 5}, "2/5"),
        ({"ratingValue": "1.0", "bestRating": "5"}, "1.0/5"),
        ({"ratingValue": 2}, None),
        ([{"alternateName": "False"}], "False"),
        ("Half true", "Half true"),
        (None, None),
    ],
)
def test_a_claim_review_is_a_published_review(rating: Any, said: str | None) -> None:
    review = {
        "@type": "ClaimReview",
        "claimReviewed": "Every seat to\n the coast was gone",
        "reviewRating": rating,
        "author": {"@type": "Organization", "name": "The Checkers"},
        "url": "/checks/7",
    }
    reviews = read(ld({"@context": "https://schema.org", "@graph": [review, ARTICLE]})).reviews
    assert reviews == (
        PublishedReview(
            "Every seat to the coast was gone", said, "The Checkers", "https://daily.example/checks/7"
        ),
    )


def test_reviews_keep_their_order_and_come_once() -> None:
    reviews = [{"@type": ["ClaimReview"], "claimReviewed": f"Claim {n}"} for n in "bca"]
    bad = [
        {"@type": "ClaimReview"},
        {"@type": "ClaimReview", "claimReviewed": 7},
        {"@type": "Review", "claimReviewed": "x"},
    ]
    read_page_of = read(ld([*reviews, *bad, reviews[0]]))
    assert [one.claim for one in read_page_of.reviews] == ["Claim b", "Claim c", "Claim a"]
    odd = {**reviews[0], "url": "javascript:alert(1)", "author": [None, {"name": "A\ud800"}]}
    assert read(ld(odd)).reviews == (PublishedReview("Claim b", None, "A\ufffd", None),)


def test_a_canonical_address_is_absolute_and_of_the_web() -> None:
    assert read("<link rel=Canonical href=/seats>").canonical_url == "https://daily.example/seats"
    assert read("<meta property=og:url content='https://x.example/'>").canonical_url == "https://x.example/"
    assert read("<link rel=canonical href='javascript:x'>").canonical_url is None
    assert read("<link rel=canonical href='http://['>").canonical_url is None
