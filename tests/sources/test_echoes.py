"""Which stretches of a source only repeat the essay that cites it, and which texts are an echo of one."""

from __future__ import annotations

from datetime import date

import pytest

from factdesk.model import Essay
from factdesk.sources.echoes import echoes_essay, find_repeats

CLAIM = "A return ferry ticket from Zadar to Ancona now costs 60 euros."
NIGHT = "The bar opens when the lights of the lighthouse are behind the ship, and it closes at two."
ESSAY = f"{NIGHT}\n\n{CLAIM}\n\nNobody sleeps in the garage, whatever the notice by the stairs may say."
AUTUMN, WINTER = date(2026, 10, 1), date(2026, 12, 1)


def essay(author: str | None = "Ana Kolar", title: str | None = "A night at sea") -> Essay:
    return Essay(
        essay_key="night",
        uri="https://letters.example/night",
        title=title,
        author=author,
        published_on=date(2026, 11, 1),
        publish_at=None,
        inbox=None,
        path=None,
    )


def repeats(text: str, on: date | None = None, of: Essay | None = None, url: str | None = None) -> list[str]:
    return [span.cut(text) for span in find_repeats(text, on, of or essay(), ESSAY, url)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Ana Kolar writes that a return ferry ticket from Zadar to Ancona costs 60 euros.",
        "Ana Kolar, a student from Zadar, said that the ticket costs 60 euros.",
        "According to Ana Kolar, the ticket costs 60 euros.",
        "“The ticket costs 60 euros,” wrote Ana Kolar.",
        "In “A night at sea” we read that the ticket costs 60 euros.",
        "The essay A night at sea puts the ticket at 60 euros.",
        "letters.example has the ticket at 60 euros.",
    ],
)
@pytest.mark.parametrize("on", [None, WINTER])
def test_what_is_given_as_the_essays_word_repeats_it(sentence: str, on: date | None) -> None:
    text = f"The harbour was quiet. {sentence} The office opens at nine."
    assert repeats(text, on) == [sentence]
    assert repeats(text, AUTUMN) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Ana Kolarić writes that the ticket costs 60 euros.",
        "By Ana Kolar",
        "It was a night at sea that nobody forgot, and the ticket costs 60 euros.",
        "The office writes that the ticket costs 60 euros.",
        "Write to desk@letters.example about tickets.",
    ],
)
def test_others_words_do_not(sentence: str) -> None:
    assert repeats(f"The harbour was quiet. {sentence} The office opens at nine.") == []


def test_a_quotation_that_the_naming_sentence_begins_is_part_of_it() -> None:
    told = "Ana Kolar told us about it. “A return ticket costs 60 euros.” The office opens at nine."
    assert repeats(told) == ["Ana Kolar told us about it.", "“A return ticket costs 60 euros.”"]


def test_a_desk_is_no_person_and_a_site_may_name_itself() -> None:
    text = "The Briefing desk says that the ticket costs 60 euros, letters.example has learned."
    assert repeats(text, of=essay("Briefing desk", None), url="https://www.letters.example/other") == []


def test_a_later_page_that_took_sentences_over_repeats_them() -> None:
    page = f"Our reader was at sea. {NIGHT} {CLAIM} The office has not answered us."
    assert repeats(page, WINTER) == [NIGHT, CLAIM]
    assert repeats(page, AUTUMN) == repeats(page) == []


def test_one_common_sentence_is_no_copy() -> None:
    assert repeats(f"The company has raised its fares. {CLAIM} Children pay half.", WINTER) == []


def test_an_echo_has_the_sentence_but_for_a_word_and_tells_something_else_of_the_essay() -> None:
    near = CLAIM.replace("now costs", "today costs")
    assert echoes_essay(f"Seen at sea. {NIGHT.replace('closes', 'shuts')} {near}", ESSAY, CLAIM)
    assert not echoes_essay(f"The new tariff. {near} A single ticket costs 35 euros.", ESSAY, CLAIM)
    assert not echoes_essay(f"Seen at sea. {NIGHT} The ticket was not cheap.", ESSAY, CLAIM)
