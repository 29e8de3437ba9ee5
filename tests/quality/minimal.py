"""Scores the ratings of the minimal pairs of ``tests/cases/minimal_pairs.jsonl``, split by family.

A family is one short source and one claim; every member changes one facet of one of the two, or only the
words. ``right`` counts a rating of ``also_ok`` as right. ``confident_error`` is the share of rows that are
rated supported or refuted where that is not right: the answers that would mislead a reviewer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from quality.pairs import Answers, is_right, is_wrongly, share_of
from quality.scoring import Measure, Part, Row, Scored, part_of, parts_measure, read_rows

KINDS = ("sellout", "price", "poll")


def score_minimal(cases: Path) -> Scored:
    """Judge every row, its kind untold, and compare the answers with the labels."""
    from factdesk.verdicts.pair_answers import judge_pair

    rows = read_rows(cases / "minimal_pairs.jsonl")
    return score_answers(rows, {row["id"]: _judge(judge_pair, row) for row in rows})


def _judge(judge_pair: Callable[..., Row], row: Row) -> Row:
    return judge_pair(
        row["claim"],
        row["source"],
        source_title=row.get("source_title"),
        source_published=_day(row.get("source_published")),
        claim_published=_day(row.get("claim_published")),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def score_answers(rows: list[Row], answers: Answers) -> Scored:
    """Return the measures of each kind and of all over given answers, one a row id."""
    tune = [row for row in rows if part_of(row["family"]) == "tune"]
    measures = [
        measure
        for prefix, chosen in _groups(rows)
        for measure in (
            _measure(f"{prefix}.right", chosen, answers, is_right),
            _measure(f"{prefix}.confident_error", chosen, answers, is_confident_error),
        )
    ]
    return Scored(tuple(measures), (*_errors(tune, answers), *_by_alteration(tune, answers)))


def is_confident_error(row: Row, answer: Row) -> bool:
    """Whether the rating says supported or refuted and neither the label nor ``also_ok`` does."""
    return is_wrongly("supported")(row, answer) or is_wrongly("refuted")(row, answer)


def _groups(rows: list[Row]) -> Iterable[tuple[str, list[Row]]]:
    for kind in KINDS:
        yield f"minimal.{kind}", [row for row in rows if row["kind"] == kind]
    yield "minimal", rows


def _measure(name: str, rows: list[Row], answers: Answers, test: Callable[[Row, Row], bool]) -> Measure:
    def figure(parts: Iterable[Part]) -> tuple[float | None, int]:
        wanted = set(parts)
        chosen = [row for row in rows if part_of(row["family"]) in wanted]
        return share_of(chosen, answers, test, lambda row, answer: True)

    return parts_measure(name, figure)


def _errors(rows: list[Row], answers: Answers) -> Iterable[str]:
    for row in rows:
        answer = answers[row["id"]]
        if not is_right(row, answer):
            mark = "!" if is_confident_error(row, answer) else " "
            codes = ",".join(reason["code"] for reason in answer["reasons"])
            yield (
                f"{mark} {row['id']} {row['altered']}: {answer['rating']} ({codes}), "
                f"not {row['verdict']}: {row['claim']}"
            )


def _by_alteration(rows: list[Row], answers: Answers) -> Iterable[str]:
    """Yield a line for each altered facet: how many rows, how many right, how many confident errors."""
    asked = Counter(row["altered"] for row in rows)
    right = Counter(row["altered"] for row in rows if is_right(row, answers[row["id"]]))
    wrong = Counter(row["altered"] for row in rows if is_confident_error(row, answers[row["id"]]))
    for facet, count in sorted(asked.items()):
        yield f"  {facet}: {right[facet]} of {count} right, {wrong[facet]} confidently wrong"
