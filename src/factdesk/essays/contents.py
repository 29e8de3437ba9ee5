"""The bytes of an essay: from a file, an address or a feed, or why there are none."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from factdesk.config import Settings
from factdesk.essays.inputs import EssayInput
from factdesk.model import READABLE_OUTCOMES, TRANSIENT_OUTCOMES, EssayOutcome
from factdesk.reading.decode import decode_text, sniff_media_type
from factdesk.reading.essay_text import FORMS
from factdesk.reading.feeds import FeedEntry

if TYPE_CHECKING:
    from factdesk.web.fetch import Fetcher
    from factdesk.web.trips import MayFetch

_FORMS_BY_TYPE = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}


@dataclass(frozen=True, slots=True)
class EssayContent:
    """The bytes of an essay and the form to read them as, or why there are none.

    ``is_passing``: another try may bring them. ``is_page`` is false for what a feed holds of a page.
    ``reader_began`` as in `ReadEssay`.
    """

    content: bytes = b""
    form: str = "plain"
    url: str | None = None
    outcome: EssayOutcome = EssayOutcome.READ
    detail: str | None = None
    is_passing: bool = False
    is_page: bool = True
    reader_began: bool = True


def open_essay(essay: EssayInput, max_bytes: int) -> EssayContent:
    """Return the bytes of an essay's file, or the outcome that says why there are none; never waits."""
    path = essay.path or Path(essay.place)
    try:
        # A pipe or a device would never end; it is looked at before it is opened, and not waited for.
        if not stat.S_ISREG(path.stat().st_mode):
            return EssayContent(outcome=EssayOutcome.UNREADABLE, detail="it is no file; name a file")
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            if os.fstat(file.fileno()).st_size > max_bytes:
                return _too_big(max_bytes)
            content = file.read(max_bytes + 1)
    except (FileNotFoundError, NotADirectoryError):
        return EssayContent(
            outcome=EssayOutcome.MISSING, detail=f"there is no file {essay.place}; mend the path"
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return EssayContent(outcome=EssayOutcome.UNREADABLE, detail=f"{essay.place} cannot be read: {reason}")
    if len(content) > max_bytes:
        return _too_big(max_bytes)
    return EssayContent(content, FORMS.get(path.suffix.lower(), "plain"))


def _too_big(max_bytes: int) -> EssayContent:
    detail = f"it is larger than {max_bytes} bytes; raise essays.max_bytes or split it"
    return EssayContent(outcome=EssayOutcome.TOO_BIG, detail=detail)


def fetch_content(
    url: str, settings: Settings, fetcher: Fetcher | None = None, may_fetch: MayFetch | None = None
) -> EssayContent:
    """Return what an address gave, or the outcome that says why it gave nothing."""
    from factdesk.web import fetch  # httpx is loaded only for essays by address

    answer = (fetcher or fetch.Fetcher(settings.web)).fetch(url, may_fetch=may_fetch)
    if answer.outcome not in READABLE_OUTCOMES or answer.content is None:
        detail = ": ".join(part for part in (str(answer.outcome), answer.detail) if part)
        is_passing = answer.outcome in TRANSIENT_OUTCOMES
        return EssayContent(outcome=EssayOutcome.UNREADABLE, detail=detail, is_passing=is_passing)
    address = answer.final_url or url
    form = FORMS.get(_suffix(address), "plain")
    if answer.media_type in _FORMS_BY_TYPE:
        form = _FORMS_BY_TYPE[answer.media_type]
    return EssayContent(_as_utf8(answer.content, answer.charset), form, address)


def _suffix(url: str) -> str:
    try:
        return Path(urlsplit(url).path).suffix.lower()
    except ValueError:
        return ""


def _as_utf8(content: bytes, charset: str | None) -> bytes:
    """Spell out what the server's header says of the charset, so that the worker need not know it."""
    if charset is None or sniff_media_type(content) is not None:
        return content
    decoded = decode_text(content, declared=charset, markup=True)
    return content if decoded is None else b"\xef\xbb\xbf" + decoded.text.encode("utf-8")


def entry_content(entry: FeedEntry, text: str) -> EssayContent:
    """Return what an entry itself holds, as UTF-8 with its mark, so that no other charset is guessed."""
    content = b"\xef\xbb\xbf" + text.encode("utf-8", "replace")
    form = entry.form if text is entry.text else "html"
    return EssayContent(content, form, entry.base, is_page=False)
