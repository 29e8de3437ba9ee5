"""The words of the desk's pages: one table. A rating is always said relative to the claim's source.

Words of the workshop (facet, spool, keeper ...) do not stand on a page; here is what is said instead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from factdesk.model import Basis, EssayOutcome, Rating, Role, SourceOutcome, Stage
from factdesk.reports.words import count_words, rating_words
from factdesk.sources.outcomes import say_outcome

DECISIONS: Mapping[str, str] = {
    Rating.SUPPORTED: "Backed by its source",
    Rating.PARTIALLY_SUPPORTED: "Backed in part",
    Rating.REFUTED: "Contradicted",
    Rating.CONFLICTING: "Sources say both",
    Rating.NOT_ENOUGH_EVIDENCE: "Not shown by its source",
    Rating.NOT_CHECKABLE: "Cannot be checked",
    Rating.NOT_A_CLAIM: "Not a claim",
}
"""What the buttons say, in the order of the keys 1 to 7."""

REASONS: Mapping[str, str] = {
    "wrong_passage": "the wrong passage was compared",
    "wrong_subject": "the source speaks of something else",
    "wrong_unit_or_time": "unit or time differ",
    "figurative": "it is a figure of speech",
    "source_wrong": "the source itself is wrong",
    "other": "something else",
}
"""Why a person overrules the machine."""

STAGES: Mapping[str, str] = {
    Stage.TO_REVIEW: "waits",
    Stage.FIRST_CHECK: "somebody is on it",
    Stage.SECOND_CHECK: "second check",
    Stage.DECIDED: "decided",
    Stage.DISPUTED: "disputed",
    Stage.CORRECTED: "corrected",
    Stage.WITHDRAWN: "no longer in its essay",
    Stage.REOPENED: "opened again",
}

DECIDED: Mapping[str, str] = {
    Stage.SECOND_CHECK: "says one person; it is not settled yet",
    Stage.DISPUTED: "decided, and disputed",
    Stage.REOPENED: "decided, and opened again",
    Stage.CORRECTED: "decided, and corrected since",
}
"""What stands behind a person's rating of a claim at some stages; else it is just decided."""

USER_ACTS: Mapping[str, str] = {
    "added": "added as {role}:",
    "role": "made {role}:",
    "password": "gave a new password to",
    "signed_out": "signed out everywhere:",
    "removed": "removed",
}
"""What was done about whoever is named after these words."""

ROLES: Mapping[str, str] = {
    Role.CHECKER: "checker",
    Role.EDITOR: "editor",
    Role.OPERATOR: "operator",
    Role.ADMIN: "administrator",
}

POINTS: Mapping[str, str] = {
    "item": "what it is about",
    "entity": "what is named",
    "value": "figure",
    "state": "state",
    "scope": "how much of it",
    "time": "when",
    "population": "of whom",
    "answer": "what was answered",
    "attribution": "who says so",
}
"""What a claim is compared by, point for point."""

OUTCOMES: Mapping[str, tuple[str, str]] = {
    "match": ("=", "the same"),
    "weaker": ("~", "the source says less"),
    "absent": ("–", "not shown"),
    "conflict": ("≠", "differs"),
    "incomparable": ("?", "speaks of another"),
}
"""Sign and words of each comparison."""

BASES: Mapping[str, str] = {
    Basis.CITED: "linked by the essay",
    Basis.GIVEN: "given by a person",
    Basis.SUGGESTED: "found by the machine, not linked by the essay",
}

ACTS: Mapping[str, str] = {
    "decide": "decided",
    "undo": "took a decision back",
    "assign": "gave the claim to somebody",
    "lease": "opened the claim",
    "wait": "put it off",
    "flag": "asked for another look",
    "note": "wrote a note",
    "attach": "added a source",
    "author_asked": "asked the author",
    "author_replied": "noted that the author replied",
    "disputed": "disputed the decision",
    "correction_requested": "asked for a correction",
    "correction_made": "noted the correction",
    "correction_refused": "noted that the correction was refused",
    "our_check_corrected": "corrected our own check",
}

AIMED_ACTS: Mapping[tuple[str, str], str] = {
    ("flag", "editor"): "asked an editor",
    ("flag", "second_check"): "asked for a second check",
    ("flag", "reopen"): "opened it again",
    ("note", "added"): "added the claim, which the machine had missed",
}
"""What an act is that says what it aims at."""

