"""Which character set reads which bytes, and what is never read as text."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.reading.decode import as_unix_lines, decode_text, sniff_media_type, storable

RUSSIAN = "Билеты в Стамбул распроданы, сообщили авиакомпании в среду вечером. " * 4
FRENCH = "Le café coûte déjà 4 € – c’est cher, dit-on à la mairie. "


@pytest.mark.parametrize(
    ("content", "declared", "markup", "text", "charset"),
    [
        (b"plain ascii", None, False, "plain ascii", "utf-8"),
        (FRENCH.encode(), None, False, FRENCH, "utf-8"),
        (codecs.BOM_UTF8 + FRENCH.encode(), None, False, FRENCH, "utf-8"),
        (codecs.BOM_UTF16_LE + FRENCH.encode("utf-16-le"), None, False, FRENCH, "utf-16-le"),
        (codecs.BOM_UTF16_BE + FRENCH.encode("utf-16-be"), "utf-8", False, FRENCH, "utf-16-be"),
        (codecs.BOM_UTF32_LE + FRENCH.encode("utf-32-le"), None, False, FRENCH, "utf-32-le"),
        (FRENCH.encode("cp1252"), None, False, FRENCH, "cp1252"),
        (FRENCH.encode("cp1252"), "ISO-8859-1", False, FRENCH, "cp1252"),
        (RUSSIAN.encode("cp1251"), "windows-1251", False, RUSSIAN, "cp1251"),
        (RUSSIAN.encode("cp1251"), None, False, RUSSIAN, "cp1251"),
        (
            "日本の価格は三千円です。".encode("iso2022_jp"),
            "iso-2022-jp",
            False,
            "日本の価格は三千円です。",
            "iso2022_jp",
        ),
        ("日本の価格".encode("shift_jis"), "Shift_JIS", False, "日本の価格", "cp932"),
        (FRENCH.encode(), "windows-1251", False, FRENCH, "utf-8"),  # the header is wrong, the bytes are not
        (b'<meta charset="windows-1251"><p>' + RUSSIAN.encode("cp1251"), None, True, None, "cp1251"),
        (
            b'<meta http-equiv=Content-Type content="text/html; charset=koi8-r"><p>'
            + RUSSIAN.encode("koi8-r"),
            None,
            True,
            None,
            "koi8-r",
        ),
        (
            b'<?xml version="1.0" encoding="iso-8859-1"?><p>' + FRENCH.encode("cp1252"),
            None,
            True,
            None,
            "cp1252",
        ),
        (
            b'<meta charset="utf-16"><p>cafe',
            None,
            True,
            None,
            "utf-8",
        ),  # a lie: it would not be readable here
        (b'<meta charset="no-such-charset"><p>caf\xe9', None, True, None, "cp1252"),
        (b'<meta charset="unicode_escape"><p>\\u0041 caf\xe9', None, True, None, "cp1252"),
    ],
)
def test_bytes_are_read_by_the_right_charset(
    content: bytes, declared: str | None, markup: bool, text: str | None, charset: str
) -> None:
    decoded = decode_text(content, declared=declared, markup=markup)
    assert decoded is not None
    assert decoded.charset == charset
    assert decoded.replaced == 0
    if text is not None:
        assert decoded.text == text
    elif charset in ("cp1251", "koi8-r"):
        assert decoded.text.endswith(RUSSIAN)


def test_a_few_broken_bytes_do_not_make_utf8_unreadable() -> None:
    decoded = decode_text((FRENCH * 3).encode() + b"\xe2\x80")
    assert decoded is not None
    assert (decoded.charset, decoded.replaced) == ("utf-8", 1)
    assert decoded.text == FRENCH * 3 + "\ufffd"


@pytest.mark.parametrize("content", [bytes(range(128, 256)) * 20, codecs.BOM_UTF16_LE + b"a"])
def test_what_no_charset_reads_is_undecodable(content: bytes) -> None:
    assert decode_text(content) is None


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"PK\x03\x04....", "application/zip"),
        (b"RIFF....WEBPVP8", "image/webp"),
        (b"\x1f\x8b\x08rest", "application/gzip"),
        (b"text with a \0 in it", "application/octet-stream"),
        (b"\x01\x02\x03\x04\x05 not text", "application/octet-stream"),
        (codecs.BOM_UTF16_LE + "text".encode("utf-16-le"), None),
        (b"ordinary words\nand lines\t\x0c", None),
        (b"", None),
    ],
)
def test_magic_bytes_tell_text_from_the_rest(content: bytes, media_type: str | None) -> None:
    assert sniff_media_type(content) == media_type


def test_only_line_ends_are_changed() -> None:
    assert as_unix_lines("a\r\nb\rc\n\n\x0bd\u2028e\r") == "a\nb\nc\n\n\x0bd\u2028e\n"


def test_storable_text_can_be_written_as_utf8() -> None:
    assert storable("a\ud800b\x00c\n").encode() == "a\ufffdb\ufffdc\n".encode()


@given(
    st.binary(max_size=400), st.sampled_from([None, "utf-8", "cp1251", "utf-7", "hex", "", "\0", "gb18030"])
)
def test_any_bytes_decode_to_storable_text_or_to_nothing(content: bytes, declared: str | None) -> None:
    decoded = decode_text(content, declared=declared, markup=True)
    if decoded is not None:
        assert decoded.text.encode("utf-8") is not None


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_utf8_is_always_read_as_it_is(text: str) -> None:
    decoded = decode_text(codecs.BOM_UTF8 + text.encode())
    assert decoded is not None
    assert decoded.text == text
