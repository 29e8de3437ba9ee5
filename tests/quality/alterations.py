"""Changes one thing of a sentence so that it no longer follows from what it was taken from.

Every function returns the changed sentence, or None where it cannot be sure that the meaning changes:
then the sentence has no control of that sort. The words are in ``alterations.toml``.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable
from pathlib import Path

import regex

TABLES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
NUMBER_WORDS: dict[str, str] = TABLES["number_words"]
POLARITY: dict[str, str] = TABLES["polarity"]
PLACES: dict[str, list[str]] = TABLES["places"]

GREATER, SMALLER = (3, 2, 1), (-3, -2, -1)
"""Steps of the leading digit, tried in this order: a change of at least a tenth of the figure."""


def _any_of(words: Iterable[str]) -> str:
    """Return a pattern of whole words, the longest first."""
    return r"\b(?:" + "|".join(sorted(map(regex.escape, words), key=len, reverse=True)) + r")\b"


DIGITS = regex.compile(r"\d+(?:[.,]\d+)*")
NUMBER_WORD = regex.compile(_any_of(NUMBER_WORDS), regex.IGNORECASE)
BOUND_BEFORE = {
    side: regex.compile(_any_of(TABLES["bounds"][side]) + r"(?:\s+\w+)?\W{0,3}$", regex.IGNORECASE)
    for side in ("upper", "lower")
}
BOUND_AFTER = regex.compile(r"^(?:\s*[\w%]+){0,2}\s*" + _any_of(TABLES["bounds"]["either_after"]))
PERCENT_AFTER = regex.compile(r"^\s*(?:%|per ?cent\b)")
OPPOSITE = regex.compile(_any_of(POLARITY), regex.IGNORECASE)
NEGATION_BEFORE = regex.compile(
    r"(?:\b(?:not|no|never|neither|nor|without|nobody|none)\b|n['’]t\b)(?:\W+\w+){0,3}\W*$", regex.IGNORECASE
)
NAME = r"\p{Lu}[\p{L}'’]+(?:[ -]\p{Lu}[\p{L}'’]+)*"
PLACE = regex.compile(
    r"(?:(?P<known>" + _any_of((*PLACES["countries"], *PLACES["cities"])) + r")"
    r"|(?<!\b[Aa]ccording )\b(?:" + "|".join(PLACES["prepositions"]) + r")\s+(?P<named>" + NAME + r"))"
    r"(?![\w$-])",
)
MONTHS = "|".join(PLACES["not_places"][:12])
DATE_AROUND = (
    regex.compile(rf"(?:{MONTHS})\s+(?:\d+\s*(?:and|to|-|–)\s*)?$"),
    regex.compile(rf"^(?:\s*(?:and|to|-|–)\s*\d+)?\s+(?:{MONTHS})"),
)


def alter_number(sentence: str, start: int, end: int, source: str) -> str | None:
    """Return the sentence with the one number between ``start`` and ``end`` changed to one not in the source.

    The change leaves every bound that stands beside the number broken. None for a range, whose ends may
    move apart and still hold, and where no number, or no changed number, is sure.
    """
    figures = list(DIGITS.finditer(sentence, start, end))
    if len(figures) == 1:
        return _alter_digits(sentence, *figures[0].span(), source)
    words = list(NUMBER_WORD.finditer(sentence, start, end))
    if figures or len(words) != 1 or _is_bounded(sentence, *words[0].span()):
        return None
    return _swap(sentence, words[0], NUMBER_WORDS[words[0].group().casefold()])


def _alter_digits(sentence: str, start: int, end: int, source: str) -> str | None:
    before, after = sentence[:start], sentence[end:]
    if BOUND_AFTER.search(after) or DATE_AROUND[0].search(before) or DATE_AROUND[1].search(after):
        return None
    steps = (*GREATER, *SMALLER)
    if BOUND_BEFORE["upper"].search(before):
        steps = SMALLER
    elif BOUND_BEFORE["lower"].search(before):
        steps = GREATER
    is_percent = PERCENT_AFTER.search(after) is not None
    for changed in _other_figures(sentence[start:end], steps):
        if changed not in source and not (is_percent and _worth(changed) > 100):
            return before + changed + after
    return None


def _other_figures(figure: str, steps: Iterable[int]) -> Iterable[str]:
    """Yield the figure with its first digit other than nought moved by each step that leaves it one digit."""
    place = next((index for index, sign in enumerate(figure) if sign in "123456789"), None)
    if place is None:
        return
    for step in steps:
        digit = int(figure[place]) + step
        if 1 <= digit <= 9:
            yield figure[:place] + str(digit) + figure[place + 1 :]


def _worth(figure: str) -> float:
    return float(figure.replace(",", ".")) if figure.count(",") + figure.count(".") < 2 else float("inf")


def _is_bounded(sentence: str, start: int, end: int) -> bool:
    before, after = sentence[:start], sentence[end:]
    return bool(
        BOUND_BEFORE["upper"].search(before)
        or BOUND_BEFORE["lower"].search(before)
        or BOUND_AFTER.search(after)
    )


def alter_polarity(sentence: str, start: int, end: int) -> str | None:
    """Return the sentence with the first word between ``start`` and ``end`` that has an opposite turned.

    None where there is none, or where a negation stands before it: "did not rise" and "did not fall" may
    both be true.
    """
    for found in OPPOSITE.finditer(sentence, start, end):
        if not NEGATION_BEFORE.search(sentence[: found.start()]):
            return _swap(sentence, found, POLARITY[found.group().casefold()])
    return None


def alter_place(sentence: str, source: str) -> str | None:
    """Return the sentence with its first place swapped for one of the same sort that the source lacks."""
    for found in PLACE.finditer(sentence):
        group = found.lastgroup or "known"
        place = found.group(group)
        if place.split()[0] in PLACES["not_places"]:
            continue
        sort = "other_countries" if place in PLACES["countries"] else "other_cities"
        unused = [other for other in PLACES[sort] if other not in source]
        if not unused:
            return None
        start, end = found.span(group)
        return sentence[:start] + unused[_number_of(sentence) % len(unused)] + sentence[end:]
    return None


def _swap(sentence: str, found: regex.Match[str], new: str) -> str:
    if found.group()[0].isupper():
        new = new[0].upper() + new[1:]
    return sentence[: found.start()] + new + sentence[found.end() :]


def _number_of(text: str) -> int:
    """Return a number that is the same for a text on every machine."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])
