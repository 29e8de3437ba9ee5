"""Days as metadata writes them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.reading.dates import parse_date


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2022-09-22", date(2022, 9, 22)),
        ("2022-09-22T23:30:00-05:00", date(2022, 9, 22)),  # the day as written
        ("20220922", date(2022, 9, 22)),
        ("2022/9/2", date(2022, 9, 2)),
        ("22 September 2022", date(2022, 9, 22)),
        ("Thursday, 22nd of Sept. 2022", date(2022, 9, 22)),
        ("Sep 22, 2022 at 5 pm", date(2022, 9, 22)),
        ("Thu, 22 Sep 2022 10:00:00 +0100", date(2022, 9, 22)),
        ("2022-09", None),
        ("2022-02-30", None),
        ("2022-1/2", None),
        ("09/10/2022", None),  # two readings
        ("09/22/2022", date(2022, 9, 22)),
        ("22/09/2022", date(2022, 9, 22)),
        ("09.10.2022", date(2022, 10, 9)),  # with dots the day comes first everywhere
        ("10.10.2022.5", None),
        ("22.13.2022", None),
        ("22 Septober", None),
        ("0000-00-00", None),
        ("", None),
    ],
)
def test_parse_date(words: str, day: date | None) -> None:
    assert parse_date(words) == day


@given(st.text(max_size=60))
def test_no_words_raise(words: str) -> None:
    assert parse_date(words) is None or parse_date(words) is not None


@given(st.dates())
def test_iso_dates_round_trip(day: date) -> None:
    assert parse_date(day.isoformat()) == day
