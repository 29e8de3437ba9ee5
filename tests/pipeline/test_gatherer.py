"""One pool of reading workers and one fetcher for all batches of a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from factdesk.config import Home, open_home
from factdesk.errors import GatheringStoppedError
from factdesk.essays.inputs import list_essays
from factdesk.model import SourceOutcome
from factdesk.ops.prefect_server import free_port
from factdesk.pipeline import gather_batch, open_gatherer, read_batch
from factdesk.sources.gather import SourceRequest
from factdesk.warehouse.known import open_known
from local_site import Site
from web.hostile import HTML, hostile_server


@pytest.fixture
def site() -> Iterator[Site]:
    served = Site()
    yield served
    served.close()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "factdesk.toml").write_text(
        "[reading]\nworkers = 1\n[web]\ntries = 1\nseconds_between_requests = 0.0\n"
    )
    return open_home(tmp_path)


def test_all_batches_of_a_run_share_one_worker_and_one_fetcher(home: Home, site: Site) -> None:
    essay = home.root / "a.md"
    essay.write_text("A return ticket to Lisbon costs 40 euros.")
    with open_gatherer(home, [site.host]) as shared, open_known(home.warehouse) as known:
        assert shared.pool.worker_ids() == []
        read_batch(list_essays([str(essay)], home), home, known, pool=shared.pool)
        workers = shared.pool.worker_ids()
        assert len(workers) == 1
        for number in range(3):
            (one,) = gather_batch(
                [SourceRequest(site.url(f"p{number}"))], home, pool=shared.pool, fetcher=shared.fetcher
            )
            assert one.fetch.outcome is SourceOutcome.FETCHED
            assert shared.pool.worker_ids() == workers
    assert site.asked == ["/p0", "/p1", "/p2"]
    assert shared.pool.worker_ids() == []


def test_all_batches_of_a_run_ask_a_host_for_its_robots_txt_once(home: Home) -> None:
    with hostile_server() as server:
        server.pages["/robots.txt"] = lambda guest: guest.answer("200 OK", b"User-agent: *\nDisallow: /no\n")
        server.pages |= dict.fromkeys(
            ("/p0", "/p1"), lambda guest: guest.answer("200 OK", b"<p>Yes.</p>", HTML)
        )
        with open_gatherer(home, [server.host]) as shared:
            outcomes = [
                gather_batch(
                    [SourceRequest(server.url(path))],
                    home,
                    pool=shared.pool,
                    fetcher=shared.fetcher,
                    robots=shared.robots,
                )[0].fetch.outcome
                for path in ("/p0", "/p1", "/no")
            ]
        assert outcomes[2] is SourceOutcome.BLOCKED_BY_ROBOTS
        assert [path for path, _ in server.asked] == ["/robots.txt", "/p0", "/p1"]


@pytest.mark.parametrize("closed", ["fetcher", "pool"])
def test_a_run_that_is_stopped_asks_for_no_more_and_blames_no_page(
    home: Home, site: Site, closed: str
) -> None:
    with open_gatherer(home, [site.host]) as shared:
        getattr(shared, closed).close()
        with pytest.raises(GatheringStoppedError, match="the run was stopped before this page was"):
            gather_batch([SourceRequest(site.url("p"))], home, pool=shared.pool, fetcher=shared.fetcher)
    assert site.asked == ([] if closed == "fetcher" else ["/p"])
    assert not list((home.warehouse / "snapshots").glob("fetches/*/*.json"))


def test_a_dead_host_is_asked_once_in_a_run_and_again_by_a_fresh_try(home: Home) -> None:
    port = free_port()
    urls = [f"http://127.0.0.1:{port}/{name}" for name in "abc"]
    with open_gatherer(home, [f"127.0.0.1:{port}"]) as shared:
        (first,) = gather_batch([SourceRequest(urls[0])], home, pool=shared.pool, fetcher=shared.fetcher)
        assert first.fetch.outcome is SourceOutcome.CONNECTION_FAILED
        site = Site(port)
        try:
            (second,) = gather_batch([SourceRequest(urls[1])], home, pool=shared.pool, fetcher=shared.fetcher)
            assert second.fetch.outcome is SourceOutcome.CONNECTION_FAILED
            assert "not tried again" in (second.fetch.detail or "")
            afresh = shared.fetcher.afresh()
            (third,) = gather_batch([SourceRequest(urls[2])], home, pool=shared.pool, fetcher=afresh)
            assert third.fetch.outcome is SourceOutcome.FETCHED
            assert afresh.turns is shared.fetcher.turns
        finally:
            site.close()
    assert site.asked == ["/c"]


def test_a_batch_alone_opens_and_closes_its_own(home: Home, site: Site) -> None:
    (one,) = gather_batch([SourceRequest(site.url("p"))], home, allow_hosts=[site.host])
    assert one.fetch.outcome is SourceOutcome.FETCHED
