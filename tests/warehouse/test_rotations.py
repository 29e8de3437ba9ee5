"""Which backups stay: the last ones, those of days and weeks, and always the newest good one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from factdesk.warehouse.inventories import Backup
from factdesk.warehouse.rotations import KeptBackups, choose_surplus

BEGAN = datetime(2026, 3, 2, 3, tzinfo=UTC)
"""A Monday."""


def backup_at(hours: int, faults: Sequence[str] = ()) -> Backup:
    made_at = BEGAN + timedelta(hours=hours)
    path = Path(f"backups/{made_at.isoformat()}")
    return Backup(path, made_at, "by-hand", "1", "keeper", {}, "", 1, 1, 1, tuple(faults), "")


def kept(backups: Sequence[Backup], rule: KeptBackups) -> list[int]:
    gone = {one.path for one in choose_surplus(backups, rule)}
    return [int((one.made_at - BEGAN).total_seconds() // 3600) for one in backups if one.path not in gone]


def test_a_plain_number_keeps_the_last() -> None:
    assert kept([backup_at(hour) for hour in range(6)], KeptBackups(2, 0, 0)) == [4, 5]


def test_the_newest_of_each_day_and_week_stays() -> None:
    backups = [backup_at(hour) for hour in range(0, 24 * 21, 12)]
    last = 24 * 21 - 12
    assert kept(backups, KeptBackups(1, 3, 0)) == [last - 48, last - 24, last]
    assert kept(backups, KeptBackups(1, 0, 3)) == [24 * 7 - 12, 24 * 14 - 12, last]


def test_one_with_faults_stands_for_no_day_and_the_last_good_one_stays() -> None:
    backups = [backup_at(0), *(backup_at(hour, ["blobs/a"]) for hour in (24, 48, 72))]
    assert kept(backups, KeptBackups(1, 7, 4)) == [0, 72]


@given(
    hours=st.lists(st.integers(0, 2000), max_size=30, unique=True),
    damaged=st.sets(st.integers(0, 2000)),
    rule=st.builds(KeptBackups, st.integers(1, 4), st.integers(0, 5), st.integers(0, 5)),
)
def test_the_newest_good_one_never_goes(hours: list[int], damaged: set[int], rule: KeptBackups) -> None:
    backups = [backup_at(hour, ["x"] if hour in damaged else ()) for hour in hours]
    good = [hour for hour in hours if hour not in damaged]
    stays = kept(backups, rule)
    assert not good or max(good) in stays
    assert len(stays) <= rule.last + rule.daily + rule.weekly + 1
    left = [one for one in backups if int((one.made_at - BEGAN).total_seconds() // 3600) in stays]
    assert choose_surplus(left, rule) == []
