"""Settings: ``config/factdesk.toml`` of a home, read into frozen values.

A home is a project folder (``config/``, ``warehouse/``, ``.prefect/``). An unknown key or a bad value
is a `ConfigError` that names the key and the file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from factdesk.errors import ConfigError, UsageError
from factdesk.resources import bundled
from factdesk.setting_values import (
    Bytes,
    ClaimPageOrNone,
    Count,
    FeedAddress,
    HostPort,
    MailAddress,
    MailAddressOrNone,
    NetworkAddress,
    PageAddressOrNone,
    Positive,
    Webhook,
    named_once,
)

CONFIG_NAME = Path("config") / "factdesk.toml"

AnyTable = TypeVar("AnyTable", bound=BaseModel)

DEFAULT_KINDS = ("sellout", "price", "poll")
"""The kinds of claims that are looked for where the settings name none."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class EssaySettings(_Section):
    """``[essays]``: limits on what is read as an essay. Bytes; entries of a feed, the newest first."""

    max_bytes: Bytes = 20_000_000
    entries_per_feed: Count = 50


class ClaimSettings(_Section):
    """``[claims]``: the kinds of claims that are looked for; `factdesk.claims` knows which there are."""

    kinds: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], AfterValidator(named_once)] = Field(
        default=DEFAULT_KINDS, strict=False
    )


class WebSettings(_Section):
    """``[web]``: how sources are fetched. Seconds and bytes."""

    user_agent: Annotated[str, Field(min_length=3, pattern=r"^[\x20-\x7e]+$")] = (
        "Factdesk/0.1 (fact-checking of essays; +https://example.org/contact)"
    )
    allow_hosts: tuple[HostPort, ...] = Field(default=(), strict=False)
    deadline_seconds: Positive = 30.0
    connect_seconds: Positive = 8.0
    max_wire_bytes: Bytes = 5_242_880
    max_decoded_bytes: Bytes = 10_485_760
    max_redirects: Annotated[int, Field(ge=0, le=30)] = 8
    max_header_bytes: Bytes = 65_536
    hosts_at_once: Count = 8
    connections_at_once: Count = 16
    connections_per_host: Count = 2
    seconds_between_requests: Annotated[float, Field(ge=0, le=60)] = 1.0
    tries: Annotated[int, Field(ge=1, le=10)] = 3
    crawl_delay_cap_seconds: Annotated[float, Field(ge=0, le=300)] = 20.0
    retry_after_cap_seconds: Annotated[float, Field(ge=0, le=300)] = 20.0
    refetch_after_hours: Annotated[float, Field(ge=0)] = 24.0


class ReadingSettings(_Section):
    """``[reading]``: limits of the killable reading worker. Seconds and bytes."""

    workers: Annotated[int, Field(ge=1, le=64)] = 3
    wall_seconds: Positive = 20.0
    cpu_seconds: Annotated[int, Field(ge=1)] = 15
    memory_bytes: Annotated[int, Field(ge=268_435_456)] = 1_610_612_736


class ReviewSettings(_Section):
    """``[review]``: when a second person checks; of all claims the drawn share (0 to 1) in any case."""

    second_check: Literal["never", "refuted_and_partial", "all"] = "never"
    second_check_share: Annotated[float, Field(ge=0, le=1)] = 0.05

    @property
    def policy(self) -> str:
        """Both settings as the database keeps them: the word, then the share."""
        return f"{self.second_check} {self.second_check_share:g}"


class DeskSettings(_Section):
    """``[desk]``: the review pages. Port 0 takes the usual one or one near it; ``origin`` is the address that
    people use where another server stands before the desk, ``proxy_addresses`` are those of that server."""

    address: Annotated[str, Field(min_length=1, pattern=r"^[0-9a-fA-F.:]+$")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 0
    sign_in: Literal["link", "password", "proxy"] = "link"
    origin: Annotated[str, Field(pattern=r"^(https?://[^\s/?#@]+)?$")] = ""
    proxy_addresses: tuple[NetworkAddress, ...] = Field(default=(), strict=False)
    proxy_header: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]*$")] = "X-Forwarded-User"
    accept_above: Annotated[float, Field(ge=0, le=1)] = 0.9


class ReportSettings(_Section):
    """``[reports]``: what reports tell of people who write."""

    refuted_share_by_author: bool = False


