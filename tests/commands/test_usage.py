"""A command line that cannot be read: one sentence that names what is wrong, and whose help to read."""

from __future__ import annotations

import pytest
from cyclopts import CycloptsError

from factdesk.cli import app
from factdesk.cli.usage import usage_line
from program import Run

SENTENCES = [
    (
        "claims",
        "factdesk claims lacks its PATH (a file, or - for standard input); see factdesk claims --help",
    ),
    ("judge", "factdesk judge lacks its PAIRS (a JSONL file, or - for standard input; each line has id"),
    (
        "decide",
        "factdesk decide lacks its CLAIM (the claim's id or any unique beginning of it); see factdesk",
    ),
    ("export dossier", "factdesk export dossier lacks its CLAIM (the claim's id"),
    ("schedules pause", "factdesk schedules pause lacks its NAME (a deployment, or one schedule of it"),
    ("queue --limit", "--limit is given without its value; see factdesk queue --help"),
    (
        "queue --limit many",
        'Invalid value for --limit: unable to convert "many" into int; see factdesk',
    ),
    ("text one.md two.md", "factdesk text has no use for 'two.md': leave it out, or put what has blanks"),
    ("queue --explian", "Unknown option: --explian"),
    ("clams", 'Unknown command "clams". Did you mean "claims"?; see factdesk --help'),
]


@pytest.mark.parametrize(("line", "sentence"), SENTENCES)
def test_it_is_told_with_the_mend(line: str, sentence: str) -> None:
    with pytest.raises(CycloptsError) as refused:
        app(line.split(), exit_on_error=False, print_error=False)
    told = usage_line(refused.value, app)
    assert told.startswith(sentence)
    assert told.endswith(" --help")
    assert "\n" not in told


def test_the_program_says_it_alone_and_ends_with_2(factdesk: Run) -> None:
    ended = factdesk("decide")
    assert (ended.code, ended.out) == (2, "")
    assert ended.error_line().startswith("factdesk: factdesk decide lacks its CLAIM")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("decide", "12ab"), "no rating is given for 12ab; add one of supported, partially_supported"),
        (("decide", "12ab", "refuted", "--undo"), "a rating and --undo are given for 12ab; leave one"),
    ],
)
def test_a_decision_says_what_it_lacks(factdesk: Run, arguments: tuple[str, ...], sentence: str) -> None:
    ended = factdesk(*arguments)
    assert ended.code == 2
    assert sentence in ended.error_line()
