"""Decides which flags a finding carries: what is no assertion is set aside, what is said by others marked.

Only the words before the anchor (the predicate or the figure) in its own sentence decide about
forecasts, conditions and advice, so that "62% said they would leave" stays a claim.
"""

from __future__ import annotations

import re

from factdesk.claims.clauses import clause_start
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrase, compile_phrases, load_phrases
from factdesk.model import Flag, Span

_TABLE = load_phrases("flags")
_MODAL = compile_phrases(_TABLE["modal"], _TABLE)
_CONTRACTED_WILL = re.compile(r"['’]ll\b")
_NOT_MODAL = compile_phrases(_TABLE["not_modal"], _TABLE)
_EXPECTED = compile_phrases(_TABLE["expected"], _TABLE)
_PLANNED = compile_phrase(
    rf"(?:{'|'.join(_TABLE['planned'])})(?: (?!(?:and|but|so|who|which|that)\b)[\w'’-]+){{0,7}}\s*\Z", _TABLE
)
_HYPOTHETICAL = compile_phrases(_TABLE["hypothetical"], _TABLE)
_HYPOTHETICAL_AFTER = compile_phrases(_TABLE["hypothetical_after"], _TABLE)
_NOT_HYPOTHETICAL = compile_phrases(_TABLE["not_hypothetical"], _TABLE)
_ADVICE = compile_phrases(_TABLE["advice"], _TABLE)
_IMPERATIVE = re.compile(rf"\s*(?:{'|'.join(_TABLE['imperative'])})\s", re.IGNORECASE)
_NOUN_FIRST = re.compile(
    r"\s*(?:don['’]t\s+knows?\b|\w+\s+(?:came|comes?|is|was|were|are|has|had|topped|tops|followed|follows|scored|rated|got)\b)",
    re.IGNORECASE,
)
"""No imperative: "don't knows were 12%", "pay came second with 39%"."""
_OFFER = re.compile(
    rf"\s*(?:{'|'.join(_TABLE['offer'])})\s(?!yours?\b[^;:]*\bfor\b)[^;:]*\b(?:for|at|from)\s+(?:only|just|around|about|as\s+little\s+as)?\s*\Z",
    re.IGNORECASE,
)
"""An imperative that tells a price: "Grab one for £12"; "buy your tickets for £50" is advice."""
_FIGURATIVE = compile_phrases(_TABLE["figurative"], _TABLE)
_NEGATED = compile_phrases(_TABLE["negated"], _TABLE)
_DISBELIEVED = compile_phrases(_TABLE["disbelieved"], _TABLE)
_SAID_FALSE = compile_phrases(_TABLE["said_false"], _TABLE)
_NOT_BEFORE = re.compile(
    rf"(?:\b(?:{'|'.join(_TABLE['not_before'])})|n['’]t)\s+(?:\w+\s+){{0,1}}\Z", re.IGNORECASE
)
_NOT_ONLY = re.compile(
    r"\b(?:only|just|merely|simply|least|more|less|fewer|far|even|quite|surprising\w*)\s*\Z", re.IGNORECASE
)
_UNCERTAIN = compile_phrases(_TABLE["uncertain"], _TABLE)
_ANNOUNCED = compile_phrases(_TABLE["announced"], _TABLE)
_UNSURE = compile_phrases(_TABLE["unsure"], _TABLE)
_WILL = re.compile(
    r"\b(?:will|shall|is\s+to|are\s+to|is\s+going\s+to|are\s+going\s+to|due\s+to|set\s+to)\b|['’]ll\b",
    re.IGNORECASE,
)
_SHARE_END = re.compile(r"%|\bper\s?cent\b|\bpercent\b")
_COMING = re.compile(r"\b(?:will|may|might|could)\b")
_WOULD = re.compile(r"\bwould\b")
_WOULD_HAVE = re.compile(
    r"\b(?:would|could|should|might)(?:n['’]t)?\s+(?:not\s+|never\s+)?have\b", re.IGNORECASE
)
_IF = re.compile(r"\b(?:if|unless|provided)\b(?!\s+(?:you|one|booked|bought|paid|ordered)\b)", re.IGNORECASE)
_DEAL = re.compile(r"\W*(?:knock|take|make|throw|give|lend|add|drop|call|say|let)\b", re.IGNORECASE)
_AND_WOULD = re.compile(
    r"\band\s+(?:i|we|you|he|she|they|it)(?:['’](?:d|ll)|\s+would|\s+will)\b", re.IGNORECASE
)
_REPORTED = re.compile(
    r"\b(?:said|says|told|found|shows?|showed|known|knew|revealed|reported)\b", re.IGNORECASE
)
_UPPER_BOUND = re.compile(r"(?:so\s+much\s+as|as\s+much\s+as|even|more\s+than|over)\b", re.IGNORECASE)
"""After "not" or "never" these give a highest value and deny nothing."""
_END = re.compile(r"\?[\"”’')\]]*\Z")


