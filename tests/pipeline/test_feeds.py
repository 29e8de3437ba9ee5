"""A run over feeds: what is new or changed is read, nothing is asked twice, nothing that is known is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from essay_runs import Desk
from factdesk.essays.inputs import list_feeds, list_inbox
from factdesk.pipeline import check_once, plan_check, plan_json, plan_lines
from factdesk.warehouse.known import open_known
from factdesk.warehouse.query import run_query
from feed_pages import entry, essay_page, rss
from local_site import Page, Site

LISBON = "A return ticket to Lisbon costs 40 euros."
PORTO = "A return ticket to Porto costs 47 euros."
MADRID = "A return ticket to Madrid costs 54 euros."


@pytest.fixture
def site() -> Iterator[Site]:
    served = Site(pages={"/lisbon": essay_page(LISBON), "/porto": essay_page(PORTO)})
    served.pages["/feed"] = Page(rss(entry("/lisbon", day=2), entry("/porto", day=1)))
    yield served
    served.close()


@pytest.fixture
def desk(tmp_path: Path, site: Site) -> Desk:
    settings = f"""
[feeds]
blog = "{site.url("feed")}"
[web]
tries = 1
seconds_between_requests = 0.0
allow_hosts = ["{site.host}"]
[flow]
poison_after = 2
"""
    return Desk(tmp_path / "project", settings)


def claims_of(desk: Desk) -> list[str]:
    rows = desk.ask("SELECT claim FROM reports.verdicts WHERE claim_status = 'current' ORDER BY claim")
    return [row[0] for row in rows]


def test_entries_are_read_once(desk: Desk, site: Site) -> None:
    first = desk.run()
    assert [one.url for one in first.selection.new] == [site.url("lisbon"), site.url("porto")]
    assert first.read_places == [site.url("lisbon"), site.url("porto")]
    assert claims_of(desk) == [LISBON, PORTO]
    stored = desk.ask("SELECT count(*), max(fold_sequence) FROM records.readings")
    site.asked.clear()
    again = desk.run()
    assert len(again.selection.unchanged) == 2
    assert again.reads == ()
    assert site.asked == ["/feed"]
    assert desk.ask("SELECT count(*), max(fold_sequence) FROM records.readings") == stored


def test_a_new_entry_and_one_that_the_feed_says_is_changed_are_read(desk: Desk, site: Site) -> None:
    desk.run()
    site.pages["/madrid"] = essay_page(MADRID)
    site.pages["/porto"] = essay_page(f"{PORTO} {MADRID}")
    site.pages["/feed"] = Page(
        rss(entry("/madrid", day=3), entry("/lisbon", day=2), entry("/porto", day=1, title="Porto, mended"))
    )
    again = desk.run()
    assert [one.url for one in again.selection.new] == [site.url("madrid")]
    assert [one.url for one in again.selection.changed] == [site.url("porto")]
    assert [one.url for one in again.selection.unchanged] == [site.url("lisbon")]
    assert claims_of(desk) == [LISBON, MADRID, MADRID, PORTO]


def test_entries_that_a_feed_no_longer_has_stay(desk: Desk, site: Site) -> None:
    desk.run()
    site.pages["/feed"] = Page(rss(entry("/lisbon", day=2)))
    assert desk.run().reads == ()
    assert claims_of(desk) == [LISBON, PORTO]


def test_a_dead_feed_is_one_outcome_and_stops_nothing(desk: Desk, site: Site) -> None:
    desk.write("own.md", LISBON)
    del site.pages["/feed"]
    run = desk.run()
    assert run.outcomes == {"own.md": "read", site.url("feed"): "unreadable"}
    assert run.details[site.url("feed")] == "gone"
    desk.run()
    assert desk.readings() == [("own.md", "read"), (site.url("feed"), "unreadable")]


def test_a_feed_that_is_there_again_is_no_longer_told_as_dead(desk: Desk, site: Site) -> None:
    alive = site.pages.pop("/feed")
    desk.run()
    site.pages["/feed"] = alive
    assert desk.run().outcomes[site.url("feed")] == "no_text"
    told = "SELECT outcome, detail FROM reports.essays WHERE essay_uri = ?"
    ((outcome, detail),) = run_query(desk.home.warehouse, told, [site.url("feed")]).rows
    assert (outcome, detail) == (
        "no_text",
        "it is a feed and can be read again; its entries are essays of their own",
    )
    assert desk.run().reads == ()


@pytest.mark.parametrize("status", [500, 410])
def test_a_page_that_is_out_of_reach_for_now_takes_nothing_away(desk: Desk, site: Site, status: int) -> None:
    whole = f"<p>{LISBON}</p>"
    site.pages["/feed"] = Page(rss(entry("/lisbon", day=2, words=whole)))
    site.pages["/lisbon"] = essay_page(f"{LISBON} {PORTO}")
    desk.run()
    site.pages["/feed"] = Page(rss(entry("/lisbon", day=2, words=f"{whole}<p>More.</p>")))
    site.pages["/lisbon"] = Page("no", status=status)
    run = desk.run()
    if status == 500:
        # Another try may bring the page: the claims of its own text stay.
        assert run.outcomes == {site.url("lisbon"): "unreadable"}
        assert claims_of(desk) == [LISBON, PORTO]
    else:
        assert run.outcomes == {site.url("lisbon"): "read"}
        assert claims_of(desk) == [LISBON]


def test_robots_are_asked_about_the_pages_that_a_feed_names(desk: Desk, site: Site) -> None:
    site.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /porto\n", "text/plain")
    run = desk.run()
    assert run.outcomes == {site.url("lisbon"): "read", site.url("porto"): "unreadable"}
    assert "blocked_by_robots" in (run.details[site.url("porto")] or "")
    assert "/porto" not in site.asked


def test_one_essay_in_two_feeds_and_an_inbox_is_one(desk: Desk, site: Site) -> None:
    desk.path("week.rss").write_text(rss(entry("/lisbon?utm_source=file", day=2), link=site.url("")))
    desk.path("lisbon.md").write_text(f"{LISBON}\n")
    run = desk.run()
    first = "lisbon.md"
    assert run.outcomes == {
        first: "read",
        site.url("lisbon?utm_source=file"): "unreadable",
        site.url("porto"): "read",
    }
    site.pages["/lisbon?utm_source=file"] = essay_page(f"{LISBON} ")
    assert (
        desk.run().details[site.url("lisbon?utm_source=file")] == f"the same text is already read as {first}"
    )
    assert claims_of(desk) == [LISBON, PORTO]


def test_a_feed_that_kills_its_reader_is_set_aside(desk: Desk, site: Site) -> None:
    site.pages["/feed"] = Page(rss("<item " + "a='b' " * 20_000 + "/>"))
    for tries in (1, 2):
        assert desk.run().outcomes == {site.url("feed"): "parser_killed"}
        assert desk.tries(site.url("feed")) == tries
    site.asked.clear()
    run = desk.run()
    assert len(run.selection.set_aside) == 1
    assert "set aside after 2 tries" in (run.details[site.url("feed")] or "")
    assert site.asked == []


def test_a_feed_that_kills_its_reader_is_set_aside_whatever_kinds_are_on(desk: Desk, site: Site) -> None:
    with desk.home.config_path.open("a") as settings:
        settings.write('[claims]\nkinds = ["price"]\n')
    site.pages["/feed"] = Page(rss("<item " + "a='b' " * 20_000 + "/>"))
    desk.run()
    desk.run()
    site.asked.clear()
    assert "set aside after 2 tries" in (desk.run().details[site.url("feed")] or "")
    assert site.asked == []


def test_a_feed_that_was_mended_in_time_is_read_as_before(desk: Desk, site: Site) -> None:
    good = site.pages["/feed"]
    site.pages["/feed"] = Page(rss("<item " + "a='b' " * 20_000 + "/>"))
    desk.run()
    site.pages["/feed"] = good
    read = {site.url("lisbon"): "read", site.url("porto"): "read"}
    assert desk.run().outcomes == {**read, site.url("feed"): "no_text"}
    assert desk.run().reads == ()
    assert site.url("feed") not in desk.journal()


def test_a_page_that_kills_its_reader_is_set_aside_until_its_feed_says_otherwise(
    desk: Desk, site: Site
) -> None:
    site.pages["/porto"] = Page("<html><body><p " + "a='b' " * 20_000 + ">x</p></body></html>")
    desk.run()
    desk.run()
    run = desk.run()
    assert [one.essay.url for one in run.selection.set_aside] == [site.url("porto")]
    assert "check its page as a saved file" in (run.details[site.url("porto")] or "")
    site.pages["/porto"] = essay_page(PORTO)
    site.pages["/feed"] = Page(rss(entry("/porto", day=1, title="mended")))
    assert desk.run().outcomes == {site.url("porto"): "read"}


def test_a_feed_file_of_an_inbox_is_its_entries(desk: Desk, site: Site) -> None:
    del site.pages["/feed"]
    desk.path("week.xml").write_text(rss(entry("/lisbon"), entry(None, "9", PORTO), link=site.url("")))
    run = desk.run()
    assert run.outcomes == {
        site.url("lisbon"): "read",
        "desk/week.xml#9": "read",
        site.url("feed"): "unreadable",
    }
    assert [one.relative for one in desk.run().selection.unchanged if one.url is None] == ["desk/week.xml#9"]


def test_a_plan_opens_files_and_asks_no_network(desk: Desk, site: Site) -> None:
    desk.path("week.xml").write_text(rss(entry("/lisbon"), entry(None, "9", PORTO), link=site.url("")))
    with open_known(desk.home.warehouse) as known:
        plan = plan_check([*list_inbox(desk.home), *list_feeds(desk.home)], desk.home, known)
    assert (plan.new, plan.unseen) == ((site.url("lisbon"), "desk/week.xml#9"), (site.url("lisbon"),))
    assert plan_json(plan)["feeds"] == [site.url("feed")]
    assert "the entries of 1 feed are known when these are fetched:" in plan_lines(plan)
    assert site.asked == []
    assert desk.journal_files() == []


def test_a_feed_that_a_person_names_is_read_whatever_is_known(desk: Desk, site: Site) -> None:
    desk.run()
    report = check_once([site.url("feed")], desk.home)
    assert [read.read.essay.uri for read in report.reads] == [site.url("lisbon"), site.url("porto")]
    assert {read.read.outcome.value for read in report.reads} == {"read"}
    assert claims_of(desk) == [LISBON, PORTO]


def essays_of(desk: Desk) -> list[tuple[str, str]]:
    return desk.ask("SELECT essay_uri, outcome FROM reports.essays ORDER BY essay_uri")


@pytest.mark.parametrize("is_there_first", [True, False])
def test_an_entry_is_one_essay_whatever_address_its_page_states(
    desk: Desk, site: Site, is_there_first: bool
) -> None:
    page = essay_page(LISBON, head=f'<link rel="canonical" href="{site.url("2026/lisbon")}">')
    away = Page("no", status=500)
    site.pages["/feed"] = Page(rss(entry("/lisbon", day=2)))
    for day, served in enumerate((page, away, page) if is_there_first else (away, page, away)):
        site.pages["/lisbon"] = served
        site.pages["/feed"] = Page(rss(entry("/lisbon", day=2, title=f"Edition {day}")))
        desk.run()
    assert essays_of(desk) == [(site.url("lisbon"), "read" if is_there_first else "unreadable")]
    assert claims_of(desk) == [LISBON]


def test_a_page_that_was_out_of_reach_is_asked_again_while_its_feed_speaks_for_it(
    desk: Desk, site: Site
) -> None:
    site.pages["/feed"] = Page(rss(entry("/lisbon", day=2, words=f"<p>{LISBON}</p>")))
    site.pages["/lisbon"] = Page("no", status=500)
    assert "the feed's own text" in (desk.run().details[site.url("lisbon")] or "")
    stored = desk.ask("SELECT count(*), max(fold_sequence) FROM records.readings")
    assert desk.run().outcomes == {site.url("lisbon"): "read"}
    assert desk.ask("SELECT count(*), max(fold_sequence) FROM records.readings") == stored
    site.pages["/lisbon"] = essay_page(f"{LISBON} {PORTO}")
    assert desk.run().outcomes == {site.url("lisbon"): "read"}
    assert claims_of(desk) == [LISBON, PORTO]
    assert desk.run().reads == ()


def test_a_link_that_stands_twice_in_an_essay_is_gathered_once(desk: Desk, site: Site) -> None:
    del site.pages["/feed"]
    twice = f"Once {site.url('lisbon')} and again {site.url('lisbon')}."
    desk.path("twice.md").write_text(f"{LISBON} {twice}\n")
    read = next(one for one in desk.run().reads if one.read.essay.uri == "twice.md")
    assert read.read.version is not None
    assert len(read.read.version.links) == 2
    assert [one.url for one in read.requests] == [site.url("lisbon")]
