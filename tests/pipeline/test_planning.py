"""A dry run says what a check would do, asks nobody and writes nothing."""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from essay_runs import Desk, break_on
from factdesk.essays.inputs import list_essays, list_inbox
from factdesk.pipeline import CheckPlan, gather_batch, plan_check, plan_json, plan_lines
from factdesk.pipeline.reading import find_in
from factdesk.sources.gather import SourceRequest
from factdesk.warehouse.known import open_known
from local_site import Site


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A port on loopback where somebody waits to be asked."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        yield server


@pytest.fixture
def planned(tmp_path: Path, listener: socket.socket) -> Desk:
    """One essay of each kind: unchanged, changed, new, empty and poisoned; nothing can be fetched."""
    host = f"127.0.0.1:{listener.getsockname()[1]}"
    web = f'[web]\nallow_hosts = ["{host}"]\ntries = 1\ndeadline_seconds = 0.3\nconnect_seconds = 0.2\n'
    desk = Desk(tmp_path / "project", f"[flow]\npoison_after = 1\n{web}")
    desk.write("unchanged.md", "A return ticket to Lisbon costs 40 euros.")
    desk.write("changed.md", "A return ticket to Porto costs 47 euros.")
    desk.write("bad.md", "A return ticket to Porto costs 47 euros, says the poisoned page.")
    desk.run(find=break_on("poisoned", find_in, ValueError("47")))
    link = f"[fares](http://{host}/fares)"
    desk.write("changed.md", f"A ticket to Porto costs 48 euros: {link}, [here](javascript:x).")
    desk.write("new.md", f"A ticket to Madrid costs 54 euros: {link}, [more](http://{host}/more).")
    desk.path("empty.md").write_bytes(b"")
    return desk


def plan_of(desk: Desk, **wanted: bool) -> CheckPlan:
    with open_known(desk.home.warehouse) as known:
        return plan_check(list_inbox(desk.home), desk.home, known, **wanted)


def all_files(folder: Path) -> dict[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_plan_names_essays_links_and_hosts(planned: Desk, listener: socket.socket) -> None:
    host = f"127.0.0.1:{listener.getsockname()[1]}"
    plan = plan_of(planned)
    assert (plan.new, plan.changed, plan.unchanged) == (
        ("empty.md", "new.md"),
        ("changed.md",),
        ("unchanged.md",),
    )
    assert [place for place, _ in plan.set_aside] == ["bad.md"]
    assert plan.unread == (("empty.md", "empty"),)
    assert plan.hosts == {host: 2}
    fates = {one.url.rpartition("/")[2]: one.fate.value for one in plan.links}
    assert fates == {
        "timetable.csv": "read",
        "fares": "fetch",
        "more": "fetch",
        "javascript:x": "refuse",
    }


def test_a_plan_asks_nobody_and_writes_nothing(planned: Desk, listener: socket.socket) -> None:
    before = all_files(planned.home.root)
    plan_of(planned)
    assert all_files(planned.home.root) == before
    with pytest.raises(TimeoutError):
        listener.accept()


def test_a_plan_of_an_untouched_home_makes_no_folder(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "project")
    desk.write("new.md", "A return ticket to Lisbon costs 40 euros.")
    assert plan_of(desk).new == ("new.md",)
    assert not desk.home.warehouse.exists()


def test_unchanged_essays_are_planned_when_they_are_to_be_read(planned: Desk) -> None:
    assert plan_of(planned, unchanged_too=True).unchanged == ("unchanged.md",)
    lines = "\n".join(plan_lines(plan_of(planned, unchanged_too=True)))
    assert "1 essays unchanged: read as well" in lines


def test_a_link_that_was_fetched_lately_is_used_again(tmp_path: Path) -> None:
    site = Site()
    try:
        desk = Desk(tmp_path / "project", f'[web]\nallow_hosts = ["{site.host}"]\n')
        gather_batch([SourceRequest(site.url("fares"))], desk.home)
        links = f"[fares]({site.url('fares')}) and [more]({site.url('more')})"
        desk.write("new.md", f"A ticket to Madrid costs 54 euros: {links}.")
        plan = plan_of(desk)
    finally:
        site.close()
    assert [one.fate.value for one in plan.links] == ["read", "reuse", "fetch"]
    assert plan.hosts == {site.host: 1}
    assert site.asked == ["/fares"]


def test_the_lines_and_the_json_say_the_same(planned: Desk) -> None:
    plan = plan_of(planned)
    lines = plan_lines(plan)
    assert lines[0] == "2 essays new:"
    assert "1 essays unchanged: not read" in lines
    assert "4 links: 2 to fetch, 0 young enough in the archive, 1 files, 1 that are never asked" in lines
    assert any(line.startswith("  bad.md (set aside after 1 try, ") for line in lines)
    told = json.loads(json.dumps(plan_json(plan)))
    assert told["counts"] == {
        **{"new": 2, "changed": 1, "unchanged": 1, "set_aside": 1},
        **{"fetch": 2, "reuse": 0, "refuse": 1, "read": 1},
    }
    assert told["set_aside"][0]["essay"] == "bad.md"


def test_an_essay_by_url_is_not_fetched_to_plan(planned: Desk, listener: socket.socket) -> None:
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/essay"
    with open_known(planned.home.warehouse) as known:
        plan = plan_check(list_essays([url], planned.home), planned.home, known)
    assert (plan.new, plan.unseen, plan.links) == ((url,), (url,), ())
    with pytest.raises(TimeoutError):
        listener.accept()
