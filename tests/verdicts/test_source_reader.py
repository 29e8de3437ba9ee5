"""A source is parsed once for many claims, and what is remembered stays small."""

from __future__ import annotations

from datetime import date

import pytest

from factdesk.verdicts import reading
from factdesk.verdicts.pair_answers import judge_pair
from factdesk.verdicts.reading import SourceReader

TEXT = "A ferry ticket to Hvar costs 14 euros. The crossing takes an hour."


def parse(reader: SourceReader, text: str, title: str | None = None, on: date | None = None) -> object:
    return reader.parse(text, title=title, published_on=on)


def test_the_same_text_title_and_date_are_parsed_once() -> None:
    reader = SourceReader()
    first = parse(reader, TEXT, "Fares", date(2024, 5, 1))
    assert parse(reader, TEXT, "Fares", date(2024, 5, 1)) is first
    assert parse(reader, TEXT, "Fares in 2023", date(2024, 5, 1)) is not first
    assert parse(reader, TEXT, "Fares", date(2023, 5, 1)) is not first


@pytest.mark.parametrize(("limit", "value"), [("MOST_PARSED", 2), ("MOST_CHARACTERS", 2 * len(TEXT) + 5)])
def test_the_text_used_longest_ago_is_forgotten(
    monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(reading, limit, value)
    reader = SourceReader()
    first, second = parse(reader, f"{TEXT}1"), parse(reader, f"{TEXT}2")
    assert parse(reader, f"{TEXT}1") is first
    parse(reader, f"{TEXT}3")
    assert parse(reader, f"{TEXT}1") is first
    assert parse(reader, f"{TEXT}2") is not second


def test_a_text_longer_than_all_that_is_kept_is_remembered_for_its_claims() -> None:
    reader = SourceReader()
    long = "Nothing happened today. " * (reading.MOST_CHARACTERS // 20)
    assert parse(reader, long) is parse(reader, long)


def test_answers_are_the_same_with_a_reader_that_knows_the_source() -> None:
    reader = SourceReader()
    claims = ("A ferry ticket to Hvar costs 14 euros.", "A ferry ticket to Hvar costs 19 euros.")
    shared = [judge_pair(claim, TEXT, reader=reader) for claim in claims]
    assert shared == [judge_pair(claim, TEXT) for claim in claims]
    assert [one["rating"] for one in shared] == ["supported", "refuted"]
