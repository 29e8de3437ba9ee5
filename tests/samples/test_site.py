"""The press site misbehaves exactly where it says so."""

from __future__ import annotations

import re
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from factdesk.samples.bundle import PRESS_ORIGIN, copy_essays, sample_essays, sample_source
from factdesk.samples.site import MOVED, PRESS, PressSite

DEAD = {"/transport/zeebrugge-crossings.html"}
LINK = re.compile(r"http://press\.example(/[^\s\"'<>)\]]*)")


@pytest.fixture(scope="module")
def site():
    with PressSite() as served:
        yield served


def status_of(url: str) -> int:
    try:
        with urlopen(url, timeout=10) as answer:
            return answer.status
    except HTTPError as error:
        with error:
            return error.code


def test_every_link_of_the_samples_leads_to_a_page_but_the_dead_one(site):
    paths = {
        path.rstrip(".,;") for essay in sample_essays() for path in LINK.findall(essay.read_text("utf-8"))
    }
    known = {f"/{file.relative_to(PRESS).as_posix()}" for file in PRESS.rglob("*") if file.is_file()}
    assert len(paths) >= 10
    assert paths - known - set(MOVED) == DEAD


def test_there_are_enough_essays_and_pages():
    assert len(sample_essays()) >= 9
    assert len([page for page in PRESS.rglob("*.*") if page.name != "robots.txt"]) >= 11
    assert "Ljubljana" in sample_source().read_text("utf-8")


def test_a_page_that_failed_recovers(site):
    address = f"{site.origin}/news/bakery-prices.html"
    assert [status_of(address), status_of(address)] == [500, 200]


def test_a_moved_page_is_found_at_its_new_address(site):
    with urlopen(f"{site.origin}/culture/tour-dates", timeout=10) as answer:
        assert urlsplit(answer.url).path == "/culture/velodrome-nights.html"
        assert b"Velodrome in Ghent" in answer.read()


def test_an_unchanged_page_is_not_sent_again(site):
    address = f"{site.origin}/markets/wheat.html"
    with urlopen(address, timeout=10) as answer:
        tag = answer.headers["ETag"]
    with pytest.raises(HTTPError) as told:
        urlopen(Request(address, headers={"If-None-Match": tag}), timeout=10)
    with told.value:
        assert told.value.code == 304


@pytest.mark.parametrize("path", ["/../site.py", "/%2e%2e/site.py", "/news", "/nothing-here", *DEAD])
def test_nothing_outside_the_pages_is_served(site, path):
    assert status_of(site.origin + path) == 404


def test_copied_essays_point_at_the_site_and_nowhere_else(site, tmp_path):
    copies = copy_essays(tmp_path, site.origin)
    texts = [copy.read_text("utf-8") for copy in copies]
    assert len(copies) == len(sample_essays()) - 1
    assert not any(PRESS_ORIGIN in text for text in texts)
    assert sum(text.count(site.origin) for text in texts) >= 10
