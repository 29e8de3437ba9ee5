"""/add: an essay that is pasted, sent as a file or named by its address is checked now, by a child."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.responses import Response

from factdesk.desk.form_fields import read_url
from factdesk.desk.long_work import WorkRefusedError, status_of
from factdesk.desk.roles import Action
from factdesk.desk.visits import Page, Visit
from factdesk.desk.words import ESSAY_OUTCOMES, fault_words
from factdesk.desk.work_page import new_work, start_work
from factdesk.errors import UsageError
from factdesk.reading.essay_text import FORMS
from factdesk.reading.front_matter import say_in_front
from factdesk.reports.words import count_words

LONGEST_TITLE = 300
MOST_SOURCES = 20


def show_adding(visit: Visit) -> Response:
    """Show the form; ``again`` names a work whose text is to be shown once more."""
    work = visit.desk.work.find(visit.query.get("again", ""), visit.person.reviewer)
    return visit.show("add.html", typed=work.typed if work else {}, alert="")


def add_essay(visit: Visit) -> Response:
    """Begin to check an essay."""
    try:
        order, files = _read_form(visit)
        work = new_work(visit, "checking the essay", "/add")
        return start_work(visit, work, order, files, lambda answer: _finish(visit, answer))
    except UsageError as error:
        return visit.show("add.html", status=status_of(error), typed=visit.form, alert=fault_words(error))


def _read_form(visit: Visit) -> tuple[dict[str, Any], dict[str, bytes]]:
    url, text = visit.form.get("url", "").strip(), visit.form.get("text", "")
    upload = visit.files.get("file")
    if sum(bool(one) for one in (url, text.strip(), upload)) != 1:
        raise UsageError("give one essay: its address, or a file, or its text")
    order: dict[str, Any] = {"work": "check", "sources": _read_sources(visit.form.get("sources", ""))}
    if url:
        return {**order, "url": read_url(url)}, {}
    if upload is not None:
        _check_size(visit, upload.content)
        if not any(upload.name.lower().endswith(one) for one in FORMS):
            known = ", ".join(FORMS)
            raise UsageError(f"{upload.name} is of a kind that is not read; send one of {known}")
        return {**order, "file": upload.name}, {upload.name: upload.content}
    content = _pasted(visit, text.replace("\r\n", "\n")).encode("utf-8")
    _check_size(visit, content)
    name = "pasted.html" if visit.form.get("form") == "html" else "pasted.md"
    return {**order, "file": name}, {name: content}


def _check_size(visit: Visit, content: bytes) -> None:
    most = visit.desk.home.settings.essays.max_bytes
    if len(content) > most:
        raise UsageError(f"the essay has {len(content):,} bytes; at most {most:,} are read")


def _read_sources(text: str) -> list[str]:
    sources = [read_url(one) for one in text.split()]
    if len(sources) > MOST_SOURCES:
        raise UsageError(f"{len(sources)} sources are given; give at most {MOST_SOURCES}")
    return sources


def _pasted(visit: Visit, text: str) -> str:
    """Return a pasted text that says at its head what the form says of it; that goes before its own words."""
    typed = {name: " ".join(visit.form.get(name, "").split()) for name in ("title", "author", "date")}
    about = {name: value for name, value in typed.items() if value}
    if any(len(one) > LONGEST_TITLE for one in about.values()):
        raise UsageError(f"title and author may have {LONGEST_TITLE} characters each; shorten them")
    if "date" in about:
        _check_date(about["date"])
    if not about:
        return text
    if visit.form.get("form") == "html":
        return f"{_metas(about)}{text}"
    try:
        return say_in_front(text, about)
    except ValueError as error:
        raise UsageError(
            f"the block between --- at the head of the text cannot be read: {error}; mend it or take it away"
        ) from error


_META_NAMES = {"title": "og:title", "author": "author", "date": "article:published_time"}


def _metas(about: Mapping[str, str]) -> str:
    """Return what a web page says of itself in its head, as tags; the first of a name holds."""
    return "".join(
        f'<meta name="{_META_NAMES[name]}" content="{html.escape(value)}">\n' for name, value in about.items()
    )


def _check_date(text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise UsageError("the day of publication must be written as 2026-11-30") from error


def _finish(visit: Visit, answer: dict[str, Any]) -> tuple[str, str]:
    """Return the page of the essay; of a feed's essays what became of them."""
    visit.desk.take_in()
    read = [one for one in answer["essays"] if one["has_text"]]
    same = answer["essays"][0]["same_as"] if len(answer["essays"]) == 1 else None
    if same is not None:
        return f"/essays/{same}", "This essay is here already; here are its claims."
    if not read:
        raise WorkRefusedError(_why_not(answer))
    claims = sum(one["claims"] for one in read)
    if len(answer["essays"]) > 1:
        return "", (
            f"{count_words(len(read), 'essay')} with {count_words(claims, 'claim')} "
            f"{'was' if len(read) == 1 else 'were'} read; they stand in the queue."
        )
    with visit.desk.read() as known:
        if not known.ask("SELECT 1 FROM records.essays WHERE id = ? LIMIT 1", [read[0]["essay_id"]]):
            raise WorkRefusedError("the essay was read, but could not be stored; tell the operator")
    return f"/essays/{read[0]['essay_id']}", f"The essay was checked: {count_words(claims, 'claim')}."


def _why_not(answer: dict[str, Any]) -> str:
    if not answer["essays"]:
        return "the feed has no essays; give the address of one"
    one = answer["essays"][0]
    detail = f" ({one['detail']})" if one["detail"] else ""
    return f"{ESSAY_OUTCOMES[one['outcome']]}{detail}"


PAGES = (
    Page("GET", "/add", Action.ADD, show_adding, title="Add"),
    Page("POST", "/add", Action.ADD, add_essay, takes_files=True),
)
