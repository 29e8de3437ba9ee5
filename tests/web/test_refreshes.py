from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.config import WebSettings
from factdesk.model import SourceOutcome as Outcome
from factdesk.web.fetch import Fetcher
from factdesk.web.refreshes import LOOKED_AT_BYTES, Refresh, find_refresh, read_refresh
from web.hostile import HTML, PAGE, Guest, hostile_server


@pytest.mark.parametrize(
    ("content", "refresh"),
    [
        ("0;url=/b", Refresh(0, "/b")),
        ("5; URL='/b'", Refresh(5, "/b")),
        ('3,url = "/b" and more', Refresh(3, "/b")),
        ("  0 ; /b", Refresh(0, "/b")),
        ("0 url=/b", Refresh(0, "/b")),
        ("0;url=http://x.example/?a=1;b=2", Refresh(0, "http://x.example/?a=1;b=2")),
        ("2.5;url=/b", Refresh(2, "/b")),
        (".5;url=/b", Refresh(0, "/b")),
        ("0;urls/b", Refresh(0, "urls/b")),
        ("300", Refresh(300, "")),
        ("0;url=", Refresh(0, "")),
        ("url=/b", None),
        ("-1;url=/b", None),
        ("0x;url=/b", None),
        ("", None),
        ("9" * 4000 + ";url=/b", Refresh(999_999_999, "/b")),
    ],
)
def test_the_content_is_read_as_the_html_standard_reads_it(content: str, refresh: Refresh | None) -> None:
    assert read_refresh(content) == refresh


META = '<meta http-equiv="refresh" content="0;url=/b">'


@pytest.mark.parametrize(
    ("html", "target"),
    [
        (META, "/b"),
        (f"<!doctype html><html><head><title>a</title>{META}</head>", "/b"),
        ("<META CONTENT='0;URL=/b' HTTP-EQUIV=Refresh />", "/b"),
        ("<meta\nhttp-equiv = refresh\n content = 0;url=/b\n>", "/b"),
        ('<meta http-equiv="refresh" content="0;url=/b?x=1&amp;y=2">', "/b?x=1&y=2"),
        ('<meta content="0;url=/b" content="0;url=/c" http-equiv="refresh">', "/b"),
        (META + META.replace("/b", "/c"), "/b"),
        (META.replace("0;", "") + META, "/b"),
        (f"<!-->{META}", "/b"),
        (f"<!-- a --><script>b</script>{META}", "/b"),
        (f"<metadata>{META}", "/b"),
        (f"<noscript>{META}</noscript>", None),
        (f"<NOSCRIPT >{META}</NoScript >", None),
        (f"<!-- {META} -->", None),
        (f"<!-- {META}", None),
        (f"<script>'{META}'</script>", None),
        (f"<style>{META}</style><template>{META}</template>", None),
        (f"<title>{META}</title>", None),
        (f"<head></head>{META}", None),
        (f"<body>{META}", None),
        (f"<p title='{META}'></p>", None),
        (META.replace("refresh", "refreshing"), None),
        ('<meta name="refresh" content="0;url=/b">', None),
        ("<meta http-equiv=refresh>", None),
        ('<meta http-equiv="refresh" content="0;url=/b', None),
        (" " * LOOKED_AT_BYTES + META, None),
    ],
)
def test_only_a_refresh_in_the_head_counts(html: str, target: str | None) -> None:
    found = find_refresh(html.encode(), "text/html")
    assert (None if found is None else found.target) == target


def test_the_base_of_the_page_counts() -> None:
    page = f'<base href="http://c.example/x/"><base href="/y/">{META}'.encode()
    assert find_refresh(page, "text/html") == Refresh(0, "/b", "http://c.example/x/")


def test_what_is_no_html_leads_nowhere() -> None:
    page = META.encode()
    assert find_refresh(page, "text/plain") is None
    assert find_refresh(page, None) is not None
    assert find_refresh(b"words, then " + page, None) is None
    assert find_refresh(META.encode("utf-16"), "text/html") is not None
    assert find_refresh(page.replace(b"/b", "/\u00e9".encode("latin-1")), "text/html") == Refresh(
        0, "/\u00e9"
    )


