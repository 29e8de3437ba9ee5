import importlib.util
import json
from pathlib import Path

import factdesk
from factdesk.claims import KINDS
from factdesk.claims.method import tables_of
from factdesk.verdicts.method import method_files, method_id
from factdesk.verdicts.method_page import WORDS

HERE = Path(__file__).parent
PACKAGE = Path(factdesk.__file__).resolve().parent


def _recorder():
    spec = importlib.util.spec_from_file_location("record_results", HERE / "record_results.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_method_is_a_sha256_and_stays_the_same():
    assert len(method_id()) == 64
    assert method_id() == method_id()


def test_every_table_beside_the_code_that_judges_counts():
    """A table that were left out could change verdicts under one name."""
    packages = [PACKAGE / name for name in ("text", "claims", "evidence", "verdicts")]
    tables = {
        path
        for folder in packages
        for path in folder.rglob("*")
        if path.is_file() and "py" not in path.suffix
    }
    finder = tables_of([kind.NAME for kind in KINDS])
    assert {path.name for path in tables - {*finder, *method_files()}} == {WORDS.name}


def test_results_do_not_change_under_one_method():
    recorded = json.loads((HERE / "results.json").read_text("utf-8"))
    now = {"method": method_id(), "results": _recorder().results_sha256()}

    assert now["results"] == recorded["results"] or now["method"] != recorded["method"], (
        "ratings of the cases have changed under the same method: raise RULES_VERSION in verdicts/rules.py"
        " (or FINDER_VERSION in claims/method.py), then run python tests/verdicts/record_results.py"
    )
    assert now["results"] == recorded["results"], (
        "ratings of the cases have changed with the method: look at them, then run"
        " python tests/verdicts/record_results.py"
    )