RANKS: Mapping[str, str] = {
    "put_off": "put off until {}",
    "published": "published {}",
    "worth": "worth checking: {:.2f} of 1",
    "value": "value {:.2f}",
    "disagreement": "rules and statistics disagree",
    "second_check": "needs a second person",
    "between_two": "two people disagree",
    "disputed": "the decision is disputed",
    "changed": "its words changed",
    "flagged": "an editor is asked to look",
}
"""Why a claim stands where it does; ``reports.review_queue`` says it in the same words."""

FLOWS: Mapping[str, str] = {
    "check_essays": "Check new and changed essays",
    "recheck_sources": "Fetch sources again",
    "publish_reports": "Publish the editors' copy",
    "check": "Essays checked by hand",
    "rejudge": "Claims judged again by hand",
}
"""What runs, scheduled or by a command."""

KINDS: Mapping[str, str] = {
    "sellout": "sold out or not",
    "price": "price",
    "poll": "poll",
    "count": "count",
}

WORDS: Mapping[str, Mapping[str, object]] = {
    "decisions": DECISIONS,
    "reasons": REASONS,
    "stages": STAGES,
    "roles": ROLES,
    "user_acts": USER_ACTS,
    "decided": DECIDED,
    "points": POINTS,
    "outcomes": OUTCOMES,
    "bases": BASES,
    "acts": ACTS,
    "kinds": KINDS,
    "flows": FLOWS,
}


PASTED = "Pasted passage: "
"""Begins the name under which a pasted passage is kept; after it a person says where its words are from."""

ESSAY_OUTCOMES: Mapping[str, str] = {
    EssayOutcome.MISSING: "there is no such essay",
    EssayOutcome.UNREADABLE: "the essay cannot be got or read; see whether its address opens in a browser",
    EssayOutcome.EMPTY: "the essay is empty; give one with a text",
    EssayOutcome.BINARY: "that is no text; send a Word file, a PDF, a web page, Markdown or plain text",
    EssayOutcome.TOO_BIG: "the essay is too big to be read; give a part of it",
    EssayOutcome.UNDECODABLE: "the letters of the essay cannot be told apart; save it as UTF-8",
    EssayOutcome.ENCRYPTED: "the essay is locked by a password; save it without one and send it again",
    EssayOutcome.NO_TEXT: "the essay holds no text, perhaps only pictures of one; paste its words instead",
    EssayOutcome.LANGUAGE_UNSUPPORTED: "the essay is in a language that is not read here",
    EssayOutcome.DUPLICATE: "this essay is here already",
    EssayOutcome.PARSER_KILLED: "reading the essay took too long or too much memory; paste its words instead",
}
"""Why an essay that somebody added has no claims, but for ``read``."""


def say_source(outcome: str, url: str | None) -> str:
    """Say what became of a source; of a passage that was pasted, that nobody fetched it."""
    if outcome == SourceOutcome.GIVEN_FILE and (url or "").startswith(PASTED):
        return "A person pasted these words; nothing was fetched from where they are said to be from."
    return say_outcome(outcome)


def rating_said(
    rating: str | None,
    basis: str | None = None,
    source_outcome: str | None = None,
    codes: Collection[str] = (),
    sources: int | None = None,
) -> str:
    """Say a rating relative to its source, as the terminal does."""
    return rating_words(rating, basis or Basis.CITED, source_outcome, codes, sources)


def moment_words(moment: datetime | None) -> str:
    """Say a time in UTC to the minute; nothing for None."""
    return "" if moment is None else f"{moment.astimezone(UTC):%-d %b %Y, %H:%M} UTC"


def since_words(moment: datetime | None, now: datetime) -> str:
    """Say how far a time is from now: "in 3 hours", "2 days ago".

    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> since_words(datetime(2026, 3, 1, 15, 10, tzinfo=UTC), noon)
    'in 3 hours'
    """
    if moment is None:
        return ""
    seconds = (moment - now).total_seconds()
    for size, word in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        count = int(abs(seconds) // size)
        if count:
            told = count_words(count, word)
            return f"in {told}" if seconds > 0 else f"{told} ago"
    return "now"


def fault_words(error: Exception | str) -> str:
    """Return what an error says as a sentence of a page.

    >>> fault_words(ValueError("choose a rating"))
    'Choose a rating.'
    """
    said = str(error)
    return f"{said[:1].upper()}{said[1:].rstrip('.')}."
