"""What one edition of a source says is taken over for another only where a fresh reading says the same."""

import json
from pathlib import Path

import pytest

from factdesk.evidence.doubts import blank
from factdesk.evidence.passages import ParsedSource

ARTICLES = Path(__file__).parents[1] / "cases" / "articles.jsonl"
KINDS = ("price", "poll", "sellout")
DOLLARS = """Fares in Sydney went up on Monday. A day ticket is $12 now.

Nobody in Auckland pays that. The museum asks $9, and $4 for children.

"It was sold out," said the clerk in Toronto. The next tour costs $15. It is sold out too."""


def texts():
    articles = [json.loads(line)["source"] for line in ARTICLES.read_text("utf-8").splitlines()]
    return [DOLLARS, *articles]


@pytest.mark.parametrize("first", [1, 6])
def test_findings_taken_over_are_those_of_a_fresh_reading(first):
    taken = 0
    for text in texts():
        written = ParsedSource(text)
        gone = [one.sentence for one in written.contexts[first::10]]
        edited = blank(text, gone)
        fresh, alike = ParsedSource(edited), ParsedSource(edited, like=written)
        assert alike.figures == fresh.figures
        for kind in KINDS:
            known = {
                id(one) for number in range(len(written.contexts)) for one in written.findings(kind, number)
            }
            for number in range(len(fresh.contexts)):
                assert alike.findings(kind, number) == fresh.findings(kind, number)
                assert alike.is_silent(kind, number) is fresh.is_silent(kind, number)
                taken += any(id(one) in known for one in alike.findings(kind, number))
    assert taken


def test_the_other_edition_is_not_asked_where_the_words_before_have_changed():
    written = ParsedSource(DOLLARS)
    changed = ParsedSource(DOLLARS.replace("Sydney", "Boston"), like=written)
    assert written.figures[1][0].unit == "AUD"
    assert changed.figures[1][0].unit == "USD"
    assert changed.findings("price", 1)[0].values[0].unit == "USD"
