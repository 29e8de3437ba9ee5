"""The parts of a Word document beside its body: styles, numbered lists, notes, and what it says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from factdesk.reading.decode import storable
from factdesk.reading.packages import WordPackage, attribute, local_name

_HEADING = re.compile(r"heading ([1-9])")
_MAX_BASED_ON = 12
_MANY_PARAGRAPHS = 3
_BODY_LEVEL = 9
"""Word's outline level of ordinary text."""

Numbered = tuple[str, int]
"""A list's id and the level in it, 0 for the outermost."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph style says: its name in lower case, its heading level and its list, if any."""

    name: str
    level: int | None = None
    numbered: Numbered | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: its first number, or None where it has bullets."""

    start: int | None


@dataclass(frozen=True, slots=True)
class DocumentParts:
    """Everything that the body refers to, by the id that it uses."""

    styles: Mapping[str, Style]
    levels: Mapping[Numbered, Level]
    notes: Mapping[str, Mapping[str, Any]]
    targets: Mapping[str, Mapping[str, str]]
    title: str | None
    author: str | None


@dataclass
class ListNumbers:
    """Counts the entries of numbered lists as Word does: a deeper level begins anew below each entry."""

    levels: Mapping[Numbered, Level]
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def next(self, numbered: Numbered) -> str | None:
        """Return the number of the next entry of a list, or None where it has a bullet."""
        level = self.levels.get(numbered)
        if level is None:
            return None
        name, depth = numbered
        counts = self.counts.setdefault(name, {})
        for deeper in [one for one in counts if one > depth]:
            del counts[deeper]
        if level.start is None:
            return None
        counts[depth] = counts.get(depth, level.start - 1) + 1
        return str(counts[depth])


def read_parts(package: WordPackage) -> DocumentParts:
    """Read what the body needs. Raises RefusedEssayError for a part that cannot be read."""
    document = package.targets(package.document)
    parts = {kind: target for kind, target, outside in document.values() if not outside}
    names = {"body": package.document} | {
        kind: parts[kind] for kind in ("footnotes", "endnotes") if kind in parts
    }
    top = {kind: target for kind, target, outside in package.targets("").values() if not outside}
    core = package.part(top["core-properties"]) if "core-properties" in top else None
    return DocumentParts(
        styles=_read_styles(package.part(parts["styles"]) if "styles" in parts else None),
        levels=_read_levels(package.part(parts["numbering"]) if "numbering" in parts else None),
        notes={kind: _read_notes(package.part(name)) for kind, name in names.items() if kind != "body"},
        targets={kind: _outside_targets(package, name) for kind, name in names.items()},
        title=_property(core, "title"),
        author=_property(core, "creator"),
    )


def child(element: Any, *names: str) -> Any:
    """Return the first child with the first name, its first child with the second, ...; else None."""
    for name in names:
        if element is None:
            return None
        element = next((one for one in element if local_name(one) == name), None)
    return element


def value_of(element: Any, *names: str) -> str | None:
    """Return the ``val`` of a child (see `child`), or None."""
    found = child(element, *names)
    return None if found is None else attribute(found, "val")


def is_on(element: Any, *names: str) -> bool:
    """Whether a switch such as ``<w:vanish/>`` is there and not switched off."""
    found = child(element, *names)
    return found is not None and attribute(found, "val") not in ("0", "false", "off")


def read_numbered(properties: Any) -> Numbered | None:
    """Return the list that a paragraph's (or a style's) properties name; list 0 is none."""
    name = value_of(properties, "numPr", "numId")
    depth = value_of(properties, "numPr", "ilvl") or "0"
    return (name, int(depth)) if name not in (None, "0") and depth.isdecimal() else None


def rows_of(table: Any) -> list[Any]:
    """Return the rows of a table, also those inside a control, without the rows of tables inside it."""
    return [one for one in table.iterdescendants("{*}tr") if _nearest(one, "tbl") is table]


def cells_of(row: Any) -> list[Any]:
    """Return the cells of a row; see `rows_of`."""
    return [one for one in row.iterdescendants("{*}tc") if _nearest(one, "tr") is row]


def holds_prose(cell: Any) -> bool:
    """Whether a cell holds several paragraphs: then the table is there for the layout."""
    paragraphs = [one for one in cell if local_name(one) == "p" and any(one.itertext("{*}t"))]
    return len(paragraphs) >= _MANY_PARAGRAPHS


def _nearest(element: Any, name: str) -> Any:
    return next((one for one in element.iterancestors() if local_name(one) == name), None)


def _outside_targets(package: WordPackage, part: str) -> dict[str, str]:
    found = package.targets(part)
    return {identity: target for identity, (_, target, outside) in found.items() if outside}


def _read_styles(root: Any) -> dict[str, Style]:
    elements = {attribute(one, "styleId"): one for one in _named(root, "style")}
    return {name: _read_style(one, elements) for name, one in elements.items() if name is not None}


def _read_style(element: Any, elements: Mapping[str | None, Any]) -> Style:
    """Read a style, and what it does not say itself from those that it is based on."""
    name = (value_of(element, "name") or "").lower()
    level: int | None = None
    numbered: Numbered | None = None
    for _ in range(_MAX_BASED_ON):
        level = _heading_level(element) if level is None else level
        numbered = numbered or read_numbered(child(element, "pPr"))
        element = elements.get(value_of(element, "basedOn"))
        if element is None:
            break
    return Style(name, level, numbered)


def _heading_level(style: Any) -> int | None:
    named = _HEADING.fullmatch((value_of(style, "name") or "").lower())
    return int(named[1]) if named else outline_level(child(style, "pPr"))


def outline_level(properties: Any) -> int | None:
    """Return the heading level, from 1, that properties state by an outline level."""
    outline = value_of(properties, "outlineLvl")
    is_heading = outline is not None and outline.isdecimal() and int(outline) < _BODY_LEVEL
    return int(outline) + 1 if is_heading and outline is not None else None


def _read_levels(root: Any) -> dict[Numbered, Level]:
    abstract = {attribute(one, "abstractNumId"): one for one in _named(root, "abstractNum")}
    levels: dict[Numbered, Level] = {}
    for one in _named(root, "num"):
        name = attribute(one, "numId")
        if name is None:
            continue
        for level in _named(abstract.get(value_of(one, "abstractNumId")), "lvl"):
            levels[name, _number(attribute(level, "ilvl"))] = _read_level(level)
        for override in _named(one, "lvlOverride"):
            start = value_of(override, "startOverride")
            place = (name, _number(attribute(override, "ilvl")))
            if start is not None and levels.get(place, Level(None)).start is not None:
                levels[place] = Level(_number(start))
    return levels


def _read_level(level: Any) -> Level:
    counts = value_of(level, "numFmt") not in ("bullet", "none")
    return Level(_number(value_of(level, "start"), 1) if counts else None)


def _number(written: str | None, otherwise: int = 0) -> int:
    return int(written) if written is not None and written.isdecimal() and len(written) < 7 else otherwise


def _read_notes(root: Any) -> dict[str, Any]:
    """Return the notes by their id, without the lines that Word draws above them."""
    found = {}
    for one in () if root is None else root:
        identity, kind = attribute(one, "id"), attribute(one, "type")
        if local_name(one) in ("footnote", "endnote") and identity and kind in (None, "normal"):
            found[identity] = one
    return found


def _named(root: Any, name: str) -> Iterator[Any]:
    return (one for one in (() if root is None else root) if local_name(one) == name)


def _property(core: Any, name: str) -> str | None:
    found = child(core, name)
    words = "" if found is None else " ".join(storable("".join(found.itertext())).split())
    return words or None
