"""The queue: what waits, in which order and why, with filters as plain addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from starlette.responses import Response

from factdesk.desk.form_fields import read_number
from factdesk.desk.people import read_people
from factdesk.desk.rankings import Ranking, Rules, choose
from factdesk.desk.roles import Action
from factdesk.desk.second_checks import stuck_words
from factdesk.desk.undoing import last_decision
from factdesk.desk.visits import Page, Person, Visit
from factdesk.desk.waiting_claims import WaitingClaim, shown_value
from factdesk.desk.words import KINDS, RANKS, STAGES, moment_words, since_words
from factdesk.model import ReviewEvent, Stage
from factdesk.reports.words import rating_words
from factdesk.sources.outcomes import say_outcome
from factdesk.warehouse.known import Known

ROWS_A_PAGE = 40
MOST_CHOICES = 12
PACE_DAYS = 7

DAYS_OF_A_PACE = 3
"""On so many different days (UTC) somebody must have decided before a pace is told: fewer are an accident."""

_DECIDED = """
    SELECT acted_at >= $1, reviewer = $2, floor(epoch(acted_at) / 86400) AS day, count(*), min(acted_at)
    FROM records.review_events AS e
    WHERE act = 'decide' AND acted_at >= $3 AND NOT list_contains($4::UUID[], e.id) AND NOT EXISTS (
        SELECT 1 FROM records.review_events AS u WHERE u.act = 'undo' AND u.target = CAST(e.id AS VARCHAR)
    )
    GROUP BY ALL
"""


@dataclass(frozen=True, slots=True)
class Facet:
    """Something that the queue can be narrowed by: its name in the address, its title, what a claim has."""

    name: str
    title: str
    of: Callable[[WaitingClaim], str]
    say: Callable[[str], str] = str


def _rating_of(one: WaitingClaim) -> str:
    return "blind" if one.is_blind else one.machine_rating or "none"


def _say_rating(rating: str) -> str:
    if rating == "blind":
        return "hidden until you decide"
    return rating_words(None if rating == "none" else rating)


def _band_of(one: WaitingClaim) -> str:
    if one.is_blind or one.confidence is None:
        return "blind" if one.is_blind else "none"
    return "high" if one.confidence >= 0.8 else "middle" if one.confidence >= 0.6 else "low"


_BANDS = {"high": "80 % and more", "middle": "60 to 80 %", "low": "under 60 %"}

FACETS: tuple[Facet, ...] = (
    Facet("kind", "Kind", lambda one: one.kind, lambda kind: KINDS.get(kind, kind)),
    Facet("rating", "The machine says", _rating_of, _say_rating),
    Facet("stage", "Stage", lambda one: one.stage, lambda stage: STAGES.get(stage, stage)),
    Facet(
        "author", "Author", lambda one: one.author or "-", lambda name: "no author" if name == "-" else name
    ),
    Facet("essay", "Essay", lambda one: one.essay_title or one.essay_uri),
    Facet("outcome", "Source", lambda one: one.source_outcome or "no_linked_source", say_outcome),
    Facet("given", "Given to", lambda one: one.assigned_to or "nobody"),
    Facet("sure", "How sure", _band_of, lambda band: _BANDS.get(band, "not said")),
)


@dataclass(frozen=True, slots=True)
class Listing:
    """What part of the queue is meant, and in which order; as it stands in an address."""

    order: str = "urgency"
    tray: str = "sourced"
    mine: bool = False
    search: str = ""
    chosen: Mapping[str, str] | None = None

    def address(self, place: str = "/queue", **changed: str) -> str:
        """Return the address of this listing at a page; an empty value takes a choice away."""
        fields = {"order": self.order, "tray": self.tray, "mine": "1" if self.mine else "", "q": self.search}
        fields |= {**(self.chosen or {}), **changed}
        usual = {"order": "urgency", "tray": "sourced"}
        kept = {name: value for name, value in fields.items() if value and usual.get(name) != value}
        return f"{place}?{urlencode(kept)}" if kept else place

    @property
    def text(self) -> str:
        """The part of the address after the question mark."""
        return self.address().partition("?")[2]


def read_listing(fields: Iterable[tuple[str, str]]) -> Listing:
    """Return the listing that an address names; what is unknown in it is left out."""
    given = dict(fields)
    known = {facet.name for facet in FACETS}
    return Listing(
        order="value" if given.get("order") == "value" else "urgency",
        tray=given["tray"] if given.get("tray") in ("unsourced", "all") else "sourced",
        mine=given.get("mine") == "1",
        search=" ".join(given.get("q", "").split())[:200],
        chosen={name: value for name, value in given.items() if name in known and value},
    )


def listing_of_text(text: str) -> Listing:
    """Return the listing of a form's field, which holds the part of an address after the question mark."""
    return read_listing(parse_qsl(text[:4_000]))


