"""Every record of Factdesk, frozen, and the one rule by which records are identified.

This module imports nothing of ours. A record says what was seen or decided; it is never updated. An id
is the first 128 bits of sha256 over the JSON array ``[record, key...]``, so that two machines that see
the same thing give it the same id without asking each other.

Offsets count code points of a canonical text. Spans inside a `Claim` are relative to the first
character of its quote, because the quote moves when somebody adds a comma elsewhere and the claim does
not change; where the quote stands is told by a `Mention`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, ClassVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

SCHEMA_VERSION = 4
"""Version of the records' shape, written into every batch header. 2: mentions have a locator. 3: fetches say
how they were made, snapshots what others made of their claims, and source changes are kept. 4: verdicts have
notes and words that nothing backs."""


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


# --- parts of records ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """Code points ``start`` (included) to ``end`` (excluded) of a text."""

    start: int
    end: int

    def shifted(self, by: int) -> Span:
        """Return the same span moved right by ``by`` code points."""
        return Span(self.start + by, self.end + by)

    def cut(self, text: str) -> str:
        """Return the characters that this span marks in ``text``."""
        return text[self.start : self.end]

    def covers(self, other: Span) -> bool:
        """Whether ``other`` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two spans share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Value:
    """One asserted value of a claim.

    ``role`` is what the value is: amount, also (the same amount in another currency), ratio, diff,
    percent, points, from_percent, count. ``unit`` is an ISO 4217 code for money, else ``percent``,
    ``points``, ``ratio`` or ``count``. ``low`` and ``high`` are the ends as said (equal for one
    figure). ``precision`` is the worth of the last digit said ("4.3 million" -> 100000). ``of`` is
    what a ratio or difference is measured against, in the claim's words.
    """

    role: str
    unit: str
    low: Decimal | None
    high: Decimal | None
    bound: Bound
    precision: Decimal | None = None
    span: Span | None = None
    of: str | None = None

    def asserted(self) -> tuple[Any, ...]:
        """Return what is part of a claim's identity: the value without its place."""
        return (self.role, self.unit, self.low, self.high, self.bound)


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet of a claim: its words, their comparable form, and where they stand."""

    name: FacetName
    text: str
    norm: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One listed thing of a claim ("Georgia" of "Turkey, Georgia and Armenia")."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class EssayLink:
    """A link of an essay: the address as written and the characters that carry it.

    ``form`` is inline, bare, reference, footnote or front_matter.
    """

    url: str
    url_key: str
    span: Span | None
    form: str


@dataclass(frozen=True, slots=True)
class Locator:
    """Where the text from ``start`` on stands in the essay's file, as a person finds it ("page 3")."""

    start: int
    label: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A source that bears on a claim, and how far from the claim its link stands."""

    source_id: UUID
    distance: Distance
    basis: Basis


@dataclass(frozen=True, slots=True)
class PublishedReview:
    """A fact check that a page publishes of somebody's claim, as its ClaimReview says it."""

    claim: str
    rating: str | None
    reviewer: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class PassageChange:
    """What became of one passage; ``span`` is where it stands in the later text, None if it died."""

    claim_id: UUID
    evidence_id: UUID
    fate: PassageFate
    span: Span | None


@dataclass(frozen=True, slots=True)
class Hop:
    """One request of a redirect chain: address as written, the IP it went to, the answer's status."""

    url: str
    address: str | None
    status: int | None


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a snapshot's text: ``main`` (a page, of a PDF), ``table``, ``caption`` or ``note``."""

    form: str
    span: Span


