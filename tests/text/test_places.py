import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.text.places import find_places, lies_in, place_norm

FOUND = {
    "Trains from Riga to Vilnius in Lithuania were full.": [
        "Riga city LV",
        "Vilnius city LT",
        "Lithuania country LT",
    ],
    "Russians, Turks and Britons": ["Russians demonym RU", "Turks demonym TR", "Britons demonym GB"],
    "South Koreans in Mexico City": ["South Koreans demonym KR", "Mexico City city MX"],
    "the U.S. and the UK’s ports": ["U.S. country US", "UK country GB"],
    "St. Petersburg, Xi’an, Sharm el-Sheikh": [
        "St. Petersburg city RU",
        "Xi'an city CN",
        "Sharm el-Sheikh city EG",
    ],
    "Turkey, Georgia and Armenia": ["Turkey country TR", "Georgia country GE", "Armenia country AM"],
    "a court in Atlanta, Georgia": ["Atlanta city US", "Georgia region US"],
    "voters of Georgia and Arizona": ["Georgia region US", "Arizona region US"],
    "a week in Nice": ["Nice city FR"],
    "Istanbul\nand Ankara": ["Istanbul city TR", "Ankara city TR"],
    "EU leaders": ["EU region "],
    "Trains from Tampere to Jyväskylä": ["Tampere city FI", "Jyväskylä city FI"],
    "between Thane and Nashik": ["Thane city IN", "Nashik city IN"],
}

NOT_FOUND = {
    "A barrel costs US$80.": "a currency",
    "Michael Jordan scored.": "a person",
    "He carved the turkey.": "a bird",
    "a Turkey sandwich": "a bird with a capital",
    "Nice people live here.": "an adjective",
    "Reading books is fun.": "a verb",
    "the Romance of it": "part of a word",
    "Kennedy met Elizabeth and Norman.": "people",
    "Toyota and Hitachi cut prices.": "firms",
}


@pytest.mark.parametrize("text", FOUND)
def test_places_are_found_with_their_country(text):
    assert [f"{place.name} {place.form} {place.country}" for place in find_places(text)] == FOUND[text]


@pytest.mark.parametrize("text", NOT_FOUND, ids=NOT_FOUND.values())
def test_no_place_in(text):
    assert find_places(text) == []


@pytest.mark.parametrize(
    ("name", "norm"),
    [
        ("Turkish", "turkey"),
        ("Türkiye", "turkey"),
        ("Russians", "russia"),
        ("the Netherlands", "netherlands"),
        ("Britain", "united kingdom"),
        ("Kiev", "kyiv"),
        ("Zürich", "zurich"),
        ("Istanbul", "istanbul"),
        ("Little Haven", "little haven"),
    ],
)
def test_names_of_one_place_have_one_norm(name, norm):
    assert place_norm(name) == norm


@pytest.mark.parametrize(
    ("inner", "outer", "expected"),
    [
        ("Istanbul", "Turkey", True),
        ("Yerevan", "Armenia", True),
        ("Turkey", "Turkey", True),
        ("Türkiye", "Turkey", True),
        ("Lyon", "Europe", True),
        ("Poland", "EU", True),
        ("Turkey", "Istanbul", False),
        ("Niigata", "Japan", True),
        ("Adıyaman", "Turkey", True),
        ("Adiyaman", "Turkey", True),
        ("Voronezh", "Russia", True),
        ("Bakersfield", "Mexico", False),
        ("Japan", "Niigata", False),
        ("Istanbul", "Georgia", False),
        ("Nowhere", "Georgia", False),
    ],
)
def test_what_lies_where(inner, outer, expected):
    assert lies_in(inner, outer) is expected


@given(
    st.text()
    | st.lists(st.sampled_from(["New", "York", "Turkey", "Jordan", "in", ",", "St.", "'s"])).map(" ".join)
)
def test_spans_slice_back_in_order(text):
    last = 0
    for place in find_places(text):
        assert last <= place.span.start < place.span.end <= len(text)
        last = place.span.end
