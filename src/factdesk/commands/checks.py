"""``factdesk check``: the pipeline once, in this process, and its report in the terminal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from rich.console import Console
from rich.text import Text

from factdesk.commands.progress import progress_bars
from factdesk.config import Home
from factdesk.errors import UsageError
from factdesk.model import FAILED_ESSAY_OUTCOMES, READABLE_OUTCOMES, EssayOutcome
from factdesk.pipeline import CheckReport, ClaimJudged, EssayRead, check_once
from factdesk.reports.explanation import print_explanation
from factdesk.reports.rows import REVIEW_COLUMNS, verdict_row
from factdesk.reports.source_table import print_source_table
from factdesk.reports.terminal import json_line, print_verdict, visible
from factdesk.reports.words import code_in_words, count_words, summary_line, waiting_line
from factdesk.setting_values import HOST_PORT
from factdesk.sources.gather import SourceRequest
from factdesk.sources.outcomes import say_outcome

EXIT_UNREAD = 3
FAILURES_SHOWN = 8

Say = Callable[[str], None]


def run_check(
    places: Sequence[str],
    home: Home,
    *,
    sources: Sequence[str],
    allow_hosts: Sequence[str],
    as_json: bool,
    show_all: bool,
    console: Console,
    say: Say,
    in_full: bool = False,
) -> int:
    """Check essays and print a block (or a JSON line) for each claim; return the exit code.

    ``in_full`` prints every passage and every facet of a verdict, and not only what decides.
    """
    if not places:
        raise UsageError("no essay is named; give a file, a folder or a URL after factdesk check")
    given = [given_request(source) for source in sources]
    check_hosts(allow_hosts)
    with progress_bars() as progress:
        report = check_once(
            places,
            home,
            given=given,
            given_by=_giver(home) if given else None,
            allow_hosts=allow_hosts,
            progress=progress,
        )
    rows = verdict_rows(report, home)
    if as_json:
        for row in rows:
            print(json_line(row))
    else:
        _print_essays(report, rows, show_all, home, console, in_full=in_full)
    for note in report.notes:
        say(note)
    _say_essays(report.reads, say)
    _say_sources(report, say, None if as_json else console)
    _say_store(report, say)
    summary = _summary(report.reads)
    say(summary) if as_json else console.print(summary)
    return _exit_code(report)


def _giver(home: Home) -> str:
    from factdesk.desk.people import reviewer_id, system_user

    return reviewer_id(home.warehouse, system_user())


def check_hosts(allow_hosts: Sequence[str]) -> None:
    """Raise UsageError for a host that is named without its port."""
    for host in allow_hosts:
        if not re.fullmatch(HOST_PORT, host):
            raise UsageError(f"--allow-host {host} has no port; write HOST:PORT, for example {host}:8000")


def given_request(place: str) -> SourceRequest:
    """Return the request for a source that a person names: a URL, or a file that must be there."""
    if place.startswith(("http://", "https://")):
        return SourceRequest(place)
    path = Path(place)
    if not path.is_file() and place.lower().startswith("www."):
        raise UsageError(f"the source {place} is an address without its scheme; write https://{place}")
    if not path.is_file():
        raise UsageError(f"the source {place} is not a file and not a URL; mend its path")
    return SourceRequest(path.name, path)


def verdict_rows(report: CheckReport, home: Home) -> list[dict[str, Any]]:
    """Return one row per claim, with the review columns of the published copy where it has them."""
    seen = (*(source for one in report.judged for source in one.further), *report.gathered)
    sources = {one.source.id: one.source for one in seen}
    snapshots = {one.snapshot.id: one.snapshot for one in seen if one.snapshot is not None}
    now = datetime.now(UTC)
    rows = [
        verdict_row(one.essay.essay, one.claim, one.mention, one.judged, sources, now, snapshots)
        for one in report.judged
    ]
    reviews = review_columns(home, [row["claim_id"] for row in rows])
    return [{**row, **reviews.get(row["claim_id"], {})} for row in rows]


def review_columns(home: Home, claim_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
    """Return claim -> what only the published copy knows of its review, for the claims that it has."""
    from factdesk.warehouse.query import run_query

    if not claim_ids or not (home.warehouse / "reports.duckdb").is_file():
        return {}
    columns = ", ".join(REVIEW_COLUMNS)
    table = run_query(
        home.warehouse,
        f"SELECT claim_id, {columns} FROM reports.verdicts WHERE list_contains(?, claim_id)",
        [list(claim_ids)],
    )
    return {row[0]: dict(zip(REVIEW_COLUMNS, row[1:], strict=True)) for row in table.rows}


def _print_essays(
    report: CheckReport,
    rows: Sequence[Mapping[str, Any]],
    show_all: bool,
    home: Home,
    console: Console,
    *,
    in_full: bool,
) -> None:
    by_essay: dict[UUID, list[tuple[ClaimJudged, Mapping[str, Any]]]] = {}
    for judged, row in zip(report.judged, rows, strict=True):
        by_essay.setdefault(judged.essay.essay.id, []).append((judged, row))
    for read in report.reads:
        if read.read.outcome is not EssayOutcome.READ:
            continue
        essay = read.read.essay
        console.print(Text.assemble((visible(essay.title or essay.uri), "bold"), f"  {visible(essay.uri)}\n"))
        for judged, row in by_essay.get(essay.id, []):
            if in_full:
                print_explanation(console, row, judged.mention.sentence)
            else:
                print_verdict(console, row, judged.mention.sentence)
        if not read.claims:
            console.print("  no claim to check\n")
        if show_all:
            _print_set_aside(read, home, console)


def _print_set_aside(read: EssayRead, home: Home, console: Console) -> None:
    from factdesk.claims.find import find_claims

    kinds = home.settings.claims.kinds
    for finding in find_claims(read.read.text, published_on=read.read.essay.published_on, kinds=kinds):
        if finding.is_set_aside:
            flags = ", ".join(flag.value for flag in finding.flags)
            quote = " ".join(finding.text.split())
            console.print(Text(f"  set aside ({flags})  {finding.kind}: {visible(quote)}", style="dim"))


def _say_essays(reads: Iterable[EssayRead], say: Say) -> None:
    for read in reads:
        outcome = read.read.outcome
        if outcome is EssayOutcome.READ:
            if read.read.detail:
                say(f"{read.read.essay.uri}: {read.read.detail}")
            continue
        detail = f" ({read.read.detail})" if read.read.detail else ""
        say(f"{read.read.essay.uri}: {code_in_words(outcome.value)}{detail}")


def _say_sources(report: CheckReport, say: Say, console: Console | None) -> None:
    """Say which links gave no text: in a table on the console, or where there is none a few in a list."""
    if console is not None:
        print_source_table(console, report.gathered)
    unread = [one for one in report.gathered if one.fetch.outcome not in READABLE_OUTCOMES]
    if not unread:
        return
    counts = Counter(one.fetch.outcome.value for one in unread)
    told = ", ".join(f"{name} {count}" for name, count in counts.most_common())
    say(f"{len(unread)} of {count_words(len(report.gathered), 'source')} gave no text: {told}")
    if console is not None:
        return
    for one in unread[:FAILURES_SHOWN]:
        say(f"  {visible(one.source.url)[:120]}: {say_outcome(one.fetch.outcome)}")
    if len(unread) > FAILURES_SHOWN:
        say(f'  and {len(unread) - FAILURES_SHOWN} more; see factdesk sql "SELECT * FROM reports.sources"')


def _say_store(report: CheckReport, say: Say) -> None:
    fold = report.store.fold
    if fold.waiting:
        say(waiting_line(fold.waiting, fold.lock_holder))
    if fold.rejected:
        say(f"batches rejected by the warehouse: {fold.rejected}; factdesk doctor says why")


def _summary(reads: Sequence[EssayRead]) -> str:
    aside: Counter[str] = Counter()
    for read in reads:
        aside.update(dict(read.reading.set_aside))
    sentences = sum(read.reading.sentences for read in reads)
    return summary_line(sentences, sum(len(read.claims) for read in reads), dict(aside))


def _exit_code(report: CheckReport) -> int:
    failed = any(read.read.outcome in FAILED_ESSAY_OUTCOMES for read in report.reads)
    return EXIT_UNREAD if failed or report.store.fold.rejected else 0
