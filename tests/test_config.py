from __future__ import annotations

import tomllib
from contextlib import chdir
from pathlib import Path

import pytest

from factdesk.config import CONFIG_NAME, Settings, open_home, read_settings
from factdesk.errors import ConfigError, UsageError
from factdesk.resources import bundled


def write_config(home: Path, text: str) -> Path:
    path = home / CONFIG_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_bundled_file_says_every_default() -> None:
    path = bundled("config", "factdesk.toml")
    assert read_settings(path) == Settings()
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    for name, section in Settings().model_dump().items():
        assert set(told[name]) == set(section), name


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[web]\ndeadlin_seconds = 3\n", "'web.deadlin_seconds'"),
        ("[wbe]\ndeadline_seconds = 3\n", "'wbe'"),
        ("colour = 1\n", "'colour'"),
        ('[web]\ndeadline_seconds = "soon"\n', "'web.deadline_seconds'"),
        ("[web]\ndeadline_seconds = -1\n", "'web.deadline_seconds'"),
        ("[web]\ndeadline_seconds = nan\n", "'web.deadline_seconds'"),
        ('[web]\nallow_hosts = ["localhost"]\n', "'web.allow_hosts.0'"),
        ('[web]\nuser_agent = "a\\nb: c"\n', "'web.user_agent'"),
        ("[inbox]\ndesk = 3\n", "'inbox.desk'"),
        ("[feeds]\nblog = 3\n", "'feeds.blog'"),
        ('[feeds]\nblog = "blog.example/feed"\n', "'feeds.blog'"),
        ('[feeds]\nblog = "file:///etc/hostname"\n', "'feeds.blog'"),
        ('[feeds]\nblog = "https:///feed"\n', "'feeds.blog'"),
        ('[feeds]\nblog = "https://blog.example:x/feed"\n', "'feeds.blog'"),
        ('[feeds]\nblog = "https://blog.example/a feed"\n', "'feeds.blog'"),
        ("[essays]\nentries_per_feed = 0\n", "'essays.entries_per_feed'"),
        ('[review]\nsecond_check = "sometimes"\n', "'review.second_check'"),
        ('[notify]\nwebhooks = ["hooks.example"]\n', "'notify.webhooks.0'"),
        ('[notify]\nwebhooks = ["https:///path"]\n', "'notify.webhooks.0'"),
        ('[notify]\nwebhooks = ["https://hooks.example:x/"]\n', "'notify.webhooks.0'"),
        ('[notify]\nemail_to = ["desk"]\n', "'notify.email_to.0'"),
        ('[notify]\nemail_to = ["desk@a.example\\nBcc: b@c.example"]\n', "'notify.email_to.0'"),
        ('[notify]\nemail_to = ["desk@a.example"]\nsmtp_host = "mail"\n', "'notify.email_from'"),
        (
            '[notify]\nemail_to = ["desk@a.example"]\nemail_from = "f@a.example"\n',
            "'notify.smtp_host'",
        ),
        ('[notify]\nsmtp_security = "ssl"\n', "'notify.smtp_security'"),
        ("[claims]\nkinds = []\n", "'claims.kinds'"),
        ('[claims]\nkinds = ["price", "poll", "price"]\n', "'claims.kinds'"),
        ('[claims]\nkinds = "price"\n', "is no list; write ['price']"),
        ('[claims]\nkinds = ["price", 3]\n', "'claims.kinds.1'"),
        ("[web\n", "not valid TOML"),
    ],
)
def test_a_fault_names_key_and_file(tmp_path: Path, text: str, told: str) -> None:
    path = write_config(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        open_home(tmp_path)
    message = str(caught.value)
    assert told in message
    assert str(path) in message
    assert "\n" not in message
    assert caught.value.exit_code == 2


def test_a_webhook_that_is_bad_is_not_repeated(tmp_path: Path) -> None:
    """Its path is often a secret, and the sentence may end in a log."""
    write_config(tmp_path, '[notify]\nwebhooks = ["ftp://hooks.example/T0/s3cret"]\n')
    with pytest.raises(ConfigError, match="must begin with https://") as caught:
        open_home(tmp_path)
    assert "s3cret" not in str(caught.value)


def test_settings_are_frozen(tmp_path: Path) -> None:
    write_config(tmp_path, '[inbox]\ndesk = "essays"\n')
    home = open_home(tmp_path)
    assert home.inboxes == {"desk": tmp_path.resolve() / "essays"}
    with pytest.raises(ValueError, match="frozen"):
        home.settings.web.tries = 9  # type: ignore[misc]


def test_the_nearest_home_upward_is_taken(tmp_path: Path) -> None:
    write_config(tmp_path, "")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    with chdir(below):
        assert open_home().root == tmp_path.resolve()
        assert open_home().warehouse == tmp_path.resolve() / "warehouse"


def test_warehouse_moves_the_data_only(tmp_path: Path) -> None:
    write_config(tmp_path, "")
    home = open_home(tmp_path, tmp_path / "elsewhere")
    assert home.warehouse == tmp_path.resolve() / "elsewhere"
    assert home.root == tmp_path.resolve()


def test_a_home_without_config_takes_the_bundled_one(tmp_path: Path) -> None:
    home = open_home(tmp_path)
    assert home.config_path == bundled("config", "factdesk.toml")
    assert home.root == tmp_path.resolve()


def test_a_missing_home_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--home"):
        open_home(tmp_path / "nowhere")


def test_a_warehouse_that_is_a_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "harbour.md"
    file.write_text("The ferry costs £5.", encoding="utf-8")
    with pytest.raises(
        UsageError, match=r"harbour\.md is a file, not a folder; name a folder with --warehouse"
    ):
        open_home(tmp_path, file)
    assert open_home(tmp_path, tmp_path / "not there yet").warehouse == tmp_path / "not there yet"
