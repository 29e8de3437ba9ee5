"""What a run tells Prefect: tables and a Markdown summary that names each failure with its mend.

They carry ids, counts and hosts, never a quote, a title or a person's name: the pages of a Prefect
server may be seen by more people than the desk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from factdesk.model import READABLE_OUTCOMES, EssayOutcome, Rating, SourceOutcome
from factdesk.ops.batches import host_of
from factdesk.pipeline import ClaimJudged, EssayRead, StoreReport, count_outcomes
from factdesk.reports.words import count_words
from factdesk.sources.gather import Gathered, SourceRequest
from factdesk.sources.outcomes import say_outcome

FAILURES_NAMED = 60

ESSAY_MENDS: Mapping[EssayOutcome, str] = {
    EssayOutcome.MISSING: "the file is not there; mend its path or put it back",
    EssayOutcome.UNREADABLE: "the file may not be read, or its address gave no page; mend its permissions",
    EssayOutcome.EMPTY: "the file has no characters; write the essay or remove the file",
    EssayOutcome.BINARY: "the file is no essay; save it as .docx, PDF, Markdown, HTML or text",
    EssayOutcome.TOO_BIG: "the file, or what it unpacks to, is too large; split it or raise essays.max_bytes",
    EssayOutcome.UNDECODABLE: "the file is broken, or its encoding is unknown; save it again, text as UTF-8",
    EssayOutcome.ENCRYPTED: "the file asks for a password; save it without one",
    EssayOutcome.NO_TEXT: "the file has no words; give the page with the essay, or the text of a scan",
    EssayOutcome.LANGUAGE_UNSUPPORTED: "the essay is not in English; nothing to mend",
    EssayOutcome.DUPLICATE: "another essay has the same text; remove one of the two",
    EssayOutcome.PARSER_KILLED: "reading it broke, or took too much time or memory; simplify the file",
}


_READ_IT_YOURSELF = "open it yourself, save it, and check with --source FILE"
_CHECK_AGAIN = "check again later"
_MEND_THE_LINK = "ask the author to mend the link"

SOURCE_MENDS: Mapping[SourceOutcome, str] = {
    SourceOutcome.BLOCKED_BY_GUARD: "none, unless the host is yours: --allow-host HOST:PORT",
    SourceOutcome.BLOCKED_BY_ROBOTS: _READ_IT_YOURSELF,
    SourceOutcome.FORBIDDEN: _READ_IT_YOURSELF,
    SourceOutcome.GONE: "look for its new address or an archived copy",
    SourceOutcome.RATE_LIMITED: _CHECK_AGAIN,
    SourceOutcome.CLIENT_ERROR: _MEND_THE_LINK,
    SourceOutcome.SERVER_ERROR: _CHECK_AGAIN,
    SourceOutcome.TIMED_OUT: _CHECK_AGAIN,
    SourceOutcome.TOO_BIG: "raise web.max_wire_bytes or web.max_decoded_bytes, or save the part that matters",
    SourceOutcome.TLS_ERROR: _READ_IT_YOURSELF,
    SourceOutcome.DNS_ERROR: _MEND_THE_LINK,
    SourceOutcome.CONNECTION_FAILED: _CHECK_AGAIN,
    SourceOutcome.REDIRECT_LOOP: _MEND_THE_LINK,
    SourceOutcome.UNDECODABLE: _READ_IT_YOURSELF,
    SourceOutcome.UNSUPPORTED_TYPE: "name a page that says it in words",
    SourceOutcome.EMPTY_TEXT: _READ_IT_YOURSELF,
    SourceOutcome.SOFT_404: "look for its new address or an archived copy",
    SourceOutcome.CONSENT_WALL: _READ_IT_YOURSELF,
    SourceOutcome.NEEDS_JAVASCRIPT: _READ_IT_YOURSELF,
    SourceOutcome.PARSER_KILLED: "save the part that matters and check with --source FILE",
}


@dataclass(frozen=True, slots=True)
class RunFacts:
    """Everything that one run saw, as its summary needs it."""

    reads: Sequence[EssayRead] = ()
    gathered: Sequence[Gathered] = ()
    judged: Sequence[ClaimJudged] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    unchanged: int = 0
    left_off: int = 0

    @classmethod
    def of(
        cls,
        reads: Sequence[EssayRead],
        gathered: Sequence[Gathered],
        judged: Sequence[ClaimJudged],
        unchanged: int = 0,
        left_off: int = 0,
    ) -> RunFacts:
        """Return the facts of a run with its outcomes counted.

        ``unchanged`` essays were not read again; ``left_off`` entries of feeds are older than those read.
        """
        unread = {"essay.unchanged": unchanged, "essay.left_in_feeds": left_off}
        told = {name: number for name, number in unread.items() if number}
        counts = {**count_outcomes(reads, gathered, judged), **told}
        return cls(reads, gathered, judged, counts, unchanged, left_off)

    def line(self) -> str:
        """Return the run in one line: how many essays, claims and sources."""
        claims = sum(len(read.claims) for read in self.reads)
        counts = ((len(self.reads), "essay"), (claims, "claim"), (len(self.gathered), "source"))
        rest = f"; {count_words(self.unchanged, 'essay')} unchanged" if self.unchanged else ""
        left = count_words(self.left_off, "older entry", "older entries")
        rest += f"; {left} left in feeds" if self.left_off else ""
        return ", ".join(count_words(number, word) for number, word in counts) + f"{rest}."


def essay_rows(facts: RunFacts) -> list[dict[str, str | int]]:
    """Return one row an essay: its id, outcome, sentences, claims, and how many of each rating.

    Verdicts that rest on a source that the essay does not link are counted apart, as suggested.
    """
    ratings: dict[object, Counter[str]] = {}
    for one in facts.judged:
        what, _, rating = one.judged.counted_as.partition(".")
        counted = "suggested" if what == "suggested" else rating
        ratings.setdefault(one.claim.essay_id, Counter())[counted] += 1
    return [
        {
            "essay": str(read.read.essay.id),
            "outcome": read.read.outcome.value,
            "sentences": read.reading.sentences,
            "claims": len(read.claims),
            **_rating_counts(ratings.get(read.read.essay.id, Counter())),
        }
        for read in facts.reads
    ]


_MACHINE_RATINGS = (
    Rating.SUPPORTED,
    Rating.PARTIALLY_SUPPORTED,
    Rating.REFUTED,
    Rating.CONFLICTING,
    Rating.NOT_ENOUGH_EVIDENCE,
)


def _rating_counts(counts: Counter[str]) -> dict[str, str | int]:
    names = (*(rating.value for rating in _MACHINE_RATINGS), "suggested")
    return {name: counts[name] for name in names}


def source_rows(gathered: Iterable[Gathered]) -> list[dict[str, str | int]]:
    """Return one row a host and outcome, with the number of links."""
    counts = Counter((host_of_source(one), one.fetch.outcome.value) for one in gathered)
    return [
        {"host": host, "outcome": outcome, "links": number}
        for (host, outcome), number in sorted(counts.items())
    ]


def host_of_source(one: Gathered) -> str:
    """Return the host of a gathered source; a given file has the host "file"."""
    if one.fetch.outcome is SourceOutcome.GIVEN_FILE or not one.source.url.startswith(("http:", "https:")):
        return "file"
    return host_of(SourceRequest(one.source.url))


def summary_markdown(facts: RunFacts, store: StoreReport) -> str:
    """Return the run in one page: counts, then every failure with the mend, then the warehouse."""
    lines = [
        "# Essays checked",
        "",
        facts.line(),
        "",
        *count_table(facts.counts),
        *failure_table([*_failed_essays(facts.reads), *source_failures(facts.gathered)]),
        "## Warehouse",
        "",
        *store_lines(store),
    ]
    return "\n".join(lines) + "\n"


def count_table(counts: Mapping[str, int]) -> list[str]:
    """Return the lines of a table of counts ("source.gone": 2)."""
    if not counts:
        return []
    split = ((name.partition(".")[0], name.partition(".")[2], number) for name, number in counts.items())
    rows = [f"| {what} | {outcome} | {number} |" for what, outcome, number in sorted(split)]
    return ["| what | outcome | number |", "|---|---|---:|", *rows, ""]


def failure_table(rows: Sequence[str]) -> list[str]:
    """Return the lines that name what failed, with the mend; long lists are cut."""
    if not rows:
        return ["Nothing failed.", ""]
    shown = rows[:FAILURES_NAMED]
    more = [f"And {len(rows) - len(shown)} more; see `reports.sources`."] if len(rows) > len(shown) else []
    table = ["| what | id | outcome | the mend |", "|---|---|---|---|", *shown, ""]
    return ["## What failed, and the mend", "", *table, *more]


def _failed_essays(reads: Iterable[EssayRead]) -> list[str]:
    return [
        f"| essay | `{read.read.essay.id}` | {read.read.outcome.value} | {_essay_mend(read)} |"
        for read in reads
        if read.read.outcome is not EssayOutcome.READ
    ]


def _essay_mend(read: EssayRead) -> str:
    """The detail is not told here: a fault's own words may quote the essay. `reports.essays` has it."""
    mend = ESSAY_MENDS[read.read.outcome]
    if read.read.outcome is not EssayOutcome.PARSER_KILLED or read.attempt is None:
        return mend
    return f"{mend} ({count_words(read.attempt.tries, 'try', 'tries')}; `reports.essays` says why)"


