"""The dry run: what a check would read and gather. It writes nothing and asks no network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from factdesk.config import Home, Settings
from factdesk.essays.inputs import EssayInput
from factdesk.essays.read import ReadEssay, read_essay, set_repeats_aside
from factdesk.essays.selection import select_essays
from factdesk.model import EssayOutcome, Source
from factdesk.pipeline.known_in_run import KnownInRun
from factdesk.pipeline.listing import list_files
from factdesk.pipeline.reading import sources_of
from factdesk.pipeline.walls import describe_set_aside
from factdesk.reports.words import count_words
from factdesk.sources.archive import Archive
from factdesk.sources.attempts import recall_source
from factdesk.sources.gather import SourceRequest, source_of
from factdesk.web.guard import BlockedError, check_url, normal_authorities
from factdesk.web.workers import ReadingPool

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known

PLACES_SHOWN = 20
"""How many essays or hosts of a kind the lines for people name; the JSON form names all."""


class Fate(StrEnum):
    """What would become of a link."""

    FETCH = "fetch"
    REUSE = "reuse"
    REFUSE = "refuse"
    READ = "read"


@dataclass(frozen=True, slots=True)
class PlannedLink:
    """A source of an essay. ``fate`` fetch: its host is asked; reuse: the archive's copy is young enough;
    refuse: the guard never asks it; read: it is a given file. Only what has a host has ``host``."""

    url: str
    host: str
    fate: Fate


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """What a check would do. Essays are named by their place below the inbox, or by their URL.

    ``set_aside`` has the reason of each; ``unread`` are files that would be read but hold no text to check,
    each with its outcome. The links of essays by URL (``unseen``) are not known before these are fetched, nor
    are the entries of ``feeds``.
    """

    new: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    set_aside: tuple[tuple[str, str], ...]
    unread: tuple[tuple[str, str], ...]
    unseen: tuple[str, ...]
    feeds: tuple[str, ...]
    links: tuple[PlannedLink, ...]
    unchanged_too: bool

    @property
    def hosts(self) -> dict[str, int]:
        """Each host that would be asked and for how many links, the most first."""
        return dict(Counter(one.host for one in self.links if one.fate is Fate.FETCH).most_common())

    def count(self, fate: Fate) -> int:
        """Return how many links would have this fate."""
        return sum(one.fate is fate for one in self.links)


def plan_check(
    essays: Sequence[EssayInput],
    home: Home,
    known: Known,
    *,
    unchanged_too: bool = False,
    allow_hosts: Collection[str] = (),
) -> CheckPlan:
    """Find out what a check of these essays would do, from the files, the archive and what is known.

    ``unchanged_too`` plans a check that reads unchanged essays as well. No try is counted, and an essay on
    which the reading worker dies is named in ``unread``.
    """
    with ReadingPool(home.settings.reading) as pool:
        feeds = [one for one in essays if one.is_feed]
        listed = list_files([one for one in essays if not one.is_feed], pool, home.settings)
        selection = select_essays(listed.essays, home, known)
        chosen = selection.to_read(unchanged_too=unchanged_too)
        reads = _read_all([one for one in chosen if one.url is None], home, known, pool)
    unread = [read for read in reads if read.outcome is not EssayOutcome.READ]
    requests = dict.fromkeys(link for read in reads for link in sources_of(read))
    return CheckPlan(
        new=_places(selection.new),
        changed=_places(selection.changed),
        unchanged=_places(selection.unchanged),
        set_aside=tuple((_place(one.essay), describe_set_aside(one.attempt)) for one in selection.set_aside),
        unread=tuple((read.essay.uri, read.outcome.value) for read in unread),
        unseen=_places(one for one in chosen if one.url is not None),
        feeds=_places(feeds),
        links=_plan_links(requests, home, home.settings.allowing(allow_hosts)),
        unchanged_too=unchanged_too,
    )


def _places(essays: Iterable[EssayInput]) -> tuple[str, ...]:
    return tuple(_place(essay) for essay in essays)


def _place(essay: EssayInput) -> str:
    return essay.url or essay.relative


def _read_all(essays: Sequence[EssayInput], home: Home, known: Known, pool: ReadingPool) -> list[ReadEssay]:
    in_run = KnownInRun(known, Archive(home.warehouse / "snapshots"))
    reads = []
    for essay in essays:
        read = read_essay(essay, in_run, pool, home.settings)
        in_run.remember(read)
        reads.append(read)
    return set_repeats_aside(reads)


def _plan_links(requests: Iterable[SourceRequest], home: Home, settings: Settings) -> tuple[PlannedLink, ...]:
    archive = Archive(home.warehouse / "snapshots")
    allowed = normal_authorities(settings.web.allow_hosts)
    links: dict[str, PlannedLink] = {}
    for request in requests:
        source = source_of(request, settings)
        if source.url_key in links:
            continue
        if request.path is not None:
            links[source.url_key] = PlannedLink(source.url, "", Fate.READ)
        else:
            links[source.url_key] = _plan_link(source, archive, settings, allowed)
    return tuple(links.values())


def _plan_link(wanted: Source, archive: Archive, settings: Settings, allowed: Collection[str]) -> PlannedLink:
    source, known = recall_source(archive, wanted)
    try:
        host = check_url(source.url, allowed).authority
    except BlockedError:
        return PlannedLink(source.url, "", Fate.REFUSE)
    if known is None or (known.text is None and known.fetch.text_sha256 is not None):
        return PlannedLink(source.url, host, Fate.FETCH)
    is_young = known.may_be_reused(datetime.now(UTC), settings.web.refetch_after_hours)
    return PlannedLink(source.url, host, Fate.REUSE if is_young else Fate.FETCH)


def plan_lines(plan: CheckPlan) -> list[str]:
    """Return the plan for people: how many essays of each kind and which, then the hosts to be asked."""
    read = "read as well" if plan.unchanged_too else "not read"
    lines = [
        *_named("new", [(place, "") for place in plan.new]),
        *_named("changed", [(place, "") for place in plan.changed]),
        f"{len(plan.unchanged)} essays unchanged: {read}",
        *_named("set aside", plan.set_aside),
        *_named("without a text to check", plan.unread),
        f"{len(plan.links)} links: {plan.count(Fate.FETCH)} to fetch, {plan.count(Fate.REUSE)} young enough "
        f"in the archive, {plan.count(Fate.READ)} files, {plan.count(Fate.REFUSE)} that are never asked",
    ]
    if plan.feeds:
        lines.append(
            f"the entries of {count_words(len(plan.feeds), 'feed')} are known when these are fetched:"
        )
        lines += [f"  {feed}" for feed in plan.feeds[:PLACES_SHOWN]]
        lines += _more(len(plan.feeds), "feeds")
    if plan.unseen:
        lines.append(f"the links of {len(plan.unseen)} essays by URL are known when these are fetched")
    shown = list(plan.hosts.items())[:PLACES_SHOWN]
    lines += [f"  {host}: {links}" for host, links in shown]
    return [*lines, *_more(len(plan.hosts), "hosts")]


def count_lines(plan: CheckPlan) -> list[str]:
    """Return the plan in counts and hosts alone, for places that more people see."""
    kinds = {
        "new": plan.new,
        "changed": plan.changed,
        "unchanged": plan.unchanged,
        "set aside": plan.set_aside,
    }
    lines = [f"{count_words(len(places), 'essay')} {kind}" for kind, places in kinds.items()]
    lines += [f"{count_words(len(plan.feeds), 'feed')} to open"] if plan.feeds else []
    lines += [f"{count_words(plan.count(fate), 'link')}: {fate.value}" for fate in Fate]
    return [*lines, *(f"{host}: {count_words(links, 'link')}" for host, links in plan.hosts.items())]


def _named(kind: str, places: Sequence[tuple[str, str]]) -> list[str]:
    head = f"{len(places)} essays {kind}{':' if places else ''}"
    shown = [f"  {place}{f' ({said})' if said else ''}" for place, said in places[:PLACES_SHOWN]]
    return [head, *shown, *_more(len(places), "essays")]


def _more(count: int, kind: str) -> list[str]:
    return [f"  and {count - PLACES_SHOWN} more {kind}"] if count > PLACES_SHOWN else []


def plan_json(plan: CheckPlan) -> dict[str, Any]:
    """Return the plan ready for JSON, with every place and link."""
    return {
        "new": list(plan.new),
        "changed": list(plan.changed),
        "unchanged": list(plan.unchanged),
        "unchanged_too": plan.unchanged_too,
        "set_aside": [{"essay": place, "reason": reason} for place, reason in plan.set_aside],
        "unread": [{"essay": place, "outcome": outcome} for place, outcome in plan.unread],
        "unseen": list(plan.unseen),
        "feeds": list(plan.feeds),
        "links": [{"url": one.url, "host": one.host, "fate": one.fate.value} for one in plan.links],
        "hosts": plan.hosts,
        "counts": {
            **{kind: len(getattr(plan, kind)) for kind in ("new", "changed", "unchanged", "set_aside")},
            **{fate.value: plan.count(fate) for fate in Fate},
        },
    }
