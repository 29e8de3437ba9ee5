"""No text makes the text layer's work grow faster than its length.

Work is counted in calls, by a profiler that counts and does nothing else, so that these tests say the
same on a busy machine. What happens inside of one regular expression is no call: each pattern is run
over the same hostile texts, with a limit a hundred times what one pass over them takes.
"""

import importlib
import pkgutil
import re
import sys
import time
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import factdesk.text
from factdesk.claims.find import find_claims
from factdesk.text.dates import find_dates
from factdesk.text.places import find_places
from factdesk.text.quantities import find_changes, find_quantities
from factdesk.text.sentences import split_paragraphs, split_sentences

MOST_GROWTH = 2.3
"""Twice the text may cost at most so many times the work."""
ALLOWANCE = 3_000
"""Calls that a text of any length may cost besides."""
MOST_CALLS_A_CHARACTER = 700
SHORT = 1_200
PATTERN_CHARACTERS = 20_000
PATTERN_SECONDS = 0.5


def quantities_and_changes(text):
    return find_changes(text, find_quantities(text))


def dates(text):
    return find_dates(text, date(2022, 9, 22))


GRAMMAR = [quantities_and_changes, dates, find_places, split_sentences, split_paragraphs]


def work_of(read, text):
    """Return how many calls and returns reading a text takes."""
    calls = 0

    def count(*_):
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        read(text)
    finally:
        sys.setprofile(None)
    return calls


RUNS = {
    "digits": "7",
    "digits of another script": "٣",
    "currency signs": "$",
    "amounts": "$5 ",
    "amounts in rupees": "₹5 ",
    "numbers": "5 ",
    "numbers on lines": "5\n",
    "groups": "100 ",
    "commas": "1,",
    "full stops": "1.",
    "fractions": "5/",
    "vulgar fractions": "½",
    "per cents": "5% ",
    "ranges": "5 to 5 to ",
    "alternatives": "5 or ",
    "dashed ranges": "5-",
    "open ranges": "from $5 to ",
    "openers": "between 5 and ",
    "limits": "more than 5 and less than 9, ",
    "restated": "$5 (£5) ",
    "brackets with amounts": "(£5)",
    "subunits": "$5 and ",
    "and": "and ",
    "articles": "a a a ",
    "halves": "half a ",
    "and halves": "and a half ",
    "one in": "one in ",
    "number words": "one hundred and ",
    "scales": "million ",
    "figures and scales": "5 million ",
    "modifiers": "no more than ",
    "spaces": " ",
    "lines": "\n",
    "brackets": "([",
    "closing brackets": ")]",
    "dashes": "– ",
    "hyphens": "-",
    "nested quotes": "“'",
    "quotes and stops": "”.’",
    "ellipses": "...",
    "stops": "?! ",
    "initials": "A. ",
    "words with marks": "x'",
    "addresses": "http://a ",
    "mail": "a@b.c ",
    "bullets": "\n- 1) ",
    "last": "last ",
    "dates": "in May ",
    "days before": "the day before ",
    "years": "2014-",
    "dates in figures": "1/2/2014/",
    "places": "Georgia, US ",
    "combining marks": "e\u0301",
    "wide stops": "。」",
    "right to left": "ر.س ",
    "lone surrogates": "\ud800",
}


@pytest.mark.parametrize("read", GRAMMAR, ids=lambda read: read.__name__)
@pytest.mark.parametrize("piece", list(RUNS.values()), ids=list(RUNS))
def test_twice_the_run_is_twice_the_work(piece, read):
    once, twice = (piece * (size // len(piece)) for size in (SHORT, 2 * SHORT))
    read(twice)
    least = work_of(read, once)
    assert work_of(read, twice) <= MOST_GROWTH * least + ALLOWANCE
    assert least <= MOST_CALLS_A_CHARACTER * SHORT


IN_CLAIMS = RUNS | {
    "prices": "£5 a ticket ",
    "prices in brackets": "a ticket is £5 (€6), ",
    "polls": "62% of ",
    "shares in brackets": "62% of adults (9%) said so ",
    "sold out": "sold out ",
    "asides": "tickets, gone since May, are sold out ",
}
MOST_CALLS_A_CHARACTER_OF_CLAIMS = 1_000


@pytest.mark.parametrize("piece", list(IN_CLAIMS.values()), ids=list(IN_CLAIMS))
def test_twice_the_run_is_twice_the_work_of_claims(piece):
    once, twice = (piece * (size // len(piece)) for size in (2_000, 4_000))
    find_claims(twice)
    least = work_of(find_claims, once)
    assert work_of(find_claims, twice) <= MOST_GROWTH * least + ALLOWANCE
    assert least <= MOST_CALLS_A_CHARACTER_OF_CLAIMS * len(once)


PIECES = st.lists(
    st.sampled_from([*RUNS.values(), "$", "to", "five", "May", "(", "3rd", "the "]), max_size=30
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PIECES.map("".join) | PIECES.map(" ".join))
def test_twice_any_text_is_twice_the_work(text):
    for read in GRAMMAR:
        read(text * 16)
        assert work_of(read, text * 16) <= MOST_GROWTH * work_of(read, text * 8) + ALLOWANCE


ENCODINGS = st.sampled_from(["utf-8", "latin-1", "utf-16", "utf-16-le", "cp1252", "koi8-r", "shift_jis"])


@settings(deadline=None, max_examples=200)
@given(
    st.builds(lambda body, code: body.decode(code, "replace"), st.binary(max_size=400), ENCODINGS)
    | st.text(st.characters(categories=None), max_size=300)
)
def test_any_text_is_read(text):
    for read in (*GRAMMAR, find_claims):
        read(text)


@pytest.mark.parametrize("piece", ["$5 ", "7", "5 to ", "(£5)", "and ", "“", "A. ", "in May ", "\n"])
def test_a_hundred_thousand_characters_are_read(piece):
    text = piece * (100_000 // len(piece))
    for read in GRAMMAR:
        read(text)


def patterns():
    for module in pkgutil.iter_modules(factdesk.text.__path__, "factdesk.text."):
        for name, pattern in vars(importlib.import_module(module.name)).items():
            if isinstance(pattern, re.Pattern):
                yield pytest.param(pattern, id=f"{module.name.rpartition('.')[2]}.{name}")


ANCHORED = frozenset(
    [
        *("sentences._LAST_TOKEN", "sentences._NEXT_TOKEN", "sentences._DOTTED", "sentences._SAID_NEXT"),
        *("sentences._BULLET", "places._WORD_BEFORE", "price_tags._TAG", "date_patterns.PATTERN"),
        *("dates.PATTERN", "numbers._ENGLISH", "numbers._INDIAN", "numbers._DOTTED", "numbers._SWISS"),
        "numbers._DECIMAL",
    ]
)
"""Patterns that are tried at one place only: of a line, of a figure, or of at most 48 characters."""


@pytest.mark.parametrize("pattern", list(patterns()))
def test_no_pattern_goes_back_over_what_it_read(request, pattern):
    is_anchored = request.node.callspec.id in ANCHORED
    for piece in RUNS.values():
        text = piece * (PATTERN_CHARACTERS // len(piece))
        began = time.process_time()
        pattern.match(text) if is_anchored else pattern.sub("", text)
        assert time.process_time() - began < PATTERN_SECONDS, piece
