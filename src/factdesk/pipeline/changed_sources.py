"""What became of the texts of gathered sources: written down, and which texts are one and the same page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING
from uuid import UUID

from factdesk.config import Home
from factdesk.errors import WarehouseError
from factdesk.model import ChangeKind, PassageChange, PassageFate, Snapshot, SourceChange, identify
from factdesk.sources.archive import Archive
from factdesk.sources.changes import Comparison, Page
from factdesk.sources.gather import Gathered

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known
    from factdesk.warehouse.source_texts import RestingPassage, SeenText, TextKey


@dataclass(frozen=True, slots=True)
class ChangeFault:
    """A source whose change could not be looked at, and one sentence why. Its claims are judged."""

    source_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class ChangesNoted:
    """The changes of sources that nobody has written down yet. ``same_pages`` are pairs of texts, by source,
    between which the page itself did not change, those written down earlier among them."""

    changes: tuple[SourceChange, ...] = ()
    faults: tuple[ChangeFault, ...] = ()
    same_pages: tuple[tuple[UUID, str, str], ...] = ()

    def counts(self) -> dict[str, int]:
        """Return how many changes of each kind there are, and passages of each fate but the kept ones."""
        counts = Counter(f"change.{one.kind.value}" for one in self.changes)
        counts.update(
            f"passage.{passage.fate.value}"
            for one in self.changes
            if one.kind is not ChangeKind.EXTRACTOR
            for passage in one.passages
            if passage.fate is not PassageFate.KEPT
        )
        return dict(counts)


def fault_words(faults: Iterable[ChangeFault], gathered: Iterable[Gathered]) -> Iterator[str]:
    """Say of each source whose change could not be looked at which it is, and why."""
    urls = {one.source.id: one.source.url for one in gathered}
    for fault in faults:
        yield f"{urls.get(fault.source_id, fault.source_id)}: what changed was not looked at: {fault.reason}"


class SamePages:
    """Says whether two texts of a source are readings of one page."""

    def __init__(self, pairs: Iterable[tuple[UUID, str, str]]) -> None:
        self._leader: dict[TextKey, TextKey] = {}
        for source_id, before, after in pairs:
            one, other = self._find((source_id, before)), self._find((source_id, after))
            self._leader[one] = other

    def are_same(self, source_id: UUID, one: str, other: str) -> bool:
        """Whether both are the same text, or only trivial changes and newer readers lie between them."""
        return self._find((source_id, one)) == self._find((source_id, other))

    def _find(self, key: TextKey) -> TextKey:
        while (above := self._leader.get(key, key)) != key:
            key = above
        return key


def note_changes(gathered: Sequence[Gathered], home: Home, known: Known) -> ChangesNoted:
    """Compare each gathered source's texts, one with the next, where that is not written down yet.

    That is the text that was gathered now and what other runs have fetched since the last look. A text that
    the archive lacks is told in `ChangesNoted.faults`. Raises WarehouseError when the published copy
    cannot be used.
    """
    from factdesk.warehouse.source_texts import list_noted_changes, list_same_pages, list_texts

    ids = list(dict.fromkeys(one.source.id for one in gathered if one.fetch.text_sha256 is not None))
    if not ids:
        return ChangesNoted()
    texts = list_texts(known, ids)
    _add_gathered(texts, gathered)
    noted = list_noted_changes(known, ids)
    steps = [step for one in ids for step in _steps(one, texts.get(one, [])) if step.change_id not in noted]
    changes, faults = _Bench(steps, gathered, home, known).compare_all() if steps else ((), ())
    return ChangesNoted(changes, faults, (*list_same_pages(known, ids), *_same_now(changes, steps)))


@dataclass(frozen=True, slots=True)
class _Step:
    """From one text of a source to the next."""

    source_id: UUID
    before: SeenText
    after: SeenText

    @property
    def change_id(self) -> UUID:
        """The id of the change that tells of this step."""
        return identify("SourceChange", self.source_id, self.after.since)


def _steps(source_id: UUID, texts: Sequence[SeenText]) -> Iterator[_Step]:
    for before, after in pairwise(texts):
        yield _Step(source_id, before, after)


def _add_gathered(texts: dict[UUID, list[SeenText]], gathered: Iterable[Gathered]) -> None:
    """Put what was gathered now after what is published."""
    from factdesk.warehouse.source_texts import SeenText

    for one in gathered:
        fetch, seen = one.fetch, texts.setdefault(one.source.id, [])
        if fetch.text_sha256 is None or (seen and fetch.fetched_at <= seen[-1].until):
            continue
        now = SeenText(
            fetch.text_sha256,
            fetch.fetched_at,
            fetch.fetched_at,
            fetch.decoded_sha256,
            fetch.full_text_sha256,
        )
        if not seen or seen[-1].text_sha256 != now.text_sha256:
            seen.append(now)


def _same_now(changes: Iterable[SourceChange], steps: Iterable[_Step]) -> Iterator[tuple[UUID, str, str]]:
    by_id = {step.change_id: step for step in steps}
    for change in changes:
        if change.kind is not ChangeKind.TEXT:
            step = by_id[change.id]
            yield step.source_id, step.before.text_sha256, step.after.text_sha256


class _Bench:
    """What comparing needs: the archive, the texts' snapshots, and the passages that verdicts rest on."""

    def __init__(
        self, steps: Sequence[_Step], gathered: Iterable[Gathered], home: Home, known: Known
    ) -> None:
        from factdesk.warehouse.source_texts import list_resting_passages, load_snapshots

        self._steps = steps
        self._archive = Archive(home.warehouse / "snapshots")
        before = {(step.source_id, step.before.text_sha256) for step in steps}
        after = {(step.source_id, step.after.text_sha256) for step in steps}
        self._passages: Mapping[TextKey, tuple[RestingPassage, ...]] = list_resting_passages(known, before)
        self._snapshots: dict[TextKey, Snapshot] = load_snapshots(known, before | after)
        for one in gathered:
            if one.snapshot is not None:
                self._snapshots[one.source.id, one.snapshot.text_sha256] = one.snapshot

    def compare_all(self) -> tuple[tuple[SourceChange, ...], tuple[ChangeFault, ...]]:
        """Compare each pair of texts; what cannot be compared is told."""
        changes: list[SourceChange] = []
        faults: list[ChangeFault] = []
        for step in self._steps:
            try:
                changes.append(self._compare(step))
            except WarehouseError as error:
                faults.append(ChangeFault(step.source_id, str(error)))
        return tuple(changes), tuple(faults)

    def _compare(self, step: _Step) -> SourceChange:
        before, after = self._snapshot(step, step.before), self._snapshot(step, step.after)
        is_reread = before.extractor != after.extractor
        sides = Comparison(
            self._page(step.before, before, is_reread), self._page(step.after, after, is_reread)
        )
        change = sides.change()
        resting = self._passages.get((step.source_id, step.before.text_sha256), ())
        return SourceChange(
            source_id=step.source_id,
            noticed_at=step.after.since,
            before_snapshot_id=before.id,
            after_snapshot_id=after.id,
            kind=change.kind,
            added=change.added,
            removed=change.removed,
            passages=tuple(
                PassageChange(one.claim_id, one.evidence_id, *sides.fate(one.span, one.quote))
                for one in resting
            ),
        )

    def _snapshot(self, step: _Step, text: SeenText) -> Snapshot:
        found = self._snapshots.get((step.source_id, text.text_sha256))
        if found is None:
            raise WarehouseError(
                f"the snapshot of the text {text.text_sha256} of the source {step.source_id} is not"
                " published; run factdesk publish"
            )
        return found

    def _page(self, text: SeenText, snapshot: Snapshot, with_full_text: bool) -> Page:
        full = self._full_text(text.full_text_sha256) if with_full_text else None
        return Page(
            self._archive.get_text(text.text_sha256),
            snapshot.extractor,
            text.decoded_sha256,
            text.full_text_sha256,
            full,
        )

    def _full_text(self, sha256: str | None) -> str | None:
        """Without the page's whole text a newer reader cannot be told from a changed page, and is not."""
        return self._archive.get_text(sha256) if sha256 is not None and self._archive.has(sha256) else None
