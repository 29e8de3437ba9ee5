"""Reads that something is gone: "had all gone", "was taken", "went in an hour"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from factdesk.claims.sellout_clauses import VerbGroup, clause_floor, is_soon, read_group, read_subject
from factdesk.claims.sellout_found import (
    EVIDENCE,
    FULL_AMOUNTS,
    NOTICE_ENDS,
    STOPS_GONE,
    STRENGTH,
    Found,
    amount_weight,
    is_last,
    words_between,
)
from factdesk.claims.sellout_phrases import Noun, read_noun
from factdesk.claims.sellout_tokens import Tokens, phrase_words, word_list

_INTRANSITIVE = phrase_words("intransitive")
_QUICKLY = word_list("quickly")
_PRESENT = word_list("present")
_LEAVES = word_list("leaves")
_POSTS = word_list("posts")
_WEAK_PASSIVE = word_list("weak_passive")
_LOOSE_OUT = word_list("loose_out")
_PLACES_OF_FINISH = word_list("places_of_finish")


def read_gone(tokens: Tokens, at: int) -> Found | None:
    """Read "had all gone", "was taken", "have been allocated": a passive, or a verb without an object."""
    end = tokens.end_of(at, "gone", "gone_firm")
    is_firm = tokens.end_of(at, "gone_firm") == end
    group = read_group(tokens, at)
    if end is None or (is_stopped := _is_stopped(tokens, end, STOPS_GONE)) is None:
        return None
    is_passive = group.has("be", "get")
    is_agent = tokens.word(end) == "by" and is_passive and not (is_firm or is_soon(tokens, end))
    is_stopped = (is_stopped or is_agent) and not (tokens.word(end) == "to" and _is_whole(tokens, group))
    if not group.has("be", "get") and not _is_perfect(tokens, at, end, group):
        return None
    if group.has("neg") and not {"ca", "can", "could", "cannot"}.isdisjoint(
        words_between(tokens, group.start, at)
    ):
        return None
    if (tokens.word(at), tokens.word(end)) in {("claimed", "that"), ("sold", "as")}:
        return None
    if _is_nominal(tokens, at) or _is_finish(tokens, at, end):
        return None
    score = EVIDENCE["stopped"] if is_stopped else 0.0
    score += STRENGTH["gone_firm" if is_firm else "gone"]
    score += EVIDENCE["booked_for"] if tokens.word(end) == "for" and not _is_whole(tokens, group) else 0.0
    return said_of_subject(tokens, at, end, score, full_state if tokens.word(at) == "filled" else gone_state)


def _is_whole(tokens: Tokens, group: VerbGroup) -> bool:
    """Whether the subject is all there was: "has all been allocated to subscribers"."""
    noun = read_subject(tokens, clause_floor(tokens, group.start), group.start)
    if noun is not None and noun.sort in {"other", "name", "abstract", "person"}:
        return False
    return group.has("all") or (noun is not None and noun.amount in {"all", "most"})


def _is_whole_unit(tokens: Tokens, group: VerbGroup) -> bool:
    """Whether the subject is all of what is sold one by one: "most of the tickets went to members"."""
    noun = read_subject(tokens, clause_floor(tokens, group.start), group.start)
    if noun is None or noun.amount not in {"all", "most"}:
        return False
    return noun.sort == "unit" or (is_last(tokens, noun) and noun.sort in {"goods", "name", "other"})


def _is_perfect(tokens: Tokens, at: int, end: int, group: VerbGroup) -> bool:
    """Whether a bare participle can be said of stock: "have gone", "every room taken"."""
    words = " ".join(tokens.word(index) for index in range(at, end))
    if group.has("have"):
        return words in _INTRANSITIVE
    floor = clause_floor(tokens, group.start)
    noun = read_subject(tokens, floor, group.start)
    if noun is None:
        return False
    if noun.sort == "unit" and noun.end == group.start and is_soon(tokens, end) and floor == 0:
        return not _is_reduced(tokens, end)
    if noun.amount not in {"all", "zero", "most"}:
        return False
    end = tokens.end_of(at, "gone", "gone_firm") or at + 1
    if (
        tokens.word(end) not in NOTICE_ENDS | {"and"}
        and tokens.end_of(end, "prep", "joiner") is None
        and not is_soon(tokens, end)
    ):
        return False
    if _is_reduced(tokens, end):
        return False
    is_verbless = not tokens.holds(noun.end, group.start, "be", "have", "gone", "gone_past")
    return noun.end == group.start or (tokens.end_of(noun.end, "prep") is not None and is_verbless)


def _is_reduced(tokens: Tokens, end: int) -> bool:
    """Whether the verb of the clause is still to come ("all flights booked for May will be...")."""
    for index in range(end, len(tokens)):
        if tokens.word(index) in NOTICE_ENDS - {""} or tokens.end_of(index, "relative") is not None:
            return False
        if tokens.end_of(index, "modal", "be", "have") is not None:
            return True
    return False


def _is_nominal(tokens: Tokens, at: int) -> bool:
    """Whether "'s" before it tells whose it is ("the company's dust")."""
    return tokens.word(at - 1) == "'s" and tokens.end_of(at - 2, "pronoun") is None


def _is_finish(tokens: Tokens, at: int, end: int) -> bool:
    """Whether it tells of a race or of work: "finished fifth", "filled in"."""
    word, after = tokens.word(at), tokens.word(end)
    if word == "finished":
        return after in _PLACES_OF_FINISH
    return word == "filled" and after == "in" and not is_soon(tokens, end)


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


def read_went(tokens: Tokens, at: int) -> Found | None:
    """Read "went in an hour", "sold within minutes", "filled before noon"."""
    end = tokens.end_of(at, "gone_past")
    if end is None or read_group(tokens, at).has("be", "have", "get", "modal"):
        return None
    is_to = tokens.word(end) == "to" and _is_whole_unit(tokens, read_group(tokens, at))
    if (tokens.word(at) in _PRESENT and not is_soon(tokens, end)) or _is_finish(tokens, at, end):
        return None
    soon = is_soon(tokens, end)
    if not (is_to or soon) and _is_stopped(tokens, end, STOPS_GONE - {"on", "as"}) is not False:
        return None
    soon = (
        soon
        or is_to
        or _is_off_shelf(tokens, end)
        or tokens.word(end) in {"in", "at", "across", "first", "next"}
    )
    if not soon and tokens.word(end) not in {
        "",
        ",",
        ".",
        "and",
        "but",
        "too",
        "first",
        "last",
        ";",
        "–",
        "long",
    }:
        return None
    state_of = full_state if tokens.word(at) in {"filled", "booked"} else gone_state
    strength = STRENGTH["gone_firm" if tokens.end_of(at, "gone_firm") == end else "gone_past"]
    found = said_of_subject(tokens, at, end, strength, state_of)
    if found is None or found.noun is None or tokens.word(at) != "sold" or soon:
        return found
    return found if found.noun.amount not in {"bare", "count", "only"} else None


def gone_state(noun: Noun, group: VerbGroup) -> str | None:
    """Return what it says that so much of something is gone; "six of them are" leaves the others."""
    if noun.amount in {"most"}:
        return "nearly_sold_out"
    if noun.amount == "zero":
        return None
    is_whole = noun.amount in FULL_AMOUNTS or group.has("all")
    if group.has("neg"):
        return "available" if is_whole or noun.amount in {"count", "some", "many", "few"} else None
    if not is_whole:
        return "available" if noun.is_part and noun.amount == "count" else None
    if group.has("near"):
        return "nearly_sold_out"
    return "available" if group.has("half") else "sold_out"


def full_state(noun: Noun, group: VerbGroup) -> str | None:
    """Return what it says that so many are full: two full sessions are sold out, each of them."""
    if noun.amount == "count" and not noun.is_part:
        noun = replace(noun, amount="definite")
    return gone_state(noun, group)


def said_of_subject(
    tokens: Tokens, at: int, end: int, strength: float, state_of: Callable[[Noun, VerbGroup], str | None]
) -> Found | None:
    """Weigh a predicate and its subject; ``state_of`` tells the state from the amount and the verbs."""
    group = read_group(tokens, at)
    floor = clause_floor(tokens, group.start)
    noun = read_subject(tokens, floor, group.start) if floor < group.start else _inverted(tokens, at, end)
    noun = _outer(tokens, floor, noun) or noun
    if noun is None:
        return None
    state = state_of(noun, group)
    is_money = not {"£", "$", "€"}.isdisjoint(words_between(tokens, noun.start - 1, noun.end))
    if state is None or is_money or _is_doing(tokens, (at, end), noun):
        return None
    score = strength + noun.weight + amount_weight(noun) + (EVIDENCE["soon"] if is_soon(tokens, end) else 0.0)
    if tokens.end_of(at, "gone", "gone_past") == end and tokens.end_of(at, "gone_firm") is None:
        score += EVIDENCE["left_vehicle"] if _has_left(tokens, end, noun) else 0.0
        score += EVIDENCE["slot_event"] if noun.sort == "event" and _is_of_a_day(tokens, noun) else 0.0
        score += EVIDENCE["first"] if tokens.word(end) in {"first", "next"} else 0.0
        score += EVIDENCE["last"] if is_last(tokens, noun) else 0.0
    score += _loose_weight(tokens, (at, end), noun, group)
    score += EVIDENCE["off_shelf"] if _is_off_shelf(tokens, end) else 0.0
    score += EVIDENCE["all"] if group.has("all") and noun.amount != "all" else 0.0
    if (
        noun.sort in {"other", "name"}
        and tokens.end_of(at, "out_strong", "notice_out", "scarce_strong") != end
    ):
        score += EVIDENCE["no_stock"]
    return Found(state, group.start, end, noun, score)


def _is_of_a_day(tokens: Tokens, noun: Noun) -> bool:
    """Whether one of several is meant by its day: "the Thursday matinee"."""
    return tokens.end_of(noun.head - 1, "slot_name") == noun.head


def _is_doing(tokens: Tokens, said: tuple[int, int], noun: Noun) -> bool:
    """Whether someone goes or sells: "we all went", "they can sell"."""
    if noun.sort != "pronoun" or tokens.end_of(said[0], "gone", "gone_past", "gone_base") != said[1]:
        return False
    word = tokens.word(noun.head)
    return word in {"we", "us", "you", "i"} or tokens.word(said[0]) in {"sell", "sells"}


def _loose_weight(tokens: Tokens, said: tuple[int, int], noun: Noun, group: VerbGroup) -> float:
    """Weigh a predicate that is said of much besides stock: "he was claimed by", "is not available"."""
    at, end = said
    if noun.amount in {"definite", "bare"} and tokens.word(noun.head) in _POSTS and not group.has("all"):
        return EVIDENCE["one_post"] if tokens.end_of(at, "gone", "gone_firm") == end else 0.0
    if noun.sort in {"unit", "goods"} or noun.amount in {"all", "most", "zero"} or group.has("all"):
        return 0.0
    if tokens.end_of(at, "out_strong") == end:
        is_named = noun.sort in {"event", "seller", "slot_name"} or noun.count is not None
        return 0.0 if is_named or tokens.word(at) not in _LOOSE_OUT else EVIDENCE["loose_out"]
    if tokens.word(at) not in _WEAK_PASSIVE:
        return 0.0
    if noun.sort in {"other", "name"}:
        return EVIDENCE["named_passive"]
    return 0.0 if is_soon(tokens, end) else EVIDENCE["weak_passive"]


def _outer(tokens: Tokens, floor: int, inner: Noun | None) -> Noun | None:
    """Read "every ventilator" of "every ventilator that the province owns is in use"."""
    if inner is not None and inner.sort in {"unit", "goods", "event"}:
        return None
    if tokens.word(floor - 1) not in {"that", "which", "who"}:
        return None
    noun = read_subject(tokens, clause_floor(tokens, floor - 1), floor - 1)
    if noun is None or noun.end != floor - 1:
        return None
    is_stock = noun.sort in {"unit", "goods"} and noun.amount == "definite"
    return noun if inner is None or is_stock or noun.amount in {"all", "zero", "most"} else None


def _has_left(tokens: Tokens, end: int, noun: Noun) -> bool:
    """Whether a train or a tour is gone, which leaves and is over without being sold out."""
    return tokens.end_of(noun.head, "vehicle") is not None and tokens.word(end - 1) in _LEAVES


def _inverted(tokens: Tokens, at: int, end: int) -> Noun | None:
    """Read the subject of "Gone are the corner plots"."""
    after = tokens.end_of(end, "be")
    return read_noun(tokens, after, len(tokens)) if after is not None else None
