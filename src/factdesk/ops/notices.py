"""What operators are told of a flow run, in words. Ids, counts and hosts; never quotes or names of people."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum

MESSAGE_CHARACTERS = 300
"""A state's message may hold the text of an exception, which may be of any length."""


class Event(StrEnum):
    """What happened to a flow run."""

    FAILED = "failed"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    LATE = "late"
    RECOVERED = "recovered"
    TEST = "test"


EVENT_WORDS: Mapping[Event, str] = {
    Event.FAILED: "failed",
    Event.TIMED_OUT: "took too long",
    Event.CRASHED: "crashed",
    Event.LATE: "is late",
    Event.RECOVERED: "completed after all",
    Event.TEST: "is only a test",
}

_MENDS: Mapping[Event, str] = {
    Event.FAILED: "Look at its page or its log, mend the cause, then: factdesk run {command}",
    Event.TIMED_OUT: (
        "What it had fetched is not fetched again by the next run; if that happens often, give it more "
        "time with flow.run_minutes."
    ),
    Event.CRASHED: (
        "Its process ended. What was stored is kept; factdesk up takes the run up again, at most "
        "flow.resume_tries times. If it crashes again: factdesk doctor"
    ),
    Event.LATE: "factdesk doctor says whether the worker lives and what else runs.",
    Event.RECOVERED: "Nothing is to be done.",
    Event.TEST: "Nothing is to be done.",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One message. ``when`` is ISO 8601 in UTC; ``key`` is the same however often the message is sent."""

    key: str
    event: Event
    flow: str
    deployment: str
    flow_run_id: str
    run: str
    state: str
    message: str
    when: str
    mend: str
    link: str
    home: str

    @property
    def subject(self) -> str:
        """Which flow, and what happened to it."""
        return f"{self.flow} {EVENT_WORDS[self.event]} ({self.home})"

    @property
    def text(self) -> str:
        """The message in a few lines, for people."""
        told = f"{self.flow} {EVENT_WORDS[self.event]}: {self.message or self.state}"
        lines = [
            told,
            self.mend,
            f"run {self.run}, state {self.state} since {self.when}, home {self.home}",
            self.link,
        ]
        return "\n".join(line for line in lines if line)

    @property
    def message_id(self) -> str:
        """A short id of the message, without any sign that a mail header could not take."""
        return hashlib.sha256(self.key.encode("utf-8")).hexdigest()[:32]

    def as_body(self) -> dict[str, str]:
        """Return the JSON object that webhooks get; ``text`` is what chat services show."""
        return {**asdict(self), "text": self.text}


def read_notice(body: Mapping[str, str]) -> Notice:
    """Return the notice of a JSON object. Raises KeyError or ValueError when it is none."""
    told = {field.name: str(body[field.name]) for field in fields(Notice) if field.name != "event"}
    return Notice(event=Event(body["event"]), **told)


def mend_for(event: Event, flow: str) -> str:
    """Return what the operator can do."""
    return _MENDS[event].format(command=flow.replace("-", "_"))


def one_line(message: str | None) -> str:
    r"""Return a state's message in one line of at most MESSAGE_CHARACTERS.

    >>> one_line("a fault\n  in two lines")
    'a fault in two lines'
    """
    words = " ".join((message or "").split())
    return words if len(words) <= MESSAGE_CHARACTERS else words[: MESSAGE_CHARACTERS - 1] + "…"


def make_test_notice(home: str, now: datetime) -> Notice:
    """Return the message that ``factdesk doctor --notify`` sends."""
    when = now.astimezone(UTC).isoformat(timespec="seconds")
    return Notice(
        key=f"test:{when}",
        event=Event.TEST,
        flow="factdesk doctor",
        deployment="",
        flow_run_id="",
        run="none",
        state="none",
        message="notifications of this home arrive here",
        when=when,
        mend=mend_for(Event.TEST, ""),
        link="",
        home=home,
    )
