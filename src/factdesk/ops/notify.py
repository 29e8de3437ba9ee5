"""Tells operators of flow runs that failed, crashed, took too long or are late, once each.

``factdesk up`` calls `Notifier.look` every few seconds. A look works in a thread of its own: a mail server
that hangs holds up nothing but the next message.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from factdesk.config import Home
from factdesk.errors import DeliveryError
from factdesk.ops.mail import PASSWORD_VARIABLE
from factdesk.ops.notices import Notice, make_test_notice
from factdesk.ops.notified import Ledger, Place, Waiting, read_ledger, write_ledger
from factdesk.ops.prefect_api import PrefectApi, PrefectError
from factdesk.ops.run_moments import find_bad_ends, find_late, find_recovered, make_notices
from factdesk.ops.sinks import Sink, list_sinks

SAVE_EVERY = timedelta(minutes=1)
"""How often the time of the last look is written when nothing happened."""

Say = Callable[[str], None]


def _say_on_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def notified_path(home: Home) -> Path:
    """Return the file that keeps what was told."""
    return home.prefect_home / "notified.json"


class Notifier:
    """Looks for what operators must know and sends it. One a home at a time: the one of ``factdesk up``.

    ``say`` gets one sentence when a place cannot be reached, and is called from another thread.
    """

    def __init__(self, home: Home, api_url: str, *, say: Say = _say_on_stderr) -> None:
        self._home_name = home.root.name
        self._path = notified_path(home)
        self._api = PrefectApi(api_url)
        self._late_after = timedelta(minutes=home.settings.notify.late_after_minutes)
        self._sinks = list_sinks(home.settings.notify, os.environ.get(PASSWORD_VARIABLE))
        self._say = say
        self._thread: threading.Thread | None = None
        self._ledger: Ledger | None = None
        self._first_look: datetime | None = None
        self._saved_at: datetime | None = None
        self._is_quiet = False

    def look(self, now: datetime) -> None:
        """Look for news and send it, in the background. Returns at once and never raises.

        Does nothing when no place is named in ``[notify]``, or while the look before still goes on.
        """
        if not self._sinks or (self._thread is not None and self._thread.is_alive()):
            return
        self._thread = threading.Thread(
            target=self._look, args=(now.astimezone(UTC),), name="notify", daemon=True
        )
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait for a look that goes on; False when it still does after that time."""
        if self._thread is not None:
            self._thread.join(seconds)
            return not self._thread.is_alive()
        return True

    def _look(self, now: datetime) -> None:
        try:
            self._look_and_send(now)
        except OSError as error:
            self._say(
                f"what was told cannot be kept in {self._path} ({error.strerror}); make the folder writable"
            )
        except Exception as error:  # the outermost wall of this thread: the service goes on without it
            self._say(f"notifications met a fault ({type(error).__name__}: {error}); report it")

    def _look_and_send(self, now: datetime) -> None:
        ledger = self._ledger = self._ledger or read_ledger(self._path, now)
        self._first_look = self._first_look or now
        ledger.prune(now, [sink.key for sink in self._sinks])
        if self._find_news(ledger, now) or self._saved_at is None or now - self._saved_at >= SAVE_EVERY:
            self._save(now)
        for sink in self._sinks:
            place = ledger.places.get(sink.key)
            if place is not None:
                self._deliver(sink, place, now)

    def _save(self, now: datetime) -> None:
        if self._ledger is not None:
            write_ledger(self._path, self._ledger)
            self._saved_at = now

    def _find_news(self, ledger: Ledger, now: datetime) -> bool:
        """Put what is new into the ledger; return whether something is."""
        try:
            bad = find_bad_ends(self._api, ledger.window(now), ledger.told.keys())
            moments = [
                *bad.moments,
                *find_late(self._api, now, self._late_after, self._first_look or now),
                *find_recovered(self._api, ledger.unsettled_runs()),
            ]
            news = [moment for moment in moments if moment.key not in ledger.told]
            notices = make_notices(self._api, news, self._home_name)
        except PrefectError as error:
            # Said once: factdesk up restarts the server and says so itself.
            if not self._is_quiet:
                self._say(f"nothing can be told of runs now: {error}")
            self._is_quiet = True
            return False
        self._is_quiet = False
        for key, run_id in bad.looked_at.items():
            ledger.note(key, run_id, None, now)
        for moment in news:
            ledger.note(moment.key, moment.run_id, moment.event, now)
        ledger.queue(notices, [sink.key for sink in self._sinks], now)
        ledger.looked_at = now
        return bool(news or bad.looked_at)

    def _deliver(self, sink: Sink, place: Place, now: datetime) -> None:
        dropped = place.give_up(now)
        if dropped:
            self._say(f"{sink.name}: {len(dropped)} messages are given up; Prefect's pages show the runs")
            self._save(now)
        while place.is_due(now):
            fault = _try(sink, place.waiting[0])
            if fault is not None and fault.may_pass:
                if not place.failures:
                    self._say(f"{fault}; {len(place.waiting)} messages wait and are tried again for a day")
                place.note_failure(now)
            else:
                if fault is not None:
                    self._say(f"{fault}; the message is not tried again")
                del place.waiting[0]
                place.note_success()
            self._save(now)


def _try(sink: Sink, waiting: Waiting) -> DeliveryError | None:
    try:
        sink.send(waiting.notice)
    except DeliveryError as error:
        return error
    return None


def send_test_notice(home: Home, now: datetime) -> Sequence[tuple[str, str | None]]:
    """Send one test message to every place at once; return each place and its fault, None when taken."""
    sinks = list_sinks(home.settings.notify, os.environ.get(PASSWORD_VARIABLE))
    notice: Notice = make_test_notice(home.root.name, now)
    told = []
    for sink in sinks:
        fault = _try(sink, Waiting(notice, now))
        told.append((sink.name, str(fault) if fault else None))
    return told
