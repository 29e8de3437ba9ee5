"""Asks the desk that runs, on this machine, whether it can store: its probe ``/readyz``."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from factdesk.desk.running import RunningDesk

ANSWER_SECONDS = 5.0
MOST_BYTES = 4_096
"""A sentence; its end is left out when it is longer."""

_MEND = "see its log, and start it again when it stays so"


def ask_desk(desk: RunningDesk) -> tuple[str, str] | None:
    """Return what is wrong with a desk, and the mend; None when it is well.

    A process that lives may fail to answer, or answer and be unable to put anything into the database.
    """
    place = urlsplit(desk.here)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        said = answer.read(MOST_BYTES).decode("utf-8", "replace").strip()
    except (OSError, HTTPException) as error:
        return f"it does not answer ({_why(error)})", _MEND
    finally:
        connection.close()
    if answer.status == 200:
        return None
    fault, _, mend = said.partition("; ")
    return fault, mend or _MEND


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"not within {ANSWER_SECONDS:.0f} s"
    return getattr(error, "strerror", None) or type(error).__name__
