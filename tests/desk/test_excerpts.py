"""What of a text stands on a page: some of it around a mark, however long the text or the mark is."""

from __future__ import annotations

from factdesk.desk.texts import CONTEXT_AFTER, CONTEXT_BEFORE, MOST_MARKED, Excerpt, Mark, cut_excerpt
from factdesk.model import Span


def shown(excerpt: Excerpt) -> str:
    return "".join(one.text for one in excerpt.stretches)


def marked(excerpt: Excerpt, kind: str) -> str:
    return "".join(one.text for one in excerpt.stretches if kind in [mark.kind for mark in one.marks])


def test_of_a_long_text_some_is_shown_around_the_mark() -> None:
    text = "The tram is late.\n" * 60_000
    span = Span(500_004, 500_021)
    excerpt = cut_excerpt(text, [Mark(span, "claim")], span)
    assert marked(excerpt, "claim") == text[span.start : span.end]
    assert len(shown(excerpt)) <= CONTEXT_BEFORE + CONTEXT_AFTER + 17
    assert excerpt.before + len(shown(excerpt)) + excerpt.after == len(text)
    assert text[excerpt.before :].startswith(shown(excerpt))


def test_of_a_sentence_without_an_end_the_beginning_is_shown_and_marked() -> None:
    text = "x" * 1_000_000
    span = Span(2_000, 900_000)
    inner = Mark(Span(2_100, 2_200), "match")
    beyond = Mark(Span(800_000, 800_010), "conflict")
    excerpt = cut_excerpt(text, [Mark(span, "passage"), inner, beyond], span)
    assert len(shown(excerpt)) == CONTEXT_BEFORE + MOST_MARKED + CONTEXT_AFTER
    assert len(marked(excerpt, "passage")) == MOST_MARKED + CONTEXT_AFTER
    assert len(marked(excerpt, "match")) == 100
    assert marked(excerpt, "conflict") == ""


def test_a_mark_beyond_the_text_breaks_nothing() -> None:
    excerpt = cut_excerpt("short", [Mark(Span(3, 90), "claim"), Mark(Span(50, 60), "match")], Span(3, 90))
    assert shown(excerpt) == "short"
    assert marked(excerpt, "claim") == "rt"
