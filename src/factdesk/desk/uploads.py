"""Forms that carry files (multipart/form-data, RFC 7578), as browsers send them.

The whole body is in memory already: its size was limited before it was read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message

KIND = "multipart/form-data"
MOST_PARTS = 50
LONGEST_NAME = 120
"""Bytes in UTF-8; a file system takes some 255."""

_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{1,70}")
_HEADER_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody sent: its name as a name alone, and its bytes."""

    name: str
    content: bytes


def parse_multipart(content_type: str, body: bytes) -> tuple[dict[str, str], dict[str, Upload]]:
    """Return the fields and the files of a form; a file that was not chosen is left out.

    Raises ValueError with one sentence when the body is no such form.
    """
    boundary = _boundary(content_type)
    head, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary.encode("ascii"))
    if head or not parts or not parts[-1].startswith(b"--"):
        raise ValueError("The form came cut off or damaged; send it again")
    if len(parts) > MOST_PARTS:
        raise ValueError(f"The form has more than {MOST_PARTS} parts; send the page's own form")
    fields: dict[str, str] = {}
    files: dict[str, Upload] = {}
    for part in parts[:-1]:
        name, file_name, content = _read_part(part)
        if file_name is None:
            fields[name] = content.decode("utf-8", "replace")
        elif file_name or content:
            files[name] = Upload(clean_file_name(file_name), content)
    return fields, files


def _boundary(content_type: str) -> str:
    message = Message()
    message["content-type"] = content_type
    boundary = message.get_boundary() or ""
    if message.get_content_type() != KIND or not _BOUNDARY.fullmatch(boundary):
        raise ValueError("The form is of a kind that is not known here; send the page's own form")
    return boundary


def _read_part(part: bytes) -> tuple[str, str | None, bytes]:
    """Return name, file name (None for an ordinary field) and content of one part."""
    headers, found, content = part.removeprefix(b"\r\n").partition(_HEADER_END)
    disposition = next(
        (one for one in headers.split(b"\r\n") if one.lower().startswith(b"content-disposition:")), b""
    )
    said = dict(_PARAMETER.findall(disposition.decode("utf-8", "replace")))
    if not found or "name" not in said:
        raise ValueError("A part of the form has no name; send the page's own form")
    return said["name"], said.get("filename"), content


_PARAMETER = re.compile(r';\s*(name|filename)="((?:[^"\\]|\\.)*)"')


def clean_file_name(name: str) -> str:
    r"""Return a name that is safe as a file's: no folders, nothing hidden or unprintable, its suffix kept.

    >>> clean_file_name("../../etc/.passwd\x00.txt"), clean_file_name("C:\\essays\\May 3.docx")
    ('passwd.txt', 'May 3.docx')
    """
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(one for one in last if one.isprintable()).strip().lstrip(".~$ ")
    stem, dot, suffix = printable.rpartition(".")
    if not dot or not suffix.isascii() or len(suffix) > 10:
        return _shortened(printable)
    return f"{_shortened(stem)}.{suffix}"


def _shortened(name: str) -> str:
    return name.encode("utf-8", "replace")[:LONGEST_NAME].decode("utf-8", "ignore").strip() or "essay"
