"""Pages in hard character sets: said rightly, said wrongly, said late, not said at all."""

from __future__ import annotations

import codecs

import pytest

from factdesk.reading.double_encoding import undo_double_encoding
from factdesk.reading.page_text import read_page

RUSSIAN = "Билеты на все прямые рейсы распроданы к полудню, сообщили продавцы, а цены выросли втрое за день."
CHINESE = (
    "所有直飞航班的座位在中午之前全部售罄，售票网站显示。机票价格一周之内上涨了七倍，一位卖家在电话中说。"
)
JAPANESE = (
    "首都から海岸への直行便の座席は正午までにすべて売り切れたと販売サイトが示した。価格は七倍に上がった。"
)
KOREAN = "수도에서 해안으로 가는 모든 직항편 좌석이 정오까지 매진되었다고 판매 사이트가 밝혔다."
HEBREW = "כל המושבים בטיסות הישירות לחוף נמכרו עד הצהריים, כך הראו האתרים."
THAI = "ตั๋วเครื่องบินทุกเที่ยวบินขายหมดแล้ว"
FRENCH = "Le café coûte déjà 4 € – c’est cher, dit-on à la mairie. Les œufs aussi."
PROSE = "It’s £300 – “cheap” – he said, at the café."


def page(words: str, head: str = "") -> str:
    return f"<html><head>{head}<title>t</title></head><body><article><p>{words}</p></article></body></html>"


def meta(charset: str) -> str:
    return f'<meta charset="{charset}">'


def twice(text: str) -> bytes:
    """Encode as a program does that takes UTF-8 for cp1252 and keeps the bytes that cp1252 leaves open."""
    open_bytes = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
    shown = (chr(one) if one in open_bytes else bytes([one]).decode("cp1252") for one in text.encode())
    return "".join(shown).encode()


HTTP_EQUIV = '<meta http-equiv="Content-Type" content="text/html; charset={}">'
XML = "<?xml version='1.0' encoding='{}'?>"

