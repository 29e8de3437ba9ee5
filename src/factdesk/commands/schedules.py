"""``factdesk schedules``: a list for people and scripts, and pausing and resuming."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.text import Text

from factdesk.config import Home
from factdesk.ops.deployed import LastRun
from factdesk.ops.pausing import change_schedule
from factdesk.ops.schedule_rules import rule_body, rule_words
from factdesk.ops.schedules import Because, ScheduleRow, Standing, list_schedules
from factdesk.reports.terminal import json_line

Say = Callable[[str], None]

DAY_FORM = "%a %d %b"

_BECAUSE_WORDS = {
    Because.FILE: "by the file",
    Because.OPERATOR: "by an operator",
    Because.WHOLE: "by an operator, the whole deployment",
}
_STANDING_WORDS = {
    Standing.NEW: "not applied yet: the next factdesk up makes it",
    Standing.CHANGED: "the file has another rule, which the next factdesk up applies",
    Standing.REMOVED: "no longer in the file: the next factdesk up removes it",
}


def print_schedules(home: Home, *, as_json: bool, console: Console, say: Say) -> int:
    """Print every schedule with its next runs; one JSON object a line when asked."""
    listed = list_schedules(home, datetime.now(UTC))
    for row in listed.rows:
        if as_json:
            print(json_line(_json_row(row)))
        else:
            _print_row(row, console)
    if listed.remark:
        say(listed.remark)
    return 0


def _json_row(row: ScheduleRow) -> dict[str, Any]:
    body = rule_body(row.rule)
    return {
        "deployment": row.deployment,
        "slug": row.slug,
        "rule": rule_words(row.rule),
        "cron": body.get("cron"),
        "interval_seconds": body.get("interval"),
        "anchor_date": body.get("anchor_date"),
        "timezone": row.rule.timezone,
        "active": row.active,
        "because": row.because,
        "pending": row.pending,
        "standing": row.standing,
        # With the offset of the time zone; json_line would turn them into UTC.
        "next_runs": [time.isoformat() for time in row.next_runs],
        "last_run": _json_run(row.last_run),
    }


def _json_run(run: LastRun | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {"id": run.id, "name": run.name, "state": run.state, "started_at": run.started_at}


def _print_row(row: ScheduleRow, console: Console) -> None:
    state = "active" if row.active else "paused"
    style = "green" if row.active else "yellow"
    because = f" {_BECAUSE_WORDS[row.because]}" if row.because else ""
    console.print(
        Text.assemble((f"{row.deployment}/{row.slug}", "bold"), "  ", (f"{state}{because}", style)),
        soft_wrap=True,
    )
    for word, said in _details(row):
        console.print(Text.assemble((f"  {word:<6}", "dim"), said), soft_wrap=True)


def _details(row: ScheduleRow) -> list[tuple[str, str]]:
    details = [("rule", f"{rule_words(row.rule)}, {row.rule.timezone}")]
    if row.next_runs:
        details.append(("next", times_words(row.next_runs)))
    if row.last_run is not None:
        details.append(("last", _last_words(row)))
    if row.standing in _STANDING_WORDS:
        details.append(("note", _STANDING_WORDS[row.standing]))
    if row.pending:
        details.append(("note", "an operator's change waits for the next factdesk up"))
    return details


def _last_words(row: ScheduleRow) -> str:
    run = row.last_run
    if run is None or run.started_at is None:
        return "never"
    zone = row.next_runs[0].tzinfo if row.next_runs else UTC
    started = run.started_at.astimezone(zone)
    return f"{run.state}, started {started.strftime(f'{DAY_FORM} %H:%M:%S')} ({run.name})"


def times_words(times: Sequence[datetime]) -> str:
    """Say times with each day once ("Fri 27 Nov 02:15, 14:15; Sat 28 Nov 02:15").

    Seconds are said when one of them is not zero; an offset is said when the times have several.
    """
    clock = "%H:%M:%S" if any(time.second for time in times) else "%H:%M"
    offsets = len({time.utcoffset() for time in times}) > 1
    days: dict[str, list[str]] = {}
    for time in times:
        shown = time.strftime(clock + (" %Z" if offsets else ""))
        days.setdefault(time.strftime(DAY_FORM), []).append(shown)
    return "; ".join(f"{day} {', '.join(clocks)}" for day, clocks in days.items())


def change(home: Home, name: str, *, active: bool, as_json: bool, console: Console, say: Say) -> int:
    """Pause or resume a deployment or one schedule of it, and say what was done."""
    changed = change_schedule(home, name, active=active, say=say)
    if as_json:
        target = changed.target
        row = {"deployment": target.deployment, "slug": target.slug, "active": changed.active}
        print(json_line({**row, "applied": changed.applied}))
    for sentence in changed.sentences:
        if as_json:
            say(sentence)
        else:
            console.print(Text(sentence), soft_wrap=True)
    return 0
