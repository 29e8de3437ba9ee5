from __future__ import annotations

import time

from factdesk.web.bombs import MAX_JSON_LD_BYTES, MAX_TAG_BYTES, find_tag_bomb, without_long_json_ld

OPEN = b'<script type="application/ld+json">'


def test_a_tag_full_of_attributes_is_a_bomb() -> None:
    assert find_tag_bomb(b"<p>x</p><a " + b"b=1 " * 10_000 + b">") is not None
    assert find_tag_bomb(b"<a " + b"b " * 10_000) is not None
    assert find_tag_bomb(b"<a " + b"b='c'd=\"e\"" * 10_000) is not None


def test_long_things_of_real_pages_are_none() -> None:
    picture = b'<img alt="x" src="data:image/png;base64,' + b"iVBORw0KGgo+/A" * 5000 + b'=="><p>y</p>'
    style = b'<p style="' + b"color:red;" * 1000 + b'">'
    settings = b"<video data-settings='" + b'{"a": "b", "c": [1, 2]}' * 3000 + b"'>"
    prose = b"<p>" + b"one < two and so on. " * 9000
    pdf = b"%PDF-1.7 <a " + b" b=c" * 90_000
    for page in (picture, style, settings, prose, pdf, b"", b"<", b"<a", b"<p>short</p>" * 20_000):
        assert find_tag_bomb(page) is None


def test_the_look_is_linear() -> None:
    began = time.monotonic()
    find_tag_bomb(b"<a" * 3_000_000)
    find_tag_bomb((b"<a" * (MAX_TAG_BYTES // 2 - 10) + b">") * 300)
    without_long_json_ld(b"<script ld" * 400_000)
    without_long_json_ld(OPEN * 200_000)
    assert time.monotonic() - began < 5


def test_only_long_json_ld_is_cut_out() -> None:
    short = OPEN + b'{"datePublished": "2026-01-02"}</script>'
    long = OPEN + b"[" * (MAX_JSON_LD_BYTES + 1) + b"</script>"
    cut = without_long_json_ld(b"<p>a</p>" + short + long + b"<p>b</p>" + short + long)
    assert cut == b"<p>a</p>" + short + OPEN + b"</script><p>b</p>" + short + OPEN + b"</script>"
    assert without_long_json_ld(b"<p>no script</p>") == b"<p>no script</p>"
