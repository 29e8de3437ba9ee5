"""Reads what is left or to be had: "three pitches left", "seats are still on sale"."""

from __future__ import annotations

from factdesk.claims.sellout_clauses import clause_floor, read_group, read_subject
from factdesk.claims.sellout_found import (
    EVIDENCE,
    MANY_MIN,
    NOTICE_ENDS,
    STRENGTH,
    Found,
    amount_weight,
    left_state,
    starts_object,
    words_between,
)
from factdesk.claims.sellout_phrases import Noun, read_noun
from factdesk.claims.sellout_tokens import Tokens, word_list

_PLAIN = word_list("plain")
_FREE_WHERE = word_list("free_where")
_EASY = word_list("easy")


def read_left(tokens: Tokens, at: int) -> Found | None:
    """Read "three pitches left", "not a slot is going", "some 400 seats remain"."""
    end = tokens.end_of(at, "left")
    is_weak = end is None
    end = end or tokens.end_of(at, "left_weak")
    if end is None or starts_object(tokens, end) or tokens.word(at - 1) in {"", ","}:
        return None
    group = read_group(tokens, at)
    floor = clause_floor(tokens, group.start)
    noun = read_subject(tokens, floor, group.start)
    noun = _nearest_amount(tokens, floor, group.start) or noun
    if noun is None or (noun.is_headless and "," in words_between(tokens, noun.end, group.start)):
        return None
    if noun.is_headless and tokens.word(end) == "of":
        return None
    if tokens.end_of(at - 1, "det") is not None or (tokens.word(at) == "left" and tokens.word(end) == "over"):
        return None
    if tokens.word(at).startswith("remain") and noun.amount in {"bare", "definite"} and noun.sort != "unit":
        return None
    if tokens.word(end - 1) in {"found", "seen"} and noun.amount not in {"zero", "few"}:
        return None
    if (
        tokens.word(end - 1) == "left"
        and noun.amount in {"bare", "definite"}
        and not (noun.is_only or group.has("neg"))
    ):
        return None
    if tokens.word(at).startswith("remain") and not _can_follow(tokens, end):
        return None
    if _is_not_yet(tokens, group.start, at) or (tokens.word(at) == "anywhere" and noun.amount != "zero"):
        return None
    if tokens.word(end - 1) == "available" and not _can_be_available(noun):
        return None
    if is_weak and noun.sort not in {"unit", "goods"}:
        return None
    if is_weak and noun.amount in {"bare", "definite", "all"} and not noun.is_only:
        return None
    state = left_state(noun, is_still=group.has("still") or group.has("be"), is_denied=group.has("neg"))
    if state is None or (noun.sort == "seller" and noun.amount in {"bare", "definite"}):
        return None
    score = (
        STRENGTH["left"]
        + noun.weight
        + amount_weight(noun)
        + (EVIDENCE["still"] if group.has("still") else 0)
    )
    score += EVIDENCE["denied"] if group.has("neg") else 0.0
    score += EVIDENCE["to_be_had"] if is_nothing(tokens, noun, at) else 0.0
    if (
        noun.amount == "zero"
        and noun.sort in {"other", "name"}
        and tokens.end_of(at, "left_strong") is not None
    ):
        score += EVIDENCE["none_to_be_had"] if tokens.word(end - 1) != "available" else 0.0
    is_firm = noun.amount == "zero" or group.has("neg")
    score += EVIDENCE["no_stock"] if noun.sort in {"other", "name"} and not is_firm else 0.0
    return Found(state, group.start, end, noun, score)


def _is_not_yet(tokens: Tokens, start: int, at: int) -> bool:
    """Whether "not yet" stands among the verbs: what is not yet on sale is not sold out."""
    return {"not", "n't"} & set(words_between(tokens, start, at)) != set() and "yet" in words_between(
        tokens, start, at
    )


def _can_be_available(noun: Noun) -> bool:
    """Whether "available" is said of stock: anything can be "not available"."""
    if noun.sort in {"event", "goods"} and noun.amount in {"bare", "count", "definite"}:
        return noun.is_only
    return noun.sort in {"unit", "goods", "event", "none"} or noun.amount == "zero"


def _can_follow(tokens: Tokens, end: int) -> bool:
    """Whether "remained" is said of what is left, not of how it was ("remained undecided", "in place")."""
    if tokens.word(end) == "in" and tokens.word(end + 1) in {"place", "office", "force", "power", "doubt"}:
        return False
    return tokens.word(end) in NOTICE_ENDS | {"for", "on", "in", "at", "and", "to", "after", "from"} or (
        tokens.end_of(end, "left", "available", "adverb") is not None
    )


def _nearest_amount(tokens: Tokens, floor: int, end: int) -> Noun | None:
    """Read the noun phrase with an amount that reaches to the predicate ("there were three pitches")."""
    for start in range(max(floor, end - 9), end):
        noun = read_noun(tokens, start, end)
        if noun is not None and noun.end == end and noun.amount not in {"bare", "definite"}:
            return noun
    return None


def read_available(tokens: Tokens, at: int) -> Found | None:
    """Read "loose volumes may still be ordered", "seats are still on sale"."""
    end = tokens.end_of(at, "available")
    if end is None and tokens.word(at) == "be":
        end = tokens.end_of(at, "still_to")
    group = read_group(tokens, at)
    if _is_not_yet(tokens, group.start, at):
        return None
    if end is None or tokens.word(end) in {"to", "only"} or not group.has("be", "modal", "neg"):
        return None
    floor = clause_floor(tokens, group.start)
    noun = read_subject(tokens, floor, group.start)
    if noun is None or noun.sort not in {"unit", "goods", "slot_name", "pronoun"}:
        return None
    if noun.amount in {"zero", "few"} and tokens.word(at) != "be":
        return None
    if (noun.count or MANY_MIN) < MANY_MIN:
        return None
    is_still = group.has("still") or tokens.word(end) == "again"
    score = noun.weight + amount_weight(noun) + (EVIDENCE["still"] if is_still else 0.0)
    score += STRENGTH["still_to"] if tokens.word(at) == "be" else 0.0
    if not is_still and not group.has("neg") and tokens.word(at) in _PLAIN:
        is_free = tokens.word(at) == "free" and tokens.word(end) in _FREE_WHERE and noun.sort == "unit"
        score += 0.0 if is_free else EVIDENCE["plain"]
        score += EVIDENCE["plain_goods"] if noun.sort == "goods" else 0.0
    score += EVIDENCE["easy"] if tokens.word(at) in _EASY and not group.has("neg") else 0.0
    score += EVIDENCE["plain_pronoun"] if noun.sort == "pronoun" and not is_still else 0.0
    state = "sold_out" if group.has("neg") or noun.amount == "zero" else "available"
    state = "nearly_sold_out" if noun.amount == "few" else state
    return Found(state, group.start, end, noun, score + (EVIDENCE["denied"] if group.has("neg") else 0.0))


def is_nothing(tokens: Tokens, noun: Noun, end: int) -> bool:
    """Whether "nothing to be had" is said, which is said of stock alone."""
    return noun.is_headless and noun.amount == "zero" and tokens.end_of(end, "left_strong") is not None
