"""The page of a work that takes long: it waits a moment, says how it stands, and leads on when it is done."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.responses import Response

from factdesk.desk.long_work import Finish, Order, Work
from factdesk.desk.roles import Action
from factdesk.desk.visits import Page, Visit
from factdesk.model import RECORD_BY_NAME, Record, from_json

WAIT_SECONDS = 2.0
"""So long an answer waits for the end of a work, which most have reached by then."""

LOOK_AGAIN_SECONDS = 3
LONGEST_KEPT = 1_000_000
"""Characters of a field that are kept, so that it can be shown again when the work failed."""

FAILED = 422


def start_work(
    visit: Visit,
    work: Work,
    order: Mapping[str, Any],
    files: Mapping[str, bytes],
    finish: Finish,
) -> Response:
    """Begin a work and send the browser to its page. Raises WorkRefusedError when too much waits."""
    home = visit.desk.home
    places = {
        "root": str(home.root),
        "warehouse": str(home.warehouse),
        "reviewer": work.reviewer,
        "parent": os.getpid(),
    }
    stores = order["work"] == "check"
    visit.desk.work.start(work, Order({**places, **order}, files, visit.desk.publish, finish, stores=stores))
    return visit.go(f"/works/{work.id}")


def new_work(visit: Visit, title: str, form: str, claim_id: str | None = None) -> Work:
    """Return a work of the visitor; ``form`` is the page whose form was sent."""
    typed = {name: value for name, value in visit.form.items() if len(value) <= LONGEST_KEPT}
    return Work(visit.person.reviewer, title, form, typed, visit.desk.now(), claim_id=claim_id)


def read_records(written: Iterable[Any]) -> list[Record]:
    """Return the records of a child's answer."""
    return [from_json(RECORD_BY_NAME[name], body) for name, body in written]


def told_by_work(visit: Visit) -> str:
    """Return what the work that led to this page says, empty where none did."""
    work = visit.desk.work.find(visit.query.get("work", ""), visit.person.reviewer)
    return work.told if work is not None and work.is_over.is_set() else ""


def show_work(visit: Visit) -> Response:
    """Show a work of the visitor, or go on to what came of it."""
    work = visit.desk.work.find(visit.part("work_id"), visit.person.reviewer)
    if work is None:
        said = "What was done here is over, or another person's; go back to the queue."
        return visit.refuse(404, "Nothing is done here", said)
    if not work.is_over.wait(WAIT_SECONDS):
        waiting = visit.show("work.html", work=work, look_again=LOOK_AGAIN_SECONDS)
        waiting.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
        return waiting
    if work.fault or not work.target:
        return visit.show("work.html", status=FAILED if work.fault else 200, work=work, look_again=0)
    joint = "&" if "?" in work.target else "?"
    return visit.go(f"{work.target}{joint}work={work.id}")


PAGES = (Page("GET", "/works/{work_id}", Action.ADD, show_work),)
