"""A small reader of XLSX workbooks: cells as a spreadsheet shows them, formulas and links beside them."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_DAY_ZERO = datetime(1899, 12, 30)


@dataclass
class Sheet:
    """Rows of cells (a date where the format says so), formulas, and link targets."""

    rows: list[list[Any]] = field(default_factory=list)
    formulas: int = 0
    links: list[str] = field(default_factory=list)


def read_workbook(content: bytes) -> dict[str, Sheet]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        strings = ["".join(one.itertext()) for one in _parse(archive, "xl/sharedStrings.xml")]
        dated = _date_styles(_parse(archive, "xl/styles.xml"))
        book = _parse(archive, "xl/workbook.xml")
        names = [one.attrib["name"] for one in book.iter(f"{_MAIN}sheet")]
        return {
            name: _read_sheet(archive, f"sheet{number}.xml", strings, dated)
            for number, name in enumerate(names, start=1)
        }


def _parse(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(archive.read(name))


def _date_styles(styles: ElementTree.Element) -> set[int]:
    formats = {one.attrib["numFmtId"]: one.attrib["formatCode"] for one in styles.iter(f"{_MAIN}numFmt")}
    cells = styles.find(f"{_MAIN}cellXfs")
    assert cells is not None
    return {at for at, one in enumerate(cells) if "yyyy" in formats.get(one.attrib["numFmtId"], "")}


def _read_sheet(archive: zipfile.ZipFile, name: str, strings: list[str], dated: set[int]) -> Sheet:
    sheet, root = Sheet(), _parse(archive, f"xl/worksheets/{name}")
    for row in root.iter(f"{_MAIN}row"):
        cells: list[Any] = []
        for cell in row:
            at = _column(cell.attrib["r"])
            cells += [None] * (at - len(cells)) + [_value(cell, strings, dated)]
            sheet.formulas += cell.find(f"{_MAIN}f") is not None
        sheet.rows.append(cells)
    linked = f"xl/worksheets/_rels/{name}.rels"
    targets = {}
    if linked in archive.namelist():
        targets = {one.attrib["Id"]: one.attrib["Target"] for one in _parse(archive, linked)}
    sheet.links = [targets[one.attrib[_RELATION]] for one in root.iter(f"{_MAIN}hyperlink")]
    return sheet


def _column(place: str) -> int:
    number = 0
    for letter in place:
        if letter.isalpha():
            number = number * 26 + ord(letter) - 64
    return number - 1


def _value(cell: ElementTree.Element, strings: list[str], dated: set[int]) -> Any:
    told = cell.find(f"{_MAIN}v")
    if told is None or told.text is None:
        return None
    kind = cell.attrib.get("t")
    if kind == "s":
        return strings[int(told.text)]
    if kind == "b":
        return told.text == "1"
    if int(cell.attrib.get("s", 0)) in dated:
        return _DAY_ZERO + timedelta(days=float(told.text))
    return float(told.text)
