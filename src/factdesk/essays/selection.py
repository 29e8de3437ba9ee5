"""Which essays are new or changed since they were last read, which are not, and which are set aside."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from factdesk.claims.method import find_method_id
from factdesk.config import Home
from factdesk.essays.attempts import Attempt, Journal
from factdesk.essays.identity import KnownEssays, known_entry
from factdesk.essays.inputs import EssayInput


class KnownReadings(KnownEssays, Protocol):
    """What the warehouse knows of readings."""

    def standing_readings(self, reading_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
        """Return reading -> essay for those that are stored and that no later text replaces."""
        ...

    def essay_places(self) -> Mapping[tuple[str, str], UUID]:
        """Return (inbox, path) -> the essay that was last read from there."""
        ...


class Standing(StrEnum):
    """Where an essay stands before a run."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class Selected:
    """An essay, where it stands, and what the journal says of its bytes as they are now."""

    essay: EssayInput
    standing: Standing
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Selection:
    """All essays of a run, in the order in which they were listed."""

    essays: tuple[Selected, ...]

    @property
    def new(self) -> tuple[EssayInput, ...]:
        """Essays of places that the warehouse does not know; one that a person names by URL is always new."""
        return self._of(Standing.NEW)

    @property
    def changed(self) -> tuple[EssayInput, ...]:
        """Essays to read again: other bytes, another finder, or a last try that settled nothing."""
        return self._of(Standing.CHANGED)

    @property
    def unchanged(self) -> tuple[EssayInput, ...]:
        """Essays whose reading is stored and would be the same again."""
        return self._of(Standing.UNCHANGED)

    @property
    def set_aside(self) -> tuple[Selected, ...]:
        """Poisoned essays: they are not read until their bytes or the finder change."""
        return tuple(one for one in self.essays if one.standing is Standing.SET_ASIDE)

    def to_read(self, *, unchanged_too: bool = False) -> tuple[EssayInput, ...]:
        """Return the essays to read, in the order listed, but those that broke a run before come last.

        An essay that kills the process thus takes no essay along that comes before it.
        """
        wanted = {Standing.NEW, Standing.CHANGED, *([Standing.UNCHANGED] if unchanged_too else [])}
        chosen = [one for one in self.essays if one.standing in wanted]
        return tuple(one.essay for one in sorted(chosen, key=lambda one: one.attempt.tries))

    def _of(self, standing: Standing) -> tuple[EssayInput, ...]:
        return tuple(one.essay for one in self.essays if one.standing is standing)


def select_essays(
    essays: Sequence[EssayInput], home: Home, known: KnownReadings, *, method: str | None = None
) -> Selection:
    """Sort essays by whether they need reading; writes nothing and starts no reading worker.

    Feeds must have been opened before: their entries are essays here. An essay is unchanged when the journal
    has its bytes and the finder's ``method`` (by default the one of now) with a final outcome, and the
    warehouse confirms that reading at that place; of a feed's entry the journal has what the feed says of it,
    and its page is not asked for. A local file that the front matter names as a source is not looked at: when
    only that file changed, the essay is unchanged.
    """
    journal = Journal(home.warehouse)
    method = method or find_method_id(home.settings.claims.kinds)
    attempts = [journal.look(essay, method, home.settings.essays.max_bytes) for essay in essays]
    readings = {one.reading_id for one in attempts if one.is_final and one.reading_id is not None}
    stored = known.standing_readings(readings) if readings else {}
    places = known.essay_places()
    poison_after = home.settings.flow.poison_after

    def stand(essay: EssayInput, attempt: Attempt) -> Standing:
        there = places.get((essay.inbox, essay.relative)) if essay.has_place else None
        read_as = stored.get(attempt.reading_id) if attempt.is_final and attempt.reading_id else None
        # After a move and back the file is the same, but the warehouse has the essay at the other place.
        if read_as is not None and (there == read_as or not essay.has_place):
            return Standing.UNCHANGED
        if attempt.tries >= poison_after:
            return Standing.SET_ASIDE
        return Standing.CHANGED if there is not None or _is_known_entry(essay, known) else Standing.NEW

    pairs = zip(essays, attempts, strict=True)
    return Selection(tuple(Selected(essay, stand(essay, attempt), attempt) for essay, attempt in pairs))


def _is_known_entry(essay: EssayInput, known: KnownReadings) -> bool:
    """Whether the warehouse has an essay under the name that a feed gives an entry."""
    return essay.entry is not None and known_entry(essay, known) is not None
