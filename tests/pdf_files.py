"""PDF files for tests, written by hand: words at places, links as rectangles, fonts by their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Words drawn at a place, in points from the lower left corner."""

    text: str
    x: float = 72
    y: float = 700
    size: float = 12
    font: str = "Courier"


@dataclass(frozen=True)
class Link:
    """A link annotation over the rectangle (left, low, right, high); ``quads`` are more rectangles."""

    url: str
    box: tuple[float, float, float, float]
    quads: tuple[tuple[float, float, float, float], ...] = ()


def courier(text: str, x: float = 72, y: float = 700, size: float = 12) -> tuple[float, float, float, float]:
    """Return the box of words in Courier, whose letters are all 0.6 of their size wide."""
    return (x, y - 0.2 * size, x + 0.6 * size * len(text), y + 0.8 * size)


def make_pdf(
    *pages: Sequence[Words | Link], about: str = "", drawn: Sequence[str] = (), form: str = ""
) -> bytes:
    """Return a PDF. ``about`` are entries of its metadata.

    ``drawn`` stands for a page's own operators, ``form`` for those of the form ``/Form`` that they may draw.
    """
    fonts = " ".join(f"/{name} {_font(name)}" for name in ("Courier", "Helvetica"))
    told = f"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /Font << {fonts} >> >>"
    boxed = f"<< {told} /Length {len(form)} >>\nstream\n{form}\nendstream"
    objects: list[str] = ["", "", f"<< {about} >>", boxed]
    kids = []
    for number, page in enumerate(pages):
        links = [one for one in page if isinstance(one, Link)]
        words = [one for one in page if isinstance(one, Words)]
        stream = drawn[number] if number < len(drawn) else "\n".join(map(_draw, words))
        objects.append(f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream")
        contents = len(objects)
        notes = []
        for one in links:
            objects.append(_annotation(one))
            notes.append(f"{len(objects)} 0 R")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {contents} 0 R "
            f"/Annots [{' '.join(notes)}] /Resources << /Font << {fonts} >> "
            "/XObject << /Form 4 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[0] = "<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return _pack(objects)


def _font(name: str) -> str:
    return f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"


def _draw(one: Words) -> str:
    return f"BT /{one.font} {one.size} Tf 1 0 0 1 {one.x} {one.y} Tm ({escape(one.text)}) Tj ET"


def escape(text: str) -> str:
    """Return words as a string of a PDF holds them."""
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _annotation(link: Link) -> str:
    quads = " ".join(f"{l} {h} {r} {h} {l} {b} {r} {b}" for l, b, r, h in link.quads)  # noqa: E741
    told = f"/QuadPoints [{quads}] " if link.quads else ""
    box = " ".join(map(str, link.box))
    return f"<< /Type /Annot /Subtype /Link /Rect [{box}] {told}/A << /S /URI /URI ({escape(link.url)}) >> >>"


def _pack(objects: Sequence[str]) -> bytes:
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    lines = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R /Info 3 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return out + f"xref\n0 {size}\n0000000000 65535 f \n{lines}{trailer}".encode()
