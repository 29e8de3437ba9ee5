"""Reads of whom a share is, on which side they stand, and of when it is: what must agree before figures do.

A poll puts many figures side by side: of men and women, for and against, now and a year ago. A figure speaks
of a claim only where all three agree.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from factdesk.claims.alike import LIGHT_WEIGHT, Term, Terms, coverage, gather_terms, read_terms
from factdesk.claims.phrases import load_phrases
from factdesk.claims.poll_words import AUXILIARIES, MINDS, PEOPLE_SINGULAR, Word, is_people, read_words
from factdesk.claims.stands import GROUP_AXES, read_stands
from factdesk.model import Span
from factdesk.text.places import find_places, lies_in, place_norm
from factdesk.text.words import stem

_TABLE = load_phrases("poll_sides")


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w’'])(?:{'|'.join(str(_TABLE[name]).split())})(?!\w)|n['’]t\b", re.IGNORECASE)


def _without_nt(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w’'])(?:{'|'.join(str(_TABLE[name]).split())})(?!\w)", re.IGNORECASE)


_TURNING = _pattern("turning")
_STANDING = _without_nt("standing")
_UNSURE = _without_nt("unsure")
_ASKED = _without_nt("asked")
PAST = _without_nt("past")
PRESENT = _without_nt("present")
_GENERAL = frozenset(stem(word) for word in str(_TABLE["general"]).split())
_SLIGHT = frozenset(stem(word) for word in str(_TABLE["slight"]).split())

FOR, AGAINST, UNSURE = "for", "against", "unsure"


@dataclass(frozen=True, slots=True)
class Side:
    """On which side people stand; ``is_told`` when a word says so and it is not just the plain statement.

    ``words`` are the stretches that tell it, offsets into the text that was read.
    """

    end: str
    is_told: bool
    words: tuple[Span, ...] = ()


@lru_cache(maxsize=2048)
def read_side(text: str) -> Side:
    """Return the side of a stretch: each turning word turns it once."""
    text = _without_echo(text)
    unsure = _UNSURE.search(text)
    if unsure is not None:
        return Side(UNSURE, True, (Span(*unsure.span()),))
    turned = [Span(*match.span()) for match in _TURNING.finditer(text)]
    plain = [Span(*match.span()) for match in _STANDING.finditer(text)]
    end = AGAINST if len(turned) % 2 else FOR
    return Side(end, bool(turned or plain), (*turned, *plain))


_SAID_SO = re.compile(r"\b(?:said|say|says|answered|replied)\s+(?:no|yes)\b", re.IGNORECASE)


def _without_echo(text: str) -> str:
    """Return the text with "said no" blanked where another word tells the side already."""
    said = _SAID_SO.search(text)
    if said is None:
        return text
    blanked = text[: said.start()] + " " * (said.end() - said.start()) + text[said.end() :]
    return blanked if _TURNING.search(blanked) or _STANDING.search(blanked) else text


@dataclass(frozen=True, slots=True)
class People:
    """Of whom a share is: the noun, what narrows it, and where that was said.

    ``narrowed`` holds the weighty words before and behind the noun, ``behind`` the latter; ``groups`` ages
    and sexes; ``nation`` the country or city whose people they are; ``terms`` every word of the phrase.
    ``origin`` says where they are named: in the figure's own sentence (own), before it in the paragraph
    (carried), or where the source tells whom it asked (sample). No head: only "people" or "those" are named.
    """

    head: Term | None
    narrowed: tuple[Term, ...]
    groups: frozenset[tuple[str, str]]
    span: Span
    is_general: bool
    terms: Terms
    nation: str = ""
    behind: tuple[Term, ...] = ()
    origin: str = "own"

    @property
    def is_own(self) -> bool:
        """Whether the figure's own sentence names them."""
        return self.origin == "own"


_BEFORE_MOST = 4
_STOPS_BEFORE = frozenset(str(_TABLE["stops_before"]).split())
_BEHIND = re.compile(
    r"\s*(?:\(?(?:aged\s+)?(?:over|under|above|below|between|from|aged)\s+(?:the\s+age\s+of\s+)?(?:\d+|[a-z]+ty)"
    r"(?:\s+(?:and|to)\s+(?:\d+|over|under|older|above|younger))?"
    r"|(?:who|whom|that|whose)\s+(?:[\w’'-]+\s*){1,5}"
    r"|(?:without|with|in|at|from|of|on|outside|near)\s+(?:the\s+|an?\s+|no\s+|any\s+|their\s+|its\s+)?[\w’'-]+(?:\s+[A-Z][\w’'-]+)*)"
)


