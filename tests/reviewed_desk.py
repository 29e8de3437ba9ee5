"""A desk with a few dozen reviewed claims, made by hand, and its figures as plain Python makes them."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from factdesk.model import (
    Act,
    Claim,
    Essay,
    Judgement,
    Origin,
    Rating,
    Reason,
    Record,
    ReviewEvent,
    SourceOutcome,
    Verdict,
)
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.spool import write_batches
from small_records import (
    Review,
    judge,
    make_essay,
    make_fetch,
    make_mention,
    make_reading,
    make_source,
    make_version,
)

AS_OF = datetime(2026, 5, 20, 12, tzinfo=UTC)
"""Ages are counted up to here."""

FIRST_DAY = datetime(2026, 4, 6, 9, tzinfo=UTC)
"""A Monday."""

DESKS = ("columns", "students")
AUTHORS = {"columns": ("Ines Weber", '=HYPERLINK("http://evil.example")'), "students": ("Bo \u202eLund",)}
TOWNS = ("Hvar", "Vis", "Korčula", "Ancona", "Trogir")
KINDS = ("price", "poll", "sellout")
CODES = ("all_match", "part_missing", "value_conflict")
GIVEN_REASONS = ("wrong passage", "unit or time", None)
RATINGS = (Rating.SUPPORTED, Rating.PARTIALLY_SUPPORTED, Rating.REFUTED)


@dataclass(frozen=True, slots=True)
class Told:
    """One claim of the desk and what people said of it; ``second`` is a second checker's rating."""

    number: int
    desk: str
    author: str
    kind: str
    code: str
    machine: Rating
    confidence: Decimal
    arrived: datetime
    decided: datetime | None
    editor: Rating | None = None
    second: Rating | None = None
    shown: bool = True
    reason: str | None = None
    spent_ms: int | None = None

    @property
    def words(self) -> str:
        """The claim; its second word is its number."""
        town = TOWNS[self.number % len(TOWNS)]
        return {
            "price": f"ticket {self.number} from Split to {town} costs £{5 + self.number % 40}",
            "poll": f"poll {self.number} has {20 + self.number % 60}% of {town} for a later boat",
            "sellout": f"boat {self.number} to {town} was sold out by noon",
        }[self.kind]

    @property
    def link(self) -> str:
        return f"https://host{self.number % 5}.example/page"

    @property
    def links_nothing(self) -> bool:
        return self.number % 6 == 5

    @property
    def final(self) -> Rating | None:
        """The rating that holds: the later one."""
        return self.second or self.editor

    @property
    def holds_at(self) -> datetime | None:
        return self.decided + timedelta(hours=1) if self.decided and self.second else self.decided

    @property
    def is_disputed_between_two(self) -> bool:
        return self.second is not None and self.second is not self.editor


def tell_claims(count: int = 60, authors: Mapping[str, Sequence[str]] = AUTHORS) -> list[Told]:
    """Return the claims; by their numbers alone, so that every run has the same."""
    return [_tell_claim(number, authors) for number in range(count)]


