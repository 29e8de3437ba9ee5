"""Finds the bundled sample essays and copies them to where a demo may change them."""

from __future__ import annotations

from pathlib import Path

PRESS_ORIGIN = "http://press.example"
"""Stands in the sample essays for the address at which the press site is served."""

QUICK_ESSAY = "harbour-letter.md"
"""The one that has a source file instead of links; it is checked by itself."""

_FOLDER = Path(__file__).resolve().parent


def sample_essays() -> list[Path]:
    """Return the bundled sample essays, in the order of their names."""
    return sorted(path for path in (_FOLDER / "essays").iterdir() if path.is_file())


def sample_source() -> Path:
    """Return the bundled source file of the sample essay `QUICK_ESSAY`."""
    return _FOLDER / "sources" / "harbour-letter-source.txt"


def copy_essays(folder: Path, origin: str) -> list[Path]:
    """Copy the sample essays but the quick one into ``folder``, with their links pointing at ``origin``.

    ``origin`` is a scheme with host and port, without a slash at its end. Returns the copies.
    """
    folder.mkdir(parents=True, exist_ok=True)
    copies = []
    for essay in (one for one in sample_essays() if one.name != QUICK_ESSAY):
        copy = folder / essay.name
        text = essay.read_text(encoding="utf-8").replace(PRESS_ORIGIN, origin)
        copy.write_text(text, encoding="utf-8")
        copies.append(copy)
    return copies
