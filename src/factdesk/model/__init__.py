"""Every record of Factdesk, frozen, and the one rule by which records are identified.

Nothing here imports anything else of ours. A record says what was seen or decided; it is never updated. An id
is the first 128 bits of sha256 over the JSON array ``[record, key...]``, so that two machines that see
the same thing give it the same id without asking each other.

Offsets count code points of a canonical text. Spans inside a `Claim` are relative to the first
character of its quote, because the quote moves when somebody adds a comma elsewhere and the claim does
not change; where the quote stands is told by a `Mention`.
"""

from __future__ import annotations

from factdesk.model.decoding import from_json
from factdesk.model.essays import Claim, Essay, EssayVersion, Mention, Reading
from factdesk.model.events import ReviewEvent, Run, uuid7
from factdesk.model.identity import canonical_json, fold_space, identify, text_sha256, time_text, to_json
from factdesk.model.parts import (
    Block,
    Citation,
    EssayLink,
    Facet,
    FacetComparison,
    Hop,
    Locator,
    Note,
    Pair,
    Part,
    PassageChange,
    PublishedReview,
    Reason,
    Span,
    Value,
    VerdictInput,
)
from factdesk.model.records import RECORD_BY_NAME, RECORDS, SCHEMA_VERSION, Record, body_sha256
from factdesk.model.sources import Fetch, Snapshot, Source, SourceChange
from factdesk.model.verdicts import Evidence, Judgement, Verdict
from factdesk.model.vocabularies import (
    FAILED_ESSAY_OUTCOMES,
    NO_LINKED_SOURCE,
    READABLE_OUTCOMES,
    SETTING_ASIDE,
    TRANSIENT_OUTCOMES,
    Act,
    Basis,
    Bound,
    ChangeKind,
    Distance,
    EssayOutcome,
    FacetName,
    FacetOutcome,
    Flag,
    Origin,
    PassageFate,
    Rating,
    Role,
    SourceOutcome,
    Stage,
)

__all__ = [
    "FAILED_ESSAY_OUTCOMES",
    "NO_LINKED_SOURCE",
    "READABLE_OUTCOMES",
    "RECORDS",
    "RECORD_BY_NAME",
    "SCHEMA_VERSION",
    "SETTING_ASIDE",
    "TRANSIENT_OUTCOMES",
    "Act",
    "Basis",
    "Block",
    "Bound",
    "ChangeKind",
    "Citation",
    "Claim",
    "Distance",
    "Essay",
    "EssayLink",
    "EssayOutcome",
    "EssayVersion",
    "Evidence",
    "Facet",
    "FacetComparison",
    "FacetName",
    "FacetOutcome",
    "Fetch",
    "Flag",
    "Hop",
    "Judgement",
    "Locator",
    "Mention",
    "Note",
    "Origin",
    "Pair",
    "Part",
    "PassageChange",
    "PassageFate",
    "PublishedReview",
    "Rating",
    "Reading",
    "Reason",
    "Record",
    "ReviewEvent",
    "Role",
    "Run",
    "Snapshot",
    "Source",
    "SourceChange",
    "SourceOutcome",
    "Span",
    "Stage",
    "Value",
    "Verdict",
    "VerdictInput",
    "body_sha256",
    "canonical_json",
    "fold_space",
    "from_json",
    "identify",
    "text_sha256",
    "time_text",
    "to_json",
    "uuid7",
]
