"""When a schedule runs: cron or interval, in a time zone, exactly as Prefect's server plans it.

Cron texts are held to a part of the language that all cron programs read alike. Prefect's own reader
takes more but gets some of it wrong (it reads the hour ``4-4`` as every hour, and with the days ``1,31`` it
leaves out the first of March), and then a list of next runs would be a guess.

Where clocks change, Prefect plans a cron time on the wall clock: a time that the change skips runs one
change earlier (01:30 at 00:30), a time that comes twice runs the first time only. An interval counts
seconds from its anchor and does not see the change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

DAY_SECONDS = 86_400
MINUTE_SECONDS = 60
HOUR_SECONDS = 3_600
FEBRUARY_DAYS = (28, 29)
DAY_FIELD = "day of the month"

_NUMBER = r"(?:\d|[1-9]\d)"
_MONTH = r"(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"
_WEEKDAY = r"(?:SUN|MON|TUE|WED|THU|FRI|SAT)"
_STEP = r"(?:/[1-9]\d?)"


def _field(*values: str, star_step: bool = True) -> re.Pattern[str]:
    """Return the pattern of one field: ``*``, ``*/5``, or a list of ``3``, ``3-9`` and ``3-9/2``."""
    star = rf"\*{_STEP}?" if star_step else r"\*"
    item = "(?:" + "|".join(rf"{value}(?:-{value}{_STEP}?)?" for value in values) + ")"
    return re.compile(rf"(?:{star}|{item}(?:,{item})*)", re.IGNORECASE)


_FIELDS = (
    ("minute", _field(_NUMBER)),
    ("hour", _field(_NUMBER)),
    (DAY_FIELD, _field(_NUMBER, star_step=False)),
    ("month", _field(_NUMBER, _MONTH)),
    ("day of the week", _field(_NUMBER, _WEEKDAY)),
)


@dataclass(frozen=True, slots=True)
class CronRule:
    """Runs at the minutes that a cron text names, on the clock of a time zone."""

    cron: str
    timezone: str


@dataclass(frozen=True, slots=True)
class IntervalRule:
    """Runs every so many seconds, counted from ``anchor``; the time zone only says how times are shown."""

    seconds: int
    anchor: datetime
    timezone: str


Rule = CronRule | IntervalRule


def next_runs(rule: Rule, since: datetime, count: int) -> tuple[datetime, ...]:
    """Return the next ``count`` times at or after ``since``, in the rule's time zone."""
    return tuple(islice(_times(rule, since), count))


def _times(rule: Rule, since: datetime) -> Iterator[datetime]:
    if isinstance(rule, IntervalRule):
        return _interval_times(rule, since)
    return _cron_times(rule, since)


