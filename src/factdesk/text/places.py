"""Finds countries, cities, regions and words for their people, from the tables of places. Linear."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from factdesk.model import Span
from factdesk.text.lexicons import load_table, load_words

_TABLE = load_table("gazetteer")
_CAPITALISED = re.compile(r"(?<!\w)[^\W\d_a-z][^\W\d_]*")
_WORD_BEFORE = re.compile(r"([^\W\d_]+(?:'s)?)?([\s,(\"'“‘-]*)\Z")
_LOOK_BACK = 24
_NEIGHBOUR_CHARACTERS = 80
_KEPT_CHARACTERS = 400
_ALIKE = str.maketrans({"’": "'", "‘": "'", "\n": " ", "\t": " ", "\r": " ", "\u00a0": " ", "\u202f": " "})

WITHOUT_STROKES = str.maketrans(
    {"ı": "i", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss"}
)
"""Letters that Unicode does not take apart into a plain letter and a mark."""

_MOSTLY = load_words("gazetteer_choices", "mostly_places")
_NEEDS_WORD = load_words("gazetteer_choices", "needs_place_word") - _MOSTLY
_PLACE_WORDS = load_words("gazetteer_choices", "place_words")
_FIRST_NAMES = load_words("gazetteer_choices", "never_after_capitalised")
_OPENERS = load_words("gazetteer_choices", "capitalised_before")
_NOT_BEFORE = load_words("gazetteer_choices", "not_before")


@dataclass(frozen=True, slots=True)
class Place:
    """A place name of a text. ``form`` is city, country, demonym or region.

    ``country`` is the ISO 3166 alpha-2 code, "" for a region of several countries.
    """

    span: Span
    name: str
    form: str
    country: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the table says of one name; ``norm`` is its comparable form."""

    name: str
    form: str
    country: str
    norm: str


def find_places(text: str) -> list[Place]:
    """Return the places of a text in reading order, each as its longest name."""
    return list(_kept_places(text) if len(text) <= _KEPT_CHARACTERS else _read_places(text))


@lru_cache(maxsize=1024)
def _kept_places(text: str) -> tuple[Place, ...]:
    """Return the places of a claim, a name or a clause, which many rules ask for in turn."""
    return tuple(_read_places(text))


def _read_places(text: str) -> list[Place]:
    plain = text.translate(_ALIKE)
    places: list[Place] = []
    end = 0
    for match in _CAPITALISED.finditer(plain):
        if match.start() < end:
            continue
        entry = _longest_at(plain, match.start(), match.group())
        if entry is None or not _is_place(plain, match.start(), entry, places):
            continue
        end = match.start() + len(entry.name)
        places.append(Place(Span(match.start(), end), entry.name, entry.form, entry.country))
    return _resolve_states(places)


@lru_cache(maxsize=4096)
def place_norm(name: str) -> str:
    """Return the form under which a place is compared: "Turkish" and "Türkiye" are "turkey"."""
    folded = _fold(name.translate(_ALIKE).strip().removesuffix("'s").removesuffix("'"))
    folded = folded.removeprefix("the ")
    folded = _RENAMED.get(folded, folded)
    entry = _BY_FOLDED.get(folded)
    return entry.norm if entry is not None else folded


def lies_in(inner: str, outer: str) -> bool:
    """Whether one place is the other or lies in it: Istanbul in Turkey, Turkey in no other country."""
    first, second = place_norm(inner), place_norm(outer)
    if first == second:
        return True
    entry = _BY_FOLDED.get(first)
    if entry is None or not entry.country:
        return False
    return second == _COUNTRY_NORMS[entry.country] or entry.country in _MEMBERS.get(second, frozenset())


def _longest_at(text: str, at: int, word: str) -> _Entry | None:
    for entry in _BY_FIRST_WORD.get(word, ()):
        end = at + len(entry.name)
        if text.startswith(entry.name, at) and not (
            end < len(text) and (text[end].isalnum() or text[end] in "_$")  # "US$80" names no country.
        ):
            return entry
    return None


