"""The web application: safety outermost, then sign-in and role, then one function a page."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, compile_path
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from factdesk.desk.forms import read_form_of, read_small_form
from factdesk.desk.keeping import Desk
from factdesk.desk.pages import PAGES
from factdesk.desk.people import reviewer_id
from factdesk.desk.probes import Probes
from factdesk.desk.recording import NotFoldedError
from factdesk.desk.safety import MOST_FORM_BYTES, Safety
from factdesk.desk.sessions import LOCAL, Session
from factdesk.desk.signing import Door
from factdesk.desk.templating import Templates
from factdesk.desk.uploads import Upload
from factdesk.desk.users import read_users
from factdesk.desk.visits import Page, Person, Visit
from factdesk.desk.words import fault_words
from factdesk.errors import FactdeskError, WarehouseError
from factdesk.model import Role

STATIC = Path(__file__).resolve().parent / "static"


def make_app(
    desk: Desk,
    hosts: Collection[str],
    pages: Sequence[Page] = PAGES,
    *,
    probe_hosts: Collection[str] = (),
    metrics_token: str = "",
) -> ASGIApp:
    """Return the application over an open desk.

    ``hosts`` are the values of `Host` that it answers to, ``probe_hosts`` those by which machines may ask how
    it is, and ``metrics_token`` is what they must send for figures.
    """
    templates = Templates(pages)
    door = Door(desk, templates)
    rooms = _Rooms(desk, door, templates)
    probes = Probes(desk, metrics_token).routes()
    routes = [
        *probes,
        Mount("/static", StaticFiles(directory=STATIC)),
        *door.routes(),
        *(Route(page.path, rooms.serve(page), methods=[page.method]) for page in pages),
    ]
    faults: Mapping[int | type[Exception], Callable[..., Response]] = {
        HTTPException: rooms.answer_http_error,
        FactdeskError: rooms.answer_error,
        Exception: rooms.answer_fault,
    }
    app = Starlette(routes=routes, exception_handlers=dict(faults))
    # It would lead /queue/ to an address with http:// in it, also behind a server with TLS.
    app.router.redirect_slashes = False
    app.state.door = door
    uploads = [compile_path(page.path)[0] for page in pages if page.takes_files]
    most_upload = desk.home.settings.essays.max_bytes + MOST_FORM_BYTES

    def most_bytes(path: str) -> int:
        return most_upload if any(one.match(path) for one in uploads) else MOST_FORM_BYTES

    return Safety(app, hosts, probes={one.path: probe_hosts for one in probes}, most_bytes=most_bytes)


@dataclass(frozen=True, slots=True)
class _Rooms:
    """Lets visitors into pages."""

    desk: Desk
    door: Door
    templates: Templates

    def serve(self, page: Page) -> Callable[[Request], object]:
        """Return the endpoint of a page: its function runs in a thread, for it waits for the database."""

        async def endpoint(request: Request) -> Response:
            if page.takes_files and await run_in_threadpool(self.door.find_session, request) is None:
                return self.door.ask_to_sign_in(request, await read_small_form(page, request))
            form, files = await read_form_of(page, request)
            return await run_in_threadpool(self._answer, page, request, form, files)

        return endpoint

    def _answer(
        self, page: Page, request: Request, form: Mapping[str, str], files: Mapping[str, Upload]
    ) -> Response:
        session = self.door.find_session(request)
        person = self._person_of(session) if session else None
        if session is None or person is None:
            return self.door.ask_to_sign_in(request, form)
        visit = Visit(request, self.desk, person, session, self.templates, form, files)
        if not person.may(page.action):
            return visit.refuse(
                403, "Not for your role", "Your role does not allow this; ask an administrator for another."
            )
        return page.answer(visit)

    def _person_of(self, session: Session) -> Person | None:
        """Return who it is now: a role that was changed, or a user who was removed, counts at once."""
        warehouse = self.desk.home.warehouse
        user = read_users(warehouse).get(session.person)
        if session.mode == LOCAL:
            role = user.role if user else Role.ADMIN
        elif user is None or user.since.timestamp() > session.begun:
            return None
        else:
            role = user.role
        return Person(session.person, reviewer_id(warehouse, session.person), role)

    def answer_http_error(self, request: Request, error: HTTPException) -> Response:
        """Say in words what the framework refuses."""
        if error.status_code == 404:
            return self._tell(404, "Nothing is here", "There is no such page; go back to the queue.")
        return self._tell(error.status_code, "That cannot be", f"{error.detail}.")

    def answer_error(self, request: Request, error: FactdeskError) -> Response:
        """Say an error of ours: its message is one sentence with the mend."""
        title = (
            "Kept, but not in the database yet" if isinstance(error, NotFoldedError) else "That did not work"
        )
        said, trouble = fault_words(error), self.desk.trouble
        if isinstance(error, WarehouseError) and trouble and trouble not in str(error):
            said = f"{said} {fault_words(trouble)}"
        return self._tell(503, title, said)

    def answer_fault(self, request: Request, error: Exception) -> Response:
        """Say a fault of ours; the server prints where it is on stderr.

        A form may have been stored before the fault, so that nobody is told that it was not.
        """
        if isinstance(error, ClientDisconnect):
            return PlainTextResponse("", 400)
        print(f"factdesk: a fault on {request.method} {request.url.path}:", file=sys.stderr)
        stored = "Nothing was stored"
        if request.method == "POST":
            stored = "See whether what you did was stored before you do it again"
        return self._tell(
            500, "A fault in Factdesk", f"{stored}; tell the operator, who finds it in the log."
        )

    def _tell(self, status: int, title: str, sentence: str) -> Response:
        text = self.templates.render("told.html", title=title, sentence=sentence)
        return HTMLResponse(text, status)
