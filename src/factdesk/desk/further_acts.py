"""What people do about a claim besides deciding it: its author, disputes, corrections.

One table says who may do what and when it makes sense; the claim's page and the terminal both ask it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from factdesk.desk.claim_events import Event, standing_decisions
from factdesk.desk.decisions import Actor, event_of
from factdesk.desk.form_fields import read_note, read_term, read_url
from factdesk.desk.roles import Action
from factdesk.errors import UsageError
from factdesk.model import Act, Rating, ReviewEvent, Stage
from factdesk.warehouse.known import Known

_CORRECTED_BY_ESSAY = (Rating.REFUTED, Rating.PARTIALLY_SUPPORTED)
"""The decisions that call for a correction, as in ``reports.corrections``."""

_CORRECTION_ACTS = (Act.CORRECTION_REQUESTED, Act.CORRECTION_MADE, Act.CORRECTION_REFUSED)


class UnfitActError(UsageError):
    """The act makes no sense for the claim as it is now."""


@dataclass(frozen=True, slots=True)
class ClaimState:
    """What the table goes by: the stage of a claim and what was done on it (all acts, in their order)."""

    stage: str
    events: Sequence[Event]

    @property
    def live(self) -> list[Event]:
        """The acts that were not taken back."""
        undone = {one.target for one in self.events if one.act == Act.UNDO}
        return [one for one in self.events if one.act != Act.UNDO and str(one.id) not in undone]

    @property
    def rating(self) -> str | None:
        """What people say of the claim, None while nobody does."""
        standing = standing_decisions(self.events)
        return standing[-1].rating if standing else None

    @property
    def correction(self) -> str | None:
        """The last act on a correction, None while there is none."""
        return next((one.act for one in reversed(self.live) if one.act in _CORRECTION_ACTS), None)

    @property
    def is_settled(self) -> bool:
        """Whether a decision stands that nobody has questioned yet."""
        return self.rating is not None and self.stage in (Stage.DECIDED, Stage.CORRECTED, Stage.REOPENED)

    @property
    def was_otherwise(self) -> bool:
        """Whether somebody had decided otherwise before, so that our own check was another."""
        ratings = {one.rating for one in self.events if one.act == Act.DECIDE}
        return self.is_settled and len(ratings) > 1

    @property
    def needs_correction(self) -> bool:
        """Whether what people say calls for a correction that is not made yet."""
        is_open = self.stage in (Stage.DECIDED, Stage.REOPENED, Stage.WITHDRAWN)
        return is_open and self.rating in _CORRECTED_BY_ESSAY and self.correction != Act.CORRECTION_MADE


@dataclass(frozen=True, slots=True)
class FurtherAct:
    """One act of the table: what its button and its fields say, and when it makes sense.

    ``note`` and ``link`` are the labels of fields, empty where there is none; ``day`` is that of a day until
    which an answer is wanted. ``needs`` names the fields of which one must be filled in.
    """

    act: Act
    action: Action
    button: str
    note: str
    needs: tuple[str, ...]
    fits: Callable[[ClaimState], bool]
    link: str = ""
    day: str = ""


def _is_there(state: ClaimState) -> bool:
    return state.stage != Stage.WITHDRAWN


def _may_have_reply(state: ClaimState) -> bool:
    return state.rating is not None or any(one.act == Act.AUTHOR_ASKED for one in state.live)


FURTHER_ACTS: tuple[FurtherAct, ...] = (
    FurtherAct(
        Act.AUTHOR_ASKED,
        Action.ASK_AUTHOR,
        "Author was asked",
        "What was asked",
        (),
        _is_there,
        day="Answer wanted by",
    ),
    FurtherAct(
        Act.AUTHOR_REPLIED,
        Action.ASK_AUTHOR,
        "Author replied",
        "What the author says",
        ("note",),
        _may_have_reply,
        link="Page that the author names",
    ),
    FurtherAct(
        Act.DISPUTED,
        Action.DISPUTE,
        "Decision is disputed",
        "What is said to be wrong, and by whom",
        ("note",),
        lambda state: state.is_settled,
        link="Page that shows it",
    ),
    FurtherAct(
        Act.CORRECTION_REQUESTED,
        Action.CORRECT,
        "Correction was asked for",
        "Who was asked, and for what",
        (),
        lambda state: state.needs_correction and state.stage != Stage.WITHDRAWN,
        day="Answer wanted by",
    ),
    FurtherAct(
        Act.CORRECTION_MADE,
        Action.CORRECT,
        "Essay was corrected",
        "How it was corrected",
        ("note", "link"),
        lambda state: state.needs_correction,
        link="Page of the correction",
    ),
    FurtherAct(
        Act.CORRECTION_REFUSED,
        Action.CORRECT,
        "Correction was refused",
        "The reason that was given",
        ("note",),
        lambda state: state.needs_correction and state.correction == Act.CORRECTION_REQUESTED,
    ),
    FurtherAct(
        Act.OUR_CHECK_CORRECTED,
        Action.CORRECT,
        "Our own check was corrected",
        "What readers were told",
        ("note",),
        lambda state: state.was_otherwise,
        link="Page that tells it",
    ),
)


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody filled in, as it was typed; ``day`` is an ISO date."""

    note: str = ""
    link: str = ""
    day: str = ""


