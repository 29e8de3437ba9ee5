"""``factdesk rejudge``: every current claim judged again by the present method."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from factdesk.commands.folding import fold_waiting
from factdesk.commands.progress import progress_bars
from factdesk.commands.replaying import QUOTE_LENGTH, verdict_line
from factdesk.config import Home
from factdesk.errors import UsageError
from factdesk.model import Act, Record, ReviewEvent
from factdesk.pipeline.judging_again import JudgedAgain, NewVerdict, NotJudged, judge_again
from factdesk.pipeline.records import RunClock
from factdesk.pipeline.replaying import verdict_words
from factdesk.reports.terminal import SHORT_ID_LENGTH, json_line, visible
from factdesk.reports.words import code_in_words, count_words

Say = Callable[[str], None]

EXIT_NOT_JUDGED = 1
EXIT_REJECTED = 3


def print_rejudged(
    home: Home, *, dry_run: bool, reopen: bool, name: str | None, as_json: bool, say: Say
) -> int:
    """Judge again, store, and print what is new; 1 when a claim could not be judged, 3 for a refused batch.

    ``dry_run`` stores nothing. ``name`` is who reopens. Raises UsageError where nothing is published.
    """
    from factdesk.warehouse.known import open_known
    from factdesk.warehouse.pressure import is_urgent, wait_for_room
    from factdesk.warehouse.spool import write_batches

    def write(records: Sequence[Record]) -> object:
        if not is_urgent(records):
            wait_for_room(home.warehouse, home.settings.warehouse)
        return write_batches(records, home.warehouse, home.settings.warehouse.max_batch_bytes)

    clock = RunClock("rejudge", {"reopen": str(reopen).lower()})
    if not dry_run:
        fold_waiting(home, lambda _: None)  # what still waits is told at the end
    with open_known(home.warehouse) as known, progress_bars() as progress:
        if known.copy is None:
            raise UsageError(
                f"there is nothing to judge again in {home.warehouse}: nothing is published there; name the"
                " right folder with --warehouse or --home, or run factdesk check first"
            )
        found = judge_again(home, known, write=None if dry_run else write, progress=progress)
    code = EXIT_NOT_JUDGED if found.faults else 0
    if not dry_run:
        events = _reopen(home, found.to_reopen, name) if reopen else []
        if found.new or events:
            write([*events, clock.finish(found.counts())])
        code = EXIT_REJECTED if _fold(home, say) else code
    _print(found, dry_run=dry_run, reopen=reopen, as_json=as_json)
    if found.waiting:
        say(
            f"{count_words(found.waiting, 'claim')} left as they are: a newer verdict of theirs is not "
            "published yet; run factdesk rejudge again when it is"
        )
    if found.unjudged:
        say(f"{count_words(found.unjudged, 'claim')} never had a verdict; factdesk check gives one")
    return code


def _fold(home: Home, say: Say) -> int:
    """Fold what waits, say what still does, and return how many batches were refused."""
    report = fold_waiting(home, say)
    if report.rejected:
        say(f"batches rejected by the warehouse: {report.rejected}; factdesk doctor says why")
    return report.rejected


def _reopen(home: Home, claims: Sequence[UUID], name: str | None) -> list[ReviewEvent]:
    """Return the events that put decided claims back into the queue; no decision is taken back."""
    from factdesk.desk.decisions import REOPEN, make_event
    from factdesk.desk.people import system_user

    person = name or system_user()
    return [make_event(home.warehouse, Act.FLAG, one, person, target=REOPEN) for one in claims]


def _print(found: JudgedAgain, *, dry_run: bool, reopen: bool, as_json: bool) -> None:
    reopened = set(found.to_reopen) if reopen else set()
    disagreeing = set(found.disagreeing)
    for one in found.new:
        row = _row(one, disagreeing, reopened)
        if as_json:
            print(json_line(row))
        elif row["is_rating_changed"]:
            print("\n".join(_lines(row)))
    for fault in found.faults:
        print(json_line(_fault_row(fault)) if as_json else _fault_line(fault))
    if as_json:
        print(json_line(_summary(found, dry_run, reopened)))
    else:
        for line in _summary_lines(found, dry_run, reopen):
            print(line)


def _row(one: NewVerdict, disagreeing: set[UUID], reopened: set[UUID]) -> dict[str, Any]:
    past = one.past
    return {
        "kind": "verdict",
        "claim_id": past.claim.id,
        "essay_uri": past.essay.uri,
        "claim": past.claim.quote,
        "is_rating_changed": one.is_rating_changed,
        "was": {**verdict_words(past.verdict), "method": past.verdict.method},
        "now": {**verdict_words(one.now.verdict), "method": one.now.verdict.method},
        "editor_rating": one.decided.rating if one.decided else None,
        "disagrees": past.claim.id in disagreeing,
        "reopened": past.claim.id in reopened,
    }


def _lines(row: Mapping[str, Any]) -> Iterator[str]:
    quote = visible(" ".join(row["claim"].split())[:QUOTE_LENGTH])
    yield f"{str(row['claim_id'])[:SHORT_ID_LENGTH]}  {visible(row['essay_uri'])}: “{quote}”"
    yield f"    was  {verdict_line(row['was'])}"
    yield f"    now  {verdict_line(row['now'])}"
    if row["editor_rating"] is not None:
        said = f"a person decided: {code_in_words(row['editor_rating'])}"
        yield f"    {said}{'; put back into the queue' if row['reopened'] else ''}"


def _fault_row(one: NotJudged) -> dict[str, Any]:
    kind = "lost_text" if one.is_lost_text else "fault"
    return {"kind": kind, "claim_id": one.claim.claim_id, "said": one.reason}


def _fault_line(one: NotJudged) -> str:
    return f"✕ not judged  {str(one.claim.claim_id)[:SHORT_ID_LENGTH]}: {visible(one.reason)}"


def _summary(found: JudgedAgain, dry_run: bool, reopened: set[UUID]) -> dict[str, Any]:
    changes = found.rating_changes()
    return {
        "kind": "summary",
        "dry_run": dry_run,
        "method": found.method,
        "claims": found.claims,
        "unchanged": found.unchanged,
        "new_verdicts": len(found.new),
        "ratings_changed": sum(changes.values()),
        "changes": [{"was": was, "now": now, "claims": number} for (was, now), number in changes.items()],
        "disagreeing": len(found.disagreeing),
        "reopened": len(reopened),
        "not_judged": len(found.faults),
        "waiting": found.waiting,
        "unjudged": found.unjudged,
    }


def _summary_lines(found: JudgedAgain, dry_run: bool, reopen: bool) -> Iterator[str]:
    changes = found.rating_changes()
    told = [f"{found.unchanged:,} as before", f"{count_words(len(found.new), 'new verdict')}"]
    if found.faults:
        told.append(f"{len(found.faults):,} not judged")
    would = " (nothing is stored: --dry-run)" if dry_run else ""
    yield f"{count_words(found.claims, 'claim')} judged again: {', '.join(told)}{would}"
    for (was, now), number in changes.items():
        yield f"  {number:,} from {code_in_words(was)} to {code_in_words(now)}"
    if found.disagreeing:
        yield (
            f"the machine now disagrees with {count_words(len(found.disagreeing), 'decision')}: "
            "factdesk report method_disagreements"
        )
    if reopen:
        verb = "would be put" if dry_run else "put"
        yield f"{count_words(len(found.to_reopen), 'decided claim')} {verb} back into the queue"
    elif found.to_reopen:
        yield (
            f"factdesk rejudge --reopen puts {len(found.to_reopen):,} of them back into the queue; "
            "decisions stand until a person decides again"
        )