@dataclass(frozen=True, slots=True)
class FacetComparison:
    """A facet as claimed, as found, and the outcome, with the span of the snapshot that shows it."""

    facet: FacetName
    claimed: str
    found: str
    outcome: FacetOutcome
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is: a stable code and a sentence for the reviewer."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Note:
    """What the essay itself says for or against a claim: a stable code, a sentence for the reviewer, and the
    deciding words of the claim, relative to its quote. A note never changes a rating."""

    code: str
    sentence: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class VerdictInput:
    """One source that a verdict looked at: its latest text, or its outcome if it never had any."""

    source_id: UUID
    seen: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim of the latest reading and the claim of an earlier one that it takes the place of."""

    new_claim_id: UUID
    old_claim_id: UUID


# --- records ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Essay:
    """One piece of writing through all its versions."""

    essay_key: str
    uri: str
    title: str | None
    author: str | None
    published_on: date | None
    publish_at: datetime | None
    inbox: str | None
    path: str | None

    def key(self) -> tuple[Any, ...]:
        """Return the essay key."""
        return (self.essay_key,)

    @property
    def id(self) -> UUID:
        """Return the essay's id."""
        return identify("Essay", *self.key())


@dataclass(frozen=True, slots=True)
class EssayVersion:
    """One text of an essay. The text itself lies in the blob store under ``text_sha256``."""

    essay_id: UUID
    text_sha256: str
    length: int
    links: tuple[EssayLink, ...]
    language: str | None

    def key(self) -> tuple[Any, ...]:
        """Return essay and text hash."""
        return (self.essay_id, self.text_sha256)

    @property
    def id(self) -> UUID:
        """Return the version's id."""
        return identify("EssayVersion", *self.key())


@dataclass(frozen=True, slots=True)
class Reading:
    """One attempt to read an essay, and which claims it found."""

    essay_id: UUID
    read_at: datetime
    outcome: EssayOutcome
    detail: str | None
    version_id: UUID | None
    method: str
    claim_ids: tuple[UUID, ...]
    pairs: tuple[Pair, ...]
    sentences: int
    set_aside: tuple[tuple[str, int], ...]

    def key(self) -> tuple[Any, ...]:
        """Return essay and time."""
        return (self.essay_id, self.read_at)

    @property
    def id(self) -> UUID:
        """Return the reading's id."""
        return identify("Reading", *self.key())


@dataclass(frozen=True, slots=True)
class Claim:
    """A checkable statement of an essay. Spans are relative to the start of the quote."""

    essay_id: UUID
    kind: str
    quote: str
    ordinal: int
    values: tuple[Value, ...]
    facets: tuple[Facet, ...]
    parts: tuple[Part, ...]
    flags: tuple[Flag, ...]
    origin: Origin

    def key(self) -> tuple[Any, ...]:
        """Return essay, kind, quote with white space folded, asserted values, ordinal among equals."""
        return (
            self.essay_id,
            self.kind,
            fold_space(self.quote),
            tuple(value.asserted() for value in self.values),
            self.ordinal,
        )

    @property
    def id(self) -> UUID:
        """Return the claim's id."""
        return identify("Claim", *self.key())


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a claim stands in one version of its essay, and which sources it cites there.

    ``locator`` is the place in the file that a person opens: "line 12", "page 3", "paragraph 4".
    """

    claim_id: UUID
    version_id: UUID
    quote_span: Span
    sentence_span: Span
    sentence: str
    citations: tuple[Citation, ...]
    checkworthiness: Decimal
    locator: str | None = None

    def key(self) -> tuple[Any, ...]:
        """Return claim and version."""
        return (self.claim_id, self.version_id)

    @property
    def id(self) -> UUID:
        """Return the mention's id."""
        return identify("Mention", *self.key())


@dataclass(frozen=True, slots=True)
class Source:
    """A linked page or a file that a person gave. ``url`` is fetched as written."""

    url: str
    url_key: str

    def key(self) -> tuple[Any, ...]:
        """Return the url key."""
        return (self.url_key,)

    @property
    def id(self) -> UUID:
        """Return the source's id."""
        return identify("Source", *self.key())


