"""``factdesk replay``: every verdict reached again from the archive, and what does not come out the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from factdesk.commands.progress import progress_bars
from factdesk.config import Home
from factdesk.errors import UsageError
from factdesk.pipeline.replaying import Drift, LostText, Replayed, ReplayFault, replay, verdict_words
from factdesk.pipeline.rereading import ReadAnew, Reread, RereadFault, reread
from factdesk.reports.terminal import SHORT_ID_LENGTH, json_line, visible
from factdesk.reports.words import code_in_words, count_words, rating_mark

Say = Callable[[str], None]

EXIT_DRIFTED = 1
QUOTE_LENGTH = 120
SHORT_SHA256 = 12


def print_replay(home: Home, *, from_bytes: bool, as_json: bool, say: Say) -> int:
    """Replay the published copy and print what is not the same; 1 when anything is not.

    Raises UsageError where nothing is published: a wrong folder is no green one.
    """
    from factdesk.warehouse.health import read_health
    from factdesk.warehouse.known import open_known

    with open_known(home.warehouse) as known, progress_bars() as progress:
        if known.copy is None:
            raise UsageError(
                f"there is nothing to replay in {home.warehouse}: nothing is published there; name the right "
                "folder with --warehouse or --home, or run factdesk check first"
            )
        found = replay(home, known, progress=progress)
        bytes_found = reread(home, known, progress=progress) if from_bytes else None
    rows = [*_rows(found), *(_byte_rows(bytes_found) if bytes_found else ())]
    for row in rows:
        print(json_line(row) if as_json else "\n".join(_lines(row)))
    summary = _summary(found, bytes_found)
    if as_json:
        print(json_line(summary))
    else:
        for line in _summary_lines(found, bytes_found):
            print(line)
    waiting = read_health(home.warehouse).waiting
    if waiting:
        say(
            f"{count_words(waiting, 'batch')} in the spool not published yet: what they hold was not replayed"
        )
    return 0 if summary["is_green"] else EXIT_DRIFTED


def _rows(found: Replayed) -> Iterator[dict[str, Any]]:
    yield from (_drift_row(one) for one in found.drifted)
    yield from (_lost_row(one) for one in found.lost)
    yield from (_fault_row(one) for one in found.faults)


def _drift_row(one: Drift) -> dict[str, Any]:
    past = one.past
    return {
        "kind": "drift",
        "claim_id": past.claim.id,
        "claim_status": past.judged_claim.claim_status,
        "essay_uri": past.essay.uri,
        "claim": past.claim.quote,
        "differs": list(one.differs),
        "was": verdict_words(past.verdict),
        "now": verdict_words(one.now.verdict),
    }


def _lost_row(one: LostText) -> dict[str, Any]:
    return {
        "kind": "lost_text",
        "of": one.of,
        "text_sha256": one.text_sha256,
        "said": one.reason,
        "claims": [claim.claim_id for claim in one.claims],
    }


def _fault_row(one: ReplayFault) -> dict[str, Any]:
    return {"kind": "fault", "claim_id": one.claim.claim_id, "said": one.reason}


def _byte_rows(found: Reread) -> Iterator[dict[str, Any]]:
    yield from (_read_row(one) for one in found.differing)
    yield from (_byte_fault_row(one) for one in found.faults)


def _read_row(one: ReadAnew) -> dict[str, Any]:
    return {
        "kind": "extraction_drift" if one.is_drift else "read_by_another_reader",
        "source_url": one.url,
        "text_was": one.text_was,
        "text_now": one.text_now,
        "length_was": one.length_was,
        "length_now": one.length_now,
        "reader_was": one.reader_was,
        "reader_now": one.reader_now,
        "claims": one.claims,
    }


def _byte_fault_row(one: RereadFault) -> dict[str, Any]:
    return {
        "kind": "bytes_not_read",
        "source_id": one.source_id,
        "text_sha256": one.text_sha256,
        "said": one.reason,
    }


def _lines(row: Mapping[str, Any]) -> Iterator[str]:
    kind = row["kind"]
    if kind == "drift":
        status = "" if row["claim_status"] == "current" else f"  ({row['claim_status']})"
        quote = " ".join(row["claim"].split())[:QUOTE_LENGTH]
        yield (
            f"✕ drift  {str(row['claim_id'])[:SHORT_ID_LENGTH]}  {visible(row['essay_uri'])}: "
            f"“{visible(quote)}”{status}"
        )
        yield f"    was  {verdict_line(row['was'])}"
        yield f"    now  {verdict_line(row['now'])}"
        yield f"    not the same: {', '.join(row['differs'])}"
    elif kind == "lost_text":
        yield f"✕ lost  {visible(row['said'])}"
        yield f"    not replayed for it: {_short_ids(row['claims'])}"
    elif kind in ("extraction_drift", "read_by_another_reader"):
        mark = "✕ extraction drift" if kind == "extraction_drift" else "· another reader"
        yield f"{mark}  {visible(row['source_url'])}: {count_words(row['claims'], 'claim')} saw this text"
        yield f"    was  {_text_line(row, 'was')}"
        yield f"    now  {_text_line(row, 'now')}"
    else:
        done, name = ("replayed", "claim_id") if kind == "fault" else ("read", "source_id")
        yield f"✕ not {done}  {str(row[name])[:SHORT_ID_LENGTH]}: {visible(row['said'])}"


def verdict_line(said: Mapping[str, Any]) -> str:
    """Return what `verdict_words` tells in one line: rating, confidence, reasons, what is missing."""
    reasons = " ".join(one["sentence"] for one in said["reasons"])
    missing = f"  missing: {', '.join(said['missing'])}" if said["missing"] else ""
    rating = code_in_words(said["rating"])
    return (
        f"{rating_mark(said['rating'])} {rating} ({said['confidence']})  {visible(reasons)}{visible(missing)}"
    )


def _text_line(row: Mapping[str, Any], when: str) -> str:
    sha256 = row[f"text_{when}"][:SHORT_SHA256]
    return f"{row[f'length_{when}']:,} characters ({sha256}) by {visible(row[f'reader_{when}'])}"


def _short_ids(ids: list[Any]) -> str:
    shown = ", ".join(str(one)[:SHORT_ID_LENGTH] for one in ids[:8])
    return f"{shown} and {len(ids) - 8} more" if len(ids) > 8 else shown


def _summary(found: Replayed, again: Reread | None) -> dict[str, Any]:
    summary: dict[str, Any] = {
        "kind": "summary",
        "is_green": found.is_green and (again is None or again.is_green),
        "method": found.method,
        "verdicts": found.verdicts,
        "same": found.same,
        "drifted": len(found.drifted),
        "other_method": found.other_method,
        "erased": found.erased,
        "lost_texts": len(found.lost),
        "faults": len(found.faults),
    }
    if again is not None:
        summary["bytes"] = {
            "texts": again.texts,
            "same": again.same,
            "without_bytes": again.without_bytes,
            "extraction_drift": sum(one.is_drift for one in again.differing),
            "read_by_another_reader": sum(not one.is_drift for one in again.differing),
            "not_read": len(again.faults),
        }
    return summary


def _summary_lines(found: Replayed, again: Reread | None) -> Iterator[str]:
    told = [f"{found.same:,} the same"]
    if found.drifted:
        told.append(f"{len(found.drifted):,} drifted")
    if found.lost:
        told.append(f"{count_words(len(found.lost), 'text')} lost")
    if found.faults:
        told.append(f"{len(found.faults):,} not replayed")
    if found.erased:
        told.append(f"{found.erased:,} resting on erased texts")
    if found.other_method:
        told.append(f"{found.other_method:,} by an older method: run factdesk rejudge")
    mark = "✓" if found.is_green else "✕"
    yield f"{mark} {count_words(found.verdicts, 'verdict')}: {'; '.join(told)}"
    if again is None:
        return
    drifted = sum(one.is_drift for one in again.differing)
    told = [f"{again.same:,} read the same"]
    if drifted:
        told.append(f"{drifted:,} read otherwise by the same reader")
    if len(again.differing) > drifted:
        told.append(f"{len(again.differing) - drifted:,} read otherwise by another reader")
    if again.faults:
        told.append(f"{len(again.faults):,} not read")
    if again.without_bytes:
        told.append(f"{again.without_bytes:,} without bytes (essays taken as sources, or erased)")
    yield f"{'✓' if again.is_green else '✕'} {count_words(again.texts, 'text')} from bytes: {'; '.join(told)}"
