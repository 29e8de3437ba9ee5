"""The history of a claim as its page tells it, act by act, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factdesk.desk.claim_events import Event
from factdesk.desk.words import ACTS, AIMED_ACTS
from factdesk.model import Act

_TELLING = (
    *(Act.DECIDE, Act.UNDO, Act.DISPUTED, Act.CORRECTION_REQUESTED, Act.CORRECTION_MADE),
    *(Act.CORRECTION_REFUSED, Act.OUR_CHECK_CORRECTED, Act.AUTHOR_REPLIED),
)
"""Acts whose words tell a second checker what the first one said."""

_LINKING = (
    *(Act.AUTHOR_REPLIED, Act.DISPUTED, Act.CORRECTION_MADE, Act.OUR_CHECK_CORRECTED),
    *(Act.CORRECTION_REQUESTED, Act.CORRECTION_REFUSED, Act.AUTHOR_ASKED),
)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One act: what was done, in words; whether it was taken back, and whether it tells a decision."""

    event: Event
    said: str
    is_back: bool
    is_telling: bool

    @property
    def link(self) -> str | None:
        """The page that somebody named, None where there is none."""
        return self.event.target if self.event.act in _LINKING else None

    @property
    def source_id(self) -> str | None:
        """The source that was attached, None for other acts."""
        return self.event.target if self.event.act == Act.ATTACH else None

    @property
    def given_to(self) -> str | None:
        """Who was given the claim; empty for nobody, None for other acts."""
        return (self.event.target or "") if self.event.act == Act.ASSIGN else None


def tell_history(events: Sequence[Event]) -> list[HistoryLine]:
    """Return what was done on a claim, the latest act first; who merely opened it is left out."""
    by_id = {str(one.id): one for one in events}
    undone = {one.target for one in events if one.act == Act.UNDO}
    return [
        HistoryLine(one, _say(one, by_id), str(one.id) in undone, one.act in _TELLING)
        for one in reversed(events)
        if one.act != Act.LEASE
    ]


def _say(event: Event, by_id: Mapping[str, Event]) -> str:
    if event.act == Act.UNDO:
        back = by_id.get(event.target or "")
        if back is not None and back.act != Act.DECIDE:
            return f"took back: {ACTS[back.act]}"
    return AIMED_ACTS.get((event.act, event.target or ""), ACTS[event.act])
