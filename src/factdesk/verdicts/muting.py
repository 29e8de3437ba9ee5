"""Muted rules: an editor who does not trust what a rule says has a person asked instead.

The rule still applies, so that no farther source is asked and its passage is shown; but the claim counts as
not settled.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from factdesk.errors import ConfigError
from factdesk.model import Rating, Reason
from factdesk.verdicts.assembling import Assembled
from factdesk.verdicts.rules import RULES

RULE_MUTED = "rule_muted"

CLAUSE_MISSING = "clause_missing"
"""The rule of whole sentences: the source shows the claim in one and not the rest of it."""

SOURCE_CORRECTED = "source_corrected_later"
"""The rule of correction notices: the claim says what the source said first."""

CONVERTED = "converted"
"""The rule of other currencies: a source backs the claim by the rate of its day."""


def mutable_rules() -> dict[str, Rating]:
    """Return code -> rating of the rules that settle something, in order: only those can be muted."""
    settling = {rule.code: rule.rating for rule in RULES if rule.rating is not Rating.NOT_ENOUGH_EVIDENCE}
    return {
        **settling,
        CLAUSE_MISSING: Rating.PARTIALLY_SUPPORTED,
        SOURCE_CORRECTED: Rating.CONFLICTING,
        CONVERTED: Rating.SUPPORTED,
    }


def check_muted(codes: Collection[str]) -> frozenset[str]:
    """Return the codes of muted rules. Raises ConfigError for one that no rule has."""
    known = mutable_rules()
    if unknown := next((code for code in codes if code not in known), None):
        raise ConfigError(
            f"the key 'rules.muted' in the settings names {unknown!r}, which is the code of no rule that"
            f" settles a claim; use some of {', '.join(known)}"
        )
    return frozenset(codes)


def mute(found: Assembled, muted: Collection[str]) -> Assembled:
    """Return what was found, not settled where a muted rule gave the rating; its reason stays in words.

    What the rule did not find is no part of the answer: nobody vouches for it.
    """
    said = next((one for one in found.reasons if one.code in muted), None)
    if said is None or found.rating is Rating.NOT_ENOUGH_EVIDENCE:
        return found
    sentence = f"The rule {said.code} is muted, so a person must say; it would have said: {said.sentence}"
    reasons = tuple(Reason(RULE_MUTED, sentence) if one is said else one for one in found.reasons)
    return replace(found, rating=Rating.NOT_ENOUGH_EVIDENCE, reasons=reasons, missing=())
