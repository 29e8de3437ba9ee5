"""The words of ``tables/doubts.toml``, compiled: which stretch beside them a text does not assert."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from factdesk.claims.phrases import compile_phrase, compile_phrases
from factdesk.model import Span

DOUBTS_TABLE = Path(__file__).resolve().parent / "tables" / "doubts.toml"

_TABLE: Mapping[str, Any] = tomllib.loads(DOUBTS_TABLE.read_text("utf-8"))


def _by_code(table: Mapping[str, list[str]]) -> dict[str, re.Pattern[str]]:
    return {code: compile_phrases(phrases, _TABLE) for code, phrases in table.items()}


def _hint(name: str) -> re.Pattern[str]:
    """Return a pattern for a word that begins like one of a list, tried by its first letter."""
    letters: dict[str, list[str]] = {}
    for word in sorted(str(_TABLE[name]).split()):
        letters.setdefault(word[0], []).append(word[1:])
    options = "|".join(f"[{one}{one.upper()}](?:{'|'.join(rest)})" for one, rest in letters.items())
    firsts = "".join(letters)
    capitals = "|".join(word.upper() for rest in [str(_TABLE[name]).split()] for word in rest)
    return re.compile(rf"(?<![A-Za-z])(?=[{firsts}{firsts.upper()}])(?:{options}|{capitals})")


SENTENCE_HINT, WHOLE_HINT, MACHINES_HINT = _hint("hints"), _hint("hints_whole"), _hint("hints_machines")
"""What must stand in a text for a phrase of the table to match: it is looked for first, for it is cheap."""

WHOLE = _by_code(_TABLE["whole"])
"""What a page says of the whole of itself."""

SECTIONS = _by_code(_TABLE["sections"])
"""Headings of the parts of a page that are not the writer's word."""

MACHINES = compile_phrases(_TABLE["addressed_to_machines"]["phrases"], _TABLE)
TAKEN_BACK = compile_phrases(_TABLE["taken_back"]["phrases"], _TABLE)
TAKEN_BACK_WHOLE = compile_phrases(_TABLE["taken_back"]["whole"], _TABLE)
LEAD_INS = tuple(
    (compile_phrases(_TABLE[name]["phrases"], _TABLE), str(_TABLE[name]["code"]))
    for name in ("lead_in", "supposed_lead_in")
)

_LABELS = _by_code(_TABLE["labels"])
_TRUTH = re.compile(
    compile_phrase("|".join(_TABLE["truths"]["labels"]), _TABLE).pattern + r"\s*[:–—]", re.IGNORECASE
)
_BEFORE_LABEL = r"[\s*#>•“\"‘'(\[-]*"

TITLES = {
    code: re.compile(rf"{_BEFORE_LABEL}{_LABELS[code].pattern}\s*(?:[:|\])–—-]|\Z)", re.IGNORECASE)
    for code in ("satire", "fiction", "quiz")
}
"""Labels at the head of a title that tell of the whole page."""

_AT_HEAD = {
    code: re.compile(
        rf"{_BEFORE_LABEL}{pattern.pattern}(?:[”\"’')\]*]*\s*(?::|[–—]|\s-\s)[*”\"’')\]]*\s*|\s*[\])][*\s:–—-]*)",
        re.IGNORECASE,
    )
    for code, pattern in _LABELS.items()
}
_ALONE = {
    code: re.compile(rf"{_BEFORE_LABEL}{pattern.pattern}\s*[:*_)\].!?“”\"-]*\s*", re.IGNORECASE)
    for code, pattern in _LABELS.items()
}


LONGEST_LABEL = 80
_MARK_OF_LABEL = re.compile(r"[:–—\])]|\s-\s")


def label_at(text: str, start: int) -> tuple[int, str] | None:
    """Return where a label at ``start`` ends and its code, or None where none stands there."""
    if _MARK_OF_LABEL.search(text, start, start + LONGEST_LABEL) is None:
        return None
    for code, pattern in _AT_HEAD.items():
        if (match := pattern.match(text, start)) and text[match.end() :].strip():
            return (match.end(), code)
    return None


def lone_label(line: str) -> str | None:
    """Return the code of a line that is a label and nothing else."""
    if len(line) > LONGEST_LABEL:
        return None
    return next((code for code, pattern in _ALONE.items() if pattern.fullmatch(line)), None)


def truth_after(text: str) -> int:
    """Return where a text turns to what is so ("Fact:"), or its length."""
    found = _TRUTH.search(text)
    return found.start() if found else len(text)


_AFTER = tuple(
    (
        compile_phrases(_TABLE[name]["phrases"], _TABLE),
        str(_TABLE[name]["code"]),
        name == "denied_after",
    )
    for name in ("denied_after", "called_false_after", "rumoured_after", "invented_after")
)
_BEFORE = compile_phrases(_TABLE["denied_before"]["phrases"], _TABLE)
_BEFORE_CODE = str(_TABLE["denied_before"]["code"])

_SURVEYED = re.compile(
    r"%|\bper\s?cent\b|\bin\s+(?:two|three|four|five|six|ten|\d+)\b|\bmajority\b|\brespondents\b|\bpolled\b|\bsurveyed\b"
    r"|\bhalf\b|\bthirds?\b|\bquarters?\b",
    re.IGNORECASE,
)
"""In a sentence on a survey "denied", "wrong" and "false" are mostly what people answered."""

_NEW_CLAUSE = re.compile(
    r"[,;:(–—-]\s*(?:(?:but|and|though|although|yet|however|while)\b,?\s*)?\Z", re.IGNORECASE
)
_TURN = re.compile(
    r"[;…]|,?\s+(?:but|whereas|although|though|instead)\b"
    r"|,?\s+(?:and|saying|adding|stressing|insisting|while|as)\s+(?:(?:it|he|she|they|the\s+\w+)\s+)?"
    r"(?:said|says|added|confirmed|announced|stressed|insisted|told|explained|stated|that)\b"
    r"|,\s+(?:saying|adding|stressing|insisting|explaining|confirming)\b",
    re.IGNORECASE,
)
"""Where what follows is no longer under the word that denies."""


def after_cues(sentence: str) -> Iterator[tuple[Span, str, bool]]:
    """Yield the stretches of a sentence behind words that deny them, the code, and whether it is negated."""
    is_survey = _SURVEYED.search(sentence) is not None
    for pattern, code, is_negation in _AFTER:
        if is_survey and is_negation:
            continue
        for match in pattern.finditer(sentence):
            turn = _TURN.search(sentence, match.end())
            yield Span(match.end(), turn.start() if turn else len(sentence)), code, is_negation


def before_cues(sentence: str) -> Iterator[tuple[Span, str, bool]]:
    """Yield the stretches of a sentence before words that deny them."""
    is_survey = _SURVEYED.search(sentence) is not None
    for match in _BEFORE.finditer(sentence):
        if match.start() > 0 and not (is_survey and not _NEW_CLAUSE.search(sentence, 0, match.start())):
            yield Span(0, match.end()), _BEFORE_CODE, False