@pytest.mark.parametrize(
    "hostile",
    [
        "<meta ",
        "<meta a='",
        "<meta a=\"'",
        "<!--",
        "<script>",
        "</head ",
        "<meta a=b/",
        "<base href=",
        "< meta ",
    ],
)
def test_hostile_heads_are_walked_over_once(hostile: str) -> None:
    """Each would take hours where a look goes back to where it began."""
    page = (hostile * LOOKED_AT_BYTES)[:LOOKED_AT_BYTES].encode()
    find_refresh(b"<meta name=refresh>" + page, "text/html")
    find_refresh(b"<meta name=refresh " + b" " * LOOKED_AT_BYTES, "text/html")
    read_refresh("0" + " " * 5_000)


PIECES = [
    *(
        "<meta ",
        "<base ",
        "http-equiv=refresh",
        " content=",
        "0;url=",
        "'",
        '"',
        ">",
        "<!--",
        "-->",
        "<script>",
    ),
    *("</script>", "&#999999999;", "http://[", "=", "/", "href=", "\x00", "\u00e9"),
]


@given(st.lists(st.sampled_from(PIECES)))
def test_no_head_is_too_strange(pieces: list[str]) -> None:
    found = find_refresh(f"<meta name=refresh>{''.join(pieces)}".encode(), "text/html")
    assert found is None or found.seconds >= 0


def html(head: str, *lines: str) -> object:
    return lambda guest: guest.answer("200 OK", f"<html><head>{head}</head>".encode() + PAGE, HTML, *lines)


def refresh(target: str, seconds: int = 0) -> str:
    return f'<meta http-equiv="refresh" content="{seconds};url={target}">'


def page(guest: Guest) -> None:
    guest.answer("200 OK", PAGE, HTML)


PAGES = {
    "/signpost": html(refresh("page")),
    "/header": html("", "Refresh: 0; url=/page"),
    "/patient": html(refresh("/page", seconds=10)),
    "/slow": html(refresh("/page", seconds=300)),
    "/itself": html(refresh("/itself#top")),
    "/itself-alone": html('<meta http-equiv="refresh" content="0">'),
    "/circle": html(refresh("/back")),
    "/back": html(refresh("/circle")),
    "/inside": html(refresh("http://169.254.169.254/latest/")),
    "/script": html(refresh("javascript:alert(1)")),
    "/user": html(refresh("http://user@127.0.0.1/")),
    **{f"/long{number}": html(refresh(f"/long{number + 1}")) for number in range(9)},
    "/page": page,
}


@pytest.mark.parametrize(
    ("path", "outcome", "way"),
    [
        ("/signpost", Outcome.FETCHED, ["/signpost", "/page"]),
        ("/header", Outcome.FETCHED, ["/header", "/page"]),
        ("/patient", Outcome.FETCHED, ["/patient", "/page"]),
        ("/slow", Outcome.FETCHED, ["/slow"]),
        ("/itself", Outcome.FETCHED, ["/itself"]),
        ("/itself-alone", Outcome.FETCHED, ["/itself-alone"]),
        ("/circle", Outcome.REDIRECT_LOOP, ["/circle", "/back"]),
        ("/inside", Outcome.BLOCKED_BY_GUARD, ["/inside"]),
        ("/script", Outcome.BLOCKED_BY_GUARD, ["/script"]),
        ("/user", Outcome.BLOCKED_BY_GUARD, ["/user"]),
        ("/long0", Outcome.REDIRECT_LOOP, [f"/long{number}" for number in range(6)]),
    ],
)
def test_a_signpost_is_followed_as_a_redirect_is(
    path: str, outcome: Outcome, way: list[str], small: WebSettings
) -> None:
    with hostile_server(PAGES) as server:  # type: ignore[arg-type]
        answer = Fetcher(small, [server.host]).fetch(server.url(path))
        assert answer.outcome is outcome
        assert [asked for asked, _ in server.asked] == way
        hops = [(hop.url, hop.status) for hop in answer.hops if hop.address is not None]
        assert hops == [(server.url(one), 200) for one in way]
        assert (answer.content is not None) == (outcome is Outcome.FETCHED)


def test_a_signpost_to_another_allowed_host_is_not_followed(small: WebSettings) -> None:
    with hostile_server({"/a": page}) as inner:
        pages = {"/a": html(refresh(inner.url("/a")))}
        with hostile_server(pages) as first:  # type: ignore[arg-type]
            answer = Fetcher(small, [first.host, inner.host]).fetch(first.url("/a"))
        assert answer.outcome is Outcome.BLOCKED_BY_GUARD
        assert inner.asked == []
