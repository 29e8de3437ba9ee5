"""``factdesk report weekly``: all reports as a folder that an editor keeps and mails."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from factdesk.commands.progress import progress_bars
from factdesk.commands.report_files import SCRATCH, parquet_bytes, scratch_beside, write_whole
from factdesk.config import Home
from factdesk.errors import UsageError
from factdesk.reports.weekly import (
    PAGE_NAME,
    PARQUET_FOLDER,
    WEEKLY_TITLE,
    WORKBOOK_NAME,
    choose_reports,
    weekly_page,
)
from factdesk.reports.whole_files import cannot_write, make_output_folder
from factdesk.reports.words import count_words
from factdesk.warehouse.durable_files import fsync_folder
from factdesk.warehouse.reports import MOST_ROWS, Filters, ReportTable, list_reports, run_reports

Say = Callable[[str], None]


def write_weekly(home: Home, folder: Path, filters: Filters, limit: int = MOST_ROWS, *, say: Say) -> int:
    """Write the bundle of what is published into a folder.

    Nothing there changes before all of it lies beside its place on the disk. Then files of an earlier
    bundle are replaced, each whole, the page last; other files stay. Two that write into one folder do so
    in turn. Raises UsageError where the folder cannot be written.
    """
    by_author = home.settings.reports.refuted_share_by_author
    chosen, left_out = choose_reports(filters, by_author=by_author)
    if not chosen:
        raise UsageError(
            "no report can be narrowed in all these ways; give fewer of --since, --author, --kind"
        )
    make_output_folder(folder)
    with _sole_writer(folder), progress_bars() as draw:
        tables = run_reports(
            home.warehouse,
            chosen,
            filters,
            by_author=by_author,
            row_limit=limit,
            tell=lambda done: draw("reports", done, len(chosen)),
        )
        page = weekly_page(tables, left_out)
        with scratch_beside(folder / PAGE_NAME) as made:
            names = _make_bundle(tables, page, made)
            _put_in_place(made, folder, names)
    for table in tables:
        if table.cut_off:
            say(f"{table.report.name}: the first {limit:,} rows, and there are more; give a larger --limit")
    for report in left_out:
        say(f"left out, because it cannot be narrowed so: {report.name}")
    say(f"{count_words(len(names), 'file')} written to {folder}; the page to mail is {folder / PAGE_NAME}")
    return 0


def _make_bundle(tables: Sequence[ReportTable], page: str, made: Path) -> list[str]:
    """Write the files of the bundle into a scratch folder; return their names, the page last."""
    from factdesk.reports.spreadsheets import workbook_bytes

    names = [f"{PARQUET_FOLDER}/{one.report.name}.parquet" for one in tables]
    make_output_folder(made / PARQUET_FOLDER)
    for name, table in zip(names, tables, strict=True):
        write_whole(made / name, parquet_bytes(table, made))
    write_whole(made / WORKBOOK_NAME, workbook_bytes(WEEKLY_TITLE, tables))
    write_whole(made / PAGE_NAME, page.encode("utf-8"))
    return [*names, WORKBOOK_NAME, PAGE_NAME]


def _put_in_place(made: Path, folder: Path, names: Sequence[str]) -> None:
    """Replace the files of an earlier bundle; a Parquet file that this one lacks goes, for it is old."""
    make_output_folder(folder / PARQUET_FOLDER)
    for name in names:
        if (folder / name).is_dir():
            raise UsageError(
                f"{folder / name} is a folder where a file of the bundle goes; name another with -o"
            )
    old = [f"{PARQUET_FOLDER}/{one.name}.parquet" for one in list_reports()]
    try:
        for name in set(old).difference(names):
            (folder / name).unlink(missing_ok=True)
        for name in names:
            (made / name).replace(folder / name)
        fsync_folder(folder / PARQUET_FOLDER)
        fsync_folder(folder)
    except OSError as error:
        raise cannot_write(folder, error) from error


@contextmanager
def _sole_writer(folder: Path) -> Iterator[None]:
    """Hold the folder itself while it is written; whoever comes second waits."""
    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise cannot_write(folder, error) from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        for left in folder.glob(f"{SCRATCH}*"):  # of a run that was killed
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        os.close(held)
