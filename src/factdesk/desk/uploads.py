"""Files that somebody sends with a form."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

KIND = "multipart/form-data"
MOST_PARTS = 50
LONGEST_NAME = 120
"""Bytes in UTF-8; a file system takes some 255."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody sent: its name as a name alone, and its bytes."""

    name: str
    content: bytes


async def read_upload(request: Request, most_field_bytes: int) -> tuple[dict[str, str], dict[str, Upload]]:
    """Return the fields and the files of a form; a file that was not chosen is left out.

    Raises HTTPException with one sentence when the body is no such form.
    """
    fields: dict[str, str] = {}
    files: dict[str, Upload] = {}
    try:
        async with request.form(
            max_files=MOST_PARTS, max_fields=MOST_PARTS, max_part_size=most_field_bytes
        ) as form:
            for name, value in form.multi_items():
                if not isinstance(value, UploadFile):
                    fields[name] = value
                elif value.filename or value.size:
                    files[name] = Upload(clean_file_name(value.filename or ""), await value.read())
    except HTTPException as error:
        raise HTTPException(400, "The form came damaged or is not this page's; send it again") from error
    return fields, files


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
