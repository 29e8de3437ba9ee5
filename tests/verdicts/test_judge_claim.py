"""A claim with several sources: the first cited of equals decides, and no order changes the identity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from uuid import UUID

import pytest

from factdesk.claims.find import find_claims
from factdesk.claims.records import make_claims, make_mentions
from factdesk.model import (
    NO_LINKED_SOURCE,
    Basis,
    Claim,
    Distance,
    EssayVersion,
    Mention,
    Rating,
    text_sha256,
)
from factdesk.verdicts.judge import Judged, SourceText, judge_claim

SENTENCE = "A single ticket from Split to Hvar costs 14 euros."
SAID = "A single ticket from Split to Hvar costs 14 euros, the office said on Tuesday."


def source(
    number: int, outcome: str = "fetched", text: str | None = None, basis: Basis = Basis.CITED
) -> SourceText:
    return SourceText(
        source_id=UUID(int=number),
        outcome=outcome,
        text=text,
        text_sha256=text_sha256(text) if text else None,
        snapshot_id=UUID(int=1000 + number) if text else None,
        title=None,
        published_on=None,
        blocks=(),
        basis=basis,
        first_fetched_at=None,
        url=f"http://press.example/{number}",
    )


def claim_of(sentence: str) -> tuple[Claim, Mention]:
    findings = find_claims(sentence)
    essay = UUID(int=1)
    (claim,) = make_claims(findings, sentence, essay)
    version = EssayVersion(essay, text_sha256(sentence), len(sentence), (), "en")
    (mention,) = make_mentions((claim,), findings, sentence, version, ())
    return claim, mention


def judge(*sources: SourceText, sentence: str = SENTENCE) -> Judged:
    return judge_claim(*claim_of(sentence), sources, published_on=None)


def codes(judged: Judged) -> set[str]:
    return {one.code for one in judged.verdict.reasons}


def test_without_a_source_nothing_is_said() -> None:
    verdict = judge().verdict
    assert (verdict.rating, verdict.source_outcome) == (Rating.NOT_ENOUGH_EVIDENCE, NO_LINKED_SOURCE)


@pytest.mark.parametrize("ids", [(1, 2), (2, 1)])
def test_the_outcome_shown_is_that_of_the_source_cited_first(ids: tuple[int, int]) -> None:
    verdict = judge(source(ids[0], "gone"), source(ids[1], "forbidden")).verdict
    assert (verdict.rating, verdict.source_outcome) == (Rating.NOT_ENOUGH_EVIDENCE, "gone")


@pytest.mark.parametrize("ids", [(1, 2), (2, 1)])
def test_of_two_sources_that_say_the_same_the_first_decides(ids: tuple[int, int]) -> None:
    verdict = judge(source(ids[0], text=SAID), source(ids[1], text=SAID)).verdict
    assert (verdict.rating, verdict.deciding_source_id) == (Rating.SUPPORTED, UUID(int=ids[0]))


@pytest.mark.parametrize("ids", [(1, 2), (2, 1)])
@pytest.mark.parametrize("basis", [Basis.CITED, Basis.GIVEN])
def test_a_source_that_has_the_sentence_silences_no_other_that_denies_it(
    ids: tuple[int, int], basis: Basis
) -> None:
    denial = source(1, text="A single ticket from Split to Hvar costs 19 euros.", basis=basis)
    echo = source(2, text=SENTENCE, basis=basis)
    judged = judge(*((denial, echo) if ids == (1, 2) else (echo, denial)))
    assert judged.verdict.rating is Rating.CONFLICTING
    assert "passages_disagree" in codes(judged)
    assert {one.quote for one in judged.evidence} >= {denial.text, SENTENCE.rstrip(".")}


def test_two_copies_with_the_sentence_and_another_figure_agree() -> None:
    text = f"A single ticket from Split to Hvar costs 19 euros at sea. {SENTENCE}"
    assert judge(source(1, text=text), source(2, text=text)).verdict.rating is Rating.SUPPORTED


def test_a_source_that_shows_it_decides_wherever_it_is_cited() -> None:
    others = [source(1, "gone"), source(2, text="The harbour was quiet all day."), source(3, text=SAID)]
    judged = [judge(*order).verdict for order in permutations(others)]
    assert {one.deciding_source_id for one in judged} == {UUID(int=3)}
    assert {one.source_outcome for one in judged} == {"fetched"}


def test_the_order_of_citation_is_no_part_of_a_verdicts_identity() -> None:
    others = [source(1, "gone"), source(2, text="The harbour was quiet all day."), source(3, text=SAID)]
    assert len({judge(*order).verdict.id for order in permutations(others)}) == 1


DENIED = "A single ticket from Split to Hvar costs 19 euros, the office said on Tuesday."
SILENT = "The harbour was quiet all day."


def linked(number: int, text: str | None, distance: Distance = Distance.PARAGRAPH) -> SourceText:
    return replace(source(number, "fetched" if text else "gone", text), distance=distance)


def suggested(number: int, text: str | None) -> SourceText:
    return source(number, "given_file", text, Basis.SUGGESTED)


@pytest.mark.parametrize(
    ("own", "rating"), [(SAID, Rating.SUPPORTED), (DENIED, Rating.REFUTED)], ids=["backed", "contradicted"]
)
@pytest.mark.parametrize("distance", [Distance.PARAGRAPH, Distance.ESSAY])
@pytest.mark.parametrize("other", [SAID, DENIED, SILENT, None])
def test_what_the_nearest_link_settles_no_farther_one_changes(
    own: str, rating: Rating, distance: Distance, other: str | None
) -> None:
    judged = judge(source(1, text=own), linked(2, other, distance))
    assert (judged.verdict.rating, judged.verdict.deciding_source_id) == (rating, UUID(int=1))
    assert {one.snapshot_id for one in judged.evidence} == {UUID(int=1001)}
    assert codes(judged).isdisjoint({"paragraph_source", "essay_source"})


@pytest.mark.parametrize("own", [None, SILENT], ids=["dead", "silent"])
@pytest.mark.parametrize(("other", "rating"), [(SAID, Rating.SUPPORTED), (DENIED, Rating.REFUTED)])
@pytest.mark.parametrize(
    ("distance", "code"), [(Distance.PARAGRAPH, "paragraph_source"), (Distance.ESSAY, "essay_source")]
)
def test_where_the_nearest_link_settles_nothing_a_farther_one_is_used_and_said(
    own: str | None, other: str, rating: Rating, distance: Distance, code: str
) -> None:
    dead = source(1, "fetched" if own else "gone", own)
    judged = judge(dead, linked(2, other, distance), linked(3, SILENT, distance))
    verdict = judged.verdict
    assert (verdict.rating, verdict.deciding_source_id) == (rating, UUID(int=2))
    assert verdict.source_outcome == "fetched"
    assert {one.basis for one in judged.evidence} == {Basis.CITED}
    assert verdict.reasons[-1].code == code
    assert verdict.deciding_evidence_id == judged.evidence[0].id


def test_a_link_of_the_paragraph_goes_before_one_of_the_essay() -> None:
    far, near = linked(2, DENIED, Distance.ESSAY), linked(3, SAID)
    verdict = judge(source(1, "gone"), far, near).verdict
    assert (verdict.rating, verdict.deciding_source_id) == (Rating.SUPPORTED, UUID(int=3))


def test_a_given_source_stands_with_the_nearest_link() -> None:
    given = source(2, "given_file", DENIED, Basis.GIVEN)
    assert judge(source(1, text=SAID), given).verdict.rating is Rating.CONFLICTING
    assert judge(linked(1, SAID), given).verdict.rating is Rating.CONFLICTING
    assert judge(given, linked(1, SAID), source(3, "gone")).verdict.rating is Rating.REFUTED


def test_where_nothing_is_settled_the_verdict_is_about_the_nearest_link() -> None:
    alone = judge(source(1, "gone")).verdict
    verdict = judge(source(1, "gone"), linked(2, SILENT)).verdict
    assert (verdict.rating, verdict.source_outcome) == (Rating.NOT_ENOUGH_EVIDENCE, "gone")
    assert verdict.reasons == alone.reasons


@pytest.mark.parametrize(("other", "basis"), [(linked, Basis.CITED), (suggested, Basis.SUGGESTED)])
def test_where_only_a_farther_source_can_be_read_its_nearest_passage_is_shown(
    other: Callable[[int, str], SourceText], basis: Basis
) -> None:
    near = "A single ticket from Split to Hvar is sold on the pier, not on board."
    judged = judge(source(1, "gone"), other(2, near))
    assert judged.verdict.rating is Rating.NOT_ENOUGH_EVIDENCE
    assert judged.verdict.source_outcome == "gone"
    assert judged.verdict.deciding_evidence_id is None
    assert [one.basis for one in judged.evidence] == [basis]


def test_a_farther_source_is_an_input_whether_it_was_needed_or_not() -> None:
    """So a recheck sees at once which claims a changed source may concern."""
    settled = judge(source(1, text=SAID), linked(2, SILENT)).verdict
    assert {one.source_id for one in settled.inputs} == {UUID(int=1), UUID(int=2)}
    assert settled.id == judge(linked(2, SILENT), source(1, text=SAID)).verdict.id


@pytest.mark.parametrize("own", [[], [source(1, "gone")]], ids=["none", "dead"])
def test_a_suggested_source_may_back_a_claim_and_is_named(own: list[SourceText]) -> None:
    judged = judge(*own, suggested(2, SAID))
    verdict = judged.verdict
    assert (verdict.rating, verdict.deciding_source_id) == (Rating.SUPPORTED, UUID(int=2))
    assert [one.basis for one in judged.evidence] == [Basis.SUGGESTED]
    said = {one.code: one.sentence for one in verdict.reasons}["suggested_source"]
    assert "http://press.example/2" in said
    assert ("could be read" in said) == bool(own)
    assert UUID(int=2) in {one.source_id for one in verdict.inputs}


@pytest.mark.parametrize(
    ("texts", "code", "figures"),
    [
        ([DENIED], "suggested_conflict", ("19 euros", "14 euros")),
        ([SAID, DENIED], "suggested_disagree", ("19 euros", "14 euros")),
    ],
)
def test_a_suggested_source_refutes_nothing_and_its_passage_is_shown(
    texts: list[str], code: str, figures: tuple[str, ...]
) -> None:
    judged = judge(*(suggested(number, text) for number, text in enumerate(texts, start=2)))
    assert judged.verdict.rating is Rating.NOT_ENOUGH_EVIDENCE
    said = {one.code: one.sentence for one in judged.verdict.reasons}[code]
    assert all(figure in said for figure in figures)
    assert DENIED in {one.quote for one in judged.evidence}
    assert judged.verdict.deciding_evidence_id == judged.evidence[0].id


def test_one_suggested_passage_that_says_both_settles_nothing() -> None:
    both = "Tickets from Split to Hvar were sold out, but tickets from Split to Hvar were available later."
    judged = judge(suggested(2, both), sentence="Tickets from Split to Hvar were sold out.")
    assert judged.verdict.rating is Rating.NOT_ENOUGH_EVIDENCE
    assert "suggested_disagree" in codes(judged)
    assert [one.quote for one in judged.evidence] == [both]


@pytest.mark.parametrize("own", [SAID, DENIED, SILENT])
def test_where_an_own_source_can_be_read_suggested_ones_do_not_count(own: str) -> None:
    alone = judge(source(1, text=own))
    assert judge(source(1, text=own), suggested(2, SAID), suggested(3, DENIED)) == alone


def test_suggested_sources_that_settle_nothing_leave_the_claim_without_a_source() -> None:
    verdict = judge(suggested(2, SILENT)).verdict
    assert (verdict.rating, verdict.source_outcome) == (Rating.NOT_ENOUGH_EVIDENCE, NO_LINKED_SOURCE)
    assert [one.code for one in verdict.reasons] == ["no_linked_source"]
    assert [one.source_id for one in verdict.inputs] == [UUID(int=2)]


NAMED = "A single ticket from Split to Hvar costs 14 euros, according to the ferry office."


def test_a_source_that_is_named_and_not_linked_is_said_so() -> None:
    said = judge(sentence=NAMED).verdict
    assert [one.code for one in said.reasons] == ["no_linked_source", "named_not_linked"]
    assert said.source_outcome == NO_LINKED_SOURCE
    assert "Named, not linked: " in said.reasons[-1].sentence
    assert "“the ferry office”" in said.reasons[-1].sentence
    assert "named_not_linked" in codes(judge(suggested(2, SAID), sentence=NAMED))
    assert "named_not_linked" not in codes(judge(source(1, "gone"), sentence=NAMED))
