"""The four stages over batches: records in, records out, picklable.

``read_batch`` -> ``gather_batch`` -> ``judge_batch`` -> ``store_batch``; `check_once` composes them in
this process. A flow wraps each of them in one task.
"""

from factdesk.pipeline.check_once import check_once
from factdesk.pipeline.gathering import Gatherer, gather_batch, open_gatherer
from factdesk.pipeline.judging import judge_batch
from factdesk.pipeline.listing import list_batch
from factdesk.pipeline.planning import CheckPlan, count_lines, plan_check, plan_json, plan_lines
from factdesk.pipeline.publishing import PublishPlan, plan_publish, publish_batch
from factdesk.pipeline.reading import drop_repeats, read_batch, requests_in
from factdesk.pipeline.readings import read_set_aside
from factdesk.pipeline.records import (
    CheckReport,
    ClaimJudged,
    EssayRead,
    JudgedBatch,
    Progress,
    RunClock,
    StoreReport,
    count_outcomes,
    records_of,
    silent,
)
from factdesk.pipeline.storing import note_stored, store_batch

__all__ = [
    "CheckPlan",
    "CheckReport",
    "ClaimJudged",
    "EssayRead",
    "Gatherer",
    "JudgedBatch",
    "Progress",
    "PublishPlan",
    "RunClock",
    "StoreReport",
    "check_once",
    "count_lines",
    "count_outcomes",
    "drop_repeats",
    "gather_batch",
    "judge_batch",
    "list_batch",
    "note_stored",
    "open_gatherer",
    "plan_check",
    "plan_json",
    "plan_lines",
    "plan_publish",
    "publish_batch",
    "read_batch",
    "read_set_aside",
    "records_of",
    "requests_in",
    "silent",
    "store_batch",
]
