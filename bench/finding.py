"""Sentences a second of finding claims, beside extractors of amounts, and the cost at two lengths."""

from __future__ import annotations

from bench.figures import CASES, Figure, cpu_seconds_of, read_rows
from bench.peer_calls import PeerError, ask_peer

PEERS = ("price-parser", "quantulum3", "recognizers-text")
PEER_LIMIT_SECONDS = 10.0
SHORT, LONG = 10, 10_000
"""Sentences of an essay at which the cost of one sentence must be the same."""


def read_sentences() -> list[str]:
    """Return the sentences of the committed articles: newspaper prose, many without any claim."""
    from factdesk.text.sentences import split_sentences

    texts = [row["source"] for row in read_rows(CASES / "articles.jsonl")]
    return [span.cut(text) for text in texts for span in split_sentences(text)]


def measure_finding(repeats: int) -> list[Figure]:
    """Find claims in the articles, sentence for sentence what the peers are given."""
    from factdesk.claims.find import find_claims

    sentences = read_sentences()
    texts = [row["source"] for row in read_rows(CASES / "articles.jsonl")]
    seconds = cpu_seconds_of(lambda: [find_claims(text) for text in texts], repeats)
    rate = len(sentences) / seconds
    figures = [_beside(peer, sentences, rate, repeats) for peer in PEERS]
    return [*figures, measure_length(sentences, repeats)]


def _beside(peer: str, sentences: list[str], rate: float, repeats: int) -> Figure:
    try:
        answer = ask_peer(
            peer, "find", repeats=min(repeats, 3), seconds=PEER_LIMIT_SECONDS, sentences=sentences
        )
    except PeerError as error:
        return Figure("find claims", "sentences/cpu s", rate, peer, note=f"{peer}: {error}")
    note = f"peer failed on {answer['failed']} sentences" if answer["failed"] else ""
    return Figure("find claims", "sentences/cpu s", rate, peer, answer["rate"], note)


def measure_length(sentences: list[str], repeats: int) -> Figure:
    """Compare sentences a second in one long essay with those in short ones of the same sentences."""
    from factdesk.claims.find import find_claims

    many = [sentences[n % len(sentences)] for n in range(LONG)]
    short = [" ".join(many[n : n + SHORT]) for n in range(0, LONG, SHORT)]
    long = "\n\n".join(short)
    in_short = LONG / cpu_seconds_of(lambda: [find_claims(text) for text in short], max(1, repeats // 2))
    in_long = LONG / cpu_seconds_of(lambda: find_claims(long), max(1, repeats // 2))
    return Figure(
        f"find claims, one essay of {LONG:,}",
        "sentences/cpu s",
        in_long,
        f"essays of {SHORT}",
        in_short,
        "linear: 1.0",
    )
