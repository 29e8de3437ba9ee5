"""``factdesk up`` with all its parts: what is looked at first, the service, and who is told of its runs."""

from __future__ import annotations

from collections.abc import Callable

from factdesk.config import Home
from factdesk.desk.admission import check_settings
from factdesk.ops.deployments import apply_deployments
from factdesk.ops.home_version import note_version, read_version
from factdesk.ops.notify import Notifier
from factdesk.ops.prefect_file import read_prefect_file
from factdesk.ops.up import Look, run_up
from factdesk.ops.upgrade import version_fault

Say = Callable[[str], None]


def bring_up(home: Home, *, log_json: bool = False, with_desk: bool = True) -> int:
    """Bring a home up and keep it up until a signal asks to stop; return the exit code.

    Raises ConfigError for schedules that cannot be and UsageError for a desk that would let the wrong people
    in, before anything is started, and UpError.
    """
    read_prefect_file(home)
    if with_desk:
        check_settings(home)
    return run_up(home, _apply, log_json=log_json, make_look=_notify, with_desk=with_desk)


def _apply(home: Home, api_url: str, say: Say) -> None:
    fault = version_fault(home)
    if fault is not None:
        say(f"{fault}; factdesk upgrade, before factdesk up, backs everything up first")
    apply_deployments(home, api_url, say)
    if read_version(home) is None:
        note_version(home)


def _notify(home: Home, api_url: str, say: Say) -> Look:
    return Notifier(home, api_url, say=say).look
