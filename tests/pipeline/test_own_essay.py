"""No essay is a source for itself: given as a file, or linked by its own address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import factdesk
from factdesk.config import Home, open_home
from factdesk.errors import UsageError
from factdesk.model import Rating
from factdesk.pipeline import CheckReport, check_once
from factdesk.pipeline.attaching import attach_source, load_claim
from factdesk.pipeline.rechecking import recheck_once
from factdesk.sources.gather import SourceRequest
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.known import open_known
from local_site import Page, Site

WORDS = (
    "A return ticket from Zadar to Ancona costs 60 euros. The bar opens when the lights of the lighthouse "
    "are behind the ship, and closes at two, when nobody is left who would pay for anything."
)
PAGE = (
    "<html><head><title>Crossing</title></head><body><article><h1>Crossing</h1>"
    '<p>{words} <a href="http://{host}/essay">Link to this page</a></p></article></body></html>'
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "factdesk.toml").write_text("[web]\ntries = 1\nseconds_between_requests = 0\n")
    return open_home(tmp_path)


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site(pages={})
    yield site
    site.close()


def verdict_of(report: CheckReport) -> tuple[Rating, set[str]]:
    (one,) = report.judged
    return one.judged.verdict.rating, {reason.code for reason in one.judged.verdict.reasons}


def test_the_essays_own_file_backs_nothing(home: Home) -> None:
    essay, other = home.root / "essay.md", home.root / "clerk.md"
    essay.write_text(WORDS)
    other.write_text("The clerk says that a return ticket from Zadar to Ancona costs 60 euros.")
    itself, witness = (SourceRequest(path.name, path) for path in (essay, other))
    rating, codes = verdict_of(check_once([str(essay)], home, given=[itself]))
    assert (rating, "own_essay" in codes) == (Rating.NOT_ENOUGH_EVIDENCE, True)
    rating, _ = verdict_of(check_once([str(essay)], home, given=[itself, witness]))
    assert rating is Rating.SUPPORTED


ESSAYS = sorted((Path(factdesk.__file__).parent / "samples" / "essays").iterdir())


@pytest.mark.parametrize("sample", ESSAYS, ids=lambda path: path.name)
def test_the_file_of_a_sample_essay_is_no_source_for_it(home: Home, sample: Path) -> None:
    essay = home.root / sample.name
    essay.write_bytes(sample.read_bytes())
    itself = SourceRequest(essay.name, essay)
    judged = check_once([str(essay)], home, given=[itself]).judged
    assert judged
    for one in judged:
        assert "own_essay" in {reason.code for reason in one.judged.verdict.reasons}
        assert one.judged.verdict.rating is not Rating.SUPPORTED
    fold_and_publish(home.warehouse)
    with open_known(home.warehouse) as known:
        stored = load_claim(home, known, judged[0].claim.id)
        with pytest.raises(UsageError, match="is the essay that makes the claim"):
            attach_source(home, known, stored, itself)


def test_a_link_to_the_essays_own_address_backs_nothing(home: Home, site: Site) -> None:
    site.pages["/essay"] = Page(PAGE.format(words=WORDS, host=site.host))
    url = f"http://{site.host}/essay"
    rating, codes = verdict_of(check_once([url], home, allow_hosts=[site.host]))
    assert (rating, "own_essay" in codes) == (Rating.NOT_ENOUGH_EVIDENCE, True)
    site.pages["/essay"] = Page(PAGE.format(words=f"{WORDS} And so to bed.", host=site.host))
    again = recheck_once(home, older_than_hours=0, allow_hosts=[site.host])
    assert [one.fetch.outcome.value for one in again.gathered] == ["fetched"]
    ratings = {one.judged.verdict.rating for one in again.rejudged.judged}
    assert ratings <= {Rating.NOT_ENOUGH_EVIDENCE}
    assert not again.rejudged.faults


@pytest.mark.parametrize(
    ("said", "rating"),
    [
        ("Ana Kolar writes", Rating.NOT_ENOUGH_EVIDENCE),
        ("The clerk says", Rating.SUPPORTED),
    ],
)
def test_a_page_that_only_quotes_the_essay_backs_nothing(
    home: Home, site: Site, said: str, rating: Rating
) -> None:
    about = "<p>The blog looks at what people say of the sea, of its ships and of the price of both.</p>"
    told = f"{said} that a return ticket from Zadar to Ancona costs 60 euros."
    site.pages["/blog"] = Page(f"<html><body><article>{about}<p>{told}</p>{about}</article></body></html>")
    essay = home.root / "essay.md"
    head = "---\nauthor: Ana Kolar\ndate: 2026-05-01\n---\n"
    essay.write_text(
        f"{head}A return ticket from Zadar to Ancona [costs](http://{site.host}/blog) 60 euros.\n"
    )
    found, codes = verdict_of(check_once([str(essay)], home, allow_hosts=[site.host]))
    assert found is rating
    assert ("circular_source" in codes) is (rating is Rating.NOT_ENOUGH_EVIDENCE)


def test_attaching_a_source_counts_no_own_words_of_another_either(home: Home, site: Site) -> None:
    site.pages["/blog"] = Page(
        "<html><body><article><p>The blog looks at what people say of the sea and of its ships.</p>"
        "<p>Ana Kolar writes that a return ticket from Zadar to Ancona costs 60 euros.</p>"
        "</article></body></html>"
    )
    essay, silent = home.root / "essay.md", home.root / "silent.txt"
    silent.write_text("The harbour was quiet all day, and the office closed at five.")
    essay.write_text(
        "---\nauthor: Ana Kolar\n---\n"
        f"A return ticket from Zadar to Ancona [costs](http://{site.host}/blog) 60 euros.\n"
    )
    (one,) = check_once([str(essay)], home, allow_hosts=[site.host]).judged
    fold_and_publish(home.warehouse)
    with open_known(home.warehouse) as known:
        stored = load_claim(home, known, one.claim.id)
        attached = attach_source(home, known, stored, SourceRequest(silent.name, silent))
    assert attached.judged.verdict.rating is Rating.NOT_ENOUGH_EVIDENCE
    assert "circular_source" in {reason.code for reason in attached.judged.verdict.reasons}
