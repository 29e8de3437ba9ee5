"""Pages of the hostile server that try to break, mislead or lead astray whoever reads them."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable

from pdf_files import Words, make_pdf
from web.hostile import HTML, PAGE, PNG, Guest

Behaviour = Callable[[Guest], None]

STORY = " ".join(
    f"On day {day} the council met in the small hall, heard the harbour master and voted to keep the ferry."
    for day in range(1, 30)
)
"""Three thousand characters that read like an article."""


def told(body: bytes | str, *lines: str) -> Behaviour:
    content = body.encode() if isinstance(body, str) else body
    return lambda guest: guest.answer("200 OK", content, *(lines or (HTML,)))


def document(body: str, head: str = "") -> str:
    return f"<!doctype html><html><head><title>The hall</title>{head}</head><body>{body}</body></html>"


def article(body: str = "", head: str = "") -> str:
    return document(f"<article><p>{STORY}</p>{body}</article>", head)


def as_type(media_type: str, body: bytes | str = PAGE) -> Behaviour:
    return told(body, f"Content-Type: {media_type}")


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + f"]><html><body><article><p>{STORY} &j;</p></article></body></html>"
)
ENCRYPTED_PDF = make_pdf([Words("Every seat was sold.")]).replace(
    b"/Root 1 0 R", b"/Root 1 0 R /Encrypt << /Filter /Standard /V 9 /R 9 /O (a) /U (b) /P -1 >>"
)


def pdf_bomb() -> bytes:
    """A whole PDF whose one page unpacks from 100 KB to 70 MB of operators."""
    packer = zlib.compressobj(9)
    stream = b"".join(packer.compress(b"BT ET " * 200_000) for _ in range(60)) + packer.flush()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Resources << /ProcSet [/PDF] >> /Contents 4 0 R >>",
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    content, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(b"%010d 00000 n \n" % len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(places)
    return content + table + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(content)


def kinds_of_page(inner: str) -> dict[str, Behaviour]:
    """What is no page, or another kind of page than it says; ``inner`` must never be asked."""
    external = f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "{inner}">]>'
    return {
        "/no-type": told(PAGE, "X-Type: none"),
        "/html-as-png": as_type("image/png"),
        "/html-as-bytes": as_type("application/octet-stream"),
        "/html-as-pdf": as_type("application/pdf"),
        "/type-of-lies": as_type("text/html; charset=" + "x" * 3000),
        "/type-is-nonsense": as_type("¿quoi?/;;=;charset"),
        "/json": as_type("application/json", '{"all": ["seats", "sold"]}'),
        "/style": as_type("text/css", "p { color: red }"),
        "/gif-as-html": told(b"GIF89a" + bytes(range(256)) * 9),
        "/zip-as-html": told(b"PK\x03\x04" + bytes(range(256)) * 9),
        "/film-as-html": told(b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 90),
        "/program-as-html": told(b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 90),
        "/png-as-text": as_type("text/plain", PNG),
        "/text": as_type("text/plain", STORY),
        "/attachment": told(PAGE, HTML, 'Content-Disposition: attachment; filename="../../etc/cron.d/x"'),
        "/pdf": as_type("application/pdf", make_pdf([Words("Every seat was sold within an hour.")])),
        "/pdf-as-html": told(make_pdf([Words("Every seat was sold within an hour.")])),
        "/pdf-broken": as_type("application/pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40),
        "/pdf-cut": as_type("application/pdf", make_pdf([Words("Every seat was sold.")])[:400]),
        "/pdf-locked": as_type("application/pdf", ENCRYPTED_PDF),
        "/pdf-without-words": as_type("application/pdf", make_pdf([])),
        "/pdf-bomb": as_type("application/pdf", pdf_bomb()),
        "/xml-laughs": as_type("application/xhtml+xml", LAUGHS),
        "/xml-file": as_type(
            "application/xhtml+xml", external + f"<html><body><p>{STORY} &x;</p></body></html>"
        ),
        "/feed": as_type("application/rss+xml", "<rss><channel><title>a</title></channel></rss>"),
    }


def broken_markup() -> dict[str, Behaviour]:
    """Markup that costs parsers time or memory."""
    long_ld = '<script type="application/ld+json">' + json.dumps([STORY] * 300) + "</script>"
    deep_ld = '<script type="application/ld+json">' + "[" * 100_000 + "]" * 100_000 + "</script>"
    bad_ld = '<script type="application/ld+json">{"@type": ["NewsArticle", {}], "author": [[[]]]}</script>'
    return {
        "/attributes": told(document("<p>a</p><a " + "b=1 " * 90_000 + ">")),
        "/attributes-without-end": told(document("<p>a</p><a " + "b " * 90_000)),
        "/open-tags": told(document(f"<p>{STORY}</p>" + "<a " * 20_000)),
        "/open-comments": told(document(f"<p>{STORY}</p>" + "<!--" * 20_000)),
        "/deep": told(document("<div>" * 2_000 + f"<p>{STORY}</p>" + "</div>" * 2_000)),
        "/very-deep": told(document("<b>" * 30_000 + STORY)),
        "/long-json-ld": told(article(head=long_ld)),
        "/deep-json-ld": told(article(head=deep_ld)),
        "/odd-json-ld": told(article(head=bad_ld)),
        "/wide-table": told(article("<table>" + ("<tr>" + "<td>1" * 20) * 100 + "</table>")),
        "/one-word": told(document("<p>" + "a" * 300_000 + "</p>")),
        "/controls": told(article("<p>\x1b[2J\x1b]0;title\x07 \u202egnp.exe</p>")),
        "/far-colspan": told(article("<table><tr><td colspan=999999999 rowspan=999999999>a</table>")),
        "/nothing-but-comments": told("<!-- " + STORY + " -->"),
        "/no-body": told(f"<!doctype html><title>The hall</title><article><p>{STORY}</p></article>"),
        "/frames": told("<html><frameset><frame src=/ok></frameset></html>"),
    }


def led_astray(inner: str) -> dict[str, Behaviour]:
    """Whole pages that name an inner address in every place where a browser would follow it."""
    return {
        "/refresh-header": told(article(), HTML, f"Refresh: 0; url={inner}"),
        "/preload": told(article(), HTML, f"Link: <{inner}>; rel=preload, <{inner}>; rel=canonical"),
        "/alternative": told(article(), HTML, f"Alt-Svc: h2={inner!r}; ma=9", f"Content-Location: {inner}"),
        "/base": told(article(head=f'<base href="{inner}"><link rel=canonical href="/x">')),
        "/embedded": told(article(f'<img src="{inner}"><iframe src="{inner}"></iframe>')),
        "/stylesheet": told(article(head=f'<link rel=stylesheet href="{inner}">')),
        "/script": told(article(head=f'<script src="{inner}"></script>')),
        "/include": told(article(head=f'<?xml-stylesheet href="{inner}"?><link rel=import href="{inner}">')),
        "/late-refresh": told(article(head=f'<meta http-equiv=refresh content="900;url={inner}">')),
        "/hidden-refresh": told(
            article(f'<noscript><meta http-equiv=refresh content="0;url={inner}"></noscript>')
        ),
    }


def lookalikes() -> dict[str, Behaviour]:
    """Pages with status 200 that are not what was asked for."""
    refused = "<h1>Page not found</h1><p>Sorry, the page that you are looking for does not exist.</p>"
    paid = "<h1>Ferry kept</h1><p>The council voted on Monday to keep the ferry.</p>"
    paid += "<p>Subscribe to continue reading. Already a subscriber? Log in.</p>"
    free = json.dumps({"@type": "NewsArticle", "headline": "Ferry kept", "isAccessibleForFree": False})
    asked = "<h1>We value your privacy</h1><p>We and our 812 partners use cookies.</p><b>Accept all</b>"
    shell = '<div id="root"></div><script src="/app.js"></script>'
    return {
        "/soft-404": told(document(refused)),
        "/paywall": told(document(f"<article>{paid}</article>")),
        "/paywall-as-told": told(article(head=f'<script type="application/ld+json">{free}</script>')),
        "/consent": told(document(asked)),
        "/script-shell": told(document(shell)),
        "/script-only": told(document("<noscript>Please enable JavaScript to read this.</noscript>" + shell)),
        "/script-redirect": told(document("<script>document.location='/ok'</script>")),
        "/blank": told(document("   \n\t  ")),
        "/white-space": told(b" \r\n\t " * 5000),
        "/banner-above-a-story": told(article(asked)),
        "/about-missing-pages": told(article("<p>The page “not found” is the most read page of all.</p>")),
    }


def charsets() -> dict[str, Behaviour]:
    """Pages whose letters are easily misread."""
    cyrillic = document(
        "<article><p>" + "Все билеты проданы за час, сказали в кассе театра. " * 9 + "</p></article>"
    )
    utf_16 = as_type("text/html; charset=utf-16", b"\xff\xfe" + cyrillic.encode("utf-16-le"))
    return {
        "/cp1251": as_type(
            "text/html", cyrillic.replace("<title>", "<meta charset=windows-1251><title>").encode("cp1251")
        ),
        "/utf-16": utf_16,
        "/utf-16-unmarked": as_type("text/html", cyrillic.encode("utf-16-le")),
        "/unknown-charset": as_type("text/html; charset=klingon", cyrillic),
        "/charset-of-lies": as_type("text/html; charset=utf-16", cyrillic),
        "/utf-7": as_type("text/html; charset=utf-7", "+ADw-script+AD4- " + article()),
        "/not-utf-8": as_type("text/plain; charset=utf-8", bytes(range(128, 256)) * 99),
    }


def long_pages() -> dict[str, Behaviour]:
    """Honest pages that are as long as the caps allow, and longer."""
    paragraph = f"{STORY}\n\n".encode()
    plain = "Content-Type: text/plain; charset=utf-8"
    packed = gzip.compress(paragraph * (9_000_000 // len(paragraph)))
    return {
        "/four-megabytes": told(paragraph * (4_000_000 // len(paragraph)), plain),
        "/nine-megabytes-packed": told(packed, plain, "Content-Encoding: gzip"),
        "/nine-megabytes-wide": told(
            gzip.compress("😀".encode() + gzip.decompress(packed)), plain, "Content-Encoding: gzip"
        ),
        "/six-megabytes": told(paragraph * (6_000_000 // len(paragraph)), plain),
    }


def hostile_pages(inner: str) -> dict[str, Behaviour]:
    """Return all pages of this file; ``inner`` is an address that no reader may ask."""
    return {
        **kinds_of_page(inner),
        **broken_markup(),
        **led_astray(inner),
        **lookalikes(),
        **charsets(),
        **long_pages(),
    }
