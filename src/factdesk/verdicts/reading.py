"""Reads claims and sources for judging; a source is parsed once, however many claims it is compared with."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from factdesk.claims.contexts import Document
from factdesk.claims.find import find_claims
from factdesk.claims.findings import Finding
from factdesk.claims.price_pay import find_pay
from factdesk.claims.relations import relation_finding
from factdesk.claims.sold_out import stock_finding
from factdesk.config import DEFAULT_KINDS
from factdesk.evidence.figures import values_of
from factdesk.evidence.passages import ParsedSource
from factdesk.model import Block, Claim, Mention, Span, Value
from factdesk.text.quantities import find_quantities

_ROLES = {"percent": "percent", "points": "points", "ratio": "ratio"}

SHORTEST_VERBATIM = 5
"""Words that a sentence must have before its standing in the source says anything."""


MOST_PARSED = 256
"""Parsed texts that are kept; a batch of claims that each look at other texts must not keep them all."""

MOST_CHARACTERS = 2_000_000
"""Code points of all texts kept together, but for the last; what is known of one outweighs it many times."""


class SourceReader:
    """Parses each source text once, as long as it is among the last `MOST_PARSED` and `MOST_CHARACTERS`."""

    def __init__(self) -> None:
        self._parsed: OrderedDict[tuple[str, str | None, date | None], ParsedSource] = OrderedDict()

    def parse(
        self,
        text: str,
        *,
        title: str | None,
        published_on: date | None,
        blocks: Sequence[Block] = (),
        like: ParsedSource | None = None,
    ) -> ParsedSource:
        """Return the parsed source; the same text, title and date give the same object.

        ``like`` is another edition of the text that was parsed before; what both say is read once.
        """
        key = (text, title, published_on)
        if key not in self._parsed:
            self._parsed[key] = ParsedSource(
                text, title=title, published_on=published_on, blocks=blocks, like=like
            )
            self._forget()
        self._parsed.move_to_end(key)
        return self._parsed[key]

    def _forget(self) -> None:
        while len(self._parsed) > 1 and (
            len(self._parsed) > MOST_PARSED or sum(len(text) for text, *_ in self._parsed) > MOST_CHARACTERS
        ):
            self._parsed.popitem(last=False)


def claimed_finding(claim: Claim, mention: Mention) -> Finding:
    """Return a claim as a finding of its mention's sentence; all spans are offsets into that sentence."""
    by = mention.quote_span.start - mention.sentence_span.start
    return Finding(
        kind=claim.kind,
        quote=Span(by, by + len(claim.quote)),
        sentence=Span(0, len(mention.sentence)),
        text=claim.quote,
        values=tuple(replace(one, span=one.span and one.span.shifted(by)) for one in claim.values),
        facets=tuple(replace(one, span=one.span and one.span.shifted(by)) for one in claim.facets),
        parts=tuple(replace(one, span=one.span.shifted(by)) for one in claim.parts),
        flags=claim.flags,
        checkworthiness=mention.checkworthiness,
    )


def read_claim_text(
    text: str, kind: str | None, published_on: date | None, kinds: Collection[str] = DEFAULT_KINDS
) -> list[Finding]:
    """Return the claims of a sentence given as text; those of ``kind`` where it has any, else of ``kinds``.

    A sentence that no kind reads, but that states an amount or a share, is read as one plain statement.
    """
    named = {kind, *kinds} if kind else kinds
    found = [one for one in find_claims(text, published_on=published_on, kinds=named) if not one.is_set_aside]
    of_kind = [one for one in found if one.kind == kind]
    return of_kind or found or _pay_statement(text, published_on) or _plain_statement(text, kind)


def _pay_statement(text: str, published_on: date | None) -> list[Finding]:
    """Return what a statement says of pay, which is compared as prices are."""
    found = [one for context in Document(text, published_on).contexts() for one in find_pay(context)]
    return [one for one in found if not one.is_set_aside]


def _plain_statement(text: str, kind: str | None) -> list[Finding]:
    values: list[Value] = []
    for quantity in find_quantities(text):
        if quantity.unit != "count" and quantity.form != "duration":
            values.extend(
                replace(one, role=_ROLES.get(one.unit, "amount")) for one in values_of(quantity)[:1]
            )
    if not values:
        stock = () if kind in ("price", "poll") else stock_finding(Span(0, len(text)), text)
        return list(stock or relation_finding(text, kind))
    kind = "poll" if values[0].unit in ("percent", "points") else "price"
    whole = Span(0, len(text))
    return [Finding(kind, whole, whole, text, tuple(values), (), (), (), Decimal(0))]


def find_verbatim(sentence: str, source: str) -> Span | None:
    """Return where a sentence stands word for word in a source; white space may differ."""
    said = sentence.strip().rstrip(".!?…")
    words = said.split()
    if len(words) < SHORTEST_VERBATIM or not all(word in source for word in words):
        return None
    pattern = r"(?<!\w)" + r"\s+".join(re.escape(word) for word in words) + r"(?!\w)(?=[.!?…\s”\"’)]|\Z)"
    for match in re.finditer(pattern, source):
        span = Span(*match.span())
        if not _is_doubted(source, span) and _is_whole(source, span):
            return span
    return None


_OPENS = re.compile(
    r"(?:\A|[^\w\s'’%)]\s*|\n\s*|\b(?:that|and|but|while|as|because|since|so|said|says|when|where|although|though|now|then|here)\s+)\Z",
    re.IGNORECASE,
)
_CLOSES = re.compile(
    r"\s*(?:\Z|[^\w\s'’%(£$€-]|\n)|\s+(?:and|but|while|whereas|although|though|because|as|since|after|before|by|on|when"
    r"|which|who|where|so|until|yesterday|today|this|last|again|according|said|says|[–—])\b",
    re.IGNORECASE,
)


def _is_whole(source: str, span: Span) -> bool:
    """Whether nothing around a quotation narrows it, as "online" does "tickets are sold out"."""
    before = source[max(0, span.start - _NEAR_CHARACTERS) : span.start]
    return _OPENS.search(before) is not None and _CLOSES.match(source, span.end) is not None


def first_verbatim(sentence: str, sources: Sequence[ParsedSource]) -> tuple[int, Span] | None:
    """Return the first source in which a sentence stands word for word, by its number, and where."""
    for number, source in enumerate(sources):
        span = find_verbatim(sentence, source.text)
        if span is not None:
            return (number, span)
    return None


_DOUBT = re.compile(
    r"\b(?:not|no|never|nobody|none|false|untrue|wrong|myth|lie|rumou?rs?|den(?:y|ies|ied)|if|whether|unless"
    r"|supposing|imagine|doubts?|doubted|disputed|hoax)\b|n['’]t\b",
    re.IGNORECASE,
)
_SENTENCE_EDGE = re.compile(r"[.!?…]\s|\n")
_NEAR_CHARACTERS = 200


def _is_doubted(source: str, span: Span) -> bool:
    """Whether the words around a quotation, in its own sentence, take it back or ask for it."""
    before = _SENTENCE_EDGE.split(source[max(0, span.start - _NEAR_CHARACTERS) : span.start])[-1]
    rest = source[span.end : span.end + _NEAR_CHARACTERS]
    edge = _SENTENCE_EDGE.search(rest)
    after = rest[: edge.end()] if edge else rest
    return "?" in after or _DOUBT.search(before) is not None or _DOUBT.search(after) is not None
