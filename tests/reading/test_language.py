"""English is read; what is clearly something else is told; in doubt nothing is said."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.model import EssayOutcome
from factdesk.reading.essay_text import read_essay_text
from factdesk.reading.language import MIN_WORDS, guess_language

ENGLISH = (
    "The price of a one-way ticket rose to more than 300,000 roubles on Wednesday, and most of the direct "
    "flights that were on sale in the morning had gone by noon, said the people who watched the sites. "
)
GERMAN = (
    "Der Preis für ein Ticket stieg am Mittwoch auf mehr als 300.000 Rubel, und die meisten Flüge, die am "
    "Morgen noch zu haben waren, sind nach Angaben der Seiten bis zum Mittag ausverkauft gewesen und nicht "
    "mehr im Angebot, wie es aus dem Kreis der Beobachter heißt."
)
RUSSIAN = "Цена билета в один конец выросла до трёхсот тысяч рублей, и прямые рейсы распроданы. " * 4


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        (GERMAN, "de"),
        (RUSSIAN, "other"),
        (ENGLISH + GERMAN, "en"),
        (ENGLISH + RUSSIAN, "en"),
        ("", None),
        ("Istanbul 41%", None),
        ("Билеты", None),
        ("Prices up", None),
        ("Lorem ipsum dolor sit amet consectetur adipiscing elit " * 8, None),
        ("12 14 15 16 " * 50, None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert guess_language(text) == language


SENTENCES = tomllib.loads((Path(__file__).parent / "languages.toml").read_text(encoding="utf-8"))
FARES, OTHER_LETTERS = SENTENCES["latin"], list(SENTENCES["other"].values())


@pytest.mark.parametrize("code", FARES)
def test_one_sentence_of_another_language_is_told(code: str) -> None:
    assert guess_language(FARES[code]) == code
    assert guess_language(f"{FARES[code]} " * 4) == code


@pytest.mark.parametrize("sentence", OTHER_LETTERS)
def test_one_sentence_in_other_letters_is_told(sentence: str) -> None:
    assert guess_language(sentence) == "other"


@pytest.mark.parametrize("sentence", [*FARES.values(), *OTHER_LETTERS])
def test_such_an_essay_says_so_whatever_its_charset(sentence: str) -> None:
    for charset in ("utf-8", "utf-16"):
        essay = read_essay_text(sentence.encode(charset), "plain")
        assert essay.outcome is EssayOutcome.LANGUAGE_UNSUPPORTED
        assert essay.detail == "the text is not English"


@pytest.mark.parametrize(
    "text",
    [
        "Tickets gone.",
        "Las Vegas, Los Angeles, El Paso: tickets gone",
        "Tim de Waele, Van der Poel and Di Maria",
        "Die Hard 2 sold out: five die-hards queued",
        "Le Monde: 62% back Le Pen",
        "El Niño costs Peru $3bn",
        "Prices: café crème €4, crêpe €6, jus d'orange €5",
        "Milk 2.40, bread 1.20, eggs 3.10, butter 4.00, cheese 9.50, apples 2.20",
        "USA 41%, UK 38%, EU 35%, ET MT PT CT GMT",
        "A pint of lager in Zürich costs 9 francs",
        "Sold out",
        "Oslo sold out, Malmö sold out, Århus nearly sold out",
        "Билеты to Istanbul cost 300 euros",
        "“¿Qué será?” asked the man who paid €50",
        "War Memorial Park, War Memorial Road, War Memorial Hall, " * 8,
    ],
)
def test_short_english_with_foreign_words_is_not_refused(text: str) -> None:
    assert guess_language(text) in (None, "en")


def test_an_english_part_is_read() -> None:
    for other in FARES.values():
        assert guess_language(f"{ENGLISH} {other} {other}") == "en"


def test_running_text_of_a_language_that_is_not_known_is_told() -> None:
    yoruba = (
        "tiketi naa je ogoji owo lati ojo aje awon eniyan ilu naa si ni pe owo naa ti won ju fun gbogbo wa "
    )
    assert guess_language(yoruba * 6) == "other"
    goods = (
        "milk bread eggs butter cheese apples pears leeks onions flour sugar salt rice oats beans lentils "
    )
    assert guess_language(goods * 3) is None


@given(st.text(max_size=400))
def test_any_text_has_a_language_or_none(text: str) -> None:
    language = guess_language(text)
    assert language is None or language.islower()
    if len(text.split()) < 4 and text.isascii():
        assert language is None or len(text) >= MIN_WORDS