def fitting_acts(state: ClaimState) -> list[FurtherAct]:
    """Return the acts that make sense for a claim now, in the order of the table."""
    return [one for one in FURTHER_ACTS if one.fits(state)]


def further_event(
    known: Known,
    act: FurtherAct,
    claim_id: UUID,
    state: ClaimState,
    actor: Actor,
    given: Given,
    now: datetime,
) -> ReviewEvent:
    """Return the event of an act. The link is its ``target``, the day until which is its ``until``.

    Raises UnfitActError when the act makes no sense now, and UsageError when something is missing or wrong.
    """
    if not act.fits(state):
        raise UnfitActError(f"“{act.button}” does not fit the claim as it is now; look at its history")
    note, link = read_note(given.note), given.link.strip()
    _check_given(act, note, link)
    return event_of(
        known,
        act.act,
        claim_id,
        actor,
        note=note,
        until=_read_day(act, given.day.strip(), now),
        target=link or None,
    )


def _check_given(act: FurtherAct, note: str | None, link: str) -> None:
    filled = {"note": note, "link": link}
    if act.needs and not any(filled[name] for name in act.needs):
        wanted = " or ".join({"note": "a note", "link": "a link"}[name] for name in act.needs)
        raise UsageError(f"“{act.button}” needs {wanted}: {act.note[:1].lower()}{act.note[1:]}")
    if not link:
        return
    if not act.link:
        raise UsageError(f"“{act.button}” takes no link; put it into the note")
    read_url(link, "the link")


def _read_day(act: FurtherAct, text: str, now: datetime) -> datetime | None:
    if not text:
        return None
    if not act.day:
        raise UsageError(f"“{act.button}” takes no day; put it into the note")
    until = read_term(text, now)
    if until is None:
        raise UsageError("the day must be written as 2026-11-30, lie ahead, and be at most a year away")
    return until


def last_of(state: ClaimState, reviewer: str) -> Event | None:
    """Return the act of the table that somebody may take back: the latest of all, if it is theirs."""
    acts = {one.act for one in FURTHER_ACTS}
    last = next((one for one in reversed(state.live) if one.act in (*acts, Act.DECIDE)), None)
    return last if last is not None and last.act in acts and last.reviewer == reviewer else None


def take_back(known: Known, claim_id: UUID, state: ClaimState, actor: Actor) -> ReviewEvent:
    """Return the event that takes somebody's last act of the table back.

    Raises UnfitActError when the last one is another's, or a decision came after it.
    """
    last = last_of(state, actor.reviewer)
    if last is None:
        raise UnfitActError("the last of these acts is not yours, or a decision came after it; add another")
    return event_of(known, Act.UNDO, claim_id, actor, target=str(last.id))
