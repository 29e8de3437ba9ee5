"""Reads shares that are told by counting heads: "49 of the 64", "18 for, 6 against", "52-48", "Yes 53.5, No 46.5"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrase, compile_phrases, load_phrases
from factdesk.claims.poll_people import Base, Deed, read_behind
from factdesk.claims.poll_words import AYES, ELECTIONS, MINDS, SIDES, STATES, is_poll_name, read_words
from factdesk.model import Bound, Span, Value

_TABLE = load_phrases("poll")
_NUMBERS: dict[str, int] = _TABLE["numbers"]
_ONES = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORTH = {
    **{word: at + 1 for at, word in enumerate(_ONES)},
    **{word: at + 10 for at, word in enumerate(_TEENS)},
    **{word: 10 * (at + 2) for at, word in enumerate(_TENS)},
}
_WORDED = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_ONES)}))?|{'|'.join(_TEENS)}|{'|'.join(_ONES)})"
_FIGURE = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?|{_WORDED})"
_UNIT = r"(?:\s?%|\s(?:per\s?cent|percent|pc)\b)?"
_PAIR = re.compile(
    rf"(?<![\w.,£$€/:-])(?P<a>{_FIGURE})(?P<ua>{_UNIT})(?P<va>\svotes?)?"
    rf"(?:\sto\s|\s?[–—-]\s?|\sagainst\s|\sv(?:s|ersus)?\.?\s)(?P<b>{_FIGURE})(?P<ub>{_UNIT})(?P<vb>\svotes?)?"
    r"(?![\w%/]|[.,:]\d|[–-]\d)",
    re.IGNORECASE,
)
_NOT_PAIR = compile_phrases(_TABLE["not_pair_after"], _TABLE)
_NOT_PAIR_BEFORE = re.compile(
    r"(?:\b(?:from|aged?|ages|between|pages?|sections?|articles?|chapters?|rooms?|(?:ages|average|mix|ratio|range|period|score|aggregate)\sof|in|on\s(?:page|pages))|[£$€])\s*\Z", re.I
)
_SPORT = compile_phrases(_TABLE["sport"], _TABLE)
_SCORE_CONTEXT = compile_phrases(_TABLE["score_context"], _TABLE)
_LEADING = compile_phrases(_TABLE["leading"], _TABLE)
_COUNT_CONTEXT = compile_phrases(_TABLE["count_context"], _TABLE)
_IN_POINTS = re.compile(r"\bpoints?\b", re.IGNORECASE)
_FOR_AGAINST = re.compile(
    rf"(?<![\w.,])(?P<a>{_FIGURE})(?:\s\w+){{0,2}}?\s(?:for|in\sfavou?r|ayes?|yes(?:es)?|yeas?|votes?\sfor)(?:\s[^\d,;.()]{{1,40}}?)?"
    rf"[,;]?\s(?:and\s|with\s|to\s)?(?P<b>{_FIGURE})(?:\s(?:were|votes?|voted))?\s(?:against|opposed|noe?s?|nays?|dissenting|dissent)\b",
    re.IGNORECASE,
)
_SIGN_FAR = re.compile(r"(?:[-–‑]odd|[-–‑]something|[-–‑]plus|\+|\s?plus|\sodd)?\s?(?:%|per\s?cent\b|percent\b)", re.IGNORECASE)
_PEOPLE_IN = compile_phrase(
    r"(?P<a>{small}) (?P<who>~n2[\w’'-]+) (?:in|out of)(?: every)? (?P<b>{base})", _TABLE
)
_COUNTED = re.compile(
    rf"(?<![\w.,])(?P<a>{_FIGURE})\s(?:votes\s)?(?:out\s)?of\s(?:the\s|its\s|their\s|our\s|those\s|his\s|her\s|all\s)?(?P<b>{_FIGURE})(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)
_OF_COUNTED = re.compile(
    rf"\b(?:of|among|out\sof)\s(?:the\s|its\s|their\s|our\s|those\s|some\s|about\s|nearly\s|all\s|every\s)?(?P<b>{_FIGURE})\s"
    rf"(?P<who>[^,;.:]{{3,80}}?),?\s(?:only\s|just\s|some\s|as\smany\sas\s|no\sfewer\sthan\s)?(?P<a>{_FIGURE})(?=\s(?P<next>[\w’']+))",
    re.IGNORECASE,
)
_SAMPLED = re.compile(
    rf"\b(?:asked|polled|surveyed|counted|interviewed|questioned|canvassed|telephoned|rang|quizzed|of\sthe)\s(?:[\w’']+\s){{0,4}}?"
    rf"(?P<n>{_FIGURE})(?![\w%]|[.,]\d)(?!\s(?:per|percent|questions?|times|years|days|weeks|months)\b)"
    rf"|\b(?P<m>{_FIGURE})\s(?:replies|responses|answers|cards|forms|slips|returns|questionnaires|respondents)\b",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"\b[A-Z][\w’'-]*")
_PARTY_NEXT = re.compile(r"[^.;:\d]{0,40}\s(?:at|on|to)\s(?:just\s|only\s)?")
_SIDED = re.compile(
    rf"\b(?:in\sfavou?r|for|yes|ayes?|yeas?)[:,]?\s(?P<a>{_FIGURE})(?:\svotes)?[,;.]?\s(?:and\s)?(?:against|no|noes|nays?)[:,]?\s(?P<b>{_FIGURE})(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:^|[\n.?!;,|•*–-]\s*|\s(?=(?:Yes|No)\b))(?P<name>[A-Z][\w’']*(?:\s[\w’']+){0,6})\s?[:–—]\s?\Z")
_LABEL_ENDS = frozenset("know knows opinion sure say others answer don't undecided neither matter care".split())
_NEXT_CHARS = 12
_PART_WORTH = {"third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10}
_PARTS = re.compile(rf"\ba\s(?P<part>{'|'.join(_PART_WORTH)})\b(?!\s(?:of|time|party))", re.IGNORECASE)
_VOTED = frozenset("for against abstained abstentions abstain".split())
_LATER_CHARS = 120
_NAMED_REST = Decimal(15)
_HYPHENED = re.compile(rf"(?<![\w-])(?P<a>{_FIGURE})-in-(?P<b>{_FIGURE})(?![\w-])", re.IGNORECASE)
_ALL_BUT = re.compile(
    rf"\b(?:all\s(?:but|except)\s(?P<a>{_FIGURE})\sof|every\s(?:single\s)?(?:last\s)?one\sof|not\s(?:a\ssingle\s)?one\sof|none\sof|all\sof|all)"
    rf"\s(?:the\s|our\s|my\s|his\s|her\s|its\s|their\s|those\s)?(?P<b>{_FIGURE})(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)
_FOR_EVERY = re.compile(
    rf"\bfor\s(?:every|each)\s(?:one\s)?(?P<who>[a-z’'-]+)\b[^.;:]{{3,80}}?\b(?:there\s(?:are|were)|,)\s(?:there\s(?:are|were)\s)?(?P<b>{_FIGURE})\s",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"(?P<name>[^\W\d_][\w'’-]*(?:\s[A-Z][\w'’-]*){0,3})\s\((?P<n>\d{1,2}(?:\.\d)?)\)")
_NAME_BEFORE = re.compile(
    r"(?P<name>(?:\b(?:the|a)\s)?(?:[A-Z][\w’'-]*|yes|no|undecided|don[’']t knows?|others?|against|for|abstentions?)"
    r"(?:\s(?:[A-Z][\w’'-]*|of|the|for))*)(?:\s(?:on|at|with|got|took|had|is on|was on))?[,:]?\s\Z"
)
_NAMED_NEXT = re.compile(r"\s*(?:[,;.:)–—]|\Z|\n|and\b|%|[A-Z]|to\b)")
_NAMED_LEAST = 2
_SHARES_LEAST = Decimal(85)
_LEADS_LEAST = Decimal(50)
_WHOLE = Decimal(100)
_NAMED_SUM_LEAST = Decimal(55)


@dataclass(frozen=True, slots=True)
class Share:
    """A figure of a possible poll. ``is_sure`` when its own words already make it one.

    ``rough`` is the fraction of "nearly half of them (48 per cent)", whose anchor spans both; ``answer``
    the name of "Labour (41)"; ``other`` the values of the other side of "52-48", a claim of its own.
    ``wants_vote`` says that it is a share only where votes are told.
    """

    anchor: Span
    values: tuple[Value, ...]
    people: Span | None = None
    is_sure: bool = False
    rough: Span | None = None
    answer: Span | None = None
    other: tuple[Value, ...] = ()

    @property
    def figure(self) -> Span:
        """Where the words after the figure begin to tell who and what."""
        return self.rough or self.anchor

    @property
    def role(self) -> str:
        """The role of its first value."""
        return self.values[0].role


def find_counts(context: SentenceContext) -> Iterator[Share]:
    """Yield the shares of a sentence that are told by counts, pairs or names, the firmest first."""
    yield from _people_in(context)
    yield from _odd_percent(context)
    yield from _hyphened(context)
    yield from _all_but(context)
    yield from _for_every(context)
    yield from _of_sample(context)
    yield from _for_against(context)
    yield from _counted(context)
    yield from _pairs(context)
    yield from _bracketed(context)
    yield from _sided_counts(context)
    yield from _bare_minds(context)
    yield from _bare_parts(context)
    yield from _labelled(context)
    yield from _named(context)


def plain_value(role: str, figure: Decimal, span: Span) -> Value:
    """Return a figure that stands without a unit as a value in per cent."""
    return Value(role, "percent", figure, figure, Bound.EXACT, Decimal(1), span)


def read_figure(said: str) -> Decimal | None:
    """Return the worth of "4,911", "53.5", "twenty-two"."""
    low = " ".join(said.lower().replace(",", "").replace("-", " ").split())
    if re.fullmatch(r"\d+(?:\.\d+)?", low):
        return Decimal(low)
    if low in _NUMBERS:
        return Decimal(_NUMBERS[low])
    parts = [_WORTH.get(word) for word in low.split()]
    return Decimal(sum(part for part in parts if part)) if parts and None not in parts else None


def _share_of(context: SentenceContext, upper: Decimal, lower: Decimal, span: Span, people: Span | None = None) -> Share:
    percent = (_WHOLE * upper / lower).quantize(Decimal("0.01"))
    value = Value("percent", "percent", percent, percent, _bound_before(context, span), None, span)
    return Share(span, (value,), people)


def _odd_percent(context: SentenceContext) -> Iterator[Share]:
    """Read "sixty-odd per cent", "40+% of them"."""
    for one in context.quantities:
        sign = _SIGN_FAR.match(context.text, one.whole.end, context.sentence.end)
        if sign is None or one.form != "number" or one.low is None or not 0 < one.low <= _WHOLE:
            continue
        bound = Bound.AT_LEAST if "+" in sign.group() or "plus" in sign.group().lower() else Bound.ABOUT
        span = Span(one.whole.start, sign.end())
        yield Share(span, (Value("percent", "percent", one.low, one.low, bound, one.precision, span),))


def _hyphened(context: SentenceContext) -> Iterator[Share]:
    """Read "4-in-10 Britons", "one-in-five"."""
    for match in _HYPHENED.finditer(context.text, context.sentence.start, context.sentence.end):
        upper, lower = read_figure(match.group("a")), read_figure(match.group("b"))
        if upper and lower and upper < lower:
            yield _share_of(context, upper, lower, Span(*match.span()))


def _all_but(context: SentenceContext) -> Iterator[Share]:
    """Read "all but two of the thirty delegates", "every one of the nine jurors", "not one of the 40"."""
    text, sentence = context.text, context.sentence
    for match in _ALL_BUT.finditer(text, sentence.start, sentence.end):
        total = read_figure(match.group("b"))
        left = read_figure(match.group("a")) if match.group("a") else Decimal(0)
        if not total or left is None or left >= total:
            continue
        said = match.group().lower()
        upper = Decimal(0) if said.startswith(("not", "none")) else total - left
        behind = read_behind(read_words(text, match.end(), min(sentence.end, match.end() + 160)))
        of = read_behind(read_words(f"of {text[match.end() : min(sentence.end, match.end() + 160)]}", 0, 163))
        if Deed.MIND in (behind.deed, of.deed) and (of.base is Base.PEOPLE or behind.is_near):
            yield replace(_share_of(context, upper, total, Span(*match.span())), is_sure=True)


def _for_every(context: SentenceContext) -> Iterator[Share]:
    """Read "for every reader who liked it there were three who did not" as the share of the second group."""
    for match in _FOR_EVERY.finditer(context.text, context.sentence.start, context.sentence.end):
        other = read_figure(match.group("b"))
        if not other or not _are_people(context.text, Span(*match.span("who"))):
            continue
        share = _share_of(context, other, other + 1, Span(*match.span()))
        ratio = Value("ratio", "ratio", other, other, Bound.EXACT, None, share.anchor, of=match.group("who"))
        yield replace(share, values=(*share.values, ratio), is_sure=True)


def _people_in(context: SentenceContext) -> Iterator[Share]:
    """Read "One voter in four", "two drivers out of every five"."""
    for match in _PEOPLE_IN.finditer(context.text, context.sentence.start, context.sentence.end):
        upper, lower = read_figure(match.group("a")), read_figure(match.group("b"))
        who = Span(*match.span("who"))
        is_every = "every" in match.group().lower() or lower in (3, 4, 5, 6, 7, 8, 9, 10, 12, 20, 50, 100)
        if upper is None or not lower or upper >= lower or not is_every:
            continue
        if _are_people(context.text, who):
            yield _share_of(context, upper, lower, Span(*match.span()), who)


def _are_people(text: str, who: Span) -> bool:
    noun = who.cut(text)
    for form in (noun, f"{noun}s"):
        if read_behind(read_words(f"of {form}", 0, len(form) + 3)).base in (Base.PEOPLE, Base.BODIES):
            return True
    return False


def _counted(context: SentenceContext) -> Iterator[Share]:
    """Read "412 of the 600 residents" and "of the 64 who answered, 49": a share told by counting people."""
    text, sentence = context.text, context.sentence
    for match in _COUNTED.finditer(text, sentence.start, sentence.end):
        share = _count(context, match, Span(match.start(), match.end()))
        if share is None:
            continue
        share = replace(share, is_sure="votes" in match.group().lower())
        behind = read_behind(read_words(f"of {text[match.end() : min(sentence.end, match.end() + 160)]}", 0, 163))
        is_end = not text[match.end() : sentence.end].strip(" .!”\"’")
        is_asked = re.match(r"\s(?:we|i|that\swe|polled|asked|surveyed|questioned|interviewed)\b", text[match.end() : match.end() + 14], re.I)
        is_voted = behind.deed in (Deed.MIND, Deed.VOTING) or (is_asked and behind.base is not Base.THINGS)
        if behind.base in (Base.PEOPLE, Base.BODIES) or is_end or is_voted or "vote" in match.group():
            yield share
    for match in _OF_COUNTED.finditer(text, sentence.start, sentence.end):
        who = read_behind(read_words(f"of the {match.group('who')}", 0, len(match.group("who")) + 7))
        is_told = re.match(r"(?:who|we|i|that|polled|surveyed|asked|questioned)\b", match.group("who"), re.I)
        following = read_behind(read_words(text, match.end("a"), min(sentence.end, match.end("a") + 160)))
        is_deed = following.deed_start is not None or match.group("next").lower() in ("were", "was", "had", "did")
        if (who.base is Base.PEOPLE or is_told) and is_deed:
            share = _count(context, match, Span(*match.span("a")))
            if share is not None:
                yield Share(share.anchor, share.values, Span(match.start("b"), match.end("who")))


def _of_sample(context: SentenceContext) -> Iterator[Share]:
    """Read "I asked a class of thirty: twenty-two had never sent a letter"."""
    text, sentence = context.text, context.sentence
    nearest = context.previous[0].start if context.previous else sentence.start
    sampled = [match for match in _SAMPLED.finditer(text, nearest, sentence.end)]
    total = read_figure(sampled[-1].group("n") or sampled[-1].group("m")) if sampled else None
    if total is None:
        return
    for one in context.quantities:
        if one.form != "number" or one.low is None or one.low != one.high or not 0 < one.low < total:
            continue
        if one.whole.start <= sampled[-1].end() or one.low != int(one.low):
            continue
        behind = read_behind(read_words(text, one.whole.end, min(sentence.end, one.whole.end + 120)))
        is_side = re.match(r"\s(?:for|against|in\sfavou?r|said)\b", text[one.whole.end : one.whole.end + 12])
        is_deed = behind.is_near and behind.deed in (Deed.MIND, Deed.ECHO, Deed.ACT)
        if behind.base is Base.NONE and (is_deed or is_side):
            yield replace(_share_of(context, one.low, total, one.whole), is_sure=True)


def _count(context: SentenceContext, match: re.Match[str], span: Span) -> Share | None:
    upper, lower = read_figure(match.group("a")), read_figure(match.group("b"))
    if upper is None or not lower or upper >= lower or upper != int(upper) or lower != int(lower):
        return None
    return _share_of(context, upper, lower, span)


def _for_against(context: SentenceContext) -> Iterator[Share]:
    """Read "18 for, 6 against" and "4,911 yes, 702 no"."""
    for match in _FOR_AGAINST.finditer(context.text, context.sentence.start, context.sentence.end):
        one, other = read_figure(match.group("a")), read_figure(match.group("b"))
        if one is None or other is None or one + other == 0 or one != int(one):
            continue
        if re.search(r"%|\bcent\b", match.group()):
            continue
        share = _share_of(context, one, one + other, Span(*match.span()))
        yield Share(share.anchor, share.values, is_sure=True)


def _pairs(context: SentenceContext) -> Iterator[Share]:
    """Read "leads 46 to 41", "by 54 to 46 per cent", "a vote of eleven to four", "backed it 3-2"."""
    text, sentence = context.text, context.sentence
    for match in _PAIR.finditer(text, sentence.start, sentence.end):
        one, other = read_figure(match.group("a")), read_figure(match.group("b"))
        if read_figure(match.group()) is not None or (other == 1 and " to " in match.group().lower()):
            continue  # "forty-two"; "three to one" is a ratio
        if one is None or other is None or _NOT_PAIR.match(text[match.end() : match.end() + 30]):
            continue
        if _NOT_PAIR_BEFORE.search(text, max(sentence.start, match.start() - 20), match.start()):
            continue
        share = _pair(context, match, one, other)
        if share is not None:
            yield share


def _pair(context: SentenceContext, match: re.Match[str], one: Decimal, other: Decimal) -> Share | None:
    text, sentence = context.text, context.sentence
    span = Span(match.start("a"), match.end("ub"))
    near = text[max(sentence.start, match.start() - 90) : match.start()]
    around = near + text[match.end() : min(sentence.end, match.end() + 50)]
    has_unit = bool(match.group("ua") or match.group("ub"))
    is_race = _is_of_polls(context) or any(
        _is_party(word.text) for word in read_words(text, sentence.start, sentence.end)
    )
    is_leading = _LEADING.search(near) is not None and (is_race or _SCORE_CONTEXT.search(text, sentence.start, sentence.end))
    if _SPORT.search(text, sentence.start, sentence.end) and not has_unit:
        return None
    total = one + other
    if has_unit and is_leading and total <= _WHOLE + 1:
        return _two_sides(span, one, other)
    if _IN_POINTS.search(near[-60:]) and "," in near[-12:]:
        return None
    if _WHOLE - 1 <= total <= _WHOLE + 1 and _LEADING.search(near) is not None and one >= 1:
        return _two_sides(span, one, other)
    is_split = _SHARES_LEAST <= total <= _WHOLE + 1
    if is_split and one >= 1 and (is_leading or (_COUNT_CONTEXT.search(around) and total >= _WHOLE - 1)):
        return _two_sides(span, one, other)
    is_count = one == int(one) and other == int(other) and one != other
    is_voted = bool(match.group("va") or match.group("vb")) or _COUNT_CONTEXT.search(around) is not None
    if _LEADS_LEAST <= total < _SHARES_LEAST and is_leading and not (is_voted and is_count):
        return _two_sides(span, one, other)
    if is_count and is_voted and not has_unit:
        share = _share_of(context, one, total, Span(match.start("a"), match.end()))
        return Share(share.anchor, share.values, is_sure=True)
    return None


def _two_sides(span: Span, one: Decimal, other: Decimal) -> Share:
    lead = Value("points", "points", one - other, one - other, Bound.EXACT, Decimal(1), span)
    return Share(
        span,
        (plain_value("percent", one, span), lead),
        is_sure=True,
        other=() if one == other else (plain_value("percent", other, span),),
    )


def _bracketed(context: SentenceContext) -> Iterator[Share]:
    """Read "Labour (41), the Greens (17)": bare figures in brackets behind two names or more."""
    if not _is_of_polls(context):
        return
    found = list(_IN_BRACKETS.finditer(context.text, context.sentence.start, context.sentence.end))
    are_placed = all(one.group("name").startswith(("in ", "among ")) for one in found)
    if len(found) < _NAMED_LEAST or (
        not are_placed and sum(Decimal(one.group("n")) for one in found) > _WHOLE + 1
    ):
        return
    for match in found:
        value = plain_value("percent", Decimal(match.group("n")), Span(*match.span("n")))
        yield Share(Span(*match.span()), (value,), is_sure=True, answer=Span(*match.span("name")))


def _named(context: SentenceContext) -> Iterator[Share]:
    """Read "YES 53.5 NO 46.5", "Yes on forty-four point seven", "Labour 41, Tories 29, Greens 12"."""
    text, sentence = context.text, context.sentence
    found = []
    for one in context.quantities:
        if one.form not in ("number", "percent") or one.low is None or one.low != one.high or one.low >= _WHOLE:
            continue
        name = _name_before(context, one.whole)
        if name and (one.form == "percent" or _NAMED_NEXT.match(text, one.whole.end, sentence.end)):
            found.append((one, name))
    total = sum((one.low for one, _ in found if one.low is not None), Decimal(0))
    parties = [name for _, name in found if _is_party(name.cut(text))]
    is_whole = len(found) >= _NAMED_LEAST and _NAMED_SUM_LEAST <= total <= _WHOLE + 1
    if not is_whole and (len(parties) < len(found) or not parties or total > _WHOLE + 1):
        return
    are_parties = len(parties) == len(found) >= _NAMED_LEAST
    names = {name.cut(text).lower() for _, name in found}
    if not (are_parties or _is_of_polls(context) or {"yes", "no"} <= names or {"remain", "leave"} <= names):
        return
    for one, name in found:
        if one.low is not None:
            value = Value("percent", "percent", one.low, one.low, one.bound, one.precision, one.span)
            is_next = one.whole.start - name.end <= _NEXT_CHARS
            anchor = Span(name.start if is_next else one.whole.start, one.whole.end)
            yield Share(anchor, (value,), is_sure=True, answer=name)


def _name_before(context: SentenceContext, figure: Span) -> Span | None:
    """Return whose a bare figure is: the name next to it, or a party a little before ("the NDP unchanged at 19")."""
    start = max(context.sentence.start, figure.start - 50)
    name = _NAME_BEFORE.search(context.text, start, figure.start)
    if name is not None:
        return Span(*name.span("name"))
    near = context.text[start : figure.start]
    for party in _CAPITAL.finditer(near):
        name = Span(*party.span()).shifted(start)
        between = [
            one
            for one in context.quantities
            if one.form in ("points", "percent") and name.end < one.whole.start < figure.start
        ]
        if _is_party(party.group()) and not between and _PARTY_NEXT.fullmatch(near[party.end() :]):
            return name
    return None


def _sided_counts(context: SentenceContext) -> Iterator[Share]:
    """Read "in favour 61, against 118" and "147 Yes, 39 No" as the share of the first side."""
    for match in _SIDED.finditer(context.text, context.sentence.start, context.sentence.end):
        one, other = read_figure(match.group("a")), read_figure(match.group("b"))
        if one is None or other is None or one != int(one) or other != int(other) or one + other == 0:
            continue
        if re.search(r"(?:\d|%|cent)\s\Z", context.text[max(0, match.start() - 5) : match.start()]):
            continue  # "47 per cent for, 44 against"
        if _NAMED_SUM_LEAST <= one + other <= _WHOLE + 1 and one + other >= _WHOLE - _NAMED_REST:
            continue
        yield replace(_share_of(context, one, one + other, Span(*match.span())), is_sure=True)


def _labelled(context: SentenceContext) -> Iterator[Share]:
    """Read "Not sure: 12%": a line of a table of answers."""
    text = context.text
    for one in context.quantities:
        if one.form != "percent" or one.low is None or one.low > _WHOLE:
            continue
        start = max(context.sentence.start, one.whole.start - 60)
        label = _LABEL.search(text[start : one.whole.start])
        if label is None or not _is_answer(label.group("name")):
            continue
        value = Value("percent", "percent", one.low, one.high, one.bound, one.precision, one.span)
        name = Span(*label.span("name")).shifted(start)
        yield Share(Span(name.start, one.whole.end), (value,), is_sure=True, answer=name)


def _bare_minds(context: SentenceContext) -> Iterator[Share]:
    """Read "37 approve, 55 don't": figures that are nearly all people together, each with what they hold."""
    found = []
    for one in context.quantities:
        if one.form != "number" or one.low is None or one.low != one.high or one.low >= _WHOLE:
            continue
        behind = read_behind(read_words(context.text, one.whole.end, min(context.sentence.end, one.whole.end + 80)))
        if behind.base is Base.NONE and behind.is_near and behind.deed in (Deed.MIND, Deed.ECHO):
            found.append(one)
    total = sum((one.low for one in found if one.low is not None), Decimal(0))
    if len(found) < _NAMED_LEAST or not _WHOLE - 2 * _NAMED_REST + _NAMED_REST / 3 <= total <= _WHOLE + 1:
        return
    for one in found:
        if one.low is not None:
            yield Share(one.whole, (plain_value("percent", one.low, one.span),), is_sure=True)


def _bare_parts(context: SentenceContext) -> Iterator[Share]:
    """Read "a fifth calling it a draw", where the grammar of quantities sees an ordinal."""
    for match in _PARTS.finditer(context.text, context.sentence.start, context.sentence.end):
        behind = read_words(context.text, match.end(), min(context.sentence.end, match.end() + 60))
        if behind and (behind[0].low in MINDS | STATES | {"for", "against"} or behind[0].low.endswith("ing")):
            yield _share_of(context, Decimal(1), Decimal(_PART_WORTH[match.group("part").lower()]), Span(*match.span()))


def _is_answer(label: str) -> bool:
    words = label.lower().split()
    return words[-1] in SIDES | STATES | _LABEL_ENDS or words[0] in STATES or words[:2] == ["in", "favour"]


def _is_party(name: str) -> bool:
    return any(word.lower() in SIDES - _VOTED and word[0].isupper() for word in name.split())


def _is_of_polls(context: SentenceContext) -> bool:
    """Whether the sentence or those just before speak of a poll or a vote."""
    near = (*context.words, *re.findall(r"[a-z][a-z-]+", context.before.lower()))
    later = re.findall(r"[a-z][a-z-]+", context.text[context.sentence.end : context.sentence.end + _LATER_CHARS].lower())
    return any(is_poll_name(word) or word in AYES for word in near) or not ELECTIONS.isdisjoint(later)


def _bound_before(context: SentenceContext, span: Span) -> Bound:
    before = context.text[context.sentence.start : span.start].lower().split()
    last, pair = " ".join(before[-1:]), " ".join(before[-2:])
    if pair == "more than" or last == "over":
        return Bound.MORE_THAN
    if pair in {"fewer than", "less than"} or last in {"under", "barely", "almost", "nearly"}:
        return Bound.LESS_THAN
    if last in {"about", "around", "roughly", "approximately", "some"}:
        return Bound.ABOUT
    return Bound.AT_LEAST if pair == "at least" else Bound.EXACT


def overlapping(shares: Sequence[Share], span: Span) -> bool:
    """Whether any share stands where the span does."""
    return any(share.anchor.overlaps(span) for share in shares)
