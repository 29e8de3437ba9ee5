"""Makes claims and mentions of findings, and findings of claims again.

A claim's spans are relative to the start of its quote, because the quote moves when a comma is added
elsewhere; the mention says where the quote stands in one version.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from factdesk.claims.findings import Finding
from factdesk.model import (
    Basis,
    Citation,
    Claim,
    Distance,
    EssayLink,
    EssayVersion,
    Facet,
    Locator,
    Mention,
    Origin,
    Part,
    Source,
    Span,
    Value,
    fold_space,
)
from factdesk.reading.locators import find_label
from factdesk.text.sentences import split_paragraphs

_FOOTNOTE_CHARS = 2
"""A link that starts this close behind a sentence (a footnote mark) still belongs to it."""


def make_claims(findings: Iterable[Finding], text: str, essay_id: UUID) -> tuple[Claim, ...]:
    """Return a claim for each finding that no flag sets aside, in the same order."""
    equals: Counter[Hashable] = Counter()
    claims = []
    for finding in _kept(findings):
        quote = finding.quote.cut(text)
        alike = (finding.kind, fold_space(quote), tuple(value.asserted() for value in finding.values))
        claims.append(_claim(finding, quote, essay_id, equals[alike]))
        equals[alike] += 1
    return tuple(claims)


def make_mentions(
    claims: Sequence[Claim],
    findings: Iterable[Finding],
    text: str,
    version: EssayVersion,
    given: Sequence[Source],
    locators: Sequence[Locator] = (),
) -> tuple[Mention, ...]:
    """Return where each claim stands in a version and which sources it cites there.

    ``claims`` are those that `make_claims` made of the same findings. A claim cites the links of its
    sentence first, then those of its paragraph, else those of the essay, and last every given source; each
    citation says how far its link stands. ``locators`` are those of the essay's file.
    """
    paragraphs = split_paragraphs(text)
    starts = [paragraph.start for paragraph in paragraphs]
    mentions = []
    for claim, finding in zip(claims, _kept(findings), strict=True):
        at = max(bisect_right(starts, finding.sentence.start) - 1, 0)
        paragraph = paragraphs[at] if paragraphs else finding.sentence
        mentions.append(
            Mention(
                claim_id=claim.id,
                version_id=version.id,
                quote_span=finding.quote,
                sentence_span=finding.sentence,
                sentence=finding.sentence.cut(text),
                citations=_citations(finding.sentence, paragraph, version.links, given),
                checkworthiness=finding.checkworthiness,
                locator=find_label(locators, finding.quote),
            )
        )
    return tuple(mentions)


def finding_of(claim: Claim, mention: Mention) -> Finding:
    """Return the finding that a claim and its mention were made of, with absolute spans again."""
    by = mention.quote_span.start
    return Finding(
        kind=claim.kind,
        quote=mention.quote_span,
        sentence=mention.sentence_span,
        text=claim.quote,
        values=tuple(_moved_value(value, by) for value in claim.values),
        facets=tuple(_moved_facet(facet, by) for facet in claim.facets),
        parts=tuple(Part(part.text, part.span.shifted(by)) for part in claim.parts),
        flags=claim.flags,
        checkworthiness=mention.checkworthiness,
    )


def _kept(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if not finding.is_set_aside]


def _claim(finding: Finding, quote: str, essay_id: UUID, ordinal: int) -> Claim:
    by = -finding.quote.start
    return Claim(
        essay_id=essay_id,
        kind=finding.kind,
        quote=quote,
        ordinal=ordinal,
        values=tuple(_moved_value(value, by) for value in finding.values),
        facets=tuple(_moved_facet(facet, by) for facet in finding.facets),
        parts=tuple(Part(part.text, part.span.shifted(by)) for part in finding.parts),
        flags=finding.flags,
        origin=Origin.MACHINE,
    )


def _moved_value(value: Value, by: int) -> Value:
    return value if value.span is None else replace(value, span=value.span.shifted(by))


def _moved_facet(facet: Facet, by: int) -> Facet:
    return facet if facet.span is None else replace(facet, span=facet.span.shifted(by))


def _citations(
    sentence: Span, paragraph: Span, links: Sequence[EssayLink], given: Sequence[Source]
) -> tuple[Citation, ...]:
    """Return the citations, the nearest first: each source once, at its shortest distance."""
    citations = {source.id: Citation(source.id, Distance.GIVEN, Basis.GIVEN) for source in given}
    for distance, near in _links_by_distance(sentence, paragraph, links):
        for link in near:
            source_id = Source(link.url, link.url_key).id
            citations.setdefault(source_id, Citation(source_id, distance, Basis.CITED))
    return tuple(sorted(citations.values(), key=lambda one: one.basis is Basis.GIVEN))


def _links_by_distance(
    sentence: Span, paragraph: Span, links: Sequence[EssayLink]
) -> Iterator[tuple[Distance, Sequence[EssayLink]]]:
    """Yield the links of the sentence, of its paragraph, and, where those have none, of the whole essay.

    The essay's are left out otherwise: a thousand claims would cite a thousand links each, and a source
    that the writer put elsewhere says nothing of where this claim comes from.
    """
    near = [link for link in links if link.span is not None and link.span.overlaps(_reach(sentence))]
    yield Distance.SENTENCE, near
    around = [link for link in links if link.span is not None and link.span.overlaps(paragraph)]
    yield Distance.PARAGRAPH, around
    if not near and not around:
        yield Distance.ESSAY, links


def links_near(finding: Finding, text: str, links: Sequence[EssayLink]) -> list[tuple[EssayLink, Distance]]:
    """Return the links that a finding may rest on, the nearest first, each address once."""
    paragraphs = split_paragraphs(text)
    own = next((one for one in paragraphs if one.covers(finding.sentence)), finding.sentence)
    near: dict[str, tuple[EssayLink, Distance]] = {}
    for distance, found in _links_by_distance(finding.sentence, own, links):
        for link in found:
            near.setdefault(link.url_key, (link, distance))
    return list(near.values())


def _reach(sentence: Span) -> Span:
    return Span(sentence.start, sentence.end + _FOOTNOTE_CHARS)
