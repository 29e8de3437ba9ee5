"""What readers of documents give: a text with its links and places, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from factdesk.model import EssayOutcome, Locator
from factdesk.reading.links import FoundLink


class RefusedEssayError(Exception):
    """An essay's file that gives no text: its outcome, and one sentence that names the mend."""

    def __init__(self, outcome: EssayOutcome, detail: str) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.detail = detail


@dataclass(frozen=True, slots=True)
class DocumentText:
    """What a document gave: its text, links and places, and what it says of itself.

    ``fault`` is one clause about a part of it that was not read.
    """

    text: str
    links: tuple[FoundLink, ...]
    locators: tuple[Locator, ...]
    title: str | None = None
    author: str | None = None
    published_on: date | None = None
    fault: str | None = None
