import importlib.util
import json
from pathlib import Path

from factdesk.verdicts.method import method_id

HERE = Path(__file__).parent


def _recorder():
    spec = importlib.util.spec_from_file_location("record_results", HERE / "record_results.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_method_is_a_sha256_and_stays_the_same():
    assert len(method_id()) == 64
    assert method_id() == method_id()


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
