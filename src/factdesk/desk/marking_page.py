"""A claim that was missed: a person chooses its sentence in the essay, and what kind of claim it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from starlette.responses import Response

from factdesk.desk.decisions import ADDED, event_of
from factdesk.desk.essay_view import part_spans
from factdesk.desk.form_fields import read_number
from factdesk.desk.long_work import status_of
from factdesk.desk.roles import Action
from factdesk.desk.source_adding import judgements
from factdesk.desk.visits import Page, Visit
from factdesk.desk.words import KINDS, fault_words
from factdesk.desk.work_page import new_work, read_records, start_work
from factdesk.errors import UsageError, WarehouseError
from factdesk.model import Act, Record, Span
from factdesk.sources.archive import Archive
from factdesk.text.marked_places import LONGEST_MARKED, find_words, sentences_around, trim_span
from factdesk.text.sentences import split_sentences
from factdesk.warehouse.known import Known

PART_CHARACTERS = 12_000
MOST_PLACES = 40

_COLUMNS = ("essay_id", "essay_uri", "essay_title", "text_sha256")
_ESSAY = f"SELECT {', '.join(_COLUMNS)} FROM reports.essays WHERE essay_id = ?"


def show_marking(visit: Visit) -> Response:
    """Show the sentences of an essay, or the one that was chosen with the form to add it."""
    found = _load(visit)
    if found is None:
        return _no_essay(visit)
    row, text = found
    words = " ".join(visit.query.get("words", "").split())[:LONGEST_MARKED]
    if words:
        return _show_words(visit, row, text, words)
    chosen = _read_span(visit.query.get("start", ""), visit.query.get("end", ""), text)
    if chosen is not None:
        return _show(visit, row, text, chosen=chosen)
    return _show(visit, row, text)


def _show_words(visit: Visit, row: dict[str, Any], text: str, words: str) -> Response:
    """Words that were selected in the essay: where they stand once, there is nothing more to choose."""
    places = find_words(words, text, Span(0, len(text)))
    if not places:
        said = "These words do not stand in the essay as one; choose the sentence."
        return _show(visit, row, text, alert=said)
    around = list(dict.fromkeys(sentences_around(text, one) for one in places[:MOST_PLACES]))
    if len(around) > 1:
        return _show(visit, row, text, several=around)
    return _show(visit, row, text, chosen=around[0], words=places[0].cut(text))


def _show(
    visit: Visit,
    row: dict[str, Any],
    text: str,
    *,
    chosen: Span | None = None,
    words: str | None = None,
    several: Sequence[Span] = (),
    alert: str = "",
    status: int = 200,
) -> Response:
    spans = part_spans(text, PART_CHARACTERS)
    part = min(read_number(visit.query.get("part", "")) or 1, len(spans))
    if chosen is not None:
        part = next(n for n, one in enumerate(spans, start=1) if chosen.start < one.end or n == len(spans))
    shown = several or [one for one in split_sentences(text) if spans[part - 1].overlaps(one)]
    sentence = chosen.cut(text) if chosen else ""
    return visit.show(
        "mark.html",
        status=status,
        row=row,
        chosen=chosen,
        sentence=sentence,
        words_chosen=sentence if words is None else words,
        kinds=list(KINDS),
        kind_chosen=visit.form.get("kind", ""),
        sentences=[] if chosen else [(one, one.cut(text)) for one in shown],
        several=bool(several),
        part=part,
        parts=len(spans),
        alert=alert,
    )


def mark(visit: Visit) -> Response:
    """Begin to judge a claim that was marked."""
    found = _load(visit)
    if found is None:
        return _no_essay(visit)
    row, text = found
    sentence = _read_span(visit.form.get("start", ""), visit.form.get("end", ""), text)
    try:
        span = _marked(visit, row, text, sentence)
        order = {
            "work": "mark",
            "essay_id": str(row["essay_id"]),
            "text_sha256": row["text_sha256"],
            "span": [span.start, span.end],
            "kind": visit.form["kind"],
        }
        back = f"/essays/{row['essay_id']}/mark"
        work = new_work(visit, "comparing the claim", back)
        return start_work(visit, work, order, {}, lambda answer: _store(visit, answer))
    except UsageError as error:
        said = fault_words(error)
        written = visit.form.get("words", "")
        return _show(visit, row, text, chosen=sentence, words=written, alert=said, status=status_of(error))


def _marked(visit: Visit, row: dict[str, Any], text: str, sentence: Span | None) -> Span:
    """Return the place of the words of the claim. Raises UsageError where they are not what was shown."""
    if sentence is None or visit.form.get("text_sha256") != row["text_sha256"]:
        raise UsageError("the essay has been read anew since you opened it; choose the sentence again")
    if visit.form.get("kind") not in KINDS:
        raise UsageError("choose what the claim is about")
    words = visit.form.get("words", "")
    if len(words) > LONGEST_MARKED + 100:
        raise UsageError(f"a claim may have {LONGEST_MARKED} characters; leave the rest of the sentence out")
    places = find_words(words, text, sentence) if words.strip() else []
    if not places:
        raise UsageError("these words do not stand in the sentence; leave them as they are there")
    return trim_span(text, places[0])


def _store(visit: Visit, answer: dict[str, Any]) -> tuple[str, str]:
    records = read_records(answer["records"])
    claim_id = UUID(answer["claim_id"])

    def make(known: Known) -> Sequence[Record]:
        event = event_of(known, Act.NOTE, claim_id, visit.person.actor, target=ADDED)
        return [*records, *judgements(known, records, visit), event]

    visit.desk.record(make)
    return f"/claims/{claim_id}", "The claim was added and compared; it waits in the queue."


def _read_span(start: str, end: str, text: str) -> Span | None:
    first, last = read_number(start), read_number(end)
    if first is None or last is None:
        return None
    span = Span(first, last)
    return span if span.start < span.end <= len(text) and span.end - span.start <= PART_CHARACTERS else None


def _load(visit: Visit) -> tuple[dict[str, Any], str] | None:
    try:
        essay_id = UUID(visit.part("essay_id"))
    except ValueError:
        return None
    with visit.desk.read() as known:
        rows = known.ask(_ESSAY, [essay_id])
    if not rows or rows[0][3] is None:
        return None
    try:
        text = Archive(visit.desk.home.warehouse / "snapshots").get_text(rows[0][3])
    except WarehouseError:
        return None
    return dict(zip(_COLUMNS, rows[0], strict=True)), text


def _no_essay(visit: Visit) -> Response:
    said = "No essay has this id, or its text is not in the archive; go back to the queue."
    return visit.refuse(404, "No such essay", said)


PAGES = (
    Page("GET", "/essays/{essay_id}/mark", Action.ADD, show_marking),
    Page("POST", "/essays/{essay_id}/mark", Action.ADD, mark),
)
