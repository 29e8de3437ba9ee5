"""Which essay a text is: the essay key, essays that moved, and essays that are there twice.

The key is the front matter's ``id``, else the canonical address, else inbox and path. The words before the
colon keep the three apart. An entry of a feed without an address has its id; one that is known keeps its key.

Two texts are the same when a reader sees the same words: white space, the way in which accents are composed
and characters that show nothing do not count. An essay that was saved in another format is that essay.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from factdesk.essays.inputs import CHECK_INBOX, EssayInput
from factdesk.web.url_keys import url_key


@dataclass(frozen=True, slots=True)
class KnownEssay:
    """An essay of the warehouse: where its file was last, and the hash of its last version's text."""

    essay_id: UUID
    essay_key: str
    inbox: str | None
    path: str | None
    text_sha256: str | None


class KnownEssays(Protocol):
    """What the warehouse knows of essays."""

    def essay_at(self, inbox: str, path: str) -> KnownEssay | None:
        """Return the essay whose file was last at this place."""
        ...

    def essays_with_text(self, text_sha256: str) -> Sequence[KnownEssay]:
        """Return the essays whose last version has this text."""
        ...

    def essay_with_key(self, essay_key: str) -> KnownEssay | None:
        """Return the essay of this key."""
        ...

    def essay_by_address(self, uri: str) -> KnownEssay | None:
        """Return the essay that was last read from this address, as it was written, one with a text first."""
        ...


class KnownTexts(KnownEssays, Protocol):
    """What the warehouse knows of essays and of what they say."""

    def essays_like(self, text: str) -> Sequence[KnownEssay]:
        """Return the essays whose last version has the same `fold_sha256`."""
        ...


_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""Soft hyphen, zero-width space, word joiner, byte order mark."""


def fold_sha256(text: str) -> str:
    """Return the sha256 (hex) of what a reader sees of a text: its words, each composed (NFC)."""
    words = unicodedata.normalize("NFC", text.translate(_UNSEEN)).split()
    return hashlib.sha256(" ".join(words).encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Identity:
    """An essay's key, and the essay whose text, or whose stated id, it merely repeats.

    Both None: it is an essay itself.
    """

    essay_key: str
    repeats: KnownEssay | None = None
    namesake_of: KnownEssay | None = None


def identify_essay(
    essay: EssayInput,
    known: KnownTexts,
    inboxes: Mapping[str, str],
    *,
    stated_id: str | None,
    canonical_url: str | None,
    sha256: str,
    text: str | None = None,
) -> Identity:
    """Decide which essay a text is. ``inboxes`` maps names to folders, as in the settings.

    With its ``text`` an essay is also known by what a reader sees; the very same text comes first.
    """
    stated = stated_key(stated_id, canonical_url or essay.url)
    if essay.entry is not None:
        before = known_entry(essay, known)
        stated = before.essay_key if before is not None else stated or place_key(essay, None)
    if stated is None:
        there = known.essay_at(essay.inbox, essay.relative) if essay.has_place else None
        if there is not None and there.text_sha256 is not None:
            return Identity(there.essay_key)
    same_text = list(known.essays_with_text(sha256))
    same_text += known.essays_like(text) if text is not None else ()
    if stated is None:
        moved = next((one for one in same_text if _is_gone(one, essay, inboxes)), None)
        if moved is not None:
            return Identity(moved.essay_key)
    key = stated or place_key(essay, sha256)
    if any(_is_itself(one, key, essay) for one in same_text):
        return Identity(key)
    others = (one for one in same_text if not _is_gone(one, essay, inboxes))
    repeats = next(others, None)
    if repeats is None and stated is not None:
        return Identity(key, namesake_of=_namesake(essay, stated, known, inboxes))
    return Identity(key, repeats)


def _namesake(
    essay: EssayInput, stated: str, known: KnownEssays, inboxes: Mapping[str, str]
) -> KnownEssay | None:
    """Return the essay that has this id already and whose own file is still there, with that id.

    A file that was copied together with its front matter must not take the other essay's claims over.
    """
    first = known.essay_with_key(stated)
    if essay.path is None or essay.is_outside or first is None or first.text_sha256 is None:
        return None
    if first.inbox is None or first.path is None or _is_gone(first, essay, inboxes):
        return None
    there = known.essay_at(first.inbox, first.path)
    is_elsewhere = (first.inbox, first.path) != (essay.inbox, essay.relative)
    return first if is_elsewhere and there is not None and there.essay_key == stated else None


def _is_itself(one: KnownEssay, key: str, essay: EssayInput) -> bool:
    """Whether a known essay is the one being read, and not a second file with the same front matter."""
    if one.essay_key != key:
        return False
    return one.path is None or essay.path is None or (one.inbox, one.path) == (essay.inbox, essay.relative)


def known_entry(essay: EssayInput, known: KnownEssays) -> KnownEssay | None:
    """Return the essay that is known of a feed's entry, by the entry's address or name.

    What its page says of its own address counts only for an entry that is not known yet: a page that is out
    of reach says nothing, and the entry must be the same essay on that day.
    """
    named = known.essay_with_key(place_key(essay, None))
    if essay.url is None or (named is not None and named.text_sha256 is not None):
        return named
    return known.essay_by_address(essay.url) or named


def stated_key(stated_id: str | None, canonical_url: str | None) -> str | None:
    """Return the key that an essay states itself, if it does."""
    if stated_id is not None:
        return f"id:{stated_id}"
    return f"url:{url_key(canonical_url)}" if canonical_url is not None else None


def place_key(essay: EssayInput, sha256: str | None) -> str:
    """Return the key of an essay that is known by its place alone."""
    if essay.url is not None:
        return f"url:{url_key(essay.url)}"
    if essay.entry is not None:
        return f"entry:{essay.relative}"
    if essay.is_outside:
        return f"text:{essay.relative}:{sha256 or ''}"
    return f"path:{essay.inbox}/{essay.relative}"


def _is_gone(one: KnownEssay, essay: EssayInput, inboxes: Mapping[str, str]) -> bool:
    """Whether the file of a known essay is no longer where it was, or was never in the project."""
    if one.path is None:
        return one.inbox is not None  # a file outside the project: a renamed one is the same essay
    if one.inbox is None:
        return False
    folder = "." if one.inbox == CHECK_INBOX else inboxes.get(one.inbox)
    return folder is None or not Path(essay.root, folder, one.path).is_file()
