"""Claims that a person marks in an essay because the machine had missed them.

Such a claim has the origin ``person``. Its kind's own reader says what it asserts, where it can; else the
words alone are compared. A later reading of the essay keeps it wherever its words still stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from factdesk.claims.find import find_claims
from factdesk.claims.findings import Finding
from factdesk.claims.records import make_claims, make_mentions
from factdesk.model import (
    SETTING_ASIDE,
    Claim,
    Essay,
    EssayVersion,
    Mention,
    Origin,
    Part,
    Source,
    Span,
)
from factdesk.text.marked_places import find_words, sentences_around
from factdesk.verdicts.reading import read_claim_text

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known

WORTH = Decimal("0.5")
"""A claim that a person marks is worth checking at least so much: it waits among the machine's, not below."""

_PERSONS = "SELECT DISTINCT id FROM records.claims WHERE essay_id = ? AND origin = 'person'"


def find_missed(text: str, span: Span, kind: str, essay: Essay) -> Finding:
    """Return what a person marked as a finding of this kind, with the spans of the whole text.

    Where the kind reads something in those words, set aside or not, the finding is that; else the marked
    words with what they state of amounts and shares.
    """
    sentence = sentences_around(text, span)
    read = [
        one
        for one in find_claims(text, published_on=essay.published_on, kinds=(kind,))
        if one.quote.overlaps(span)
    ]
    if read:
        best = max(read, key=lambda one: _overlap(one.quote, span))
        flags = tuple(flag for flag in best.flags if flag not in SETTING_ASIDE)
        return replace(best, flags=flags, checkworthiness=max(best.checkworthiness, WORTH))
    plain = next(
        (one for one in read_claim_text(span.cut(text), kind, essay.published_on) if one.kind == kind), None
    )
    return _placed(plain, span, sentence, span.cut(text), kind)


def _overlap(one: Span, other: Span) -> int:
    return min(one.end, other.end) - max(one.start, other.start)


def _placed(plain: Finding | None, span: Span, sentence: Span, words: str, kind: str) -> Finding:
    """Return the words as a finding; the spans of ``plain`` count from their beginning."""
    if plain is None:
        return Finding(kind, span, sentence, words, (), (), (), (), WORTH)
    by = span.start
    return Finding(
        kind,
        span,
        sentence,
        words,
        tuple(replace(one, span=one.span and one.span.shifted(by)) for one in plain.values),
        tuple(replace(one, span=one.span and one.span.shifted(by)) for one in plain.facets),
        tuple(Part(one.text, one.span.shifted(by)) for one in plain.parts),
        tuple(flag for flag in plain.flags if flag not in SETTING_ASIDE),
        WORTH,
    )


def make_missed(
    finding: Finding,
    text: str,
    essay_id: UUID,
    version: EssayVersion,
    given: Sequence[Source],
    ordinal: int = 0,
) -> tuple[Claim, Mention]:
    """Return the claim of a finding that a person marked, and where it stands."""
    (made,) = make_claims([finding], text, essay_id)
    claim = replace(made, origin=Origin.PERSON, ordinal=ordinal)
    (mention,) = make_mentions([claim], [finding], text, version, given)
    return claim, mention


def with_missed(
    known: Known,
    essay: Essay,
    text: str,
    version: EssayVersion,
    given: Sequence[Source],
    claims: tuple[Claim, ...],
    mentions: tuple[Mention, ...],
) -> tuple[tuple[Claim, ...], tuple[Mention, ...]]:
    """Return the claims of a text with those that people marked in its essay and whose words still stand.

    A claim that the machine finds by now as well stays a person's.
    """
    from factdesk.warehouse.loading import load_records

    ids = {one for (one,) in known.ask(_PERSONS, [essay.id])}
    if not ids:
        return claims, mentions
    found = {one.id for one in claims}
    claims = tuple(replace(one, origin=Origin.PERSON) if one.id in ids else one for one in claims)
    kept = []
    for claim in load_records(known, Claim, ids - found).values():
        span = _find_again(claim, text)
        if span is not None:
            kept.append(_made_again(claim, span, text, essay, version, given))
    kept.sort(key=lambda one: (one[1].quote_span.start, one[0].id))
    return (*claims, *(claim for claim, _ in kept)), (*mentions, *(mention for _, mention in kept))


def _find_again(claim: Claim, text: str) -> Span | None:
    """Return where a claim's words stand; of equal claims the second at the second place, if there is one."""
    places = find_words(claim.quote, text, Span(0, len(text)))
    return places[min(claim.ordinal, len(places) - 1)] if places else None


def _made_again(
    claim: Claim, span: Span, text: str, essay: Essay, version: EssayVersion, given: Sequence[Source]
) -> tuple[Claim, Mention]:
    """Return the claim as it stands in this text. Where other white space has moved its words against each
    other it is read anew, unless it would become another claim."""
    if span.cut(text) != claim.quote:
        finding = find_missed(text, span, claim.kind, essay)
        anew, mention = make_missed(finding, text, essay.id, version, given, claim.ordinal)
        if anew.id == claim.id:
            return anew, mention
    sentence = sentences_around(text, span)
    stands = Finding(claim.kind, span, sentence, claim.quote, (), (), (), claim.flags, WORTH)
    (mention,) = make_mentions([claim], [stands], text, version, given)
    return claim, mention
