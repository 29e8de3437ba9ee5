"""Reads what people are paid, where a statement is given to be judged and no kind reads it.

Pay is no price, and no essay is searched for it. A statement about pay that somebody wants judged is
compared as a price is: amounts, differences and changes.
"""

from __future__ import annotations

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.findings import Finding
from factdesk.claims.phrases import compile_phrase
from factdesk.claims.price import findings_of, values_of
from factdesk.claims.price_differences import difference
from factdesk.claims.price_money import find_amounts
from factdesk.claims.price_ratios import change_of
from factdesk.claims.price_relations import Said, with_relations
from factdesk.claims.price_words import TABLE

_PAY = compile_phrase("(?:{wage}|pay|paid|offer(?:s|ed)?)", TABLE)


def find_pay(context: SentenceContext) -> list[Finding]:
    """Return how amounts of pay differ or changed; where nothing says so, the amounts, in reading order."""
    amounts = find_amounts(context)
    moves = [found for one in amounts if (found := difference(context, one, has_price=True, of_pay=True))]
    if not moves and not _PAY.search(context.text, context.sentence.start, context.sentence.end):
        return []
    stated = [] if moves else [Said(one.whole, values_of(one)) for one in amounts]
    shares = [one for one in context.quantities if one.unit == "percent" and one.low is not None]
    moves += [found for one in shares if (found := change_of(context, one, of_pay=True))]
    return findings_of(context, with_relations(context, stated, moves))
