"""Sources that the essay does not link: which texts come near a claim, and which are no witness for it.

Texts are looked for by their words' stems. What is found is only a candidate: whether it says anything of the
claim is for the comparison of evidence to tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from factdesk import __version__
from factdesk.claims.alike import LIGHT_WEIGHT, NAME_WEIGHT, read_terms
from factdesk.model import (
    Claim,
    Essay,
    FacetName,
    Fetch,
    Snapshot,
    Source,
    SourceOutcome,
    text_sha256,
)
from factdesk.reading.essay_text import read_essay_text
from factdesk.text.folds import words_sha256
from factdesk.text.sentences import split_paragraphs
from factdesk.text.words import content_stems, words

ESSAY_EXTRACTOR = "essay 1"
"""Extractor of the snapshots whose text is that of an essay of this warehouse."""

MOST_SUGGESTED = 5
"""So many texts are compared with one claim at most: what ranks behind them shares little with it."""

MOST_LOOKED_AT = 20
"""So many texts of the best rank are read to choose from."""

MOST_WORDS = 16
"""So many words of a claim are looked for, names first."""

LEAST_SHARED = 3
"""Weighty words that one paragraph must share with the claim, a name among them. Fewer are shared by any two
texts about one city."""

SHINGLE_WORDS = 8
"""Eight words in a row are not written twice by chance."""

COPIED_SHARE = 0.5
"""A text of which so much stands in another, or the other way round, is a copy or a version of it."""

FEWEST_RUNS = 30
"""Runs of words from which on a share of them tells a copy."""

FEWEST_OWN_RUNS = 12
"""An essay of so many runs, nineteen words, stands whole in no other text by chance."""

PROSE_SHARE = 0.8
"""An essay of which less is prose, as one of lists, is not known by its prose alone."""

PROBE_WORDS = 5
"""A text that lacks one of the essay's so many longest words is not looked at any further."""

LONGEST_INDEXED = 300_000
"""Code points of a text by which it can be found, as many as a comparison looks at."""