# what it is, content, charset of the header, words that must be read
CASES: list[tuple[str, bytes, str | None, str]] = [
    ("cp1251 by meta", page(RUSSIAN, meta("windows-1251")).encode("cp1251"), None, RUSSIAN),
    ("cp1251 by http-equiv", page(RUSSIAN, HTTP_EQUIV.format("cp1251")).encode("cp1251"), None, RUSSIAN),
    ("cp1251, not said", page(RUSSIAN).encode("cp1251"), None, RUSSIAN),
    ("koi8, not said", page(RUSSIAN).encode("koi8-r"), None, RUSSIAN),
    ("utf-16le with a mark", codecs.BOM_UTF16_LE + page(RUSSIAN).encode("utf-16-le"), None, RUSSIAN),
    ("utf-16be with a mark", codecs.BOM_UTF16_BE + page(RUSSIAN).encode("utf-16-be"), "utf-8", RUSSIAN),
    ("utf-16le by header", page(RUSSIAN).encode("utf-16-le"), "utf-16le", RUSSIAN),
    ("utf-16be, not said", page(RUSSIAN).encode("utf-16-be"), None, RUSSIAN),
    ("utf-16le, not said, Chinese", page(CHINESE + "一一一").encode("utf-16-le"), None, CHINESE),
    ("utf-16le, said to be utf-8", page(FRENCH).encode("utf-16-le"), "utf-8", FRENCH),
    ("gb18030 as gb2312", page(CHINESE, meta("gb2312")).encode("gb18030"), None, CHINESE),
    ("gb18030 as gbk by header", page(CHINESE).encode("gb18030"), "GBK", CHINESE),
    ("shift_jis by meta", page(JAPANESE, meta("Shift_JIS")).encode("cp932"), None, JAPANESE),
    ("shift_jis by an old name", page(JAPANESE, meta("x-sjis")).encode("cp932"), None, JAPANESE),
    ("euc-jp", page(JAPANESE, meta("euc-jp")).encode("euc_jp"), None, JAPANESE),
    ("iso-2022-jp", page(JAPANESE, meta("iso-2022-jp")).encode("iso2022_jp"), None, JAPANESE),
    ("euc-kr", page(KOREAN, meta("euc-kr")).encode("cp949"), None, KOREAN),
    ("euc-kr by its standard", page(KOREAN, meta("ks_c_5601-1987")).encode("cp949"), None, KOREAN),
    ("iso-8859-8", page(HEBREW, meta("iso-8859-8")).encode("iso8859-8"), None, HEBREW),
    ("iso-8859-8-i by header", page(HEBREW).encode("iso8859-8"), "ISO-8859-8-I", HEBREW),
    ("tis-620", page(THAI, meta("tis-620")).encode("tis-620"), None, THAI),
    ("cp1252 as latin-1", page(FRENCH, meta("iso-8859-1")).encode("cp1252"), "latin1", FRENCH),
    ("cp1252, not said", page(FRENCH).encode("cp1252"), None, FRENCH),
    ("utf-8 said to be latin-1", page(FRENCH, meta("iso-8859-1")).encode(), "iso-8859-1", FRENCH),
    ("cp1252 said to be utf-8", page(FRENCH, meta("utf-8")).encode("cp1252"), "utf-8", FRENCH),
    ("cp1251 said to be utf-8", page(RUSSIAN, meta("utf-8")).encode("cp1251"), "utf-8", RUSSIAN),
    ("a mark against all", codecs.BOM_UTF8 + page(RUSSIAN, meta("koi8-r")).encode(), "cp1251", RUSSIAN),
    ("meta after 1,024 bytes", page(RUSSIAN, f"<!--{'x' * 1500}-->{meta('cp1251')}").encode("cp1251"),
     None, RUSSIAN),
    ("meta after 9,000 bytes", page(RUSSIAN, f"<style>{'x' * 9000}</style>{meta('koi8-r')}").encode("koi8-r"),
     None, RUSSIAN),
    ("meta in a comment", page(RUSSIAN, f"<!--{meta('koi8-r')}-->{meta('cp1251')}").encode("cp1251"),
     None, RUSSIAN),
    ("xhtml's declaration", (XML.format("windows-1251") + page(RUSSIAN)).encode("cp1251"), None, RUSSIAN),
    ("meta against a default", page(RUSSIAN, meta("koi8-r")).encode("koi8-r"), "ISO-8859-1", RUSSIAN),
    ("junk behind the charset", page(RUSSIAN, HTTP_EQUIV.format("windows-1251;")).encode("cp1251"),
     "utf-8;", RUSSIAN),
    ("a quoted charset with more", page(RUSSIAN).encode("cp1251"), '"windows-1251"; x=y', RUSSIAN),
    ("encoded twice", twice(page(PROSE, meta("utf-8"))), "utf-8", PROSE),
    ("encoded twice by way of latin-1", page(FRENCH).encode().decode("latin-1").encode(), "utf-8", FRENCH),
    ("encoded twice, Russian", twice(page(RUSSIAN)), None, RUSSIAN),
    ("cp1252 pasted into utf-8", page(FRENCH).encode() + b"<p>\x93so\x94</p>", "iso-8859-1", FRENCH),
    ("utf-7 is never decoded", b"<meta charset=utf-7><p>+ADw-b+AD4- words</p>", None, "+ADw-b+AD4-"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "header", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_words_of_a_page_come_out_right(content: bytes, header: str | None, words: str) -> None:
    assert words in read_page(content, media_type="text/html", charset=header, url=None).full_text


def test_a_page_encoded_twice_says_so() -> None:
    read = read_page(twice(page(PROSE)), media_type="text/html", charset=None, url=None)
    assert read.notes == ("double_encoded",)


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        FRENCH,
        RUSSIAN,
        "PASSÉ— ET PASSÉ—",
        "Ãlso Â strange",
        "It broke: “Itâ€™s” came out.",
        "plain",
        "",
    ],
)
def test_text_that_was_not_encoded_twice_stays(text: str) -> None:
    assert undo_double_encoding(text) is None


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(b"\x89PNG\r\n\x1a\n" + page(FRENCH).encode(), "image/png"), (b"\0\1\2\3" * 99, "text/html")],
)
def test_a_picture_served_as_a_page_is_no_text(content: bytes, media_type: str) -> None:
    read = read_page(content, media_type="text/html", charset="utf-8", url=None)
    assert (read.outcome.value, read.media_type, read.text) == ("unsupported_type", media_type, "")
