"""Finds where a source only repeats the essay that cites it: a source of that kind proves nothing.

A page that says "Ana Kolar writes in A letter from the harbour that tickets were sold out" has the essay's
word for it, and so has one that was written later and has its sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from urllib.parse import urlsplit

from factdesk.model import Essay, Span
from factdesk.text.folds import fold_words
from factdesk.text.sentences import split_sentences

RUN_WORDS = 8
"""Eight words in a row are not written twice by chance."""

FEWEST_SHARED = 2
"""So many sentences of an essay stand in a later page only where it was copied; one may be a formula, or the
words of somebody whom both quote."""

NEAR_RUN = 3
NEAR_SHARE = 0.5
"""A sentence of which this share of the runs of three words stands in a text is there but for a word: one
word changed in the middle of eight breaks three of six runs."""

MOST_NAMES = 5
SHORTEST_TITLE = 3
"""A title of fewer words ("Ice, again") may stand anywhere without being meant."""

_SAYS = (
    r"(?:writes?|wrote|written|says?|said|claims?|claimed|argues?|argued|reports?|reported|notes?|noted|tells?"
    r"|told|recalls?|recalled|complains?|complained|observes?|observed|states?|stated|puts?|has it|had it"
    r"|mentions?|adds?)"
)
_ACCORDING = r"(?:according\s+to|as|quoting|citing|cites|quotes|quoted\s+by|in\s+the\s+words\s+of)"
_PARTICLES = ("de", "da", "do", "dos", "del", "di", "von", "van", "der", "den", "al", "el", "bin", "ibn", "y")
_PIECE = r"(?:essay|article|column|letter|post|piece|blog|story|commentary|op-ed|note|text)"
_QUOTED_ON = re.compile(r"\s*[“\"«]")


def find_repeats(
    text: str, published_on: date | None, essay: Essay, essay_text: str, url: str | None = None
) -> tuple[Span, ...]:
    """Return the stretches of a source's text that only repeat an essay, in reading order.

    Those are sentences that name its author, title or address as whose word it is, with the quotation that
    they begin; and where the source is later than the essay, the sentences that it took over. A source that
    is older than the essay repeats nothing of it. ``url`` is the source's address: a site may name itself.
    """
    if _is_older(published_on, essay.published_on):
        return ()
    sentences = split_sentences(text)
    found = [*_attributed(text, sentences, essay, url or "")]
    if _is_older(essay.published_on, published_on):
        shared = _shared(text, sentences, essay_text)
        found += shared if len(shared) >= FEWEST_SHARED else []
    return tuple(sorted(set(found), key=lambda one: (one.start, one.end)))


def _is_older(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and one < other


def _attributed(text: str, sentences: Sequence[Span], essay: Essay, url: str) -> Iterator[Span]:
    pattern = _naming(essay, url)
    if pattern is None or pattern.search(text) is None:
        return
    for number, sentence in enumerate(sentences):
        if pattern.search(text, sentence.start, sentence.end) is None:
            continue
        yield sentence
        if number + 1 < len(sentences) and _QUOTED_ON.match(text, sentences[number + 1].start):
            yield sentences[number + 1]


def _naming(essay: Essay, url: str) -> re.Pattern[str] | None:
    """Return a pattern for words that give something as an essay's word, or None for one without a name."""
    forms = []
    if essay.author and _is_person(essay.author):
        name = re.escape(essay.author.strip())
        forms += [
            rf"\b{name}(?:,[^,.;]{{2,60}},)?\s+(?:\w+\s+){{0,2}}?{_SAYS}\b",
            rf"\b{_SAYS}\s+(?:\w+\s+){{0,2}}?{name}\b",
            rf"\b{_ACCORDING}\s+(?:\w+\s+){{0,3}}?{name}\b",
        ]
    if essay.title and len(essay.title.split()) >= SHORTEST_TITLE:
        title = re.escape(essay.title.strip(" .!?"))
        forms.append(rf"(?:[“\"‘'«*_]|\b{_PIECE}\s+(?:called\s+|titled\s+|entitled\s+)?){title}")
    if (host := _host(essay.uri)) and host != _host(url):
        forms.append(rf"(?<![\w@-]){re.escape(host)}\b")
    forms = [form.replace(r"\ ", r"\s+") for form in forms]
    return re.compile("|".join(forms), re.IGNORECASE) if forms else None


def _is_person(author: str) -> bool:
    """Whether an author is named like one: "Nela Vidošević", not "Briefing desk"."""
    words = author.split()
    names = [word for word in words if word not in _PARTICLES]
    return 2 <= len(words) <= MOST_NAMES and all(word[0].isupper() for word in names)


def _host(uri: str) -> str:
    try:
        return (urlsplit(uri).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _shared(text: str, sentences: Sequence[Span], essay_text: str) -> list[Span]:
    """Return the sentences of a text of which eight words in a row stand in the essay."""
    own = _runs_text(essay_text)
    return [one for one in sentences if _has_run(fold_words(one.cut(text)), own)]


def _has_run(words: Sequence[str], text: str) -> bool:
    runs = range(len(words) - RUN_WORDS + 1)
    return any(f" {' '.join(words[at : at + RUN_WORDS])} " in text for at in runs)


@lru_cache(maxsize=32)
def _runs_text(text: str) -> str:
    return f" {' '.join(fold_words(text))} "


def echoes_essay(text: str, essay_text: str, sentence: str) -> bool:
    """Whether a text has a claim's sentence but for a word or two, and another of its essay without a figure.

    The sentence alone is no sign: what is written of a fare or a poll is much alike everywhere. What the
    essay tells besides is its own.
    """
    said = _runs_text(text)
    if not _stands_near(sentence, said):
        return False
    others = [one.cut(essay_text) for one in split_sentences(essay_text)]
    return any(
        not any(char.isdigit() for char in one) and _stands_near(one, said)
        for one in others
        if sentence not in one and one not in sentence
    )


def _stands_near(sentence: str, said: str) -> bool:
    words = fold_words(sentence)
    if len(words) < RUN_WORDS:
        return False
    runs = [f" {' '.join(words[at : at + NEAR_RUN])} " for at in range(len(words) - NEAR_RUN + 1)]
    return sum(run in said for run in runs) >= NEAR_SHARE * len(runs)