_LETTERS = re.compile(r"[^\W_]+")
_SENTENCE_ENDS = (".", "!", "?", "…", ".”", "!”", "?”", '."', '!"', '?"', ".’", ".)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The stems by which texts near a claim are looked for: those of its names, and all of them in order."""

    names: frozenset[str]
    stems: tuple[str, ...]


def wanted_words(claim: Claim, sentence: str) -> Wanted | None:
    """Return what to look for, or None when the sentence names nobody and no place.

    A price or a share without any name is in a hundred texts about something else.
    """
    terms = [term for term in read_terms(sentence).terms if term.weight > LIGHT_WEIGHT]
    named = [facet.text for facet in claim.facets if facet.name is FacetName.ENTITY]
    names = [stem for name in named for stem in content_stems(name)]
    names += [stem for term in terms if term.form == "name" for stem in content_stems(term.word)]
    if not names:
        return None
    heavy = sorted(terms, key=lambda term: term.weight < NAME_WEIGHT)
    rest = [stem for term in heavy for stem in content_stems(term.word)]
    return Wanted(frozenset(names), tuple(dict.fromkeys([*names, *rest]))[:MOST_WORDS])


def index_words(text: str) -> str:
    """Return the words by which a text is found, as one line of stems."""
    return " ".join(index_word(stem) for stem in content_stems(text[:LONGEST_INDEXED]))


def index_word(stem: str) -> str:
    """Return a stem as one token: "300,000" is one word and not two."""
    return "".join(char for char in stem if char.isalnum()) or "_"


def comes_near(wanted: Wanted, text: str) -> bool:
    """Whether one paragraph of a text shares a name and enough other words with the claim."""
    cut = text[:LONGEST_INDEXED]
    for paragraph in split_paragraphs(cut):
        shared = set(content_stems(paragraph.cut(cut))).intersection(wanted.stems)
        if len(shared) >= LEAST_SHARED and shared & wanted.names:
            return True
    return False


Shingles = frozenset[int]


def shingle(text: str) -> Shingles:
    """Return the hashes of all runs of `SHINGLE_WORDS` words; of a shorter text the whole of it."""
    said = [word for word, _ in words(text[:LONGEST_INDEXED])]
    runs = max(1, len(said) - SHINGLE_WORDS + 1)
    return frozenset(hash(tuple(said[at : at + SHINGLE_WORDS])) for at in range(runs))


def is_copy(text: Shingles, essay: Shingles) -> bool:
    """Whether a text is the essay, a version of it, or a page that has it in full.

    Of a text of a sentence or two all must be there: half of it may be what everybody writes of a fare.
    """
    shorter = min(len(text), len(essay))
    return len(text & essay) >= shorter * (COPIED_SHARE if shorter >= FEWEST_RUNS else 1.0)


def is_essay_itself(text: str, essay: str) -> bool:
    """Whether a text is an essay word for word, or a page that has the whole of it.

    Headings and bylines may be missing. A notice of one sentence that stands in the essay is none; nor is
    what has all of an essay of a few words.
    """
    if not _may_be(text, essay):
        return False
    if shingle(text) == shingle(essay):
        return True
    prose = _prose(essay)
    is_prose = len(prose) >= len(essay) * PROSE_SHARE
    return _has_whole(text, essay) or (is_prose and _has_whole(_prose(text), prose))


def is_essay_file(text: str, essay: str) -> bool:
    """Whether a text that a person gave as a file is an essay itself, also where it is the essay's Markdown.

    As a source a file is text as it stands; the essay's own text lacks its front matter and addresses.
    """
    if is_essay_itself(text, essay):
        return True
    if not _may_be(text, essay):
        return False
    read = read_essay_text(text[:LONGEST_INDEXED].encode("utf-8"), "markdown")
    return is_essay_itself(read.text, essay)


def _may_be(text: str, essay: str) -> bool:
    """Whether a text has the longest words of the essay's prose; it is far cheaper to tell than the rest."""
    lowered = text.lower()
    longest = sorted(set(_LETTERS.findall((_prose(essay) or essay).lower())), key=len)[-PROBE_WORDS:]
    return all(word in lowered for word in longest)


def _has_whole(text: str, essay: str) -> bool:
    own = shingle(essay)
    return len(own) >= FEWEST_OWN_RUNS and own <= shingle(text)


def _prose(text: str) -> str:
    """Return a text without the paragraphs that end no sentence: a page's reader may leave its byline out."""
    paragraphs = (one.cut(text).strip() for one in split_paragraphs(text))
    return "\n\n".join(one for one in paragraphs if one.endswith(_SENTENCE_ENDS))


def repeats_sentence(text: Shingles, sentence: str) -> bool:
    """Whether a text has a claim's own sentence word for word; one of a few words says nothing."""
    if len(words(sentence)) < SHINGLE_WORDS:
        return False
    return shingle(sentence) <= text


def is_witness(
    text: Shingles, essay: Shingles, sentence: str, published_on: date | None, essay_on: date | None
) -> bool:
    """Whether a text can tell anything of an essay's claim, and is not merely an echo of it.

    A text that has the very sentence got it from the essay or lent it; it counts only where it is known to be
    older.
    """
    if is_copy(text, essay):
        return False
    is_older = published_on is not None and essay_on is not None and published_on < essay_on
    return is_older or not repeats_sentence(text, sentence)


def essay_as_source(essay: Essay, text: str, fetched_at: datetime) -> tuple[Source, Fetch, Snapshot]:
    """Return an essay as a source of another essay's claim: its text as if somebody had given the file.

    The archive has the text as a blob already. The key is the text's own hash, so that another version is
    another source.
    """
    sha256 = text_sha256(text)
    size = len(text.encode("utf-8"))
    source = Source(url=essay.uri, url_key=f"sha256:{sha256}")
    fetch = Fetch(
        source_id=source.id,
        fetched_at=fetched_at,
        outcome=SourceOutcome.GIVEN_FILE,
        detail="the text of an essay of this warehouse",
        status=None,
        final_url=None,
        hops=(),
        headers=(),
        elapsed_ms=0,
        wire_bytes=size,
        decoded_bytes=size,
        wire_sha256=sha256,
        decoded_sha256=sha256,
        text_sha256=sha256,
        blob_sha256=sha256,
        media_type="text/plain",
        charset="utf-8",
        tools=(("factdesk", __version__), ("extractor", ESSAY_EXTRACTOR)),
    )
    snapshot = Snapshot(
        source_id=source.id,
        text_sha256=sha256,
        extractor=ESSAY_EXTRACTOR,
        length=len(text),
        blocks=(),
        title=essay.title,
        author=essay.author,
        published_on=essay.published_on,
        published_rule="essay" if essay.published_on else None,
        language=None,
        canonical_url=None,
        notes=(),
        words_sha256=words_sha256(text),
    )
    return source, fetch, snapshot
