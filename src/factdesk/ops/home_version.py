"""Which Factdesk a home was last brought up to date by: ``.prefect/version.json``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from factdesk import __version__
from factdesk.config import Home, Settings
from factdesk.errors import UsageError
from factdesk.warehouse.durable_files import make_folder_durably, write_durably


@dataclass(frozen=True, slots=True)
class HomeVersion:
    """A version of Factdesk and the settings that it knew, as ``section.key``."""

    version: str
    settings: tuple[str, ...]


def this_version() -> HomeVersion:
    """Return the version that runs."""
    return HomeVersion(__version__, tuple(setting_keys()))


def setting_keys() -> Iterable[str]:
    """Yield every setting as ``section.key``; ``inbox``, whose keys are the operator's, as itself."""
    for section, values in Settings().model_dump().items():
        if section == "inbox":
            yield section
        else:
            yield from (f"{section}.{key}" for key in values)


def version_path(home: Home) -> Path:
    """Return the file that keeps the version."""
    return home.prefect_home / "version.json"


def read_version(home: Home) -> HomeVersion | None:
    """Return what was noted last, None when nothing was or the file is damaged."""
    try:
        body = json.loads(version_path(home).read_bytes())
        return HomeVersion(str(body["version"]), tuple(str(key) for key in body["settings"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def note_version(home: Home) -> None:
    """Note that this home is up to date with the version that runs. Raises UsageError when it cannot."""
    now = this_version()
    body = json.dumps({"version": now.version, "settings": now.settings}, indent=1)
    try:
        make_folder_durably(home.prefect_home)
        write_durably(version_path(home), body.encode("utf-8"))
    except OSError as error:
        raise UsageError(
            f"{version_path(home)} cannot be written ({error.strerror}); make its folder writable"
        ) from error
