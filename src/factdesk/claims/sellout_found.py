"""What a reader of sell-outs finds in a clause, and the weights and words that the readers share."""

from __future__ import annotations

from dataclasses import dataclass

from factdesk.claims.sellout_clauses import clause_floor, read_subject
from factdesk.claims.sellout_phrases import Noun
from factdesk.claims.sellout_tokens import LEXICON, Tokens, word_list

STRENGTH: dict[str, float] = LEXICON["strength"]
EVIDENCE: dict[str, float] = LEXICON["evidence"]
FEW_MAX = 50
"""So few left of anything is nearly sold out; so few in one shop is limited."""


MANY_MIN = 100
FULL_AMOUNTS = frozenset({"all", "definite", "bare", "only"})
STOPS_GONE = word_list("stops_gone")
NOTICE_ENDS = frozenset(["", ".", ",", ";", "!", ")", "\n", "–", "—", "-", "until", "till", "but", "/", "*"])
_OBJECTS = word_list("objects")
_SOLD_VERBS = word_list("sold_verbs")


@dataclass(frozen=True, slots=True)
class Found:
    """A reading in tokens, before its surroundings are weighed."""

    state: str
    start: int
    end: int
    noun: Noun | None
    score: float


def is_last(tokens: Tokens, noun: Noun) -> bool:
    """Whether it is the last of them: "the last ten places", "the last of the plums"."""
    return "last" in words_between(tokens, noun.start, noun.head)


def amount_weight(noun: Noun) -> float:
    """Return what an amount adds: "not a single" more than "no", "every" more than "the"."""
    if noun.amount == "zero" and noun.end - noun.start > 1:
        return EVIDENCE["zero" if noun.is_firm else "plain_no"]
    return EVIDENCE.get(noun.amount, 0.0)


def words_between(tokens: Tokens, start: int, end: int) -> list[str]:
    """Return the words from one token to before another."""
    return [tokens.word(index) for index in range(start, end)]


def starts_object(tokens: Tokens, end: int) -> bool:
    """Whether a noun follows, so that "left" is the verb of a person."""
    word, after = tokens.word(end), tokens.word(end + 1)
    if word == "to":
        return tokens.word(end - 1) == "going" or (
            tokens.word(end - 1) == "left" and after not in _SOLD_VERBS
        )
    is_priced = word == "for" and after in {"£", "$", "€", "residential"}
    if tokens.word(end - 1) == "going" and (word in STOPS_GONE or is_priced):
        return True
    return word in _OBJECTS or (tokens.end_of(end, "det") is not None and word not in {"this", "any"})


def left_state(noun: Noun, *, is_still: bool, is_denied: bool) -> str | None:
    """Return what it says that so much is left, or still to be had; None where it says nothing."""
    if noun.amount == "zero":
        return "sold_out"
    if is_denied:
        return "sold_out" if noun.amount in FULL_AMOUNTS or noun.amount == "count" else None
    if noun.amount in {"many", "most", "partial"}:
        return "available"
    if noun.amount == "few" or (noun.is_only and (noun.count or MANY_MIN) < MANY_MIN):
        return "nearly_sold_out"
    if noun.is_only and noun.count is None:
        return "limited" if is_still or noun.amount != "bare" else None
    if noun.amount == "some":
        return "limited"
    if noun.count is not None:
        return "nearly_sold_out" if noun.count <= FEW_MAX else "available"
    return "available" if is_still else None


def seller(tokens: Tokens, end: int) -> float:
    """Weigh the subject as one that sells: a shop, a hotel, a train."""
    floor = clause_floor(tokens, end)
    subject = read_subject(tokens, floor, end)
    if subject is None:
        return 0.0
    if subject.sort in {"seller", "slot_name"} or tokens.start_of(subject.end, "seller") is not None:
        return EVIDENCE["seller"]
    if subject.sort in {"person", "abstract"} and tokens.word(subject.head) not in {"i", "we"}:
        return EVIDENCE["person_has"]
    return EVIDENCE["seller"] if tokens.holds(floor, end, "seller") else 0.0


def is_participle(tokens: Tokens, at: int, noun: Noun) -> bool:
    """Whether "has" only helps a verb ("has stopped selling tickets")."""
    return noun.amount == "bare" and (
        tokens.word(at).endswith(("ed", "en"))
        or tokens.end_of(at, "gone", "gone_past", "get_it", "speech") is not None
    )


def is_nobody(tokens: Tokens, end: int) -> bool:
    """Whether the subject is nobody ("no one in the town could")."""
    floor = clause_floor(tokens, end)
    return any(
        tokens.word(index) in {"nobody", "no-one"}
        or (
            tokens.word(index) in {"no", "not", "n't", "none"}
            and tokens.word(index + 1) in {"one", "of", "shopper"}
        )
        for index in range(floor, min(end, floor + 4))
    )
