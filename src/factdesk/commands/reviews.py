"""``factdesk queue``, ``decide`` and ``sql``: people and the published copy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from factdesk.commands.folding import fold_waiting
from factdesk.commands.team import who_acts
from factdesk.config import Home
from factdesk.errors import UsageError
from factdesk.model import Rating
from factdesk.reports.exports import csv_text, json_lines
from factdesk.reports.terminal import SHORT_ID_LENGTH, json_line, print_rows, visible
from factdesk.reports.words import rating_mark, rating_style, rating_words

Say = Callable[[str], None]

BLIND_SAID = "▢ the machine's rating is hidden until you decide"
_KNOWN_RATINGS = ", ".join(rating.value for rating in Rating)


def print_queue(home: Home, limit: int, *, as_json: bool, console: Console, say: Say) -> int:
    """Print the first claims that wait for a person, with why they rank there."""
    from factdesk.desk.queue import count_waiting, queue_rows
    from factdesk.desk.second_checks import published_stuck, stuck_mend

    if limit < 0:
        raise UsageError(f"--limit {limit} is no number of claims; give 0 or more")
    fold_waiting(home, say)
    rows = queue_rows(home.warehouse, limit)
    if as_json:
        for row in rows:
            print(json_line(row))
        return 0
    for row in rows:
        _print_waiting(row, console)
    waiting = count_waiting(home.warehouse)
    if not waiting:
        say(
            f"factdesk: no claim waits in {home.warehouse}; factdesk check ESSAY finds some, and --warehouse "
            "names another warehouse"
        )
        return 0
    console.print(
        f"{len(rows)} of {waiting} waiting; decide with: factdesk decide ID RATING --conclusion ..."
    )
    if stuck := published_stuck(home):
        say(f"factdesk: {stuck}; {stuck_mend(home)}")
    return 0


def _print_waiting(row: Mapping[str, Any], console: Console) -> None:
    console.print(
        Text.assemble(
            (str(row["claim_id"])[:SHORT_ID_LENGTH], "bold"),
            "  ",
            _said_of(row),
            (f"  {row['kind']} · {visible(row['essay_uri'])} · {visible(row['why'])}", "dim"),
        )
    )
    console.print(_indented(Text(visible(" ".join(row["claim"].split())))))
    if row.get("evidence_quote"):
        quote = " ".join(row["evidence_quote"].split())
        console.print(_indented(Text(f"“{visible(quote)}”", style="italic")))
    console.print()


def _said_of(row: Mapping[str, Any]) -> Text:
    if row["is_blind"]:
        return Text(BLIND_SAID)
    rating = row["machine_rating"]
    codes = row.get("reason_codes") or ()  # a copy that an earlier Factdesk published has none
    said = rating_words(rating, row.get("basis") or "cited", row.get("source_outcome"), codes)
    return Text(f"{rating_mark(rating)} {said}", style=rating_style(rating))


def _indented(text: Text) -> Padding:
    """Return a text below its claim's id, on every line that it takes."""
    return Padding(text, (0, 0, 0, SHORT_ID_LENGTH + 2), expand=False)


def decide_claim(
    home: Home,
    claim: str,
    rating: str | None,
    *,
    conclusion: str | None,
    reason: str | None,
    note: str | None,
    name: str | None,
    undo: bool,
    as_json: bool,
    console: Console,
    say: Say,
) -> int:
    """Write one decision, or its undoing, to the spool; acknowledged when this returns."""
    from factdesk.desk.decisions import make_decision, make_undo, resolve_claim
    from factdesk.desk.roles import Action

    if rating is None and not undo:
        raise UsageError(
            f"no rating is given for {claim}; add one of {_KNOWN_RATINGS}, or --undo to take your last "
            "decision back"
        )
    if rating is not None and undo:
        raise UsageError(f"a rating and --undo are given for {claim}; leave one of them out")
    person, role = who_acts(home, name, Action.UNDO if undo else Action.DECIDE)
    fold_waiting(home, say)
    claim_id = resolve_claim(home.warehouse, claim)
    if undo:
        event = make_undo(home.warehouse, claim_id, person, role=role)
    else:
        event = make_decision(
            home.warehouse,
            claim_id,
            _rating(rating),
            person,
            conclusion=conclusion,
            reason=_reason(reason),
            note=note,
            role=role,
        )
    store_event(event, home, say)
    if as_json:
        print(
            json_line({"event_id": event.id, "claim_id": claim_id, "act": event.act, "rating": event.rating})
        )
    else:
        done = "taken back" if undo else f"decided: {event.rating}"
        console.print(f"{str(claim_id)[:SHORT_ID_LENGTH]} {done}")
    return 0


def _rating(word: str | None) -> Rating:
    try:
        return Rating(word or "")
    except ValueError as error:
        raise UsageError(f"{word!r} is no rating; use one of {_KNOWN_RATINGS}") from error


def _reason(text: str | None) -> str | None:
    """Return the code of a reason, which may be written with spaces. Raises UsageError for an unknown one."""
    from factdesk.desk.words import REASONS

    code = "_".join((text or "").casefold().split())
    if code and code not in REASONS:
        raise UsageError(f"{text!r} is no reason; give --reason with one of {', '.join(REASONS)}")
    return code or None


def store_event(event: Any, home: Home, say: Say) -> None:
    """Write one act of a person to the spool, and fold it where nobody else keeps the warehouse."""
    from factdesk.warehouse.spool import write_batches

    write_batches([event], home.warehouse, home.settings.warehouse.max_batch_bytes)
    fold_waiting(home, say)


def print_query(home: Home, query: str, form: str, limit: int, *, console: Console, say: Say) -> int:
    """Print the first rows of the answer of one SELECT on the published copy; say so when there are more."""
    from factdesk.warehouse.sandbox import QueryLimits, ask_in_sandbox

    if limit < 1:
        raise UsageError(f"--limit {limit} is no number of rows; give 1 or more")
    table = ask_in_sandbox(home.warehouse, query, QueryLimits(rows=limit))
    _print_table(table.columns, table.rows, form, console)
    if table.cut_off:
        say(f"these are the first {limit} rows and there are more; give a larger --limit, or ask for less")
    return 0


def _print_table(columns: Any, rows: Iterable[Any], form: str, console: Console) -> None:
    if form == "json":
        print(json_lines(columns, rows), end="")
    elif form == "csv":
        print(csv_text(columns, rows), end="")
    else:
        print_rows(console, columns, rows)
