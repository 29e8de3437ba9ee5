from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pytest

from factdesk.config import Home, open_home
from factdesk.essays.attempts import Journal
from factdesk.model import Record
from factdesk.pipeline.judging import judge_cited
from factdesk.pipeline.rechecking import recheck_records
from factdesk.pipeline.rejudging import JudgeCited, Rejudged, rejudge_batch
from factdesk.pipeline.stale_claims import StaleClaim
from factdesk.sources.archive import Archive
from factdesk.sources.gather import Gathered
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.known import open_known
from factdesk.warehouse.spool import write_batches
from small_records import (
    make_claim,
    make_essay,
    make_fetch,
    make_mention,
    make_reading,
    make_snapshot,
    make_source,
    make_version,
)

ESSAY = make_essay()
VERSION = make_version(ESSAY, "a text")
SOURCE = make_source()
CLAIMS = [make_claim(ESSAY, f"the ferry costs £{number}") for number in range(4)]
MENTIONS = [make_mention(claim, VERSION, source=SOURCE) for claim in CLAIMS]
PAGE = "The ferry costs £1, said the captain."
STALE = [
    StaleClaim(claim.id, mention.id, ESSAY.id, (SOURCE.id,), frozenset())
    for claim, mention in zip(CLAIMS, MENTIONS, strict=True)
]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = open_home(tmp_path)
    records: list[Record] = [ESSAY, VERSION, *CLAIMS, *MENTIONS, make_reading(ESSAY, VERSION, CLAIMS), SOURCE]
    write_batches(records, made.warehouse, 16_000_000)
    fold_and_publish(made.warehouse)
    return made


def rejudge(
    home: Home, stale: list[StaleClaim], judge: JudgeCited = judge_cited, page: str = PAGE
) -> Rejudged:
    gathered = Gathered(SOURCE, make_fetch(SOURCE, page), make_snapshot(SOURCE, page), page, reused=False)
    with open_known(home.warehouse) as known:
        return rejudge_batch(stale, [gathered], home, known, judge=judge)


def test_a_claim_that_cannot_be_loaded_is_told_and_stops_no_other(home: Home) -> None:
    with duckdb.connect(str(home.warehouse / "reports.duckdb")) as connection:
        connection.execute("UPDATE records.claims SET facets = '[7]' WHERE id = ?", [CLAIMS[0].id])
    lost = replace(STALE[1], mention_id=UUID(int=1))
    found = rejudge(home, [STALE[0], lost, *STALE[2:]])
    assert [one.claim for one in found.judged] == CLAIMS[2:]
    damaged, missing = found.faults
    assert (damaged.claim_id, missing.claim_id) == (CLAIMS[0].id, CLAIMS[1].id)
    assert damaged.reason.startswith(f"the Claim {CLAIMS[0].id} is damaged (")
    assert missing.reason == f"the Mention {UUID(int=1)} is not published; run factdesk publish"


def test_a_verdict_that_is_the_current_one_is_not_news(home: Home) -> None:
    first = rejudge(home, STALE)
    (one, *_) = first.judged
    write_batches([one.judged.verdict, one.judgement], home.warehouse, 16_000_000)
    second = rejudge(home, STALE)
    assert second.unchanged == 1
    assert [each.claim.id for each in second.judged] == [each.claim.id for each in first.judged[1:]]


def test_batches_add_up(home: Home) -> None:
    whole = rejudge(home, STALE)
    halves = rejudge(home, STALE[:2]) + rejudge(home, STALE[2:])
    assert [one.judged for one in halves.judged] == [one.judged for one in whole.judged]
    assert (halves.faults, halves.unchanged) == ((), 0)


OLD_PAGE = "The ferry costs £2, said the captain. It sails on Mondays."


def test_the_old_page_is_judged_by_the_present_method_and_becomes_no_verdict(home: Home) -> None:
    old = make_snapshot(SOURCE, OLD_PAGE)
    write_batches([old], home.warehouse, 16_000_000)
    fold_and_publish(home.warehouse)
    claim = replace(STALE[0], as_before=((SOURCE.id, old.text_sha256),))
    (lost,) = rejudge(home, [claim]).judged
    assert lost.baseline is None
    Archive(home.warehouse / "snapshots").put_text(OLD_PAGE)
    (found,) = rejudge(home, [claim]).judged
    assert found.baseline is not None
    before, now = found.baseline.verdict, found.judged.verdict
    assert [one.seen for one in before.inputs] == [old.text_sha256]
    assert before.method == now.method
    assert found.judgement.verdict_id == now.id != before.id
    records = list(recheck_records([], Rejudged((found,))))
    assert records.index(before) < records.index(now)


