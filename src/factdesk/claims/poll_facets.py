"""The facets of a poll: whose share it is, what they answered, who asked how many of them, and what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.facets import attribution_facets, phrase_norm
from factdesk.claims.phrases import compile_phrases, load_phrases
from factdesk.claims.poll_carrying import earlier_of_poll
from factdesk.claims.poll_cases import Case, fronted_base
from factdesk.claims.poll_deeds import Base, Deed
from factdesk.claims.poll_people import read_behind
from factdesk.claims.poll_topics import measured
from factdesk.claims.poll_words import PEOPLE, PEOPLE_SINGULAR, PREPOSITIONS, is_people, listed, read_words
from factdesk.model import Facet, FacetName, Span
from factdesk.text.folds import plain_letters

_TABLE = load_phrases("poll")
_POLLSTER = tuple(re.compile(compile_phrases([phrase], _TABLE).pattern) for phrase in _TABLE["pollster"])
_NOT_POLLSTER = frozenset(str(_TABLE["not_pollster"]).split())
_SAMPLE = compile_phrases(_TABLE["sample"], _TABLE)
_ERROR = compile_phrases(_TABLE["error"], _TABLE)
_QUESTION = compile_phrases(_TABLE["question"], _TABLE)
_LEADING = re.compile(r"[\s,:;()–—-]*(?:of\s+)?")
_BACK = re.compile(
    r"\b(?:they|the\s+(?:rest|others|remainder)|a\s+further|another|of\s+(?:them|these|those)\b(?!\s+(?:who|polled|asked|surveyed)))",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\bthe\s+(first|second|third|fourth|last|former|latter)\b", re.IGNORECASE)
_PLACES = {"first": 0, "former": 0, "second": 1, "third": 2, "fourth": 3, "last": -1, "latter": -1}
_TURNOUTS = listed("turnouts")
_TURNOUT_WORDS = 8
_OPTIONS = re.compile(r",\s+(?:or\s+)?|\s+or\s+")


@dataclass(frozen=True, slots=True)
class People:
    """Whose share a poll tells; ``is_unsure`` when more than one group before may be meant."""

    facet: Facet | None
    is_unsure: bool = False


def find_population(case: Case, before: People | None, question: Facet | None) -> People:
    """Return who was asked: "of Russians", "Among women,", else those of the share before, else named."""
    context, reading = case.context, case.reading
    if reading.people is not None and reading.base is not Base.NONE and not reading.refers_back:
        return People(_facet(context.text, reading.people))
    for word in read_words(context.text, case.share.anchor.start, case.share.anchor.end):
        if word.low in PEOPLE_SINGULAR or word.low in PEOPLE:  # "one man in two"
            return People(_facet(context.text, Span(word.start, word.end)))
    ahead = fronted_base(case)
    is_ahead = ahead is not None and ahead.base is not Base.THINGS
    fronted = ahead.people if ahead is not None and is_ahead else _fronted(case)
    if fronted is not None:
        return People(_facet(context.text, fronted))
    if reading.people is not None and reading.base is Base.SHARE:
        return People(_facet(context.text, reading.people))
    if any(word.low in _TURNOUTS for word in (*case.left[-_TURNOUT_WORDS:], *case.right[:1])):
        return People(None)  # a turnout is not one of those who voted
    if before is not None and before.facet is not None:
        return before
    named = _named_before(case, question)
    if (named.facet is None and case.share.is_sure) or any(one.role == "ratio" for one in case.share.values):
        after = next(_people_of(context.text, Span(case.share.anchor.end, case.clause.end)), None)
        named = People(_facet(context.text, after)) if after is not None else named
    return named


def _facet(text: str, span: Span) -> Facet:
    words = span.cut(text).rstrip(" ,;:")
    span = Span(span.start, span.start + len(words))
    return Facet(FacetName.POPULATION, words, phrase_norm(words), span)


def _fronted(case: Case) -> Span | None:
    """Return the people of "Of those who voted, ..." or "support among farmers", the nearest first."""
    context = case.context
    words = read_words(context.text, context.sentence.start, case.share.anchor.start)
    for at in range(len(words) - 1, -1, -1):
        if words[at].low not in ("of", "among", "amongst"):
            continue
        reading = read_behind(words[at:])
        if reading.people is None or reading.base not in (Base.PEOPLE, Base.SHARE, Base.BODIES):
            continue
        comma = context.text.find(",", reading.people.end, case.share.anchor.start)
        if words[at].low != "of" or comma >= 0 or case.share.anchor.start - reading.people.end <= 1:
            end = comma if comma >= 0 and at == 0 else reading.people.end
            cut = context.text.find(",", reading.people.start, max(reading.people.end, end))
            return Span(reading.people.start, cut if cut >= 0 else max(reading.people.end, end))
    return None


def _named_before(case: Case, question: Facet | None) -> People:
    """Return the nearest people named in the sentence before the figure or in the sentences before it."""
    context, text = case.context, case.context.text
    for stretch in (Span(context.sentence.start, case.share.anchor.start), *earlier_of_poll(context)):
        asked = question.span if question is not None and question.span is not None else Span(0, 0)
        named = [one for one in dict.fromkeys(_people_of(text, stretch)) if not asked.covers(one)]
        if named:
            said = text[case.clause.start : case.clause.end]
            is_unsure = len({span.cut(text).lower() for span in named}) > 1 and _BACK.search(said) is not None
            facet = _facet(text, named[-1])
            inside = context.sentence.covers(named[-1])
            return People(facet if inside else Facet(facet.name, facet.text, facet.norm), is_unsure)
    return People(None)


def _people_of(text: str, stretch: Span) -> Iterator[Span]:
    for word in read_words(text, stretch.start, stretch.end):
        if (
            is_people(word)
            and word.low not in ("them", "us", "you", "those", "everyone", "people")
            and word.low[0].isalpha()
        ):
            yield Span(word.start, word.end)


def find_answer(case: Case, quote: Span, people: Facet | None, question: Facet | None) -> tuple[Facet, ...]:
    """Return what they said or did: the words after figure and population, else those before."""
    text, share = case.context.text, case.share
    if share.answer is not None:
        return (answer_facet(text, share.answer),)
    deed = case.reading.deed_start
    if question is not None and deed is not None and case.reading.deed is Deed.ECHO:
        return (Facet(FacetName.ANSWER, question.text, phrase_norm(question.text), question.span),)
    if deed is not None and quote.start <= deed < quote.end:
        return _chosen(text, Span(deed, quote.end), question)
    start = share.anchor.end
    if (
        people is not None
        and people.span is not None
        and quote.covers(people.span)
        and people.span.start >= start
    ):
        start = people.span.end
    if measured(case.left, case.right) and quote.start < share.anchor.start:
        return _before(text, quote, share.anchor)
    leading = _LEADING.match(text, start, quote.end)
    span = Span(leading.end() if leading else start, quote.end)
    if not re.search(r"\w{2}", span.cut(text)):
        return _before(text, quote, share.anchor)
    return _chosen(text, span, question)


def _chosen(text: str, span: Span, question: Facet | None) -> tuple[Facet, ...]:
    """Return an answer, "the first" resolved to the option of the question that it names."""
    place = _PLACE.search(text, span.start, span.end)
    if question is None or place is None:
        return (answer_facet(text, span),)
    options = [one for one in _OPTIONS.split(question.text) if one]
    at = _PLACES[plain_letters(place.group(1)).lower()]
    if len(options) < 2 or at >= len(options):
        return (answer_facet(text, span),)
    return (Facet(FacetName.ANSWER, options[at], phrase_norm(options[at])),)


def _before(text: str, quote: Span, anchor: Span) -> tuple[Facet, ...]:
    words = text[quote.start : anchor.start].strip(" ,:;(–—-")
    if not words:
        return ()
    start = text.index(words, quote.start)
    return (answer_facet(text, Span(start, start + len(words))),)


def answer_facet(text: str, span: Span) -> Facet:
    """Return the words of a span as an answer."""
    return Facet(FacetName.ANSWER, span.cut(text), phrase_norm(span.cut(text)), span)


def find_pollster(case: Case) -> tuple[Facet, ...]:
    """Return who asked ("a YouGov poll", "told the institute"), else who the sentence has it from."""
    text, sentence = case.context.text, case.context.sentence
    for pattern in _POLLSTER:
        for match in pattern.finditer(text, sentence.start, sentence.end):
            span = next((Span(*match.span(name)) for name, said in match.groupdict().items() if said), None)
            span = None if span is None else _without_article(text, span)
            if span is not None:
                return (Facet(FacetName.ATTRIBUTION, span.cut(text), phrase_norm(span.cut(text)), span),)
    return tuple(facet for facet in attribution_facets(text, sentence) if not _is_of_share(facet, case))


def _is_of_share(facet: Facet, case: Case) -> bool:
    """Whether who says it are those whom the share counts: "half told us"."""
    if facet.span is None or facet.text.lower().startswith(("of ", "in ")):
        return True
    people = case.reading.people
    return facet.span.overlaps(case.share.anchor) or (people is not None and facet.span.overlaps(people))


def _without_article(text: str, span: Span) -> Span | None:
    """Drop words that open a sentence or only qualify ("The", "Exit"); None where nothing is left."""
    words = read_words(text, span.start, span.end)
    while words and words[0].text in _NOT_POLLSTER:
        words = words[1:]
    if not words or all(word.low in PREPOSITIONS for word in words):
        return None
    return Span(words[0].start, span.end)


def find_question(context: SentenceContext) -> Facet | None:
    """Return what was asked: "asked whether ...", "voted on ...", in this sentence or the one before."""
    for stretch in (context.sentence, *earlier_of_poll(context)[:2]):
        match = _QUESTION.search(context.text, stretch.start, stretch.end)
        if match:
            name = next(name for name, said in match.groupdict().items() if said)
            span = Span(*match.span(name))
            words = span.cut(context.text)
            inside = context.sentence.covers(span)
            return Facet(FacetName.ITEM, words, phrase_norm(words), span if inside else None)
    return None


def sample_facets(context: SentenceContext) -> tuple[Facet, ...]:
    """Return how many were asked and the margin of error, as scopes ("sample 1200", "error 3.1")."""
    found = []
    for norm, pattern in (("sample", _SAMPLE), ("error", _ERROR)):
        match = pattern.search(context.text, context.sentence.start, context.sentence.end)
        if match:
            said = next(said for said in match.groupdict().values() if said)
            span = Span(*match.span())
            found.append(
                Facet(FacetName.SCOPE, span.cut(context.text), f"{norm} {said.replace(',', '')}", span)
            )
    return tuple(found)
