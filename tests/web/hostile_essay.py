"""An essay with thirty links to the hostile server, and the outcome of each."""

from __future__ import annotations

from factdesk.model import SourceOutcome as Outcome
from web.hostile import BEHAVIOURS, HTML, Guest, HostileServer, redirect
from web.hostile_pages import document, hostile_pages, told

FARES = document(
    "<article><h1>Winter table</h1>"
    "<p>The ferry office in Split has published its winter table, and the queues at the window are short.</p>"
    "<p>A single ticket from Split to Hvar costs 14 euros, the clerk at the counter said on Tuesday.</p>"
    "<p>Tickets for the night ferry to Ancona were sold out by noon on Friday, the office said.</p></article>"
)
PAID = document(
    "<article><h1>Bridge or boat</h1><p>In a survey of islanders, 62% of residents said that they would "
    "rather have a bridge.</p><p>Subscribe to continue reading. Already a subscriber? Log in.</p></article>"
)
SECRET = "http://169.254.169.254/latest/meta-data/"


def pages() -> dict[str, object]:
    """Return what the server does: its hostile pages, and three that say something of ferries."""

    def cut(guest: Guest) -> None:
        guest.answer("200 OK", FARES.encode(), HTML, length=len(FARES) + 4000)

    return {
        **BEHAVIOURS,
        **hostile_pages(SECRET),
        "/winter-table": told(FARES),
        "/cut-short": cut,
        "/bridge-or-boat": told(PAID),
        "/shortcut": redirect("http://127.0.0.1/"),
        "localhost/robots.txt": told("User-agent: *\nDisallow: /private/\n", "Content-Type: text/plain"),
    }


LINES: list[tuple[str, str, Outcome]] = [
    (
        "A single ticket from Split to Hvar costs 14 euros, says the [office]",
        "/winter-table",
        Outcome.FETCHED,
    ),
    (
        "Tickets for the night ferry to Ancona were sold out, says a [copy of it]",
        "/cut-short",
        Outcome.TRUNCATED,
    ),
    ("62% of residents would rather have a bridge, a [survey] found", "/bridge-or-boat", Outcome.PAYWALLED),
    ("A single ticket to Vis costs 16 euros, said the [harbour paper]", "/404", Outcome.GONE),
    ("The [islanders' blog] has moved", "/soft-404", Outcome.SOFT_404),
    ("The [ministry] asks for a password", "/401", Outcome.FORBIDDEN),
    ("The [court's page] may not be shown here", "/451", Outcome.FORBIDDEN),
    ("The [statistics office] says too many have asked", "/429", Outcome.RATE_LIMITED),
    ("The [port authority] is being mended", "/503", Outcome.SERVER_ERROR),
    ("The [tea kiosk] is a teapot", "/418", Outcome.CLIENT_ERROR),
    ("The [night boat's page] never ends its first line", "/drip-headers", Outcome.TIMED_OUT),
    ("The [ticket shop] never answers", "/hang", Outcome.TIMED_OUT),
    ("The [webcam] sends for ever", "/endless", Outcome.TOO_BIG),
    ("The [yearbook] unpacks to far more than it is", "/gzip-bomb", Outcome.TOO_BIG),
    ("The [old paper] sends its readers in circles", "/loop", Outcome.REDIRECT_LOOP),
    ("The [archive of the line] hangs up", "/reset", Outcome.CONNECTION_FAILED),
    ("The [sailors' board] speaks another language", "/not-http", Outcome.CONNECTION_FAILED),
    ("The [town hall] has no valid certificate", "https://{host}/ok", Outcome.TLS_ERROR),
    ("The [old ferry line] is gone with its name", "http://ferry.invalid/", Outcome.DNS_ERROR),
    ("The [minutes] are packed in an unknown way", "/unknown-encoding", Outcome.UNDECODABLE),
    ("The [timetable] is a locked document", "/pdf-locked", Outcome.UNDECODABLE),
    ("The [poster] is a picture that says it is a page", "/png", Outcome.UNSUPPORTED_TYPE),
    ("The [notice] is an empty sheet", "/blank", Outcome.EMPTY_TEXT),
    ("The [weekly] asks about cookies first", "/consent", Outcome.CONSENT_WALL),
    ("The [map of the line] needs a browser", "/script-shell", Outcome.NEEDS_JAVASCRIPT),
    ("The [gallery] would break whoever reads it", "/attributes", Outcome.PARSER_KILLED),
    (
        "The [shortcut] leads into this machine",
        "/shortcut",
        Outcome.BLOCKED_BY_GUARD,
    ),
    ("The [draft] lies on a private network", "http://10.0.0.7/draft", Outcome.BLOCKED_BY_GUARD),
    ("The [form] is a program", "javascript:alert(1)", Outcome.BLOCKED_BY_GUARD),
    ("The [diary] is closed to programs", "http://localhost:{port}/private/diary", Outcome.BLOCKED_BY_ROBOTS),
]
"""What the essay says, with the linked words in brackets, where each link leads, and how that ends."""


def links(server: HostileServer) -> list[str]:
    """Return the thirty links."""
    return [
        target.format(host=server.host, port=server.port) if ":" in target else server.url(target)
        for _, target, _ in LINES
    ]


def essay(server: HostileServer) -> str:
    """Return the essay as Markdown."""
    lines = (
        words.replace("]", f"]({link})") + "."
        for (words, _, _), link in zip(LINES, links(server), strict=True)
    )
    return "---\ntitle: The winter ferry\nauthor: M. Perić\n---\n\n" + "\n\n".join(lines) + "\n"


def settings(server: HostileServer) -> str:
    """Return the home's settings: short deadlines, and the server as a host that may be asked."""
    return (
        "[web]\n"
        f'allow_hosts = ["{server.host}", "localhost:{server.port}"]\n'
        'user_agent = "Factdesk/0.1 (a test; +https://desk.example/contact)"\n'
        "deadline_seconds = 2.0\nconnect_seconds = 1.0\nconnections_per_host = 8\ntries = 1\n"
    )
