"""How verdicts are reached, gathered from what is in use: rules, kinds, tables, weights and pinned figures.

Only words come from a table of this page (``tables/method_page.toml``); every rule, code and figure is that
of the running code and of the pinned floors that travel with it.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from factdesk.claims import KINDS
from factdesk.claims.method import FINDER_VERSION, tables_of
from factdesk.config import Settings
from factdesk.model import FacetName, FacetOutcome, Rating
from factdesk.resources import bundled
from factdesk.verdicts.consistency import NOTE_CODES
from factdesk.verdicts.logistic import read_weights
from factdesk.verdicts.method import method_files, method_id
from factdesk.verdicts.muting import check_muted, mutable_rules
from factdesk.verdicts.rules import RULES, RULES_VERSION

FLOORS = ("tests", "quality", "floors.json")
WORDS = Path(__file__).with_name("tables") / "method_page.toml"
SHORT_SHA256 = 12

MACHINE_RATINGS = tuple(one for one in Rating if one not in (Rating.NOT_CHECKABLE, Rating.NOT_A_CLAIM))


class _Gaps(dict[str, str]):
    """Fills the gaps of a rule's sentence; one without words has its own name in it."""

    def __missing__(self, name: str) -> str:
        return f"({name})"


@cache
def read_words() -> Mapping[str, Any]:
    """Return the words of the page."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def describe_method(settings: Settings) -> dict[str, Any]:
    """Return all that the page says, ready for JSON. Raises ConfigError for an unknown muted rule."""
    words = read_words()
    muted = check_muted(settings.rules.muted)
    files = (*tables_of([kind.NAME for kind in KINDS]), *method_files())
    floors = json.loads(bundled(*FLOORS).read_text(encoding="utf-8"))
    return {
        "method": method_id(muted),
        "rules_version": RULES_VERSION,
        "finder_version": FINDER_VERSION,
        "muted": sorted(muted),
        "about": words["about"],
        "ratings": _told(MACHINE_RATINGS, words["ratings"]),
        "rules": [_rule(place, one, muted, words["gaps"]) for place, one in enumerate(RULES, start=1)],
        "other_rules": list(_other_rules(muted, words["other_rules"])),
        "notes": _told(NOTE_CODES, words["notes"]),
        "kinds": [
            {**one, "is_on": one["name"] in settings.claims.kinds}
            for one in _told([kind.NAME for kind in KINDS], words["kinds"])
        ],
        "facets": _told(FacetName, words["facets"]),
        "outcomes": _told(FacetOutcome, words["outcomes"]),
        "tables": [_file(one) for one in files if one.suffix != ".json"],
        "weights": [_weights(one) for one in files if one.suffix == ".json"],
        "figures": words["figures"],
        "wrong": list(_wrong(floors, words)),
        "measures": [{"measure": name, **entry} for name, entry in floors.items()],
        "sets": _told(sorted({name.partition(".")[0] for name in floors}), words["sets"]),
        "reliability": read_weights("confidence").get("reliability"),
        "not_looked_at": words["not_looked_at"],
    }


def _told(names: Iterable[str], words: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"name": str(name), "is": words.get(str(name), "")} for name in names]


def _rule(place: int, rule: Any, muted: frozenset[str], gaps: Mapping[str, str]) -> dict[str, Any]:
    return {
        "place": place,
        "code": rule.code,
        "rating": rule.rating.value,
        "sentence": rule.sentence.format_map(_Gaps(gaps)),
        "is_muted": rule.code in muted,
    }


def _other_rules(muted: frozenset[str], words: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    """Yield the rules that settle something and stand outside the ordered table."""
    listed = {rule.code for rule in RULES}
    for code, rating in mutable_rules().items():
        if code not in listed:
            sentence = words.get(code, "")
            yield {"code": code, "rating": rating.value, "sentence": sentence, "is_muted": code in muted}


def _file(path: Path) -> dict[str, str]:
    return {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()[:SHORT_SHA256]}


def _weights(path: Path) -> dict[str, Any]:
    """Return a file of weights with what it says of itself."""
    told = json.loads(path.read_text(encoding="utf-8"))
    return {**_file(path), "about": told.get("about"), "trained_on": told.get("trained_on")}


def _wrong(floors: Mapping[str, Mapping[str, Any]], words: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Yield how often verdicts are wrong, of the measures that are pinned."""
    for one in words["wrong"]:
        pinned = floors.get(one["measure"], {})
        if pinned.get("last") is not None:
            name = one["measure"].partition(".")[0]
            told = {"set": name, "on": words["sets"].get(name, "")}
            yield {**one, **told, "figure": pinned["last"], "n": pinned.get("n")}
