"""What each site's robots.txt said last, over all runs of a home: a small file a site.

A file is written beside its place and renamed, so that it is whole or not there. One that is damaged, that
speaks of another site or that lies in the future counts as not there. Only sites that need no trust are kept:
on a port of one's own machine there may be another site tomorrow.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from factdesk.errors import ArchiveError

KEPT_HOURS = 24.0
"""RFC 9309, section 2.4: a cached robots.txt should not be used for longer than 24 hours."""


class RobotsFiles:
    """The robots.txt texts in one folder; threads and processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, origin: str, now: datetime) -> str | None:
        """Return what a site's robots.txt said ("" for none at all), None when that is not known or old."""
        try:
            body = json.loads(self._path(origin).read_bytes())
            text, fetched_at = str(body["text"]), datetime.fromisoformat(body["fetched_at"])
            is_whole = body == _body(origin, text, fetched_at)
            age = now - fetched_at
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return text if is_whole and timedelta(0) <= age < timedelta(hours=KEPT_HOURS) else None

    def write(self, origin: str, text: str, now: datetime) -> None:
        """Keep what a site's robots.txt says now. Raises ArchiveError when the folder cannot be written."""
        path = self._path(origin)
        temporary = path.with_name(f"{path.name}.{uuid4().hex}")
        body = json.dumps(_body(origin, text, now.astimezone(UTC)), ensure_ascii=True)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            temporary.write_text(body, encoding="ascii")
            temporary.replace(path)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink()
            raise ArchiveError(
                f"the folder {self._folder}, which keeps what robots.txt files say, cannot be written "
                f"({error.strerror}); make it writable or remove it"
            ) from error

    def _path(self, origin: str) -> Path:
        return self._folder / f"{hashlib.sha256(origin.encode()).hexdigest()[:32]}.json"


def _body(origin: str, text: str, fetched_at: datetime) -> dict[str, object]:
    return {
        "origin": origin,
        "fetched_at": fetched_at.isoformat(),
        "text": text,
        "sha256": hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
    }
