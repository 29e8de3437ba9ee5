"""The zip of a dossier: the page, the records, archived bytes and texts, and sums to verify it all by.

The names of its files are made of our words and of hexadecimal digits alone. The same records give the same
bytes: files stand in the order of their names and carry no time.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from factdesk import __version__
from factdesk.errors import WarehouseError
from factdesk.reports.dossier.instructions import verification_text
from factdesk.reports.dossier.page import page_html
from factdesk.reports.dossier.records import Dossier
from factdesk.sources.archive import Archive

SUMS = "SHA256SUMS"
CHAIN_SUMS = "CHAIN.sha256"

NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can say."""
READABLE_BY_ALL = 0o100644 << 16
MADE_ON_UNIX = 3


@dataclass(frozen=True, slots=True)
class Bundle:
    """What goes into the zip: contents by name, archived files by name and sha256, and what was lost."""

    folder: str
    made: Mapping[str, bytes]
    archived: Mapping[str, str]
    lost: tuple[str, ...]


def make_bundle(dossier: Dossier, archive: Archive) -> Bundle:
    """Return the files of a dossier. What is missing or damaged in the archive is named in it as lost."""
    wanted = {f"texts/{one}.txt": one for one in dossier.seen_texts()}
    wanted |= {f"bytes/{one}": one for one in dossier.seen_bytes()}
    archived, lost = {}, {}
    for name, sha256 in sorted(wanted.items()):
        why = _why_lost(archive, sha256)
        if why is None:
            archived[name] = sha256
        else:
            lost[name] = why
    texts = {sha: archive.get_text(sha) for name, sha in archived.items() if name.startswith("texts/")}
    made = {
        "index.html": page_html(dossier, texts, lost).encode("utf-8"),
        "dossier.json": _dossier_json(dossier, archived, lost),
        "README.txt": verification_text(dossier, texts, archived, lost).encode("utf-8"),
        **dict(_chain_files(dossier)),
    }
    made[SUMS] = _sums({**{name: _sha256(content) for name, content in made.items()}, **archived})
    return Bundle(f"dossier-{dossier.short_id}", made, archived, tuple(lost))


def _why_lost(archive: Archive, sha256: str) -> str | None:
    try:
        archive.get(sha256)
    except WarehouseError as error:
        return "damaged" if "damaged" in str(error) else "missing"
    return None


def _dossier_json(dossier: Dossier, archived: Mapping[str, str], lost: Mapping[str, str]) -> bytes:
    body = {
        "format": "factdesk-dossier 1",
        "made_by": f"factdesk {__version__}",
        **dossier.parts,
        "archived_files": dict(archived),
        "lost_files": dict(lost),
    }
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _chain_files(dossier: Dossier) -> Iterator[tuple[str, bytes]]:
    """Yield what was hashed of each event and of each link, and the sums that they must have."""
    sums = {}
    for event in dossier.parts["events"]:
        name = f"events/{event['position']:08d}"
        if event["payload"] is not None:
            yield f"{name}.event", (event["salt"] + event["payload"]).encode("utf-8")
            sums[f"{name}.event"] = event["payload_sha256"]
        yield f"{name}.link", (event["chain_before"] + event["payload_sha256"]).encode("ascii")
        sums[f"{name}.link"] = event["chain_sha256"]
    if sums:
        yield CHAIN_SUMS, _sums(sums)


def _sums(by_name: Mapping[str, str]) -> bytes:
    """Return lines as ``sha256sum -c`` reads them."""
    return "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(by_name.items())).encode("ascii")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write_bundle(bundle: Bundle, archive: Archive, stream: BinaryIO) -> None:
    """Write the zip. Raises OSError, and WarehouseError when the archive loses a file meanwhile."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for name in sorted({*bundle.made, *bundle.archived}):
            content = bundle.made.get(name)
            packed.writestr(
                _entry(f"{bundle.folder}/{name}"),
                archive.get(bundle.archived[name]) if content is None else content,
            )


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, NO_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = READABLE_BY_ALL
    entry.create_system = MADE_ON_UNIX
    return entry


def zip_sha256(path: Path) -> str:
    """Return the sha256 of a written zip. Raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
