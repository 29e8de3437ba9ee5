import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.model import Source
from factdesk.web.url_keys import url_key

SAME = [
    ("HTTP://Example.COM", "http://example.com/"),
    ("https://example.com:443/a", "https://example.com/a"),
    ("http://example.com:80/a", "http://example.com/a"),
    ("http://example.com:8080/a", "http://example.com:8080/a"),
    ("https://example.com/a/./b/../c", "https://example.com/a/c"),
    ("https://example.com/a/%2e%2E/c", "https://example.com/c"),
    ("https://example.com/../../x", "https://example.com/x"),
    ("https://example.com/a/..", "https://example.com/"),
    ("https://example.com/a?utm_source=x&id=3&fbclid=9", "https://example.com/a?id=3"),
    ("https://example.com/a?utm_source=x", "https://example.com/a"),
    ("https://example.com/a?b=2&a=1&b=1", "https://example.com/a?a=1&b=2&b=1"),
    ("https://example.com/a?", "https://example.com/a"),
    ("https://example.com/a#part", "https://example.com/a"),
    ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
    ("https://BÜCHER.example/%c3%bc", "https://xn--bcher-kva.example/%C3%BC"),
    ("https://example.com./a", "https://example.com/a"),
    ("https://example.com/%7Euser", "https://example.com/~user"),
    ("https://example.com/100%", "https://example.com/100%25"),
    ("http://[2001:DB8:0:0::1]:80/", "http://[2001:db8::1]/"),
    ("  https://example.com/a \n", "https://example.com/a"),
    ("https://example.com/a b", "https://example.com/a%20b"),
]

KEPT_AS_WRITTEN = [
    "javascript:alert(1)",
    "file:///etc/passwd",
    "ftp://example.com/A",
    "http://user@Example.com/",
    "http://Example.com:99999/",
    "http://2130706433/",
    "http://[fe80::1%25eth0]/",
    "http:/Example.com",
    "not an address",
    "",
    "sha256:abc",
    "http://-x-.com/",
]


@pytest.mark.parametrize(("written", "key"), SAME)
def test_spellings_of_one_address_have_one_key(written: str, key: str) -> None:
    assert url_key(written) == key


@pytest.mark.parametrize("written", KEPT_AS_WRITTEN)
def test_an_ill_formed_address_is_its_own_key(written: str) -> None:
    assert url_key(f" {written}\t") == written


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/a", "http://example.com/a"),
        ("https://example.com/a", "https://example.com/a/"),
        ("https://example.com/a", "https://example.com/A"),
        ("https://example.com/?p=1", "https://example.com/?p=2"),
        ("https://example.com/a%2Fb", "https://example.com/a/b"),
        ("https://www.example.com/", "https://example.com/"),
    ],
)
def test_different_pages_have_different_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


PIECES = st.sampled_from(
    [
        *("http://", "HTTPS://", "example.com", "ü", ":80", ":", "/", "..", ".", "?", "&", "=", "#", "%"),
        *("%2e", "%25", "%41", "utm_x=1", "a=1", "b", "@", "[::1]", "\\", " ", "\ud800", "xn--", "。"),
        *("１", "\n"),
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=14).map("".join)))
def test_a_key_is_its_own_key_and_can_be_stored(url: str) -> None:
    key = url_key(url)
    assert url_key(key) == key
    assert Source(url=url, url_key=key).id == Source(url=key, url_key=key).id


@given(st.lists(PIECES, max_size=12).map("".join))
def test_a_well_formed_address_keeps_its_law(tail: str) -> None:
    key = url_key(f"http://example.com/{tail}")
    assert url_key(key) == key
    key.encode("utf-8")
