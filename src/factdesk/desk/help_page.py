"""The keys, one's own page, and the switch for single keys."""

from __future__ import annotations

from starlette.responses import Response

from factdesk.desk.roles import Action
from factdesk.desk.visits import KEYS_COOKIE, Page, Visit

YEAR_SECONDS = 365 * 86_400


def show_keys(visit: Visit) -> Response:
    """Show which key does what."""
    return visit.show("help.html")


def show_me(visit: Visit) -> Response:
    """Show who one is here, and the switch for single keys."""
    return visit.show("me.html")


def switch_keys(visit: Visit) -> Response:
    """Switch single keys on or off in this browser (WCAG 2.1.4)."""
    answer = visit.go("/me")
    state = "off" if visit.form.get("keys") == "off" else "on"
    answer.set_cookie(KEYS_COOKIE, state, max_age=YEAR_SECONDS, path="/", httponly=True, samesite="strict")
    return answer


PAGES = (
    Page("GET", "/help", Action.READ, show_keys),
    Page("GET", "/me", Action.READ, show_me),
    Page("POST", "/me/keys", Action.READ, switch_keys),
)
