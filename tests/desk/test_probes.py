"""What machines ask the desk, who may, and that the figures are right."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from desk_homes import ServedDesk, copy_desk_home, serve
from factdesk import __version__
from factdesk.desk.app import make_app
from factdesk.desk.probes import METRICS_TYPE, check_token
from factdesk.errors import UsageError
from factdesk.warehouse.health import read_health

TOKEN = "a token of its own"


def read_figures(text: str) -> dict[str, float]:
    """The figures as Prometheus' own parser reads them."""
    families = list(text_string_to_metric_families(text))
    assert all(one.documentation and one.type == "gauge" for one in families)
    return {one.name: one.samples[0].value for one in families if one.samples}


def test_the_probes_need_no_session(shared_desk: ServedDesk) -> None:
    stranger = shared_desk.stranger()
    assert stranger.get("/healthz").text == "ok\n"
    assert stranger.get("/readyz").text == "ready\n"


def test_the_figures_are_those_of_the_warehouse(shared_desk: ServedDesk) -> None:
    answer = shared_desk.stranger().get("/metrics")
    assert answer.headers["content-type"] == METRICS_TYPE
    found, health = read_figures(answer.text), read_health(shared_desk.desk.home.warehouse)
    assert found["factdesk_claims_waiting"] == len(shared_desk.desk.waiting.all()) > 0
    assert found["factdesk_ready"] == 1
    assert found["factdesk_database_bytes"] == health.database_bytes
    assert 0 < found["factdesk_disk_free_bytes"] < found["factdesk_disk_total_bytes"]
    assert found["factdesk_published_age_seconds"] > 0
    assert found["factdesk_oldest_claim_seconds"] > 0
    assert f'factdesk_about{{version="{__version__}"}} 1\n' in answer.text
    assert "factdesk_oldest_batch_seconds" not in found, "none waits, so there is no age"


def test_a_desk_that_cannot_store_is_not_ready(desk_root: Path, tmp_path: Path) -> None:
    with serve(copy_desk_home(desk_root, tmp_path / "home")) as served:
        acting = served.desk._recorder._acting
        acting.acquire()  # until it is given back nothing is mended
        served.desk.fault = "the disk is full"
        answer = served.stranger().get("/readyz")
        figures = read_figures(served.stranger().get("/metrics").text)
        acting.release()
    assert (answer.status_code, answer.text) == (503, "the disk is full\n")
    assert figures["factdesk_ready"] == 0


@pytest.fixture
def behind(desk_root: Path, tmp_path: Path) -> Iterator[ServedDesk]:
    more = '[desk]\nsign_in = "password"\norigin = "https://desk.example"'
    with serve(copy_desk_home(desk_root, tmp_path / "home", more)) as desk:
        yield desk


HERE = "127.0.0.1:1"


def ask(
    desk: ServedDesk, path: str, *, token: str = "", peer: str = "127.0.0.1", host: str = HERE, **sent: str
) -> httpx.Response:
    """Ask an application that has a token, or none, as somebody at an address."""
    app = make_app(desk.desk, {"desk.example"}, probe_hosts={HERE}, metrics_token=token)

    async def ask_it() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(peer, 1))
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            return await client.get(path, headers=sent)

    return asyncio.run(ask_it())


def test_behind_another_server_the_probes_answer_here_and_figures_by_a_token(behind: ServedDesk) -> None:
    assert ask(behind, "/readyz").text == "ready\n"
    assert ask(behind, "/queue").status_code == 421, "only the probes answer to loopback's names"
    assert ask(behind, "/healthz", host="evil.example").status_code == 421
    for host in (HERE, "desk.example"):
        refused = ask(behind, "/metrics", host=host)
        assert (refused.status_code, "Set FACTDESK_METRICS_TOKEN" in refused.text) == (403, True)
        assert "claims_waiting" not in refused.text
    for sent in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}):
        refused = ask(behind, "/metrics", token=TOKEN, **sent)
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    given = ask(behind, "/metrics", token=TOKEN, peer="203.0.113.9", Authorization=f"Bearer {TOKEN}")
    assert read_figures(given.text)["factdesk_claims_waiting"] > 0


def test_without_a_token_figures_are_for_this_machine(shared_desk: ServedDesk) -> None:
    assert ask(shared_desk, "/metrics", peer="::1").status_code == 200
    assert ask(shared_desk, "/metrics", peer="203.0.113.9").status_code == 403


def test_a_short_token_is_refused() -> None:
    assert (check_token(""), check_token(TOKEN)) == ("", TOKEN)
    for token in ("short", "x" * 15, "x" * 15 + "\n", "é" * 20):
        with pytest.raises(UsageError, match="at least 16 printable"):
            check_token(token)
