"""Asks the desk that runs, on this machine, whether it can store: its probe ``/readyz``."""

from __future__ import annotations

from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from factdesk.desk.running import RunningDesk

ANSWER_SECONDS = 5.0
MOST_BYTES = 4_096
"""A sentence; its end is left out when it is longer."""

_MEND = "see its log, and start it again when it stays so"


@dataclass(frozen=True, slots=True)
class DeskFault:
    """What is wrong with a desk, in words, and the mend; ``is_told`` by the desk itself."""

    said: str
    mend: str
    is_told: bool


def ask_desk(desk: RunningDesk) -> DeskFault | None:
    """Return what is wrong with a desk; None when it is well.

    A process that lives may fail to answer, or answer and be unable to put anything into the database.
    """
    place = urlsplit(desk.here)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        said = answer.read(MOST_BYTES).decode("utf-8", "replace").strip()
    except (OSError, HTTPException) as error:
        return DeskFault(f"it does not answer ({_why(error)})", _MEND, is_told=False)
    finally:
        connection.close()
    if answer.status == 200:
        return None
    fault, _, mend = said.partition("; ")
    return DeskFault(fault, mend or _MEND, is_told=True)


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"not within {ANSWER_SECONDS:.0f} s"
    return getattr(error, "strerror", None) or type(error).__name__
