"""The desk of ``factdesk up``: started, watched, and started again when it has ended."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

from factdesk.config import Home
from factdesk.desk.people import system_user
from factdesk.desk.running import RunningDesk, make_link, running_desk
from factdesk.ops.desk_probe import ask_desk
from factdesk.ops.service_logs import ServiceLogs
from factdesk.ops.services import KeptService
from factdesk.ops.up_services import make_desk

LOOK_SECONDS = 2.0

QUESTION_SECONDS = 10.0
"""How often it is asked whether it is well; twice the same fault is one that stays."""

STOP_SECONDS = 60.0
"""It stores what waits and makes the editors' copy anew before it ends; stopped hard, it loses nothing."""


class KeptDesk:
    """The desk of a home. Where one was started by hand it is left alone, and ours follows when it ends."""

    def __init__(
        self,
        home: Home,
        logs: ServiceLogs,
        say: Callable[[str], None],
        *,
        question_seconds: float = QUESTION_SECONDS,
    ) -> None:
        self._home = home
        self._logs = logs
        self._say = say
        self._kept = KeptService(make_desk(home, logs), say)
        self._is_begun = False
        self._told: RunningDesk | None = None
        self._is_link_told = False
        self._next_look = 0.0
        self._question_seconds, self._next_question = question_seconds, 0.0
        self._seen_wrong: str | None = None
        self._told_wrong: str | None = None

    def look(self) -> None:
        """Start it when its time has come, and say where it is as soon as it serves."""
        if self._is_begun:
            self._kept.look()
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + LOOK_SECONDS
        desk = running_desk(self._home.warehouse)
        if not self._is_begun and desk is None:
            self._is_begun = True
            self._kept.service.start()
        elif desk is not None and desk != self._told:
            self._tell(desk)
        elif self._told is not None and time.monotonic() >= self._next_question:
            self._ask(self._told, is_keeper=desk is not None)

    def _ask(self, desk: RunningDesk, *, is_keeper: bool) -> None:
        """Say once what is wrong with it, and once that it is well again; what passes at once is not said.

        One that does not keep the warehouse may have ended: then it is heard only if it says so itself.
        """
        self._next_question = time.monotonic() + self._question_seconds
        found = ask_desk(desk)
        if found is not None and not (is_keeper or found.is_told):
            return
        wrong = f"{found.said}; {found.mend}" if found else None
        if wrong is None and self._told_wrong is not None:
            self._say("the desk is well again")
            self._told_wrong = None
        elif wrong is not None and wrong == self._seen_wrong != self._told_wrong:
            self._say(f"the desk is not well: {wrong}")
            self._told_wrong = wrong
        self._seen_wrong = wrong

    def _tell(self, desk: RunningDesk) -> None:
        self._told, self._seen_wrong, self._told_wrong = desk, None, None
        if desk.process != self._kept.service.pid:
            self._say(f"a desk runs already at {desk.address} (process {desk.process}); it is left alone")
            return
        self._say(f"the desk: {desk.address}")
        if self._home.settings.desk.sign_in == "link" and not self._is_link_told:
            self._is_link_told = True
            self._tell_link(desk)

    def _tell_link(self, desk: RunningDesk) -> None:
        if not self._logs.is_watched:
            self._say("factdesk desk --link prints a link to sign in there")
            return
        person = system_user()
        link = make_link(self._home, desk.address, person)
        self._logs.whisper("up", f"sign in once as {person} within a quarter of an hour: {link}")

    def stop(self) -> None:
        """End it when it runs."""
        self._kept.service.end(signal.SIGTERM, STOP_SECONDS)
