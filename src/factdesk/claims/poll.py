"""The kind "poll": what share of people hold, say, want or vote something; leads and changes in points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from factdesk.claims.clauses import value_clauses
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.facets import entity_facets, scope_facets, time_facets, without_attribution
from factdesk.claims.figures import compare_polls
from factdesk.claims.findings import Finding
from factdesk.claims.flags import find_flags
from factdesk.claims.line_values import Line, facet_text, high_of, low_of, sample_value
from factdesk.claims.lists import find_lists, placed_parts
from factdesk.claims.phrases import compile_phrase, compile_phrases, load_phrases, word_set
from factdesk.claims.poll_bare import find_bare_shares
from factdesk.claims.poll_cases import Case
from factdesk.claims.poll_deeds import Base
from factdesk.claims.poll_facets import (
    People,
    answer_facet,
    find_answer,
    find_pollster,
    find_population,
    find_question,
    sample_facets,
)
from factdesk.claims.poll_figures import Share
from factdesk.claims.poll_judging import is_poll, shares_deed
from factdesk.claims.poll_pairs import is_denied_answer, is_other_side, other_side, without_answer
from factdesk.claims.poll_points import are_poll_points
from factdesk.claims.poll_shares import find_shares
from factdesk.claims.poll_topics import read_topic
from factdesk.claims.poll_words import MINDS, PARTIES, POLLSTERS, STATES
from factdesk.model import Bound, Facet, FacetComparison, FacetName, Flag, Span

NAME = "poll"
RESTS_ON: tuple[str, ...] = ()

_TABLE = load_phrases("poll")
_KEYS = word_set(_TABLE, "keys") | POLLSTERS
_FIGURES = frozenset(_TABLE["numbers"]) | word_set(_TABLE, "number_words") | word_set(_TABLE, "parts")
_HELD = word_set(_TABLE, "told")
_COUNTED = compile_phrase(_TABLE["counted"], _TABLE)
_DENIED_DAYS = compile_phrases(_TABLE["denied_days"], _TABLE)
_AS_MANY = re.compile(
    r"(?<!twice\s)(?<!times\s)\bas\s+many\b(?P<one>[^.;]{0,160}?)\sas\s+(?P<other>[^.;,]{3,120})",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_LEADING_MARKS = re.compile(r"[\s),%]*")
_NOT_EVEN = re.compile(r"\bnot\s+(?:even|quite)\s+\Z", re.IGNORECASE)
_JOINT = re.compile(r",\s|\s(?=(?:than|and|but|while|against|or)\s)")
_THAT_WILL = re.compile(
    r"\b(?:confidence|belief|fears?|hopes?|trust|faith|doubts?|expectations?|agreement)\s(?:that\s)?[^,;]{2,60}?\b(?:will|would|may|might|could|can)\b",
    re.IGNORECASE,
)
_SHARING = re.compile(r"(?:,|\band\b|\bbut\b|\bor\b)", re.IGNORECASE)
_SHARING_CHARS = 12
_NOT_ONE = re.compile(r"\bnot\s+\Z", re.IGNORECASE)
_MOVING = re.compile(
    r"\b(?:crept|climb\w*|went|gone|going|goes|rose|risen|edged|inched|shot|jump\w*|moved|came|come|is|was|now|back)\s+\Z",
    re.I,
)
_EACH = re.compile(r"\b(?:each|both|apiece|all\s+(?:three|four|five))\b", re.IGNORECASE)


def find(context: SentenceContext) -> list[Finding]:
    """Return the shares of people that a sentence states, flagged ones too, in reading order."""
    return list(_find_once(context))


@lru_cache(maxsize=1)
def _find_once(context: SentenceContext) -> tuple[Finding, ...]:
    """Read a sentence; the kind "count" asks for the polls of the same sentence again."""
    if not _may_hold(context):
        return ()
    shares = find_shares(context)
    if not shares:
        return ()
    cases = _polls(context, [_at_most(context, share) for share in shares])
    anchors = [case.share.anchor for case in cases]
    clauses = _joined(context.text, cases, value_clauses(context.text, context.sentence, anchors))
    question = find_question(context) if cases else None
    found: list[Finding] = []
    before: People | None = None
    for case, clause in zip(cases, clauses, strict=True):
        quote = without_attribution(context.text, clause, case.share.anchor, before=False)
        if found and context.text[case.share.anchor.start] == "(":
            quote = _before_brackets(context.text, found[-1].quote, quote)
            found[-1] = _ended(found[-1], quote.start, context.text)
        before = find_population(case, before, question)
        found.extend(_findings(case, quote, before, question))
    return tuple(_with_shared_answers(context.text, found))


def _with_shared_answers(text: str, found: list[Finding]) -> list[Finding]:
    """Give "one man in two" the answer of "and six women in ten support her": one verb for both."""
    for at in range(len(found) - 2, -1, -1):
        one, following = found[at], found[at + 1]
        answers = following.facets_named(FacetName.ANSWER)
        is_joined = _SHARING.search(text, one.quote.start, following.quote.end) is not None
        gap = text[one.quote.end : following.quote.start]
        if answers and is_joined and not one.facets_named(FacetName.ANSWER) and len(gap) <= _SHARING_CHARS:
            found[at] = replace(one, facets=(*answers[:1], *one.facets))
    return found


def _joined(text: str, cases: Sequence[Case], clauses: Sequence[Span]) -> list[Span]:
    """Give "down seven to 36" and "by six points to 58 per cent" one quote for change and level."""
    joined = list(clauses)
    for at in range(1, len(cases)):
        one, other = cases[at - 1].share, cases[at].share
        if one.role != other.role and text[one.anchor.end : other.anchor.start].strip() in (
            "to",
            "at",
            ", to",
        ):
            both = Span(joined[at - 1].start, max(joined[at - 1].end, joined[at].end))
            joined[at - 1 : at + 1] = [both, both]
    return joined


def _before_brackets(text: str, earlier: Span, quote: Span) -> Span:
    """Give a figure in brackets the words before it: "... than change it (35%)"."""
    joints = list(_JOINT.finditer(text, earlier.start, quote.start))
    if quote.start - earlier.end > 2 or not joints or joints[-1].start() <= earlier.start:
        return quote
    return Span(joints[-1].end(), quote.end)


def _ended(finding: Finding, before: int, text: str) -> Finding:
    """Return a finding whose quote ends where the next one begins."""
    figure = finding.values[0].span
    if finding.quote.end <= before or figure is None or figure.end >= before:
        return finding
    words = text[finding.quote.start : before].rstrip(" ,;(")
    quote = Span(finding.quote.start, finding.quote.start + len(words))
    return replace(finding, quote=quote, text=words)


def _may_hold(context: SentenceContext) -> bool:
    """Whether a word or a figure makes a poll possible; cheap, since every sentence is asked."""
    words, sentence = context.words, context.sentence
    has_digits = _DIGIT.search(context.text, sentence.start, sentence.end) is not None
    if not has_digits and _FIGURES.isdisjoint(words):
        return False
    if not (_KEYS.isdisjoint(words) and _HELD.isdisjoint(words)):
        return True
    if has_digits and not PARTIES.isdisjoint(words):
        return True
    return _COUNTED.search(context.text, sentence.start, sentence.end) is not None


def compare(
    claimed: Finding, claimed_text: str, found: Finding, found_text: str
) -> tuple[FacetComparison, ...]:
    """Compare a claimed poll figure with a found one, facet by facet.

    The second figure of "52-48 support the ban" is of those who do not: no word of the pair contradicts it.
    """
    compared = compare_polls(claimed, claimed_text, found, found_text)
    if is_other_side(claimed, claimed_text) or is_other_side(found, found_text):
        return tuple(one for one in compared if not is_denied_answer(one))
    return compared


def line_values(finding: Finding) -> Line:
    """Return what the JSON line of a poll says besides what all lines say."""
    percent, points, ratio = finding.value("percent"), finding.value("points"), finding.value("ratio")
    first = percent or points or ratio
    return {
        "percent": low_of(percent),
        "percent_max": high_of(percent),
        "points": low_of(points),
        "points_max": high_of(points),
        "from_percent": low_of(finding.value("from_percent")),
        "ratio": low_of(ratio),
        "ratio_max": high_of(ratio),
        "ratio_of": ratio.of if ratio else None,
        "bound": first.bound.value if first else None,
        "answer": facet_text(finding, FacetName.ANSWER),
        "population": facet_text(finding, FacetName.POPULATION),
        "pollster": facet_text(finding, FacetName.ATTRIBUTION),
        "question": facet_text(finding, FacetName.ITEM),
        "sample": sample_value(finding, "sample"),
        "margin_of_error": sample_value(finding, "error"),
    }


def figure_of(finding: Finding) -> str | None:
    """Return nothing: a share has its sign."""
    return None


def _at_most(context: SentenceContext, share: Share) -> Share:
    """Read "not even one in ten", "not quite half" as less than that."""
    before = context.text[max(context.sentence.start, share.anchor.start - 16) : share.anchor.start]
    said = share.anchor.cut(context.text).lower()
    if said.startswith("up to ") and _MOVING.search(before):
        first = replace(share.values[0], bound=Bound.EXACT)  # "has crept up to 29%"
    elif _NOT_EVEN.search(before) or (said.startswith("one ") and _NOT_ONE.search(before)):
        first = replace(share.values[0], bound=Bound.LESS_THAN)
    else:
        return share
    return replace(share, values=(first, *share.values[1:]))


def _polls(context: SentenceContext, shares: Sequence[Share]) -> list[Case]:
    """Keep the shares that are polls, and the bare figures that go on from them, in reading order."""
    topic = read_topic(context)
    judged: list[tuple[Case, bool]] = []
    for share in shares:
        case = Case(context, share)
        judge = are_poll_points if share.role == "points" else is_poll
        judged.append((case, judge(case, topic, judged)))
    kept = [
        case
        for at, (case, is_kept) in enumerate(judged)
        if is_kept or (at + 1 < len(judged) and judged[at + 1][1] and shares_deed(case, judged[at + 1][0]))
    ]
    bare = find_bare_shares(context, [case.share for case in kept], shares)
    kept += [Case(context, share) for share in bare]
    kept = [case for case in kept if not _is_base(case, kept)]
    return sorted(kept, key=lambda case: case.share.anchor.start)


def _is_base(case: Case, cases: Sequence[Case]) -> bool:
    """Whether a share only names the base of another: "one in five of the 12%"."""
    anchor = case.share.anchor
    return any(
        one.reading.base is Base.SHARE
        and one.reading.people is not None
        and one.reading.people.overlaps(anchor)
        for one in cases
        if one is not case
    )


def _findings(case: Case, quote: Span, people: People, question: Facet | None) -> list[Finding]:
    """Return the claims of one share: one, or one a side of "52-48", a name of "A and B each have 29%"."""
    finding = _finding(case, quote, people, question)
    if case.share.other:
        return [finding, other_side(finding, case.share)]
    named = _each_named(case, finding)
    return named or list(_as_many(finding, case.context.text))


def _finding(case: Case, quote: Span, people: People, question: Facet | None) -> Finding:
    context, text = case.context, case.context.text
    flags = find_flags(context, quote, case.share.anchor, kind=NAME)
    if _DENIED_DAYS.search(text, quote.start, case.share.anchor.start):
        flags = (*flags, Flag.NEGATED)
    if Flag.NEGATED in flags and case.share.values[0].bound is Bound.LESS_THAN and _is_upper(case):
        flags = tuple(flag for flag in flags if flag is not Flag.NEGATED)
    if Flag.NEGATED in flags and _is_negative_answer(case):
        flags = tuple(flag for flag in flags if flag is not Flag.NEGATED)
    if Flag.FORECAST in flags and _THAT_WILL.search(text, quote.start, case.share.anchor.start):
        flags = tuple(flag for flag in flags if flag is not Flag.FORECAST)
    if people.is_unsure and Flag.UNCERTAIN not in flags:
        flags = (*flags, Flag.UNCERTAIN)
    return Finding(
        kind=NAME,
        quote=quote,
        sentence=context.sentence,
        text=quote.cut(text),
        values=case.share.values,
        facets=(
            *find_answer(case, quote, people.facet, question),
            *((people.facet,) if people.facet else ()),
            *((question,) if question else ()),
            *entity_facets(context, quote, ()),
            *scope_facets(text, quote),
            *sample_facets(context),
            *time_facets(context, quote),
            *find_pollster(case),
        ),
        parts=placed_parts(text, quote),
        flags=flags,
    )


def _is_upper(case: Case) -> bool:
    """Whether "not one in ten" gives a highest share and denies nothing."""
    before = case.context.text[
        max(case.context.sentence.start, case.share.anchor.start - 16) : case.share.anchor.start
    ]
    return _NOT_ONE.search(before) is not None or _NOT_EVEN.search(before) is not None


def _is_negative_answer(case: Case) -> bool:
    """Whether "not" belongs to an answer that the figure follows: "not satisfied 41%", "not sure: 12%"."""
    words = [word.low for word in case.left if not word.is_mark]
    return words[-2:-1] == ["not"] and words[-1] in STATES | MINDS


def _each_named(case: Case, finding: Finding) -> list[Finding]:
    """Return one claim a name of "Ruiz, Stone and Lee each have the backing of 29 per cent"."""
    text = case.context.text
    before = Span(finding.quote.start, case.share.anchor.start)
    if not _EACH.search(text, before.start, before.end):
        return []
    lists = find_lists(text, before)
    if not lists or not _EACH.search(text, lists[-1].span.end, before.end):
        return []
    return [_with_answer(finding, text, part.span) for part in lists[-1].parts]


def _as_many(finding: Finding, text: str) -> tuple[Finding, ...]:
    """Return both claims of "As many people (37%) believe it as doubt it": one share, two answers."""
    match = _AS_MANY.search(text, finding.quote.start, finding.quote.end)
    figure = finding.values[0].span
    if match is None or figure is None or not match.start() < figure.start < match.start("other"):
        return (finding,)
    first = _LEADING_MARKS.match(text, figure.end, match.end("one"))
    spans = (Span(first.end() if first else figure.end, match.end("one")), Span(*match.span("other")))
    return tuple(_with_answer(finding, text, span) for span in spans)


def _with_answer(finding: Finding, text: str, span: Span) -> Finding:
    return replace(finding, facets=(answer_facet(text, span), *without_answer(finding)))
