"""What a home remembers of its deployments: what was applied, and what operators paused or resumed.

``.prefect/deployments.json`` outlives the server's database. An operator's wish is noted beside what the
file declared when it was made: the wish holds until the file itself says otherwise.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from factdesk.config import Home
from factdesk.errors import UsageError
from factdesk.ops.deployed import Deployed
from factdesk.ops.prefect_file import Deployment, PrefectFile

ABOUT = "Written by factdesk: what it deployed, and what operators paused and resumed."

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """Whether something is active: what the file declared, and what an operator wished against it.

    ``pending`` says that the server is still to be brought to it.
    """

    declared: bool
    wished: bool | None = None
    pending: bool = False

    @property
    def active(self) -> bool:
        """What holds: the operator's wish if there is one, else the file."""
        return self.declared if self.wished is None else self.wished

    @property
    def is_one(self) -> bool:
        """Whether an operator wished something, or wished and it waits."""
        return self.pending or self.wished is not None


WHOLE = Wish(declared=True)
"""A deployment as a whole: a file cannot pause it, an operator can."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is remembered of one deployment. ``definition`` is None until it has been deployed."""

    definition: Mapping[str, Any] | None = None
    code: str = ""
    versions: str = ""
    whole: Wish = WHOLE
    schedules: Mapping[str, Wish] = field(default_factory=dict)


Notes = Mapping[str, Note]


def settle_wish(declared: bool, old: Wish | None, on_server: bool | None) -> Wish:
    """Return what holds now, from the file, the note and the server (None: the server has no such thing).

    A file that has changed its mind wins. Then a wish that waits to be applied. Then whatever the server
    says otherwise than the file: somebody paused or resumed it there.
    """
    if old is not None and old.declared != declared:
        wished = None
    elif on_server is None or (old is not None and old.pending):
        wished = old.wished if old is not None else None
    else:
        wished = on_server
    wish = Wish(declared, None if wished == declared else wished)
    return Wish(declared, wish.wished, pending=on_server is not None and on_server != wish.active)


def settle_notes(file: PrefectFile, notes: Notes, server: Mapping[str, Deployed]) -> dict[str, Note]:
    """Return the notes as they are to hold; those of deployments that left the file are kept as they are."""
    settled = dict(notes)
    for deployment in file.deployments:
        old = notes.get(deployment.name, Note())
        settled[deployment.name] = _settle(deployment, old, server.get(deployment.name))
    return settled


def _settle(deployment: Deployment, old: Note, deployed: Deployed | None) -> Note:
    schedules = {}
    for schedule in deployment.schedules:
        there = deployed.schedule(schedule.slug) if deployed else None
        on_server = there.active if there else None
        schedules[schedule.slug] = settle_wish(schedule.active, old.schedules.get(schedule.slug), on_server)
    whole = settle_wish(True, old.whole, not deployed.paused if deployed else None)
    return Note(old.definition, old.code, old.versions, whole, schedules)


def notes_path(home: Home) -> Path:
    """Return the file of the notes."""
    return home.prefect_home / "deployments.json"


def read_notes(home: Home) -> dict[str, Note]:
    """Return the notes; none when the file is missing or unreadable, for the server remembers too."""
    try:
        body = json.loads(notes_path(home).read_bytes())
        return {name: _note(one) for name, one in body["deployments"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _note(body: Mapping[str, Any]) -> Note:
    schedules = {slug: Wish(**wish) for slug, wish in body["schedules"].items()}
    return Note(body["definition"], body["code"], body["versions"], Wish(**body["whole"]), schedules)


def write_notes(home: Home, notes: Notes) -> None:
    """Write the notes, whole or not at all."""
    body = {"about": ABOUT, "deployments": {name: asdict(note) for name, note in sorted(notes.items())}}
    path = notes_path(home)
    temporary = path.with_suffix(".part")
    with temporary.open("w", encoding="utf-8") as stream:
        json.dump(body, stream, ensure_ascii=False, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)


def insist_on_wishes(home: Home, say: Say) -> None:
    """Have operators' wishes win over whatever the server has at the next apply, as after a restore of it.

    What nobody wished is left to the server: somebody may have paused it there. Raises UsageError.
    """
    with hold_notes(home, say):
        notes = read_notes(home)
        insisted = {name: _insist(note) for name, note in notes.items()}
        if insisted != notes:
            write_notes(home, insisted)


def _insist(note: Note) -> Note:
    schedules = {slug: replace(wish, pending=wish.is_one) for slug, wish in note.schedules.items()}
    return replace(note, whole=replace(note.whole, pending=note.whole.is_one), schedules=schedules)


@contextmanager
def hold_notes(home: Home, say: Say) -> Iterator[None]:
    """Hold the notes alone, so that no command changes what another is applying.

    Raises UsageError when the folder cannot be made.
    """
    try:
        home.prefect_home.mkdir(parents=True, exist_ok=True)
        path = home.prefect_home / "deployments.lock"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise UsageError(
            f"the folder {home.prefect_home} cannot be written ({error.strerror}); make it writable,"
            " or name another --home"
        ) from error
    try:
        _lock(descriptor, say)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, say: Say) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("another command is applying deployments in this home; waiting for it")
        fcntl.flock(descriptor, fcntl.LOCK_EX)
