"""The commands that take records out of the warehouse: export claimreview, dossier, decisions, cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from factdesk.cli.app import HomeOption, JsonOption, WarehouseOption, app, home_of, say

export = App(
    name="export",
    help="Write what people decided as files for others: reviews, a dossier, the decision log, test cases.",
    help_format="plaintext",
)
app.command(export)

OutputOption = Annotated[Path | None, Parameter(["--output", "-o"])]
NotesOption = Annotated[
    bool, Parameter("--with-notes", negative=(), help="Also the notes that reviewers wrote for colleagues.")
]
NamesOption = Annotated[
    bool, Parameter("--with-names", negative=(), help="Also the names of reviewers, not only their ids.")
]


@export.command
def claimreview(
    *,
    output: OutputOption = None,
    essay: Annotated[list[str] | None, Parameter("--essay", negative=())] = None,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Write ClaimReview JSON-LD of decided claims, one object a line or one file a claim.

    Ratings are called as config/house_scale.toml says; [publisher] in the settings says who signs them.

    Parameters
    ----------
    output
        A folder for one file a claim, or a file: one object a line in FILE.jsonl, else one list. By default
        one object a line on stdout.
    essay
        Only claims of this essay, by its address, key or id (repeatable).
    """
    from factdesk.commands.exporting import export_claim_reviews

    return export_claim_reviews(home_of(home, warehouse), output, essay or (), say=say)


@export.command
def decisions(
    *,
    output: OutputOption = None,
    format: Literal["csv", "json"] = "csv",
    json: JsonOption = False,
    with_notes: NotesOption = False,
    with_names: NamesOption = False,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Write the decision log: every act of a reviewer in order, with the hash chain that holds them together.

    docs/exports.md says how a stranger recomputes the chain, without Factdesk.

    Parameters
    ----------
    output
        A file to write instead of stdout.
    format
        csv, or json: one object a line.
    """
    from factdesk.commands.exporting import export_decisions

    return export_decisions(
        home_of(home, warehouse),
        output,
        "json" if json else format,
        with_notes=with_notes,
        with_names=with_names,
        say=say,
    )


@export.command
def dossier(
    claim: str,
    *,
    output: OutputOption = None,
    with_notes: NotesOption = False,
    with_names: NamesOption = False,
    json: JsonOption = False,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Write all that is on record about one claim as a zip that a stranger can read and verify.

    A page, the records, the archived bytes and texts of its sources, every verdict and decision, and the
    sums to check them by. Exit code 1 when the archive has lost a part of it, which the dossier then names.

    Parameters
    ----------
    claim
        The claim's id or any unique beginning of it.
    output
        The zip; by default dossier-CLAIM.zip in the current folder.
    """
    from factdesk.commands.exporting import export_dossier

    return export_dossier(
        home_of(home, warehouse),
        claim,
        output,
        with_notes=with_notes,
        with_names=with_names,
        as_json=json,
        say=say,
    )


@export.command
def cases(
    *,
    output: OutputOption = None,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Write test cases of the decisions in which people overruled the machine, for developers.

    Each case says whether the present method still misses it. They hold whole texts of sources.

    Parameters
    ----------
    output
        A folder for overruled_articles.jsonl, overruled_pairs.jsonl and overruled_extraction.jsonl; cases
        that are there already stay as they are. By default pairs on stdout, as factdesk judge reads them.
    """
    from factdesk.commands.exporting import export_cases

    return export_cases(home_of(home, warehouse), output, say=say)
