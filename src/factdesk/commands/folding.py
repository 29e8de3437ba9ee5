"""What commands do before they read the published copy: fold what waits, and tell what still waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from factdesk.config import Home
from factdesk.reports.words import waiting_line

if TYPE_CHECKING:
    from factdesk.warehouse.keeper import FoldReport

Say = Callable[[str], None]


def fold_waiting(home: Home, say: Say) -> FoldReport:
    """Fold and publish what waits; where somebody else keeps the warehouse, say so."""
    from factdesk.warehouse.keeper import fold_and_publish

    report = fold_and_publish(home.warehouse, second_check=home.settings.review.policy)
    for remark in report.remarks:
        say(remark)
    if report.waiting:
        say(waiting_line(report.waiting, report.lock_holder))
    return report