@dataclass(frozen=True, slots=True)
class Fetch:
    """One attempt to get a source. Sizes are in bytes, times in UTC, hashes are sha256 in hex.

    ``charset`` is the one that was used, ``charset_declared`` the one that the header named. A server that
    asked for patience is left alone until ``not_before``. ``options`` are the caps it was fetched under.
    """

    source_id: UUID
    fetched_at: datetime
    outcome: SourceOutcome
    detail: str | None
    status: int | None
    final_url: str | None
    hops: tuple[Hop, ...]
    headers: tuple[tuple[str, str], ...]
    elapsed_ms: int
    wire_bytes: int | None
    decoded_bytes: int | None
    wire_sha256: str | None
    decoded_sha256: str | None
    text_sha256: str | None
    blob_sha256: str | None
    media_type: str | None
    charset: str | None
    tools: tuple[tuple[str, str], ...]
    full_text_sha256: str | None = None
    charset_declared: str | None = None
    tls_version: str | None = None
    certificate_sha256: str | None = None
    not_before: datetime | None = None
    options: tuple[tuple[str, str], ...] | None = None

    def key(self) -> tuple[Any, ...]:
        """Return source and time."""
        return (self.source_id, self.fetched_at)

    @property
    def id(self) -> UUID:
        """Return the fetch's id."""
        return identify("Fetch", *self.key())


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The text of a source: main text first, then marked table and caption blocks outside it.

    ``words_sha256`` is the hash of its words alone, by which copies of one text on other hosts are known;
    ``reviews`` are fact checks that the page publishes.
    """

    source_id: UUID
    text_sha256: str
    extractor: str
    length: int
    blocks: tuple[Block, ...]
    title: str | None
    author: str | None
    published_on: date | None
    published_rule: str | None
    language: str | None
    canonical_url: str | None
    notes: tuple[str, ...]
    words_sha256: str | None = None
    reviews: tuple[PublishedReview, ...] | None = None

    def key(self) -> tuple[Any, ...]:
        """Return source, text hash and extractor version."""
        return (self.source_id, self.text_sha256, self.extractor)

    @property
    def id(self) -> UUID:
        """Return the snapshot's id."""
        return identify("Snapshot", *self.key())


@dataclass(frozen=True, slots=True)
class SourceChange:
    """A source whose text is no longer what it was, and what became of the passages that verdicts rest on.

    ``noticed_at`` is the time of the fetch that brought the later text; ``added`` and ``removed`` are words.
    """

    source_id: UUID
    noticed_at: datetime
    before_snapshot_id: UUID
    after_snapshot_id: UUID
    kind: ChangeKind
    added: int
    removed: int
    passages: tuple[PassageChange, ...]

    def key(self) -> tuple[Any, ...]:
        """Return source and time."""
        return (self.source_id, self.noticed_at)

    @property
    def id(self) -> UUID:
        """Return the change's id."""
        return identify("SourceChange", *self.key())


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage of a snapshot that bears on a claim, facet by facet."""

    claim_id: UUID
    snapshot_id: UUID
    span: Span
    quote: str
    facets: tuple[FacetComparison, ...]
    basis: Basis
    method: str

    def key(self) -> tuple[Any, ...]:
        """Return claim, snapshot, span and method."""
        return (self.claim_id, self.snapshot_id, self.span.start, self.span.end, self.method)

    @property
    def id(self) -> UUID:
        """Return the evidence's id."""
        return identify("Evidence", *self.key())


@dataclass(frozen=True, slots=True)
class Verdict:
    """The machine's rating of a claim for given inputs by a given method.

    ``confidence`` is the probability that the rating is right, ``support`` that the source backs the
    claim in full; both have 4 places. ``as_of`` is when the newest text used was first fetched. ``notes``
    come from the essay alone; ``unsupported`` are the words of the claim that no passage backs, relative to
    its quote.
    """

    claim_id: UUID
    inputs: tuple[VerdictInput, ...]
    method: str
    rating: Rating
    confidence: Decimal
    support: Decimal
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    facets: tuple[FacetComparison, ...]
    evidence_ids: tuple[UUID, ...]
    deciding_evidence_id: UUID | None
    deciding_source_id: UUID | None
    source_outcome: str
    as_of: datetime | None
    notes: tuple[Note, ...] = ()
    unsupported: tuple[Span, ...] = ()

    def key(self) -> tuple[Any, ...]:
        """Return claim, inputs and method."""
        return (
            self.claim_id,
            tuple((one.source_id, one.seen) for one in self.inputs),
            self.method,
        )

    @property
    def id(self) -> UUID:
        """Return the verdict's id."""
        return identify("Verdict", *self.key())


