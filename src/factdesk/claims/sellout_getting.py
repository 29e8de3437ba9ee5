"""Reads what can be got, taken in, or is refused: "you could not get a bed", "can take two"."""

from __future__ import annotations

from factdesk.claims.sellout_clauses import read_group
from factdesk.claims.sellout_found import (
    EVIDENCE,
    STRENGTH,
    Found,
    amount_weight,
    is_nobody,
    is_participle,
    seller,
    words_between,
)
from factdesk.claims.sellout_phrases import read_noun
from factdesk.claims.sellout_tokens import Tokens, word_list

_MINE = word_list("mine")
_BUYING = frozenset({"buy", "order", "book", "rent", "hire", "purchase", "reserve"})
_NO_LONGER = frozenset(
    {("any", "more"), ("any", "longer"), ("of", "any"), ("at", "any"), ("immediate", "delivery")}
)
_TAKING = word_list("taking")


def read_get(tokens: Tokens, at: int) -> Found | None:
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
    if noun is None or is_participle(tokens, end, noun):
        return None
    if noun.amount == "all" or noun.sort in {"pronoun", "slot_name"}:
        return None
    is_mine = tokens.word(noun.start) in _MINE and tokens.word(at) not in {"find", "see"}
    is_no_longer = is_denied and _is_no_longer(tokens, noun.end)
    if noun.amount == "definite" and not (is_denied and is_mine) and not is_no_longer:
        return None
    if noun.amount == "zero":
        is_denied = True
    if not is_denied and not is_still:
        return None
    state = "nearly_sold_out" if is_hard else "sold_out" if is_denied else "available"
    is_bought = is_no_longer and tokens.word(at) in _BUYING
    weight = max(noun.weight, 0.0) if is_bought else noun.weight
    score = STRENGTH["get_it"] + weight + (EVIDENCE["still"] if is_still else 0.0) + amount_weight(noun)
    score += EVIDENCE["any_more"] if is_no_longer else 0.0
    return Found(state, start, noun.end, noun, score)


def _is_no_longer(tokens: Tokens, at: int) -> bool:
    """Whether "any more", "anywhere" or "of any colour" follows: what cannot be got is sold out."""
    for index in range(at, min(at + 9, len(tokens))):
        pair = (tokens.word(index), tokens.word(index + 1))
        if pair in _NO_LONGER or pair[0] in {"anywhere", "anymore"}:
            return True
        if pair[0] in {",", ";", ".", ":"}:
            return False
    return False


def _modal_before(tokens: Tokens, at: int) -> tuple[int, bool, bool, bool] | None:
    """Return where "could not", "hard put to", "can still" begins: start, denied, hard, still."""
    index, is_still = at, False
    while (before := tokens.start_of(index, "still", "adverb")) is not None and tokens.word(before) not in {
        "not"
    }:
        is_still = is_still or tokens.start_of(index, "still") is not None
        index = before
    begin = tokens.start_of(index, "cannot")
    if begin is not None:
        is_hard = tokens.start_of(begin, "near") is not None or tokens.word(begin) in {
            "hard",
            "hard-pressed",
            "struggled",
            "struggling",
            "struggle",
            "struggles",
        }
        return begin, True, is_hard, False
    begin = tokens.start_of(index, "can")
    if begin is None:
        return None
    is_still = is_still or tokens.start_of(begin, "still") is not None
    return begin, is_nobody(tokens, begin), False, is_still


def read_take_in(tokens: Tokens, at: int) -> Found | None:
    """Read "can take two", "can still squeeze in perhaps a dozen", "could fit in no more"."""
    end = tokens.end_of(at, "take_in")
    if end is None:
        return None
    group = read_group(tokens, at)
    if not group.has("modal") or tokens.start_of(at, "cannot") is not None:
        return None
    noun = read_noun(tokens, end, len(tokens))
    if (
        noun is None
        or noun.amount not in {"zero", "few", "count", "some"}
        or noun.sort in {"abstract", "other"}
    ):
        return None
    if tokens.word(noun.end) == "of" or "of" in {tokens.word(end + 1), tokens.word(end + 2)}:
        return None
    state = "sold_out" if noun.amount == "zero" else "limited"
    score = STRENGTH["take_in"] + max(noun.weight, 0.0) + (EVIDENCE["still"] if group.has("still") else 0.0)
    score += EVIDENCE["zero"] if tokens.word(noun.end) == "more" or noun.amount == "zero" else 0.0
    return Found(state, group.start, max(noun.end, noun.start + 1), noun, score + seller(tokens, group.start))


def read_turned_away(tokens: Tokens, at: int) -> Found | None:
    """Read "has never had to turn anyone away", "nobody was turned away": there was enough for all."""
    if tokens.word(at) not in {"turn", "turned", "turning", "turns"}:
        return None
    away = next((index for index in range(at + 1, at + 5) if tokens.word(index) == "away"), None)
    group = read_group(tokens, at)
    is_denied = group.has("neg") or (tokens.word(at - 1) == "to" and tokens.holds(at - 5, at, "neg"))
    if away is None or not (is_denied or is_nobody(tokens, group.start)):
        return None
    anyone = EVIDENCE["anyone"] if tokens.word(at + 1) in {"anyone", "anybody", "people", "visitors"} else 0.0
    return Found(
        "available", group.start, away + 1, None, STRENGTH["turned_away"] + anyone + seller(tokens, at)
    )


def read_not_taking(tokens: Tokens, at: int) -> Found | None:
    """Read "is n't taking any more cars", "has stopped accepting bookings"."""
    if tokens.word(at) not in _TAKING:
        return None
    group = read_group(tokens, at)
    is_stopped = tokens.word(group.start - 1) in {"stopped", "ceased", "quit"}
    noun = read_noun(tokens, at + 1, len(tokens))
    if noun is None or not (group.has("neg") or is_stopped or noun.amount == "zero"):
        return None
    is_more = not {"more", "further", "new", "additional"}.isdisjoint(words_between(tokens, at + 1, noun.end))
    if not (is_more or noun.sort == "unit"):
        return None
    score = EVIDENCE["denied"] + max(noun.weight, 0.0) + (EVIDENCE["no_more"] if is_more else 0.0)
    return Found("sold_out", group.start, noun.end, noun, score + seller(tokens, group.start))
