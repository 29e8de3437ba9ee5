"""How far back the words of a poll reach: a later poll has a question and people of its own."""

from __future__ import annotations

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_any, load_phrases
from factdesk.claims.poll_words import POLLSTERS, read_words
from factdesk.model import Span

_TABLE = load_phrases("poll")
_NEW_POLL = compile_any(_TABLE["new_poll"], _TABLE)


def earlier_of_poll(context: SentenceContext) -> tuple[Span, ...]:
    """Return the sentences before this one that may speak of its poll, nearest first.

    "A later survey by Ipsos" begins another poll, and so does a new paragraph with another pollster.
    """
    if _NEW_POLL.search(context.text, context.sentence.start, context.sentence.end):
        return ()
    earlier: list[Span] = []
    for sentence in context.previous:
        if _is_of_another(context, sentence):
            break
        earlier.append(sentence)
        if _NEW_POLL.search(context.text, sentence.start, sentence.end):
            break
    return tuple(earlier)


def _is_of_another(context: SentenceContext, earlier: Span) -> bool:
    """Whether this sentence names a pollster, and one of an earlier paragraph that pollster does not."""
    if "\n\n" not in context.text[earlier.end : context.sentence.start]:
        return False
    named = _pollsters(context.text, context.sentence)
    return bool(named) and not named & _pollsters(context.text, earlier)


def _pollsters(text: str, stretch: Span) -> frozenset[str]:
    return frozenset(word.low for word in read_words(text, stretch.start, stretch.end)) & POLLSTERS
