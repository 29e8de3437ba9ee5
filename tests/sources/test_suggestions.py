"""Which texts come near a claim, and which of them are no witness for it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from factdesk.claims.find import find_claims
from factdesk.claims.records import make_claims
from factdesk.model import Essay, SourceOutcome, text_sha256
from factdesk.sources.suggestions import (
    Wanted,
    comes_near,
    essay_as_source,
    index_words,
    is_essay_itself,
    is_witness,
    shingle,
    wanted_words,
)

SENTENCE = "According to the harbour office, tickets from Split to Hvar and Vis were sold out on Friday."
ESSAY = (
    "The long weekend began badly, and nobody in the town had planned for so many guests this year.\n\n"
    f"{SENTENCE}\n\nThose who came late slept on the beach, and the bakery ran out of bread before noon."
)


def wanted(sentence: str = SENTENCE) -> Wanted | None:
    (claim,) = make_claims(find_claims(sentence), sentence, UUID(int=1))
    return wanted_words(claim, sentence)


def test_names_are_looked_for_first() -> None:
    found = wanted()
    assert found is not None
    assert {"split", "hvar", "vis"} <= found.names
    assert set(found.stems[: len(found.names)]) == found.names
    assert {"ticket", "friday"} <= set(found.stems)


def test_a_claim_without_a_name_looks_for_nothing() -> None:
    assert wanted("A single ticket costs 14 euros.") is None


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("By Friday the tickets to Hvar had gone, a clerk said.", True),
        ("The tickets were sold out on Friday in Oslo.", False),
        ("Hvar is an island. It has lavender.", False),
        ("Hvar has lavender.\n\nThe tickets to the fair were sold out on Friday.", False),
        ("", False),
    ],
    ids=["near", "another place", "a name alone", "in two paragraphs", "empty"],
)
def test_one_paragraph_must_share_a_name_and_more(text: str, near: bool) -> None:
    found = wanted()
    assert found is not None
    assert comes_near(found, text) is near


def witness(text: str, published_on: date | None = None, essay_on: date | None = None) -> bool:
    return is_witness(shingle(text), shingle(ESSAY), SENTENCE, published_on, essay_on)


def test_the_essay_a_version_and_a_page_that_has_it_are_no_witness() -> None:
    version = ESSAY.replace("slept on the beach", "slept in the park") + "\n\nThe mayor said nothing."
    page = "Home. News. Sport.\n\n" + ESSAY + "\n\n" + "Ten readers have written to us. " * 80
    assert not witness(ESSAY)
    assert not witness(version)
    assert not witness(page)
    assert not witness(ESSAY.upper())
    assert not witness(version, date(2026, 1, 1), date(2026, 5, 1))


def test_a_text_with_the_very_sentence_counts_only_where_it_is_older() -> None:
    quoting = "A blog of the islands has more to tell about the weekend than we have. " + SENTENCE
    quoting += " It says that the queue reached the church, and that the police came to keep order there."
    assert not witness(quoting)
    assert not witness(quoting, date(2026, 5, 2), date(2026, 5, 1))
    assert not witness(quoting, date(2026, 4, 30), None)
    assert witness(quoting, date(2026, 4, 30), date(2026, 5, 1))


def test_another_text_is_a_witness() -> None:
    assert witness("By Friday the tickets from Split to Hvar and Vis were all sold, the office told us.")
    assert witness("")


def test_figures_and_apostrophes_are_one_word() -> None:
    assert {"300000", "pay"} <= set(index_words("They couldn't pay 300,000 roubles.").split())
    assert "'" not in index_words("It isn't Ana's, she said.")


def test_an_essay_as_a_source_says_where_it_is_from() -> None:
    essay = Essay("path:desk/b.md", "b.md", "Notes", "Ana", date(2026, 5, 1), None, "desk", "b.md")
    moment = datetime(2026, 5, 2, tzinfo=UTC)
    source, fetch, snapshot = essay_as_source(essay, ESSAY, moment)
    assert (source.url, source.url_key) == ("b.md", f"sha256:{text_sha256(ESSAY)}")
    assert fetch.outcome is SourceOutcome.GIVEN_FILE
    assert (fetch.fetched_at, fetch.text_sha256, fetch.blob_sha256) == (moment, *2 * (text_sha256(ESSAY),))
    assert (snapshot.title, snapshot.published_on, snapshot.length) == ("Notes", date(2026, 5, 1), len(ESSAY))
    assert {fetch.source_id, snapshot.source_id} == {source.id}


def test_an_essay_is_known_without_its_byline_but_a_list_not_by_its_one_paragraph() -> None:
    said = (
        "The ferry from Zadar left at six with all its lights on. Nobody on the quay had a ticket, and "
        "the clerk who sold them had gone home to feed his goats. We slept on the benches until the bakery "
        "opened its doors."
    )
    assert is_essay_itself(said, f"On the quay\n\nAna Kolar, 3 May 2026\n\n{said}")
    rows = "\n\n".join(f"Crossing number {number} with {number * 7} passengers" for number in range(20))
    assert not is_essay_itself(said, f"{rows}\n\n{said}")
