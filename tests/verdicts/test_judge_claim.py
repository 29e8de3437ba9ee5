"""A claim with several sources: the first cited of equals decides, and no order changes the identity."""

from __future__ import annotations

from itertools import permutations
from uuid import UUID

import pytest

from factdesk.claims.find import find_claims
from factdesk.claims.records import make_claims, make_mentions
from factdesk.model import NO_LINKED_SOURCE, Basis, EssayVersion, Rating, text_sha256
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


def judge(*sources: SourceText) -> Judged:
    findings = find_claims(SENTENCE)
    essay = UUID(int=1)
    (claim,) = make_claims(findings, SENTENCE, essay)
    version = EssayVersion(essay, text_sha256(SENTENCE), len(SENTENCE), (), "en")
    (mention,) = make_mentions((claim,), findings, SENTENCE, version, ())
    return judge_claim(claim, mention, sources, essay_title=None, published_on=None)


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


def suggested(number: int, text: str | None) -> SourceText:
    return source(number, "fetched" if text else "gone", text, Basis.SUGGESTED)


@pytest.mark.parametrize(
    ("own", "rating"), [(SAID, Rating.SUPPORTED), (DENIED, Rating.REFUTED)], ids=["backed", "contradicted"]
)
@pytest.mark.parametrize("other", [SAID, DENIED, SILENT, None])
def test_what_the_nearest_link_settles_no_suggested_one_changes(
    own: str, rating: Rating, other: str | None
) -> None:
    judged = judge(source(1, text=own), suggested(2, other))
    assert (judged.verdict.rating, judged.verdict.deciding_source_id) == (rating, UUID(int=1))
    assert [one.basis for one in judged.evidence] == [Basis.CITED]
    assert "suggested_source" not in {one.code for one in judged.verdict.reasons}


@pytest.mark.parametrize("own", [None, SILENT], ids=["dead", "silent"])
@pytest.mark.parametrize(("other", "rating"), [(SAID, Rating.SUPPORTED), (DENIED, Rating.REFUTED)])
def test_where_the_nearest_link_settles_nothing_a_suggested_one_is_used_and_said(
    own: str | None, other: str, rating: Rating
) -> None:
    judged = judge(source(1, "fetched" if own else "gone", own), suggested(2, other), suggested(3, SILENT))
    verdict = judged.verdict
    assert (verdict.rating, verdict.deciding_source_id) == (rating, UUID(int=2))
    assert verdict.source_outcome == "fetched"
    assert {one.basis for one in judged.evidence} == {Basis.SUGGESTED}
    assert verdict.reasons[-1].code == "suggested_source"
    assert verdict.deciding_evidence_id == judged.evidence[0].id


def test_where_nothing_is_settled_the_verdict_is_about_the_nearest_link() -> None:
    alone = judge(source(1, "gone")).verdict
    verdict = judge(source(1, "gone"), suggested(2, SILENT)).verdict
    assert (verdict.rating, verdict.source_outcome) == (Rating.NOT_ENOUGH_EVIDENCE, "gone")
    assert verdict.reasons == alone.reasons


def test_where_only_a_suggested_source_can_be_read_its_nearest_passage_is_shown() -> None:
    near = "A single ticket from Split to Hvar is sold on the pier, not on board."
    judged = judge(source(1, "gone"), suggested(2, near))
    assert judged.verdict.rating is Rating.NOT_ENOUGH_EVIDENCE
    assert judged.verdict.source_outcome == "gone"
    assert judged.verdict.deciding_evidence_id is None
    assert [one.basis for one in judged.evidence] == [Basis.SUGGESTED]


def test_a_suggested_source_is_an_input_whether_it_was_needed_or_not() -> None:
    """So a recheck sees at once which claims a changed source may concern."""
    settled = judge(source(1, text=SAID), suggested(2, SILENT)).verdict
    assert {one.source_id for one in settled.inputs} == {UUID(int=1), UUID(int=2)}
    assert settled.id == judge(suggested(2, SILENT), source(1, text=SAID)).verdict.id
