"""Reads sell-outs by how English says them: who or what, how much of it, a predicate, and what turns it.

Each reader looks at one kind of predicate. What it finds is weighed: the predicate's own strength, the
noun, the amount, and the market around it; only what weighs enough is a reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.sellout_clauses import VerbGroup, clause_floor, is_soon, read_group, read_subject
from factdesk.claims.sellout_phrases import Noun, read_count, read_noun
from factdesk.claims.sellout_tokens import LEXICON, Tokens, key_words, phrase_words, read_tokens
from factdesk.model import Span

_STRENGTH: dict[str, float] = LEXICON["strength"]
_EVIDENCE: dict[str, float] = LEXICON["evidence"]
THRESHOLD = 2.0
"""What a reading must weigh; the weights stand in the lexicon."""
_FEW_MAX = 50
"""So few left of anything is nearly sold out; so few in one shop is limited."""
_MANY_MIN = 100
_KEYS = key_words(*LEXICON["keys"]["classes"].split())
_INTRANSITIVE = phrase_words("intransitive")
_MARKET = phrase_words("market")
_FULL_AMOUNTS = frozenset({"all", "definite", "bare", "only"})
_STOPS_GONE = frozenset("to into from with on up down through wrong ahead back over out home of a an the him her away aback part seriously lightly place care hold".split())
_NOTICES = {
    "notice_out": "sold_out",
    "notice_gone": "sold_out",
    "notice_near": "nearly_sold_out",
    "notice_few": "limited",
    "notice_in": "available",
    "notice_there": "available",
}
_NOTICE_ENDS = frozenset(["", ".", ",", ";", "!", ")", "\n", "–", "—", "-", "until", "till", "but", "/", "*"])
_BACK_WHERE = frozenset(["", ".", ",", "in", "on", "at", "and", ";", "!", "again", "behind"])
_QUICKLY = frozenset("quickly early swiftly rapidly promptly immediately instantly".split())
_PRESENT = frozenset("go goes sell sells fill fills vanish disappear".split())
_LEAVES = frozenset("gone went go goes away off over done finished history past left".split())
_MINE = frozenset("my our his her their your".split())
_PLAIN = frozenset("available on free open to be in".split())
_TAKING = frozenset("taking accepting admitting selling letting issuing adding enrolling registering booking".split())
_OBJECTS = frozenset("him her me us them you such behind it".split())
_SOLD_VERBS = frozenset("sell buy ration book give let rent hand be offer hire go".split())
_STOPS_FULL = frozenset("of with in on for".split())


@dataclass(frozen=True, slots=True)
class Reading:
    """A state that a clause says: the predicate, the noun it is said of, and how much speaks for it.

    ``sort``: the word class of the noun's head, "none" where only an amount is said.
    """

    state: str
    anchor: Span
    noun: Span | None
    head: Span | None
    sort: str
    score: float

    @property
    def said(self) -> Span:
        """The stretch from the noun to the predicate, whichever stands first."""
        if self.noun is None:
            return self.anchor
        return Span(min(self.noun.start, self.anchor.start), max(self.noun.end, self.anchor.end))


@dataclass(frozen=True, slots=True)
class _Found:
    """A reading in tokens, before its surroundings are weighed."""

    state: str
    start: int
    end: int
    noun: Noun | None
    score: float


def find_readings(context: SentenceContext) -> Iterator[Reading]:
    """Yield what the clauses of a sentence say of stock, in reading order; readings may overlap."""
    if _KEYS.isdisjoint(context.words):
        return
    tokens = read_tokens(context.text, context.sentence)
    weighed = [
        (found, found.score + _surroundings(context, tokens, found))
        for at in range(len(tokens))
        if not tokens.is_name(at)
        for reader in _READERS
        if (found := reader(tokens, at)) is not None
    ]
    sure = [found for found, score in weighed if score >= THRESHOLD]
    for found, score in weighed:
        is_beside = any(one.end <= found.start or found.end <= one.start for one in sure)
        raised = score + (_EVIDENCE["beside"] if is_beside else 0.0)
        if raised >= THRESHOLD:
            yield _reading(tokens, found, raised)


def _reading(tokens: Tokens, found: _Found, score: float) -> Reading:
    noun = found.noun
    span = tokens.span(noun.start, max(noun.end, noun.start + 1)) if noun else None
    head = tokens.span(noun.head, noun.head + 1) if noun else None
    return Reading(
        found.state, tokens.span(found.start, found.end), span, head, noun.sort if noun else "none", score
    )


def _surroundings(context: SentenceContext, tokens: Tokens, found: _Found) -> float:
    """Weigh what stands around: a market in the sentence or before it, stock that a pronoun stands for."""
    score = 0.0
    said = {token.word for index, token in enumerate(tokens.all) if not found.start <= index < found.end}
    if not _MARKET.isdisjoint(said):
        score += _EVIDENCE["market"]
    elif context.following and not _MARKET.isdisjoint(context.following.cut(context.text).lower().split()):
        score += _EVIDENCE["market_after"]
    elif tokens.holds(0, found.start, "out_strong", "run_out"):
        score += _EVIDENCE["topic"]
    if found.noun is None or found.noun.sort in {"unit", "event", "goods", "other", "person", "abstract"}:
        return score
    earlier = read_tokens(context.text, Span(context.sentence.start - len(context.before), context.sentence.start))
    if earlier.holds(0, len(earlier), "unit", "goods", "out_strong", "run_out"):
        return score + _EVIDENCE["stock_before"]
    others = (index for index in range(len(tokens)) if not found.noun.start <= index < found.noun.end)
    if any(tokens.end_of(index, "unit", "event", "goods", "out_strong") is not None for index in others):
        return score + _EVIDENCE["stock_beside"]
    return score if _stands_alone(found.noun) else score + _EVIDENCE["stands_for_nothing"]


def _stands_alone(noun: Noun) -> bool:
    """Whether a name or a time may be full without stock being spoken of; "it" and "six" may not."""
    return noun.sort not in {"pronoun", "none"}


# --- predicates whose subject is the thing ---------------------------------------------------------------


def _read_out(tokens: Tokens, at: int) -> _Found | None:
    """Read "is fully booked", "were out of stock", "was oversubscribed"."""
    end = tokens.end_of(at, "out_strong")
    if end is None or (tokens.word(end - 1) in {"get", "find", "obtain"} and _goes_on(tokens, end)):
        return None
    return _said_of_subject(tokens, at, end, _STRENGTH["out_strong"], _full_state)


def _read_gone(tokens: Tokens, at: int) -> _Found | None:
    """Read "had all gone", "was taken", "have been allocated": a passive, or a verb without an object."""
    end = tokens.end_of(at, "gone", "gone_firm")
    is_firm = tokens.end_of(at, "gone_firm") == end
    group = read_group(tokens, at)
    if end is None or (is_stopped := _is_stopped(tokens, end, _STOPS_GONE)) is None:
        return None
    is_agent = tokens.word(end) == "by" and not is_soon(tokens, end) and not is_firm
    is_stopped = (is_stopped or is_agent) and not (tokens.word(end) == "to" and _is_whole(tokens, group))
    if not group.has("be", "get") and not _is_perfect(tokens, at, end, group):
        return None
    if group.has("neg") and not {"ca", "can", "could", "cannot"}.isdisjoint(_words(tokens, group.start, at)):
        return None
    score = _EVIDENCE["stopped"] if is_stopped else 0.0
    score += _STRENGTH["gone_firm" if is_firm else "gone"]
    score += _EVIDENCE["booked_for"] if tokens.word(end) == "for" and not _is_whole(tokens, group) else 0.0
    return _said_of_subject(tokens, at, end, score, _full_state if tokens.word(at) == "filled" else _gone_state)


def _is_whole(tokens: Tokens, group: VerbGroup) -> bool:
    """Whether the subject is all there was: "has all been allocated to subscribers"."""
    noun = read_subject(tokens, clause_floor(tokens, group.start), group.start)
    return group.has("all") or (noun is not None and noun.amount in {"all", "most"})


def _is_whole_unit(tokens: Tokens, group: VerbGroup) -> bool:
    """Whether the subject is all of what is sold one by one: "most of the tickets went to members"."""
    noun = read_subject(tokens, clause_floor(tokens, group.start), group.start)
    if noun is None or noun.amount not in {"all", "most"}:
        return False
    return noun.sort == "unit" or (_is_last(tokens, noun) and noun.sort in {"goods", "name", "other"})


def _is_last(tokens: Tokens, noun: Noun) -> bool:
    """Whether it is the last of them: "the last ten places", "the last of the plums"."""
    return "last" in _words(tokens, noun.start, noun.head)


def _is_perfect(tokens: Tokens, at: int, end: int, group: VerbGroup) -> bool:
    """Whether a bare participle can be said of stock: "have gone", "every room taken"."""
    words = " ".join(tokens.word(index) for index in range(at, end))
    if group.has("have"):
        return words in _INTRANSITIVE
    floor = clause_floor(tokens, group.start)
    noun = read_subject(tokens, floor, group.start)
    if noun is None or noun.amount not in {"all", "zero", "most"}:
        return False
    end = tokens.end_of(at, "gone", "gone_firm") or at + 1
    if tokens.word(end) not in _NOTICE_ENDS | {"and"} and tokens.end_of(end, "prep", "joiner") is None and not is_soon(tokens, end):
        return False
    is_verbless = not tokens.holds(noun.end, group.start, "be", "have", "gone", "gone_past")
    return noun.end == group.start or (tokens.end_of(noun.end, "prep") is not None and is_verbless)


def _is_stopped(tokens: Tokens, end: int, stops: frozenset[str]) -> bool | None:
    """Whether what follows makes it another verb ("taken to hospital"); None where money follows."""
    if tokens.word(end) in {"for", "at"} and tokens.word(end + 1) in {"£", "$", "€", "rs", "r", "hk", "us"}:
        return None
    if _is_off_shelf(tokens, end):
        return False
    return tokens.word(end) in stops or (tokens.word(end).endswith("ly") and tokens.word(end) not in _QUICKLY)


def _is_off_shelf(tokens: Tokens, end: int) -> bool:
    """Whether "from the shops", "off the shelves" follows."""
    return tokens.word(end) in {"from", "off"} and tokens.holds(end + 1, min(end + 5, len(tokens)), "outlet")


def _read_went(tokens: Tokens, at: int) -> _Found | None:
    """Read "went in an hour", "sold within minutes", "filled before noon"."""
    end = tokens.end_of(at, "gone_past")
    if end is None or read_group(tokens, at).has("be", "have", "get", "modal"):
        return None
    is_to = tokens.word(end) == "to" and _is_whole_unit(tokens, read_group(tokens, at))
    if tokens.word(at) in _PRESENT and not is_soon(tokens, end):
        return None
    soon = is_soon(tokens, end)
    if not (is_to or soon) and _is_stopped(tokens, end, _STOPS_GONE - {"on", "as"}) is not False:
        return None
    soon = soon or is_to or _is_off_shelf(tokens, end) or tokens.word(end) in {"in", "at", "across", "first", "next"}
    if not soon and tokens.word(end) not in {"", ",", ".", "and", "but", "too", "first", "last", ";", "–", "long"}:
        return None
    state_of = _full_state if tokens.word(at) in {"filled", "booked"} else _gone_state
    strength = _STRENGTH["gone_firm" if tokens.end_of(at, "gone_firm") == end else "gone_past"]
    return _said_of_subject(tokens, at, end, strength, state_of)


def _read_full(tokens: Tokens, at: int) -> _Found | None:
    """Read "the 17:12 and the 18:12 are full", "we are not full"."""
    end = tokens.end_of(at, "full")
    if end is None or not read_group(tokens, at).has("be"):
        return None
    if tokens.word(end) in _STOPS_FULL and not is_soon(tokens, end):
        return None
    found = _said_of_subject(tokens, at, end, _STRENGTH["full"], _full_state)
    if found is None or found.noun is None or found.noun.sort in {"goods", "other"}:
        return None
    extra = _EVIDENCE["full_event" if found.noun.sort == "event" else "full_of_us"]
    extra = 0.0 if found.noun.sort in {"unit", "name"} else extra
    return _Found(found.state, found.start, found.end, found.noun, found.score + extra)


def _read_scarce(tokens: Tokens, at: int) -> _Found | None:
    """Read "is tight", "was rationed", "are in short supply"."""
    end = tokens.end_of(at, "scarce", "scarce_strong", "near_out")
    if end is None or not (read_group(tokens, at).has("be")):
        return None
    if tokens.word(end - 1) in {"get", "find", "obtain"} and _goes_on(tokens, end):
        return None
    is_near = tokens.end_of(at, "near_out") == end
    is_loose = tokens.end_of(at, "scarce") == end
    is_plain = tokens.end_of(at, "scarce_strong") == end
    strength = _STRENGTH["near_out" if is_near else "scarce_strong" if is_plain else "scarce"]
    found = _said_of_subject(tokens, at, end, strength, _gone_state)
    if found is None or found.state == "nearly_sold_out":
        return found
    if is_loose and (found.noun is None or found.noun.sort not in {"goods", "unit"}):
        return None
    state = {"sold_out": "nearly_sold_out" if is_near else "limited"}.get(found.state, found.state)
    return _Found(state, found.start, found.end, found.noun, found.score)


def _goes_on(tokens: Tokens, end: int) -> bool:
    """Whether an object or an adverb follows "hard to get" ("hard to get ahead")."""
    return tokens.word(end) not in _NOTICE_ENDS | {"in", "at", "this", "these", "and", "here", "now", "on", "for"}


def _gone_state(noun: Noun, group: VerbGroup) -> str | None:
    """Return what it says that so much of something is gone; "six of them are" leaves the others."""
    if noun.amount in {"most"}:
        return "nearly_sold_out"
    if noun.amount == "zero":
        return None
    is_whole = noun.amount in _FULL_AMOUNTS or group.has("all")
    if group.has("neg"):
        return "available" if is_whole or noun.amount in {"count", "some", "many", "few"} else None
    if not is_whole:
        return "available" if noun.is_part and noun.amount == "count" else None
    if group.has("near"):
        return "nearly_sold_out"
    return "available" if group.has("half") else "sold_out"


def _full_state(noun: Noun, group: VerbGroup) -> str | None:
    """Return what it says that so many are full: two full sessions are sold out, each of them."""
    if noun.amount == "count" and not noun.is_part:
        noun = replace(noun, amount="definite")
    return _gone_state(noun, group)


def _said_of_subject(
    tokens: Tokens, at: int, end: int, strength: float, state_of: Callable[[Noun, VerbGroup], str | None]
) -> _Found | None:
    group = read_group(tokens, at)
    floor = clause_floor(tokens, group.start)
    noun = read_subject(tokens, floor, group.start) if floor < group.start else _inverted(tokens, at, end)
    noun = _outer(tokens, floor, noun) or noun
    if noun is None:
        return None
    state = state_of(noun, group)
    if state is None:
        return None
    score = strength + noun.weight + _amount_weight(noun) + (_EVIDENCE["soon"] if is_soon(tokens, end) else 0.0)
    if tokens.end_of(at, "gone", "gone_past") == end and tokens.end_of(at, "gone_firm") is None:
        score += _EVIDENCE["event"] if _has_left(tokens, end, noun) else 0.0
        score += _EVIDENCE["first"] if tokens.word(end) in {"first", "next"} else 0.0
        score += _EVIDENCE["last"] if _is_last(tokens, noun) else 0.0
    score += _EVIDENCE["off_shelf"] if _is_off_shelf(tokens, end) else 0.0
    score += _EVIDENCE["all"] if group.has("all") and noun.amount != "all" else 0.0
    if noun.sort in {"other", "name"} and tokens.end_of(at, "out_strong", "notice_out", "scarce_strong") != end:
        score += _EVIDENCE["no_stock"]
    return _Found(state, group.start, end, noun, score)


def _outer(tokens: Tokens, floor: int, inner: Noun | None) -> Noun | None:
    """Read "every ventilator" of "every ventilator that the province owns is in use"."""
    if inner is not None and inner.sort in {"unit", "goods", "event"}:
        return None
    if tokens.word(floor - 1) not in {"that", "which", "who"}:
        return None
    noun = read_subject(tokens, clause_floor(tokens, floor - 1), floor - 1)
    if noun is None or noun.end != floor - 1:
        return None
    return noun if inner is None or noun.amount in {"all", "zero", "most"} else None


def _has_left(tokens: Tokens, end: int, noun: Noun) -> bool:
    """Whether a train or a tour is gone, which leaves and is over without being sold out."""
    return tokens.end_of(noun.head, "vehicle") is not None and tokens.word(end - 1) in _LEAVES


def _inverted(tokens: Tokens, at: int, end: int) -> Noun | None:
    """Read the subject of "Gone are the corner plots"."""
    after = tokens.end_of(end, "be")
    return read_noun(tokens, after, len(tokens)) if after is not None else None


def _amount_weight(noun: Noun) -> float:
    if noun.amount == "zero" and noun.end - noun.start > 1:
        return _EVIDENCE["zero" if noun.is_firm else "plain_no"]
    return _EVIDENCE.get(noun.amount, 0.0)


# --- what is left -----------------------------------------------------------------------------------------


def _read_left(tokens: Tokens, at: int) -> _Found | None:
    """Read "three pitches left", "not a slot is going", "some 400 seats remain"."""
    end = tokens.end_of(at, "left")
    is_weak = end is None
    end = end or tokens.end_of(at, "left_weak")
    if end is None or _starts_object(tokens, end) or tokens.word(at - 1) in {"", ","}:
        return None
    group = read_group(tokens, at)
    floor = clause_floor(tokens, group.start)
    noun = read_subject(tokens, floor, group.start)
    noun = _nearest_amount(tokens, floor, group.start) or noun
    if noun is None or (noun.is_headless and "," in _words(tokens, noun.end, group.start)):
        return None
    if noun.is_headless and tokens.word(end) == "of":
        return None
    if tokens.word(end - 1) in {"found", "seen"} and noun.amount not in {"zero", "few"}:
        return None
    if tokens.word(end - 1) == "left" and noun.amount in {"bare", "definite"} and not (noun.is_only or group.has("neg")):
        return None
    if tokens.word(at).startswith("remain") and not _can_follow(tokens, end):
        return None
    if is_weak and noun.sort not in {"unit", "goods"}:
        return None
    if is_weak and noun.amount in {"bare", "definite", "all"} and not noun.is_only:
        return None
    state = _left_state(noun, is_still=group.has("still") or group.has("be"), is_denied=group.has("neg"))
    if state is None or (noun.sort == "seller" and noun.amount in {"bare", "definite"}):
        return None
    score = _STRENGTH["left"] + noun.weight + _amount_weight(noun) + (_EVIDENCE["still"] if group.has("still") else 0)
    score += _EVIDENCE["denied"] if group.has("neg") else 0.0
    score += _EVIDENCE["to_be_had"] if _is_nothing(tokens, noun, at) else 0.0
    is_firm = noun.amount == "zero" or group.has("neg")
    score += _EVIDENCE["no_stock"] if noun.sort in {"other", "name"} and not is_firm else 0.0
    return _Found(state, group.start, end, noun, score)


def _can_follow(tokens: Tokens, end: int) -> bool:
    """Whether "remained" is said of what is left, not of how it was ("remained undecided", "in place")."""
    if tokens.word(end) == "in" and tokens.word(end + 1) in {"place", "office", "force", "power", "doubt"}:
        return False
    return tokens.word(end) in _NOTICE_ENDS | {"for", "on", "in", "at", "and", "to", "after", "from"} or (
        tokens.end_of(end, "left", "available", "adverb") is not None
    )


def _words(tokens: Tokens, start: int, end: int) -> list[str]:
    return [tokens.word(index) for index in range(start, end)]


def _nearest_amount(tokens: Tokens, floor: int, end: int) -> Noun | None:
    """Read the noun phrase with an amount that reaches to the predicate ("there were three pitches")."""
    for start in range(max(floor, end - 9), end):
        noun = read_noun(tokens, start, end)
        if noun is not None and noun.end == end and noun.amount not in {"bare", "definite"}:
            return noun
    return None


def _starts_object(tokens: Tokens, end: int) -> bool:
    """Whether a noun follows, so that "left" is the verb of a person."""
    word, after = tokens.word(end), tokens.word(end + 1)
    if word == "to":
        return tokens.word(end - 1) == "going" or (tokens.word(end - 1) == "left" and after not in _SOLD_VERBS)
    if tokens.word(end - 1) == "going" and word in _STOPS_GONE:
        return True
    return word in _OBJECTS or (tokens.end_of(end, "det") is not None and word not in {"this", "any"})


def _left_state(noun: Noun, *, is_still: bool, is_denied: bool) -> str | None:
    if noun.amount == "zero":
        return "sold_out"
    if is_denied:
        return "sold_out" if noun.amount in _FULL_AMOUNTS or noun.amount == "count" else None
    if noun.amount in {"many", "most", "partial"}:
        return "available"
    if noun.amount == "few" or (noun.is_only and (noun.count or _MANY_MIN) < _MANY_MIN):
        return "nearly_sold_out"
    if noun.is_only and noun.count is None:
        return "limited" if is_still or noun.amount != "bare" else None
    if noun.amount == "some":
        return "limited"
    if noun.count is not None:
        return "nearly_sold_out" if noun.count <= _FEW_MAX else "available"
    return "available" if is_still else None


def _read_available(tokens: Tokens, at: int) -> _Found | None:
    """Read "loose volumes may still be ordered", "seats are still on sale"."""
    end = tokens.end_of(at, "available")
    if end is None and tokens.word(at) == "be":
        end = tokens.end_of(at, "still_to")
    group = read_group(tokens, at)
    if end is None or tokens.word(end) in {"to", "only"} or not group.has("be", "modal", "neg"):
        return None
    floor = clause_floor(tokens, group.start)
    noun = read_subject(tokens, floor, group.start)
    if noun is None or noun.sort not in {"unit", "goods", "slot_name", "pronoun"}:
        return None
    if noun.amount in {"zero", "few"} and tokens.word(at) != "be":
        return None
    if (noun.count or _MANY_MIN) < _MANY_MIN:
        return None
    is_still = group.has("still") or tokens.word(end) == "again"
    score = noun.weight + _amount_weight(noun) + (_EVIDENCE["still"] if is_still else 0.0)
    score += _STRENGTH["still_to"] if tokens.word(at) == "be" else 0.0
    if not is_still and not group.has("neg") and tokens.word(at) in _PLAIN:
        score += _EVIDENCE["plain"]
    state = "sold_out" if group.has("neg") or noun.amount == "zero" else "available"
    state = "nearly_sold_out" if noun.amount == "few" else state
    return _Found(state, group.start, end, noun, score + (_EVIDENCE["denied"] if group.has("neg") else 0.0))


# --- predicates whose subject has it, or has it no more ---------------------------------------------------


def _read_run_out(tokens: Tokens, at: int) -> _Found | None:
    """Read "had run out of metformin", "is out of rye"."""
    end = tokens.end_of(at, "run_out")
    if end is None or (tokens.word(at) == "out" and not read_group(tokens, at).has("be")):
        return None
    noun = read_noun(tokens, end, len(tokens))
    if noun is None:
        return None
    group = read_group(tokens, at)
    state = "available" if group.has("neg") else "limited" if tokens.word(at) in {"running", "low", "short"} else "sold_out"
    if group.has("near") and state == "sold_out":
        state = "nearly_sold_out"
    return _Found(state, group.start, noun.end, noun, _STRENGTH["run_out"] + noun.weight + _seller(tokens, group.start))


def _seller(tokens: Tokens, end: int) -> float:
    """Weigh the subject as one that sells: a shop, a hotel, a train."""
    floor = clause_floor(tokens, end)
    subject = read_subject(tokens, floor, end)
    if subject is None:
        return 0.0
    if subject.sort in {"seller", "slot_name"} or tokens.start_of(subject.end, "seller") is not None:
        return _EVIDENCE["seller"]
    if subject.sort in {"person", "abstract"} and not tokens.word(subject.head) in {"i", "we"}:
        return _EVIDENCE["person_has"]
    return _EVIDENCE["seller"] if tokens.holds(floor, end, "seller") else 0.0


def _read_own(tokens: Tokens, at: int) -> _Found | None:
    """Read "has no places", "still has a handful", "had barely a room between them"."""
    end = tokens.end_of(at, "own")
    if end is None and tokens.word(at) in {"found", "saw", "find", "see"} and tokens.end_of(at + 1, "zero") is not None:
        end = at + 1
    if end is None:
        return None
    group = read_group(tokens, at)
    if group.has("be") and tokens.word(at - 1) != "'s":
        return None
    is_still = group.has("still")
    after = tokens.end_of(end, "still", "adverb", "get")
    if after is not None and tokens.end_of(end, "only", "zero") is None:
        is_still = is_still or tokens.end_of(end, "still") is not None
        end = after
    noun = read_noun(tokens, end, len(tokens))
    if noun is None or _is_participle(tokens, end, noun):
        return None
    found = _held(tokens, group, (at, noun), is_still, _STRENGTH["own"] + _seller(tokens, group.start))
    owner = read_subject(tokens, clause_floor(tokens, group.start), group.start)
    if owner is None or owner.amount not in {"zero", "few"} or noun.amount in {"zero", "definite", "all"}:
        return found
    if owner.sort in {"unit", "goods"}:
        return found
    state = "sold_out" if owner.amount == "zero" else "limited"
    score = _EVIDENCE["zero"] + noun.weight + _seller(tokens, group.start)
    return _Found(state, owner.start, noun.end, noun, score)


def _is_participle(tokens: Tokens, at: int, noun: Noun) -> bool:
    """Whether "has" only helps a verb ("has stopped selling tickets")."""
    return noun.amount == "bare" and (
        tokens.word(at).endswith(("ed", "en")) or tokens.end_of(at, "gone", "gone_past", "get_it", "speech") is not None
    )


def _read_exist(tokens: Tokens, at: int) -> _Found | None:
    """Read "there was not a bed", "there are still seats", "left are two mid-terraces"."""
    end = tokens.end_of(at, "exist")
    if end is None or (tokens.word(at) == "left" and tokens.end_of(at + 1, "be") is None):
        return None
    group = read_group(tokens, at)
    is_still = group.has("still")
    after = tokens.end_of(end, "still", "adverb")
    if after is not None and tokens.end_of(end, "only", "zero") is None:
        is_still = is_still or tokens.end_of(end, "still") is not None
        end = after
    noun = read_noun(tokens, _after_aside(tokens, end), len(tokens))
    if noun is None:
        return None
    if tokens.word(at) in {"was", "were", "is", "are"} and _is_turned(tokens, at):
        group = VerbGroup(group.start, group.said | {"neg"})
    is_left = not {"left", "remain", "remains", "remained"}.isdisjoint(_words(tokens, at, end))
    if is_left and tokens.word(at) != "there" and clause_floor(tokens, at) < at:
        return None
    found = _held(tokens, group, (at, noun), is_still or is_left, _STRENGTH["exist"])
    if found is None:
        return None
    return _Found(found.state, found.start, found.end, noun, found.score + (_STRENGTH["left"] if is_left else 0.0))


def _is_firm(noun: Noun, is_left: bool) -> bool:
    """Whether the amount says that it is stock, whatever the noun: "not a single wing", "none left"."""
    return noun.amount == "zero" and (is_left or noun.head - noun.start > 1)


def _is_nothing(tokens: Tokens, noun: Noun, end: int) -> bool:
    """Whether "nothing to be had" is said, which is said of stock alone."""
    return noun.is_headless and noun.amount == "zero" and tokens.end_of(end, "left_strong") is not None


def _is_there(strength: float) -> bool:
    """Whether it is there ("there were six"), not had by someone."""
    return strength == _STRENGTH["exist"]


def _can_be_held(tokens: Tokens, noun: Noun, is_left: bool) -> bool:
    """Whether it is stock that is had: "a lot of killing" and "nothing like it" are not."""
    if noun.sort in {"other", "name"}:
        return noun.amount == "zero" or is_left
    if noun.amount == "zero" and tokens.word(noun.head) in {"one", "ones"}:
        return is_left or noun.end - noun.start < 3
    if noun.is_headless and tokens.word(noun.start) == "nothing":
        return is_left or tokens.word(noun.end) in _NOTICE_ENDS or is_soon(tokens, noun.end)
    return True


def _held_state(tokens: Tokens, state: str, said: tuple[Noun, int | None], *, is_there: bool) -> str:
    """Tell what is left of all stock from what one shop has, and from what is to spare."""
    noun, left = said
    if left is not None and tokens.word(left - 1) in {"spare", "begging"} and state == "nearly_sold_out":
        return state if noun.is_only or noun.amount == "few" else "available"
    if _is_for_one_more(tokens, noun.end):
        return "nearly_sold_out"
    if state == "available" and _is_only_at_times(tokens, noun.end):
        return "limited"
    is_few = noun.is_only or noun.amount == "few" or (left is not None and not _is_place(tokens, noun.end))
    return "limited" if state == "nearly_sold_out" and not is_there and not is_few else state


def _is_place(tokens: Tokens, at: int) -> bool:
    """Whether "in the van" follows: where it is, not that it is the last."""
    return tokens.word(at) in {"in", "on"}


def _is_for_one_more(tokens: Tokens, at: int) -> bool:
    """Whether "for one more" follows."""
    count = read_count(tokens, at + 1, len(tokens)) if tokens.word(at) == "for" else None
    return count is not None and tokens.word(count[1]) == "more" and count[0] <= _FEW_MAX


def _is_only_at_times(tokens: Tokens, at: int) -> bool:
    """Whether "on Tuesdays only" closes the clause."""
    for index in range(at, min(at + 8, len(tokens))):
        if tokens.word(index) in {",", ";", ".", "and"} and tokens.word(index + 1) != "fridays":
            break
        if tokens.word(index) == "only":
            return tokens.word(index + 1) in {"", ",", ".", ";", ")"}
    return False


def _after_aside(tokens: Tokens, at: int) -> int:
    """Step past ", at the time of writing," between a verb and what it is said of."""
    if tokens.word(at) != ",":
        return at
    return next((index + 1 for index in range(at + 1, at + 9) if tokens.word(index) == ","), at)


def _is_turned(tokens: Tokens, at: int) -> bool:
    """Whether a negation opens the clause and turns its verb round ("nowhere was there a bed")."""
    floor = clause_floor(tokens, at)
    return tokens.word(floor) in {"not", "nowhere", "never", "nor", "neither", "no"}


def _held(
    tokens: Tokens, group: VerbGroup, at_noun: tuple[int, Noun], is_still: bool, strength: float
) -> _Found | None:
    """Weigh an amount that someone has, or that there is, of something."""
    at, noun = at_noun
    end = _after_phrase(tokens, noun.end)
    left = tokens.end_of(end, "left", *(("left_weak",) if noun.sort in {"unit", "goods", "none"} else ()))
    is_left = (left is not None and not _starts_object(tokens, left) and tokens.word(left) != "of") or _is_in_every_shop(tokens, noun.end)
    is_left = is_left or (noun.is_spare and noun.amount != "definite")
    state = _left_state(noun, is_still=is_still or is_left, is_denied=group.has("neg"))
    if state is None and noun.amount == "bare" and noun.sort in {"unit", "goods"}:
        state = "available" if _is_own_stock(tokens, at, noun) or _is_there(strength) else None
    if _is_for_one_more(tokens, noun.end):
        state = "nearly_sold_out"
    if noun.sort == "seller" or (tokens.word(noun.start) in {"a", "an"} and not (is_left or is_still) and noun.amount == "bare"):
        return None
    if not _can_be_held(tokens, noun, is_left):
        return None
    if state is None or (noun.amount == "count" and not (is_still or is_left or noun.is_only) and _is_there(strength)):
        return None
    state = _held_state(tokens, state, (noun, left if is_left else None), is_there=_is_there(strength))
    score = strength + noun.weight + _amount_weight(noun)
    score += _STRENGTH["left"] if is_left else 0.0
    score += _EVIDENCE["to_be_had"] if _is_nothing(tokens, noun, end) else 0.0
    score += _EVIDENCE["still"] if is_still else 0.0
    if noun.amount == "bare" and not (is_left or is_still):
        score += _EVIDENCE["plain"] if _is_there(strength) or noun.sort == "goods" else 0.0
    if noun.amount == "zero" and tokens.word(noun.end) in {"in", "on"}:
        score += _EVIDENCE["mine"] if tokens.word(noun.end + 1) in {"my", "his", "her", "your"} else 0.0
    if noun.amount == "count" and not (is_left or is_still or noun.is_only or noun.is_headless):
        score += _EVIDENCE["plain_count"]
    score += _EVIDENCE["event"] if noun.sort == "event" and not (is_left and noun.amount == "zero") else 0.0
    score += _EVIDENCE["no_stock"] if noun.sort in {"other", "name"} and not _is_firm(noun, is_left) else 0.0
    score += _EVIDENCE["still_some"] if is_still and noun.is_headless else 0.0
    score += _EVIDENCE["zero"] if group.has("neg") and noun.amount != "zero" else 0.0
    return _Found(state, group.start, left if is_left and left else max(noun.end, noun.start + 1), noun, score)


def _is_in_every_shop(tokens: Tokens, at: int) -> bool:
    """Whether "in every shop", "at both chemists" follows."""
    if tokens.end_of(at, "prep") is None or tokens.end_of(at + 1, "all", "most", "many") is None:
        return False
    place = read_noun(tokens, at + 1, len(tokens))
    return place is not None and tokens.start_of(place.end, "seller") is not None


def _is_own_stock(tokens: Tokens, at: int, noun: Noun) -> bool:
    if tokens.word(noun.end) == "for" and read_count(tokens, noun.end + 1, len(tokens)) is not None:
        return False
    return tokens.end_of(at, "own") is not None and tokens.word(noun.end) in {"", ".", ",", "on", "for", "from", "at", ";", "!", "when", "after"} or (
        tokens.word(noun.end) == "in" and tokens.end_of(noun.end + 1, "all", "most", "many", "some") is not None
    )


def _after_phrase(tokens: Tokens, end: int) -> int:
    """Step over a short "for Tuesday", "on the ferry" between a noun and "left"."""
    if tokens.end_of(end, "prep") is None:
        return end
    for index in range(end + 1, min(end + 7, len(tokens))):
        if tokens.end_of(index, "left", "left_weak") is not None:
            return index
        if tokens.word(index) in {",", ".", ";"} or tokens.end_of(index, "relative", "be", "have") is not None:
            break
    return end


def _read_get(tokens: Tokens, at: int) -> _Found | None:
    """Read "you could not get a bed", "you can still pick up a ticket"."""
    end = tokens.end_of(at, "get_it")
    is_done = tokens.word(at - 1) == "have" and tokens.end_of(at, "get_done") is not None
    if is_done:
        end = tokens.end_of(at, "get_done")
    if end is None:
        return None
    stop = _modal_before(tokens, at - 1 if is_done else at)
    if stop is None:
        return None
    start, is_denied, is_hard, is_still = stop
    noun = read_noun(tokens, end, len(tokens))
    if noun is None or _is_participle(tokens, end, noun):
        return None
    if noun.amount == "all" or noun.sort in {"pronoun", "slot_name"}:
        return None
    if noun.amount == "definite" and not (is_denied and tokens.word(noun.start) in _MINE):
        return None
    if noun.amount == "zero":
        is_denied = True
    if not is_denied and not is_still:
        return None
    state = "nearly_sold_out" if is_hard else "sold_out" if is_denied else "available"
    score = _STRENGTH["get_it"] + noun.weight + (_EVIDENCE["still"] if is_still else 0.0) + _amount_weight(noun)
    return _Found(state, start, noun.end, noun, score)


def _modal_before(tokens: Tokens, at: int) -> tuple[int, bool, bool, bool] | None:
    """Return where "could not", "hard put to", "can still" begins: start, denied, hard, still."""
    index, is_still = at, False
    while (before := tokens.start_of(index, "still", "adverb")) is not None and tokens.word(before) not in {"not"}:
        is_still = is_still or tokens.start_of(index, "still") is not None
        index = before
    begin = tokens.start_of(index, "cannot")
    if begin is not None:
        is_hard = tokens.start_of(begin, "near") is not None or tokens.word(begin) in {"hard", "hard-pressed", "struggled", "struggling", "struggle", "struggles"}
        return begin, True, is_hard, False
    begin = tokens.start_of(index, "can")
    if begin is None:
        return None
    is_still = is_still or tokens.start_of(begin, "still") is not None
    return begin, _is_nobody(tokens, begin), False, is_still


def _is_nobody(tokens: Tokens, end: int) -> bool:
    """Whether the subject is nobody ("no one in the town could")."""
    floor = clause_floor(tokens, end)
    return any(
        tokens.word(index) in {"nobody", "no-one"}
        or (tokens.word(index) in {"no", "not", "n't", "none"} and tokens.word(index + 1) in {"one", "of", "shopper"})
        for index in range(floor, min(end, floor + 4))
    )


def _read_take_in(tokens: Tokens, at: int) -> _Found | None:
    """Read "can take two", "can still squeeze in perhaps a dozen", "could fit in no more"."""
    end = tokens.end_of(at, "take_in")
    if end is None:
        return None
    group = read_group(tokens, at)
    if not group.has("modal") or tokens.start_of(at, "cannot") is not None:
        return None
    noun = read_noun(tokens, end, len(tokens))
    if noun is None or noun.amount not in {"zero", "few", "count", "some"} or noun.sort in {"abstract", "other"}:
        return None
    if tokens.word(noun.end) == "of" or "of" in {tokens.word(end + 1), tokens.word(end + 2)}:
        return None
    state = "sold_out" if noun.amount == "zero" else "limited"
    score = _STRENGTH["take_in"] + max(noun.weight, 0.0) + (_EVIDENCE["still"] if group.has("still") else 0.0)
    score += _EVIDENCE["zero"] if tokens.word(noun.end) == "more" or noun.amount == "zero" else 0.0
    return _Found(state, group.start, max(noun.end, noun.start + 1), noun, score + _seller(tokens, group.start))


def _read_turned_away(tokens: Tokens, at: int) -> _Found | None:
    """Read "has never had to turn anyone away", "nobody was turned away": there was enough for all."""
    if tokens.word(at) not in {"turn", "turned", "turning", "turns"}:
        return None
    away = next((index for index in range(at + 1, at + 5) if tokens.word(index) == "away"), None)
    group = read_group(tokens, at)
    is_denied = group.has("neg") or tokens.word(at - 1) == "to" and tokens.holds(at - 5, at, "neg")
    if away is None or not (is_denied or _is_nobody(tokens, group.start)):
        return None
    anyone = _EVIDENCE["anyone"] if tokens.word(at + 1) in {"anyone", "anybody", "people", "visitors"} else 0.0
    return _Found("available", group.start, away + 1, None, _STRENGTH["turned_away"] + anyone + _seller(tokens, at))


def _read_fragment(tokens: Tokens, at: int) -> _Found | None:
    """Read a sentence without a verb: "Plenty of ribs though!", "No saffron today."; "and not one by Friday"."""
    is_open = at == 0 or (at == 2 and tokens.word(0) == "sorry") or tokens.word(at - 1) in {"and", "but", ";", "–", "—", ":", "\""}
    if tokens.word(at) == "no" and tokens.word(at + 1) in _NOTICE_ENDS:
        return None
    if not is_open or tokens.end_of(at, "zero", "many") is None:
        return None
    noun = read_noun(tokens, at, len(tokens))
    if noun is None or noun.amount not in {"zero", "many"} or noun.sort not in {"unit", "goods", "none"}:
        return None
    if noun.is_headless and "more" in _words(tokens, noun.start, noun.end):
        return None
    if tokens.word(noun.end) not in _NOTICE_ENDS - {"–", "-", "—"} and not is_soon(tokens, noun.end):
        if tokens.word(noun.end) not in {"though", "today", "tonight", "anywhere", "either", "now", "here", "yet"}:
            return None
    if at > 0 and not noun.is_headless and tokens.word(at - 1) in {",", "and", "but"}:
        return None
    score = _STRENGTH["fragment"] + noun.weight + (_EVIDENCE["zero"] if noun.amount == "zero" else _EVIDENCE["many"])
    score += _EVIDENCE["soon"] / 2 if is_soon(tokens, noun.end) else 0.0
    return _Found("sold_out" if noun.amount == "zero" else "available", at, noun.end, noun, score)


def _read_not_taking(tokens: Tokens, at: int) -> _Found | None:
    """Read "is n't taking any more cars", "has stopped accepting bookings"."""
    if tokens.word(at) not in _TAKING:
        return None
    group = read_group(tokens, at)
    is_stopped = tokens.word(group.start - 1) in {"stopped", "ceased", "quit"}
    noun = read_noun(tokens, at + 1, len(tokens))
    if noun is None or not (group.has("neg") or is_stopped or noun.amount == "zero"):
        return None
    is_more = not {"more", "further", "new", "additional"}.isdisjoint(_words(tokens, at + 1, noun.end))
    if not (is_more or noun.sort == "unit"):
        return None
    score = _EVIDENCE["denied"] + max(noun.weight, 0.0) + (_EVIDENCE["no_more"] if is_more else 0.0)
    return _Found("sold_out", group.start, noun.end, noun, score + _seller(tokens, group.start))


def _read_yet_to_fill(tokens: Tokens, at: int) -> _Found | None:
    """Read "has yet to fill", "did not sell out": what is not gone is to be had."""
    end = tokens.end_of(at, "gone_base")
    if end is None or not read_group(tokens, at).has("neg") or tokens.end_of(end, "det") is not None:
        return None
    found = _said_of_subject(tokens, at, end, _EVIDENCE["denied"] - 0.5, _full_state)
    if found is None or found.noun is None or found.noun.sort != "seller":
        return found
    return replace(found, score=found.score + _EVIDENCE["full_of_us"])


def _read_back(tokens: Tokens, at: int) -> _Found | None:
    """Read "insulin pens are back in every chemist's": what had gone is to be had again."""
    group = read_group(tokens, at)
    if tokens.word(at) != "back" or not group.has("be") or tokens.word(at + 1) not in _BACK_WHERE:
        return None
    noun = read_subject(tokens, clause_floor(tokens, group.start), group.start)
    if noun is None or noun.sort not in {"goods", "unit"} or group.has("neg"):
        return None
    return _Found("available", group.start, at + 1, noun, _EVIDENCE["back"] + noun.weight)


def _read_label(tokens: Tokens, at: int) -> _Found | None:
    """Read a line of a list: "Yurts at Lac Doré: zero nights", "Backcountry permits: 14"."""
    if tokens.word(at) not in {":", "–", "—"} or at == 0:
        return None
    noun = read_noun(tokens, at + 1, len(tokens))
    floor = clause_floor(tokens, at)
    if noun is not None and noun.amount == "count" and tokens.word(at) != ":":
        return None
    label = read_noun(tokens, _label_start(tokens, floor, at), at)
    if noun is None or label is None or label.sort not in {"unit", "goods"} or noun.amount in {"bare", "definite"}:
        return None
    if tokens.word(noun.end) not in {"", ".", ",", ";", "(", "\n", "left"} or at - floor > 9:
        return None
    state = _left_state(noun, is_still=True, is_denied=False)
    if state is None or (noun.amount == "count" and (noun.sort not in {"none", "unit"} or (noun.count or 0) > _MANY_MIN)):
        return None
    score = _STRENGTH["left"] + label.weight + _amount_weight(noun)
    state = "limited" if state == "nearly_sold_out" and noun.amount == "count" else state
    return _Found(state, at, max(noun.end, noun.start + 1), label, score)


def _read_notice(tokens: Tokens, at: int) -> _Found | None:
    """Read what a listing says behind a name: "Klezmer Night (last few!)", "The Hollow Kings, SOLD OUT."."""
    if tokens.word(at) not in {":", "–", "—", "-", "(", ",", "*"} or at == 0:
        return None
    after = tokens.end_of(at + 1, "approx", "adverb") or at + 1
    for begin in dict.fromkeys((at + 1, after)):
        for name, state in _NOTICES.items():
            end = tokens.end_of(begin, name)
            if end is not None and tokens.word(end) in _NOTICE_ENDS:
                label = read_noun(tokens, _label_start(tokens, clause_floor(tokens, at), at), at)
                return _Found(state, at + 1, end, label, _notice_weight(tokens, at, label, name))
    return None


def _read_heading(tokens: Tokens, at: int) -> _Found | None:
    """Read a notice before what it is said of: "Sell-out: the Brahms"."""
    if at > 0:
        return None
    for name, state in _NOTICES.items():
        end = tokens.end_of(0, name)
        if end is not None and tokens.word(end) in {":", "–", "—"}:
            noun = read_noun(tokens, end + 1, len(tokens))
            return _Found(state, 0, end, noun, _STRENGTH[name]) if noun else None
    return None


def _notice_weight(tokens: Tokens, at: int, label: Noun | None, name: str) -> float:
    """Weigh a notice: a comma before it may be any comma, a plain word any word."""
    score = _STRENGTH[name] - (_EVIDENCE["comma"] if tokens.word(at) == "," else 0.0)
    if label is not None and label.sort in {"person", "abstract"}:
        score -= 1.0
    return score + (_EVIDENCE["has_unit"] if tokens.holds(0, at, "unit", "goods", "slot_name") else 0.0)


def _label_start(tokens: Tokens, floor: int, at: int) -> int:
    return next((index for index in range(floor, at) if tokens.word(index) not in {",", "-", "•", "*"}), floor)


_READERS = (
    _read_out,
    _read_gone,
    _read_went,
    _read_full,
    _read_scarce,
    _read_left,
    _read_available,
    _read_run_out,
    _read_own,
    _read_exist,
    _read_get,
    _read_take_in,
    _read_label,
    _read_notice,
    _read_heading,
    _read_turned_away,
    _read_back,
    _read_not_taking,
    _read_yet_to_fill,
    _read_fragment,
)