class RuleSettings(_Section):
    """``[rules]``: codes of rules whose ratings are not trusted; `factdesk.verdicts.muting` knows which there
    are."""

    muted: tuple[Annotated[str, Field(min_length=1)], ...] = Field(default=(), strict=False)


class WarehouseSettings(_Section):
    """``[warehouse]``: limits of the spool, and how long a run waits at them. Bytes, batches, seconds."""

    max_batch_bytes: Annotated[int, Field(ge=65_536, le=16_000_000)] = 16_000_000
    spool_max_batches: Annotated[int, Field(ge=1, le=100_000)] = 2000
    spool_max_bytes: Annotated[int, Field(ge=16_000_000)] = 2_000_000_000
    spool_wait_seconds: Annotated[float, Field(ge=0, le=86_400)] = 600.0


class BackupSettings(_Section):
    """``[backups]``: which full backups stay when one is made, and when doctor finds the last too old."""

    keep_last: Annotated[int, Field(ge=1, le=10_000)] = 3
    keep_daily: Annotated[int, Field(ge=0, le=10_000)] = 7
    keep_weekly: Annotated[int, Field(ge=0, le=10_000)] = 4
    warn_after_days: Annotated[int, Field(ge=1, le=36_500)] = 7


class RetentionSettings(_Section):
    """``[retention]``: after how many days ``factdesk compact --retention`` removes things; 0: never."""

    text_days: Annotated[int, Field(ge=0, le=36_500)] = 0
    log_days: Annotated[int, Field(ge=0, le=36_500)] = 0
    rejected_days: Annotated[int, Field(ge=0, le=36_500)] = 0
    database_copy_days: Annotated[int, Field(ge=0, le=36_500)] = 0


class FlowSettings(_Section):
    """``[flow]``: how flows cut their work, and what they do when they meet, fail or crash."""

    batch_size: Annotated[int, Field(ge=1, le=500)] = 50
    overlap: Literal["wait", "refuse"] = "wait"
    overlap_wait_minutes: Positive = 60.0
    run_minutes: Positive = 240.0
    poison_after: Annotated[int, Field(ge=1, le=100)] = 3
    resume_tries: Annotated[int, Field(ge=0, le=100)] = 3
    recheck_after_hours: Annotated[float, Field(ge=0)] = 168.0
    recheck_limit: Annotated[int, Field(ge=1, le=100_000)] = 500
    recheck_busy_claims: Annotated[int, Field(ge=1, le=100_000)] = 5
    recheck_settled_days: Annotated[int, Field(ge=0, le=36_500)] = 90
    recheck_calm_fetches: Annotated[int, Field(ge=1, le=100_000)] = 4
    recheck_longest_hours: Annotated[float, Field(ge=0, le=876_600)] = 1344.0


class UpSettings(_Section):
    """``[up]``: the service that ``factdesk up`` starts. Bytes, seconds; port 0 takes a free one."""

    port: Annotated[int, Field(ge=0, le=65_535)] = 0
    database_url: str = ""
    concurrent_runs: Annotated[int, Field(ge=1, le=64)] = 3
    start_seconds: Positive = 180.0
    stop_seconds: Positive = 30.0
    log_json: bool = False
    log_max_bytes: Bytes = 5_000_000
    log_files: Annotated[int, Field(ge=1, le=100)] = 5


