"""What a recheck tells Prefect: one line, and a page that names what failed with its mend; no quotes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from factdesk.model import ChangeKind, PassageFate, SourceOutcome
from factdesk.ops.run_summary import count_table, failure_table, source_failures, store_lines
from factdesk.pipeline import StoreReport
from factdesk.pipeline.changed_sources import ChangesNoted
from factdesk.pipeline.rejudging import Rejudged
from factdesk.reports.words import count_words
from factdesk.sources.gather import Gathered
from factdesk.sources.known import FLEETING_OUTCOMES

_UNREACHED = FLEETING_OUTCOMES - {
    SourceOutcome.BLOCKED_BY_GUARD,
    SourceOutcome.TRUNCATED,
    SourceOutcome.PARSER_KILLED,
}


@dataclass(frozen=True, slots=True)
class RecheckStory:
    """What a recheck found. ``reopened`` is None while its verdicts are not published."""

    gathered: tuple[Gathered, ...]
    noted: ChangesNoted
    rejudged: Rejudged
    reopened: int | None

    def line(self) -> str:
        """Return the recheck in one line."""
        told = [f"{count_words(len(self.gathered), 'source')} rechecked", *self._sources(), *self._passages()]
        told.append(f"{count_words(len(self.rejudged.judged), 'claim')} with a new verdict")
        if self.reopened is None:
            told.append("how many of them are reopened is known with the next published copy")
        elif self.reopened:
            told.append(f"{self.reopened} reopened")
        if faults := len(self.rejudged.faults) + len(self.noted.faults):
            told.append(count_words(faults, "fault"))
        return ", ".join(told) + "."

    def _sources(self) -> list[str]:
        """A failed fetch is no deletion: only a server that says so makes a source gone."""
        kinds = Counter(one.kind for one in self.noted.changes)
        outcomes = [one.fetch.outcome for one in self.gathered]
        told = {
            "changed": kinds[ChangeKind.TEXT],
            "changed in typesetting alone": kinds[ChangeKind.TRIVIAL],
            "only read otherwise by a newer reader": kinds[ChangeKind.EXTRACTOR],
            "gone": outcomes.count(SourceOutcome.GONE),
            "not reached": sum(one in _UNREACHED for one in outcomes),
        }
        return [f"{number} {what}" for what, number in told.items() if number]

    def _passages(self) -> list[str]:
        counts = self.noted.counts()
        died, moved = (
            counts.get(f"passage.{fate.value}", 0) for fate in (PassageFate.DIED, PassageFate.MOVED)
        )
        told = [f"{count_words(died, 'passage')} no longer there"] if died else []
        return [*told, f"{count_words(moved, 'passage')} moved"] if moved else told

    def markdown(self, counts: Mapping[str, int], store: StoreReport) -> str:
        """Return the recheck in one page: counts, every failure with the mend, the warehouse."""
        faults = [f"| claim | `{one.claim_id}` | fault | {one.reason} |" for one in self.rejudged.faults]
        faults += [
            f"| source | `{one.source_id}` | not compared | {one.reason} |" for one in self.noted.faults
        ]
        lines = [
            "# Sources rechecked",
            "",
            self.line(),
            "",
            *count_table(counts),
            *failure_table([*faults, *source_failures(self.gathered)]),
            "## Warehouse",
            "",
            *store_lines(store),
        ]
        return "\n".join(lines) + "\n"
