"""Commands about how verdicts are reached: replay, rejudge, method."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from factdesk.cli.app import HomeOption, JsonOption, NameOption, WarehouseOption, app, home_of, say


@app.command
def replay(
    *,
    from_bytes: Annotated[bool, Parameter("--from-bytes", negative=())] = False,
    json: JsonOption = False,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Reach every verdict again from the archived texts and name what does not come out the same.

    The same method gives the same verdict, byte for byte: exit code 1 when one does not, or when a text is
    lost from the archive. Verdicts of an older method are counted apart; factdesk rejudge judges them again.
    Nothing is fetched or written; works while factdesk up runs.

    Parameters
    ----------
    from_bytes
        Also read the archived pages again, and say apart from the verdicts which text comes out otherwise.
    """
    from factdesk.commands.replaying import print_replay

    return print_replay(home_of(home, warehouse), from_bytes=from_bytes, as_json=json, say=say)


@app.command
def rejudge(
    *,
    dry_run: Annotated[bool, Parameter("--dry-run", negative=())] = False,
    reopen: Annotated[bool, Parameter("--reopen", negative=())] = False,
    as_name: NameOption = None,
    json: JsonOption = False,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Judge every current claim again by the present method, on the texts that its verdict saw.

    After an upgrade that changed the method, or after rules were muted. New verdicts stand beside the old
    ones; no decision is touched. Nothing is fetched. Exit code 1 when a claim could not be judged.

    Parameters
    ----------
    dry_run
        Only say what would change; nothing is stored.
    reopen
        Put decided claims whose rating is now another one back into the queue.
    """
    from factdesk.commands.rejudging import print_rejudged

    return print_rejudged(
        home_of(home, warehouse), dry_run=dry_run, reopen=reopen, name=as_name, as_json=json, say=say
    )


@app.command
def method(*, json: JsonOption = False, home: HomeOption = None) -> int:
    """Print how verdicts are reached, from the rules and tables in use, and how often they are wrong.

    Rules in order with their codes, kinds of claims, facets, versions, muted rules, the figures that are
    pinned, and what is not looked at. No warehouse is read.
    """
    from factdesk.commands.method import print_method

    return print_method(home_of(home), as_json=json)
