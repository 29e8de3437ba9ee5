"""Records of what was written: essays, their versions and readings, the claims and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from factdesk.model.identity import fold_space, identify
from factdesk.model.parts import Citation, EssayLink, Facet, Pair, Part, Span, Value
from factdesk.model.vocabularies import EssayOutcome, Flag, Origin


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
