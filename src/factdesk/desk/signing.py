"""The door of the desk: signing in by a link or a password, and out again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from factdesk.desk.attempts import Attempts
from factdesk.desk.keeping import Desk
from factdesk.desk.sessions import LOCAL, SESSION_SECONDS, TEAM, Session, Sessions
from factdesk.desk.templating import Templates
from factdesk.desk.users import password_fits

COOKIE = "factdesk"
FIRST_PAGE = "/queue"
_NOT_KEPT = frozenset({"password"})


@dataclass(slots=True)
class Door:
    """Knows who is signed in. One for each application."""

    desk: Desk
    templates: Templates
    attempts: Attempts = field(default_factory=Attempts)
    sessions: Sessions = field(init=False)

    def __post_init__(self) -> None:
        self.sessions = Sessions(self.desk.home.warehouse)

    @property
    def _mode(self) -> str:
        return LOCAL if self.desk.home.settings.desk.sign_in == "link" else TEAM

    @property
    def _cookie(self) -> str:
        return f"__Host-{COOKIE}" if self._is_secure else COOKIE

    @property
    def _is_secure(self) -> bool:
        return self.desk.home.settings.desk.origin.startswith("https://")

    def routes(self) -> list[Route]:
        """Return the addresses that need no session."""
        return [
            Route("/", lambda _: RedirectResponse(FIRST_PAGE, 303)),
            Route("/enter/{token}", self._enter),
            Route("/signin", self._show_sign_in),
            Route("/signin", self._sign_in, methods=["POST"]),
            Route("/signout", self._sign_out, methods=["POST"]),
        ]

    def find_session(self, request: Request) -> Session | None:
        """Return the session of a request, one that was begun as this desk has people sign in."""
        session = self.sessions.find(request.cookies.get(self._cookie))
        return session if session and session.mode == self._mode else None

    def ask_to_sign_in(self, request: Request, form: Mapping[str, str]) -> Response:
        """Return the page for a visitor who is not signed in, or not any more; what was written is kept."""
        if request.method != "POST":
            place = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/signin?then={quote(place, safe='')}", 303)
        kept = {name: value for name, value in form.items() if name not in _NOT_KEPT}
        return self._page("session_over.html", 401, action=request.url.path, kept=kept)

    def _page(self, template: str, status: int = 200, **values: object) -> Response:
        mode = self._mode
        return HTMLResponse(self.templates.render(template, mode=mode, **values), status)

    def _enter(self, request: Request) -> Response:
        if request.method == "HEAD":
            return Response(status_code=405)
        person = self.sessions.spend_link(request.path_params["token"]) if self._mode == LOCAL else None
        if person is None:
            return self._page("signin.html", 403, then="", fault="This link was used or is too old.")
        return self._welcome(person, FIRST_PAGE)

    def _show_sign_in(self, request: Request) -> Response:
        return self._page("signin.html", then=_inner(request.query_params.get("then", "")), fault="")

    async def _sign_in(self, request: Request) -> Response:
        from factdesk.desk.app import read_form

        form = await read_form(request)
        return await run_in_threadpool(self._try_password, request, form)

    def _try_password(self, request: Request, form: Mapping[str, str]) -> Response:
        then = _inner(form.get("then", ""))
        if self._mode != TEAM:
            return self._page("signin.html", 403, then=then, fault="Here you sign in by a link.")
        name = " ".join(form.get("name", "").split())
        address = request.client.host if request.client else ""
        wait = self.attempts.seconds_to_wait(name, address)
        if wait > 0:
            fault = f"Too many wrong passwords; try again in {int(wait // 60) + 1} minutes."
            return self._page("signin.html", 429, then=then, fault=fault)
        if not password_fits(self.desk.home.warehouse, name, form.get("password", "")):
            self.attempts.note_failure(name, address)
            return self._page("signin.html", 403, then=then, fault="Name or password is wrong.")
        self.attempts.forget(name)
        return self._welcome(name, then or FIRST_PAGE)

    def _welcome(self, person: str, place: str) -> Response:
        answer = RedirectResponse(place, 303)
        answer.set_cookie(
            self._cookie,
            self.sessions.begin(person, self._mode),
            max_age=SESSION_SECONDS,
            path="/",
            secure=self._is_secure,
            httponly=True,
            samesite="strict",
        )
        return answer

    def _sign_out(self, request: Request) -> Response:
        session = self.find_session(request)
        if session is not None:
            self.sessions.revoke(session)
        answer = RedirectResponse("/signin", 303)
        answer.delete_cookie(self._cookie, path="/", secure=self._is_secure, httponly=True, samesite="strict")
        return answer


def _inner(place: str) -> str:
    """Return an address of the desk itself, else nothing: a sign-in must not lead elsewhere.

    >>> _inner("/claims/1?order=value"), _inner("//evil.example"), _inner("https://evil.example")
    ('/claims/1?order=value', '', '')
    """
    is_ours = place.startswith("/") and not place.startswith(("//", "/\\")) and place.isprintable()
    return place if is_ours and "\\" not in place else ""
