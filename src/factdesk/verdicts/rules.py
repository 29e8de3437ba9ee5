"""How a rating is reached: one ordered table of rules; the first that applies gives the rating.

Each rule has a code that never changes its meaning and a sentence for the reviewer. The sentence may use
``{missing}`` (what the source does not show), ``{claimed}`` and ``{found}`` (the facet in conflict) and
``{unread}`` (why the sources gave no text).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from factdesk.model import Rating
from factdesk.verdicts.value_notes import OVERSTATED, UNDERSTATED, ValueNote
from factdesk.verdicts.weighing import Weighed

RULES_VERSION = 13
"""Raised by hand when code changes what a verdict says on the cases."""


CLOSE = 0.45
"""A passage that denies must hold this share of what the closest backing passage holds of the claim."""

NEARLY = 0.75
"""A passage that backs the claim with less than this share of the denying one's weighs nothing against it."""

CLOSE_IN_POLLS = 1.0
"""The same in polls, where shares of many questions and groups stand side by side."""


ALTERED_COPY = "altered_copy"
SEVERAL_FIGURES = "several_figures"


@dataclass(frozen=True, slots=True)
class Case:
    """What a verdict is given on: the listed parts, and every passage weighed, of all sources."""

    kind: str
    parts: tuple[str, ...]
    weighed: tuple[Weighed, ...]
    has_sources: bool
    has_text: bool
    is_verbatim: bool
    is_read: bool
    of_other_sources: frozenset[int] = frozenset()
    """Places in ``weighed`` of passages of a source in which the sentence does not stand word for word."""
    gives_several_figures: bool = False
    """Whether the claim's sentence gives more figures than one: which of them a source denies is not sure."""
    altered: tuple[str, str] | None = None
    """What the claim has changed in a sentence of the source that it repeats, and what stands there."""

    def having(self, stance: str) -> tuple[Weighed, ...]:
        """Return the passages of one stance, in order."""
        return tuple(one for one in self.weighed if one.stance == stance)

    @property
    def backing(self) -> tuple[Weighed, ...]:
        """The passages that back all they can of the claim."""
        return self.having("backs")

    @property
    def denying(self) -> tuple[Weighed, ...]:
        """The passages that deny the claim, unless a closer one backs it.

        The sentence itself is closer than any other of its source; what another source says stands beside it.
        """
        closest = max((one.compared.share for one in self.backing), default=0.0)
        closest *= CLOSE_IN_POLLS if self.kind == "poll" else CLOSE
        beside = 1.0 if self.is_verbatim else closest
        return tuple(
            one
            for place, one in enumerate(self.weighed)
            if one.stance == "denies"
            and one.compared.share >= (closest if place in self.of_other_sources else beside)
        )

    @property
    def is_backed_as_closely(self) -> bool:
        """Whether a passage that backs the claim comes about as close to it as the one that denies it."""
        if self.is_verbatim:
            return True
        if self._is_of_other_parts():
            return False
        backs = max((one.compared.share for one in self.backing), default=0.0)
        denies = max((one.compared.share for one in self.denying), default=0.0)
        needed = NEARLY * denies if self.kind == "sellout" else 0.0
        return bool(self.backing) and backs >= needed

    def _is_of_other_parts(self) -> bool:
        """Whether the source denies one listed thing and backs only others: then it contradicts the list."""
        denied = {part for one in self.denying for part in one.parts_shown}
        return bool(denied) and denied.isdisjoint(part for one in self.backing for part in one.parts_shown)

    def note_of(self, stance: str, code: str) -> ValueNote | None:
        """Return the first note of a code on the passages of one stance."""
        notes = (one.note for one in self.having(stance) if one.note is not None)
        return next((one for one in notes if one.code == code), None)

    @property
    def is_understated(self) -> bool:
        """Whether the passage that decides backs the claim with a figure that says more."""
        note = self.backing[0].note if self.backing else None
        return note is not None and note.code == UNDERSTATED

    @property
    def parts_missing(self) -> tuple[str, ...]:
        """The listed things that no passage shows."""
        shown = {part for one in (*self.backing, *self.having("partly")) for part in one.parts_shown}
        return tuple(part for part in self.parts if part not in shown)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table."""

    code: str
    rating: Rating
    sentence: str
    applies: Callable[[Case], bool]


RULES: tuple[Rule, ...] = (
    Rule(
        "no_linked_source",
        Rating.NOT_ENOUGH_EVIDENCE,
        "The essay links no source for this claim.",
        lambda case: not case.has_sources,
    ),
    Rule(
        "no_source_text",
        Rating.NOT_ENOUGH_EVIDENCE,
        "{unread}",
        lambda case: not case.has_text,
    ),
    Rule(
        "passages_disagree",
        Rating.CONFLICTING,
        "One passage backs the claim and another contradicts it: {claimed} against {found}.",
        lambda case: bool(case.denying) and case.is_backed_as_closely,
    ),
    Rule(
        SEVERAL_FIGURES,
        Rating.NOT_ENOUGH_EVIDENCE,
        "The source says {found} where the claim says {claimed}, but the sentence gives several figures; "
        "a person must say which of them is meant.",
        lambda case: bool(case.denying) and case.gives_several_figures,
    ),
    Rule(
        "typed_conflict",
        Rating.REFUTED,
        "The source speaks of the same thing and says {found}, not {claimed}.",
        lambda case: bool(case.denying),
    ),
    Rule(
        "verbatim",
        Rating.SUPPORTED,
        "The sentence stands word for word in the source.",
        lambda case: case.is_verbatim,
    ),
    Rule(
        ALTERED_COPY,
        Rating.NOT_ENOUGH_EVIDENCE,
        "The claim repeats a sentence of the source, which has {found} where the claim has {claimed}.",
        lambda case: case.altered is not None,
    ),
    Rule(
        "not_read",
        Rating.NOT_ENOUGH_EVIDENCE,
        "No kind of claim reads this sentence, and it does not stand word for word in the source.",
        lambda case: not case.is_read,
    ),
    Rule(
        "understated",
        Rating.SUPPORTED,
        "The source shows what the claim says, and more: {found}, where the claim says {claimed}.",
        lambda case: case.is_understated and not case.parts_missing,
    ),
    Rule(
        "all_facets_match",
        Rating.SUPPORTED,
        "Everything that the claim says is shown by the source.",
        lambda case: bool(case.backing) and not case.parts_missing,
    ),
    Rule(
        "parts_missing",
        Rating.PARTIALLY_SUPPORTED,
        "The source shows a part of the list; it does not show {missing}.",
        lambda case: bool(case.backing) and bool(case.parts_missing),
    ),
    Rule(
        "facets_missing",
        Rating.PARTIALLY_SUPPORTED,
        "The source shows a part of the claim; it does not show {missing}.",
        lambda case: bool(case.having("partly")),
    ),
    Rule(
        "overstated",
        Rating.NOT_ENOUGH_EVIDENCE,
        "The claim goes further than the source: it says {claimed}, the source only {found}.",
        lambda case: case.note_of("silent", OVERSTATED) is not None,
    ),
    Rule(
        "not_shown",
        Rating.NOT_ENOUGH_EVIDENCE,
        "The source says nothing that settles the claim.",
        lambda case: True,
    ),
)


def first_rule(case: Case, rules: Sequence[Rule] = RULES) -> Rule:
    """Return the first rule that applies; the last one always does."""
    return next(rule for rule in rules if rule.applies(case))
