"""The page of one essay with all its claims, and the sheet that is printed for its author."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from factdesk.desk.essay_sheet import load_sheet
from factdesk.desk.essay_view import EssayView, load_essay_view
from factdesk.desk.form_fields import read_number
from factdesk.desk.people import read_people
from factdesk.desk.roles import Action
from factdesk.desk.visits import Page, Visit
from factdesk.desk.work_page import told_by_work
from factdesk.sources.archive import Archive
from factdesk.sources.outcomes import say_outcome


def show_essay(visit: Visit) -> Response:
    """Show an essay's text with its claims marked by rating, and the list of them."""
    view = _load(visit)
    if view is None:
        return _no_essay(visit)
    names = read_people(visit.desk.home.warehouse)
    return visit.show("essay.html", view=view, names=names, say_outcome=say_outcome, told=told_by_work(visit))


def show_sheet(visit: Visit) -> Response:
    """Show what people have confirmed, with the deciding words and how to reply: a page to print or send."""
    view = _load(visit)
    if view is None:
        return _no_essay(visit)
    with visit.desk.read() as known:
        sheet = load_sheet(known, view)
    publisher = visit.desk.home.settings.publisher
    return visit.show("essay_sheet.html", view=view, sheet=sheet, publisher=publisher)


def _load(visit: Visit) -> EssayView | None:
    try:
        essay_id = UUID(visit.part("essay_id"))
    except ValueError:
        return None
    part = read_number(visit.query.get("part", "")) or 1
    waiting = {one.claim_id: one for one in visit.desk.waiting.all() if one.essay_id == essay_id}
    archive = Archive(visit.desk.home.warehouse / "snapshots")
    with visit.desk.read() as known:
        return load_essay_view(known, archive, essay_id, waiting, visit.person.reviewer, part)


def _no_essay(visit: Visit) -> Response:
    return visit.refuse(404, "No such essay", "No essay has this id; go back to the queue.")


PAGES = (
    Page("GET", "/essays/{essay_id}", Action.READ, show_essay),
    Page("GET", "/essays/{essay_id}/sheet", Action.READ, show_sheet),
)
