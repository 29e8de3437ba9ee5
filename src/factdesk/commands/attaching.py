"""``factdesk attach``: a source that a person gives to one claim."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from factdesk.commands.checks import check_hosts, given_request, review_columns
from factdesk.commands.team import who_acts
from factdesk.config import Home
from factdesk.model import READABLE_OUTCOMES, Act, Record, Role
from factdesk.pipeline.attaching import Attached, attach_source, load_claim
from factdesk.reports.rows import verdict_row
from factdesk.reports.terminal import SHORT_ID_LENGTH, json_line, print_verdict, visible
from factdesk.reports.words import waiting_line
from factdesk.sources.outcomes import say_outcome

EXIT_REJECTED = 3

Say = Callable[[str], None]


def attach(
    home: Home,
    claim: str,
    place: str,
    *,
    note: str | None,
    name: str | None,
    allow_hosts: Sequence[str],
    as_json: bool,
    console: Console,
    say: Say,
) -> int:
    """Attach a page or a file to a claim, judge it again, store both and print its row."""
    from factdesk.desk.decisions import resolve_claim
    from factdesk.desk.roles import Action
    from factdesk.warehouse.keeper import fold_and_publish
    from factdesk.warehouse.known import open_known

    request = given_request(place)
    person, role = who_acts(home, name, Action.ADD)
    check_hosts(allow_hosts)
    fold_and_publish(home.warehouse, second_check=home.settings.review.policy)
    claim_id = resolve_claim(home.warehouse, claim)
    with open_known(home.warehouse) as known:
        stored = load_claim(home, known, claim_id)
        attached = attach_source(home, known, stored, request, allow_hosts=allow_hosts)
    code = _store(home, attached, person, role, note, say)
    row = _row(home, attached)
    if as_json:
        print(json_line(row))
    else:
        print_verdict(console, row, stored.mention.sentence)
    _say_source(attached, say)
    return code


def _store(home: Home, attached: Attached, person: str, role: Role, note: str | None, say: Say) -> int:
    """The same source once more needs no second event, unless somebody has something to add."""
    from factdesk.desk.decisions import make_event
    from factdesk.pipeline import store_batch

    records: list[Record] = [*attached.records()]
    if attached.is_new or note:
        target = str(attached.source.source.id)
        claim_id = attached.stored.claim.id
        act = (home.warehouse, Act.ATTACH, claim_id, person)
        records.append(make_event(*act, role=role, note=note, target=target))
    fold = store_batch(records, home).fold
    if fold.waiting:
        say(waiting_line(fold.waiting, fold.lock_holder))
    if fold.rejected:
        say(f"batches rejected by the warehouse: {fold.rejected}; factdesk doctor says why")
    return EXIT_REJECTED if fold.rejected else 0


def _row(home: Home, attached: Attached) -> dict[str, Any]:
    stored, source = attached.stored, attached.source
    sources = {one.source.id: one.source for one in attached.sources}
    snapshots = {one.snapshot.id: one.snapshot for one in attached.sources if one.snapshot is not None}
    now = datetime.now(UTC)
    row = verdict_row(stored.essay, stored.claim, stored.mention, attached.judged, sources, now, snapshots)
    return {
        **row,
        **review_columns(home, [stored.claim.id]).get(stored.claim.id, {}),
        "attached_source_id": source.source.id,
        "attached_url": source.source.url,
        "attached_outcome": source.fetch.outcome.value,
    }


def _say_source(attached: Attached, say: Say) -> None:
    url = visible(attached.source.source.url)[:120]
    claim = str(attached.stored.claim.id)[:SHORT_ID_LENGTH]
    outcome = attached.source.fetch.outcome
    done = "attached to" if attached.is_new else "was attached before to"
    said = "" if outcome in READABLE_OUTCOMES else f", but gave no text: {say_outcome(outcome)}"
    say(f"{url} {done} {claim}{said}")
