from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.text.dates import find_dates

PUBLISHED = date(2022, 9, 22)  # a Thursday

RESOLVED = {
    "on 19 September 2022": "2022-09-19 2022-09-19",
    "on September 19, 2022": "2022-09-19 2022-09-19",
    "2022-09-19": "2022-09-19 2022-09-19",
    "Sept. 21": "2022-09-21 2022-09-21",
    "the 14th of March": "2022-03-14 2022-03-14",
    "on the 14th": "2022-09-14 2022-09-14",
    "on the 28th": "2022-08-28 2022-08-28",
    "24 November": "2022-11-24 2022-11-24",
    "31 December": "2021-12-31 2021-12-31",
    "May 2021": "2021-05-01 2021-05-31",
    "in August": "2022-08-01 2022-08-31",
    "last November": "2021-11-01 2021-11-30",
    "next March": "2023-03-01 2023-03-31",
    "yesterday": "2022-09-21 2022-09-21",
    "last night": "2022-09-21 2022-09-21",
    "tomorrow": "2022-09-23 2022-09-23",
    "on Wednesday": "2022-09-21 2022-09-21",
    "last Thursday": "2022-09-15 2022-09-15",
    "next Monday": "2022-09-26 2022-09-26",
    "this week": "2022-09-19 2022-09-25",
    "last month": "2022-08-01 2022-08-31",
    "next year": "2023-01-01 2023-12-31",
    "last quarter": "2022-04-01 2022-06-30",
    "two weeks ago": "2022-09-05 2022-09-11",
    "three years ago": "2019-01-01 2019-12-31",
    "last summer": "2022-06-01 2022-08-31",
    "last winter": "2021-12-01 2022-02-28",
    "in winter 2019": "2019-12-01 2020-02-29",
    "since 2014": "2014-01-01 2014-12-31",
    "the 1990s": "1990-01-01 1999-12-31",
    "on the 5th of May": "2022-05-05 2022-05-05",
    "on Friday, May 12, 2023": "2023-05-12 2023-05-12",
    "3-5 May": "2022-05-03 2022-05-05",
    "3 to 5 May 2021": "2021-05-03 2021-05-05",
    "May 3–5, 2021": "2021-05-03 2021-05-05",
    "May 2024": "2024-05-01 2024-05-31",
    "until March 2023": "2023-03-01 2023-03-31",
    "from March to May 2021": "2021-03-01 2021-05-31",
    "between November and January": "2021-11-01 2022-01-31",
    "between 2014 and 2018": "2014-01-01 2018-12-31",
    "in 2014–18": "2014-01-01 2018-12-31",
    "25/05/2024": "2024-05-25 2024-05-25",
    "05/25/2024": "2024-05-25 2024-05-25",
    "05/05/2024": "2024-05-05 2024-05-05",
    "12.05.2024": "2024-05-12 2024-05-12",
    "2024/05/12": "2024-05-12 2024-05-12",
    "the previous week": "2022-09-12 2022-09-18",
    "over the past year": "2021-09-22 2022-09-22",
    "the past three months": "2022-06-24 2022-09-22",
    "the next two weeks": "2022-09-22 2022-10-06",
    "fifteen years ago": "2007-01-01 2007-12-31",
    "a couple of years ago": "2020-01-01 2020-12-31",
    "this summer": "2022-06-01 2022-08-31",
    "last Tuesday": "2022-09-20 2022-09-20",
    "in May": "2022-05-01 2022-05-31",
    "in the third quarter of 2021": "2021-07-01 2021-09-30",
    "in the first half of 2022": "2022-01-01 2022-06-30",
    "on Christmas Eve": "2021-12-24 2021-12-24",
    "on New Year’s Day 2020": "2020-01-01 2020-01-01",
}


@pytest.mark.parametrize("text", RESOLVED)
def test_dates_are_resolved_against_the_day_of_publication(text):
    (mention,) = find_dates(f"It happened {text}.", PUBLISHED)
    assert f"{mention.first} {mention.last}" == RESOLVED[text]
    assert mention.text in f"it happened {text}.".lower()


@pytest.mark.parametrize(
    "text", ["yesterday", "last Tuesday", "in May", "on 5 June", "last year", "a year earlier"]
)
def test_without_a_day_of_publication_only_the_words_are_known(text):
    (mention,) = find_dates(text)
    assert (mention.first, mention.last) == (None, None)


@pytest.mark.parametrize("text", ["12/05/2024", "5-6-2024", "3/4/19"])
def test_a_date_in_figures_that_may_be_two_days_stays_open(text):
    (mention,) = find_dates(f"It opened on {text} at noon.", PUBLISHED)
    assert (mention.text, mention.first, mention.ambiguous) == (text, None, True)


@pytest.mark.parametrize("text", ["a few days ago", "several months ago", "half a year ago", "30 Feb 2020"])
def test_a_day_that_nobody_can_tell_is_left_open(text):
    (mention,) = find_dates(f"It happened {text}.", PUBLISHED)
    assert (mention.first, mention.ambiguous) == (None, False)


@pytest.mark.parametrize("published_on", [date.min, date.max])
def test_days_outside_of_the_calendar_are_unknown(published_on):
    text = "yesterday, tomorrow, last week, next decade, 99 months ago, 900 decades ago, next century"
    assert len(find_dates(text, published_on)) == 7


NO_DATE = {
    "version 1.2.10": "a version",
    "won 1/2/3": "a score",
    "it may fall, and they march on": "verbs",
    "they paid 2,019 roubles": "a figure with a separator",
    "to 2000 people": "a count",
    "from $2015 upwards": "money",
    "version 3.2019": "a version",
}


@pytest.mark.parametrize("text", NO_DATE, ids=NO_DATE.values())
def test_no_date_in(text):
    assert find_dates(text, PUBLISHED) == []


@given(
    st.text()
    | st.lists(st.sampled_from(["31", "May", "last", "2020", "in", "-", "30 Feb", "ago", "99 years"])).map(
        " ".join
    )
)
def test_spans_slice_back_in_order(text):
    last = 0
    for mention in find_dates(text, PUBLISHED):
        assert last <= mention.span.start < mention.span.end <= len(text)
        assert (mention.first is None) == (mention.last is None)
        assert mention.first is None or mention.first <= mention.last
        last = mention.span.end
