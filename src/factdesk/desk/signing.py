"""The door of the desk: signing in by a link or a password, and out again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from factdesk.desk.attempts import Attempts
from factdesk.desk.forms import read_form
from factdesk.desk.keeping import Desk
from factdesk.desk.proxies import Proxies
from factdesk.desk.sessions import LOCAL, PROXY, SESSION_SECONDS, TEAM, Session, Sessions
from factdesk.desk.templating import Templates
from factdesk.desk.users import LONGEST_NAME, fold_name, password_fits, read_users
from factdesk.reports.terminal import visible
from factdesk.reports.words import count_words

COOKIE = "factdesk"
MODES: Mapping[str, str] = {"link": LOCAL, "password": TEAM, "proxy": PROXY}
"""How people sign in, by the setting ``desk.sign_in``."""

FIRST_PAGE = "/queue"
_NOT_KEPT = frozenset({"password"})


@dataclass(slots=True)
class Door:
    """Knows who is signed in. One for each application."""

    desk: Desk
    templates: Templates
    attempts: Attempts = field(default_factory=Attempts)
    sessions: Sessions = field(init=False)
    proxies: Proxies = field(init=False)

    def __post_init__(self) -> None:
        self.sessions = Sessions(self.desk.home.warehouse)
        self.proxies = Proxies.of(self.desk.home.settings.desk)

    @property
    def _mode(self) -> str:
        return MODES[self.desk.home.settings.desk.sign_in]

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
        """Return the session of a request, one that was begun as this desk has people sign in.

        Where the server before the desk says who somebody is, it says so of each request.
        """
        if self._mode == PROXY:
            name, now = self.proxies.name_in(request), time.time()
            return Session("", fold_name(name), PROXY, now, now + SESSION_SECONDS) if name else None
        session = self.sessions.find(request.cookies.get(self._cookie))
        return session if session and session.mode == self._mode else None

    def ask_to_sign_in(self, request: Request, form: Mapping[str, str]) -> Response:
        """Return the page for a visitor who is not signed in, or not any more; what was written is kept."""
        if self._mode == PROXY:
            return self._page("told.html", 403, title="You are not let in", sentence=self._unknown(request))
        if request.method != "POST":
            place = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/signin?then={quote(place, safe='')}", 303)
        kept = {name: value for name, value in form.items() if name not in _NOT_KEPT}
        return self._page("session_over.html", 401, action=request.url.path, kept=kept)

    def _unknown(self, request: Request) -> str:
        """Say why somebody is not let in by what the server before the desk says, or does not say."""
        settings = self.desk.home.settings.desk
        if not self.proxies.sent(request):
            return f"This desk is reached at {settings.origin} alone; open it there."
        name = self.proxies.name_in(request)
        if name is None:
            return (
                f"The server before this desk did not say who you are: it must set {settings.proxy_header}, "
                "once and itself; tell the operator."
            )
        return (
            f"You are signed in as {visible(fold_name(name))}, and nobody is known here by that name; an "
            "administrator adds it, on the page of people or with factdesk users add."
        )

    def _page(self, template: str, status: int = 200, **values: object) -> Response:
        mode = self._mode
        return HTMLResponse(self.templates.render(template, mode=mode, **values), status)

    def _enter(self, request: Request) -> Response:
        if request.method == "HEAD":
            return Response(status_code=405)
        person = self.sessions.spend_link(request.path_params["token"]) if self._mode == LOCAL else None
        if person is None:
            return self._page("signin.html", 403, then="", fault="This link was used or is too old.")
        return self.welcome(person, FIRST_PAGE)

    def _show_sign_in(self, request: Request) -> Response:
        if self._mode == PROXY:
            return RedirectResponse(FIRST_PAGE, 303)
        return self._page("signin.html", then=_inner(request.query_params.get("then", "")), fault="")

    async def _sign_in(self, request: Request) -> Response:
        form = await read_form(request)
        return await run_in_threadpool(self._try_password, request, form)

    def _try_password(self, request: Request, form: Mapping[str, str]) -> Response:
        then = _inner(form.get("then", ""))
        if self._mode != TEAM:
            return self._page("signin.html", 403, then=then, fault="Nobody signs in by a password here.")
        name = fold_name(form.get("name", ""))
        wait = self.try_password(request, name, form.get("password", ""))
        if wait is not None and wait > 0:
            return self._page("signin.html", 429, then=then, fault=f"{too_many(wait)}.")
        if wait is not None:
            return self._page("signin.html", 403, then=then, fault="Name or password is wrong.")
        return self.welcome(name, then or FIRST_PAGE)

    def try_password(self, request: Request, name: str, password: str) -> float | None:
        """Return None for a right password, else the seconds for which no more tries are taken (0: go on)."""
        warehouse = self.desk.home.warehouse
        user = read_users(warehouse).get(name)
        # A new password is a new account: whoever was locked out by others' tries is let in by it.
        account = f"{name} {user.since}" if user else name[:LONGEST_NAME]
        address = self.proxies.address_of(request)
        wait = self.attempts.begin(account, address)
        if wait > 0:
            return wait
        if not password_fits(warehouse, name, password):
            return 0.0
        self.attempts.forgive(account, address)
        return None

    def welcome(self, person: str, place: str) -> Response:
        """Begin a session and lead to a page of the desk."""
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
        return self.leave()

    def leave(self) -> Response:
        """Take the cookie away and lead to the door."""
        answer = RedirectResponse("/signin", 303)
        answer.delete_cookie(self._cookie, path="/", secure=self._is_secure, httponly=True, samesite="strict")
        return answer


def too_many(wait: float) -> str:
    """Say how long nobody may try.

    >>> too_many(61)
    'Too many wrong passwords; try again in 2 minutes'
    """
    return f"Too many wrong passwords; try again in {count_words(int(wait // 60) + 1, 'minute')}"


def _inner(place: str) -> str:
    """Return an address of the desk itself, else nothing: a sign-in must not lead elsewhere.

    >>> _inner("/claims/1?order=value"), _inner("//evil.example"), _inner("https://evil.example")
    ('/claims/1?order=value', '', '')
    """
    is_ours = place.startswith("/") and not place.startswith(("//", "/\\")) and place.isprintable()
    return place if is_ours and "\\" not in place else ""
