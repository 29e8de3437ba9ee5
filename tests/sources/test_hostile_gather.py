"""Links to servers and pages that do harm, from link to archive: fetched, read and kept in one process.

All of it is gathered once, by a process that tells what it asked of the network and how much memory it
took; each test below looks at one behaviour of the one gather.
"""

from __future__ import annotations

import hashlib
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from factdesk.model import READABLE_OUTCOMES
from factdesk.model import SourceOutcome as Outcome
from sources.gathering_child import DEADLINE_SECONDS, PUBLIC, SETTINGS, WORKERS
from web.hostile import BEHAVIOURS, HostileServer, hostile_server, leading_to
from web.hostile_more import WIRE, robots_hosts
from web.hostile_pages import hostile_pages
from web.inner_addresses import MISREAD, inner_targets, watched_ports

SLACK_MS = 2000
"""What a busy machine may add to the second that an outcome may come after the deadline."""

ENDINGS: dict[Outcome, str] = {
    Outcome.FETCHED: """
        ok gzip br zstd deflate two-encodings small-chunks short-promise relative spaced set-cookie
        conditional moved-home http-10 http-99 no-reason line-feeds folded-header early-hints pipelined
        length-list
        length-and-chunks trailers chunk-extensions after-the-end cookies two-encoding-headers identity
        encoding-in-capitals zlib-deflate 301 303 307 308 redirect-with-endless-body two-targets
        no-type html-as-png html-as-bytes html-as-pdf type-of-lies type-is-nonsense text attachment pdf
        pdf-as-html xml-laughs xml-file open-comments deep very-deep long-json-ld deep-json-ld odd-json-ld
        no-body wide-table one-word controls far-colspan preload alternative base embedded
        stylesheet script include late-refresh hidden-refresh banner-above-a-story about-missing-pages
        cp1251 utf-16 utf-16-unmarked unknown-charset charset-of-lies utf-7""",
    Outcome.TIMED_OUT: "drip-headers drip-body hang drip-status stall-in-body slow-chunk-head",
    Outcome.TOO_BIG: """
        endless endless-continue endless-small-chunks gzip-bomb br-bomb zstd-bomb deflate-bomb bomb-in-bomb
        huge-header many-headers huge-promise cookie-flood six-megabytes""",
    Outcome.UNDECODABLE: """
        three-encodings unknown-encoding not-gzip gzip-members wide-zstd encrypted gzip-of-lies pdf-broken
        pdf-cut pdf-locked not-utf-8""",
    Outcome.TRUNCATED: """
        cut-chunks bad-chunk long-promise reset-in-body 206 byte-ranges endless-trailers huge-chunk
        four-megabytes nine-megabytes-packed""",
    Outcome.CONNECTION_FAILED: """
        reset close not-http bad-header two-promises upgrade http-09 http-2-preface icy tls-alert no-colon
        space-in-name status-099 status-2000 status-word negative-length negative-length-alone plus-length
        hex-length long-number-length unicode-length packed-transfer chunks-twice longer-chunk-number
        negative-chunk""",
    Outcome.EMPTY_TEXT: """
        empty empty-gzip 204 205 empty-br chunk-longer-than-told pdf-without-words nothing-but-comments frames
        script-redirect blank white-space""",
    Outcome.SERVER_ERROR: """
        304 no-target 300 500 503 faulty-once retry-unicode retry-long-number retry-negative target-empty""",
    Outcome.CLIENT_ERROR: "400 402 418 407 416 421 status-600",
    Outcome.FORBIDDEN: "401 403 451 999 basic negotiate",
    Outcome.GONE: "404 410 target-with-line-feed target-with-a-tab",
    Outcome.RATE_LIMITED: "429 limited-once limited-long retry-far-date retry-nonsense",
    Outcome.REDIRECT_LOOP: "loop loop-of-two loop-of-three steps/1 growing-circle",
    Outcome.BLOCKED_BY_GUARD: "target-far-too-long",
    Outcome.UNSUPPORTED_TYPE: """
        png cut-gzip gzip-in-gzip json style gif-as-html zip-as-html film-as-html program-as-html png-as-text
        feed""",
    Outcome.PARSER_KILLED: "attributes attributes-without-end open-tags pdf-bomb",
    Outcome.SOFT_404: "soft-404",
    Outcome.PAYWALLED: "paywall paywall-as-told",
    Outcome.CONSENT_WALL: "consent",
    Outcome.NEEDS_JAVASCRIPT: "script-shell script-only",
}
"""Paths of the hostile server by the one outcome in which each must end."""

