"""The checks of the desk: its pages, whether what is decided can be stored, and who checks it again."""

from __future__ import annotations

from factdesk.config import Home
from factdesk.desk.admission import check_settings
from factdesk.desk.running import RunningDesk, running_desk, written_desk
from factdesk.desk.second_checks import published_stuck, stuck_mend
from factdesk.errors import FactdeskError, UsageError
from factdesk.ops.desk_probe import DeskFault, ask_desk
from factdesk.ops.doctor.checks import Check, Finding
from factdesk.ops.up_state import UpState


def check_desk(home: Home, up: UpState | None) -> Check:
    """Whether the review pages are there, where they ought to be, and whether they may be."""
    desk = running_desk(home.warehouse)
    if desk is not None:
        return _check_asked(desk, ask_desk(desk))
    lost = written_desk(home.warehouse)
    wrong = ask_desk(lost) if lost is not None else None
    if lost is not None and wrong is not None and wrong.is_told:
        return _check_asked(lost, wrong)
    try:
        check_settings(home)
    except FactdeskError as error:
        said, _, mend = str(error).partition("; ")
        found = Finding.WARN if isinstance(error, UsageError) else Finding.FAIL
        return Check("desk", found, f"it would not start: {said}", mend or "mend the setting")
    if up is not None and up.has_desk:
        mend = "factdesk up starts it again by itself; when it stays so, see .prefect/logs/desk.log"
        return Check("desk", Finding.WARN, "factdesk up runs, and its review pages are not there", mend)
    return Check("desk", Finding.OK, "no review pages are served; factdesk up or factdesk desk serves them")


def check_second_checks(home: Home) -> Check:
    """Whether claims wait for a second person where there is none."""
    try:
        stuck = published_stuck(home)
    except FactdeskError as error:
        said, _, mend = str(error).partition("; ")
        return Check("second check", Finding.WARN, f"cannot be looked at: {said}", mend)
    if stuck:
        return Check("second check", Finding.WARN, stuck, stuck_mend(home))
    return Check("second check", Finding.OK, "no claim waits for a second person who is not there")


def _check_asked(desk: RunningDesk, wrong: DeskFault | None) -> Check:
    said = f"the review pages are at {desk.address} (process {desk.process})"
    if wrong is None:
        return Check("desk", Finding.OK, said)
    return Check("desk", Finding.FAIL, f"{said}, and {wrong.said}", wrong.mend)