def _is_place(text: str, at: int, entry: _Entry, before: list[Place]) -> bool:
    """Whether a name that also means something else is a place here."""
    if " " in entry.name:
        return True
    following = text[at + len(entry.name) + 1 : at + len(entry.name) + 14].partition(" ")[0].rstrip(".,;:!?")
    if following in _NOT_BEFORE and entry.form != "demonym":
        return False
    if entry.name not in _FIRST_NAMES and entry.name not in _NEEDS_WORD:
        return True
    match = _WORD_BEFORE.search(text, max(0, at - _LOOK_BACK), at)
    word = match.group(1) or "" if match is not None else ""
    gap = match.group(2) if match is not None else ""
    is_listed = bool(before) and at - before[-1].span.end <= len(gap) and "," in gap
    if entry.name in _FIRST_NAMES and word[:1].isupper() and gap == " ":
        return word in _OPENERS or (bool(before) and before[-1].span.end == at - 1)
    return entry.name not in _NEEDS_WORD or is_listed or word.lower() in _PLACE_WORDS


def _resolve_states(places: list[Place]) -> list[Place]:
    """Read "Georgia" as the American state where the place next to it is American."""
    resolved = list(places)
    for index, place in enumerate(places):
        if place.name != "Georgia":
            continue
        neighbours = [
            other.country
            for other in places[max(0, index - 1) : index + 2]
            if other is not place and abs(other.span.start - place.span.start) <= _NEIGHBOUR_CHARACTERS
        ]
        is_after_city = index > 0 and place.span.start - places[index - 1].span.end == 2
        if neighbours and ((is_after_city and neighbours[0] == "US") or set(neighbours) == {"US"}):
            resolved[index] = Place(place.span, place.name, "region", "US")
    return resolved


def _fold(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.translate(WITHOUT_STROKES))
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).lower().split())


def _entries() -> list[_Entry]:
    entries: list[_Entry] = []
    for code, row in _TABLE["country"].items():
        norm = _fold(row["name"])
        listed = [
            ("country", f"{row['name']}|{row.get('also', '')}"),
            ("demonym", row.get("people", "")),
            ("city", f"{row.get('capital', '')}|{row.get('cities', '')}"),
            ("region", row.get("regions", "")),
        ]
        for form, names in listed:
            for name in filter(None, names.split("|")):
                bare = name.removeprefix("the ")
                entries.append(
                    _Entry(bare, form, code, norm if form in ("country", "demonym") else _fold(bare))
                )
    for code, names in load_table("cities")["cities"].items():
        entries.extend(_Entry(name, "city", code, _fold(name)) for name in names.split("|"))
    for union, row in _TABLE["union"].items():
        for form, names in (("region", f"{union}|{row['also']}"), ("demonym", row["people"])):
            for name in filter(None, names.split("|")):
                entries.append(_Entry(name.removeprefix("the "), form, "", _fold(union)))
    return entries


def _first_word(name: str) -> str:
    match = _CAPITALISED.match(name)
    return match.group() if match is not None else name


def _index(entries: list[_Entry]) -> dict[str, list[_Entry]]:
    index: dict[str, list[_Entry]] = {}
    for entry in entries:
        index.setdefault(_first_word(entry.name), []).append(entry)
    for listed in index.values():
        listed.sort(key=lambda entry: -len(entry.name))
    return index


_ENTRIES = _entries()
_BY_FIRST_WORD = _index(_ENTRIES)
_BY_FOLDED = {_fold(entry.name): entry for entry in reversed(_ENTRIES)}
_RENAMED: dict[str, str] = load_table("gazetteer_choices")["renamed"]
_COUNTRY_NORMS = {code: _fold(row["name"]) for code, row in _TABLE["country"].items()}
_MEMBERS = {_fold(name): frozenset(row["members"].split()) for name, row in _TABLE["union"].items()}
