"""Whatever is sent to whichever address: an answer with the headers of safety, a sentence, never a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk_homes import ServedDesk, Visitor, copy_desk_home, serve
from desk_pages import text_of
from desk_routes import ADDRESSES, Fields, Ids, addresses_of, find_ids, read_forms
from factdesk.desk.safety import SECURITY_HEADERS

TRIES, DEAR_TRIES = 14, 5
"""For each address, the same ones every time; fewer where each starts a process."""

DEAR = frozenset({"/sql", "/add", "/claims/{claim_id}/sources", "/essays/{essay_id}/mark"})

ODD = (
    *("", " ", "\0", "a\0b", "\u202egpj.exe", "\u2066x", "<script>alert(1)</script>", '"><img src=x>', "'"),
    *("'; DROP TABLE records.claims; --", "{{ 7*7 }}", "${7*7}", "%s%n", "../../../etc/passwd", "..\\x"),
    *("00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}", "9" * 400, "-1"),
    *("0", "1", "NaN", "1e999", "٣", "²", "2026-02-30", "9999-12-31", "0001-01-01", "2026-11-30", "on"),
    *("javascript:alert(1)", "data:text/html,x", "//evil.example", "file:///etc/passwd", "=1+1", "\r\nX: y"),
    *(
        "refuted",
        "supported",
        "nothing",
        "\U0001f469\u200d\U0001f680" * 50,
        "x" * 5_000,
        "é" * 4_001,
        "\ufeff",
    ),
)
ODD_BYTES = ("%FF", "%ED%A0%80", "%C0%AF", "%", "%2", "%zz", "%00", "%2e%2e%2f", "+")
"""What is written into an address or a form as it stands: no UTF-8, no character, no escape."""

WORDS = st.sampled_from(ODD) | st.text(max_size=20)
MULTIPART = "multipart/form-data; boundary=b"
TYPES = (
    *("application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16", "text/plain"),
    *(MULTIPART, "multipart/form-data", "application/json", "", "x" * 500),
)


def escaped(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


PIECES = WORDS.map(escaped) | st.sampled_from(ODD_BYTES)
PARAMETERS = (
    *("q", "from", "order", "tray", "mine", "kind", "rating", "stage", "author", "essay", "outcome", "sure"),
    *("part", "before", "after", "saved", "since", "rows", "then", "list", "nonesuch"),
)
QUERIES = st.lists(st.tuples(st.sampled_from(PARAMETERS), PIECES), max_size=4).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
)


@pytest.fixture(scope="module")
def served(desk_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDesk]:
    with serve(copy_desk_home(desk_root, tmp_path_factory.mktemp("fuzz") / "home")) as desk:
        yield desk


@pytest.fixture(scope="module")
def ids(served: ServedDesk) -> Ids:
    return find_ids(served)


@pytest.fixture(scope="module")
def forms(served: ServedDesk, ids: Ids) -> dict[str, list[tuple[str, Fields]]]:
    return read_forms(served.visitor(), ids)


@pytest.fixture(scope="module")
def visitor(served: ServedDesk) -> Visitor:
    return served.visitor()


def send(
    served: ServedDesk, visitor: Visitor, method: str, target: str, body: bytes = b"", kind: str = TYPES[0]
) -> httpx.Response:
    """Send a request whose address and body are taken as they are; sign in first where one was signed out."""
    if "factdesk" not in visitor.client.cookies:
        visitor.get(served.link("Ann"))
    headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": kind}
    url = httpx.URL(served.url).copy_with(raw_path=target.encode("ascii"))
    return visitor.client.request(method, url, content=body, headers=headers)


def hold(answer: httpx.Response) -> None:
    """What every answer must be."""
    assert answer.status_code < 500, answer.text
    assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == dict(SECURITY_HEADERS)
    assert "Traceback" not in answer.text
    if answer.status_code >= 400:
        is_page = answer.headers["content-type"].startswith("text/html")
        said = text_of(answer.text) if is_page else answer.text.strip()
        assert re.search(r"\w{2,} \w+.*[.!?]", said), said
    if answer.status_code in (301, 302, 303, 307, 308):
        assert re.match(r"/(?![/\\])", answer.headers["location"]), answer.headers["location"]


def test_no_address_is_forgotten(served: ServedDesk) -> None:
    assert addresses_of(served) == set(ADDRESSES)


@st.composite
def targets(draw: st.DrawFn, path: str, ids: Ids) -> str:
    """A path with parts that are there or odd, and a query string of any kind."""
    number = draw(st.integers(0, 4))
    if draw(st.booleans()):
        path = ids.fill(path, number)
    path = re.sub(r"{(\w+)(?::\w+)?}", lambda _: draw(PIECES), path)
    query = draw(QUERIES)
    return f"{path}?{query}" if query else path


@st.composite
def bodies(draw: st.DrawFn, known: list[tuple[str, Fields]]) -> tuple[str | None, bytes]:
    """An action and a form: one of a page as it is, with a few fields missing, doubled, odd or huge."""
    action, fields = draw(st.sampled_from(known)) if known else (None, {})
    pairs = [(name, escaped(value)) for name, value in fields.items()]
    names = [*fields, "rating", "note", "conclusion", "until", "to", "list", "seen", "spent_ms", "x", ""]
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from(names))
        kept = [pair for pair in pairs if pair[0] != name]
        pairs = draw(st.sampled_from((kept, [*pairs, *pairs[:1]], [*kept, (name, draw(PIECES))])))
    return action, "&".join(f"{escaped(name)}={value}" for name, value in pairs).encode()


@st.composite
def uploads(draw: st.DrawFn, known: list[tuple[str, Fields]]) -> bytes:
    """A form with files, whose parts, names and boundaries are whole or broken."""
    _, fields = draw(st.sampled_from(known)) if known else (None, {"text": "A ticket costs 4 euros."})
    names = [*fields, "file", "x"]
    parts = []
    for name in draw(st.lists(st.sampled_from(names), max_size=4)):
        file_name = draw(st.none() | WORDS)
        given = "" if file_name is None else f'; filename="{file_name}"'
        head = draw(st.sampled_from((f'form-data; name="{name}"{given}', "form-data", f"x; name={name}")))
        content = draw(WORDS.map(lambda word: word.encode("utf-8", "surrogatepass")) | st.binary(max_size=50))
        parts.append(
            f"--b\r\nContent-Disposition: {head}\r\n\r\n".encode("utf-8", "replace") + content + b"\r\n"
        )
    return b"".join(parts) + draw(st.sampled_from((b"--b--\r\n", b"--b--\r\n", b"", b"--b\r\n")))


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_whatever_is_sent_gets_an_answer(
    served: ServedDesk,
    visitor: Visitor,
    ids: Ids,
    forms: dict[str, list[tuple[str, Fields]]],
    capfd: pytest.CaptureFixture[str],
    method: str,
    path: str,
) -> None:
    @settings(
        max_examples=DEAR_TRIES if path in DEAR else TRIES,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def attack(data: st.DataObject) -> None:
        target = data.draw(targets(path, ids))
        if method == "GET":
            verb = data.draw(st.sampled_from(("GET", "GET", "GET", "HEAD", "PUT", "OPTIONS", "TRACE")))
            hold_unless_head(send(served, visitor, verb, target), verb)
            return
        action, body = data.draw(bodies(forms[path]))
        if action is not None and data.draw(st.booleans()):
            target = action
        kind = data.draw(st.sampled_from((*TYPES[:1] * 8, *TYPES, *[MULTIPART] * 4)))
        if kind == MULTIPART:
            body = data.draw(uploads(forms[path]))
        hold(send(served, visitor, "POST", target, body, kind))

    attack()
    assert "a fault on" not in capfd.readouterr().err
    assert served.stranger().get("/readyz").text == "ready\n"


def hold_unless_head(answer: httpx.Response, verb: str) -> None:
    if verb == "HEAD":
        assert answer.status_code < 500
        assert answer.content == b""
    else:
        hold(answer)
