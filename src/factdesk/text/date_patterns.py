"""The one pattern of dates, compiled from the table. Every repetition in it is bounded, so it is linear."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from factdesk.text.lexicons import load_table

TABLE: dict[str, Any] = load_table("dates")


def _any_of(words: Iterable[str]) -> str:
    """Return the alternatives, longest first; the words of a phrase may stand three spaces apart."""
    return "|".join(
        re.escape(word).replace(r"\ ", r"\s{1,3}") for word in sorted(words, key=len, reverse=True)
    )


_FULL = [name for name in TABLE["months"] if len(name) > 4 or name in ("may", "june", "july")]
_MONTH = rf"(?:{_any_of(_FULL)}|(?:{_any_of(set(TABLE['months']) - set(_FULL))})\b\.?)"
_YEAR = r"(?:1[4-9]\d\d|20\d\d)"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_TO = r"\s?(?:-|–|—|to|until|till|through)\s?"
_WEEKDAY = rf"(?:{_any_of(TABLE['weekdays'])})"
_OF_DAY = rf"(?:(?:on\s)?{_WEEKDAY},?\s)?"
_COUNTED = TABLE["counted"]["words"].replace(" ", "|")
_NUMBER = rf"\d{{1,3}}|{_any_of(TABLE['numbers'])}"
_UNIT = _any_of(TABLE["units"])

PATTERN = re.compile(
    rf"""
    (?:
      (?P<iso>(?P<iso_year>{_YEAR})(?P<iso_sign>[-/.])(?P<iso_month>\d\d)(?P=iso_sign)(?P<iso_day>\d\d)(?!\d))
    | (?P<written>
        (?P<wr_one>\d\d?)(?P<wr_sign>[/.-])(?P<wr_two>\d\d?)(?P=wr_sign)
        (?P<wr_year>{_YEAR}|(?<=/)\d\d)(?![\d/]|[.-]\d))
    | (?P<years>
        (?:(?:(?:from|in|during|over|the\syears)\s)?
            (?P<ys_first>{_YEAR})(?:{_TO}(?P<ys_last>{_YEAR})|[-–](?P<ys_short>\d\d))
          |between\s(?P<yb_first>{_YEAR})\sand\s(?P<yb_last>{_YEAR}))
        \b(?![,.]\d|\s?[%€$£]|\s(?:{_COUNTED})))
    | (?P<day_month>{_OF_DAY}
        (?:(?:on\s)?the\s)?(?:(?P<dm_first>{_DAY}){_TO})?(?P<dm_day>{_DAY})\s(?:of\s)?(?P<dm_month>{_MONTH})\b
        (?:,?\s(?P<dm_year>{_YEAR})\b)?)
    | (?P<month_day>{_OF_DAY}
        (?P<md_month>{_MONTH})\s(?:the\s)?(?:(?P<md_first>{_DAY}){_TO})?(?P<md_day>{_DAY})\b(?!\s?%|[.,]\d)
        (?:,?\s(?P<md_year>{_YEAR})\b)?)
    | (?P<months>
        (?:(?:from|in)\s)?(?P<ms_first>{_MONTH})(?:{_TO}|\sand\s)(?P<ms_last>{_MONTH})\b
        (?:,?\s(?:of\s)?(?P<ms_year>{_YEAR})\b)?)
    | (?P<months_between>
        between\s(?P<mb_first>{_MONTH})\sand\s(?P<mb_last>{_MONTH})\b(?:,?\s(?:of\s)?(?P<mb_year>{_YEAR})\b)?)
    | (?P<month_year>
        (?:(?:in|since|until|till|by|from|during|of|early|late|mid)[\s-])?(?:early\s|late\s|mid-?)?
        (?P<my_month>{_MONTH}),?\s(?:of\s)?(?P<my_year>{_YEAR})\b)
    | (?P<near>{_any_of(TABLE["near_days"])})\b
    | (?P<weekday>
        (?:(?P<wd_which>last|this|next|on|past|the\sprevious)\s)?(?P<wd_day>{_any_of(TABLE["weekdays"])})\b)
    | (?P<which>
        (?:the\s)?(?P<wh_which>last|this|next|past|previous)\s
        (?P<wh_unit>week|month|year|decade|century|quarter|weekend)\b)
    | (?P<window>
        (?:the\s)?(?P<wi_which>last|past|previous|next)\s(?P<wi_number>{_NUMBER})\s(?P<wi_unit>{_UNIT})s\b)
    | (?P<ago>
        (?:(?P<ago_number>{_NUMBER})|{_any_of(TABLE["vague_numbers"]["words"].split("|"))})\s
        (?P<ago_unit>{_UNIT})s?\s(?P<ago_side>ago|earlier|before|later|after)\b)
    | (?P<year_part>
        (?:the\s)?(?P<yp_part>{_any_of(TABLE["year_parts"])})(?:\sof)?\s(?P<yp_year>{_YEAR})\b)
    | (?P<season>
        (?P<se_which>last|this|next|the|in)\s(?:the\s)?(?P<se_season>{_any_of(TABLE["seasons"])})\b
        (?:\sof)?(?:\s(?P<se_year>{_YEAR})\b)?)
    | (?P<named_day>
        (?:on\s)?(?P<na_day>{_any_of(TABLE["named_days"])})\b(?:,?\s(?:of\s)?(?P<na_year>{_YEAR})\b)?)
    | (?P<month>
        (?P<mo_which>last|this|next|in|since|until|till|by|from|during|of|early|late|mid)[\s-]
        (?:early\s|late\s|mid-?)?(?P<mo_month>{_MONTH})(?!\w))
    | (?P<decade>(?:the\s)?(?:early\s|late\s|mid-)?(?P<de_year>(?:1[4-9]|20)\d0)s\b)
    | (?P<year>
        (?:in|since|of|by|until|till|from|during|before|after|late|early|mid|summer|spring|autumn|winter|and|to|the)
        [\s-](?:early\s|late\s|mid-?)?(?P<ye_year>{_YEAR})\b(?![,.]\d|\s?[%€$£]|\s(?:{_COUNTED})))
    | (?P<ordinal>on\sthe\s(?P<or_day>[12]\d|3[01]|[1-9])(?:st|nd|rd|th)\b)
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_OPENING = """
from in during over the between on since until till by of early late mid last this next past previous before
after summer spring autumn winter and to
"""
_CLOSING = (
    "morning afternoon evening night weekend quarter century half halloween eve boxing christmas valentine"
)


def _words_of(*tables: str) -> set[str]:
    return {word for table in tables for phrase in TABLE[table] for word in re.findall(r"\w+", phrase)}


def _first_words(phrases: Iterable[str]) -> set[str]:
    return {re.findall(r"\w+", phrase)[0] for phrase in phrases}


STARTS = frozenset(
    {
        *_OPENING.split(),
        *_words_of("months", "weekdays"),
        *_first_words((*TABLE["near_days"], *TABLE["numbers"], *TABLE["year_parts"], *TABLE["named_days"])),
        *_first_words(TABLE["vague_numbers"]["words"].split("|")),
    }
)
"""First words at which a date may begin, besides figures."""

SIGNS_OF_DATES = frozenset(
    {
        *_CLOSING.split(),
        *_words_of("months", "weekdays", "seasons", "near_days", "units", "named_days"),
        *(f"{unit}s" for unit in TABLE["units"]),
    }
) - {"the", "before", "last", "this", "new", "s"}
"""Words of which a date without a year in figures has at least one."""

NAMES = {
    "month": "mo_month",
    "month_day": "md_month",
    "day_month": "dm_month",
    "weekday": "wd_day",
    "months": "ms_first",
    "months_between": "mb_first",
}
"""The group of each form that is a name and must be written as one where it is also a verb ("may")."""