def rank(visit: Visit, listing: Listing) -> Ranking:
    """Return the claims of a listing in its order, as the queue is now."""
    reviewer = visit.person.reviewer
    chosen = choose(listing.chosen or {}, [facet.name for facet in FACETS])
    is_by_value = listing.order == "value"

    def rules() -> Rules:
        return Rules(lambda one: _is_within(listing, one, reviewer), _values_of, chosen, is_by_value)

    whose = reviewer if listing.mine else None
    name = (is_by_value, listing.tray, whose, listing.search.casefold(), chosen)
    return visit.desk.rankings.find(name, rules)


def _values_of(one: WaitingClaim) -> tuple[str, ...]:
    return tuple([facet.of(one) for facet in FACETS])


def _is_within(listing: Listing, one: WaitingClaim, reviewer: str) -> bool:
    """Whether a claim belongs to a listing but for what is chosen in it."""
    if listing.tray != "all" and one.has_source != (listing.tray == "sourced"):
        return False
    if listing.mine and one.assigned_to != reviewer:
        return False
    return not listing.search or _has_words(one, listing.search)


def _has_words(one: WaitingClaim, search: str) -> bool:
    text = f"{one.claim} {one.essay_title or ''} {one.essay_uri} {one.author or ''} {one.claim_id}".casefold()
    return all(word in text for word in search.casefold().split())


def is_for(one: WaitingClaim, person: Person, now: datetime) -> bool:
    """Whether a claim is one that this person can decide now.

    Not one that somebody else has open or was given, that was put off, or that the person has decided
    already; one that two people disagree on is for those who may settle it.
    """
    if one.rests(now) or one.holder(now) not in (None, person.reviewer):
        return False
    if one.assigned_to not in (None, person.reviewer):
        return False
    if one.stage == Stage.REOPENED:
        return True
    if person.reviewer in one.deciders and one.stage in (Stage.SECOND_CHECK, Stage.DISPUTED):
        return False
    return person.may(Action.SETTLE) or not one.is_disputed_between


def next_claim(visit: Visit, listing: Listing, claim_id: UUID | None, step: int = 1) -> WaitingClaim | None:
    """Return the next claim of a listing that the visitor can decide: after this one, then from the start."""
    now = visit.desk.now()
    return rank(visit, listing).find_next(claim_id, lambda one: is_for(one, visit.person, now), step)


def why(one: WaitingClaim, now: datetime) -> str:
    """Say why a claim stands where it does; of a blind one only what tells nothing of its rating."""
    told = []
    if one.rests(now):
        told.append(RANKS["put_off"].format(moment_words(one.waiting_until)))
    if one.publish_at is not None:
        told.append(RANKS["published"].format(since_words(one.publish_at, now)))
    if one.checkworthiness is not None:
        told.append(RANKS["worth"].format(one.checkworthiness))
    told.append(RANKS["value"].format(shown_value(one)))
    if one.disagreement and not one.is_blind:
        told.append(RANKS["disagreement"])
    if one.stage == Stage.SECOND_CHECK:
        told.append(RANKS["between_two" if one.is_disputed_between else "second_check"])
    if one.stage == Stage.REOPENED and one.cause:
        told.append(one.cause)
    if one.stage == Stage.DISPUTED:
        told.append(RANKS["disputed"])
    if one.old_claim_id is not None:
        told.append(RANKS["changed"])
    if one.is_flagged:
        told.append(RANKS["flagged"])
    return " · ".join(told)


