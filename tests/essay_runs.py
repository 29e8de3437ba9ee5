"""Runs over inboxes and feeds as the flow makes them, on real files and a real warehouse, without Prefect."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factdesk.config import Home, open_home
from factdesk.essays.inputs import list_feeds, list_inbox
from factdesk.essays.selection import Selection, select_essays
from factdesk.pipeline import (
    EssayRead,
    gather_batch,
    judge_batch,
    list_batch,
    note_stored,
    open_gatherer,
    read_batch,
    read_set_aside,
    records_of,
    requests_in,
    store_batch,
)
from factdesk.pipeline.judging import judge_one
from factdesk.pipeline.reading import find_in
from factdesk.warehouse.known import open_known
from factdesk.warehouse.query import run_query
from factdesk.web.workers import ReadingPool

RUN_SECONDS = 120


@dataclass(frozen=True)
class Run:
    """What one run over the inbox selected and read, set-aside essays included."""

    selection: Selection
    reads: tuple[EssayRead, ...]

    @property
    def read_places(self) -> list[str]:
        """The essays that were truly read, sorted."""
        aside = {one.essay.relative for one in self.selection.set_aside}
        return sorted(read.read.essay.uri for read in self.reads if read.read.essay.uri not in aside)

    @property
    def outcomes(self) -> dict[str, str]:
        return {read.read.essay.uri: read.read.outcome.value for read in self.reads}

    @property
    def details(self) -> dict[str, str | None]:
        return {read.read.essay.uri: read.read.detail for read in self.reads}


def run_inbox(
    home: Home,
    *,
    find: Callable[..., Any] = find_in,
    judge: Callable[..., Any] = judge_one,
    pool: ReadingPool | None = None,
    before_storing: Callable[[], object] = lambda: None,
) -> Run:
    """List, select, read, gather, judge, store and note, as `check_essays` does."""
    with open_known(home.warehouse) as known, open_gatherer(home) as shared:
        listed = list_batch([*list_inbox(home), *list_feeds(home)], home, known, shared)
        selection = select_essays(listed.essays, home, known)
        aside = read_set_aside(selection.set_aside, known)
        reads = read_batch(
            selection.to_read(),
            home,
            known,
            pool=pool or shared.pool,
            fetcher=shared.fetcher,
            robots=shared.robots,
            find=find,
        )
        gathered = gather_batch(requests_in(reads), home, pool=shared.pool, fetcher=shared.fetcher)
        batch = judge_batch(reads, gathered, home, known, judge=judge)
    after = (*aside, *batch.reads)
    before_storing()
    store_batch(records_of(after, gathered, batch.judged), home)
    note_stored(after, home)
    return Run(selection, after)


class Desk:
    """A home with one inbox, ``essays``; every essay names the timetable beside it as its source."""

    def __init__(self, root: Path, settings: str = "") -> None:
        (root / "config").mkdir(parents=True)
        config = root / "config" / "factdesk.toml"
        config.write_text(f'[inbox]\ndesk = "essays"\n{settings}', encoding="utf-8")
        (root / "essays").mkdir()
        self.home = open_home(root)
        timetable = "A return ticket to Lisbon costs 40 euros. A return ticket to Porto costs 47 euros."
        (root / "essays" / "timetable.csv").write_text(timetable, encoding="utf-8")

    def path(self, name: str) -> Path:
        return self.home.root / "essays" / name

    def write(self, name: str, words: str, **front: str) -> Path:
        head = "".join(f"{key}: {value}\n" for key, value in front.items())
        path = self.path(name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"---\n{head}sources: [timetable.csv]\n---\n{words}\n", encoding="utf-8")
        return path

    def run(self, **arguments: Any) -> Run:
        return run_inbox(self.home, **arguments)

    def journal_files(self) -> list[Path]:
        return sorted((self.home.warehouse / "attempts").glob("*.json"))

    def journal(self) -> Mapping[str, dict[str, Any]]:
        """The journal's lines by the essay's place."""
        lines = [json.loads(path.read_text(encoding="utf-8")) for path in self.journal_files()]
        return {line["relative"]: line for line in lines}

    def tries(self, name: str) -> int:
        """Tries of an essay, one cut short included."""
        line = self.journal()[name]
        return int(line["tries"]) + (line["begun"] is not None)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return run_query(self.home.warehouse, sql).rows

    def readings(self) -> list[tuple[str, str]]:
        """Every stored reading, in order: the essay's place and the outcome."""
        return self.ask(
            "SELECT e.uri, r.outcome FROM records.readings AS r "
            "JOIN derived.essays AS e ON e.id = r.essay_id ORDER BY r.fold_sequence"
        )

    def claims(self) -> list[tuple[str, str, str]]:
        """Current claims: the essay, the machine's rating and the stage."""
        return self.ask(
            "SELECT essay_uri, machine_rating, stage FROM reports.verdicts "
            "WHERE claim_status = 'current' ORDER BY essay_uri, claim"
        )


def break_on(word: str, stage: Callable[..., Any], fault: BaseException) -> Callable[..., Any]:
    """Return a stage that raises ``fault`` for the essay whose text holds ``word``."""

    def breaking(read: Any, *others: Any) -> Any:
        text = read.text if hasattr(read, "text") else read.read.text
        if word in text:
            raise fault
        return stage(read, *others)

    return breaking


def _kill_on(word: str, stage: Callable[..., Any]) -> Callable[..., Any]:
    def killing(read: Any, *others: Any) -> Any:
        text = read.text if hasattr(read, "text") else read.read.text
        if word in text:
            os.kill(os.getpid(), signal.SIGKILL)
        return stage(read, *others)

    return killing


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def run_in_process(home: Home, stage: str, word: str = "") -> int:
    """Run over the inbox in a process that is killed in ``stage`` at the essay with ``word``.

    Returns how the process ended. ``none`` kills nothing, ``storing`` before the records are stored.
    """
    program = "import sys, essay_runs; essay_runs.main(*sys.argv[1:])"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    command = [sys.executable, "-c", program, str(home.root), stage, word]
    return subprocess.run(command, env=environment, timeout=RUN_SECONDS, check=False).returncode


def main(root: str, stage: str, word: str) -> None:
    """The program of `run_in_process`."""
    arguments: dict[str, Callable[..., Any]] = {}
    if stage == "finding":
        arguments["find"] = _kill_on(word, find_in)
    if stage == "judging":
        arguments["judge"] = _kill_on(word, judge_one)
    if stage == "storing":
        arguments["before_storing"] = _die
    run_inbox(open_home(Path(root)), **arguments)
