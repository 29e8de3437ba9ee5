"""Publishing: fold what waits in the spool and give editors a new copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from factdesk.config import Home
from factdesk.pipeline.records import RunClock, StoreReport
from factdesk.pipeline.storing import store_batch
from factdesk.reports.words import count_words


@dataclass(frozen=True, slots=True)
class PublishPlan:
    """What publishing would find: batches that wait, their size in bytes, and the copy's age in seconds."""

    waiting: int
    waiting_bytes: int
    copy_age_seconds: float | None
    lock_holder: str | None

    def to_json(self) -> dict[str, object]:
        """Return the plan ready for JSON."""
        return {
            "waiting": self.waiting,
            "waiting_bytes": self.waiting_bytes,
            "copy_age_seconds": self.copy_age_seconds,
            "lock_holder": self.lock_holder,
        }

    def lines(self) -> list[str]:
        """Return what a person reads of the plan."""
        age = "none" if self.copy_age_seconds is None else f"{self.copy_age_seconds:.0f} s old"
        batches = count_words(self.waiting, "batch")
        lines = [
            f"{batches} ({self.waiting_bytes / 1e6:.1f} MB) would be folded",
            f"the published copy is {age}; a new one would be made if the database holds anything newer",
        ]
        if self.lock_holder:
            lines.append(f"nothing would be folded now: {self.lock_holder} is the keeper and folds by itself")
        return lines


def plan_publish(home: Home) -> PublishPlan:
    """Look at the spool and the copy; change nothing."""
    from factdesk.warehouse.health import read_health

    health = read_health(home.warehouse)
    return PublishPlan(
        health.waiting,
        health.waiting_bytes,
        health.published_age_seconds(datetime.now(UTC)),
        health.lock_holder,
    )


def publish_batch(home: Home, clock: RunClock) -> StoreReport:
    """Fold all that waits and publish a copy when the database holds anything newer.

    The Run record goes in with the batches that it speaks of. Where none waits there is none: a record
    would be the only news, and the next run would publish a whole copy for its sake. Raises WarehouseError.
    """
    waiting = plan_publish(home).waiting
    return store_batch([clock.finish({"batches": waiting})] if waiting else [], home)
