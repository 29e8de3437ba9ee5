"""Feeds and addresses as a person names them, with the installed program and a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from feed_pages import entry, essay_page, rss
from local_site import Page, Site
from program import Run

LISBON = "A return ticket to Lisbon costs 40 euros."
PORTO = "A return ticket to Porto costs 47 euros."
GERMAN = (
    "Eine Fahrkarte nach Berlin kostet seit Montag 40 Euro, und die Züge waren schon am Mittag ausverkauft."
)


@pytest.fixture
def site() -> Iterator[Site]:
    served = Site(
        pages={"/lisbon": essay_page(LISBON), "/porto": essay_page(PORTO), "/berlin": essay_page(GERMAN)}
    )
    served.pages["/feed"] = Page(rss(entry("lisbon", day=3), entry("/porto", day=2), entry("/berlin", day=1)))
    yield served
    served.close()


def test_a_feed_by_address_and_as_a_file(factdesk: Run, site: Site, home: Path) -> None:
    allowed = ("--allow-host", site.host, "--json")
    by_address = factdesk("check", site.url("feed"), *allowed)
    assert by_address.code == 0
    assert [(row["essay_uri"], row["claim"]) for row in by_address.rows] == [
        (site.url("lisbon"), LISBON),
        (site.url("porto"), PORTO),
    ]
    assert f"{site.url('berlin')}: language unsupported (the text is not English)" in by_address.err
    (home / "week.xml").write_bytes(rss(entry("lisbon"), entry("/porto"), link=site.url("")).encode())
    as_file = factdesk("check", "week.xml", *allowed)
    assert as_file.code == 0
    assert [row["claim_id"] for row in as_file.rows] == [row["claim_id"] for row in by_address.rows]


def test_a_feed_says_how_many_entries_it_left(factdesk: Run, site: Site, home: Path) -> None:
    config = home / "config" / "factdesk.toml"
    config.write_text(f"{config.read_text()}[essays]\nentries_per_feed = 1\n")
    checked = factdesk("check", site.url("feed"), "--allow-host", site.host, "--json")
    assert [row["essay_uri"] for row in checked.rows] == [site.url("lisbon")]
    assert f"the feed {site.url('feed')}: the newest entry is read, 2 older entries left;" in checked.err


def test_single_addresses_are_essays_and_a_dead_one_is_told(factdesk: Run, site: Site) -> None:
    places = (site.url("lisbon"), site.url("gone"))
    checked = factdesk("check", *places, "--allow-host", site.host, "--json")
    assert checked.code == 3
    assert [row["essay_uri"] for row in checked.rows] == [site.url("lisbon")]
    assert f"{site.url('gone')}: unreadable (gone)" in checked.err
    assert site.asked.count("/lisbon") == 1


def test_the_guard_holds_for_feeds(factdesk: Run, site: Site) -> None:
    checked = factdesk("check", site.url("feed"), "--json")
    assert checked.code == 3
    assert "blocked_by_guard" in checked.err
    assert site.asked == []


def test_xml_that_is_no_feed_is_told_when_named_and_ignored_in_a_folder(factdesk: Run, home: Path) -> None:
    (home / "essays").mkdir()
    (home / "essays" / "sitemap.xml").write_text("<?xml version='1.0'?><urlset><url/></urlset>")
    (home / "essays" / "a.md").write_text(LISBON)
    folder = factdesk("check", "essays", "--json")
    assert folder.code == 0
    assert "sitemap" not in folder.err
    named = factdesk("check", "essays/sitemap.xml", "--json")
    assert named.code == 3
    assert "essays/sitemap.xml: unreadable (it is XML, but no feed (RSS or Atom);" in named.err


def test_the_text_of_a_feed_is_refused_with_the_mend(factdesk: Run, home: Path) -> None:
    (home / "week.xml").write_text(rss(entry("/a")))
    for command in ("text", "claims"):
        told = factdesk(command, "week.xml")
        assert told.code != 0
        assert "factdesk check reads its entries" in told.error_line()


def test_a_second_file_with_the_same_words_is_a_duplicate(factdesk: Run, home: Path) -> None:
    (home / "a.md").write_text(f"# Fares\n\n{LISBON}\n")
    (home / "b.html").write_text(f"<h1>Fares</h1>\n<p>{LISBON}</p>")
    checked = factdesk("check", "a.md", "b.html", "--json")
    assert checked.code == 0
    assert "b.html: duplicate (the same text is already read as a.md)" in checked.err
    again = factdesk("check", "b.html", "--json")
    assert "b.html: duplicate (the same text is already read as a.md)" in again.err
