"""No figure is denied, asked for or supposed without one of the words that are looked for first."""

import re
import tomllib
from pathlib import Path

import pytest

from factdesk.claims.contexts import Document
from factdesk.claims.phrases import compile_phrase, load_phrases
from factdesk.claims.price_words import TABLE
from factdesk.evidence.sentence_findings import may_deny, read_sentence

CASES = Path(__file__).parents[1] / "cases"
OPTION = re.compile(r"\(\?:([^()]*)\)(\??)")


@pytest.mark.parametrize("kind", ["price", "poll"])
def test_the_figures_denied_in_the_cases_stand_beside_such_a_word(kind):
    denied = 0
    table = tomllib.loads((CASES / f"{kind}.toml").read_text("utf-8"))
    for case in (*table["hit"], *table["miss"]):
        for context in Document(case["text"]).contexts():
            if read_sentence(kind, context).denied:
                denied += 1
                assert may_deny(kind, context.sentence.cut(context.text)), case["text"]
    assert denied


def ways_of(phrase):
    """Yield texts that a phrase of a table matches, each of its options taken in turn."""
    match = OPTION.search(phrase)
    if match is None:
        said = re.sub(r"\\w\+|\[\^;\?!\]\{3,160\}\?", "word", phrase).replace("'s[rd]?", "")
        said = re.sub(r"(\w)\?", r"\1", re.sub(r"\[(\w)\w*\](\?)?", r"\1", said))
        yield re.sub(r"\{0,\d\}\??", "", said)
        return
    for option in match.group(1).split("|"):
        yield from ways_of(phrase[: match.start()] + option + phrase[match.end() :])


def test_every_phrase_that_denies_has_such_a_word():
    flags, poll = load_phrases("flags"), load_phrases("poll")
    names = ("negated", "disbelieved", "said_false", "not_before")
    phrases = [one for name in names for one in flags[name]] + poll["denied_days"] + TABLE["nobody"]
    for phrase in phrases:
        matched = [said for said in ways_of(phrase) if compile_phrase(phrase, flags).fullmatch(said)]
        assert matched, phrase
        for said in matched:
            assert may_deny("price", said), said


def test_of_other_kinds_every_sentence_is_read():
    assert may_deny("count", "The choir has forty members.")
    assert not may_deny("poll", "Forty per cent like the choir.")
