"""The fields of a Word document: what an instruction such as ``HYPERLINK "http://..."`` makes of its text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from factdesk.reading.prose import ProseWriter

_MAX_OPEN = 100
_LINK = re.compile(r"\s*HYPERLINK\b(?P<rest>.*)", re.DOTALL | re.IGNORECASE)
_ARGUMENT = re.compile(r'\\(?P<switch>[a-z])|"(?P<quoted>[^"]*)"|(?P<bare>[^\s"\\]+)', re.IGNORECASE)
_SILENT = re.compile(r"\s*(?:TOC|TOA|INDEX|TC|XE|RD)\b", re.IGNORECASE)
"""Lists of headings or of words, and the marks that they are made of."""
_WITH_ARGUMENT = frozenset("lotn")


@dataclass(slots=True)
class _Field:
    instruction: str = ""
    is_shown: bool = False
    is_link: bool = False


class OpenFields:
    """The fields that are open at one place of a document, the innermost last."""

    def __init__(self, writer: ProseWriter, form: str) -> None:
        self._writer = writer
        self._form = form
        self._open: list[_Field] = []
        self._silent = 0

    @property
    def is_silent(self) -> bool:
        """Whether text at this place belongs to an instruction or to a list of headings."""
        return self._silent > 0

    def begin(self, instruction: str = "") -> None:
        """Begin a field; until it is shown, what comes is its instruction."""
        if len(self._open) < _MAX_OPEN:
            self._open.append(_Field(instruction))
            self._silent += 1

    def instruct(self, words: str) -> None:
        """Add words to the instruction of the innermost field."""
        if self._open and not self._open[-1].is_shown:
            self._open[-1].instruction += words[:4096]

    def show(self) -> None:
        """Begin the text that the innermost field shows."""
        if not self._open or self._open[-1].is_shown:
            return
        field = self._open[-1]
        field.is_shown = True
        if _SILENT.match(field.instruction):
            return
        self._silent -= 1
        url = read_hyperlink(field.instruction)
        if url is not None and not self.is_silent:
            field.is_link = True
            self._writer.open_link(url, self._form)

    def end(self) -> None:
        """End the innermost field."""
        if not self._open:
            return
        field = self._open.pop()
        self._silent -= not field.is_shown or _SILENT.match(field.instruction) is not None
        if field.is_link:
            self._writer.close_link()

    def close(self) -> None:
        """End all fields, as at the end of a document that forgot to."""
        while self._open:
            self.end()


def read_hyperlink(instruction: str) -> str | None:
    """Return the address of a HYPERLINK instruction; None for another field, or a place in the document.

    The switch l names a place in the page: it becomes the address's fragment.
    """
    found = _LINK.match(instruction)
    if found is None:
        return None
    url = anchor = switch = None
    for one in _ARGUMENT.finditer(found["rest"]):
        if one["switch"]:
            switch = one["switch"].lower()
            continue
        words = one["quoted"] if one["quoted"] is not None else one["bare"]
        if switch == "l":
            anchor = words
        elif switch not in _WITH_ARGUMENT and url is None:
            url = words
        switch = None
    if not url:
        return None
    return f"{url}#{anchor}" if anchor and "#" not in url else url
