"""Reads what someone has, has no more, or that there is: "has no places", "there was not a bed"."""

from __future__ import annotations

from factdesk.claims.sellout_clauses import VerbGroup, clause_floor, is_soon, read_group, read_subject
from factdesk.claims.sellout_found import (
    EVIDENCE,
    FEW_MAX,
    NOTICE_ENDS,
    STRENGTH,
    Found,
    amount_weight,
    is_participle,
    left_state,
    seller,
    starts_object,
    words_between,
)
from factdesk.claims.sellout_left import is_nothing
from factdesk.claims.sellout_phrases import Noun, read_count, read_noun
from factdesk.claims.sellout_tokens import Tokens, word_list

_SOME_MAX = 20
"""So many that a house has tell how large it is, not how many are free ("has 40 rooms")."""
_OFFERS = word_list("offers")


def read_run_out(tokens: Tokens, at: int) -> Found | None:
    """Read "had run out of metformin", "is out of rye"."""
    end = tokens.end_of(at, "run_out")
    if end is None or (tokens.word(at) == "out" and not read_group(tokens, at).has("be")):
        return None
    noun = read_noun(tokens, end, len(tokens))
    if noun is None:
        return None
    group = read_group(tokens, at)
    state = (
        "available"
        if group.has("neg")
        else "limited"
        if tokens.word(at) in {"running", "low", "short"}
        else "sold_out"
    )
    if group.has("near") and state == "sold_out":
        state = "nearly_sold_out"
    return Found(
        state, group.start, noun.end, noun, STRENGTH["run_out"] + noun.weight + seller(tokens, group.start)
    )


def read_own(tokens: Tokens, at: int) -> Found | None:
    """Read "has no places", "still has a handful", "had barely a room between them"."""
    end = tokens.end_of(at, "own")
    if (
        end is None
        and tokens.word(at) in {"found", "saw", "find", "see"}
        and tokens.end_of(at + 1, "zero") is not None
    ):
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
    if noun is None or is_participle(tokens, end, noun):
        return None
    sells = seller(tokens, group.start)
    if tokens.word(at) in _OFFERS and sells <= 0:
        sells += EVIDENCE["offers"]
    found = _held(tokens, group, (at, noun), is_still, STRENGTH["own"] + sells, is_there=False)
    owner = read_subject(tokens, clause_floor(tokens, group.start), group.start)
    if owner is None or owner.amount not in {"zero", "few"} or noun.amount in {"zero", "definite", "all"}:
        return found
    if owner.sort in {"unit", "goods"}:
        return found
    state = "sold_out" if owner.amount == "zero" else "limited"
    score = EVIDENCE["zero"] + noun.weight + seller(tokens, group.start)
    return Found(state, owner.start, noun.end, noun, score)


def read_exist(tokens: Tokens, at: int) -> Found | None:
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
    is_left = not {"left", "remain", "remains", "remained"}.isdisjoint(words_between(tokens, at, end))
    if tokens.word(at) in {"was", "were", "is", "are"} and not group.has("neg"):
        return None
    if is_left and tokens.word(at) != "there" and clause_floor(tokens, at) < at:
        return None
    found = _held(tokens, group, (at, noun), is_still or is_left, STRENGTH["exist"], is_there=True)
    if found is None:
        return None
    return Found(
        found.state, found.start, found.end, noun, found.score + (STRENGTH["left"] if is_left else 0.0)
    )


def _is_firm(noun: Noun, is_left: bool) -> bool:
    """Whether the amount says that it is stock, whatever the noun: "not a single wing", "none left"."""
    return noun.amount == "zero" and (is_left or noun.head - noun.start > 1)


