"""The few errors that Factdesk raises. Each message is one sentence that names the thing and the mend.

::

    FactdeskError            exit code 1
    |- UsageError            2   what the person typed or wrote in a config
    |  `- ConfigError        2   a setting: names the key and the file
    |- DeliveryError         1   a notification could not be handed over
    |- GatheringStoppedError 1   the run was stopped while it gathered
    |- EssayError            3   an essay that cannot be read, where one was asked for by name
    `- WarehouseError        1   the warehouse cannot be opened, read or published
       |- SchemaError        1   made by a newer Factdesk, or its migrations were altered
       |- SpoolError         3   a batch cannot be written or was refused
       `- ArchiveError       3   a source, text or try cannot be written to the archive or journal

An expected failure (a dead link, an empty essay) is a record, not an error.
"""

from __future__ import annotations

from typing import ClassVar


class FactdeskError(Exception):
    """Base of all; the message is shown to a person as it is."""

    exit_code: ClassVar[int] = 1


class UsageError(FactdeskError):
    """The command line asks for something that cannot be."""

    exit_code = 2


class ConfigError(UsageError):
    """A setting is unknown or has a bad value; the message names the key and the file."""


class DeliveryError(FactdeskError):
    """A notification was not taken; ``may_pass`` says whether another try may help."""

    def __init__(self, message: str, *, may_pass: bool) -> None:
        super().__init__(message)
        self.may_pass = may_pass


class EssayError(FactdeskError):
    """An essay that was named cannot be read."""

    exit_code = 3


class WarehouseError(FactdeskError):
    """The warehouse cannot be opened, read or published."""


class GatheringStoppedError(FactdeskError):
    """The run that gathers was stopped; what has not come by then is not recorded as an outcome."""


class SchemaError(WarehouseError):
    """The database was made by a newer Factdesk, or an applied migration has changed."""


class SpoolError(WarehouseError):
    """A batch cannot be written to the spool or was refused."""

    exit_code = 3


class ArchiveError(WarehouseError):
    """A source or a text cannot be written to the archive, or a try to the journal."""

    exit_code = 3
