"""Sentences a second of finding claims, beside extractors of amounts, and the cost at two lengths."""

from __future__ import annotations

import os
from pathlib import Path

from bench.figures import CASES, ROOT, Figure, cpu_seconds_of, read_rows
from bench.peer_calls import PeerError, ask_peer

PEERS = ("price-parser", "quantulum3", "recognizers-text")
PEER_LIMIT_SECONDS = 10.0
PEER_SENTENCES = 1_000
"""No peer is given more sentences of a row."""
SAMPLES = ROOT / "src" / "factdesk" / "samples"
SHORT, LONG = 10, 10_000
"""Sentences of an essay at which the cost of one sentence must be the same."""


def prose() -> dict[str, list[str]]:
    """Return the texts of each row by its name: dense with claims, plain, and what must not be committed."""
    rows = {"dense": [row["source"] for row in read_rows(CASES / "articles.jsonl")], "plain": _read_samples()}
    if given := os.environ.get("FACTDESK_QUALITY_DATA"):
        folder = Path(given) / "data"
        rows["debates"] = [_read_debate(path) for path in sorted((folder / "checkworthiness").glob("*.txt"))]
        rows["pages"] = [_read_page(path) for path in sorted((folder / "pages").glob("*.html"))]
    return {name: texts for name, texts in rows.items() if texts}


def _read_samples() -> list[str]:
    paths = (path for path in SAMPLES.rglob("*") if path.suffix in {".html", ".md", ".txt"})
    return [_read_page(path) for path in sorted(paths)]


def _read_page(path: Path) -> str:
    from factdesk.reading.essay_text import read_essay_text

    form = {".html": "html", ".md": "markdown"}.get(path.suffix, "plain")
    return read_essay_text(path.read_bytes(), form).text


def _read_debate(path: Path) -> str:
    lines = (line.split("\t") for line in path.read_text(encoding="utf-8", errors="replace").splitlines())
    return "\n\n".join(fields[2] for fields in lines if len(fields) > 2)


def split_texts(texts: list[str]) -> list[str]:
    """Return the sentences of texts."""
    from factdesk.text.sentences import split_sentences

    return [span.cut(text) for text in texts for span in split_sentences(text)]


def measure_finding(repeats: int) -> list[Figure]:
    """Find claims in each row's texts, sentence for sentence what the peers are given."""
    rows = prose()
    figures = [figure for name, texts in rows.items() for figure in _measure_row(name, texts, repeats)]
    return [*figures, measure_length(split_texts(rows["dense"]), repeats)]


def _measure_row(name: str, texts: list[str], repeats: int) -> list[Figure]:
    from factdesk.claims.find import find_claims

    sentences = split_texts(texts)
    rate = len(sentences) / cpu_seconds_of(lambda: [find_claims(text) for text in texts], repeats)
    return [_beside(peer, name, sentences[:PEER_SENTENCES], rate, repeats) for peer in PEERS]


def _beside(peer: str, row: str, sentences: list[str], rate: float, repeats: int) -> Figure:
    try:
        answer = ask_peer(
            peer, "find", repeats=min(repeats, 3), seconds=PEER_LIMIT_SECONDS, sentences=sentences
        )
    except PeerError as error:
        return Figure(f"find claims, {row}", "sentences/cpu s", rate, peer, note=f"{peer}: {error}")
    note = f"peer failed on {answer['failed']} sentences" if answer["failed"] else ""
    return Figure(f"find claims, {row}", "sentences/cpu s", rate, peer, answer["rate"], note)


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