@dataclass(frozen=True, slots=True)
class Judgement:
    """From ``judged_at`` on, ``verdict_id`` is the claim's current verdict."""

    claim_id: UUID
    judged_at: datetime
    verdict_id: UUID

    def key(self) -> tuple[Any, ...]:
        """Return claim and time."""
        return (self.claim_id, self.judged_at)

    @property
    def id(self) -> UUID:
        """Return the judgement's id."""
        return identify("Judgement", *self.key())


@dataclass(frozen=True, slots=True)
class ReviewEvent:
    """A person's act. ``reviewer`` is an opaque id; ``salt`` lets a text be erased later without
    breaking the hash chain that the keeper gives."""

    event_id: UUID
    act: Act
    claim_id: UUID
    reviewer: str
    role: Role
    at: datetime
    salt: str
    previous_event: UUID | None = None
    verdict_id: UUID | None = None
    text_sha256: str | None = None
    rating: Rating | None = None
    conclusion: str | None = None
    reason: str | None = None
    note: str | None = None
    shown: bool = True
    spent_ms: int | None = None
    until: datetime | None = None
    target: str | None = None

    @property
    def id(self) -> UUID:
        """Return the event's own uuidv7."""
        return self.event_id


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a flow or command, with what came in and went out."""

    run_id: UUID
    flow: str
    parameters: tuple[tuple[str, str], ...]
    counts: tuple[tuple[str, int], ...]
    code_version: str
    started_at: datetime
    finished_at: datetime | None

    @property
    def id(self) -> UUID:
        """Return the run's own uuidv7."""
        return self.run_id


Record = (
    Essay
    | EssayVersion
    | Reading
    | Claim
    | Mention
    | Source
    | Fetch
    | Snapshot
    | SourceChange
    | Evidence
    | Verdict
    | Judgement
    | ReviewEvent
    | Run
)

RECORDS: tuple[type[Record], ...] = (
    Essay,
    EssayVersion,
    Reading,
    Claim,
    Mention,
    Source,
    Fetch,
    Snapshot,
    SourceChange,
    Evidence,
    Verdict,
    Judgement,
    ReviewEvent,
    Run,
)

RECORD_BY_NAME: dict[str, type[Record]] = {record.__name__: record for record in RECORDS}


# --- identity -----------------------------------------------------------------------------------

_SPACE = re.compile(r"\s+")


def fold_space(text: str) -> str:
    """Return ``text`` with every run of white space made one space, and none at the ends."""
    return _SPACE.sub(" ", text).strip()


def identify(record: str, *key: Any) -> UUID:
    """Return the id of a record: the first 128 bits of sha256 over ``[record, key...]`` as JSON."""
    digest = hashlib.sha256(canonical_json([record, *key]).encode("utf-8")).digest()
    return UUID(bytes=digest[:16])


def body_sha256(record: Record) -> str:
    """Return the sha256 (hex) of all fields of a record but its id."""
    return hashlib.sha256(canonical_json(to_json(record)).encode("utf-8")).hexdigest()