@dataclass(frozen=True, slots=True)
class Progress:
    """How the work goes: my and the team's decisions of today, and the team's a day in the last week.

    ``pace`` is None where too few days of the week have a decision to tell one.
    """

    mine: int
    team: int
    pace: float | None

    def days_for(self, waiting: int) -> int | None:
        """Return about how many days that many claims take; None when no pace can be told."""
        return max(1, round(waiting / self.pace)) if self.pace and waiting else None


def read_progress(
    known: Known, reviewer: str, now: datetime, unfolded: Sequence[ReviewEvent] = ()
) -> Progress:
    """Count the decisions of today (UTC) and of the last week, without those that were taken back.

    ``unfolded`` are decisions that the database may not have yet.
    """
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    ids = [str(one.event_id) for one in unfolded]
    rows = known.ask(_DECIDED, [today, reviewer, now - timedelta(days=PACE_DAYS), ids])
    rows += [
        (one.at >= today, one.reviewer == reviewer, one.at.timestamp() // 86_400, 1, one.at)
        for one in unfolded
    ]
    mine = sum(count for is_today, is_mine, _, count, _ in rows if is_today and is_mine)
    team = sum(count for is_today, _, _, count, _ in rows if is_today)
    if len({day for _, _, day, _, _ in rows}) < DAYS_OF_A_PACE:
        return Progress(mine, team, None)
    days = (now - min(first for *_, first in rows)) / timedelta(days=1)
    return Progress(mine, team, sum(count for _, _, _, count, _ in rows) / days)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: what it is called, how many claims have it, and where choosing it leads."""

    words: str
    count: int
    address: str
    is_chosen: bool


def _choices(listing: Listing, ranking: Ranking, names: Mapping[str, str]) -> list[tuple[str, list[Choice]]]:
    """Return for each facet its values among the claims that the other choices leave."""
    found = []
    for facet, counts in zip(FACETS, ranking.counts(MOST_CHOICES), strict=True):
        chosen = (listing.chosen or {}).get(facet.name)
        others = {name: value for name, value in (listing.chosen or {}).items() if name != facet.name}
        without = replace(listing, chosen=others)
        values = [
            Choice(
                names.get(value, value) if facet.name == "given" else facet.say(value),
                count,
                without.address(**({} if value == chosen else {facet.name: value})),
                value == chosen,
            )
            for value, count in counts.items()
        ]
        if len(values) > 1 or chosen:
            found.append((facet.title, values))
    return found


def show_queue(visit: Visit) -> Response:
    """Show what waits: a page of rows, each with why it stands there."""
    now, person = visit.desk.now(), visit.person
    listing = read_listing(visit.query.multi_items())
    ranking = rank(visit, listing)
    total = len(ranking)
    first = _first_row(visit.query.get("from", ""), total)
    waiting, unsourced = visit.desk.waiting.count()
    names = read_people(visit.desk.home.warehouse)
    unfolded = visit.desk.unfolded_decisions()
    with visit.desk.glance() as known:
        progress = read_progress(known, person.reviewer, now, unfolded)
    return visit.show(
        "queue.html",
        listing=listing,
        rows=ranking.rows(first, ROWS_A_PAGE),
        first=first,
        total=total,
        waiting=waiting,
        stuck=stuck_words(visit.desk.home, visit.desk.waiting.second_checks),
        unsourced=unsourced,
        progress=progress,
        days=progress.days_for(waiting),
        choices=_choices(listing, ranking, names),
        start=next_claim(visit, listing, None),
        why=why,
        moment=now,
        page_size=ROWS_A_PAGE,
        names=names,
        search=listing.search,
        undoable=last_decision(visit),
    )


def _first_row(text: str, total: int) -> int:
    number = read_number(text) or 0
    return number if number < total else 0


PAGES = (Page("GET", "/queue", Action.READ, show_queue, title="Queue", key="q"),)
