"""The page of one source: what became of it, the claims that lean on it, and its texts over time."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from factdesk.desk.roles import Action
from factdesk.desk.source_view import load_source_view
from factdesk.desk.visits import Page, Visit
from factdesk.sources.archive import Archive
from factdesk.sources.outcomes import say_outcome


def show_source(visit: Visit) -> Response:
    """Show a source. ``?before=`` and ``?after=`` name the two texts whose difference is shown."""
    try:
        source_id = UUID(visit.part("source_id"))
    except ValueError:
        return _no_source(visit)
    waiting = {one.claim_id: one for one in visit.desk.waiting.all()}
    archive = Archive(visit.desk.home.warehouse / "snapshots")
    compared = (visit.query.get("before"), visit.query.get("after"))
    with visit.desk.read() as known:
        view = load_source_view(known, archive, source_id, waiting, visit.person.reviewer, compared)
    if view is None:
        return _no_source(visit)
    return visit.show("source.html", view=view, say_outcome=say_outcome)


def _no_source(visit: Visit) -> Response:
    return visit.refuse(404, "No such source", "No source has this id; go back to the queue.")


PAGES = (Page("GET", "/sources/{source_id}", Action.READ, show_source),)
