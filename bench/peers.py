"""Runs one peer on the texts it is given. This file runs in the peers' own environment, never in ours.

One JSON request on stdin (``peer``, ``work``, ``repeats``, ``seconds`` and ``sentences`` or ``pairs``, and
``untimed`` for pairs that are rated only), one JSON answer on stdout: ``rate`` (units of work in a second of
processor time, the median of the repeats, at most ``seconds`` long each), and for pairs ``ratings`` by id.
Imports and first calls are not timed.
"""

from __future__ import annotations

import contextlib
import json
import logging
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

Pair = dict[str, str]


def price_parser() -> Callable[[str], object]:
    """One price of a string, as in a shop's listing."""
    from price_parser import Price

    return Price.fromstring


def quantulum3() -> Callable[[str], object]:
    """Every quantity of a text."""
    from quantulum3 import parser

    return parser.parse


def recognizers_text() -> Callable[[str], object]:
    """Every amount of money and every percentage of a text."""
    from recognizers_number import recognize_percentage
    from recognizers_number_with_unit import recognize_currency
    from recognizers_text import Culture

    return lambda text: (
        recognize_currency(text, Culture.English),
        recognize_percentage(text, Culture.English),
    )


def anchorcite() -> Callable[[Pair], str]:
    """An anchor found is support; a missing one says nothing."""
    from anchorcite import anchor_claim

    return lambda pair: _supported_if(anchor_claim(pair["claim"], pair["source"]) is not None)


def onus() -> Callable[[Pair], str]:
    """Every figure of the claim found in the source is support (its tier without a model)."""
    from pathlib import Path

    from onus import claims, documents, evidence, verify

    def rate(pair: Pair) -> str:
        document = documents.Document(Path("claim.txt"), "txt", [documents.Block(0, "line 1", pair["claim"])])
        found = claims.scan_claims(document)
        source = evidence.load(texts=[pair["source"]])
        failures = [one for claim in found for one in verify.check_numbers(claim, source)]
        return _supported_if(bool(found) and not failures)

    return rate


def rag_quantguard() -> Callable[[Pair], str]:
    """Its own words: contradicted is refuted; all verified or approximate is support, some is partial."""
    from quantguard import QuantitativeGuard

    guard = QuantitativeGuard()

    def rate(pair: Pair) -> str:
        checked = guard.verify(generated_text=pair["claim"], source_chunks=pair["source"].split("\n\n"))
        statuses = checked.to_dict()["status_counts"]
        right = statuses.get("VERIFIED", 0) + statuses.get("APPROXIMATE", 0)
        if statuses.get("CONTRADICTED"):
            return "refuted"
        if right and right < sum(statuses.values()):
            return "partially_supported"
        return _supported_if(right > 0)

    return rate


def groundrails() -> Callable[[Pair], str]:
    """Its lexical layers, which need no model: grounded is support, contradicted is refuted."""
    from groundrails import ground, settings

    settings.mark_ready()  # its models would be downloaded else

    def rate(pair: Pair) -> str:
        match = ground(pair["claim"], [pair["source"]], semantic=False, ignore_language=True)
        return "refuted" if match.match_type == "contradicted" else _supported_if(match.grounded)

    return rate


def _supported_if(supported: bool) -> str:
    return "supported" if supported else "not_enough_evidence"


FINDERS = {"price-parser": price_parser, "quantulum3": quantulum3, "recognizers-text": recognizers_text}
JUDGES = {
    "anchorcite": anchorcite,
    "onus": onus,
    "rag-quantguard": rag_quantguard,
    "groundrails": groundrails,
}


def rate_of(
    call: Callable[[Any], object], cases: list[Any], repeats: int, seconds: float
) -> tuple[float, int]:
    """Return cases a second (median) and how many calls ended in an exception of the peer."""
    rates, failed = [], 0
    for _ in range(repeats):
        done, failed, start = 0, 0, time.process_time()
        for case in cases:
            try:
                call(case)
            except Exception:  # a peer's crash is a result to report
                failed += 1
            done += 1
            if time.process_time() - start > seconds:
                break
        rates.append(done / (time.process_time() - start))
    return statistics.median(rates), failed


def main() -> None:
    """Answer one request."""
    warnings.simplefilter("ignore")
    logging.disable()
    request = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):
        answer = _answer(request)
    json.dump(answer, sys.stdout)


def _rating(judge: Callable[[Pair], str], pair: Pair) -> str:
    try:
        return judge(pair)
    except Exception:  # a peer's crash is a result to report
        return "crashed"


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    limits = (request["repeats"], request["seconds"])
    if request["work"] == "find":
        call = FINDERS[request["peer"]]()
        call(request["sentences"][0])
        rate, failed = rate_of(call, request["sentences"], *limits)
        return {"rate": rate, "failed": failed}
    judge = JUDGES[request["peer"]]()
    ratings = {pair["id"]: _rating(judge, pair) for pair in (*request["pairs"], *request.get("untimed", ()))}
    rate, failed = rate_of(judge, request["pairs"], *limits)
    return {"rate": rate, "failed": failed, "ratings": ratings}


if __name__ == "__main__":
    main()