class NotifySettings(_Section):
    """``[notify]``: who is told of runs that failed, crashed or are late. The password is never here:
    it is read from the environment variable FACTDESK_SMTP_PASSWORD."""

    webhooks: tuple[Webhook, ...] = Field(default=(), strict=False)
    email_to: tuple[MailAddress, ...] = Field(default=(), strict=False)
    email_from: MailAddressOrNone = Field(default="", validate_default=True)
    smtp_host: str = Field(default="", validate_default=True)
    smtp_port: Annotated[int, Field(ge=1, le=65_535)] = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    late_after_minutes: Positive = 15.0

    @field_validator("email_from", "smtp_host")
    @classmethod
    def _is_named_for_mail(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("email_to") and not value:
            raise ValueError("it is empty although notify.email_to names somebody")
        return value


class PublisherSettings(_Section):
    """``[publisher]``: who publishes the checks, at which address each claim's page will stand, and where
    authors reply: a mail address, a telephone number."""

    name: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    url: PageAddressOrNone = ""
    claim_url: ClaimPageOrNone = ""
    contact: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""


class Settings(_Section):
    """All settings of one home."""

    inbox: dict[str, str] = Field(default_factory=dict)
    feeds: dict[str, FeedAddress] = Field(default_factory=dict)
    essays: EssaySettings = EssaySettings()
    claims: ClaimSettings = ClaimSettings()
    web: WebSettings = WebSettings()
    reading: ReadingSettings = ReadingSettings()
    review: ReviewSettings = ReviewSettings()
    desk: DeskSettings = DeskSettings()
    reports: ReportSettings = ReportSettings()
    rules: RuleSettings = RuleSettings()
    warehouse: WarehouseSettings = WarehouseSettings()
    backups: BackupSettings = BackupSettings()
    retention: RetentionSettings = RetentionSettings()
    flow: FlowSettings = FlowSettings()
    up: UpSettings = UpSettings()
    notify: NotifySettings = NotifySettings()
    publisher: PublisherSettings = PublisherSettings()

    def allowing(self, hosts: Collection[str]) -> Settings:
        """Return these settings with more hosts (``HOST:PORT``) that may be fetched although not public."""
        web = self.web.model_copy(update={"allow_hosts": (*self.web.allow_hosts, *hosts)})
        return self.model_copy(update={"web": web})


@dataclass(frozen=True, slots=True)
class Home:
    """Where one project keeps its settings and its data."""

    root: Path
    config_path: Path
    warehouse: Path
    settings: Settings

    @property
    def prefect_home(self) -> Path:
        """The project-local folder of Prefect."""
        return self.root / ".prefect"

    @property
    def inboxes(self) -> dict[str, Path]:
        """Inbox names and their folders, absolute."""
        return {name: (self.root / folder) for name, folder in self.settings.inbox.items()}


def open_home(root: Path | None = None, warehouse: Path | None = None) -> Home:
    """Find the home and read its settings.

    ``root`` given: that folder (its config if it has one, else the bundled one). Else the nearest
    folder upward with ``config/factdesk.toml``; else the bundled config with the current folder.
    ``warehouse`` moves the data only. Raises UsageError and ConfigError.
    """
    if root is not None and not root.is_dir():
        raise UsageError(f"the home {root} is not a folder; make it or name another with --home")
    start = (root or Path.cwd()).resolve()
    found = start if root is not None else _nearest_home(start)
    own = (found or start) / CONFIG_NAME
    config_path = own if own.is_file() else bundled("config", "factdesk.toml")
    base = found or start
    data = (warehouse or base / "warehouse").resolve()
    if data.exists() and not data.is_dir():
        raise UsageError(f"the warehouse {data} is a file, not a folder; name a folder with --warehouse")
    return Home(
        root=base,
        config_path=config_path,
        warehouse=data,
        settings=read_settings(config_path),
    )


def _nearest_home(start: Path) -> Path | None:
    for folder in (start, *start.parents):
        if (folder / CONFIG_NAME).is_file():
            return folder
    return None


def read_settings(path: Path) -> Settings:
    """Read one settings file. Raises ConfigError naming the key, the file and the mend."""
    return read_table(path, Settings)


def read_table(path: Path, model: type[AnyTable]) -> AnyTable:
    """Read a TOML file into its model. Raises ConfigError naming the key, the file and the mend."""
    try:
        tables: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"the settings {path} cannot be read ({error.strerror}); mend the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"the settings {path} are not valid TOML ({error}); mend that line") from error
    try:
        return model.model_validate(tables)
    except ValidationError as error:
        raise ConfigError(_first_fault(error, path)) from error


def _first_fault(error: ValidationError, path: Path) -> str:
    fault = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in fault["loc"] if part != "[key]")
    if fault["type"] == "missing":
        return f"the key {key!r} is missing in {path}; add it"
    if fault["type"] == "extra_forbidden":
        return f"the key {key!r} in {path} is unknown; remove it or mend its name"
    if fault["type"] == "value_error":
        return f"the value of {key!r} in {path} is bad: {fault['ctx']['error']}"
    if fault["type"] == "tuple_type":
        return f"the value of {key!r} in {path} is no list; write [{fault['input']!r}]"
    message = fault["msg"][0].lower() + fault["msg"][1:]
    return f"the value of {key!r} in {path} is bad: {message} (it is {fault['input']!r})"
