"""Reads lines of lists and sentences without a verb: "Yurts: none", "Klezmer Night (last few!)"."""

from __future__ import annotations

from factdesk.claims.sellout_clauses import clause_floor, is_soon
from factdesk.claims.sellout_found import (
    EVIDENCE,
    MANY_MIN,
    NOTICE_ENDS,
    STRENGTH,
    Found,
    amount_weight,
    left_state,
    words_between,
)
from factdesk.claims.sellout_phrases import Noun, read_noun
from factdesk.claims.sellout_tokens import Tokens, word_list

_CLOSERS = word_list("closers")
_NOTICES = {
    "notice_out": "sold_out",
    "notice_gone": "sold_out",
    "notice_near": "nearly_sold_out",
    "notice_few": "limited",
    "notice_in": "available",
    "notice_there": "available",
}


def read_fragment(tokens: Tokens, at: int) -> Found | None:
    """Read what has no verb: "Plenty of ribs though!", "No saffron today.", "and not one by Friday"."""
    is_open = (
        at == 0
        or (at == 2 and tokens.word(0) == "sorry")
        or tokens.word(at - 1) in {"and", "but", ";", "–", "—", ":", '"'}
    )
    if tokens.word(at) == "no" and tokens.word(at + 1) in NOTICE_ENDS:
        return None
    if not is_open or tokens.end_of(at, "zero", "many") is None:
        return None
    noun = read_noun(tokens, at, len(tokens))
    if noun is None or noun.amount not in {"zero", "many"} or noun.sort not in {"unit", "goods", "none"}:
        return None
    if noun.is_headless and not _is_bare_answer(tokens, at, noun):
        return None
    if noun.is_headless and "more" in words_between(tokens, noun.start, noun.end):
        return None
    is_closed = tokens.word(noun.end) in (NOTICE_ENDS - {"–", "-", "—", "/"}) | _CLOSERS
    if not is_closed and not is_soon(tokens, noun.end):
        return None
    if at > 0 and not noun.is_headless and tokens.word(at - 1) in {",", "and", "but"}:
        return None
    score = (
        STRENGTH["fragment"] + noun.weight + (EVIDENCE["zero"] if noun.amount == "zero" else EVIDENCE["many"])
    )
    score += EVIDENCE["soon"] / 2 if is_soon(tokens, noun.end) else 0.0
    return Found("sold_out" if noun.amount == "zero" else "available", at, noun.end, noun, score)


def _is_bare_answer(tokens: Tokens, at: int, noun: Noun) -> bool:
    """Whether "none" alone answers for stock: not "No one", not "of all faiths and none", not "6-0"."""
    if tokens.word(noun.end - 1) == "one" and tokens.word(at) == "no":
        return False
    if tokens.word(at - 1) == "and" and not is_soon(tokens, noun.end):
        return False
    return at == 0 or not _is_tight(tokens, at - 1) or tokens.word(at - 1) not in {":", "–", "—"}


def read_label(tokens: Tokens, at: int) -> Found | None:
    """Read a line of a list: "Yurts at Lac Doré: zero nights", "Backcountry permits: 14"."""
    if tokens.word(at) not in {":", "–", "—"} or at == 0 or _is_tight(tokens, at):
        return None
    noun = read_noun(tokens, at + 1, len(tokens))
    floor = clause_floor(tokens, at)
    if noun is not None and noun.amount == "count" and tokens.word(at) != ":":
        return None
    label = read_noun(tokens, _label_start(tokens, floor, at), at)
    if (
        noun is None
        or label is None
        or label.sort not in {"unit", "goods"}
        or noun.amount in {"bare", "definite"}
    ):
        return None
    if tokens.word(noun.end) not in {"", ".", ",", ";", "(", "\n", "left"} or at - floor > 9:
        return None
    state = left_state(noun, is_still=True, is_denied=False)
    if state is None or (
        noun.amount == "count" and (noun.sort not in {"none", "unit"} or (noun.count or 0) > MANY_MIN)
    ):
        return None
    score = STRENGTH["left"] + label.weight + amount_weight(noun)
    state = "limited" if state == "nearly_sold_out" and noun.amount == "count" else state
    return Found(state, at, max(noun.end, noun.start + 1), label, score)


def _is_tight(tokens: Tokens, at: int) -> bool:
    """Whether no space follows a mark: code ("width:0") or a score."""
    return at + 1 < len(tokens) and tokens.all[at].span.end == tokens.all[at + 1].start


def read_notice(tokens: Tokens, at: int) -> Found | None:
    """Read what a listing says behind a name: "Klezmer Night (last few!)", "The Hollow Kings, SOLD OUT."."""
    if tokens.word(at) not in {":", "–", "—", "-", "(", ",", "*"} or at == 0:
        return None
    after = tokens.end_of(at + 1, "approx", "adverb") or at + 1
    for begin in dict.fromkeys((at + 1, after)):
        for name, state in _NOTICES.items():
            end = tokens.end_of(begin, name)
            if end is not None and tokens.word(end) in NOTICE_ENDS:
                label = read_noun(tokens, _label_start(tokens, clause_floor(tokens, at), at), at)
                return Found(state, at + 1, end, label, _notice_weight(tokens, at, label, name))
    return None


def read_heading(tokens: Tokens, at: int) -> Found | None:
    """Read a notice before what it is said of: "Sell-out: the Brahms"."""
    if at > 0:
        return None
    for name, state in _NOTICES.items():
        end = tokens.end_of(0, name)
        if end is not None and tokens.word(end) in {":", "–", "—"}:
            noun = read_noun(tokens, end + 1, len(tokens))
            if name == "notice_gone" and (noun is None or noun.sort not in {"unit", "goods", "event"}):
                return None
            return Found(state, 0, end, noun, STRENGTH[name]) if noun else None
    return None


def _notice_weight(tokens: Tokens, at: int, label: Noun | None, name: str) -> float:
    """Weigh a notice: a comma before it may be any comma, a plain word any word."""
    score = STRENGTH[name] - (EVIDENCE["comma"] if tokens.word(at) == "," else 0.0)
    has_unit = tokens.holds(0, at, "unit", "goods", "slot_name", "event")
    if label is not None and (
        label.sort in {"person", "abstract"} or (label.sort in {"other", "name"} and not has_unit)
    ):
        score -= 1.0
    return score + (EVIDENCE["has_unit"] if tokens.holds(0, at, "unit", "goods", "slot_name") else 0.0)


def _label_start(tokens: Tokens, floor: int, at: int) -> int:
    return next(
        (index for index in range(floor, at) if tokens.word(index) not in {",", "-", "•", "*"}), floor
    )
