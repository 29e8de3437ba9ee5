"""Every failure has a mend, and a summary names it by id and host."""

from __future__ import annotations

import pytest

from factdesk.config import open_home
from factdesk.model import READABLE_OUTCOMES, EssayOutcome, SourceOutcome
from factdesk.ops.prefect_server import free_port
from factdesk.ops.run_summary import ESSAY_MENDS, SOURCE_MENDS, RunFacts, source_rows, summary_markdown
from factdesk.pipeline import StoreReport, gather_batch
from factdesk.sources.gather import SourceRequest
from factdesk.warehouse.keeper import FoldReport

STORED = StoreReport(("b1",), FoldReport(1, 0, 0, True, None))


def test_every_failed_outcome_has_a_mend():
    assert set(ESSAY_MENDS) == set(EssayOutcome) - {EssayOutcome.READ}
    assert set(SOURCE_MENDS) == set(SourceOutcome) - READABLE_OUTCOMES


@pytest.fixture(scope="module")
def gathered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    (folder / "notes.txt").write_text("Tickets were sold out. " * 20)
    (folder / "config").mkdir()
    (folder / "config" / "factdesk.toml").write_text("[web]\ntries = 1\n")
    requests = [
        SourceRequest(f"http://secret-word:pass@127.0.0.1:{free_port()}/a-secret-word"),
        SourceRequest("file:///etc/secret-word"),
        SourceRequest("notes.txt", folder / "notes.txt"),
    ]
    return gather_batch(requests, open_home(folder))


def test_a_summary_names_failures_by_host_and_id_with_the_mend(gathered):
    page = summary_markdown(RunFacts.of((), gathered, ()), STORED)
    blocked = [one for one in gathered if one.fetch.outcome is SourceOutcome.BLOCKED_BY_GUARD]
    assert len(blocked) == 2
    for one in blocked:
        assert f"`{one.source.id}` | blocked_by_guard" in page
    assert "Mend: none, unless the host is yours" in page
    assert "secret-word" not in page
    assert "1 batch acknowledged, 1 folded; a new copy was published." in page


def test_rows_count_links_by_host_and_outcome(gathered):
    rows = source_rows(gathered)
    assert sum(row["links"] for row in rows) == len(gathered)
    assert {"host": "file", "outcome": "given_file", "links": 1} in rows
    assert "secret-word" not in str(rows)


def test_a_run_without_failures_says_so():
    page = summary_markdown(RunFacts(), StoreReport((), FoldReport(0, 2, 1, False, "desk (process 7)")))
    assert "Nothing failed." in page
    assert "2 wait for the keeper (desk (process 7))" in page
    assert "1 were rejected; `factdesk doctor` says why" in page
