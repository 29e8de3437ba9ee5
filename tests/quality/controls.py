"""Scores controls: a source's own sentences as claims, and the same with one thing altered.

The articles of ``tests/cases`` are the sources, split by article. A sentence in which a price, a share or
a sell-out is found is judged against the article that it stands in: it should be supported. Then a number
of its value, a word that has an opposite, or a place is altered, and the sentence is judged against the
unaltered article: it should never be supported. The alterations are those of ``alterations.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from quality.alterations import alter_number, alter_place, alter_polarity
from quality.scoring import Measure, Part, Row, Scored, part_of, parts_measure, read_rows, share

if TYPE_CHECKING:
    from factdesk.claims.findings import Finding
    from factdesk.model import Span

KINDS = frozenset({"price", "poll", "sellout"})
ALTERATIONS = ("number", "polarity", "place")
OWN = "own"


@dataclass(frozen=True, slots=True)
class Control:
    """A sentence to be judged against the article it was taken from; ``alteration`` is own for itself."""

    article: str
    alteration: str
    claim: str

    @property
    def part(self) -> Part:
        """The part that the article belongs to."""
        return part_of(self.article)


def score_controls(cases: Path) -> Scored:
    """Judge every control against its unaltered article."""
    articles = {
        row["article"]: row
        for name in ("articles.jsonl", "own_articles.jsonl")
        for row in read_rows(cases / name)
    }
    controls = [control for row in articles.values() for control in controls_of(row)]
    return score_ratings({control: _rate(control, articles[control.article]) for control in controls})


def controls_of(article: Row) -> list[Control]:
    """Return the controls of one article, each sentence and each altered sentence once."""
    from factdesk.claims.find import find_claims

    source, name = article["source"], article["article"]
    findings = [one for one in find_claims(source) if one.kind in KINDS and not one.is_set_aside]
    made = (
        Control(name, alteration, claim)
        for finding in findings
        for alteration, claim in _variants(source, finding)
    )
    return list(dict.fromkeys(made))


def _variants(source: str, finding: Finding) -> Iterator[tuple[str, str]]:
    """Yield the sentence of a finding, then what could be altered of it."""
    origin = finding.sentence.start
    sentence = source[origin : finding.sentence.end]
    yield OWN, sentence
    spans = [value.span for value in finding.values if value.span is not None] or [finding.quote]
    altered = {
        "number": next(
            (new for span in spans if (new := alter_number(sentence, *_within(span, origin), source))), None
        ),
        "polarity": alter_polarity(sentence, *_within(finding.quote, origin)),
        "place": alter_place(sentence, source),
    }
    for alteration, new in altered.items():
        if new is not None:
            yield alteration, new


def _within(span: Span, origin: int) -> tuple[int, int]:
    return span.start - origin, span.end - origin


def _rate(control: Control, article: Row) -> str:
    """Judge as a stranger would: the kind is not told, the article's title and date are."""
    from factdesk.verdicts.pair_answers import judge_pair

    answer = judge_pair(
        control.claim,
        article["source"],
        source_title=article["title"],
        source_published=date.fromisoformat(article["published"]),
    )
    return str(answer["rating"])


def score_ratings(ratings: dict[Control, str]) -> Scored:
    """Return the shares that are rated supported: of own sentences, of altered ones, of each alteration."""
    measures = (
        _supported("controls.own_supported", ratings, (OWN,)),
        _supported("controls.altered_supported", ratings, ALTERATIONS),
        *(_supported(f"controls.altered_supported.{one}", ratings, (one,)) for one in ALTERATIONS),
    )
    return Scored(measures, tuple(_errors(ratings)))


def _supported(name: str, ratings: dict[Control, str], alterations: Iterable[str]) -> Measure:
    wanted = set(alterations)

    def figure(parts: Iterable[Part]) -> tuple[float | None, int]:
        asked = set(parts)
        chosen = [
            rating
            for control, rating in ratings.items()
            if control.alteration in wanted and control.part in asked
        ]
        return share(chosen.count("supported"), len(chosen)), len(chosen)

    return parts_measure(name, figure)


def _errors(ratings: dict[Control, str]) -> Iterator[str]:
    for control, rating in ratings.items():
        if control.part == "tune" and (rating == "supported") is not (control.alteration == OWN):
            claim = " ".join(control.claim.split())
            yield f"{control.article} {control.alteration}: {rating}: {claim}"
