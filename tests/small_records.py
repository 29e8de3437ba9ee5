"""Small hand-made records for tests: one essay, and what can happen to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from factdesk.model import (
    Act,
    Basis,
    ChangeKind,
    Citation,
    Claim,
    Distance,
    Essay,
    EssayOutcome,
    EssayVersion,
    Evidence,
    Fetch,
    Judgement,
    Mention,
    Note,
    Origin,
    Pair,
    PassageChange,
    Rating,
    Reading,
    Reason,
    Record,
    ReviewEvent,
    Role,
    Snapshot,
    Source,
    SourceChange,
    SourceOutcome,
    Span,
    Verdict,
    VerdictInput,
    text_sha256,
    uuid7,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SALT = "grain"


def make_essay(name: str = "harbour", publish_at: datetime | None = None, **changed: Any) -> Essay:
    fields: dict[str, Any] = {
        "essay_key": f"check/{name}.md",
        "uri": f"{name}.md",
        "title": name.title(),
        "author": "R. Writer",
        "published_on": None,
        "publish_at": publish_at,
        "inbox": "check",
        "path": f"{name}.md",
    }
    return Essay(**{**fields, **changed})


def make_version(essay: Essay, text: str) -> EssayVersion:
    return EssayVersion(essay.id, text_sha256(text), len(text), (), "en")


def make_claim(essay: Essay, quote: str, origin: Origin = Origin.MACHINE) -> Claim:
    return Claim(essay.id, "price", quote, 0, (), (), (), (), origin)


def make_source(url: str = "http://paper.example/fares") -> Source:
    return Source(url, url)


def make_mention(
    claim: Claim, version: EssayVersion, worth: str = "0.5", source: Source | None = None
) -> Mention:
    citations = (Citation(source.id, Distance.SENTENCE, Basis.CITED),) if source else ()
    end = len(claim.quote)
    return Mention(
        claim.id, version.id, Span(0, end), Span(0, end + 1), f"{claim.quote}.", citations, Decimal(worth)
    )


def make_reading(
    essay: Essay,
    version: EssayVersion | None,
    claims: Sequence[Claim],
    *,
    minute: int = 0,
    pairs: Sequence[Pair] = (),
    outcome: EssayOutcome = EssayOutcome.READ,
) -> Reading:
    return Reading(
        essay.id,
        NOON + timedelta(minutes=minute),
        outcome,
        None,
        version.id if version else None,
        "finder",
        tuple(claim.id for claim in claims),
        tuple(pairs),
        len(claims),
        (),
    )


def make_fetch(source: Source, text: str, minute: int = 0) -> Fetch:
    return Fetch(
        source_id=source.id,
        fetched_at=NOON + timedelta(minutes=minute),
        outcome=SourceOutcome.FETCHED,
        detail=None,
        status=200,
        final_url=source.url,
        hops=(),
        headers=(("content-type", "text/html"),),
        elapsed_ms=12,
        wire_bytes=900,
        decoded_bytes=1200,
        wire_sha256=None,
        decoded_sha256=None,
        text_sha256=text_sha256(text),
        blob_sha256=None,
        media_type="text/html",
        charset="utf-8",
        tools=(),
    )


def make_snapshot(source: Source, text: str, extractor: str = "extractor") -> Snapshot:
    return Snapshot(
        source.id, text_sha256(text), extractor, len(text), (), None, None, None, None, "en", None, ()
    )


def make_change(
    source: Source,
    before: str,
    after: str,
    kind: ChangeKind = ChangeKind.TEXT,
    minute: int = 5,
    passages: Sequence[PassageChange] = (),
) -> SourceChange:
    ids = [make_snapshot(source, text).id for text in (before, after)]
    return SourceChange(source.id, NOON + timedelta(minutes=minute), *ids, kind, 3, 2, tuple(passages))


@dataclass
class Judged:
    """A verdict with what it hangs on."""

    source: Source
    snapshot: Snapshot
    evidence: Evidence
    verdict: Verdict
    judgement: Judgement

    @property
    def records(self) -> list[Record]:
        return [self.source, self.snapshot, self.evidence, self.verdict, self.judgement]


def judge(
    claim: Claim,
    rating: Rating = Rating.SUPPORTED,
    *,
    text: str = "The fare is five pounds.",
    words: str = "five pounds",
    method: str = "method-1",
    minute: int = 1,
    support: str = "0.8",
    notes: Sequence[Note] = (),
    unsupported: Sequence[Span] = (),
) -> Judged:
    source = make_source()
    snapshot = make_snapshot(source, text)
    evidence = Evidence(claim.id, snapshot.id, Span(12, 23), words, (), Basis.CITED, method)
    verdict = Verdict(
        claim_id=claim.id,
        inputs=(VerdictInput(source.id, text_sha256(text)),),
        method=method,
        rating=rating,
        confidence=Decimal("0.9"),
        support=Decimal(support),
        reasons=(Reason("all_match", "Every part matches."),),
        missing=("Georgia",),
        facets=(),
        evidence_ids=(evidence.id,),
        deciding_evidence_id=evidence.id,
        deciding_source_id=source.id,
        source_outcome="fetched",
        as_of=NOON,
        notes=tuple(notes),
        unsupported=tuple(unsupported),
    )
    judgement = Judgement(claim.id, NOON + timedelta(minutes=minute), verdict.id)
    return Judged(source, snapshot, evidence, verdict, judgement)


@dataclass
class Review:
    """Makes the events of one claim, each naming the one before it."""

    claim_id: UUID
    previous: UUID | None = None
    made: list[ReviewEvent] = field(default_factory=list)

    def act(self, act: Act, reviewer: str = "ann", **fields: Any) -> ReviewEvent:
        fields.setdefault("at", NOON + timedelta(hours=1, minutes=len(self.made)))
        fields.setdefault("previous_event", self.previous)
        event = ReviewEvent(
            event_id=uuid7(),
            act=act,
            claim_id=self.claim_id,
            reviewer=reviewer,
            role=Role.CHECKER,
            salt=SALT,
            **fields,
        )
        self.previous = event.id
        self.made.append(event)
        return event

    def decide(self, rating: Rating = Rating.SUPPORTED, reviewer: str = "ann", **fields: Any) -> ReviewEvent:
        return self.act(Act.DECIDE, reviewer, rating=rating, **fields)


def small_essay(name: str = "harbour", quotes: Sequence[str] = ("the ferry costs £5",)) -> list[Record]:
    """One essay as it comes out of a first reading, with its claims, mentions and verdicts."""
    essay = make_essay(name)
    version = make_version(essay, ". ".join(quotes))
    claims = [make_claim(essay, quote) for quote in quotes]
    records: list[Record] = [essay, version, *claims, make_reading(essay, version, claims)]
    for claim in claims:
        records += [make_mention(claim, version, source=make_source()), *judge(claim).records]
    return list(dict.fromkeys(records))
