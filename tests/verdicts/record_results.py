"""Records the ratings of the labelled pairs beside the method that gave them.

Run ``python tests/verdicts/record_results.py`` after results have changed on purpose; raise
`factdesk.verdicts.rules.RULES_VERSION` first where the change is in code and not in a table.
"""

import hashlib
import json
from pathlib import Path

from factdesk.verdicts.method import method_id
from factdesk.verdicts.pair_answers import judge_pair

CASES = Path(__file__).parents[1] / "cases"
RECORD = Path(__file__).with_name("results.json")


def results_sha256():
    """Return one hash over the ratings, reasons and missing parts of all labelled pairs."""
    articles = {row["article"]: row for row in _rows("articles.jsonl")}
    digest = hashlib.sha256()
    for pair in _rows("pairs.jsonl"):
        answer = judge_pair(pair["claim"], articles[pair["article"]]["source"])
        codes = [reason["code"] for reason in answer["reasons"]]
        digest.update(json.dumps([pair["id"], answer["rating"], codes, answer["missing"]]).encode())
    return digest.hexdigest()


def _rows(name):
    return [json.loads(line) for line in (CASES / name).read_text("utf-8").splitlines()]


if __name__ == "__main__":
    RECORD.write_text(json.dumps({"method": method_id(), "results": results_sha256()}, indent=1) + "\n")
