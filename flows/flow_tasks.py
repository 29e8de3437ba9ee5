"""Tasks that more than one flow has: gathering a batch of sources, and storing what a run has found."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, cast

from prefect import runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.tasks import exponential_backoff

from factdesk.config import Home
from factdesk.errors import FactdeskError
from factdesk.model import Record, SourceOutcome
from factdesk.ops.batches import plan_gathering
from factdesk.pipeline import Gatherer, StoreReport, gather_batch, store_batch
from factdesk.sources.gather import Gathered, SourceRequest
from factdesk.web.url_keys import url_key
from flow_parts import FlowRun, count_off, whole

GATHER_RETRIES = 2
GATHER_BACKOFF_SECONDS = 4.0

GATHERED_AT_ONCE = 2
"""While the last pages of one batch are read, those of the next are fetched: no reading worker is idle."""

TASK_RUNNER: TaskRunner[PrefectFuture[Any]] = cast(Any, ThreadPoolTaskRunner(max_workers=GATHERED_AT_ONCE))

NEVER_CONNECTED = frozenset({SourceOutcome.CONNECTION_FAILED, SourceOutcome.DNS_ERROR})


class NoneReachableError(FactdeskError):
    """Every link of a batch failed to connect: the network may be down, so the task is tried again."""


def is_worth_another_try(task: object, task_run: object, state: State[Any]) -> bool:
    """Whether gathering failed because nothing could be reached; a stop or a full disk stays as it is."""
    return isinstance(state.result(raise_on_failure=False), NoneReachableError)


@task(
    name="gather",
    task_run_name="gather {which}",
    retries=GATHER_RETRIES,
    retry_delay_seconds=exponential_backoff(GATHER_BACKOFF_SECONDS),
    retry_jitter_factor=0.5,
    retry_condition_fn=is_worth_another_try,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def gather(
    requests: Sequence[SourceRequest], home: Home, gatherer: Gatherer, which: str
) -> tuple[Gathered, ...]:
    """Gather one batch of sources; on the last try, outcomes are kept whatever they are."""
    tries = runtime.task_run.run_count or 1
    # A host that did not take a connection is not asked again in a run, unless the network itself was away.
    if tries == 1:
        fetcher, robots, asked = gatherer.fetcher, gatherer.robots, gatherer.asked
    else:
        fetcher, robots, asked = gatherer.fetcher.afresh(), None, None
    gathered = gather_batch(requests, home, pool=gatherer.pool, fetcher=fetcher, robots=robots, asked=asked)
    is_last_try = tries > GATHER_RETRIES
    if not is_last_try and never_connected(gathered):
        raise NoneReachableError(
            f"none of the {len(gathered)} links of this batch could be reached; is the network up?"
        )
    return gathered


@task(name="store", retries=1, retry_delay_seconds=5, cache_policy=NO_CACHE, persist_result=False)
def store(records: Iterable[Record], home: Home, publish: bool) -> StoreReport:
    """Write everything to the spool in one place, and fold it if the keeper's lock is free."""
    return store_batch(records, home, publish=publish)


def gather_all(
    run: FlowRun,
    requests: Sequence[SourceRequest],
    home: Home,
    gatherer: Gatherer,
    size: int,
    percents: tuple[int, int],
) -> list[Gathered]:
    """Gather sources in batches, one task each; the stage is that part of the run's progress.

    Two spellings of one address are one source: the first is asked for.
    """
    distinct = {url_key(one.url) if one.path is None else one: one for one in reversed(requests)}
    batches = plan_gathering(reversed(distinct.values()), size)
    home = _share_hosts(home, min(GATHERED_AT_ONCE, len(batches)))
    gathered: list[Gathered] = []
    under_way: deque[PrefectFuture[tuple[Gathered, ...]]] = deque()
    begin, end = percents
    for number, batch in enumerate(batches, start=1):
        which = count_off(number, len(batches), batch, "links")
        under_way.append(gather.submit(whole(batch), whole(home), whole(gatherer), which))
        while len(under_way) == GATHERED_AT_ONCE or (under_way and number == len(batches)):
            # Not the task's own limit: Prefect cannot interrupt a task in a thread, and says so each time.
            gathered += under_way.popleft().result(timeout=run.seconds_left())
            done = number - len(under_way)
            run.progress.tell("gathering", begin + (end - begin) * done / len(batches))
    return gathered


def _share_hosts(home: Home, batches_at_once: int) -> Home:
    """Let the batches that go on at once fetch from ``web.hosts_at_once`` hosts together."""
    web = home.settings.web
    share = max(1, web.hosts_at_once // max(1, batches_at_once))
    settings = home.settings.model_copy(update={"web": web.model_copy(update={"hosts_at_once": share})})
    return replace(home, settings=settings)


def store_all(run: FlowRun, records: Sequence[Record]) -> StoreReport:
    """Store all records of a run in one task, its own Run record among them; that one alone is no news."""
    task_ = store.with_options(timeout_seconds=run.seconds_left())
    stored = task_(whole(records), whole(run.home), len(records) > 1)
    run.is_stored = True
    run.progress.tell("stored", 100)
    return stored


def never_connected(gathered: Sequence[Gathered]) -> bool:
    """Whether there are links and every one of them failed to connect."""
    links = [one.fetch.outcome for one in gathered if one.fetch.outcome is not SourceOutcome.GIVEN_FILE]
    return bool(links) and all(outcome in NEVER_CONNECTED for outcome in links)
