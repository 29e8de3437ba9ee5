"""*Add source* on a claim's page: an address, a file or a pasted passage, gathered and judged by a child.

A passage that is pasted is kept as a file of the words that somebody gave, and is called so wherever it
stands: nobody but that person has seen where they are from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from starlette.responses import Response

from factdesk.desk.claim_acts import RefusedError, answer_again, stage_of
from factdesk.desk.claim_page import claim_answer, claim_id_of
from factdesk.desk.decisions import event_of
from factdesk.desk.form_fields import read_note, read_url
from factdesk.desk.long_work import status_of
from factdesk.desk.queue_page import listing_of_text
from factdesk.desk.roles import Action
from factdesk.desk.visits import Page, Visit
from factdesk.desk.words import PASTED, fault_words
from factdesk.desk.work_page import new_work, read_records, start_work
from factdesk.errors import UsageError
from factdesk.model import READABLE_OUTCOMES, Act, Judgement, Record, Stage, Verdict
from factdesk.sources.outcomes import say_outcome
from factdesk.warehouse.known import Known

LONGEST_ORIGIN = 100
LONGEST_PASSAGE = 200_000


def add_source(visit: Visit) -> Response:
    """Begin to gather a source for a claim."""
    claim_id, listing = claim_id_of(visit), listing_of_text(visit.form.get("list", ""))
    if claim_id is None:
        return claim_answer(visit, None, listing)
    try:
        with visit.desk.read() as known:
            if stage_of(visit, known, claim_id) == Stage.WITHDRAWN:
                raise UsageError("the claim no longer stands in its essay; add the source to another")
        order, files = read_source_form(visit)
        work = new_work(visit, "adding a source", f"/claims/{claim_id}", str(claim_id))
        order = {"work": "attach", "claim_id": str(claim_id), **order}
        target = listing.address(f"/claims/{claim_id}")
        return start_work(visit, work, order, files, lambda answer: _store(visit, claim_id, target, answer))
    except (UsageError, RefusedError) as error:
        return answer_again(visit, claim_id, listing, status_of(error), fault_words(error))


def read_source_form(visit: Visit) -> tuple[dict[str, str], dict[str, bytes]]:
    """Return what a child is to gather. Raises UsageError unless exactly one source is given, and rightly."""
    url, passage = visit.form.get("url", "").strip(), visit.form.get("passage", "").strip()
    upload = visit.files.get("file")
    if sum(bool(one) for one in (url, passage, upload)) != 1:
        raise UsageError("give one source at a time: an address, or a file, or a pasted passage")
    read_note(visit.form.get("note", ""))  # refused before anything is fetched, not when it is stored
    if url:
        return {"url": read_url(url)}, {}
    if upload is not None:
        if not upload.content:
            raise UsageError(f"the file {upload.name} is empty; choose another")
        return {"file": upload.name}, {upload.name: upload.content}
    name = _name_passage(visit.form.get("origin", ""), passage)
    return {"file": name}, {name: passage.replace("\r\n", "\n").encode("utf-8")}


def _name_passage(origin: str, passage: str) -> str:
    """Return the name under which a passage is kept: where its words are from, as the person says."""
    said = " ".join(re.sub(r"[/\\]", "-", origin).split()).strip(".")
    if not said or not said.isprintable():
        raise UsageError('say where the passage is from, for example "print edition of 3 May, page 4"')
    if len(said) > LONGEST_ORIGIN:
        raise UsageError(f"where it is from has {len(said)} characters; write at most {LONGEST_ORIGIN}")
    if len(passage) > LONGEST_PASSAGE:
        raise UsageError(f"the passage has {len(passage)} characters; give at most {LONGEST_PASSAGE}")
    name = f"{PASTED}{said}.txt"
    if len(name.encode("utf-8")) > 250:
        raise UsageError("where it is from is too long; shorten it")
    return name


def _store(visit: Visit, claim_id: UUID, target: str, answer: dict[str, Any]) -> tuple[str, str]:
    """Store what the child found together with the act of the person, and say what came of it."""
    note = read_note(visit.form.get("note", ""))
    records = [one for one in read_records(answer["records"]) if not isinstance(one, Judgement)]

    def make(known: Known) -> Sequence[Record]:
        made = [*records, *judgements(known, records, visit)]
        if answer["is_new"] or note:
            source = answer["source_id"]
            made.append(event_of(known, Act.ATTACH, claim_id, visit.person.actor, note=note, target=source))
        return made

    visit.desk.record(make)
    if answer["outcome"] not in READABLE_OUTCOMES:
        return target, f"The source was added, but gave no text: {say_outcome(answer['outcome'])}"
    done = "was added" if answer["is_new"] else "had been added before"
    return target, f"The source {done}, and the claim was compared with it."


def judgements(known: Known, records: Sequence[Record], visit: Visit) -> list[Judgement]:
    """Return the judgements that these verdicts need: none where a verdict is the claim's current one."""
    verdicts = [one for one in records if isinstance(one, Verdict)]
    return [
        Judgement(one.claim_id, visit.desk.now(), one.id)
        for one in verdicts
        if known.current_verdict(one.claim_id) != one.id
    ]


PAGES = (Page("POST", "/claims/{claim_id}/sources", Action.ADD, add_source, takes_files=True),)
