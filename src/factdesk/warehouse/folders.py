"""Where everything lies in a warehouse folder. The only place that knows these names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

BATCH_SUFFIX = ".ndjson"


@dataclass(frozen=True, slots=True)
class WarehouseFolder:
    """The names in one warehouse folder; nothing is made or opened."""

    root: Path

    @property
    def database(self) -> Path:
        """The database that only the keeper opens."""
        return self.root / "factdesk.duckdb"

    @property
    def published(self) -> Path:
        """The copy that everyone else reads."""
        return self.root / "reports.duckdb"

    @property
    def publication(self) -> Path:
        """What the published copy holds: its hash, fold sequence, time and duration."""
        return self.root / "published.json"

    @property
    def lock(self) -> Path:
        """The file whose flock makes a process the keeper."""
        return self.root / "keeper.lock"

    @property
    def search(self) -> Path:
        """The index by which texts are found; derived, and made anew when it is gone or damaged."""
        return self.root / "search.sqlite"

    @property
    def search_lock(self) -> Path:
        """Held while the index is brought up to date."""
        return self.root / "search.lock"

    @property
    def pending(self) -> Path:
        """Batches that no keeper has claimed."""
        return self.root / "spool" / "pending"

    @property
    def claimed(self) -> Path:
        """Batches that have a fold sequence and are not yet surely in the database."""
        return self.root / "spool" / "claimed"

    @property
    def folded(self) -> Path:
        """Batches that are in the database and not yet in the published copy."""
        return self.root / "spool" / "folded"

    @property
    def rejected(self) -> Path:
        """Batches that could not be folded, each with its reason."""
        return self.root / "spool" / "rejected"

    @property
    def set_aside(self) -> Path:
        """Logs of keepers that ended uncleanly, and databases that a backup took the place of."""
        return self.root / "set-aside"

    @property
    def backups(self) -> Path:
        """Copies of the database, made by hand and before each migration."""
        return self.root / "backups"

    @property
    def people(self) -> Path:
        """Names of reviewers, readable by the owner alone; names are never in DuckDB."""
        return self.root / "people.json"

    @property
    def people_lock(self) -> Path:
        """Held while a name is added."""
        return self.root / "people.lock"

    @property
    def desk_users(self) -> Path:
        """Who may sign in at the desk, with their roles and hashed passwords; for the owner alone."""
        return self.root / "desk-users.json"

    @property
    def users_log(self) -> Path:
        """What was done about those who may sign in, one act a line; for the owner alone."""
        return self.root / "desk-users-log.jsonl"

    @property
    def desk_secret(self) -> Path:
        """What the desk signs its cookies and links by; for the owner alone."""
        return self.root / "desk-secret.json"

    @property
    def desk_sessions(self) -> Path:
        """Sessions that were ended and links that were used; for the owner alone."""
        return self.root / "desk-sessions.json"

    @property
    def desk_queries(self) -> Path:
        """Queries that people have saved at the desk."""
        return self.root / "desk-queries.json"

    @property
    def desk_address(self) -> Path:
        """Where the desk that runs now is found."""
        return self.root / "desk-address.json"

    @property
    def holds(self) -> Path:
        """What may not be erased or removed, one act a line; see `holds`."""
        return self.root / "holds.jsonl"

    @property
    def erasures(self) -> Path:
        """A tombstone for each erasure; it names ids and hashes and no word."""
        return self.root / "snapshots" / "erasures"

    @property
    def erasing(self) -> Path:
        """What an erasure that is under way is to take away; the next keeper ends it."""
        return self.root / "erasing.json"

    @property
    def last_backup(self) -> Path:
        """Where the last full backup lies and when it was made."""
        return self.root / "last-backup.json"

    def kept_beside(self) -> list[Path]:
        """Return the small files beside database, spool and archive, as far as there are any."""
        kept = (self.people, self.desk_users, self.users_log, self.holds)
        return [path for path in kept if path.is_file()]


def batch_files(folder: Path) -> list[Path]:
    """Return the batches of one spool folder in the order in which they are folded."""
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.name.endswith(BATCH_SUFFIX) and not path.name.startswith(".")
    )