def _can_be_held(tokens: Tokens, noun: Noun, is_left: bool) -> bool:
    """Whether it is stock that is had: "a lot of killing" and "nothing like it" are not."""
    if noun.sort in {"other", "name"}:
        return noun.amount == "zero" or is_left
    if tokens.word(noun.head) in {"it", "they", "this", "that"} and noun.head > noun.start:
        return False
    if noun.amount == "zero" and tokens.word(noun.head) in {"one", "ones"}:
        return is_left or noun.end - noun.start < 3
    if noun.is_headless and tokens.word(noun.start) == "nothing":
        return is_left or tokens.word(noun.end) in NOTICE_ENDS or is_soon(tokens, noun.end)
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
    return count is not None and tokens.word(count[1]) == "more" and count[0] <= FEW_MAX


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
    tokens: Tokens,
    group: VerbGroup,
    at_noun: tuple[int, Noun],
    is_still: bool,
    strength: float,
    *,
    is_there: bool,
) -> Found | None:
    """Weigh an amount of something that someone has, or that there is (``is_there``: "there were six")."""
    at, noun = at_noun
    end = _after_phrase(tokens, noun.end)
    left = tokens.end_of(end, "left", *(("left_weak",) if noun.sort in {"unit", "goods", "none"} else ()))
    is_left = (
        left is not None and not starts_object(tokens, left) and tokens.word(left) != "of"
    ) or _is_in_every_shop(tokens, noun.end)
    is_left = is_left or (noun.is_spare and noun.amount != "definite")
    state = left_state(noun, is_still=is_still or is_left, is_denied=group.has("neg"))
    if state is None and noun.amount == "bare" and noun.sort in {"unit", "goods"}:
        state = "available" if _is_own_stock(tokens, at, noun) or is_there else None
    if _is_for_one_more(tokens, noun.end):
        state = "nearly_sold_out"
    if noun.sort == "seller" or (
        tokens.word(noun.start) in {"a", "an"} and not (is_left or is_still) and noun.amount == "bare"
    ):
        return None
    is_known = noun.amount == "definite" and not (is_left or noun.is_only or group.has("neg"))
    if left is not None and tokens.end_of(left - 2, "det") is not None:
        return None
    if tokens.word(noun.head) in {"it", "them", "him"} and tokens.end_of(at, "own") is not None:
        return None
    if is_known or not _can_be_held(tokens, noun, is_left):
        return None
    if state is None or (noun.amount == "count" and not (is_still or is_left or noun.is_only) and is_there):
        return None
    state = _held_state(tokens, state, (noun, left if is_left else None), is_there=is_there)
    score = strength + noun.weight + amount_weight(noun)
    score += STRENGTH["left"] if is_left else 0.0
    score += EVIDENCE["to_be_had"] if is_nothing(tokens, noun, end) else 0.0
    score += EVIDENCE["still"] if is_still else 0.0
    if noun.amount == "bare" and not (is_left or is_still):
        score += EVIDENCE["plain"] if is_there or noun.sort == "goods" else 0.0
    if noun.amount == "zero" and tokens.word(noun.end) in {"in", "on"}:
        score += EVIDENCE["mine"] if tokens.word(noun.end + 1) in {"my", "his", "her", "your"} else 0.0
    if noun.amount == "count" and not (is_left or is_still or noun.is_only or noun.is_headless):
        score += EVIDENCE["plain_count"]
        score += EVIDENCE["plain_rooms"] if (noun.count or 0) > _SOME_MAX else 0.0
    score += EVIDENCE["event"] if noun.sort == "event" and not (is_left and noun.amount == "zero") else 0.0
    score += EVIDENCE["no_stock"] if noun.sort in {"other", "name"} and not _is_firm(noun, is_left) else 0.0
    if noun.amount == "zero" and noun.is_headless and not (is_left or is_still or is_soon(tokens, end)):
        score += EVIDENCE["none_there"] if is_there else 0.0
    score += EVIDENCE["still_some"] if is_still and noun.is_headless else 0.0
    score += EVIDENCE["zero"] if group.has("neg") and noun.amount != "zero" else 0.0
    return Found(state, group.start, left if is_left and left else max(noun.end, noun.start + 1), noun, score)


def _is_in_every_shop(tokens: Tokens, at: int) -> bool:
    """Whether "in every shop", "at both chemists" follows."""
    if tokens.end_of(at, "prep") is None or tokens.end_of(at + 1, "all", "most", "many") is None:
        return False
    place = read_noun(tokens, at + 1, len(tokens))
    return place is not None and tokens.start_of(place.end, "seller") is not None


def _is_own_stock(tokens: Tokens, at: int, noun: Noun) -> bool:
    if tokens.word(noun.end) == "for" and read_count(tokens, noun.end + 1, len(tokens)) is not None:
        return False
    return (
        tokens.end_of(at, "own") is not None
        and tokens.word(noun.end) in {"", ".", ",", "on", "for", "from", "at", ";", "!", "when", "after"}
    ) or (
        tokens.word(noun.end) == "in"
        and tokens.end_of(noun.end + 1, "all", "most", "many", "some") is not None
    )


def _after_phrase(tokens: Tokens, end: int) -> int:
    """Step over a short "for Tuesday", "on the ferry" between a noun and "left"."""
    if tokens.end_of(end, "prep") is None:
        return end
    for index in range(end + 1, min(end + 7, len(tokens))):
        if tokens.end_of(index, "left", "left_weak") is not None:
            return index
        if (
            tokens.word(index) in {",", ".", ";"}
            or tokens.end_of(index, "relative", "be", "have") is not None
        ):
            break
    return end