# --- a claim that breaks its runs

POISONED = CLAIMS[1]
FILE = f"claim-{POISONED.id}.json"


def break_by(fault: BaseException) -> JudgeCited:
    """Return a judge whom one claim breaks."""

    def judge(claim: Any, *others: Any) -> Any:
        if claim.id == POISONED.id:
            raise fault
        return judge_cited(claim, *others)

    return judge


def journal_files(home: Home) -> list[str]:
    return sorted(path.name for path in (home.warehouse / "attempts").iterdir())


def killed(root: str) -> None:
    """The program of `rejudge_in_process`: a run that a claim kills."""

    def judge(claim: Any, *others: Any) -> Any:
        if claim.id == POISONED.id:
            os.kill(os.getpid(), signal.SIGKILL)
        return judge_cited(claim, *others)

    rejudge(open_home(Path(root)), STALE, judge)


def rejudge_in_process(home: Home) -> int:
    program = "import sys; from pipeline.test_rejudging import killed; killed(sys.argv[1])"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    command = [sys.executable, "-c", program, str(home.root)]
    return subprocess.run(command, env=environment, timeout=120, check=False).returncode


def set_aside(how: str, tries: int = 3) -> str:
    return (
        f"set aside after {tries} tries, the last one ended while judging it again ({how}); "
        f"remove warehouse/attempts/{FILE} to try again, report it if it stays"
    )


def test_a_claim_that_kills_its_runs_is_set_aside_until_its_file_is_removed(home: Home) -> None:
    for _ in range(home.settings.flow.poison_after):
        assert rejudge_in_process(home) == -signal.SIGKILL
        assert journal_files(home) == [FILE]
    assert rejudge_in_process(home) == 0
    found = rejudge(home, STALE)
    assert [one.claim for one in found.judged] == [CLAIMS[0], *CLAIMS[2:]]
    assert [(one.claim_id, one.reason) for one in found.faults] == [
        (POISONED.id, set_aside("the process was killed"))
    ]
    (broken,) = Journal(home.warehouse).broken(3)
    assert f"{broken.inbox}/{broken.relative}" == f"claim/{POISONED.id}"
    (home.warehouse / "attempts" / FILE).unlink()
    assert rejudge(home, STALE).faults == ()
    assert journal_files(home) == []


def test_a_claim_that_outlasts_the_runs_time_is_set_aside(home: Home) -> None:
    for _ in range(3):
        with pytest.raises(asyncio.CancelledError):
            rejudge(home, STALE, break_by(asyncio.CancelledError()))
    (fault,) = rejudge(home, STALE, break_by(asyncio.CancelledError())).faults
    assert fault.reason == set_aside("the run's time was up")


def test_a_fault_of_ours_is_told_counts_and_quotes_no_page(home: Home) -> None:
    judge = break_by(ValueError("what a page says"))
    for _ in range(3):
        (fault,) = rejudge(home, STALE, judge).faults
        assert fault.reason == "judging it failed in a way that was not foreseen (ValueError)"
    (fault,) = rejudge(home, STALE, judge).faults
    assert fault.reason == set_aside("ValueError")
    other_page = rejudge(home, STALE, page="The ferry costs £2 now.")
    assert other_page.faults == ()
    assert journal_files(home) == []


def test_what_came_through_starts_again_at_no_tries(home: Home) -> None:
    for _ in range(2):
        rejudge(home, STALE, break_by(ValueError()))
    assert journal_files(home) == [FILE]
    assert len(rejudge(home, STALE).judged) == 4
    assert journal_files(home) == []


def test_ctrl_c_counts_against_no_claim(home: Home) -> None:
    for _ in range(4):
        with pytest.raises(KeyboardInterrupt):
            rejudge(home, STALE, break_by(KeyboardInterrupt()))
        assert journal_files(home) == []


def test_a_restored_text_frees_the_claims_that_lacked_it(home: Home) -> None:
    archive = Archive(home.warehouse / "snapshots")
    archive.put_fetch(make_fetch(SOURCE, PAGE), make_snapshot(SOURCE, PAGE), SOURCE)
    using = [replace(STALE[0], texts_used=frozenset({SOURCE.id}))]
    with open_known(home.warehouse) as known:
        said = [rejudge_batch(using, [], home, known).faults[0].reason for _ in range(4)]
        archive.put_text(PAGE)
        restored = rejudge_batch(using, [], home, known)
    assert [one.startswith("the archive lacks the text") for one in said] == [True, True, True, False]
    assert said[3].startswith("set aside after 3 tries")
    assert "restore the snapshots from a backup" in said[3]
    assert [one.claim for one in restored.judged] == CLAIMS[:1]
    assert journal_files(home) == []
