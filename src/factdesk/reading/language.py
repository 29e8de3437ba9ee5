"""Whether a text is English, by its share of stop words. Cheap, and careful: in doubt it says None."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[a-zA-ZÀ-ɏ]")
_STOP_WORDS = {
    "en": (
        "the of and to in is that it was for on with as are be at by this have from or had not but were they"
    ),
    "de": (
        "der die und das ist nicht mit den von zu auf dem ein eine sich des auch für wird werden sind "
        "wurde im"
    ),
    "fr": (
        "le la les des et est une dans pour que qui pas sur au par plus avec sont cette ont été aux du il ce"
    ),
    "es": (
        "el los las del que una por con para como más pero sus está fue han sobre también al lo se su es en y"
    ),
    "it": (
        "il di che è della per una sono con non del gli anche nel alla dei delle ha più come questo lo dal le"
    ),
    "pt": (
        "os da do que em uma para com não por mais dos como foi ao das são pelo pela também ele seu já na no"
    ),
    "nl": (
        "de het een en van dat niet te zijn op voor met aan er ook als maar bij werd naar wordt uit deze zich"
    ),
    "sv": (
        "och att det som på är av för med den till inte har om ett var från kan men vid också blev de sig"
    ),
    "pl": ("w na nie się jest do to że z jak po co ale za od przez tym jego był oraz dla są przy tego który"),
}
_SETS = {code: frozenset(words.split()) for code, words in _STOP_WORDS.items()}
_SAMPLE_CHARACTERS = 40_000
_MIN_WORDS = 25
_MIN_LETTERS = 150
OTHER = "other"
"""Said of a text that is clearly not English and in none of the languages known here."""


def guess_language(text: str) -> str | None:
    """Return ``en``, another language's code, ``other`` for another script, or None when unclear."""
    words = [word.lower() for word in _WORD.findall(text[:_SAMPLE_CHARACTERS])]
    letters = sum(map(len, words))
    latin = sum(1 for word in words for letter in word if _LATIN.match(letter))
    if letters >= _MIN_LETTERS and latin < letters * 0.2:
        return OTHER
    if len(words) < _MIN_WORDS:
        return None
    shares = {code: sum(word in known for word in words) / len(words) for code, known in _SETS.items()}
    english = shares.pop("en")
    other = max(shares, key=lambda code: shares[code])
    if english < 0.08 and shares[other] > 0.15 and shares[other] > 3 * english:
        return other
    return "en" if english >= 0.15 and english > shares[other] else None
