"""English is read; what is clearly something else is told; in doubt nothing is said."""

import pytest

from factdesk.reading.language import guess_language

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