def _tell_claim(number: int, authors_of: Mapping[str, Sequence[str]]) -> Told:
    desk = DESKS[number % 3 == 0]
    authors = authors_of[desk]
    machine = RATINGS[number % 7 % 3]
    editor = RATINGS[(number % 7 + (number % 5 == 0)) % 3]
    arrived = FIRST_DAY + timedelta(days=number // 3, minutes=number)
    is_decided = number % 10 != 9
    return Told(
        number,
        desk,
        authors[number % len(authors)],
        KINDS[number % 5 % 3],
        CODES[number % 7 % 3],
        machine,
        Decimal(55 + (number * 7) % 45) / 100,
        arrived,
        arrived + timedelta(days=1 + number % 4) if is_decided else None,
        (Rating.NOT_A_CLAIM if number == 20 else editor) if is_decided else None,
        RATINGS[(number % 7 + (number % 5 == 0) + (number % 8 == 0)) % 3]
        if is_decided and number % 4 == 0
        else None,
        number % 4 != 1,
        GIVEN_REASONS[number % 3] if editor is not machine else None,
        3000 + 500 * (number % 9),
    )


def fill(warehouse: Path, told: Sequence[Told]) -> None:
    """Store the claims with their essays, sources, verdicts and events, and publish."""
    for records in _batches(told):
        write_batches(records, warehouse, 16_000_000)
    fold_and_publish(warehouse)


def _batches(told: Sequence[Told]) -> Iterator[list[Record]]:
    essays = {(one.desk, one.author): _essay(one) for one in told}
    for key, essay in essays.items():
        yield _essay_records(essay, [one for one in told if (one.desk, one.author) == key])
    events = [event for one in told for event in _events(one, essays[one.desk, one.author])]
    yield sorted(events, key=lambda event: event.at)


def _essay(one: Told) -> Essay:
    name = f"{one.desk}-{one.author}"
    return make_essay(
        "essay",
        essay_key=f"{one.desk}/{name}",
        author=one.author,
        inbox=one.desk,
        title=f"An essay by {one.author}",
        path="essay.md",
        uri=f"{one.desk}/essay.md",
        published_on=date(2026, 4, 1),
    )


def claim_of(one: Told, essay: Essay) -> Claim:
    return Claim(essay.id, one.kind, one.words, 0, (), (), (), (), Origin.MACHINE)


def _essay_records(essay: Essay, told: Sequence[Told]) -> list[Record]:
    version = make_version(essay, "text")
    claims = [claim_of(one, essay) for one in told]
    records: list[Record] = [essay, version, *claims, make_reading(essay, version, claims)]
    for one, claim in zip(told, claims, strict=True):
        records += _judged(one, claim)
        source = None if one.links_nothing else make_source(one.link)
        records.append(make_mention(claim, version, source=source))
    return list(dict.fromkeys(records))


def _judged(one: Told, claim: Claim) -> list[Record]:
    source = make_source(one.link)
    judged = judge(claim, one.machine)
    verdict = replace(
        judged.verdict,
        confidence=one.confidence,
        reasons=(Reason(one.code, "Because."), Reason(one.code, "Because again.")),
        deciding_source_id=source.id,
    )
    outcome = (SourceOutcome.FETCHED, SourceOutcome.GONE, SourceOutcome.FORBIDDEN)[one.number % 5 % 3]
    fetch = replace(make_fetch(source, "text"), outcome=outcome, text_sha256=None)
    return [source, fetch, *judged.records[1:3], verdict, Judgement(claim.id, one.arrived, verdict.id)]


def _events(one: Told, essay: Essay) -> list[ReviewEvent]:
    if one.decided is None or one.editor is None:
        return []
    claim = claim_of(one, essay)
    (verdict,) = (record for record in _judged(one, claim) if isinstance(record, Verdict))
    review = Review(claim.id)
    fields = {"verdict_id": verdict.id, "shown": one.shown, "reason": one.reason, "spent_ms": one.spent_ms}
    conclusion = f"It is {one.editor}." if one.editor is not Rating.SUPPORTED else None
    review.decide(one.editor, _reviewer(one), at=one.decided, conclusion=conclusion, **fields)
    if one.number % 11 == 10:  # a slip, taken back at once
        review.decide(Rating.CONFLICTING, _reviewer(one), at=one.decided + timedelta(minutes=1), **fields)
        review.act(
            Act.UNDO, _reviewer(one), at=one.decided + timedelta(minutes=2), target=str(review.made[-1].id)
        )
    if one.second is not None:
        review.decide(one.second, _second(one), at=one.holds_at, conclusion="Seen again.", **fields)
    if one.final is Rating.REFUTED and one.number % 2:
        review.act(Act.CORRECTION_REQUESTED, _reviewer(one), at=one.decided + timedelta(hours=2))
    return review.made


def _reviewer(one: Told) -> str:
    return ("rann", "rbob")[one.number % 2]


def _second(one: Told) -> str:
    return "rcleo"


# --- the same figures, computed without the database


def wilson(hits: int, n: int) -> tuple[float | None, float | None, float | None]:
    """Share and interval by solving |p - hits/n| = z sqrt(p (1 - p) / n) for p, rounded to 3 places."""
    if n < 10:
        return None, None, None
    a, b, c = n + 1.96**2, -(2 * hits + 1.96**2), hits**2 / n
    root = math.sqrt(b * b - 4 * a * c)
    low, high = (-b - root) / (2 * a), (-b + root) / (2 * a)
    return round(hits / n, 3), round(max(low, 0), 3), round(min(high, 1), 3)


def cohen(pairs: Sequence[tuple[str, str]]) -> float:
    """Cohen's kappa, straight from its definition."""
    n = len(pairs)
    observed = sum(one == other for one, other in pairs) / n
    left, right = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    expected = sum(left[word] / n * right[word] / n for word in left)
    return (observed - expected) / (1 - expected)


def fleiss(pairs: Sequence[tuple[str, str]]) -> float:
    """Fleiss' kappa of two ratings a subject, straight from its definition."""
    n = len(pairs)
    words = Counter(word for pair in pairs for word in pair)
    extent = [sum(k * (k - 1) for k in Counter(pair).values()) / 2 for pair in pairs]
    expected = sum((k / (2 * n)) ** 2 for k in words.values())
    return (statistics.fmean(extent) - expected) / (1 - expected)


def days_between(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 86_400


def decided_ones(told: Iterable[Told]) -> list[Told]:
    """The claims on which somebody decided."""
    return [one for one in told if one.editor is not None]
