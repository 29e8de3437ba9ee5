"""Scores the ratings of the hand-labelled pairs: ``pairs.jsonl``, split by article, and ``own_pairs.jsonl``.

Accuracy counts a rating of ``also_ok`` as right. Wrong "supported" and wrong "refuted" are shares of
all pairs. The deciding quote is right when one of the evidence quotes and one of the gold quotes contain
each other, counted where the rating is right; a missing part is named when the gold words stand in an
entry of ``missing``. Beside them stands how many statements were read as a claim of their kind at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from quality.scoring import Measure, Part, Row, Scored, part_of, parts_measure, read_rows, share

Answers = Mapping[str, Row]


def score_pairs(cases: Path) -> Scored:
    """Judge every pair and compare the answers with the labels."""
    pairs = read_rows(cases / "pairs.jsonl")
    return score_answers(pairs, _judge_all(pairs, cases / "articles.jsonl"))


def score_own_pairs(cases: Path) -> Scored:
    """Judge the pairs of ``own_pairs.jsonl``, which may all be read and tuned on: no part is held."""
    pairs = read_rows(cases / "own_pairs.jsonl")
    answers = _judge_all(pairs, cases / "own_articles.jsonl")
    measures = []
    for name, test, among in _TESTS:
        figure, count = share_of(pairs, answers, test, among)
        measures.append(Measure(f"own_pairs.{name}", figure, count=count))
    return Scored(tuple(measures), tuple(_errors(pairs, answers)))


def _judge_all(pairs: list[Row], articles: Path) -> Answers:
    from factdesk.verdicts.pair_answers import judge_pair

    sources = {row["article"]: row for row in read_rows(articles)}
    return {pair["id"]: _judge(judge_pair, pair, sources) for pair in pairs}


def _judge(judge_pair: Callable[..., Row], pair: Row, articles: Mapping[str, Row]) -> Row:
    """Judge as a stranger would: the kind is not told, the article's title and date are."""
    from datetime import date

    article = articles[pair["article"]]
    return judge_pair(
        pair["claim"],
        article["source"],
        source_title=article["title"],
        source_published=date.fromisoformat(article["published"]),
    )


def score_answers(pairs: list[Row], answers: Answers) -> Scored:
    """Return the measures over given answers, one a pair id."""
    chosen: dict[Part, list[Row]] = {"tune": [], "held": []}
    for pair in pairs:
        chosen[part_of(pair["article"])].append(pair)

    def rows(names: Iterable[Part]) -> list[Row]:
        return [pair for name in names for pair in chosen[name]]

    def figure(test: Test, among: Test) -> Callable[[Iterable[Part]], tuple[float | None, int]]:
        return lambda names: share_of(rows(names), answers, test, among)

    measures = tuple(parts_measure(f"pairs.{name}", figure(test, among)) for name, test, among in _TESTS)
    return Scored(measures, tuple(_errors(chosen["tune"], answers)))


Test = Callable[[Row, Row], bool]


def share_of(pairs: list[Row], answers: Answers, test: Test, among: Test) -> tuple[float | None, int]:
    """Return the share of the pairs ``among`` which ``test`` holds, and how many those pairs are."""
    asked = [pair for pair in pairs if among(pair, answers[pair["id"]])]
    return share(sum(test(pair, answers[pair["id"]]) for pair in asked), len(asked)), len(asked)


def is_right(pair: Row, answer: Row) -> bool:
    """Whether the rating is the label, or one that the annotators accept too."""
    return answer["rating"] in (pair["verdict"], *pair.get("also_ok", []))


def kind_is_read(pair: Row, answer: Row) -> bool:
    """Whether a claim of the labelled kind was found in the statement at all."""
    return answer["kind"] == pair["kind"]


def is_wrongly(rating: str) -> Test:
    """Return a test: was this rating given where it is not right?"""
    return lambda pair, answer: answer["rating"] == rating and not is_right(pair, answer)


def _has_right_quote(pair: Row, answer: Row) -> bool:
    return bool(pair["evidence"]) and answer["rating"] == pair["verdict"]


def quote_is_right(pair: Row, answer: Row) -> bool:
    """Whether an evidence quote and a gold quote contain one another."""
    return any(
        gold in quote or quote in gold
        for gold in pair["evidence"]
        for quote in (one["quote"] for one in answer["evidence"])
        if quote.strip()
    )


def _has_missing(pair: Row, answer: Row) -> bool:
    return bool(pair["missing"])


def missing_is_named(pair: Row, answer: Row) -> bool:
    """Whether every absent part of the label stands in an entry of ``missing``, case folded."""
    entries = [entry.casefold() for entry in answer["missing"]]
    return all(any(gold.casefold() in entry for entry in entries) for gold in pair["missing"])


_TESTS: tuple[tuple[str, Test, Test], ...] = (
    ("kind_read", kind_is_read, lambda pair, answer: True),
    ("accuracy", is_right, lambda pair, answer: True),
    ("wrong_supported", is_wrongly("supported"), lambda pair, answer: True),
    ("wrong_refuted", is_wrongly("refuted"), lambda pair, answer: True),
    ("quote", quote_is_right, _has_right_quote),
    ("missing", missing_is_named, _has_missing),
)
"""The name of each measure, what it counts, and among which pairs."""


def _errors(pairs: list[Row], answers: Answers) -> Iterable[str]:
    for pair in pairs:
        answer = answers[pair["id"]]
        if not is_right(pair, answer):
            codes = ",".join(reason["code"] for reason in answer["reasons"])
            yield f"{pair['id']} {answer['rating']} ({codes}), not {pair['verdict']}: {pair['claim']}"
        elif _has_right_quote(pair, answer) and not quote_is_right(pair, answer):
            quotes = [one["quote"] for one in answer["evidence"]]
            yield f"{pair['id']} quote: {quotes}, not {pair['evidence']}"
        elif _has_missing(pair, answer) and not missing_is_named(pair, answer):
            yield f"{pair['id']} missing: {answer['missing']}, not {pair['missing']}"
