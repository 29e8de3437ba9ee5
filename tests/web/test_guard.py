from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.web.guard import (
    MAX_URL_CHARACTERS,
    BlockedError,
    address_fault,
    check_url,
    is_public,
    normal_authorities,
)

REFUSED = [
    "",
    "example.com",
    "//example.com/",
    "http://",
    "http:///path",
    "http:/example.com",
    "ftp://example.com/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/html,<p>x",
    "gopher://example.com:70/1",
    "http://user@example.com/",
    "http://user:word@example.com/",
    "http://example.com\\@inner/",
    "http://example.com/a b",
    "http://example.com/a\tb",
    "http://example.com/a\nb",
    "http://example.com/\x00",
    "http://example.com/\u202etxt",
    "http://example.com/\ud800",
    "http://example.com:0/",
    "http://example.com:65536/",
    "http://example.com:8x/",
    "http://example.com:-1/",
    "http://example.com:１/",
    "http://example.com:22/",
    "http://example.com:80:80/",
    "http://exa%6dple.com/",
    "http://-example-.com/",
    "http://.../",
    "http://exam ple.com/",
    "http://" + "a" * 64 + ".com/",
    "http://" + "a." * 130 + "com/",
    "http://example.com/" + "a" * MAX_URL_CHARACTERS,
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://1.2.3.4.5/",
    "http://127.0.0.1.0x1/",
    "http://１２７.0.0.1/",
    "http://127。0。0。1/",
    "http://ⓛocalhost/",
    "http://exam\u00adple.com/",
    "http://exam℀ple.com/",
    "http://exam\ufe0fple.com/",
    "http://exam\u034fple.com/",
    "http://exam\u3164ple.com/",
    "http://exam\U000e0101ple.com/",
    "http://exam\u200bple.com/",
    "http://example.com%2f@127.0.0.1/",
    "http://127.0.0.1%00.example.com/",
    "http://example.com:80%40inner/",
    "http://example.com;@127.0.0.1/",
    "http://example.com／@127.0.0.1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://1.1.1.１/",
    "http://0/",
    "http://0x/",
    "http://example.com:+80/",
    "http://example.com:٨٠/",
    "http://*.example.com/",
    "http://$HOST/",
    "http://[v1.x]/",
    "http://a.com\u2024inner/",
    "http:/\\/example.com/",
    "ht\ttp://example.com/",
    "http:\\\\example.com",
    "http://[::1/",
    "http://[::1]x/",
    "http://[fe80::1%25eth0]/",
    "http://[not-an-address]/",
    "http://[]/",
]


@pytest.mark.parametrize("url", REFUSED)
def test_tricks_are_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(BlockedError, match=r"^the address was not asked: "):
        check_url(url)


@pytest.mark.parametrize(
    ("url", "origin", "target"),
    [
        ("http://example.com", "http://example.com:80", "/"),
        ("https://Example.com/A?b=c#d", "https://example.com:443", "/A?b=c"),
        (" http://example.com./x ", "http://example.com:80", "/x"),
        ("http://example.com:8080/", "http://example.com:8080", "/"),
        ("https://bücher.example/ü?ö", "https://xn--bcher-kva.example:443", "/%C3%BC?%C3%B6"),
        ("http://[2001:DB8::1]:81/", "http://[2001:db8::1]:81", "/"),
        ("http://192.0.2.7/a%2Fb|c", "http://192.0.2.7:80", "/a%2Fb%7Cc"),
        ("http://under_score.example.com/?", "http://under_score.example.com:80", "/?"),
    ],
)
def test_an_address_is_split_once_and_for_all(url: str, origin: str, target: str) -> None:
    checked = check_url(url)
    assert (checked.origin, checked.target) == (origin, target)
    checked.target.encode("ascii")


@given(st.text(max_size=60))
def test_the_check_raises_nothing_but_its_own_error(text: str) -> None:
    for url in (text, f"http://{text}", f"http://example.com/{text}"):
        try:
            checked = check_url(url)
        except BlockedError:
            continue
        assert checked.target.isascii()
        assert checked.host.isascii()
        assert not set(checked.target) & set(" \r\n\t\\")


NOT_PUBLIC = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.255", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "168.63.129.16", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:93.184.216.34",
    "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378::1", "2001:db8::1",
    "2002:7f00:1::", "2002:5db8:d822::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1",
    "fe80::1%eth0", "fec0::1", "ff02::1", "not-an-address", "",
]  # fmt: skip


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_inner_address_is_refused(address: str) -> None:
    assert address_fault(address) is not None


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "1.1.1.1", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"]
)
def test_a_public_address_is_not(address: str) -> None:
    assert address_fault(address) is None


@given(st.ip_addresses())
def test_no_address_is_public_that_python_holds_private(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if address.is_private or address.is_reserved or address.is_multicast or address.is_loopback:
        assert not is_public(address)


def test_allowed_hosts_are_compared_in_one_spelling() -> None:
    assert normal_authorities(["LocalHost:8000", "[::1]:80", "127.0.0.1:09", "bad", "x:y", "0x7f.1:80"]) == {
        "localhost:8000",
        "[::1]:80",
        "127.0.0.1:9",
    }


def test_an_odd_port_may_be_allowed_by_name() -> None:
    assert check_url("http://example.com:6000/", {"example.com:6000"}).port == 6000
