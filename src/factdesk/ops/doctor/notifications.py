"""Checks of who is told when something goes wrong."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime

from factdesk.config import CONFIG_NAME, Home
from factdesk.ops.doctor.checks import Check, Finding
from factdesk.ops.mail import PASSWORD_VARIABLE
from factdesk.ops.notified import read_ledger
from factdesk.ops.notify import notified_path, send_test_notice
from factdesk.ops.sinks import list_sinks

_NAME = "notifications"


def check_notifications(home: Home, now: datetime) -> Check:
    """Whether somebody is told, and whether messages wait for a place that is down."""
    notify = home.settings.notify
    password = os.environ.get(PASSWORD_VARIABLE)
    sinks = list_sinks(notify, password)
    if not sinks:
        mend = f"write notify.webhooks or notify.email_to into {home.root / CONFIG_NAME}"
        return Check(_NAME, Finding.WARN, "nobody is told when a run fails", mend)
    places = read_ledger(notified_path(home), now).places
    stuck = [
        f"{len(place.waiting)} for the {sink.name}"
        for sink in sinks
        if (place := places.get(sink.key)) is not None and place.waiting
    ]
    if stuck:
        said = f"messages wait: {'; '.join(stuck)}"
        return Check(_NAME, Finding.WARN, said, "factdesk doctor --notify says what is wrong there")
    if notify.smtp_user and not password:
        said = f"{PASSWORD_VARIABLE} is not set here, and notify.smtp_user is"
        return Check(_NAME, Finding.WARN, said, "set it where factdesk up starts; see the systemd unit")
    return Check(_NAME, Finding.OK, ", ".join(sink.name for sink in sinks))


def try_notifications(home: Home, now: datetime) -> Iterator[Check]:
    """Send one test message to each place and say what came of it."""
    answers = send_test_notice(home, now)
    if not answers:
        yield Check("test message", Finding.FAIL, "there is no place to send one to", "name one in [notify]")
    for place, fault in answers:
        if fault is None:
            yield Check("test message", Finding.OK, f"taken: {place}")
        else:
            yield Check("test message", Finding.FAIL, fault, "mend that, then: factdesk doctor --notify")
