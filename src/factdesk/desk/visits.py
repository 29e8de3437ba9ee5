"""What a page of the desk is: an address, what one must be allowed to do there, and a function that answers.

A page module lists its pages in ``PAGES``; `factdesk.desk.pages` lists the modules. A function gets one
`Visit` and returns an answer; it runs in a thread of its own, after sign-in and role have been checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from factdesk.desk.decisions import Actor
from factdesk.desk.roles import Action, may
from factdesk.model import Role

if TYPE_CHECKING:
    from factdesk.desk.keeping import Desk
    from factdesk.desk.sessions import Session
    from factdesk.desk.signing import Door
    from factdesk.desk.templating import Templates
    from factdesk.desk.uploads import Upload


@dataclass(frozen=True, slots=True)
class Person:
    """Who visits: the name, the opaque id that records know, and the role now."""

    name: str
    reviewer: str
    role: Role

    def may(self, action: Action) -> bool:
        """Whether the person's role allows it."""
        return may(self.role, action)

    @property
    def actor(self) -> Actor:
        """The person as the author of a record."""
        return Actor(self.reviewer, self.role)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is signed in. ``form`` is empty but for POST."""

    request: Request
    desk: Desk
    person: Person
    session: Session
    templates: Templates
    form: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)

    @property
    def query(self) -> QueryParams:
        """The part of the address after the question mark."""
        return self.request.query_params

    def part(self, name: str) -> str:
        """Return a part of the path, as ``{name}`` in the page's address."""
        return str(self.request.path_params[name])

    @property
    def door(self) -> Door:
        """The door that this visit came in by, for pages that are about signing in."""
        door: Door = self.request.app.state.door
        return door

    def show(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """Return a page made from a template, which also knows ``visit`` and ``person``."""
        keys_off = self.request.cookies.get(KEYS_COOKIE) == "off"
        common = {"visit": self, "person": self.person, "keys_off": keys_off}
        text = self.templates.render(template, **common, **values)
        return HTMLResponse(text, status)

    def refuse(self, status: int, title: str, sentence: str) -> Response:
        """Return a page that says why something cannot be."""
        return self.show("refused.html", status=status, title=title, sentence=sentence)

    def go(self, address: str) -> Response:
        """Send the browser on to another page of the desk."""
        return RedirectResponse(address, 303)


KEYS_COOKIE = "factdesk-keys"
"""Where a browser that has single keys switched off says so."""

Answer = Callable[[Visit], Response]


@dataclass(frozen=True, slots=True)
class Page:
    """One address. ``title`` puts it into the navigation, with ``key`` as the second key after g.

    A form of one that ``takes_files`` may be as large as an essay.
    """

    method: str
    path: str
    action: Action
    answer: Answer
    title: str = ""
    key: str = ""
    takes_files: bool = False
