"""Which essays there are: files, folders and addresses that a person names, the settings' inboxes and feeds.

A feed is listed as one input here; `factdesk.essays.feeds` puts its entries in its place.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from factdesk.config import Home
from factdesk.errors import UsageError
from factdesk.reading.essay_text import FORMS
from factdesk.reading.feeds import SNIFFED_BYTES, FeedEntry, looks_like_feed

if TYPE_CHECKING:
    from factdesk.essays.contents import EssayContent

CHECK_INBOX = "check"
"""The inbox of a file that lies in none."""

SUFFIXES = frozenset(FORMS)
"""Files with another suffix are read only when a person names them."""

_HIDDEN_PREFIXES = (".", "~$")
"""Hidden files, and the notes of who has a document open that Word lays beside it."""

FEED_SUFFIXES = frozenset({".xml", ".rss", ".atom"})
"""Files that are feeds, or are not listed in a folder."""


@dataclass(frozen=True, slots=True)
class EssayInput:
    """One essay to read. ``place`` is what a person typed or the path below the inbox; ``root`` the home.

    ``relative`` starts at the inbox's folder (at the project for the inbox ``check``), is never absolute and
    has forward slashes. A file outside the project has only its name there and ``is_outside`` is true.

    ``entry`` is what a feed says of this essay; one without an address of its own has neither path nor
    ``url``, and ``relative`` is its name. ``is_feed`` says that the address must be a feed's. ``found`` is
    what the address gave already, in this run.
    """

    place: str
    path: Path | None
    url: str | None
    inbox: str
    relative: str
    root: Path
    is_outside: bool = False
    entry: FeedEntry | None = None
    is_feed: bool = False
    found: EssayContent | None = None

    @property
    def has_place(self) -> bool:
        """Whether it is a file of the project, known by where it stands."""
        return self.path is not None and not self.is_outside


def list_essays(places: Sequence[str], home: Home) -> list[EssayInput]:
    """List the essays of files, folders (recursive, sorted) and addresses, each once, in the order named.

    A path that does not exist is kept; its reading says ``missing``.
    """
    return _once(essay for place in places for essay in _list_place(place, home))


def say_bare_folders(places: Sequence[str]) -> Iterator[str]:
    """Say of each named folder without an essay in it what was looked for."""
    for place in places:
        if _is_folder(Path(place)) and next(_walk(Path(place)), None) is None:
            yield (
                f"{place}: no essay is in this folder: no file that ends with {', '.join(sorted(SUFFIXES))} "
                f"and no feed ({', '.join(sorted(FEED_SUFFIXES))}), hidden ones aside; name a file to have "
                "it read whatever its name"
            )


def place_in_home(place: str, home: Home) -> tuple[str, str] | None:
    """Return the inbox, and the path below it, by which an essay's file is known.

    The file need not be there any more. None for an address, a folder and a file outside the project.
    """
    if place.lower().startswith(("http://", "https://")) or _is_folder(Path(place)):
        return None
    essay = _file_input(place, Path(place), home)
    return (essay.inbox, essay.relative) if essay.has_place else None


def list_inbox(home: Home, names: Sequence[str] | None = None) -> list[EssayInput]:
    """List the essays of the named inboxes, or of all. Raises UsageError for an unknown name."""
    inboxes = home.inboxes
    _refuse_unknown("inbox", names or (), inboxes, home)
    chosen = list(inboxes) if names is None else names
    return _once(_file_input(str(path), path, home) for name in chosen for path in _walk(inboxes[name]))


def list_feeds(home: Home, names: Sequence[str] | None = None) -> list[EssayInput]:
    """List the named feeds of the settings, or all of them. Raises UsageError for an unknown name."""
    feeds = home.settings.feeds
    _refuse_unknown("feed", names or (), feeds, home)
    urls = [feeds[name] for name in (feeds if names is None else names)]
    return _once(EssayInput(url, None, url, CHECK_INBOX, "", home.root, is_feed=True) for url in urls)


def _refuse_unknown(what: str, names: Sequence[str], known: Iterable[str], home: Home) -> None:
    """Raise UsageError that names every unknown name at once."""
    unknown = [repr(name) for name in dict.fromkeys(names) if name not in known]
    if unknown:
        has = ", ".join(sorted(known)) or "none"
        names_said = " or ".join(unknown)
        raise UsageError(
            f"there is no {what} {names_said} in {home.config_path} (known: {has}); name one of them"
        )


def _list_place(place: str, home: Home) -> Iterator[EssayInput]:
    if place.lower().startswith(("http://", "https://")):
        yield EssayInput(place, None, place, CHECK_INBOX, "", home.root)
        return
    path = Path(place)
    if not _is_folder(path):
        yield _file_input(place, path, home)
        return
    for found in _walk(path):
        yield _file_input(str(found), found, home)


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the essay files of a folder, sorted; a folder that cannot be listed is yielded itself."""
    failed: list[OSError] = []
    for at, folders, names in os.walk(folder, onerror=failed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(_HIDDEN_PREFIXES) and _is_essay(Path(at, name)):
                yield Path(at, name)
    for error in failed:
        yield Path(error.filename)


def _is_essay(path: Path) -> bool:
    suffix = path.suffix.lower()
    return suffix in SUFFIXES or (suffix in FEED_SUFFIXES and _is_feed_file(path))


def _is_feed_file(path: Path) -> bool:
    """Look into a file, but never wait for a pipe; what cannot be read is listed, so that it is told."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        with path.open("rb") as file:
            return looks_like_feed(file.read(SNIFFED_BYTES))
    except OSError:
        return True


def _file_input(place: str, path: Path, home: Home) -> EssayInput:
    absolute = Path(os.path.abspath(path)) if "\0" not in place else path  # noqa: PTH100 (keeps symlinks)
    for candidate in _spellings(absolute):
        for inbox, folder in _folders(home):
            for spelled in _spellings(folder):
                if candidate.is_relative_to(spelled):
                    relative = _readable(candidate.relative_to(spelled).as_posix())
                    return EssayInput(_readable(place), path, None, inbox, relative, home.root)
    return EssayInput(
        _readable(place), path, None, CHECK_INBOX, _readable(path.name), home.root, is_outside=True
    )


def _folders(home: Home) -> list[tuple[str, Path]]:
    """Inboxes, the deepest folder first, and last the project itself."""
    inboxes = sorted(home.inboxes.items(), key=lambda pair: len(pair[1].parts), reverse=True)
    return [*inboxes, (CHECK_INBOX, home.root)]


def _spellings(path: Path) -> tuple[Path, ...]:
    try:
        return (Path(os.path.abspath(path)), path.resolve())  # noqa: PTH100 (keeps symlinks)
    except (OSError, ValueError, RuntimeError):
        return (path,)


def _readable(name: str) -> str:
    """Return a file name that can be stored, whatever bytes it is made of."""
    return os.fsencode(name).decode("utf-8", "replace") if name.isprintable() is False else name


def _once(essays: Iterable[EssayInput]) -> list[EssayInput]:
    found: dict[object, EssayInput] = {}
    for essay in essays:
        found.setdefault(essay.url or _spellings(essay.path or Path())[-1], essay)
    return list(found.values())
