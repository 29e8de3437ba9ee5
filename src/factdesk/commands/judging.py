"""``factdesk judge``: claim-source pairs in, an answer or an explanation each out; no warehouse."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from factdesk.claims import KINDS, kinds_on
from factdesk.commands.texts import EXIT_UNREAD, STANDARD_INPUT
from factdesk.config import Home
from factdesk.errors import UsageError
from factdesk.model import Basis
from factdesk.reports.explanation import print_explanation
from factdesk.reports.terminal import json_line
from factdesk.verdicts.pair_answers import judge_pair
from factdesk.verdicts.reading import SourceReader

Say = Callable[[str], None]


def judge_lines(place: str, home: Home, *, explain_on: Console | None = None, say: Say = print) -> int:
    """Judge pairs line by line; a bad line gives its error and exit code 3.

    A claim is read by the kinds that are switched on, and by the kind that its line names. Answers are JSON,
    one a line; where ``explain_on`` is given, each is explained there in words instead, and ``say`` tells
    what is wrong with a bad line.
    """
    kinds, muted = home.settings.claims.kinds, home.settings.rules.muted
    kinds_on(kinds)
    judge = partial(
        judge_pair, kinds=kinds, muted=muted, in_full=explain_on is not None, reader=SourceReader()
    )
    bad = False
    for number, line in enumerate(_lines(place), start=1):
        if not line.strip():
            continue
        pair, answer = _judge_line(line, number, judge)
        bad = bad or "error" in answer
        if explain_on is None:
            print(json_line(answer), flush=True)
        elif "error" in answer:
            say(str(answer["error"]))
        else:
            print_explanation(explain_on, explained_row(pair, answer), str(pair["claim"]))
    return EXIT_UNREAD if bad else 0


def explained_row(pair: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer that has its passages as a row that `factdesk.reports.explanation` prints."""
    return {
        "kind": answer["kind"],
        "claim": pair["claim"],
        "machine_rating": answer["rating"],
        "confidence": answer["confidence"],
        "basis": Basis.GIVEN.value,
        "source_outcome": "given_file",
        "reasons": [one["sentence"] for one in answer["reasons"]],
        "reason_codes": [one["code"] for one in answer["reasons"]],
        "missing": answer["missing"],
        "facets": answer["facets"],
        "notes": [one["sentence"] for one in answer.get("notes", ())],
        "unsupported": [one["text"] for one in answer.get("unsupported", ())],
        "unsupported_spans": answer.get("unsupported", ()),
        "passages": [
            {**one, "source_id": 0, "source_url": pair.get("source_title")} for one in answer["passages"]
        ],
        "pair": None if pair.get("id") is None else f"pair {pair['id']}",
    }


def _lines(place: str) -> Iterator[bytes]:
    if place == STANDARD_INPUT:
        yield from sys.stdin.buffer
        return
    try:
        with Path(place).open("rb") as stream:
            yield from stream
    except OSError as error:
        raise UsageError(f"the pairs {place} cannot be read ({error.strerror}); mend the path") from error


_TEXTS = {"claim": True, "source": True, "kind": False, "source_title": False}
_DATES = ("source_published", "claim_published")


def _judge_line(line: bytes, number: int, judge: Callable[..., dict[str, Any]]) -> tuple[Any, dict[str, Any]]:
    """Return a line's pair and its answer, or what is wrong with it."""
    pair: Any = None
    try:
        pair = _parse_line(line)
        arguments = _pair_arguments(pair)
    except (ValueError, RecursionError) as error:
        identity = pair.get("id") if isinstance(pair, dict) else None
        return pair, {"id": identity, "error": f"line {number} is not a pair: {error}"}
    return pair, {"id": pair.get("id"), **judge(**arguments)}


def _parse_line(line: bytes) -> Any:
    try:
        pair = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
        json.dumps(pair, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        half = f"\\u{ord(error.object[error.start]):04x}"
        raise ValueError(f"it holds half of a character ({half}); mend that escape") from error
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8; save the file as UTF-8") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON at character {error.pos}; write one object a line") from error
    return pair


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is no JSON number; leave it out")


def _pair_arguments(pair: Any) -> dict[str, Any]:
    if not isinstance(pair, dict):
        raise ValueError("it is no JSON object; give id, claim and source")
    _check_texts(pair, _TEXTS.items())
    arguments: dict[str, Any] = {
        "claim_text": pair["claim"],
        "source_text": pair["source"],
        "kind": pair.get("kind"),
        "source_title": pair.get("source_title"),
    }
    if pair.get("kind") is not None and pair["kind"] not in {kind.NAME for kind in KINDS}:
        raise ValueError(
            f"its 'kind' {pair['kind']!r} is unknown; use one of {_kind_names()} or leave it out"
        )
    for name in _DATES:
        arguments[name] = _parse_date(pair.get(name), name)
    return arguments


def _kind_names() -> str:
    return ", ".join(kind.NAME for kind in KINDS)


def _parse_date(told: Any, name: str) -> date | None:
    if told in (None, ""):
        return None
    try:
        return date.fromisoformat(str(told))
    except ValueError as error:
        raise ValueError(f"its {name!r} {told!r} is no date; write it as 2026-05-31") from error


def _check_texts(pair: dict[str, Any], names: Iterable[tuple[str, bool]]) -> None:
    for name, required in names:
        told = pair.get(name)
        if told is None and not required:
            continue
        if not isinstance(told, str) or (required and not told.strip()):
            raise ValueError(f"its {name!r} is missing or is no text")