def _further_noun(text: str, words: list[Word], at: int) -> int | None:
    """Return the next noun for people of the same phrase."""
    for ahead in range(at + 1, min(len(words), at + 1 + _LOOK_AHEAD)):
        word = words[ahead]
        if text[words[ahead - 1].end : word.start] != " " or word.low in _STOPS_BEFORE:
            return None
        if _names_people(word) and stem(word.low) not in _PRONOUNS:
            return ahead
    return None


_PRONOUNS = frozenset(
    stem(word)
    for word in ["them", "they", "us", "you", "those", "everyone", "everybody", "anyone", "nobody", "whom"]
)

_AGES = re.compile(
    r"\b(?P<way>over|above|under|below|aged|between)[\s-]+(?:the\s+age\s+of\s+)?(?P<age>\d\d)s?\b"
    r"|\b(?P<from>\d\d)\s?(?:[-–]|to|and)\s?(?P<to>\d\d)\b|\b(?P<old>\d\d)\s+(?:and|or)\s+(?:over|older)"
)


_HOME_NATIONS = {"welsh": "wales", "scots": "scotland", "scottish": "scotland", "english": "england"}
"""Peoples of one country who are polled apart."""


def _nation_of(name: str) -> str:
    return _HOME_NATIONS.get(name.lower(), place_norm(name))


_LACKING = re.compile(r"\b(?:no|not|never|without|non)\b|n['’]t\b", re.IGNORECASE)


@lru_cache(maxsize=2048)
def read_people(text: str, start: int, end: int, *, is_counted: bool = False) -> People | None:
    """Return the people that a stretch of a text names first, None where it names none."""
    words = [word for word in read_words(text, start, end) if not word.is_mark]
    for at, word in enumerate(words):
        if _names_people(word, is_counted=is_counted):
            return _people_at(text, words, _of_whom(text, words, at), end)
    return None


def _names_people(word: Word, *, is_counted: bool = False) -> bool:
    """Whether a word names people; one of them only where it is counted ("one voter in eight")."""
    if is_people(word) or word.low in _BODIES_OF_PEOPLE or (is_counted and word.low in PEOPLE_SINGULAR):
        return True
    return word.is_owner and word.text[0].isupper() and is_people(_without_owner(word))


def _without_owner(word: Word) -> Word:
    """Return "Estonians" of "Estonians' willingness"."""
    text = re.sub(r"['’]s?\Z", "", word.text)
    return Word(text, text.lower(), word.start, word.start + len(text))


def _of_whom(text: str, words: list[Word], at: int) -> int:
    """Return the place of "staff" for "members of the support staff": a general word tells nothing."""
    if stem(words[at].low) not in _GENERAL or words[at].low.startswith("them"):
        return at
    for ahead in range(at + 1, min(len(words), at + 5)):
        if ahead == at + 1 and words[ahead].low != "of":
            return at
        if _names_people(words[ahead]) and not text[words[at].end : words[ahead].start].count(","):
            return ahead
    return at


_BODIES_OF_PEOPLE = frozenset({"electorate", "public", "population"})
_LOOK_AHEAD = 2


def _people_at(text: str, words: list[Word], at: int, end: int) -> People:
    while (further := _further_noun(text, words, at)) is not None:
        at = further  # "Maltese shop workers", "women voters": the last noun is the head
    word = words[at]
    first = at
    while first > 0 and at - first < _BEFORE_MOST:
        before = words[first - 1]
        gap = text[before.end : words[first].start]
        if before.low in _STOPS_BEFORE or before.low[0].isdigit() or gap.strip(" -"):
            break
        first -= 1
    start = words[first].start
    behind = _BEHIND.match(text, word.end, end)
    stop = _before_deed(text, word.end, behind.end()) if behind else word.end
    phrase = text[start:stop]
    nation = next((_nation_of(one.name) for one in find_places(phrase) if one.form == "demonym"), "")
    is_general = stem(word.low) in _GENERAL or (bool(nation) and _nation_of(word.text) == nation)
    head = None if is_general else next(iter(read_terms(word.text.lower()).terms), None)
    told = [text[start : word.start]]
    if behind and not _ASKED.search(behind.group()):
        told.append(text[word.end : stop])
    narrowed, later = (
        tuple(term for one in said for term in read_terms(one).terms if _narrows(term, one))
        for said in (told, told[1:])
    )
    where = Span(start, stop)
    return People(head, narrowed, _groups(phrase), where, is_general, read_terms(phrase), nation, later)


def _before_deed(text: str, start: int, end: int) -> int:
    """Return where a clause behind people ends: before the word that says what they think or do."""
    words = [one for one in read_words(text, start, end) if not one.is_mark]
    is_clause = bool(words) and words[0].low in ("who", "whom", "that", "whose")
    for at, word in enumerate(words):
        if at >= (2 if is_clause else 1) and (
            word.low in MINDS or word.low in AUXILIARIES or word.low in _DEEDS
        ):
            return words[at - 1].end
    return end


