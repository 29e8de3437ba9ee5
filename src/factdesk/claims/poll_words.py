"""The classes of words by which a share is known to be one of people, and the words of a stretch of text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from factdesk.claims.phrases import load_phrases

_TABLE = load_phrases("poll_words")
_WORD = re.compile(
    r"[Gg]en(?:eration)? [XYZ]\b|\d+[–-](?:to[–-])?\d+s\b|\d+[–-]year[–-]olds?\b|\d+s\b|\d[\d.,]*\d"
    r"|[^\W_](?:[\w’'-]*\w)?[’']?|[^\w\s]"
)
_YEARS_OLD = re.compile(
    r"(?:under|over)-?\d+s?|\d+[–-]?year-olds?|\w+-year-olds?|\d+[–-](?:to[–-])?\d+s|\d{1,2}s"
    r"|gen(?:eration)? [xyz]"
)
_DOERS = re.compile(r"[a-z’'-]{3,}(?:ers|ists|ians|eers|iers|goers|ants|ees)")
_DEMONYM = re.compile(r"[A-Z][\w’'-]+(?:ans|ese|ians|ish|men|women|ers|ites|is)")
_PREFIX = re.compile(r"(?:non|ex|anti|pro|co|fellow|super|un|half|would-be)-")


@dataclass(frozen=True, slots=True)
class Word:
    """One word or mark of a text: as written, in small letters, and where it stands."""

    text: str
    low: str
    start: int
    end: int

    @property
    def is_mark(self) -> bool:
        """Whether this is a mark and no word."""
        return not self.low[0].isalnum()

    @property
    def is_owner(self) -> bool:
        """Whether it owns what follows ("members'", "college's")."""
        return self.low.endswith(("'s", "’s", "s'", "s’"))


@lru_cache(maxsize=512)
def read_words(text: str, start: int, end: int) -> Sequence[Word]:
    """Return the words and marks between two offsets, in reading order.

    The last few answers are kept, since many rules read the words beside one figure.
    """
    return tuple(
        Word(said := one.group(), said.lower(), one.start(), one.end())
        for one in _WORD.finditer(text, start, end)
    )


def listed(name: str) -> frozenset[str]:
    """Return the words of one list of the table."""
    return frozenset(word.replace("_", " ") for word in str(_TABLE[name]).split())


def _plural(noun: str) -> str:
    if re.search(r"(?:s|x|z|ch|sh)$", noun):
        return f"{noun}es"
    if re.search(r"[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    if noun.endswith("man"):
        return f"{noun[:-3]}men"
    return f"{noun}s"


def verb_forms(verb: str) -> tuple[str, ...]:
    """Return the regular forms of a verb: "deny" gives denies, denied and denying."""
    if re.search(r"[^aeiou]y$", verb):
        return verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    if verb.endswith("e"):
        return verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"
    third = f"{verb}es" if re.search(r"(?:s|x|z|ch|sh)$", verb) else f"{verb}s"
    doubled = verb + verb[-1]
    return verb, third, f"{verb}ed", f"{verb}ing", f"{doubled}ed", f"{doubled}ing"


def _forms(verbs: Iterable[str]) -> frozenset[str]:
    return frozenset(form for verb in verbs for form in verb_forms(verb))


PEOPLE_SINGULAR = listed("people")
PEOPLE = frozenset(_plural(noun) for noun in PEOPLE_SINGULAR) | listed("people_plural")
THINGS = listed("things")
NOT_PEOPLE = listed("not_people")
NATIONS = listed("nations")
PEOPLE_ADJECTIVES = listed("people_adjectives")
COLLECTIVES = listed("collectives")
BODIES = frozenset(form for noun in listed("bodies") for form in (noun, _plural(noun)))
VOTES = listed("votes")
MINDS = _forms(listed("minds")) | listed("minds_irregular")
MINDS_NOUN = listed("minds_noun")
STATES = listed("states")
SURE_MINDS = listed("sure_minds")
VOTING_ACTS = listed("voting_acts")
AUXILIARIES = listed("auxiliaries")
ACTS = _forms(listed("acts")) | listed("acts_irregular")
POLLSTERS = listed("pollsters")
SURVEYS = listed("surveys") | POLLSTERS
ELECTIONS = listed("elections")
AYES = listed("ayes")
POLITICIANS = listed("politicians")
PARTIES = listed("parties")
SIDES = listed("sides")
MEASURES = listed("measures")
MEASURE_NEXT = listed("measure_next")
MEASURE_WITH = {noun: frozenset(words.split()) for noun, words in _TABLE["measure_with"].items()}
NOT_RATINGS = listed("not_ratings")
FIGURE_NOUNS = listed("figure_nouns")
NOT_AFTER = listed("not_after")
NOT_LEFT = listed("not_left")
COMPOSING = listed("composing")
DEMOGRAPHIC = listed("demographic")
FATES = listed("fates")
DETERMINERS = listed("determiners")
PREPOSITIONS = listed("prepositions")
RELATIVES = listed("relatives")
ADVERBS = listed("adverbs")
BE = listed("be")


def is_people(word: Word) -> bool:
    """Whether a word names several people: a plural, a demonym, an age, or who does a thing."""
    low = _PREFIX.sub("", word.low)
    if low in PEOPLE or _YEARS_OLD.fullmatch(low):
        return True
    if low in NOT_PEOPLE or word.is_owner:
        return False
    last = low.rpartition("-")[2]
    if last in PEOPLE and last != low:
        return True
    return _DOERS.fullmatch(last) is not None or _DEMONYM.fullmatch(word.text) is not None


def is_poll_name(low: str) -> bool:
    """Whether a word names a poll: "Wattlepoll", "bypoll", "YouGov's"."""
    low = low.removesuffix("'s").removesuffix("’s")
    return low in SURVEYS or (low.endswith("poll") and low not in ("tadpoll", "redpoll"))
