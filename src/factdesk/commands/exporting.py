"""``factdesk export``: records as files for people who have no Factdesk."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from factdesk.commands.folding import fold_waiting
from factdesk.commands.progress import progress_bars
from factdesk.config import CONFIG_NAME, Home
from factdesk.errors import UsageError
from factdesk.reports.claim_reviews import ClaimReviews, Review, make_claim_reviews, review_json
from factdesk.reports.decision_log import LOG_COLUMNS, ChainEnd, log_lines, log_row, read_log
from factdesk.reports.house_scale import read_house_scale
from factdesk.reports.terminal import json_line
from factdesk.reports.whole_files import make_output_folder, written_whole
from factdesk.reports.words import count_words
from factdesk.sources.archive import Archive
from factdesk.warehouse.query import run_query

Say = Callable[[str], None]

REVIEW_SUFFIX = ".jsonld"
LINES_SUFFIX = ".jsonl"
EXIT_INCOMPLETE = 1


def export_claim_reviews(home: Home, output: Path | None, essays: Sequence[str], *, say: Say) -> int:
    """Write the reviews of decided claims: on stdout one a line, into one file, or a file each."""
    scale = read_house_scale(home)
    fold_waiting(home, say)
    made = make_claim_reviews(home.warehouse, home.settings.publisher, scale, essays)
    if output is None:
        for review in made.reviews.values():
            print(review_json(review))
    elif _is_folder(output):
        _write_reviews(output, made.reviews)
        _say_outdated(output, made.reviews, say, only_some=bool(essays))
    else:
        _write_text(output, _reviews_text(output, list(made.reviews.values())))
    _say_reviews(home, made, output, say)
    return 0


def _is_folder(output: Path) -> bool:
    return output.is_dir() or not output.suffix


def _write_reviews(folder: Path, reviews: Mapping[str, Review]) -> None:
    make_output_folder(folder)
    with progress_bars() as progress:
        for number, (claim_id, review) in enumerate(reviews.items(), start=1):
            _write_text(folder / f"{claim_id}{REVIEW_SUFFIX}", review_json(review, indent=2) + "\n")
            progress("reviews", number, len(reviews))


def _say_outdated(folder: Path, reviews: Mapping[str, Review], say: Say, *, only_some: bool) -> None:
    """Name the files of earlier exports whose reviews hold no longer; a person removes them."""
    if only_some:
        return
    there = sorted(path.name for path in folder.glob(f"*{REVIEW_SUFFIX}"))
    outdated = [name for name in there if name.removesuffix(REVIEW_SUFFIX) not in reviews]
    if outdated:
        more = f" and {len(outdated) - 3} more" if len(outdated) > 3 else ""
        say(
            f"{count_words(len(outdated), 'file')} in {folder} of no review that holds now: "
            f"{', '.join(outdated[:3])}{more}; take their pages back and remove them"
        )


def _reviews_text(output: Path, reviews: list[Review]) -> str:
    if output.suffix == LINES_SUFFIX:
        return "".join(f"{review_json(review)}\n" for review in reviews)
    return review_json(reviews, indent=2) + "\n"


def _say_reviews(home: Home, made: ClaimReviews, output: Path | None, say: Say) -> None:
    where = "" if output is None else f" written to {output}"
    counts = ", ".join(f"{why} {count}" for why, count in sorted(made.left_out.items()))
    left_out = f"; left out: {counts}" if counts else ""
    say(f"{count_words(len(made.reviews), 'review')} of decided claims{where}{left_out}")
    unset = [name for name in ("name", "claim_url") if not getattr(home.settings.publisher, name)]
    if made.reviews and unset:
        keys = " and ".join(f"publisher.{name}" for name in unset)
        say(f"{keys}: not set in {CONFIG_NAME}, so that the reviews lack what search engines ask for")


def export_decisions(
    home: Home, output: Path | None, form: str, *, with_notes: bool, with_names: bool, say: Say
) -> int:
    """Write the decision log with its hash chain, and say where the chain ends."""
    from factdesk.desk.people import read_people

    names = read_people(home.warehouse) if with_names else None
    columns = (*LOG_COLUMNS, "reviewer_name") if with_names else LOG_COLUMNS
    fold_waiting(home, say)
    end = ChainEnd()
    rows = (log_row(link, with_notes=with_notes, names=names) for link in end.seen(read_log(home.warehouse)))
    lines = log_lines(rows, columns, form)
    if output is None:
        for line in lines:
            print(line, end="")
    else:
        with written_whole(output) as stream:
            stream.writelines(line.encode("utf-8") for line in lines)
    where = "" if output is None else f" written to {output}"
    say(f"{count_words(end.position, 'review event')}{where}; the chain ends at {end.chain_sha256}")
    return 0


def export_dossier(
    home: Home,
    claim: str,
    output: Path | None,
    *,
    with_notes: bool,
    with_names: bool,
    as_json: bool,
    say: Say,
) -> int:
    """Write the dossier of one claim as a zip and say its hash; 1 when the archive has lost a part of it."""
    from factdesk.desk.decisions import resolve_claim
    from factdesk.desk.people import read_people
    from factdesk.reports.dossier.bundle import make_bundle, write_bundle, zip_sha256
    from factdesk.reports.dossier.records import gather_dossier

    fold_waiting(home, say)
    run_query(home.warehouse, "SELECT 1")  # nothing published is another fault than an unknown claim
    claim_id = resolve_claim(home.warehouse, claim)
    names = read_people(home.warehouse) if with_names else None
    archive = Archive(home.warehouse / "snapshots")
    bundle = make_bundle(
        gather_dossier(home.warehouse, claim_id, with_notes=with_notes, names=names), archive
    )
    path = output or Path(f"{bundle.folder}.zip")
    with written_whole(path) as stream:
        write_bundle(bundle, archive, stream)
    files = len(bundle.made) + len(bundle.archived)
    sha256 = zip_sha256(path)
    if as_json:
        told = {
            "claim_id": claim_id,
            "file": str(path),
            "sha256": sha256,
            "files": files,
            "lost": bundle.lost,
        }
        print(json_line(told))
    else:
        print(f"{path}: {count_words(files, 'file')}, sha256 {sha256}")
    if bundle.lost:
        lost = count_words(len(bundle.lost), "file")
        say(f"the archive has lost {lost} of the dossier, which names them; factdesk verify says what helps")
    return EXIT_INCOMPLETE if bundle.lost else 0


def export_cases(home: Home, output: Path | None, *, say: Say) -> int:
    """Write the cases of all overrules: pairs on stdout as `judge` reads them, or three files in a folder.

    A case that is in such a file already stays as it is there, for a person may have filled it in.
    """
    from factdesk.reports.overrules import judgeable, make_cases

    fold_waiting(home, say)
    with progress_bars() as progress:
        cases = make_cases(home.warehouse, Archive(home.warehouse / "snapshots"), progress)
    if output is None:
        for pair in cases.pairs:
            print(json_line(judgeable(pair, cases.articles[pair["article"]])))
    else:
        make_output_folder(output)
        files = {"articles": cases.articles.values(), "pairs": cases.pairs, "extraction": cases.extraction}
        paths = {name: output / f"overruled_{name}{LINES_SUFFIX}" for name in files}
        texts = {paths[name]: _with_rows(paths[name], list(rows)) for name, rows in files.items()}
        for path, text in texts.items():
            _write_text(path, text)
    counts = ", ".join(f"{why} {count}" for why, count in sorted(cases.left_out.items()))
    said = f"{count_words(len(cases.pairs), 'pair')}, {count_words(len(cases.extraction), 'passage')}"
    where = f" written to {output}" if output else ""
    say(f"{said}{where}{f'; no case of: {counts}' if counts else ''}")
    return 0


def _with_rows(path: Path, rows: list[dict[str, Any]]) -> str:
    """Return what a file of JSON lines holds, then the rows that it lacks; the first field names a row."""
    try:
        there = path.read_text(encoding="utf-8") if path.exists() else ""
        known = {next(iter(json.loads(line).values())) for line in there.splitlines() if line.strip()}
    except (OSError, ValueError, AttributeError, StopIteration) as error:
        raise UsageError(f"{path} is there and is no file of cases ({error}); move it away") from error
    new = [row for row in rows if next(iter(row.values())) not in known]
    ended = there if not there or there.endswith("\n") else f"{there}\n"
    return ended + "".join(f"{json_line(row)}\n" for row in new)


def _write_text(path: Path, text: str) -> None:
    with written_whole(path) as stream:
        stream.write(text.encode("utf-8"))
