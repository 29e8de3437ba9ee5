"""Reads a source's shares of people: each figure with whom it is of, on which side, when, and of what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from factdesk.claims.aligning import times_in
from factdesk.claims.alike import EMPTY, Terms, gather_terms, read_terms
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import load_phrases
from factdesk.claims.poll_standing import (
    AGAINST,
    FOR,
    PAST,
    PRESENT,
    UNSURE,
    People,
    Side,
    places_in,
    read_side,
)
from factdesk.claims.surroundings import topic_of
from factdesk.evidence.share_entry import DAYS, ShareEntry, Shares
from factdesk.evidence.share_people import (
    OWN,
    SAMPLE,
    carried_people,
    is_of_things,
    lead_people,
    own_people,
    points_back,
    read_known,
    refers_only,
    turned_people,
)
from factdesk.evidence.share_segments import (
    are_pair,
    cut_segments,
    is_share,
    lead_end,
    opening_place,
    place_of,
    tail_of_list,
    without_move,
    without_rest,
    words_around,
)
from factdesk.model import Span, Value


def read_shares(
    text: str, title: str, contexts: Sequence[SentenceContext], figures: Sequence[Sequence[Value]]
) -> Shares:
    """Return the shares of a source in reading order.

    Nothing depends on the order of its paragraphs, nor on paragraphs that speak of something else.
    """
    known, of_sample = read_known(text, title, contexts)
    entries: list[ShareEntry] = []
    told: dict[int, People] = {}
    for number, values in enumerate(figures):
        shares = [one for one in values if is_share(one, text)]
        if shares:
            moves = [one for one in values if one.unit == "points" and one.span]
            carried = carried_people(text, contexts, number, of_sample, told)
            sentence = _Sentence(text, contexts[number], _before(text, contexts, number), carried)
            read = _before_now(list(sentence.entries(number, shares, moves)))
            same = [one for one in entries if one.number == _before_in(contexts, number)]
            entries.extend(_with_question(read, same, contexts[number].sentence.cut(text)))
            if entries and (people := entries[-1].people) is not None:
                told[number] = people
    return Shares(tuple(entries), known, read_terms(title).joined(topic_of(text)))


_NOW = re.compile(r"\b(?:now|today)\b", re.IGNORECASE)


def _before_now(read: list[ShareEntry]) -> list[ShareEntry]:
    """Return the figures of a sentence, those before "now it is 43%" as of an earlier time."""
    now = next((one for one in read if one.is_elliptic and _NOW.search(one.said)), None)
    if now is None:
        return read
    return [
        replace(one, of_now=False)
        if one.segment.start < now.segment.start and not _NOW.search(one.said)
        else one
        for one in read
    ]


_SAME_AGAIN = re.compile(
    r"\b(?:figures?|shares?|numbers?|results?|gap|lead|it|they|that|this|those|compares|proportions?)\b",
    re.IGNORECASE,
)


def _before_in(contexts: Sequence[SentenceContext], number: int) -> int:
    """Return the number of the sentence before one in its paragraph, -1 where it opens the paragraph."""
    is_inside = number > 0 and contexts[number - 1].paragraph == contexts[number].paragraph
    return number - 1 if is_inside else -1


def _with_question(read: list[ShareEntry], same: Sequence[ShareEntry], said: str) -> list[ShareEntry]:
    """Give figures that say nothing of their own the subject and sides of those of the sentence before.

    "44 percent favoured the toll and 47 opposed it. In May the figures were 52 and 38."
    """
    is_bare = all(one.is_bare for one in read)
    if not same or not is_bare or len(read) > len(same) or not _SAME_AGAIN.search(said):
        return read
    return [
        replace(one, own=old.own, near=old.near, side=old.side, people=old.people, segment=one.segment)
        for one, old in zip(read, same, strict=False)
    ]


LOOK_BACK = 8
"""Sentences of the paragraph whose words may say what a figure is of."""


def _before(text: str, contexts: Sequence[SentenceContext], number: int) -> Terms:
    """Return the words of the sentences before one in its paragraph."""
    said = EMPTY
    for other in contexts[max(0, number - LOOK_BACK) : number]:
        if other.paragraph == contexts[number].paragraph:
            said = said.joined(read_terms(other.sentence.cut(text)))
    return said


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with shares, what was said before it, and whom that was of."""

    text: str
    context: SentenceContext
    before: Terms
    carried: People | None

    @property
    def span(self) -> Span:
        return self.context.sentence

    def entries(self, number: int, values: Sequence[Value], moves: Sequence[Value]) -> Iterator[ShareEntry]:
        """Yield an entry a figure, in reading order."""
        text = self.text
        rows = cut_segments(text, self.span, values)
        first = rows[0][0][0].span
        assert first is not None
        lead = lead_end(text, self.span, first.start)
        opening = so_far = read_terms(text[self.span.start : lead])
        people = lead_people(text, self.span, lead)
        side = Side(FOR, is_told=False)
        place = opening_place(text, self.span)
        tail = tail_of_list(text, self.span, rows)
        so_far = so_far.joined(read_terms(text[tail : self.span.end]))
        so_far_end = self.span.start
        for row, whole in rows:
            segment, moved = without_move(text, without_rest(text, whole, row), row, moves)
            segment = Span(segment.start, min(segment.end, tail))
            figure = row[0].span
            assert figure is not None
            own = own_people(text, segment, row) or turned_people(text, so_far_end, figure.start)
            so_far_end = figure.end
            if own is not None and not (refers_only(own) and people is not None):
                people = own
            side, side_start = self._side(segment, lead, own, side)
            entry = ShareEntry(
                number=number,
                value=row[0],
                segment=segment,
                said=segment.cut(text),
                own=_own_terms(text, segment, row, own),
                near=so_far.joined(self.before),
                people=self._people(people),
                side=side,
                times=frozenset(),
                of_now=True,
                places=places_in(segment.cut(text)),
                where=where if (where := place_of(text, segment, row)).terms else place,
                lead=opening,
                side_start=side_start,
                days=_days(segment.cut(text)),
                of_other_poll=_OTHER_POLL.search(self.span.cut(text)) is not None,
                moved=moved,
                moved_from=self._times(segment.end, self.span.end) if moved else frozenset(),
            )
            for at, value in enumerate(row):
                yield self._of_value(entry, value, at, row, first.start, lead, is_counted=own is None)
            so_far = so_far.joined(entry.own)

    def _of_value(
        self,
        entry: ShareEntry,
        value: Value,
        at: int,
        row: Sequence[Value],
        figure: int,
        lead: int,
        *,
        is_counted: bool,
    ) -> ShareEntry:
        """Return the entry of one figure of a row: its time, and the side of the second of a pair."""
        opening = self.text[self.span.start : lead]
        around = words_around(self.text, entry.segment, value, row)
        is_second = at == 1 and are_pair(row, self.text)
        side = entry.side
        if is_second and side.end != UNSURE:
            side = replace(side, end=FOR if side.end == AGAINST else AGAINST, is_told=True)
        is_past = _is_past(around) or (
            _is_past(opening) and PRESENT.search(entry.segment.cut(self.text)) is None
        )
        return replace(
            entry,
            value=value,
            side=side,
            times=(times_in(around) - DAYS) or self._times(self.span.start, figure),
            of_now=not is_past,
            is_of_things=is_counted and is_of_things(self.text, value),
            is_second=is_second,
        )

    def _times(self, start: int, end: int) -> frozenset[str]:
        return times_in(self.text[start:end]) - DAYS

    def _people(self, people: People | None) -> People | None:
        """Return the people of a figure: its own, or those before it where its own words only point there."""
        if people is None or self.carried is None:
            return self.carried or (people and _as_own(people))
        is_of_sample = self.carried.origin == SAMPLE
        is_told = not refers_only(people) or not (is_of_sample or points_back(people, self.text))
        return _as_own(people) if is_told else self.carried

    def _side(self, segment: Span, lead: int, people: People | None, before: Side) -> tuple[Side, int]:
        """Return the side of a stretch and where its words begin; an elliptic one has the last side."""
        if segment.start > self.span.start and _WOULD_NOT.search(segment.cut(self.text)):
            return Side(FOR if before.end == AGAINST else AGAINST, is_told=True), segment.start
        clause = Span(max(segment.start, min(lead, segment.end)), segment.end)
        for where in (clause, segment):
            side = read_side(_side_words(self.text, where, people))
            if side.is_told:
                return side, where.start
        is_first = segment.start <= self.span.start
        return (side if is_first else Side(before.end, is_told=False)), segment.start


