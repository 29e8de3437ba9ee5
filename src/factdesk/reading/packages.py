"""Opens the zip file that a Word document is, a few parts of it and never more than so many bytes.

Nothing is unpacked but the XML parts that the reader asks for; pictures, fonts and embedded files stay
packed. Files of other programs are named for what they are. XML is read without entities and without a DTD.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import Any
from urllib.parse import unquote

from lxml import etree

from factdesk.model import EssayOutcome
from factdesk.reading.documents import RefusedEssayError

_DAMAGED = (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, OSError)
"""What zipfile raises for a damaged archive, and for flags that it cannot read (NotImplementedError)."""
_PACKED_BY_WORD = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Other ways to pack bring readers with errors and limits of their own (bzip2, LZMA)."""

MAX_ENTRIES = 10_000
"""Word writes some twenty entries and one for each picture."""
MAX_PART_BYTES = 20_000_000
"""One XML part; a novel of 500 pages has 5 MB."""
MAX_PARTS_BYTES = 40_000_000

_DIRECTORY_ENTRY = b"PK\x01\x02"
_IS_LOCKED = 0x1
_DOCTYPES = tuple("<!DOCTYPE".encode(name) for name in ("ascii", "utf-16-le", "utf-16-be"))
_DOCUMENT = ("wordprocessingml.document.main+xml", "wordprocessingml.template.main+xml")
_MACROS = ("macroEnabled.main+xml", "macroEnabledTemplate.main+xml")

_OLE_STREAMS = (
    ("EncryptedPackage", EssayOutcome.ENCRYPTED, "the file is locked by a password; save it without one"),
    ("WordDocument", EssayOutcome.BINARY, "the file is an old Word document (.doc); save it as .docx"),
    ("Workbook", EssayOutcome.BINARY, "the file is an Excel workbook (.xls); save the essay as .docx"),
    (
        "PowerPoint Document",
        EssayOutcome.BINARY,
        "the file is a PowerPoint presentation (.ppt); save the essay as .docx",
    ),
)
"""What an OLE container holds, by the name of a stream in its directory (UTF-16)."""

_ZIP_MARKS = (
    ("xl/workbook.xml", "an Excel workbook (.xlsx); save the essay as .docx"),
    ("xl/workbook.bin", "an Excel workbook (.xlsb); save the essay as .docx"),
    ("ppt/presentation.xml", "a PowerPoint presentation (.pptx); save the essay as .docx"),
    ("Index/Document.iwa", "a document of Pages; export it as .docx or .pdf"),
    ("META-INF/container.xml", "an e-book (.epub); save the essay as .docx or .html"),
)
_MIMETYPES = {
    "application/vnd.oasis.opendocument.text": "an OpenDocument text (.odt); save it as .docx",
    "application/vnd.oasis.opendocument.spreadsheet": "a spreadsheet (.ods); save the essay as .docx",
    "application/vnd.oasis.opendocument.presentation": "a presentation (.odp); save the essay as .docx",
    "application/epub+zip": "an e-book (.epub); save the essay as .docx or .html",
}


def refuse_ole(content: bytes) -> RefusedEssayError:
    """Return why a file in an OLE container (Office of before 2007, or locked) is not read."""
    for name, outcome, detail in _OLE_STREAMS:
        if name.encode("utf-16-le") in content:
            return RefusedEssayError(outcome, detail)
    return RefusedEssayError(EssayOutcome.BINARY, "the file is an old Office file; save the essay as .docx")


def parse_xml(content: bytes, name: str) -> Any:
    """Parse one part. Raises RefusedEssayError for broken XML and for any document type."""
    if any(doctype in content for doctype in _DOCTYPES):
        raise _broken(f"its part {name} declares entities or a DTD, which no word processor writes")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise _broken(f"its part {name} is no whole XML") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _broken(f"its part {name} declares entities or a DTD, which no word processor writes")
    return root


def local_name(element: Any) -> str:
    """Return an element's name without its namespace: transitional and strict files differ only there."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str | None:
    """Return an attribute by its name without its namespace."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


