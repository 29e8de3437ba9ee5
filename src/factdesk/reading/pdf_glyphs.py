"""Where each letter of a PDF page stands: a small reading of the operators that show text.

pypdf says where a run of text begins, not where each of its letters stands; a link of a PDF is a rectangle
on the page and no part of the text. This follows the operators of PDF 32000-1:2008, 9.3 and 9.4, through
pypdf's visitors, with the widths of the fonts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import hypot
from typing import Any

Matrix = Sequence[float]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
MAX_GLYPHS = 200_000
"""Letters of one page whose places are kept."""

_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "ﬆ": "st"})
_LOOK_AHEAD = 60
"""How many letters are skipped at most to find the next one of the text."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One letter and the middle of it on the page, in points from the lower left corner."""

    letter: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class _State:
    """The text state that ``q`` keeps and ``Q`` brings back."""

    font: Any = None
    size: float = 0.0
    letter_gap: float = 0.0
    word_gap: float = 0.0
    stretch: float = 1.0


@dataclass
class GlyphVisitor:
    """Collects the letters of one page; give its methods to pypdf's ``extract_text`` as visitors."""

    page: Any
    glyphs: list[Glyph] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._state = _State()
        self._kept: list[_State] = []
        self._advance = 0.0
        self._forms: list[tuple[Any, Matrix, _State, list[_State]]] = [
            (_resources(self.page), IDENTITY, self._state, [])
        ]
        self._fonts: dict[int, Any] = {}

    def before(self, operator: bytes, operands: Any, cm: Matrix, tm: Matrix) -> None:
        """See an operator before pypdf carries it out: a form is drawn in a state of its own."""
        if operator == b"Do":
            form = _form(self._forms[-1][0], operands)
            moved = multiply(cm, self._forms[-1][1])
            self._forms.append((_resources(form), moved, self._state, self._kept))
            self._kept = []

    def after(self, operator: bytes, operands: Any, cm: Matrix, tm: Matrix) -> None:
        """See an operator after pypdf carried it out."""
        if operator == b"Do" and len(self._forms) > 1:
            _, _, self._state, self._kept = self._forms.pop()
        elif operator in (b"Tj", b"TJ", b"'", b'"'):
            self._show(operator, operands, multiply(multiply(tm, cm), self._forms[-1][1]))
        elif operator in (b"Td", b"TD", b"Tm", b"T*", b"BT"):
            self._advance = 0.0
        elif operator == b"q":
            self._kept.append(self._state)
        elif operator == b"Q" and self._kept:
            self._state = self._kept.pop()
        else:
            self._set(operator, operands)

    def _set(self, operator: bytes, operands: Any) -> None:
        if operator == b"Tf" and len(operands) > 1:
            self._state = replace(self._state, font=self._font(operands[0]), size=_number(operands, 1))
        elif operator == b"Tc":
            self._state = replace(self._state, letter_gap=_number(operands, 0))
        elif operator == b"Tw":
            self._state = replace(self._state, word_gap=_number(operands, 0))
        elif operator == b"Tz":
            self._state = replace(self._state, stretch=_number(operands, 0, 100.0) / 100)

    def _show(self, operator: bytes, operands: Any, matrix: Matrix) -> None:
        if operator == b'"' and len(operands) > 2:
            self._set(b"Tw", operands[:1])
            self._set(b"Tc", operands[1:2])
        if operator in (b"'", b'"'):
            self._advance = 0.0
        shown = operands[-1] if operands else ()
        for one in shown if operator == b"TJ" and isinstance(shown, list) else (shown,):
            if isinstance(one, (int, float)):
                self._advance -= float(one) / 1000 * self._state.size * self._state.stretch
            elif isinstance(one, (str, bytes)):
                self._show_string(one, matrix)

    def _show_string(self, string: str | bytes, matrix: Matrix) -> None:
        state = self._state
        if state.font is None or len(self.glyphs) > MAX_GLYPHS:
            return
        for raw, letters in _decode(state.font, string):
            width = state.font.character_widths.get(raw, state.font.character_widths.get("default", 500))
            wide = float(width) / 1000 * state.size * state.stretch
            x, y = transform(matrix, self._advance + wide / 2, state.size * 0.3)
            self.glyphs += [Glyph(one, x, y) for one in spell_out(letters) if not one.isspace()]
            gap = state.letter_gap + (state.word_gap if raw == " " else 0.0)
            self._advance += wide + gap * state.stretch

    def _font(self, name: Any) -> Any:
        from pypdf.generic._font import Font

        fonts = _object(self._forms[-1][0].get("/Font", {}))
        resource = _object(fonts.get(name)) if hasattr(fonts, "get") else None
        if resource is None:
            return None
        if id(resource) not in self._fonts:
            self._fonts[id(resource)] = Font.from_font_resource(resource)
        return self._fonts[id(resource)]


def place_letters(text: str, glyphs: Sequence[Glyph]) -> list[Glyph | None]:
    """Return for each character of the text as pypdf puts it together the letter that it is, or None."""
    placed: list[Glyph | None] = []
    at = 0
    for letter in text:
        found = None if letter.isspace() else _find_glyph(glyphs, letter, at)
        placed.append(None if found is None else glyphs[found])
        at = at if found is None else found + 1
    return placed


def _find_glyph(glyphs: Sequence[Glyph], letter: str, start: int) -> int | None:
    for at in range(start, min(start + _LOOK_AHEAD, len(glyphs))):
        if glyphs[at].letter == letter:
            return at
    return None


def spell_out(letters: str) -> str:
    """Return text with the ligatures of typesetting (one sign for "fi") as the letters that they are."""
    return letters if letters.isascii() else letters.translate(_LIGATURES)


def multiply(first: Matrix, second: Matrix) -> Matrix:
    """Return the matrix that does ``first`` and then ``second``."""
    a, b, c, d, e, f = first
    k, l, m, n, o, p = second  # noqa: E741
    return (a * k + b * m, a * l + b * n, c * k + d * m, c * l + d * n, e * k + f * m + o, e * l + f * n + p)


def transform(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Return where a matrix moves a point."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def scale_of(matrix: Matrix) -> float:
    """Return how much a matrix makes letters higher."""
    return hypot(matrix[2], matrix[3])


def _decode(font: Any, string: str | bytes) -> list[tuple[str, str]]:
    """Return the codes of a string as pypdf keys its widths by them, each with the letters it stands for."""
    if isinstance(string, str):
        return [(one, one) for one in string]
    if isinstance(font.encoding, str):
        raw = string.decode(font.encoding, "replace")
        return [(one, str(font.character_map.get(one, one))) for one in raw]
    pairs = ((chr(code), font.encoding.get(code, chr(code))) for code in string)
    return [(raw, str(font.character_map.get(letter, letter))) for raw, letter in pairs]


def _object(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value


def _resources(holder: Any) -> Any:
    """Return the resources of a page or form; a page may have them from the pages above it."""
    for _ in range(50):
        if not hasattr(holder, "get"):
            return {}
        found = _object(holder.get("/Resources"))
        if hasattr(found, "get"):
            return found
        holder = _object(holder.get("/Parent"))
    return {}


def _form(resources: Any, operands: Any) -> Any:
    drawn = _object(resources.get("/XObject", {}))
    return _object(drawn.get(operands[0])) if operands and hasattr(drawn, "get") else None


def _number(operands: Any, at: int, otherwise: float = 0.0) -> float:
    given = operands[at] if at < len(operands) else otherwise
    return float(given) if isinstance(given, (int, float)) else otherwise