_WOULD_NOT = re.compile(
    r"\b(?:(?:would|did|do|does|could|will|are|were|is|was|have|had)(?:\s+not|n['’]t)|not)\s*(?:,|\.|;|\Z)",
    re.IGNORECASE,
)
"""Ends a stretch that denies what the one before it says: "and 76 per cent would not"."""


def _as_own(people: People) -> People:
    return people if refers_only(people) else replace(people, origin=OWN)


def _is_past(said: str) -> bool:
    return PAST.search(said) is not None and PRESENT.search(said) is None


_OTHER_POLL = re.compile(
    rf"\b(?:{'|'.join(str(load_phrases('poll_sides')['other_poll']).split())})\b"
    r"|\A\W*an?\s+(?:poll|survey)\s+(?:by|from|for)\b",
    re.IGNORECASE,
)
_ON_DAY = re.compile(
    r"\b(?:on|for|every|each)\s+((?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
    r"(?:s|\s+nights?|\s+evenings?)?(?:\s+and\s+(\w+day)s?)?"
)


def _days(said: str) -> frozenset[str]:
    """Return the days of the week on which something of which people were asked is."""
    return frozenset(day[:3].lower() for match in _ON_DAY.finditer(said) for day in match.groups() if day)


_AGAINST_FIGURE = re.compile(
    r"\bagainst\s+(?=(?:only\s+|just\s+|some\s+)?"
    r"(?:\d|[a-z-]+\s+(?:per\s?cent|percent|in\s)|an?\s+(?:third|quarter|half)))",
    re.IGNORECASE,
)


def _side_words(text: str, segment: Span, people: People | None) -> str:
    """Return what a stretch says of a side, letter by letter: neither whom it is of nor a comparison."""
    said = segment.cut(text)
    if people is not None and segment.covers(people.span):
        inside = people.span.shifted(-segment.start)
        said = said[: inside.start] + " " * (inside.end - inside.start) + said[inside.end :]
    return _AGAINST_FIGURE.sub(lambda one: " " * len(one.group()), said)


def _own_terms(text: str, segment: Span, row: Sequence[Value], people: People | None) -> Terms:
    """Return the words of a stretch that speak of the subject: neither figures nor people nor a side."""
    gone = [one.span for one in row if one.span]
    gone += [people.span] if people is not None else []
    gone = [one.shifted(-segment.start) for one in gone]
    gone += read_side(_side_words(text, segment, people)).words
    kept = [
        replace(term, span=term.span.shifted(segment.start))
        for term in read_terms(segment.cut(text)).terms
        if term.form != "number" and not any(term.span.overlaps(one) for one in gone)
    ]
    return gather_terms(kept)
