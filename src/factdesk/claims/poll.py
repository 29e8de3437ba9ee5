"""The kind "poll": what share of people hold, say, want or vote something; leads and changes in points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from factdesk.claims.clauses import figure_clause, value_clauses
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.cues import read_cues, weigh
from factdesk.claims.facets import (
    attribution_facets,
    entity_facets,
    phrase_norm,
    scope_facets,
    time_facets,
    without_attribution,
)
from factdesk.claims.figures import compare_polls
from factdesk.claims.findings import Finding
from factdesk.claims.flags import find_flags
from factdesk.claims.line_values import Line, facet_text, high_of, low_of
from factdesk.claims.lists import placed_parts
from factdesk.claims.phrases import compile_phrase, compile_phrases, load_phrases, word_set
from factdesk.claims.poll_shares import Share, find_shares
from factdesk.model import Facet, FacetComparison, FacetName, Span

NAME = "poll"

_TABLE = load_phrases("poll")
_KEYS = word_set(_TABLE, "keys")
_COUNTED = compile_phrase(_TABLE["counted"], _TABLE)
_CUES = read_cues(_TABLE)
_THRESHOLD = float(_TABLE["threshold"])
_VOUCHED_THRESHOLD = 1.0
"""A share beside a sure one of the same sentence needs no more than this."""
_NAMED_PEOPLE_WEIGHT = 1.0
_OF_THING_WEIGHT = 1.2
_SUBJECT_WEIGHT = 1.0
_OPENING_WORDS_MAX = 3
_CONTEXT_WEIGHT = 0.9
_TAIL_WEIGHT = 1.2
_POLL_WORD = compile_phrases(_TABLE["poll_word"], _TABLE)
_CONTEXT_WORD = compile_phrases(_TABLE["context_word"], _TABLE)
_OPINION_SHARE = compile_phrase("(?:%|per ?cent|half|thirds?|quarters?|one in \\w+) ~8{opinion}", _TABLE)
_NAMED_PEOPLE = re.compile(
    r"\s+(?:of\s+)?(?P<who>(?:[a-z-]+\s+)?(?!The|This|His|Her|Its)[A-Z][a-zé]+(?:s|ese|ish|men)\b)"
)
_OF_THING = re.compile(r"\s+of\s+(?!(?:us|them|those|whom|these|votes?|the\s+votes?)\b)")
_DOING = compile_phrase(r"\A\s*(?:" + "|".join(_TABLE["doing"]) + ")", _TABLE)
_TAIL = compile_phrase(r"\A[\s,]*(?:" + "|".join(_TABLE["tail"]) + ")", _TABLE)
_POINTS_WORD = compile_phrases(_TABLE["points_word"], _TABLE)
_NOT_POINTS = compile_phrases(_TABLE["not_points"], _TABLE)
_PEOPLE_AFTER = compile_phrase(r"\A[\s,]*(?:of )?(?P<who>~5{people}(?: who [^,;]{2,60}?)?)", _TABLE)
_PEOPLE_BEFORE = compile_phrase(r"(?:of|among|amongst) (?P<who>~6{people}(?: [^,;]{0,60})?),?\s*\Z", _TABLE)
_AS_MANY = re.compile(r"\bas\s+many\b(?P<one>[^.;]{0,160}?)\sas\s+(?P<other>[^.;,]{3,120})", re.IGNORECASE)
_LEADING_MARKS = re.compile(r"[\s),%]*")
_LEADING = re.compile(r"[\s,:;()–—-]*(?:of\s+)?")


def find(context: SentenceContext) -> list[Finding]:
    """Return the shares of people that a sentence states, flagged ones too, in reading order."""
    if _KEYS.isdisjoint(context.words) and not _COUNTED.search(
        context.text, context.sentence.start, context.sentence.end
    ):
        return []
    shares = find_shares(context)
    if not shares:
        return []
    polls = _polls(context, shares)
    clauses = value_clauses(context.text, context.sentence, [one.anchor for one in polls])
    found = [
        _finding(context, one, without_attribution(context.text, quote, one.anchor, before=False))
        for one, quote in zip(polls, clauses, strict=True)
    ]
    return [finding for one in found for finding in _as_many(one, context.text)]


def compare(
    claimed: Finding, claimed_text: str, found: Finding, found_text: str
) -> tuple[FacetComparison, ...]:
    """Compare a claimed poll figure with a found one, facet by facet."""
    return compare_polls(claimed, claimed_text, found, found_text)


def line_values(finding: Finding) -> Line:
    """Return what the JSON line of a poll says besides what all lines say."""
    percent, points, ratio = finding.value("percent"), finding.value("points"), finding.value("ratio")
    first = percent or points or ratio
    return {
        "percent": low_of(percent),
        "percent_max": high_of(percent),
        "points": low_of(points),
        "from_percent": low_of(finding.value("from_percent")),
        "ratio": low_of(ratio),
        "ratio_of": ratio.of if ratio else None,
        "bound": first.bound.value if first else None,
        "answer": facet_text(finding, FacetName.ANSWER),
        "population": facet_text(finding, FacetName.POPULATION),
    }


def _polls(context: SentenceContext, shares: Sequence[Share]) -> list[Share]:
    """Keep the shares that are polls; one sure share vouches for the elliptic ones after it."""
    kept: list[Share] = []
    for share in shares:
        score = _points_score(context, share) if share.role == "points" else _share_score(context, share)
        if score >= (_VOUCHED_THRESHOLD if kept else _THRESHOLD):
            kept.append(share)
    return kept


def _share_score(context: SentenceContext, share: Share) -> float:
    if share.is_sure:
        return _THRESHOLD
    text, sentence = context.text, context.sentence
    clause = figure_clause(text, sentence, share.anchor)
    score = weigh(text, clause, share.anchor, _CUES)
    if share.people is not None or _NAMED_PEOPLE.match(text, share.figure.end, clause.end):
        score += _NAMED_PEOPLE_WEIGHT
    elif _OF_THING.match(text, share.figure.end, clause.end) and not _PEOPLE_AFTER.match(
        text[share.figure.end : clause.end]
    ):
        score -= _OF_THING_WEIGHT
    if _is_subject(text, clause, share):
        score += _SUBJECT_WEIGHT
    if _is_in_poll(context, clause):
        score += _CONTEXT_WEIGHT
        after = text[share.figure.end : clause.end]
        if _TAIL.match(after) or not after.strip(" .!,;"):
            score += _TAIL_WEIGHT
    return score


def _is_subject(text: str, clause: Span, share: Share) -> bool:
    """Whether a verb follows a share that opens its clause: "31% do", "one in five never"."""
    opens = len(text[clause.start : share.anchor.start].split()) <= _OPENING_WORDS_MAX
    return opens and _DOING.match(text[share.figure.end : clause.end]) is not None


def _is_in_poll(context: SentenceContext, clause: Span) -> bool:
    """Whether a poll is spoken of just before, or in the sentence outside the clause."""
    if _CONTEXT_WORD.search(context.before) or _OPINION_SHARE.search(context.before):
        return True
    return _outside(context, clause)


def _outside(context: SentenceContext, clause: Span) -> bool:
    """Whether a poll is spoken of in the sentence outside the clause."""
    text, sentence = context.text, context.sentence
    return bool(
        _POLL_WORD.search(text, sentence.start, clause.start)
        or _POLL_WORD.search(text, clause.end, sentence.end)
    )


def _points_score(context: SentenceContext, share: Share) -> float:
    text, sentence = context.text, context.sentence
    if _NOT_POINTS.search(text, sentence.start, sentence.end):
        return 0.0
    score = 1.0 if _POINTS_WORD.search(text, sentence.start, sentence.end) else 0.0
    if _CONTEXT_WORD.search(text, sentence.start, sentence.end) or _CONTEXT_WORD.search(context.before):
        score += 1.0
    return score


def _finding(context: SentenceContext, share: Share, quote: Span) -> Finding:
    text = context.text
    population = _population(context, share, quote)
    return Finding(
        kind=NAME,
        quote=quote,
        sentence=context.sentence,
        text=quote.cut(text),
        values=share.values,
        facets=(
            *_answer(text, share, quote, population),
            *population,
            *entity_facets(context, quote, ()),
            *scope_facets(text, quote),
            *time_facets(context, quote),
            *attribution_facets(text, context.sentence),
        ),
        parts=placed_parts(text, quote),
        flags=find_flags(context, quote, share.anchor, kind=NAME),
    )


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
    others = tuple(facet for facet in finding.facets if facet.name is not FacetName.ANSWER)
    return replace(finding, facets=(_answer_facet(text, span), *others))


def _population(context: SentenceContext, share: Share, quote: Span) -> tuple[Facet, ...]:
    """Return who was asked: "of Russians" after the figure, "Of those who voted," before it."""
    text = context.text
    start, after = _people_after(text, share, quote)
    if share.people is not None:
        span = share.people
    elif named := _NAMED_PEOPLE.match(text, share.figure.end, quote.end):
        span = Span(*named.span("who"))
    elif after:
        span = Span(start + after.start("who"), start + after.end("who"))
    elif before := _PEOPLE_BEFORE.search(text[quote.start : share.anchor.start]):
        span = Span(quote.start + before.start("who"), quote.start + before.end("who"))
    else:
        return ()
    words = span.cut(text)
    return (Facet(FacetName.POPULATION, words, phrase_norm(words), span),)


def _people_after(text: str, share: Share, quote: Span) -> tuple[int, re.Match[str] | None]:
    """Return the people told behind a figure, or behind the fraction that it makes exact."""
    for start in dict.fromkeys((share.figure.end, share.anchor.end)):
        if match := _PEOPLE_AFTER.match(text[start : quote.end]):
            return start, match
    return share.anchor.end, None


def _answer(text: str, share: Share, quote: Span, population: tuple[Facet, ...]) -> tuple[Facet, ...]:
    """Return what they said or did: the words after figure and population, else those before."""
    if share.answer is not None:
        return (_answer_facet(text, share.answer),)
    start = share.anchor.end
    if population and population[0].span and population[0].span.start >= start:
        start = population[0].span.end
    leading = _LEADING.match(text, start, quote.end)
    start = leading.end() if leading else start
    span = Span(start, quote.end)
    if not re.search(r"\w{2}", span.cut(text)):
        span = Span(quote.start, share.anchor.start)
    words = span.cut(text).strip()
    if not words:
        return ()
    start = text.index(words, span.start)
    return (_answer_facet(text, Span(start, start + len(words))),)


def _answer_facet(text: str, span: Span) -> Facet:
    return Facet(FacetName.ANSWER, span.cut(text), phrase_norm(span.cut(text)), span)
