"""The metadata at the head of an essay: read where it is good, told where it is bad, never an error."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.reading.front_matter import read_front_matter, say_in_front

GOOD = """---
id: fares-2022
title: "Seats: gone"
author: [Ann Bee, Cay Dee]
date: 22 September 2022
publish_at: 2022-09-23T08:00:00+02:00
sources:
  - http://example.org/a
  - url: http://example.org/b
  - notes/column.html
tags: [a, b]
---
Body
"""


def test_every_key_is_read() -> None:
    head = read_front_matter(GOOD)
    assert GOOD[head.end :] == "Body\n"
    assert (head.essay_key, head.title, head.author) == ("fares-2022", "Seats: gone", "Ann Bee, Cay Dee")
    assert head.published_on == date(2022, 9, 22)
    assert head.publish_at == datetime(2022, 9, 23, 6, 0, tzinfo=UTC)
    assert head.sources == ("http://example.org/a", "http://example.org/b", "notes/column.html")
    assert head.faults == ()


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        ("title: [a", "is not valid YAML (line 3: "),
        ("a: b: c", "is not valid YAML (line 2: mapping values are not allowed here)"),
        ("- a\n- b", "is a list, not keys with values"),
        ("id: [1, 2]", "has a 'id' that is not text"),
        ("title: {a: b}", "has a 'title' that is not text"),
        ("date: yesterday", "has a 'date' that is not a date ('yesterday')"),
        ("date: 2022-13-45", "has a 'date' that is not a date ('2022-13-45')"),
        ("publish_at: soon", "has a 'publish_at' that is not a time ('soon')"),
        ("publish_at: 0001-01-01", "has a 'publish_at' that is not a time ('0001-01-01')"),
        ("sources: {a: b}", "has 'sources' that are not a list"),
        ("sources: [[a]]", "has a source that is not an address"),
        ("a: &a [x, x]\nb: *a", "is not valid YAML (it uses an alias)"),
        ("a: " + "[" * 40 + "]" * 40, "is not valid YAML (it nests too deep)"),
        ("{1: 2}: 3", "is not valid YAML"),
        ("title: \x07", "is not valid YAML"),
    ],
)
def test_bad_front_matter_is_told_and_the_body_still_read(block: str, fault: str) -> None:
    text = f"---\n{block}\n---\nBody"
    head = read_front_matter(text)
    assert text[head.end :] == "Body"
    assert len(head.faults) == 1
    assert head.faults[0].startswith(fault)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No block",
        "---\nnever closed",
        "---\nProse between two rules.\n---\nMore",
        "----\ntitle: four dashes\n----\n",
        " ---\ntitle: indented\n---\n",
    ],
)
def test_what_is_no_front_matter_stays_text(text: str) -> None:
    assert read_front_matter(text).end == 0


def test_a_tag_builds_no_object() -> None:
    head = read_front_matter('---\nid: !!python/object/apply:os.system ["true"]\ntitle: kept\n---\n')
    assert (head.essay_key, head.title) == (None, "kept")
    assert head.faults == ("has a 'id' that is not text",)


def test_escapes_that_cannot_be_stored_are_replaced() -> None:
    assert read_front_matter('---\ntitle: "a\\ud800\\0b"\n---\n').title == "a\ufffd\ufffdb"


@given(st.text(alphabet="abc:-[]{}&*!?|>'\"#%@`, \n\t0123456789~", max_size=200))
def test_any_block_is_read_without_an_error(block: str) -> None:
    text = f"---\n{block}\n---\nBody"
    assert 0 <= read_front_matter(text).end <= len(text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Body\n", "Body\n"),
        (GOOD, "Body\n"),
        ("---\n---\nBody\n", "Body\n"),
        ("---\n{title: Old, author: [Cay]}\n...\nBody\n", "Body\n"),
        ("---\nA rule, and prose.\n\n---\nMore.\n", "---\nA rule, and prose.\n\n---\nMore.\n"),
        ("---\nno end", "---\nno end"),
        ("--- a dash", "--- a dash"),
    ],
)
def test_what_is_said_of_a_text_stands_in_its_head(text: str, left: str) -> None:
    said = say_in_front(text, {"title": 'Boats: "new" – yes', "date": "2026-05-03"})
    before, head = read_front_matter(text), read_front_matter(said)
    assert (head.title, head.published_on) == ('Boats: "new" – yes', date(2026, 5, 3))
    assert (head.author, head.essay_key, head.publish_at) == (
        before.author,
        before.essay_key,
        before.publish_at,
    )
    assert (head.sources, head.faults) == (before.sources, ())
    assert said[head.end :].lstrip("\n") == left


@pytest.mark.parametrize(("block", "why"), [("title: [a", "not valid YAML"), ("- a\n- b", "no list of keys")])
def test_a_head_that_cannot_be_read_is_not_written_over(block: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        say_in_front(f"---\n{block}\n---\nBody\n", {"title": "Boats"})
