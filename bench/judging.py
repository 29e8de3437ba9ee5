"""Verdicts a second on the committed pairs, beside offline checkers, and the cost at two lengths of source.

The ratings of all are told against the same labels, and how many numbers, altered in a source's own
sentences, each of them still supports; what a peer says is mapped in ``peers.py``. ``PEERS=all`` adds the
peers of `MORE_PEERS`, which have an environment of their own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from itertools import cycle

from bench.figures import CASES, ROOT, Figure, Row, cpu_seconds_of, read_rows
from bench.peer_calls import PeerError, ask_peer

PEERS = ("anchorcite", "onus", "rag-quantguard")
MORE_PEERS = ("groundrails",)
PEER_LIMIT_SECONDS = 20.0
PAIR = "judge a pair"
SHORT, LONG = 120, 1_200
"""Sentences of a source at which the cost of one sentence must be the same."""
SLOWEST = 100
"""Verdicts a processor second against a source of SHORT sentences that are asked for: 10 ms each."""
CLAIMS = 12
"""Claims judged against the long sources; each is parsed anew for each."""


def read_pairs() -> list[Row]:
    """Return the labelled pairs, each with its source's text."""
    sources = {row["article"]: row["source"] for row in read_rows(CASES / "articles.jsonl")}
    return [{**pair, "source": sources[pair["article"]]} for pair in read_rows(CASES / "pairs.jsonl")]


def read_altered() -> list[Row]:
    """Return the articles' own sentences with one number altered, each with its unaltered source."""
    sys.path.insert(0, str(ROOT / "tests"))
    from quality.controls import controls_of

    return [
        {"id": f"altered-{article['article']}-{number}", "claim": one.claim, "source": article["source"]}
        for article in read_rows(CASES / "articles.jsonl")
        for number, one in enumerate(controls_of(article))
        if one.alteration == "number"
    ]


def measure_judging(repeats: int) -> list[Figure]:
    """Judge every pair with ours and with each peer, and a few claims against long sources."""
    from factdesk.start import collect_rarely
    from factdesk.verdicts.pair_answers import judge_pair

    collect_rarely()  # as the command does
    pairs, altered = read_pairs(), read_altered()
    ratings = {one["id"]: judge_pair(one["claim"], one["source"])["rating"] for one in (*pairs, *altered)}
    seconds = cpu_seconds_of(lambda: [judge_pair(pair["claim"], pair["source"]) for pair in pairs], repeats)
    rate, ours = len(pairs) / seconds, shown_quality(pairs, altered, ratings)
    peers = (*PEERS, *MORE_PEERS) if os.environ.get("PEERS") == "all" else PEERS
    beside = [_beside(peer, pairs, altered, rate, ours, repeats) for peer in peers]
    return [*beside, *measure_length(pairs, repeats)]


def _beside(peer: str, pairs: list[Row], altered: list[Row], rate: float, ours: str, repeats: int) -> Figure:
    cases, more = (
        [{name: one[name] for name in ("id", "claim", "source")} for one in rows] for rows in (pairs, altered)
    )
    try:
        answer = ask_peer(
            peer, "judge", repeats=repeats, seconds=PEER_LIMIT_SECONDS, pairs=cases, untimed=more
        )
    except PeerError as error:
        return Figure(PAIR, "verdicts/cpu s", rate, peer, note=f"{peer}: {error}; ours {ours}")
    note = f"ours {ours}; peer {shown_quality(pairs, altered, answer['ratings'])}"
    return Figure(PAIR, "verdicts/cpu s", rate, peer, answer["rate"], note)


def shown_quality(pairs: Sequence[Row], altered: Sequence[Row], ratings: Mapping[str, str]) -> str:
    """Return accuracy, the shares of all pairs wrongly supported and refuted, and the altered supported."""
    labels = {pair["id"]: (pair["verdict"], *pair.get("also_ok", [])) for pair in pairs}
    right = sum(ratings[name] in accepted for name, accepted in labels.items())
    wrong = {
        rating: sum(ratings[name] == rating and rating not in accepted for name, accepted in labels.items())
        for rating in ("supported", "refuted")
    }
    held = sum(ratings[one["id"]] == "supported" for one in altered)
    return (
        f"right {right / len(pairs):.2f}, wrongly supported {wrong['supported'] / len(pairs):.2f}, "
        f"wrongly refuted {wrong['refuted'] / len(pairs):.2f}, "
        f"altered number supported {held} of {len(altered)}"
    )


def measure_length(pairs: Sequence[Row], repeats: int) -> list[Figure]:
    """Judge claims against sources of SHORT and LONG sentences: within the limit, and linear."""
    rates = {length: _rate_at(length, pairs, repeats) for length in (SHORT, LONG)}
    read = _rate_at(SHORT, pairs, repeats, is_read=True)
    per_sentence = {length: rate * length for length, rate in rates.items()}
    unit, peer, note = "verdicts/cpu s", "10 ms a verdict", "asked for: 1.0 or more"
    return [
        Figure(f"judge, {SHORT} sentences, each new", unit, rates[SHORT], peer, SLOWEST, note),
        Figure(f"judge, {SHORT} sentences, in a batch", unit, read, peer, SLOWEST, note),
        Figure(
            f"judge, {LONG:,} sentences, each new",
            "sentences/cpu s",
            per_sentence[LONG],
            f"source of {SHORT}",
            per_sentence[SHORT],
            "linear: 1.0",
        ),
    ]


def _rate_at(length: int, pairs: Sequence[Row], repeats: int, *, is_read: bool = False) -> float:
    """Return verdicts a second; ``is_read``: of one source, as in a batch, read for the first claim."""
    from factdesk.verdicts.pair_answers import judge_pair
    from factdesk.verdicts.reading import SourceReader

    source = source_of(length, [pair["source"] for pair in pairs])
    claims = [pair["claim"] for pair in pairs[:: max(1, len(pairs) // CLAIMS)]][:CLAIMS]
    # A source that was judged before may be remembered: a word of its own makes each a new one.
    editions = (f"{source}\n\nEdition {number}." for number in range(1_000_000))

    def judge_each() -> None:
        for one in claims:
            judge_pair(one, next(editions))

    def judge_batch() -> None:
        text, reader = next(editions), SourceReader()
        for one in claims:
            judge_pair(one, text, reader=reader)

    return len(claims) / cpu_seconds_of(judge_batch if is_read else judge_each, repeats)


def source_of(length: int, texts: Sequence[str]) -> str:
    """Return a text of about so many sentences, whole paragraphs of the texts given, again and again."""
    from factdesk.text.sentences import split_sentences

    paragraphs = [part for text in dict.fromkeys(texts) for part in text.split("\n\n")]
    chosen, count = [], 0
    for paragraph in cycle(paragraphs):
        chosen.append(paragraph)
        count += len(split_sentences(paragraph))
        if count >= length:
            return "\n\n".join(chosen)
    raise ValueError("there is no text to take sentences from")
