"""The words that a record may use where it has to choose one."""

from __future__ import annotations

from enum import StrEnum


class Rating(StrEnum):
    """What a machine or a person says of a claim, always relative to its source."""

    SUPPORTED = "supported"
    PARTIALLY_SUPPORTED = "partially_supported"
    REFUTED = "refuted"
    CONFLICTING = "conflicting"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"
    NOT_CHECKABLE = "not_checkable"
    NOT_A_CLAIM = "not_a_claim"


class SourceOutcome(StrEnum):
    """What became of one link; exactly one of these per link."""

    FETCHED = "fetched"
    NOT_MODIFIED = "not_modified"
    GIVEN_FILE = "given_file"
    ARCHIVED_COPY = "archived_copy"
    BLOCKED_BY_GUARD = "blocked_by_guard"
    BLOCKED_BY_ROBOTS = "blocked_by_robots"
    FORBIDDEN = "forbidden"
    GONE = "gone"
    RATE_LIMITED = "rate_limited"
    CLIENT_ERROR = "client_error"
    SERVER_ERROR = "server_error"
    TIMED_OUT = "timed_out"
    TOO_BIG = "too_big"
    TLS_ERROR = "tls_error"
    DNS_ERROR = "dns_error"
    CONNECTION_FAILED = "connection_failed"
    REDIRECT_LOOP = "redirect_loop"
    UNDECODABLE = "undecodable"
    TRUNCATED = "truncated"
    UNSUPPORTED_TYPE = "unsupported_type"
    EMPTY_TEXT = "empty_text"
    SOFT_404 = "soft_404"
    PAYWALLED = "paywalled"
    CONSENT_WALL = "consent_wall"
    NEEDS_JAVASCRIPT = "needs_javascript"
    PARSER_KILLED = "parser_killed"


NO_LINKED_SOURCE = "no_linked_source"
"""Stands where a source outcome would stand for a claim without any link."""

READABLE_OUTCOMES = frozenset(
    {
        SourceOutcome.FETCHED,
        SourceOutcome.NOT_MODIFIED,
        SourceOutcome.GIVEN_FILE,
        SourceOutcome.ARCHIVED_COPY,
        SourceOutcome.TRUNCATED,
        SourceOutcome.PAYWALLED,
    }
)
"""Outcomes whose text may give evidence (truncated and paywalled are flagged)."""

TRANSIENT_OUTCOMES = frozenset(
    {
        SourceOutcome.RATE_LIMITED,
        SourceOutcome.SERVER_ERROR,
        SourceOutcome.TIMED_OUT,
        SourceOutcome.CONNECTION_FAILED,
    }
)
"""Outcomes that another try may change."""


class EssayOutcome(StrEnum):
    """What became of one attempt to read an essay."""

    READ = "read"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    BINARY = "binary"
    TOO_BIG = "too_big"
    UNDECODABLE = "undecodable"
    ENCRYPTED = "encrypted"
    NO_TEXT = "no_text"
    LANGUAGE_UNSUPPORTED = "language_unsupported"
    DUPLICATE = "duplicate"
    PARSER_KILLED = "parser_killed"


FAILED_ESSAY_OUTCOMES = frozenset(
    {
        EssayOutcome.MISSING,
        EssayOutcome.UNREADABLE,
        EssayOutcome.BINARY,
        EssayOutcome.TOO_BIG,
        EssayOutcome.UNDECODABLE,
        EssayOutcome.ENCRYPTED,
        EssayOutcome.PARSER_KILLED,
    }
)
"""Outcomes that make a command end with exit code 3."""


class Flag(StrEnum):
    """A mark on a finding. Those in `SETTING_ASIDE` keep it from becoming a claim."""

    FORECAST = "forecast"
    HYPOTHETICAL = "hypothetical"
    QUESTION = "question"
    ADVICE = "advice"
    FIGURATIVE = "figurative"
    NEGATED = "negated"
    QUOTED = "quoted"
    UNCERTAIN = "uncertain"


SETTING_ASIDE = frozenset(
    {Flag.FORECAST, Flag.HYPOTHETICAL, Flag.QUESTION, Flag.ADVICE, Flag.FIGURATIVE, Flag.NEGATED}
)


class Bound(StrEnum):
    """How an asserted value limits the true one."""

    EXACT = "exact"
    ABOUT = "about"
    MORE_THAN = "more_than"
    AT_LEAST = "at_least"
    LESS_THAN = "less_than"
    AT_MOST = "at_most"
    BETWEEN = "between"


class FacetName(StrEnum):
    """One side of a claim that a source can match or contradict."""

    ITEM = "item"
    ENTITY = "entity"
    VALUE = "value"
    STATE = "state"
    SCOPE = "scope"
    TIME = "time"
    POPULATION = "population"
    ANSWER = "answer"
    ATTRIBUTION = "attribution"


class FacetOutcome(StrEnum):
    """What a passage says of one facet of a claim."""

    MATCH = "match"
    WEAKER = "weaker"
    ABSENT = "absent"
    CONFLICT = "conflict"
    INCOMPARABLE = "incomparable"


class Origin(StrEnum):
    """Who found a claim."""

    MACHINE = "machine"
    PERSON = "person"


class Basis(StrEnum):
    """Why a source was compared with a claim."""

    CITED = "cited"
    SUGGESTED = "suggested"
    GIVEN = "given"


class Distance(StrEnum):
    """How far from the claim's words its link stands."""

    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"
    ESSAY = "essay"
    GIVEN = "given"


class ChangeKind(StrEnum):
    """What became of a source's text between two snapshots."""

    TRIVIAL = "trivial"
    """White space, quotation marks, dashes or letter case alone."""
    TEXT = "text"
    EXTRACTOR = "extractor"
    """The page is the same; a newer reader takes another text from it."""


class PassageFate(StrEnum):
    """What became of a passage that a verdict rests on, when its source changed."""

    KEPT = "kept"
    MOVED = "moved"
    DIED = "died"


class Act(StrEnum):
    """A person's act on a claim."""

    DECIDE = "decide"
    UNDO = "undo"
    ASSIGN = "assign"
    LEASE = "lease"
    WAIT = "wait"
    FLAG = "flag"
    NOTE = "note"
    ATTACH = "attach"
    AUTHOR_ASKED = "author_asked"
    AUTHOR_REPLIED = "author_replied"
    DISPUTED = "disputed"
    CORRECTION_REQUESTED = "correction_requested"
    CORRECTION_MADE = "correction_made"
    CORRECTION_REFUSED = "correction_refused"
    OUR_CHECK_CORRECTED = "our_check_corrected"


class Stage(StrEnum):
    """Where a claim stands in review; derived by a view, never stored."""

    TO_REVIEW = "to_review"
    FIRST_CHECK = "first_check"
    SECOND_CHECK = "second_check"
    DECIDED = "decided"
    DISPUTED = "disputed"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"


class Role(StrEnum):
    """What a reviewer may do."""

    CHECKER = "checker"
    EDITOR = "editor"
    OPERATOR = "operator"
    ADMIN = "admin"