def source_failures(gathered: Iterable[Gathered]) -> list[str]:
    """Return one row of the failure table for each source that gave no text."""
    return [
        f"| {host_of_source(one)} | `{one.source.id}` | {one.fetch.outcome.value} "
        f"| {say_outcome(one.fetch.outcome)} Mend: {SOURCE_MENDS[one.fetch.outcome]}. |"
        for one in gathered
        if one.fetch.outcome not in READABLE_OUTCOMES
    ]


def store_lines(store: StoreReport) -> list[str]:
    """Return what storing did, a sentence a line; the first says how much."""
    fold = store.fold
    copy = "a new copy was published" if fold.published else "the published copy stays"
    acknowledged = count_words(len(store.batch_ids), "batch")
    lines = [f"{acknowledged} acknowledged, {fold.folded} folded; {copy}."]
    if fold.waiting:
        lines += ["", f"{fold.waiting} wait for the keeper ({fold.lock_holder or 'another process'})."]
    if fold.rejected:
        lines += ["", f"{fold.rejected} were rejected; `factdesk doctor` says why."]
    return lines


def store_answer(store: StoreReport) -> dict[str, Any]:
    """Return what storing did, ready for JSON."""
    return {
        "batches": list(store.batch_ids),
        "folded": store.fold.folded,
        "published": store.fold.published,
        "waiting": store.fold.waiting,
        "rejected": store.fold.rejected,
        "lock_holder": store.fold.lock_holder,
    }