def text_sha256(text: str) -> str:
    """Return the sha256 (hex) of a text in UTF-8.

    Lone surrogates cannot occur in a canonical text: every reader replaces them.
    """
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def canonical_json(value: Any) -> str:
    """Return the one JSON spelling of a value.

    UTF-8 without escapes, separators ``,`` and ``:``, sorted keys, numbers as decimal strings without
    trailing zeros, times as UTC ISO 8601 with microseconds and ``Z``.
    """
    return json.dumps(to_json(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def to_json(value: Any) -> Any:
    """Return ``value`` made of str, bool, None, lists and dicts only (see `canonical_json`)."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (int, Decimal)):
        return _decimal_text(Decimal(value))
    if isinstance(value, datetime):
        return time_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [to_json(part) for part in value]
    if isinstance(value, dict):
        return {str(name): to_json(part) for name, part in value.items()}
    if is_dataclass(value):
        return {one.name: to_json(getattr(value, one.name)) for one in fields(value)}
    raise TypeError(f"{type(value).__name__} has no canonical JSON; use str, int, Decimal or a record")


def time_text(moment: datetime) -> str:
    """Return a time as UTC ISO 8601 with microseconds and ``Z``; a time without zone is refused."""
    if moment.tzinfo is None:
        raise ValueError(f"the time {moment.isoformat()} has no zone; give it one")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _decimal_text(number: Decimal) -> str:
    if not number.is_finite():
        raise ValueError(f"{number} is not a finite number")
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"", "-0"} else text


def from_json(record: type[Any], body: dict[str, Any]) -> Any:
    """Return the record whose `to_json` is ``body``; the inverse, driven by the field types.

    A field that came later has a default and may be missing. Raises ValueError when another field is missing,
    one is unknown or does not fit its type.
    """
    hints = _hints(record)
    unknown = sorted(set(body) - set(hints))
    if unknown:
        raise ValueError(f"{record.__name__} has no field {unknown[0]!r}")
    late = {one.name for one in fields(record) if one.default is not MISSING}
    missing = sorted(set(hints) - set(body) - late)
    if missing:
        raise ValueError(f"{record.__name__} lacks its field {missing[0]!r}")
    return record(**{name: _decode(hints[name], body[name]) for name in hints if name in body})


_HINTS: dict[type[Any], dict[str, Any]] = {}


def _hints(record: type[Any]) -> dict[str, Any]:
    if record not in _HINTS:
        hints = get_type_hints(record)
        _HINTS[record] = {one.name: hints[one.name] for one in fields(record)}
    return _HINTS[record]


_SIMPLE: dict[Any, Any] = {
    int: int,
    Decimal: Decimal,
    UUID: UUID,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
}


def _decode(hint: Any, value: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _decode_optional(hint, value)
    if origin is tuple:
        return _decode_tuple(get_args(hint), value)
    if hint in (bool, str):
        if not isinstance(value, hint):
            raise ValueError(f"{value!r} is not a {hint.__name__}")
        return value
    if not isinstance(value, str) and not is_dataclass(hint):
        raise ValueError(f"{value!r} does not fit {hint.__name__}")
    if hint in _SIMPLE:
        try:
            return _SIMPLE[hint](value)
        except ArithmeticError as error:
            raise ValueError(f"{value!r} does not fit {hint.__name__}") from error
    if is_dataclass(hint):
        if not isinstance(value, dict):
            raise ValueError(f"{value!r} is not a {getattr(hint, '__name__', hint)}")
        return from_json(hint, value)  # type: ignore[arg-type]
    return hint(value)


def _decode_optional(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    (inner,) = (one for one in get_args(hint) if one is not NoneType)
    return _decode(inner, value)


def _decode_tuple(inner: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{value!r} is not a list")
    if len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(_decode(inner[0], one) for one in value)
    if len(inner) != len(value):
        raise ValueError(f"{value!r} does not have {len(inner)} parts")
    return tuple(_decode(hint, one) for hint, one in zip(inner, value, strict=True))


class _Uuid7Clock:
    """Keeps two ids of one process in order when the clock stands still or goes back."""

    last: ClassVar[int] = 0


def uuid7(after: UUID | None = None) -> UUID:
    """Return a new uuidv7 (RFC 9562): 48 bits of milliseconds, 12 of their fraction, 62 random.

    Python 3.11 has none. Ids of one process always grow, and each is larger than ``after``, the id of another
    process, whatever the clock says. Raises ValueError when there is none larger.
    """
    ticks = time.time_ns() * 4096 // 1_000_000
    ticks = max(ticks, _Uuid7Clock.last + 1, _ticks_of(after) + 1 if after else 0)
    if ticks >= 1 << 60:
        raise ValueError(f"no time follows that of {after}")
    _Uuid7Clock.last = ticks
    milliseconds, fraction = divmod(ticks, 4096)
    random = int.from_bytes(os.urandom(8), "big") >> 2
    return UUID(int=(milliseconds << 80) | (7 << 76) | (fraction << 64) | (2 << 62) | random)


def _ticks_of(made: UUID) -> int:
    return (made.int >> 80) * 4096 + ((made.int >> 64) & 4095)
