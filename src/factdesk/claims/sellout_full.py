"""Reads that something is full, out, short, back, or yet to fill."""

from __future__ import annotations

from dataclasses import replace

from factdesk.claims.sellout_clauses import clause_floor, is_soon, read_group, read_subject
from factdesk.claims.sellout_found import EVIDENCE, NOTICE_ENDS, STRENGTH, Found
from factdesk.claims.sellout_gone import full_state, gone_state, said_of_subject
from factdesk.claims.sellout_tokens import Tokens, word_list

_BACK_WHERE = frozenset(["", ".", ",", "in", "on", "at", "and", ";", "!", "again", "behind"])
_STOPS_SELLING = frozenset(
    {"well", "much", "into", "to", "in", "new", "up", "home", "away", "back", "through"}
)
_STOPS_FULL = word_list("stops_full")
_GOES_INTO = dict.fromkeys(("swept", "swallowed", "taken", "bought"), ("to", "into", "in", "with"))
_GETTING = frozenset({"get", "find", "obtain", "buy", "book"})
_TAKEN_UP = word_list("taken_up")
_AFTER_FULL = NOTICE_ENDS | {
    "and",
    "or",
    "when",
    "by",
    "so",
    "before",
    "too",
    "already",
    "again",
    "now",
    "as",
    "at",
    "this",
    "that",
}


def read_out(tokens: Tokens, at: int) -> Found | None:
    """Read "is fully booked", "were out of stock", "was oversubscribed"."""
    end = tokens.end_of(at, "out_strong")
    if end is None or (tokens.word(end - 1) in _GETTING and _goes_on(tokens, end)):
        return None
    if tokens.word(at) in _TAKEN_UP and not _is_taken_up(tokens, at, end):
        return None
    return said_of_subject(tokens, at, end, STRENGTH["out_strong"], full_state)


def _is_taken_up(tokens: Tokens, at: int, end: int) -> bool:
    """Whether "snapped up" is a passive said of stock, not what someone did ("he snapped up the house")."""
    if tokens.end_of(end, "det") is not None and tokens.end_of(end, "all") is not None:
        return True
    if tokens.word(end) == "to" and tokens.word(end + 2) == "end":
        return True
    if tokens.end_of(end, "det") is not None or (
        tokens.word(end) in _GOES_INTO.get(tokens.word(at), ("to", "into"))
    ):
        return is_soon(tokens, end)
    group = read_group(tokens, at)
    return group.has("be", "get", "all") or not group.has("have")


def read_full(tokens: Tokens, at: int) -> Found | None:
    """Read "the 17:12 and the 18:12 are full", "we are not full"."""
    end = tokens.end_of(at, "full")
    if end is None or not read_group(tokens, at).has("be"):
        return None
    if tokens.word(end) in _STOPS_FULL and not is_soon(tokens, end):
        return None
    if tokens.word(end) not in _AFTER_FULL and tokens.end_of(end, "prep", "time_adverb", "relative") is None:
        return None
    found = said_of_subject(tokens, at, end, STRENGTH["full"], full_state)
    if found is None or found.noun is None or found.noun.sort in {"goods", "other"}:
        return None
    extra = EVIDENCE["full_event" if found.noun.sort == "event" else "full_of_us"]
    extra = 0.0 if found.noun.sort in {"unit", "name"} else extra
    return Found(found.state, found.start, found.end, found.noun, found.score + extra)


def read_scarce(tokens: Tokens, at: int) -> Found | None:
    """Read "is tight", "was rationed", "are in short supply"."""
    end = tokens.end_of(at, "scarce", "scarce_strong", "near_out")
    if end is None or not (read_group(tokens, at).has("be")):
        return None
    if tokens.word(end - 1) in _GETTING and _goes_on(tokens, end):
        return None
    is_near = tokens.end_of(at, "near_out") == end
    is_loose = tokens.end_of(at, "scarce") == end
    is_plain = tokens.end_of(at, "scarce_strong") == end
    strength = STRENGTH["near_out" if is_near else "scarce_strong" if is_plain else "scarce"]
    found = said_of_subject(tokens, at, end, strength, gone_state)
    if found is None or found.state == "nearly_sold_out":
        return found
    if is_loose and (found.noun is None or found.noun.sort not in {"goods", "unit"}):
        return None
    state = {"sold_out": "nearly_sold_out" if is_near else "limited"}.get(found.state, found.state)
    return Found(state, found.start, found.end, found.noun, found.score)


def _goes_on(tokens: Tokens, end: int) -> bool:
    """Whether an object or an adverb follows "hard to get" ("hard to get ahead")."""
    return tokens.word(end) not in NOTICE_ENDS | {
        "in",
        "at",
        "this",
        "these",
        "and",
        "here",
        "now",
        "on",
        "for",
    }


def read_yet_to_fill(tokens: Tokens, at: int) -> Found | None:
    """Read "has yet to fill", "did not sell out": what is not gone is to be had."""
    end = tokens.end_of(at, "gone_base")
    if end is None or not read_group(tokens, at).has("neg") or tokens.end_of(end, "det") is not None:
        return None
    if tokens.word(end) in _STOPS_SELLING:
        return None
    found = said_of_subject(tokens, at, end, EVIDENCE["denied"] - 0.5, full_state)
    if found is not None and found.noun is not None and found.noun.sort == "pronoun" and end == at + 1:
        return None
    if found is None or found.noun is None or found.noun.sort != "seller":
        return found
    return replace(found, score=found.score + EVIDENCE["full_of_us"])


def read_back(tokens: Tokens, at: int) -> Found | None:
    """Read "insulin pens are back in every chemist's": what had gone is to be had again."""
    group = read_group(tokens, at)
    if tokens.word(at) != "back" or not group.has("be") or tokens.word(at + 1) not in _BACK_WHERE:
        return None
    noun = read_subject(tokens, clause_floor(tokens, group.start), group.start)
    if noun is None or noun.sort not in {"goods", "unit"} or group.has("neg"):
        return None
    return Found("available", group.start, at + 1, noun, EVIDENCE["back"] + noun.weight)
