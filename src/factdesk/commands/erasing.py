"""``factdesk erase``: what would go, and with ``--yes`` its going; ``factdesk hold``: what may not go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from shlex import quote
from typing import TYPE_CHECKING, Any
from uuid import UUID

from factdesk.config import Home
from factdesk.errors import UsageError, WarehouseError
from factdesk.essays.inputs import place_in_home
from factdesk.reports.terminal import json_line, visible
from factdesk.reports.words import count_words

if TYPE_CHECKING:
    from factdesk.warehouse.erasure_plans import ErasurePlan
    from factdesk.warehouse.holds import Hold
    from factdesk.warehouse.targets import Ask

Say = Callable[[str], None]

ERASABLE = ("essay", "snapshot")
HOLDABLE = ("essay", "snapshot", "claim")


def erase(
    home: Home,
    target: str | None,
    name: str | None,
    *,
    is_meant: bool,
    reason: str | None,
    person: str,
    wait_seconds: float,
    as_json: bool,
    say: Say,
) -> int:
    """Say what an erasure would take away; with ``is_meant`` take it away for good.

    Raises UsageError for a target that is not one thing, where a hold forbids it, and where no reason is
    given; WarehouseError when another process keeps the warehouse.
    """
    if (target is None) == (name is None):
        raise UsageError("name what to erase: an essay or a snapshot, or a reviewer with --name, not both")
    if is_meant and not (reason or "").strip():
        raise UsageError("say why it is erased, without its words: add --reason TEXT")
    folded = _fold(home, wait_seconds)
    if not is_meant:
        with _published(home) as ask:
            plan, said = _plan(home, ask, target, name)
            _print_plan(home, plan, said, as_json=as_json)
        if not as_json:
            say("nothing was erased; with --yes --reason TEXT it goes for good" + folded)
        return 0
    return _erase(home, target, name, reason or "", person, wait_seconds, as_json=as_json)


def _fold(home: Home, wait_seconds: float) -> str:
    from factdesk.warehouse.keeper import fold_and_publish

    report = fold_and_publish(home.warehouse, wait_seconds=wait_seconds)
    return f"; {count_words(report.waiting, 'batch')} not looked at still waiting" if report.waiting else ""


@contextmanager
def _published(home: Home) -> Iterator[Ask]:
    from factdesk.warehouse.published import open_published

    with open_published(home.warehouse) as connection:
        yield lambda sql, parameters: connection.execute(sql, parameters).fetchall()


def _plan(home: Home, ask: Ask, target: str | None, name: str | None) -> tuple[ErasurePlan, str]:
    from factdesk.desk.people import read_people
    from factdesk.warehouse.erasure_plans import plan_essay, plan_name, plan_snapshots
    from factdesk.warehouse.folders import WarehouseFolder
    from factdesk.warehouse.targets import find_target

    folder = WarehouseFolder(home.warehouse)
    if name is not None:
        named = " ".join(name.split())
        if not named:
            raise UsageError("the name is empty; give one with --name")
        plan = plan_name(ask, folder, named, dict(read_people(home.warehouse)))
        if not plan.people and not plan.events:
            raise _nobody(home, named)
        return plan, "the name"
    found = find_target(ask, target or "", ERASABLE, place_in_home(target or "", home))
    planned = plan_essay if found.kind == "essay" else plan_snapshots
    plan = planned(ask, folder, found)
    _forbid_held(home, ask, plan)
    return plan, found.said


def _nobody(home: Home, named: str) -> UsageError:
    """Return what is wrong with a name that no reviewer has and no decision says."""
    from factdesk.desk.users import read_users

    for user in read_users(home.warehouse):
        if user.casefold() == named.casefold():
            return UsageError(
                f"{user!r} may sign in and has decided nothing, so nothing was erased; remove the name: "
                f"factdesk users remove {quote(user)}"
            )
    return UsageError(f"nobody is called {named!r} here, so nothing was erased; mend the name")


def _forbid_held(home: Home, ask: Ask, plan: ErasurePlan) -> None:
    from factdesk.warehouse.erasure_plans import held_by
    from factdesk.warehouse.holds import read_holds

    for hold in read_holds(home.warehouse):
        if held_by(ask, plan, hold.kind, hold.target):
            raise UsageError(
                f"the {hold.kind} {hold.target} is held since {hold.at:%Y-%m-%d} ({visible(hold.reason)}), "
                "so this may not be erased; release it first: "
                f"factdesk hold {hold.target} --release --reason TEXT"
            )


def _erase(
    home: Home,
    target: str | None,
    name: str | None,
    reason: str,
    person: str,
    wait_seconds: float,
    *,
    as_json: bool,
) -> int:
    from factdesk.desk.people import reviewer_id
    from factdesk.warehouse.holders import find_holders
    from factdesk.warehouse.keeper import open_keeper
    from factdesk.warehouse.locks import kept_by_another

    keeper = open_keeper(home.warehouse, wait_seconds=wait_seconds)
    if keeper is None:
        raise kept_by_another(home.warehouse / "keeper.lock")
    with keeper:
        keeper.fold()
        plan, said = _plan(home, keeper.ask, target, name)
        by = reviewer_id(home.warehouse, person)  # after the plan: it must not make somebody of a wrong name
        tombstone = keeper.erase(plan, by=by, reason=reason)
    holders = [str(one) for one in find_holders(home.warehouse, plan)]
    if as_json:
        print(json_line({**_words(plan), "erasure": tombstone.erasure, "still_in": holders}))
        return 0
    print(f"erased: {visible(said)}; {_counted(plan)}")
    print(f"tombstone: {home.warehouse / 'snapshots' / tombstone.name}")
    for line in _left_lines(plan, holders):
        print(line)
    return 0


def _print_plan(home: Home, plan: ErasurePlan, said: str, *, as_json: bool) -> None:
    from factdesk.warehouse.holders import find_holders

    holders = [str(one) for one in find_holders(home.warehouse, plan)]
    if as_json:
        print(json_line({**_words(plan), "erasure": None, "still_in": holders}))
        return
    print(f"would erase: {visible(said)}; {_counted(plan)}")
    for table, count in sorted(plan.rows.items()):
        if count:
            print(f"  {table:<16}{count:>7,} {_fate(count, goes=_goes(plan, table))}")
    for line in _left_lines(plan, holders):
        print(line)


def _fate(count: int, *, goes: bool) -> str:
    if goes:
        return "row goes" if count == 1 else "rows go"
    return "row loses its words" if count == 1 else "rows lose their words"


def _goes(plan: ErasurePlan, table: str) -> bool:
    from factdesk.warehouse.erasure_plans import ESSAY_TABLES

    return plan.kind == "essay" and table in ESSAY_TABLES


def _counted(plan: ErasurePlan) -> str:
    texts, files = count_words(len(plan.texts), "text"), count_words(len(plan.files), "archived file")
    events = count_words(len(plan.events), "decision or note", "decisions and notes")
    people = f"{count_words(len(plan.people), 'name')} of people, " if plan.kind == "name" else ""
    return f"{people}{texts}, {files}, the words of {events}"


def _left_lines(plan: ErasurePlan, holders: list[str]) -> Iterator[str]:
    yield from (f"stays: {one}" for one in plan.kept)
    yield from (f"not meant, and stays: {visible(one)}" for one in plan.nearby)
    yield from (f"still holds it: {one}; remove it when you may" for one in holders)
    if plan.kind == "essay":
        yield "outside of it: the essay's file or feed (the next run reads it again), exports, Prefect's logs"
    if plan.kind == "snapshot":
        yield "outside of it: the page itself (a run that meets its link archives it again), exports"


def _words(plan: ErasurePlan) -> dict[str, Any]:
    return {
        "kind": plan.kind,
        "targets": list(plan.targets),
        "rows": {name: count for name, count in sorted(plan.rows.items()) if count},
        "texts": list(plan.texts),
        "files": list(plan.files),
        "events": list(plan.events),
        "kept": list(plan.kept),
        "nearby": list(plan.nearby),
    }


def hold(
    home: Home,
    target: str | None,
    *,
    reason: str | None,
    release: bool,
    person: str,
    as_json: bool,
    say: Say,
) -> int:
    """List what is held, hold one thing, or release it. Raises UsageError and WarehouseError."""
    if target is None:
        if release or reason:
            raise UsageError("name what to hold or release: an essay, a snapshot or a claim")
        return _list_holds(home, as_json=as_json, say=say)
    if not (reason or "").strip():
        raise UsageError("say why, for who reads it in years: add --reason TEXT")
    from factdesk.desk.people import reviewer_id
    from factdesk.warehouse.holds import add_hold, release_holds
    from factdesk.warehouse.targets import find_target

    _fold(home, 0)
    with _published(home) as ask:
        found = find_target(ask, target, HOLDABLE, place_in_home(target, home))
    by = reviewer_id(home.warehouse, person)
    for one in found.ids:
        if not release:
            done = add_hold(home.warehouse, found.kind, one, reason or "", by)
            _print_hold(done, found.said, as_json=as_json)
        elif not (released := release_holds(home.warehouse, found.kind, one, reason or "", by)):
            raise UsageError(f"{found.said} is not held; factdesk hold lists what is")
        else:
            for each in released:
                _print_hold(each, found.said, as_json=as_json, word="released")
    return 0


def _list_holds(home: Home, *, as_json: bool, say: Say) -> int:
    from factdesk.warehouse.holds import read_holds

    holds = read_holds(home.warehouse)
    names = _names(home, holds) if holds else {}
    for one in holds:
        _print_hold(one, names.get(one.target, "not stored any more"), as_json=as_json)
    if not holds and not as_json:
        say("nothing is held")
    return 0


def _names(home: Home, holds: list[Hold]) -> dict[UUID, str]:
    from factdesk.warehouse.targets import names_of

    names: dict[UUID, str] = {}
    try:
        with _published(home) as ask:
            for kind in HOLDABLE:
                ids = [one.target for one in holds if one.kind == kind]
                names |= names_of(ask, kind, ids) if ids else {}
    except WarehouseError:  # what is held is told all the same, by its ids
        return names
    return names


def _print_hold(one: Hold, said: str, *, as_json: bool, word: str = "held") -> None:
    if as_json:
        about = {"kind": one.kind, "target": one.target, "reason": one.reason, "by": one.by, "at": one.at}
        print(json_line({**about, "hold": one.hold, "state": word, "said": said}))
        return
    print(f"{word}: {one.kind} {one.target}  {visible(said)}")
    print(f"    since {one.at:%Y-%m-%d %H:%M} UTC: {visible(one.reason)}")