def _interval_times(rule: IntervalRule, since: datetime) -> Iterator[datetime]:
    zone = ZoneInfo(rule.timezone)
    step = timedelta(seconds=rule.seconds)
    number = -((rule.anchor - since) // step)
    while True:
        yield (rule.anchor.astimezone(UTC) + number * step).astimezone(zone)
        number += 1


def _cron_times(rule: CronRule, since: datetime) -> Iterator[datetime]:
    zone = ZoneInfo(rule.timezone)
    # One second back: the library gives times after its start, and a run may be due at this very second.
    start = since.astimezone(zone).replace(tzinfo=None) - timedelta(seconds=1)
    seen: set[datetime] = set()
    for wall in CronSim(rule.cron, start):
        time = _on_the_clock(wall, zone)
        instant = time.astimezone(UTC)
        if instant >= since and instant not in seen:
            seen.add(instant)
            yield time


def _on_the_clock(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant at which Prefect runs a wall clock time: see the head of this module."""
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    before, after = first.utcoffset(), second.utcoffset()
    if before is not None and after is not None and after > before:
        return first - (after - before)
    return first


def rule_words(rule: Rule) -> str:
    """Say a rule ("every 15 minutes", "at 02:15 every day (15 2 * * *)").

    >>> rule_words(CronRule("15 2 * * *", "UTC"))
    'at 02:15 every day (15 2 * * *)'
    """
    if isinstance(rule, CronRule):
        said = CronSim(rule.cron, datetime(2026, 1, 1)).explain()
        return f"{said[0].lower()}{said[1:]} ({rule.cron})"
    for seconds, word in ((DAY_SECONDS, "day"), (HOUR_SECONDS, "hour"), (MINUTE_SECONDS, "minute")):
        if rule.seconds % seconds == 0:
            return _every(rule.seconds // seconds, word)
    return _every(rule.seconds, "second")


def _every(number: int, word: str) -> str:
    return f"every {word}" if number == 1 else f"every {number:,} {word}s"


def rule_body(rule: Rule) -> dict[str, Any]:
    """Return a rule under the names that Prefect's files and REST answers have for it."""
    if isinstance(rule, CronRule):
        return {"cron": rule.cron, "timezone": rule.timezone}
    anchor = rule.anchor.isoformat()
    return {"interval": rule.seconds, "anchor_date": anchor, "timezone": rule.timezone}


def rule_from_body(body: Mapping[str, Any]) -> Rule | None:
    """Return the rule in such a body; None for a kind that Factdesk does not make (rrule, calendar days)."""
    timezone = body.get("timezone") or "UTC"
    if "cron" in body:
        return CronRule(body["cron"], timezone)
    try:
        anchor = datetime.fromisoformat(body["anchor_date"]).astimezone(UTC)
        return IntervalRule(int(body["interval"]), anchor, timezone)
    except (KeyError, TypeError, ValueError):
        return None


def cron_fault(cron: str) -> str | None:
    """Return what is wrong with a cron text, in words that end in the mend; None when nothing is."""
    fields = cron.split()
    if len(fields) != len(_FIELDS):
        return 'it has not five fields; write minute, hour, day, month, weekday, for example "15 2 * * *"'
    for (name, pattern), field in zip(_FIELDS, fields, strict=True):
        if not pattern.fullmatch(field) or any(_is_lone(part) for part in field.split(",")):
            return f"its {name} {field!r} is not understood; write *, 3, 3-9, 3-9/2, a list of these" + (
                ", or 1-31/5" if name == DAY_FIELD else ", or */5"
            )
    if fields[2] != "*" and fields[4] != "*":
        return (
            "it limits the day of the month and the weekday, which is read in two ways; make it two schedules"
        )
    return _library_fault(cron)


def _is_lone(part: str) -> bool:
    """Whether a range has one value: Prefect reads ``4-4`` as ``*``."""
    first, dash, last = part.partition("/")[0].partition("-")
    return bool(dash) and first.lower() == last.lower()


def _library_fault(cron: str) -> str | None:
    try:
        days = CronSim(cron, datetime(2026, 1, 1)).days
    except CronSimError as error:
        return f"{str(error)[0].lower()}{str(error)[1:]}; write a value that this field has"
    if any(_jumps_over(days, length) for length in FEBRUARY_DAYS):
        return "Prefect would leave out the first of March, which its days begin with; make it two schedules"
    return None


def _jumps_over(days: set[int], month_days: int) -> bool:
    """Whether Prefect's reader, in search of a day that a month has not, jumps over one of the next month."""
    beyond = [day for day in days if day > month_days]
    return bool(beyond) and month_days not in days and min(days) < min(beyond) - month_days


def is_timezone(name: str) -> bool:
    """Whether a time zone is known by its IANA name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def changes_clocks(timezone: str) -> bool:
    """Whether the clocks of a time zone change in the course of three years."""
    zone = ZoneInfo(timezone)
    weeks = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(weeks=number) for number in range(3 * 52))
    return len({week.astimezone(zone).utcoffset() for week in weeks}) > 1


def interval_fault(seconds: int, timezone: str) -> str | None:
    """Return what is wrong with an interval in a time zone, with the mend; None when nothing is.

    Measured with Prefect 3.8.8: a daily interval in Europe/London ran at 09:00 and again at 10:00 on the
    second day after the clocks changed, because the server plans it anew from the anchor.
    """
    if seconds >= DAY_SECONDS and changes_clocks(timezone):
        return (
            f"an interval of a day or more runs twice when the clocks of {timezone} change;"
            " write it as cron, or take timezone: UTC"
        )
    return None