_NUMBERS = frozenset(f"one two six ten {_TABLE['number_words']}".split())
_DEEDS = frozenset(str(_TABLE["deeds"]).split())


def _narrows(term: Term, said: str) -> bool:
    """Whether a word beside people narrows them; names and places are compared for themselves."""
    if (
        term.stem in _SLIGHT
        or term.word in _NUMBERS
        or term.weight <= LIGHT_WEIGHT
        or term.form in ("number", "name")
    ):
        return False
    return not said[term.span.start].isupper()


def _groups(phrase: str) -> frozenset[tuple[str, str]]:
    said = {(one.axis, one.end) for one in read_stands(phrase) if one.axis in GROUP_AXES}
    for word in ("mother", "mum"):
        if re.search(rf"\b{word}s?\b", phrase, re.IGNORECASE):
            said.add(("sex", "women"))
    if re.search(r"\b(?:fathers?|dads?)\b", phrase, re.IGNORECASE):
        said.add(("sex", "men"))
    if _LACKING.search(phrase):
        said.add(("lacking", ""))
    for match in _AGES.finditer(phrase):
        way = "o" if match["old"] else (match["way"] or "")[:1].lower()
        said.add(("years", re.sub(r"\D+", "-", match.group()).strip("-") + way))
    return frozenset(said)


SAME, OTHER, UNKNOWN = "same", "other", "unknown"
NARROWED_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Known:
    """What a source says at its beginning and of its sample: what a figure is of unless it says otherwise."""

    terms: Terms
    groups: frozenset[tuple[str, str]] = frozenset()


def compare_people(claimed: People | None, found: People | None, known: Known) -> str:
    """Return whether a figure is of the claimed people: same, other, or unknown."""
    ours = (claimed.groups if claimed else frozenset()) - known.groups
    theirs = (found.groups if found else frozenset()) - known.groups
    if ours != theirs:
        return OTHER
    told = known.terms
    if not _are_of_one_nation(claimed, found, told):
        return OTHER if found is not None and found.nation else UNKNOWN
    if claimed is None or (claimed.is_general and not claimed.narrowed):
        if found is None or found.is_general:
            return OTHER if found is not None and found.is_own and found.narrowed else SAME
        if claimed is None:
            return SAME
        return OTHER if found.is_own else SAME if found.origin == "sample" else UNKNOWN
    return _compare_named(claimed, found, told)


def _compare_named(claimed: People, found: People | None, told: Terms) -> str:
    """Compare people of whom the claim names a group ("shop workers", "voters who own a car")."""
    wanted = (*([claimed.head] if claimed.head else []), *claimed.narrowed)
    if found is None or found.is_general:
        return _compare_with_general(claimed, found, wanted, told)
    own = found.terms
    if claimed.head is not None and not own.holds(claimed.head):
        return SAME if found.origin == "sample" and coverage(wanted, told) >= 1 else OTHER
    before = [term for term in claimed.narrowed if term not in claimed.behind]
    if claimed.behind and coverage(claimed.behind, own) < NARROWED_ALIKE:
        return OTHER
    if before and coverage(before, own.joined(told)) < NARROWED_ALIKE:
        return OTHER
    is_narrower = found.is_own and bool(found.narrowed)
    if is_narrower and coverage(found.narrowed, gather_terms(wanted).joined(told)) < NARROWED_ALIKE:
        return OTHER
    return SAME


def _compare_with_general(claimed: People, found: People | None, wanted: Sequence[Term], told: Terms) -> str:
    """Compare a claimed group with "people", "Danes" or nobody named: all of whom a survey may be of."""
    if found is None or not found.is_own:
        return SAME if coverage(wanted, told) >= 1 else UNKNOWN
    if found.narrowed and not claimed.narrowed:
        return OTHER
    if found.nation and claimed.head is not None and not found.terms.holds(claimed.head):
        return OTHER
    return SAME if coverage(wanted, told.joined(found.terms)) >= 1 else UNKNOWN


def _are_of_one_nation(claimed: People | None, found: People | None, told: Terms) -> bool:
    """Whether a claimed nation is that of the people found, or of the whole source."""
    if claimed is None or not claimed.nation:
        return True
    if found is not None and found.nation:
        return lies_in(found.nation, claimed.nation)
    return claimed.nation in told.places or claimed.nation in told.stems


_PLACED = re.compile(r"\b(?:in|at|across|from|of|around|near|throughout)\s+(?:the\s+)?\Z", re.IGNORECASE)


def places_in(text: str) -> tuple[str, ...]:
    """Return the places that a stretch says something is in."""
    return tuple(
        one.name
        for one in find_places(text)
        if one.form != "demonym" and _PLACED.search(text[: one.span.start])
    )