HOSTS: dict[Outcome, str] = {
    Outcome.FETCHED: """
        robots-none robots-allows-us robots-inside robots-circle robots-binary robots-page robots-many-rules
        robots-many-stars robots-bomb robots-forbidden""",
    Outcome.BLOCKED_BY_ROBOTS: "robots-denies robots-denies-us",
    Outcome.BLOCKED_BY_GUARD: "inside mixed mapped translated old-site-local metadata rebinds numbers",
    Outcome.DNS_ERROR: "nowhere silent",
    # While a robots.txt cannot be reached, its site's pages are not asked for (RFC 9309).
    Outcome.SERVER_ERROR: "robots-fault",
    Outcome.CONNECTION_FAILED: "robots-reset",
    Outcome.TIMED_OUT: "robots-hangs",
}
"""Hosts of the public web (``NAME.example``) by the outcome of their page ``/ok``."""

NAMES = {
    "localhost": [["127.0.0.1", "::1"]],
    "inside.example": [["127.0.0.1"]],
    "mixed.example": [[PUBLIC, "10.0.0.1"]],
    "mapped.example": [["::ffff:127.0.0.1"]],
    "translated.example": [["64:ff9b::7f00:1"]],
    "old-site-local.example": [["fec0::1"]],
    "metadata.example": [["169.254.169.254"]],
    "numbers.example": [["2130706433"]],
    "nowhere.example": [[]],
}

ALONE = [
    "/ok?alone", "/four-megabytes", "/nine-megabytes-packed", "/nine-megabytes-wide", "/six-megabytes?alone",
    "/endless?alone",
    "/endless-small-chunks?alone", "/endless-continue?alone", "/endless-trailers?alone",
    "/redirect-with-endless-body?alone", "/huge-header?alone", "/many-headers?alone",
    "/gzip-bomb?alone", "/br-bomb?alone", "/zstd-bomb?alone", "/deflate-bomb?alone", "/bomb-in-bomb?alone",
    "/gzip-members?alone", "/gzip-in-gzip?alone", "/long-json-ld?alone", "/wide-table?alone",
]  # fmt: skip


@dataclass(frozen=True)
class Ended:
    """The one gather: by link its record, by link its memory, what was asked of the network and by whom."""

    server: HostileServer
    closed: str
    by_url: dict[str, dict[str, Any]]
    grown: dict[str, int]
    seen: list[str]
    pages: list[str]
    visitors: list[tuple[str, int]]
    inner: list[str]
    archive: Path
    links: list[str]


def closed_host() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"127.0.0.1:{listener.getsockname()[1]}"


def paths_of(table: dict[Outcome, str]) -> list[tuple[str, Outcome]]:
    return [(path, outcome) for outcome, paths in table.items() for path in paths.split()]


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ended]:
    archive = tmp_path_factory.mktemp("hostile") / "snapshots"
    with watched_ports() as (port, visitors):
        inner = f"http://127.0.0.1:{port}/secret"
        pages = {**BEHAVIOURS, **WIRE, **robots_hosts(inner), **hostile_pages(inner)}
        with hostile_server(pages) as server:
            targets = [*inner_targets(port), server.url("/ok")]
            closed = closed_host()
            links = [
                *(server.url(f"/{path}") for path, _ in paths_of(ENDINGS) if f"/{path}" not in ALONE),
                *(f"http://{name}.example/ok" for name, _ in paths_of(HOSTS) if name != "rebinds"),
                "http://rebinds.example/relative",
                *inner_targets(port),
                *(f"http://public.example{leading_to(target)}" for target in targets),
                *(f"http://public.example{leading_to(target)}" for target in MISREAD),
                f"https://{server.host}/ok",
                f"http://{closed}/a",
                server.url("/refresh-header"),
                *(f"http://refresh-{number}.example/refresh/{number}" for number in range(2)),
            ]
            pages |= refreshing(inner)
            server.pages |= pages
            asked = {
                "together": links,
                "alone": [server.url(path) for path in ALONE],
                "allow_hosts": [server.host, closed],
                "public_port": server.port,
                "names": {**NAMES, "rebinds.example": [[PUBLIC], [PUBLIC], ["127.0.0.1"]]},
                "archive": str(archive),
            }
            told = run_child(asked)
            by_url = {one["url"]: one for one in told["gathered"]}
            yield Ended(
                server, closed, by_url, told["grown"], told["seen"], told["pages"], visitors,
                inner_targets(port), archive, links,
            )  # fmt: skip


def refreshing(inner: str) -> dict[str, Any]:
    """Empty pages that send a browser inside at once."""
    tag = f'<meta http-equiv="refresh" content="0; url={inner}">'
    bare = f"<META CONTENT='0;{inner}' HTTP-EQUIV=Refresh>"
    return {
        "/refresh/0": lambda guest: guest.answer("200 OK", f"<html><head>{tag}</head></html>".encode()),
        "/refresh/1": lambda guest: guest.answer("200 OK", bare.encode()),
    }


