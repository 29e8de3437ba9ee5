"""The records of made-up essays, as a newsroom's warehouse holds them after months of work.

Every essay has 25 claims. Most cite one page, some two or none; some pages change or die; some essays are
read again with other words or by a better finder; people have decided all claims but those that wait. All
of it follows from the seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from bench.warehouse_claims import METHODS, JudgedClaim, compare, make_evidence, make_mention, make_quote
from bench.warehouse_pages import Page, make_source

from factdesk.model import (
    Act,
    ChangeKind,
    Claim,
    Essay,
    EssayOutcome,
    EssayVersion,
    Facet,
    FacetName,
    Judgement,
    Origin,
    Pair,
    PassageChange,
    PassageFate,
    Rating,
    Reading,
    Reason,
    Record,
    ReviewEvent,
    Role,
    SourceChange,
    Span,
    Verdict,
    VerdictInput,
    text_sha256,
)

CLAIMS_PER_ESSAY = 25
SOURCES_PER_ESSAY = 12
START = datetime(2024, 1, 1, 6, tzinfo=UTC)

_SHARED_PAGES = 400
_OTHER_WORDS, _BETTER_FINDER = 0, 10
"""Of twenty essays the one that was read again for its other words, and the one by a better finder."""

_FINDER = "f" * 64
_REVIEWERS = tuple(f"r{number:016x}" for number in range(12))
_RATINGS = (
    (Rating.SUPPORTED, 62, "all_match", "Every part of the claim is in the source."),
    (Rating.PARTIALLY_SUPPORTED, 4, "some_match", "The source shows a part of the claim."),
    (Rating.REFUTED, 2, "value_conflict", "The source gives another figure."),
    (Rating.CONFLICTING, 1, "passages_disagree", "Two passages of the source disagree."),
    (Rating.NOT_ENOUGH_EVIDENCE, 31, "nothing_bears", "No passage bears on the claim."),
)
_THINGS = (
    "a ferry ticket",
    "a night in a hostel",
    "a monthly pass",
    "a litre of milk",
    "a seat at the opera",
)
_PLACES = ("Lindholm", "Aster Bay", "Norvik", "the old harbour", "Tarn Hill", "Westmark")


@dataclass(frozen=True, slots=True)
class MadeEssay:
    """The records of one essay, and the texts that its versions and snapshots name by their hash."""

    records: list[Record]
    texts: list[str]


def make_essays(claims: int, waiting: int, seed: int) -> Iterator[MadeEssay]:
    """Yield essays with ``claims`` claims together, of which ``waiting`` wait for a person.

    Raises ValueError when ``claims`` is no multiple of 25 or more than four fifths of them wait.
    """
    if claims % CLAIMS_PER_ESSAY or waiting * 5 > claims * 4:
        raise ValueError(
            f"{claims} claims with {waiting} waiting cannot be made; ask for 25 n, at most 4/5 waiting"
        )
    essays = claims // CLAIMS_PER_ESSAY
    for number in range(essays):
        waits = (number + 1) * waiting // essays - number * waiting // essays
        yield _EssayMaker(number, waits, seed).make()


class _EssayMaker:
    def __init__(self, number: int, waits: int, seed: int) -> None:
        self.number = number
        self.waits = waits
        self.random = random.Random(f"{seed}/{number}")
        self.seed = seed
        self.read_at = START + timedelta(minutes=17 * number)
        self.records: list[Record] = []

    @cached_property
    def essay(self) -> Essay:
        day = self.read_at + timedelta(days=1)
        name = f"column-{self.number:06}.md"
        return Essay(
            f"desk/{name}",
            name,
            f"Column {self.number}",
            f"Author {self.number % 40}",
            day.date(),
            day if self.number % 3 == 0 else None,
            "desk",
            name,
        )

    def make(self) -> MadeEssay:
        pages = self._pages()
        judged = [self._judged(place, pages) for place in range(CLAIMS_PER_ESSAY)]
        if self.number % 20 == _BETTER_FINDER:
            judged[-1].pages = judged[0].pages  # the same claim, by a finder that moved its edge
        text = " ".join(one.sentence for one in judged)
        self.records += [self.essay, *(one.claim for one in judged)]
        self._read(judged, text)
        for page in pages:
            self.records += page.records()
        for one in judged:
            self._judge(one)
        self.records += self._changes(pages, judged)
        self._review(judged)
        texts = [text, f"{text} Corrected.", *(page.text() for page in pages)]
        texts += [page.text(later=True) for page in pages if page.changes]
        return MadeEssay(list(dict.fromkeys(self.records)), texts)

    def _pages(self) -> list[Page]:
        own = [self._page(place) for place in range(SOURCES_PER_ESSAY)]
        shared = random.Random(f"{self.seed}/shared").randrange(1000) + self.number % _SHARED_PAGES
        return [
            *own,
            Page(
                make_source(f"https://figures.example/table/{shared}"), START, f"Table {shared} of the year."
            ),
        ]

    def _page(self, place: int) -> Page:
        url = f"https://paper-{self.random.randrange(300)}.example/{self.number}/{place}.html"
        lead = f"News {self.number}.{place} from {self.random.choice(_PLACES)}."
        return Page(
            make_source(url),
            self.read_at + timedelta(minutes=2),
            lead,
            changes=place == 3,
            dies=place == 5 and self.number % 4 == 0,
        )

    def _judged(self, place: int, pages: Sequence[Page]) -> JudgedClaim:
        amount = self.random.randrange(20, 9000)
        thing, where = self.random.choice(_THINGS), self.random.choice(_PLACES)
        quote, kind, value = make_quote(place, thing, where, amount)
        facets = (Facet(FacetName.ITEM, thing, thing.removeprefix("a "), Span(0, len(thing))),)
        claim = Claim(self.essay.id, kind, quote, 0, value, facets, (), (), Origin.MACHINE)
        cited = [] if place % 10 == 9 else [pages[self.random.randrange(len(pages))]]
        if place % 10 == 4:
            cited.append(next(one for one in pages if one not in cited))
        for page in cited:
            if page is not pages[-1]:  # the text of a page that essays share does not hang on one of them
                page.passages.append(f"Officials said that {quote} in the spring.")
        return JudgedClaim(claim, f"In our column we wrote that {quote}.", cited)

    def _read(self, judged: Sequence[JudgedClaim], text: str) -> None:
        found = list(judged)
        pairs: tuple[Pair, ...] = ()
        if self.number % 20 in (
            _OTHER_WORDS,
            _BETTER_FINDER,
        ):  # the last claim comes with the second reading, in the place of the first
            found, pairs = found[:-1], (Pair(judged[-1].claim.id, judged[0].claim.id),)
        self._reading(found, text, (), 0)
        if pairs:
            # A better finder moved an edge, or the words changed and another claim was taken out.
            same = self.number % 20 == _BETTER_FINDER
            self._reading(
                judged[1:] if same else judged[2:], text if same else f"{text} Corrected.", pairs, 600
            )

    def _reading(self, found: Sequence[JudgedClaim], text: str, pairs: tuple[Pair, ...], minute: int) -> None:
        version = EssayVersion(self.essay.id, text_sha256(text), len(text), (), "en")
        moment = self.read_at + timedelta(minutes=minute)
        ids = tuple(one.claim.id for one in found)
        reading = Reading(
            self.essay.id,
            moment,
            EssayOutcome.READ,
            None,
            version.id,
            _FINDER,
            ids,
            pairs,
            40,
            (("forecast", 2),),
        )
        self.records += [version, *(make_mention(one, version, text, self.number) for one in found), reading]

    def _judge(self, one: JudgedClaim) -> None:
        self._verdict(one, later=False)
        if any(page.changes for page in one.pages):
            self._verdict(one, later=True)

    def _verdict(self, one: JudgedClaim, *, later: bool) -> None:
        rating, _, code, sentence = self.random.choices(_RATINGS, [row[1] for row in _RATINGS])[0]
        if not one.pages:
            rating, code, sentence = Rating.NOT_ENOUGH_EVIDENCE, "no_source", "The essay links no source."
        evidence = [make_evidence(one, page, later) for page in one.pages]
        self.records += evidence
        page = one.pages[0] if one.pages else None
        certainty = Decimal(self.random.randrange(5000, 9999)) / 10000
        verdict = Verdict(
            claim_id=one.claim.id,
            inputs=tuple(
                VerdictInput(page.source.id, text_sha256(page.text(later and page.changes)))
                for page in one.pages
            ),
            method=METHODS[self.number % 2],
            rating=rating,
            confidence=certainty,
            support=1 - certainty / 3,
            reasons=(Reason(code, sentence),),
            missing=(),
            facets=compare(one),
            evidence_ids=tuple(e.id for e in evidence),
            deciding_evidence_id=evidence[0].id if evidence else None,
            deciding_source_id=page.source.id if page else None,
            source_outcome="fetched" if page else "no_linked_source",
            as_of=page.fetched_at if page else None,
        )
        at = self.read_at + timedelta(days=2 if later else 0, minutes=3)
        self.records += [verdict, Judgement(one.claim.id, at, verdict.id)]
        one.verdicts.append(verdict)

    def _changes(self, pages: Sequence[Page], judged: Sequence[JudgedClaim]) -> list[SourceChange]:
        return [
            SourceChange(
                page.source.id,
                page.changed_at,
                page.snapshot().id,
                page.snapshot(later=True).id,
                ChangeKind.TEXT,
                4,
                0,
                tuple(
                    PassageChange(one.claim.id, evidence.id, PassageFate.KEPT, evidence.span)
                    for one in judged
                    if page in one.pages
                    for evidence in [make_evidence(one, page, later=False)]
                ),
            )
            for page in pages
            if page.changes
        ]

    def _review(self, judged: list[JudgedClaim]) -> None:
        """Everybody's acts: those that wait are the last claims but one of the essay."""
        order = judged[2:-1]
        self.random.shuffle(order)
        waiting = order[: self.waits]
        for one in judged:
            carries = one is judged[-1] and self.number % 20 == _BETTER_FINDER
            if not carries and not any(one is other for other in waiting):
                self._settle(one)
        for place, one in enumerate(waiting):
            self._leave_waiting(one, self.number + place)
        events = [event for one in judged for event in one.events]
        self.records += sorted(events, key=lambda event: event.at)

    def _settle(self, one: JudgedClaim) -> None:
        machine = one.verdicts[-1].rating
        draw = self.random.random()
        rating = Rating.REFUTED if draw < 0.02 else Rating.PARTIALLY_SUPPORTED if draw < 0.04 else machine
        if 0.3 < draw < 0.32:
            self._decide(one, Rating.NOT_CHECKABLE)
            self._act(one, Act.UNDO, one.events[-1].reviewer, target=str(one.events[-1].event_id))
        self._decide(one, rating)
        if 0.4 < draw < 0.43:
            self._decide(one, rating)
        if rating is Rating.REFUTED and draw < 0.6:
            self._act(one, Act.CORRECTION_REQUESTED, _REVIEWERS[0], note="Wrote to the author.")
            if draw < 0.5:
                self._act(one, Act.CORRECTION_MADE, _REVIEWERS[0], note="Corrected on the page.")

    def _leave_waiting(self, one: JudgedClaim, turn: int) -> None:
        if turn % 10 == 0:
            self._decide(one, one.verdicts[0].rating, verdict=one.verdicts[0])
            self._act(one, Act.FLAG, _REVIEWERS[0], target="reopen")
        elif turn % 13 == 0:
            self._decide(one, one.verdicts[-1].rating)
            self._act(one, Act.FLAG, _REVIEWERS[0], target="second_check")
        elif turn % 17 == 0:
            self._decide(one, one.verdicts[-1].rating)
            self._act(one, Act.DISPUTED, _REVIEWERS[0], note="The author disagrees.")
        elif turn % 19 == 0:
            self._act(one, Act.ASSIGN, _REVIEWERS[0], target=self.random.choice(_REVIEWERS))
        elif turn % 23 == 0:
            self._act(one, Act.WAIT, _REVIEWERS[1], until=START + timedelta(days=36500))

    def _decide(self, one: JudgedClaim, rating: Rating, verdict: Verdict | None = None) -> None:
        verdict = verdict or one.verdicts[-1]
        reviewer = self.random.choice(
            [name for name in _REVIEWERS if all(name != e.reviewer for e in one.events)]
        )
        differs = rating != verdict.rating or rating is Rating.REFUTED
        self._act(
            one,
            Act.DECIDE,
            reviewer,
            verdict_id=verdict.id,
            rating=rating,
            conclusion="The page that the essay links gives another figure." if differs else None,
            reason="wrong_passage" if differs else None,
            shown=self.random.random() > 0.1,
            spent_ms=self.random.randrange(4000, 90000),
        )

    def _act(self, one: JudgedClaim, act: Act, reviewer: str, **said: Any) -> None:
        at = self.read_at + timedelta(
            days=3, minutes=self.random.randrange(400), seconds=len(one.events) * 40000
        )
        one.events.append(
            ReviewEvent(
                event_id=_event_id(at, self.random),
                act=act,
                claim_id=one.claim.id,
                reviewer=reviewer,
                role=Role.CHECKER,
                at=at,
                salt=f"{self.random.getrandbits(128):032x}",
                previous_event=one.events[-1].event_id if one.events else None,
                **said,
            )
        )


def _event_id(at: datetime, chance: random.Random) -> UUID:
    """Return a uuidv7 of this moment, with chance from the seed."""
    bits = (
        int(at.timestamp() * 1000) << 80
        | 7 << 76
        | chance.getrandbits(12) << 64
        | 2 << 62
        | chance.getrandbits(62)
    )
    return UUID(int=bits)