class WordPackage:
    """The parts of a Word document. Every way in raises RefusedEssayError for what cannot be read."""

    def __init__(self, content: bytes) -> None:
        if content.count(_DIRECTORY_ENTRY) > MAX_ENTRIES:
            raise RefusedEssayError(
                EssayOutcome.TOO_BIG, f"the file packs more than {MAX_ENTRIES} files; save it anew as .docx"
            )
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            self._entries = {entry.filename.lower(): entry for entry in self._zip.infolist()}
        except _DAMAGED as error:
            raise _broken("its list of files is missing or damaged") from error
        self._left = MAX_PARTS_BYTES
        self._types = self._content_types()
        self.document = self._find_document()

    def part(self, name: str) -> Any:
        """Return the root element of an XML part, or None when there is no such part."""
        content = self._read(name)
        return None if content is None else parse_xml(content, name)

    def targets(self, part: str) -> dict[str, tuple[str, str, bool]]:
        """Return a part's relationships: id -> (its kind's last word, target, whether it is outside)."""
        folder, name = posixpath.split(part)
        root = self.part(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, tuple[str, str, bool]] = {}
        for one in () if root is None else root:
            identity, target = attribute(one, "Id"), attribute(one, "Target")
            if identity is None or target is None:
                continue
            kind = (attribute(one, "Type") or "").rpartition("/")[2]
            outside = (attribute(one, "TargetMode") or "").lower() == "external"
            if not outside:
                target = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
            found[identity] = (kind, target, outside)
        return found

    def _read(self, name: str) -> bytes | None:
        entry = self._entries.get(name.lower())
        if entry is None:
            return None
        if entry.flag_bits & _IS_LOCKED:
            raise RefusedEssayError(
                EssayOutcome.ENCRYPTED, "the file is locked by a password; save it without one"
            )
        if entry.compress_type not in _PACKED_BY_WORD:
            raise _broken(f"its part {name} is packed in a way that Word does not know")
        limit = min(MAX_PART_BYTES, self._left)
        if entry.file_size > limit:
            raise _too_big(name, entry.file_size)
        try:
            with self._zip.open(entry) as stream:
                content = stream.read(limit + 1)  # the size that the file declares may be a lie
        except _DAMAGED as error:
            raise _broken(f"its part {name} is damaged") from error
        if len(content) > limit:
            raise _too_big(name, len(content))
        self._left -= len(content)
        return content

    def _content_types(self) -> dict[str, str]:
        """Return what the package says of its parts: part or ``.suffix`` -> content type."""
        root = self.part("[Content_Types].xml")
        if root is None:
            raise self._other_zip()
        types = {}
        for one in root:
            part, suffix = attribute(one, "PartName"), attribute(one, "Extension")
            key = part.lstrip("/").lower() if part else f".{(suffix or '').lower()}"
            types[key] = attribute(one, "ContentType") or ""
        return types

    def _find_document(self) -> str:
        """Return the name of the main part. A document with macros is refused."""
        if any("vbaproject" in key or "vbaProject" in kind for key, kind in self._types.items()) or any(
            name.endswith("vbaproject.bin") for name in self._entries
        ):
            raise _macros()
        for kind, target, outside in self.targets("").values():
            if kind == "officeDocument" and not outside and target.lower() in self._entries:
                said = self._types.get(target.lower(), "")
                if said.endswith(_MACROS):
                    raise _macros()
                if said.endswith(_DOCUMENT):
                    return target
        raise self._other_zip()

    def _other_zip(self) -> RefusedEssayError:
        named = self._mimetype() or next(
            (words for mark, words in _ZIP_MARKS if mark.lower() in self._entries), None
        )
        if named is None and "word/document.xml" in self._entries:
            return _broken("it lacks its list of parts")
        named = named or "a zip archive; unpack it and name the essay in it"
        return RefusedEssayError(EssayOutcome.BINARY, f"the file is {named}")

    def _mimetype(self) -> str | None:
        entry = self._entries.get("mimetype")
        if entry is None or entry.file_size > 100:
            return None
        return _MIMETYPES.get((self._read("mimetype") or b"").decode("ascii", "replace").strip())


def _broken(what: str) -> RefusedEssayError:
    detail = f"the Word file is broken: {what}; open it in a word processor and save it again"
    return RefusedEssayError(EssayOutcome.UNDECODABLE, detail)


def _macros() -> RefusedEssayError:
    return RefusedEssayError(EssayOutcome.BINARY, "the file holds macros (.docm); save it as .docx")


def _too_big(name: str, size: int) -> RefusedEssayError:
    detail = f"its part {name} unpacks to {size} bytes or more; split the essay or save it anew as .docx"
    return RefusedEssayError(EssayOutcome.TOO_BIG, detail)