def run_child(asked: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("gathering_child.py"))],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize(("path", "outcome"), paths_of(ENDINGS))
def test_every_behaviour_ends_in_its_one_outcome(path: str, outcome: Outcome, ended: Ended) -> None:
    one = ended.by_url[ended.server.url(f"/{path}")]
    assert Outcome(one["outcome"]) is outcome, one
    assert (one["text"] is not None) == (outcome in READABLE_OUTCOMES)


@pytest.mark.parametrize(("name", "outcome"), paths_of(HOSTS))
def test_every_host_of_the_public_web_ends_in_its_one_outcome(
    name: str, outcome: Outcome, ended: Ended
) -> None:
    path = "relative" if name == "rebinds" else "ok"
    assert Outcome(ended.by_url[f"http://{name}.example/{path}"]["outcome"]) is outcome


def test_no_link_and_no_redirect_leads_inside(ended: Ended) -> None:
    for target in (*ended.inner, ended.server.url("/ok")):
        one = ended.by_url[f"http://public.example{leading_to(target)}"]
        assert one["outcome"] == Outcome.BLOCKED_BY_GUARD, one
        assert [hop[2] for hop in one["hops"]] == [302, None]
    written = [one for url, one in ended.by_url.items() if url in ended.inner]
    assert len(written) > 40
    assert {one["outcome"] for one in written} == {Outcome.BLOCKED_BY_GUARD}


def test_a_target_that_may_be_a_path_leads_to_no_other_host(ended: Ended) -> None:
    for target in MISREAD:
        one = ended.by_url[f"http://public.example{leading_to(target)}"]
        assert one["outcome"] in {Outcome.BLOCKED_BY_GUARD, Outcome.GONE, Outcome.REDIRECT_LOOP}
        assert {hop[1] for hop in one["hops"]} <= {PUBLIC, None}


def test_a_page_that_refreshes_itself_away_leads_nowhere_inside(ended: Ended) -> None:
    """By its head or by a header, a refresh is followed as a redirect is: up to the guard."""
    urls = [f"http://refresh-{number}.example/refresh/{number}" for number in range(2)]
    for one in (ended.by_url[url] for url in (*urls, ended.server.url("/refresh-header"))):
        assert one["outcome"] == Outcome.BLOCKED_BY_GUARD
        assert one["text"] is None


def test_a_host_that_is_closed_and_one_without_encryption_are_told_apart(ended: Ended) -> None:
    assert ended.by_url[f"http://{ended.closed}/a"]["outcome"] == Outcome.CONNECTION_FAILED
    assert ended.by_url[f"https://{ended.server.host}/ok"]["outcome"] == Outcome.TLS_ERROR


def test_nothing_is_asked_that_was_not_allowed(ended: Ended) -> None:
    """By Python's own audit events, and by who came to the ports that every bait names."""
    assert ended.visitors == []
    allowed = {ended.server.host, ended.closed, "name 127.0.0.1"}
    assert set(ended.seen) <= allowed
    assert not any("secret" in path for path, _ in ended.server.asked if not path.startswith("/to/"))


def test_every_link_is_done_soon_after_its_deadline(ended: Ended) -> None:
    latest = 1000 * (DEADLINE_SECONDS + 1) + SLACK_MS
    took = {url: one["elapsed_ms"] for url, one in ended.by_url.items()}
    assert {url: taken for url, taken in took.items() if taken > latest} == {}


def test_no_link_takes_more_memory_than_three_bodies(ended: Ended) -> None:
    """The page of nine megabytes is the longest that may be read; nothing hostile may take more."""
    assert len(ended.grown) == len(ALONE)
    most = 3 * SETTINGS.web.max_decoded_bytes
    assert {url: grown for url, grown in ended.grown.items() if grown > most} == {}


def test_the_pool_is_whole_afterwards(ended: Ended) -> None:
    assert ended.pages == ["Every seat in the old town hall was sold within an hour."] * (2 * WORKERS) + [
        f"{WORKERS} workers"
    ]


def test_every_link_has_one_record_and_every_blob_is_what_its_name_says(ended: Ended) -> None:
    blobs = [path for path in (ended.archive / "blobs").rglob("*") if path.is_file()]
    assert len(blobs) > 50
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.name for path in blobs)
    records = list((ended.archive / "fetches").rglob("*.json"))
    assert len(records) == len(ended.by_url)
    assert list((ended.archive / "unfinished").iterdir()) == []


def test_no_cookie_and_no_secret_is_sent(ended: Ended) -> None:
    told = {name for _, headers in ended.server.asked for name in headers}
    assert told <= {"host", "user-agent", "accept", "accept-language", "accept-encoding", "connection"}
