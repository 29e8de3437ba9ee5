"""Every address of the desk as the application has it, with ids that are there and the forms of its pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag
from starlette.applications import Starlette
from starlette.routing import Route

from desk_homes import ServedDesk, Visitor
from factdesk.desk.app import make_app
from factdesk.desk.pages import PAGES
from factdesk.desk.safety import Safety
from factdesk.desk.waiting_claims import is_blind

OPEN = frozenset(
    {("GET", "/"), ("GET", "/enter/{token}"), ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/signin")}
    | {("GET", "/metrics")}
    | {("POST", "/signin"), ("POST", "/signout")}
)
"""Addresses that need no session; what else there is stands in `PAGES`, with what one must be allowed."""

ADDRESSES = sorted(OPEN | {(page.method, page.path) for page in PAGES})
"""Method and path of each, for tests that have one case for each."""


def addresses_of(desk: ServedDesk) -> set[tuple[str, str]]:
    """Method and path of all that the application answers, files apart."""
    safety = make_app(desk.desk, {"x"})
    assert isinstance(safety, Safety)
    assert isinstance(safety.app, Starlette)
    routes = [one for one in safety.app.routes if isinstance(one, Route)]
    return {(method, one.path) for one in routes for method in (one.methods or ()) if method != "HEAD"}


@dataclass
class Ids:
    """Values for the parts of a path, by the part's name: those that are there, the first the richest."""

    of: dict[str, list[str]] = field(default_factory=dict)

    def fill(self, path: str, number: int = 0) -> str:
        """Return a path with its parts filled in. A part that nobody knows a value for gets a plain word."""

        def value(found: re.Match[str]) -> str:
            known = self.of.get(found[1], ["one"])
            return known[number % len(known)]

        return re.sub(r"{(\w+)(?::\w+)?}", value, path)


def find_ids(desk: ServedDesk) -> Ids:
    """Return ids of all that the sample essays have: claims of each kind of state, essays, sources."""
    waiting = desk.desk.waiting.all()
    states = {
        (one.machine_rating, one.has_source, is_blind(one.claim_id)): str(one.claim_id)
        for one in sorted(waiting, key=lambda one: str(one.claim_id))
    }
    essays = desk.ask("SELECT essay_id FROM reports.essays ORDER BY claims DESC, essay_id LIMIT 3")
    sources = desk.ask(
        "SELECT source_id FROM reports.claim_sources WHERE source_id IS NOT NULL GROUP BY 1 "
        "ORDER BY count(*) DESC, source_id LIMIT 3"
    )
    people = desk.ask("SELECT DISTINCT reviewer FROM records.review_events")
    return Ids(
        {
            "claim_id": list(states.values()),
            "essay_id": [str(one) for (one,) in essays],
            "source_id": [str(one) for (one,) in sources],
            "reviewer": [str(one) for (one,) in people] or ["r0"],
            "name": ["corrections", "queue.csv", "refuted_share.xlsx", "agreement.json", "hosts.parquet"],
        }
    )


Fields = dict[str, str]


def forms_in(page: str) -> Iterator[tuple[str, Fields]]:
    """The forms of a page that are posted: where to, and what stands in their fields, each button's too."""
    soup = BeautifulSoup(page, "html.parser")
    for form in soup.find_all("form", method="post"):
        inside = [*form.find_all(["input", "textarea", "select", "button"])]
        outside = soup.find_all(attrs={"form": form.get("id")}) if form.get("id") else []
        fields = _fields(one for one in [*inside, *outside] if one.name != "button")
        yield str(form["action"]), fields
        for button in [*inside, *outside]:
            if button.name == "button":
                own = {str(button["name"]): str(button.get("value", ""))} if button.get("name") else {}
                yield str(button.get("formaction") or form["action"]), fields | own


def _fields(elements: Iterable[Tag]) -> Fields:
    found: Fields = {}
    for one in elements:
        name = str(one.get("name") or "")
        if one.name == "select":
            options = [str(option.get("value", option.text)) for option in one.find_all("option")]
            found[name] = next((option for option in options if option), "")
        elif one.name == "textarea":
            found[name] = one.text
        elif name and one.get("type") != "file":
            found[name] = str(one.get("value", ""))
    return found


def read_forms(visitor: Visitor, ids: Ids) -> dict[str, list[tuple[str, Fields]]]:
    """Open every page and return the forms that it offers, ``(action, fields)`` by the path of the action."""
    patterns = {path: _pattern(path) for method, path in ADDRESSES if method == "POST"}
    found: dict[str, list[tuple[str, Fields]]] = {path: [] for path in patterns}
    for method, path in ADDRESSES:
        if method != "GET" or path.startswith("/enter"):
            continue
        for number in range(3 if "{" in path else 1):
            answer = visitor.get(ids.fill(path, number))
            if answer.headers.get("content-type", "").startswith("text/html"):
                for action, fields in forms_in(answer.text):
                    place = action.partition("?")[0]
                    found[next(one for one in patterns if patterns[one].fullmatch(place))].append(
                        (action, fields)
                    )
    return found


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"{\w+(?::\w+)?}", "[^/]+", path))
