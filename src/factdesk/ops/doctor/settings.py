"""Checks of what the operator wrote: settings, contact, inboxes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from factdesk import __version__
from factdesk.config import CONFIG_NAME, Home, WebSettings
from factdesk.essays.attempts import Journal
from factdesk.ops.doctor.checks import Check, Finding
from factdesk.ops.upgrade import version_fault
from factdesk.reports.words import count_words

EXAMPLE_CONTACT = "example.org"


def check_settings(home: Home) -> Check:
    """Which settings hold."""
    if home.config_path.is_relative_to(home.root):
        return Check("settings", Finding.OK, f"{home.config_path}")
    said = f"the bundled ones, for {home.root}; a config/factdesk.toml there would take their place"
    return Check("settings", Finding.OK, said)


def check_version(home: Home) -> Check:
    """Whether the Factdesk that runs is the one that brought this home up to date."""
    fault = version_fault(home)
    if fault is None:
        return Check("factdesk", Finding.OK, __version__)
    return Check("factdesk", Finding.WARN, fault, "stop factdesk up, then: factdesk upgrade")


def check_contact(home: Home) -> Check:
    """Whether sites are told whom to write to."""
    agent = home.settings.web.user_agent
    if agent == WebSettings().user_agent or EXAMPLE_CONTACT in agent:
        mend = (
            f"write an address at which you can be reached into web.user_agent of {home.root / CONFIG_NAME}"
        )
        return Check("contact", Finding.WARN, "sites are told the example contact", mend)
    return Check("contact", Finding.OK, agent)


def check_set_aside(home: Home) -> Check:
    """Whether an essay is no longer read, or a claim not judged again, because it broke its runs."""
    journal = Journal(home.warehouse)
    broken = journal.broken(home.settings.flow.poison_after)
    if not broken:
        return Check("set aside", Finding.OK, "nothing broke its runs")
    first = broken[0]
    named = count_words(len(broken), "essay or claim", "essays or claims")
    said = f"{named} broke {'its' if len(broken) == 1 else 'their'} runs, first"
    mend = f"reports.essays says why; change the essay, or remove {journal.path_of(first)} to try it again"
    return Check("set aside", Finding.WARN, f"{said} {first.inbox}/{first.relative}", mend)


def check_inboxes(home: Home) -> Iterator[Check]:
    """Whether each inbox can be read, and which feeds are named; no network is asked."""
    feeds = home.settings.feeds
    if feeds:
        yield Check("feeds", Finding.OK, f"{', '.join(feeds)}; they are asked when a run reads them")
    if not home.inboxes and not feeds:
        yield Check("inboxes", Finding.OK, "none; runs take their essays from places=...")
    for name, folder in home.inboxes.items():
        yield _check_inbox(name, folder, home)


def _check_inbox(name: str, folder: Path, home: Home) -> Check:
    try:
        number = sum(1 for _ in folder.iterdir())
    except OSError as error:
        mend = f"make the folder readable, or mend inbox.{name} in {home.config_path}"
        return Check("inbox", Finding.FAIL, f"{name}: {folder} cannot be read ({error.strerror})", mend)
    return Check("inbox", Finding.OK, f"{name}: {folder}, {count_words(number, 'entry', 'entries')} in it")
