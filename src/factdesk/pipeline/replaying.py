"""Replay: every verdict reached again from the archived texts. Nothing is fetched, nothing is written.

The same method gives the same verdict, byte for byte; where it does not, that is drift, and no verdict can
be trusted until it is explained. A verdict of another method is no drift: ``factdesk rejudge`` judges it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factdesk.config import Home
from factdesk.errors import FactdeskError
from factdesk.model import Verdict, to_json
from factdesk.pipeline.past_verdicts import LostTextError, PastDesk, PastVerdict
from factdesk.pipeline.records import Progress, silent
from factdesk.sources.erasures import erased_texts
from factdesk.verdicts.judge import Judged
from factdesk.verdicts.method import method_id

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known
    from factdesk.warehouse.past import JudgedClaim

Rejudge = Callable[[PastVerdict], Judged]
"""Judges a claim anew; a test gives one that breaks."""


@dataclass(frozen=True, slots=True)
class Drift:
    """A verdict that the same method does not reach again."""

    past: PastVerdict
    now: Judged

    @property
    def differs(self) -> tuple[str, ...]:
        """Return the names of the fields that are not the same; ``evidence``: the passages are not."""
        before, after = to_json(self.past.verdict), to_json(self.now.verdict)
        fields = tuple(name for name in before if before[name] != after[name])
        return fields if self.past.evidence == self.now.evidence else (*fields, "evidence")


@dataclass(frozen=True, slots=True)
class LostText:
    """An archived text that verdicts rest on and that is not there any more, or not whole."""

    of: str
    text_sha256: str
    reason: str
    claims: tuple[JudgedClaim, ...]


@dataclass(frozen=True, slots=True)
class ReplayFault:
    """A claim that could not be judged again, and one sentence why."""

    claim: JudgedClaim
    reason: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay found. ``other_method`` counts the verdicts of another method, which were not reached
    again; ``same`` those that came out as they were stored; ``erased`` those that rest on a text that was
    erased for good."""

    method: str
    verdicts: int
    same: int
    other_method: int
    erased: int
    drifted: tuple[Drift, ...]
    lost: tuple[LostText, ...]
    faults: tuple[ReplayFault, ...]

    @property
    def is_green(self) -> bool:
        """Whether every verdict of the present method could be reached again and is what it was."""
        return not (self.drifted or self.lost or self.faults)


def replay(
    home: Home, known: Known, *, progress: Progress = silent, rejudge: Rejudge | None = None
) -> Replayed:
    """Reach every current verdict of the published copy again, those of withdrawn claims among them.

    Raises ConfigError for a muted rule that there is not, WarehouseError when the copy cannot be read.
    """
    from factdesk.warehouse.past import list_judged_claims

    method = method_id(home.settings.rules.muted)
    claims = list_judged_claims(known)
    ours = [one for one in claims if one.method == method]
    desk = PastDesk(home, known)
    rejudge = rejudge or desk.judge
    gone = erased_texts(home.warehouse / "snapshots")
    erased = 0
    drifted: list[Drift] = []
    faults: list[ReplayFault] = []
    lost: list[tuple[JudgedClaim, LostTextError]] = []
    for done, (one, past) in enumerate(desk.open(ours)):
        progress("replaying", done, len(ours))
        if isinstance(past, LostTextError) and past.text_sha256 in gone:
            erased += 1
        elif isinstance(past, LostTextError):
            lost.append((one, past))
        elif isinstance(past, FactdeskError):
            faults.append(ReplayFault(one, str(past)))
        else:
            found = _judge(past, rejudge)
            if isinstance(found, ReplayFault):
                faults.append(found)
            elif not past.is_same(found):
                drifted.append(Drift(past, found))
    progress("replaying", len(ours), len(ours))
    return Replayed(
        method=method,
        verdicts=len(claims),
        same=len(ours) - len(drifted) - len(faults) - len(lost) - erased,
        other_method=len(claims) - len(ours),
        erased=erased,
        drifted=tuple(drifted),
        lost=tuple(_by_text(lost)),
        faults=tuple(faults),
    )


def _judge(past: PastVerdict, rejudge: Rejudge) -> Judged | ReplayFault:
    try:
        return rejudge(past)
    except Exception as error:  # the wall around one claim: the others are replayed all the same
        reason = f"judging it failed in a way that was not foreseen ({type(error).__name__}: {error})"
        return ReplayFault(past.judged_claim, reason)


def _by_text(lost: Iterable[tuple[JudgedClaim, LostTextError]]) -> Iterable[LostText]:
    texts: dict[str, list[tuple[JudgedClaim, LostTextError]]] = {}
    for claim, error in lost:
        texts.setdefault(error.text_sha256, []).append((claim, error))
    for sha256, found in texts.items():
        first = found[0][1]
        yield LostText(first.of, sha256, str(first), tuple(claim for claim, _ in found))


def verdict_words(verdict: Verdict) -> dict[str, object]:
    """Return what a verdict says, ready for JSON: what a person compares of two."""
    return {
        "verdict_id": str(verdict.id),
        "rating": verdict.rating.value,
        "confidence": verdict.confidence,
        "support": verdict.support,
        "reasons": [{"code": one.code, "sentence": one.sentence} for one in verdict.reasons],
        "missing": list(verdict.missing),
    }
