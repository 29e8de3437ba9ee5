"""The page of a dossier: what a person reads who has complained, or must answer a complaint.

One HTML file without scripts or anything from elsewhere. Whatever came from an essay, a source or a person is
escaped, its control characters are dropped, and those that turn the direction of writing are made visible.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from factdesk.model import NO_LINKED_SOURCE, Act, Basis, FacetName, FacetOutcome
from factdesk.reports.dossier.records import Dossier, Row
from factdesk.reports.terminal import SHORT_ID_LENGTH, visible
from factdesk.reports.words import rating_words
from factdesk.sources.archive_files import is_sha256
from factdesk.sources.outcomes import say_outcome

_FOLDER = Path(__file__).parent
CONTEXT_CHARS = 320
"""So much of a text is shown on either side of the words that matter."""

STAGE_WORDS = {
    "to_review": "No person has decided this claim yet; the rating below is the machine's proposal.",
    "second_check": "A person has rated this claim; a second person has yet to check it.",
    "decided": "People have decided this claim.",
    "disputed": "People have decided this claim, and the decision is disputed.",
    "corrected": "People have decided this claim, and it has been corrected.",
    "withdrawn": "The essay no longer makes this claim in these words.",
    "reopened": "People have decided this claim; something has changed since, and it is to be checked again.",
}

FACET_WORDS = {
    FacetOutcome.MATCH: "as the source says",
    FacetOutcome.WEAKER: "the source says less",
    FacetOutcome.ABSENT: "not shown",
    FacetOutcome.CONFLICT: "the source says otherwise",
    FacetOutcome.INCOMPARABLE: "the source speaks of another",
}

FACET_NAMES = {
    FacetName.ITEM: "the thing",
    FacetName.ENTITY: "a name",
    FacetName.VALUE: "the figure",
    FacetName.STATE: "the state",
    FacetName.SCOPE: "how far it goes",
    FacetName.TIME: "when",
    FacetName.POPULATION: "which people",
    FacetName.ANSWER: "what they say",
    FacetName.ATTRIBUTION: "who says so",
}

ACT_WORDS = {
    Act.DECIDE: "rated the claim",
    Act.UNDO: "took the rating back",
    Act.ASSIGN: "assigned the claim to a colleague",
    Act.WAIT: "put the claim off",
    Act.FLAG: "flagged the claim",
    Act.NOTE: "wrote a note",
    Act.ATTACH: "gave a source",
    Act.AUTHOR_ASKED: "asked the author",
    Act.AUTHOR_REPLIED: "put the author's reply on record",
    Act.DISPUTED: "put on record that the decision is disputed",
    Act.CORRECTION_REQUESTED: "asked for a correction",
    Act.CORRECTION_MADE: "put on record that the claim was corrected",
    Act.CORRECTION_REFUSED: "put on record that a correction was refused",
    Act.OUR_CHECK_CORRECTED: "corrected our own check",
}
"""What a reviewer did. Leases are left out: they say only who had the page open."""

BASIS_WORDS = {
    Basis.CITED: "linked by the essay",
    Basis.GIVEN: "given by a person",
    Basis.SUGGESTED: "suggested by the machine",
}

CHANGE_WORDS = {
    "trivial": "changed in typesetting alone",
    "text": "changed its text",
    "extractor": "is unchanged, but was read otherwise by a newer reader",
}


def page_html(dossier: Dossier, texts: Mapping[str, str], lost: Mapping[str, str]) -> str:
    """Return the page. ``texts`` are those in the dossier by their sha256, ``lost`` says why by file name."""
    parts, style = dossier.parts, _style()
    shown = _shown_verdict(parts)
    basis = _basis(shown, parts) if shown else Basis.CITED
    return _template().render(
        style=style,
        style_hash=base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii"),
        short_id=dossier.short_id,
        claim=parts["claim"],
        place=_window(
            texts.get(parts["claim"]["essay_text_sha256"] or ""),
            parts["claim"]["claim_start"],
            parts["claim"]["claim_end"],
        ),
        stage=STAGE_WORDS[parts["claim"]["stage"]],
        decision=parts["decision"],
        decided_as=_rated(parts["decision"]["rating"], basis) if parts["decision"] else None,
        decided_by=_decided_by(parts),
        verdict=shown,
        machine_says=_machine_says(shown, parts) if shown else None,
        passages=[_passage(one, texts) for one in _shown_passages(parts, shown)],
        sources=[_source(one, parts, texts) for one in parts["sources"]],
        history=[_judged(one, parts) for one in parts["verdicts"]],
        earlier=[{**one, "rated": _rated(one["rating"])} for one in parts["earlier_wordings"]],
        events=[_event(one, basis, parts["events"]) for one in parts["events"] if one["act"] in ACT_WORDS],
        changes=[{**one, "what": CHANGE_WORDS[one["kind"]]} for one in parts["source_changes"]],
        lost=dict(lost),
        has_events=bool(parts["events"]),
    )


@cache
def _template() -> Template:
    # Autoescaping is on for every value; the template marks nothing as safe but our own style sheet.
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FileSystemLoader(_FOLDER),
    )
    environment.filters.update(
        shown=_shown, when=_when, link=_web_link, facet_words=_facet_words, facet_name=_facet_name
    )
    template: Template = environment.get_template("page.html")
    return template


@cache
def _style() -> str:
    return (_FOLDER / "page.css").read_text(encoding="utf-8")


def _shown(value: Any) -> str:
    return visible(str(value))


def _when(moment: str | None) -> str:
    """Say a stored time ("2026-05-04T12:00:00.000000Z") to the minute."""
    return f"{moment[:10]} {moment[11:16]} UTC" if moment else "at an unknown time"


def _web_link(address: str | None) -> str | None:
    """Return an address that may be a link; other schemes are shown as words."""
    try:
        scheme = urlsplit(address or "").scheme
    except ValueError:
        return None
    return address if scheme in ("http", "https") else None


def _facet_words(outcome: str) -> str:
    return FACET_WORDS[FacetOutcome(outcome)]


def _facet_name(facet: str) -> str:
    return FACET_NAMES[FacetName(facet)]


def _window(text: str | None, start: int | None, end: int | None) -> Row | None:
    """Return the words at a place of a text with what stands around them, None where the text is not here."""
    if text is None or start is None or end is None:
        return None
    first, last = max(0, start - CONTEXT_CHARS), min(len(text), end + CONTEXT_CHARS)
    before, after = text[first:start], text[end:last]
    if first:
        before = "… " + _from_whole_word(before)
    if last < len(text):
        after = _from_whole_word(after[::-1])[::-1] + " …"
    return {"before": before, "words": text[start:end], "after": after}


def _from_whole_word(text: str) -> str:
    """Return a text without the piece of a word at its start, if it has white space at all."""
    cut = re.search(r"\s", text)
    return text[cut.end() :] if cut else text


def _shown_verdict(parts: Mapping[str, Any]) -> Row | None:
    """Return the verdict that the person saw who decided, else the current one."""
    seen = parts["decision"]["verdict_id"] if parts["decision"] else None
    verdicts = parts["verdicts"]
    current = next((one for one in verdicts if one["is_current"]), None)
    return next((one for one in verdicts if one["verdict_id"] == seen), current)


def _basis(verdict: Row, parts: Mapping[str, Any]) -> str:
    deciding = next(
        (one for one in parts["evidence"] if one["evidence_id"] == verdict["deciding_evidence_id"]), None
    )
    source = next((one for one in parts["sources"] if one["basis"]), None)
    return str(deciding["basis"] if deciding else source["basis"] if source else Basis.CITED.value)


def _machine_says(verdict: Row, parts: Mapping[str, Any]) -> str:
    codes = [one["code"] for one in verdict["reasons"]]
    outcome = verdict["source_outcome"]
    return rating_words(verdict["machine_rating"], _basis(verdict, parts), outcome, codes)


def _rated(rating: str | None, basis: str = Basis.CITED) -> str | None:
    return rating_words(rating, basis) if rating else None


def _decided_by(parts: Mapping[str, Any]) -> str | None:
    decision = parts["decision"]
    if decision is None:
        return None
    names = {one["reviewer"]: one.get("reviewer_name") for one in parts["events"]}
    return str(names.get(decision["reviewer"]) or decision["reviewer"])


def _shown_passages(parts: Mapping[str, Any], verdict: Row | None) -> list[Row]:
    ids: Sequence[str] = verdict["evidence_ids"] if verdict else ()
    by_id = {one["evidence_id"]: one for one in parts["evidence"]}
    return [by_id[one] for one in ids if one in by_id]


def _passage(evidence: Row, texts: Mapping[str, str]) -> Row:
    text = texts.get(evidence["text_sha256"] or "")
    place = _window(text, evidence["evidence_start"], evidence["evidence_end"])
    return {**evidence, "place": place, "file": _text_file(evidence["text_sha256"], texts)}


def _text_file(sha256: str | None, texts: Mapping[str, str]) -> str | None:
    return f"texts/{sha256}.txt" if sha256 in texts else None


def _source(source: Row, parts: Mapping[str, Any], texts: Mapping[str, str]) -> Row:
    fetches = [one for one in parts["fetches"] if one["source_id"] == source["source_id"]]
    last = fetches[-1] if fetches else None
    outcome = last["outcome"] if last else NO_LINKED_SOURCE
    known = [one for one in parts["snapshots"] if one["source_id"] == source["source_id"]]
    seen = {one["text_sha256"]: one for one in known if one["text_sha256"] in texts}
    return {
        **source,
        "basis_words": BASIS_WORDS[Basis(source["basis"])] if source["basis"] else None,
        "outcome": say_outcome(outcome) if last else "It was never fetched.",
        "first": fetches[0]["fetched_at"] if fetches else None,
        "last": last["fetched_at"] if last else None,
        "fetches": len(fetches),
        "texts": [{**one, "file": f"texts/{sha256}.txt"} for sha256, one in seen.items()],
    }


def _judged(verdict: Row, parts: Mapping[str, Any]) -> Row:
    texts = sum(is_sha256(one["seen"]) for one in verdict["inputs"])
    return {
        **verdict,
        "says": _machine_says(verdict, parts),
        "short_method": verdict["method"][:SHORT_ID_LENGTH],
        "texts": texts,
    }


def _event(event: Row, basis: str, events: Iterable[Row]) -> Row:
    did = ACT_WORDS[Act(event["act"])]
    if event["act"] == Act.UNDO:
        undone = next((one["act"] for one in events if one["event_id"] == event["target"]), Act.DECIDE)
        did = did if undone == Act.DECIDE else f"took back: {ACT_WORDS[Act(undone)]}"
    if event["act"] == Act.FLAG:
        did = {"second_check": "asked for a second check", "reopen": "put the claim back into the queue"}.get(
            event["target"], did
        )
    return {
        **event,
        "who": event.get("reviewer_name") or event["reviewer"],
        "did": did,
        "rated": _rated(event["rating"], basis),
    }
