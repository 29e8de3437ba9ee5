"""Verdicts a second on the committed pairs, beside three offline checkers.

The ratings of all are told against the same labels; what a peer says is mapped in ``peers.py``.
"""

from __future__ import annotations

from collections.abc import Mapping

from bench.figures import CASES, Figure, Row, cpu_seconds_of, read_rows
from bench.peer_calls import PeerError, ask_peer

PEERS = ("anchorcite", "onus", "rag-quantguard")
PEER_LIMIT_SECONDS = 20.0


def read_pairs() -> list[Row]:
    """Return the labelled pairs, each with its source's text."""
    sources = {row["article"]: row["source"] for row in read_rows(CASES / "articles.jsonl")}
    return [{**pair, "source": sources[pair["article"]]} for pair in read_rows(CASES / "pairs.jsonl")]


def measure_judging(repeats: int) -> list[Figure]:
    """Judge every pair with ours and with each peer."""
    from factdesk.verdicts.judge import judge_pair

    pairs = read_pairs()
    ratings = {pair["id"]: judge_pair(pair["claim"], pair["source"])["rating"] for pair in pairs}
    seconds = cpu_seconds_of(lambda: [judge_pair(pair["claim"], pair["source"]) for pair in pairs], repeats)
    rate, ours = len(pairs) / seconds, shown_quality(pairs, ratings)
    return [_beside(peer, pairs, rate, ours, repeats) for peer in PEERS]


def _beside(peer: str, pairs: list[Row], rate: float, ours: str, repeats: int) -> Figure:
    cases = [{name: pair[name] for name in ("id", "claim", "source")} for pair in pairs]
    try:
        answer = ask_peer(peer, "judge", repeats=repeats, seconds=PEER_LIMIT_SECONDS, pairs=cases)
    except PeerError as error:
        return Figure("judge a pair", "verdicts/cpu s", rate, peer, note=f"{peer}: {error}; ours {ours}")
    note = f"ours {ours}; peer {shown_quality(pairs, answer['ratings'])}"
    return Figure("judge a pair", "verdicts/cpu s", rate, peer, answer["rate"], note)


def shown_quality(pairs: list[Row], ratings: Mapping[str, str]) -> str:
    """Return accuracy and the share of all pairs that are wrongly called supported."""
    right = sum(ratings[pair["id"]] in (pair["verdict"], *pair.get("also_ok", [])) for pair in pairs)
    wrongly = sum(
        ratings[pair["id"]] == "supported" and "supported" not in (pair["verdict"], *pair.get("also_ok", []))
        for pair in pairs
    )
    return f"right {right / len(pairs):.2f}, wrongly supported {wrongly / len(pairs):.2f}"
