import pytest

from factdesk.model import NO_LINKED_SOURCE, SourceOutcome
from factdesk.sources.outcomes import SENTENCES, say_outcome


def test_every_outcome_has_its_sentence_and_no_other_has() -> None:
    assert set(SENTENCES) == {*SourceOutcome, NO_LINKED_SOURCE}
    assert len(set(SENTENCES.values())) == len(SENTENCES)


@pytest.mark.parametrize("outcome", [*SourceOutcome, NO_LINKED_SOURCE])
def test_a_sentence_is_one_sentence(outcome: str) -> None:
    said = say_outcome(outcome)
    assert said[0].isupper()
    assert said.endswith(".")
    assert said.count(". ") == 0