def find_flags(context: SentenceContext, quote: Span, anchor: Span, *, kind: str) -> tuple[Flag, ...]:
    """Return the flags of a finding whose figure or predicate is ``anchor``, in a fixed order."""
    text, sentence = context.text, context.sentence
    start = min(clause_start(text, sentence, anchor.start), quote.start)
    before = text[start : anchor.start]
    flags = {
        Flag.FORECAST: _is_forecast(text, sentence, before, anchor, kind),
        Flag.HYPOTHETICAL: _is_hypothetical(text, sentence, anchor, kind),
        Flag.QUESTION: _END.search(sentence.cut(text)) is not None,
        Flag.ADVICE: _is_advice(before, kind),
        Flag.FIGURATIVE: _FIGURATIVE.search(text, sentence.start, sentence.end) is not None,
        Flag.NEGATED: _is_unasserted(text, sentence, anchor)
        or (kind != "sellout" and _is_negated(text, sentence, before, anchor)),
        Flag.QUOTED: context.is_quoted(anchor),
        Flag.UNCERTAIN: _UNCERTAIN.search(text, start, quote.end) is not None,
    }
    return tuple(flag for flag, holds in flags.items() if holds)


def _is_forecast(text: str, sentence: Span, before: str, anchor: Span, kind: str) -> bool:
    if kind == "poll":
        before = _SHARE_END.split(before)[-1]  # "(71% expect it), the Dutch (22%)": the others expect
        return _EXPECTED.search(before) is not None or _COMING.search(before) is not None
    words = _NOT_MODAL.sub(" ", before + anchor.cut(text))
    modal = _MODAL.search(words) or _CONTRACTED_WILL.search(words)
    if modal is not None and _is_ability(words, kind):
        modal = None
    is_planned = kind == "price" and _PLANNED.search(before) is not None
    if modal is None and not is_planned and _EXPECTED.search(before) is None:
        return False
    return not (kind == "price" and _is_announced(text, sentence, before))


def _is_ability(words: str, kind: str) -> bool:
    """Whether "could" tells what was possible ("tickets could be had"), not what comes."""
    modals = [match.group().lower() for match in _MODAL.finditer(words)]
    if any(modal != "could" for modal in modals):
        return False
    return (
        kind == "sellout"
        or re.search(
            r"could\s+(?:\w+\s+)?(?:be\s+(?:had|bought|found|booked|seen|picked|rented|fixed|treated|done|delivered|repaired|served|reached)|pick|get|buy|book|find|have|rent)",
            words,
        )
        is not None
    )


def _is_announced(text: str, sentence: Span, before: str) -> bool:
    """A set tariff ("will be £2,184 from April") is a claim; "could rise to £2,184" is not."""
    if _UNSURE.search(before) or not _WILL.search(before):
        return False
    return _ANNOUNCED.search(text, sentence.start, sentence.end) is not None


def _is_hypothetical(text: str, sentence: Span, anchor: Span, kind: str) -> bool:
    """Whether the anchor stands under a condition: "if" anywhere before it, "would" in its own clause."""
    start = max(text.rfind(";", sentence.start, anchor.start) + 1, sentence.start)
    if _HYPOTHETICAL.search(_NOT_HYPOTHETICAL.sub(" ", text[start : anchor.start])):
        return True
    if _HYPOTHETICAL_AFTER.search(text, anchor.end, sentence.end):
        return True
    before = text[clause_start(text, sentence, anchor.start) : anchor.start]
    if _WOULD_HAVE.search(_SHARE_END.split(before)[-1] if kind == "poll" else before):
        return True
    if kind == "price" and _is_bargained(before, text[anchor.end : sentence.end]):
        return True
    return kind == "price" and _WOULD.search(before) is not None and not _REPORTED.search(before)


def _is_bargained(before: str, after: str) -> bool:
    """Whether a condition follows a price: "it'll be £9 if it rains", "make it £9 and I'll come"."""
    if _WILL.search(before):
        return _IF.search(_NOT_HYPOTHETICAL.sub(" ", after)) is not None
    return _DEAL.match(before) is not None and _AND_WOULD.search(after) is not None


def _is_advice(before: str, kind: str) -> bool:
    if kind == "poll":  # "that the rich should pay was agreed with by 77%" advises nothing
        return _IMPERATIVE.match(before) is not None and not _NOUN_FIRST.match(before)
    if _ADVICE.search(_NOT_HYPOTHETICAL.sub(" ", before)):
        return True
    return _IMPERATIVE.match(before) is not None and not (kind == "price" and _OFFER.match(before))


def _is_unasserted(text: str, sentence: Span, anchor: Span) -> bool:
    """Whether nobody believes what is said, or the sentence calls it false after saying it."""
    if _DISBELIEVED.search(text[sentence.start : anchor.start]):
        return True
    said = _SAID_FALSE.finditer(text, sentence.start, sentence.end)
    return any(match.start() < anchor.start and anchor.end < match.end() for match in said)


def _is_negated(text: str, sentence: Span, before: str, anchor: Span) -> bool:
    start = max(text.rfind(";", sentence.start, anchor.start), text.rfind(": ", sentence.start, anchor.start))
    earlier = text[max(start, sentence.start) : anchor.start]
    if _NEGATED.search(earlier):
        return True
    near = _NOT_BEFORE.search(before)
    if _UPPER_BOUND.match(text, anchor.start):
        return False
    return near is not None and _NOT_ONLY.search(before) is None
