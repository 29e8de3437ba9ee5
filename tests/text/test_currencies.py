"""Every currency of the table is read back from each of its marks."""

import pytest

from factdesk.text.currencies import is_currency
from factdesk.text.lexicons import load_table
from factdesk.text.quantities import find_quantities

TABLE = load_table("currencies")
CURRENCIES = TABLE["currency"]
TAG_ONLY = TABLE["tag_codes"]["words"].upper().split()
FULLY_MARKED = 40


def marks_of(code, entry):
    """Return texts that name 50,000 of a currency, by its code, signs, letters and names."""
    if code not in TAG_ONLY:
        yield from (f"It cost {code} 50,000.", f"It cost {code}50,000 then.", f"It cost 50,000 {code}.")
    for sign in entry.get("signs", ()):
        yield f"It cost {sign}50,000 then."
    capitals = entry.get("needs_capitals") or any(letter.isascii() for letter in entry.get("letters", ()))
    for letters in entry.get("letters", ()):
        yield f"It cost 50,000 {letters.upper() if capitals else letters} then."
    adjectives = entry.get("adjectives", ())
    for name in entry.get("names", ()):
        if not entry.get("needs_adjective"):
            yield f"It cost 50,000 {name} then."
        for adjective in adjectives:
            yield f"It cost 50,000 {adjective.title()} {name} then."


MARKED = [(code, text) for code, entry in CURRENCIES.items() for text in marks_of(code, entry)]


@pytest.mark.parametrize(("code", "text"), MARKED, ids=[text for _, text in MARKED])
def test_a_mark_is_read_back(code, text):
    (quantity,) = find_quantities(text)
    assert (quantity.form, quantity.unit, quantity.low) == ("money", code, 50_000)


GENERIC = [
    (code, f"It cost 50,000 {adjective.title()} {entry['forms'].split()[-1]} then.")
    for entry in TABLE["generic"].values()
    for code in entry["codes"].split()
    for adjective in CURRENCIES[code].get("adjectives", ())
]


@pytest.mark.parametrize(("code", "text"), GENERIC, ids=[text for _, text in GENERIC])
def test_an_adjective_tells_a_shared_name(code, text):
    (quantity,) = find_quantities(text)
    assert (quantity.form, quantity.unit) == ("money", code)


SUBUNITS = [(entry["of"], form) for entry in TABLE["subunit"].values() for form in entry["forms"].split()]


@pytest.mark.parametrize(("code", "form"), SUBUNITS, ids=[form for _, form in SUBUNITS])
def test_a_subunit_is_part_of_its_currency(code, form):
    (quantity,) = find_quantities(f"It cost 50 {form} then.")
    assert (quantity.form, quantity.unit) == ("money", code)
    assert quantity.low != 50


INFORMAL = {
    "20 quid": ("GBP", 20),
    "five bucks": ("USD", 5),
    "two grand": ("USD", 2000),
    "a fiver": ("GBP", 5),
    "two tenners": ("GBP", 20),
    "80 loonies": ("CAD", 80),
    "50 greenbacks": ("USD", 50),
    "200 crowns": ("CZK", 200),
    "six dimes": ("USD", 0.6),
}


@pytest.mark.parametrize("text", INFORMAL)
def test_informal_words(text):
    (quantity,) = find_quantities(f"He paid {text} for it.")
    assert (quantity.unit, float(quantity.low)) == INFORMAL[text]


def test_the_table_knows_enough_currencies():
    named = {code for code, entry in CURRENCIES.items() if entry.get("names")}
    named |= {code for entry in TABLE["generic"].values() for code in entry["codes"].split()}
    signed = {code for code, entry in CURRENCIES.items() if entry.get("signs") or entry.get("letters")}
    assert len(CURRENCIES) >= 150
    assert len(named & signed) >= FULLY_MARKED
    assert all(is_currency(code) and len(code) == 3 and code.isupper() for code in CURRENCIES)
    assert len({entry["of"] for entry in TABLE["subunit"].values()}) >= 20
