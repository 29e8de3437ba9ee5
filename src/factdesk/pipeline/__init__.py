"""The four stages over batches: records in, records out, picklable.

``read_batch`` -> ``gather_batch`` -> ``judge_batch`` -> ``store_batch``; `check_once` composes them in
this process. A flow wraps each of them in one task.
"""

from factdesk.pipeline.check_once import check_once
from factdesk.pipeline.gathering import gather_batch
from factdesk.pipeline.judging import judge_batch
from factdesk.pipeline.publishing import PublishPlan, plan_publish, publish_batch
from factdesk.pipeline.reading import drop_repeats, read_batch, requests_in
from factdesk.pipeline.records import (
    CheckReport,
    ClaimJudged,
    EssayRead,
    Progress,
    RunClock,
    StoreReport,
    count_outcomes,
    records_of,
    silent,
)
from factdesk.pipeline.storing import store_batch

__all__ = [
    "CheckReport",
    "ClaimJudged",
    "EssayRead",
    "Progress",
    "PublishPlan",
    "RunClock",
    "StoreReport",
    "check_once",
    "count_outcomes",
    "drop_repeats",
    "gather_batch",
    "judge_batch",
    "plan_publish",
    "publish_batch",
    "read_batch",
    "records_of",
    "requests_in",
    "silent",
    "store_batch",
]
